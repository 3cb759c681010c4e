//! Numbers: exact decimals, amounts with UCUM units, and their legal ranges, defined once.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::text::Lang;
use crate::words::Words;
use crate::words::{self, unit as say};

/// Most bytes of a parcel's plaintext.
pub const PARCEL_MAX_PLAIN_BYTES: usize = 256 * 1024;

/// Most digits after the decimal point.
pub const DECIMAL_MAX_SCALE: u8 = 9;
/// Largest amount of one dose, in its unit.
pub const DOSE_MAX: Decimal = Decimal::new(100_000, 0);
/// Longest free text of a participant, in bytes.
pub const TEXT_MAX_BYTES: usize = 8_192;
/// Longest short field (a name as written, an indication), in bytes.
pub const SHORT_TEXT_MAX_BYTES: usize = 512;

/// An exact decimal, `mantissa / 10^scale`. Answers never pass through floating point.
#[derive(Clone, Copy, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Decimal {
    #[n(0)]
    mantissa: i64,
    #[n(1)]
    scale: u8,
}

impl Decimal {
    /// `mantissa / 10^scale`; a scale above [`DECIMAL_MAX_SCALE`] counts as that.
    #[must_use]
    pub const fn new(mantissa: i64, scale: u8) -> Self {
        Self { mantissa, scale: if scale > DECIMAL_MAX_SCALE { DECIMAL_MAX_SCALE } else { scale } }
    }

    /// Exact value times 10^9.
    #[must_use]
    pub fn nanos(self) -> i128 {
        i128::from(self.mantissa) * 10i128.pow(u32::from(DECIMAL_MAX_SCALE.saturating_sub(self.scale)))
    }

    /// Decimal from a value times 10^9; `None` if it does not fit.
    #[must_use]
    pub fn from_nanos(nanos: i128) -> Option<Self> {
        let (mut mantissa, mut scale) = (nanos, DECIMAL_MAX_SCALE);
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        i64::try_from(mantissa).ok().map(|mantissa| Self { mantissa, scale })
    }

    /// Sum; `None` if it does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        Self::from_nanos(self.nanos().checked_add(other.nanos())?)
    }

    /// Product, truncated after nine digits; `None` if it does not fit.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        Self::from_nanos(self.nanos().checked_mul(other.nanos())? / 1_000_000_000)
    }

    /// True below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.nanos() == other.nanos()
    }
}
impl Eq for Decimal {}
impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos().cmp(&other.nanos())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.mantissa.unsigned_abs().to_string();
        let scale = usize::from(self.scale.min(DECIMAL_MAX_SCALE));
        let sign = if self.mantissa < 0 { "-" } else { "" };
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, part) = padded.split_at(padded.len() - scale);
        write!(f, "{sign}{whole}.{part}")
    }
}

/// Text that is not a decimal number of this range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number with at most 18 digits, of which at most 9 behind the point")]
pub struct DecimalError;

/// Converts full-width digits, sign and point (as typed on Chinese keyboards) to plain ones.
#[must_use]
pub fn plain_digits(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| match c {
            '\u{FF10}'..='\u{FF19}' => char::from_digit(u32::from(c) - 0xFF10, 10).unwrap_or(c),
            '．' | '。' => '.',
            '－' | '−' => '-',
            '＋' => '+',
            '：' => ':',
            '／' => '/',
            other => other,
        })
        .collect()
}

impl FromStr for Decimal {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let text = plain_digits(text);
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(&text);
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let fits = !whole.is_empty()
            && digits(whole)
            && digits(part)
            && whole.len() + part.len() <= 18
            && (!part.is_empty() || !unsigned.ends_with('.'));
        let scale = u8::try_from(part.len()).map_err(|_| DecimalError)?;
        if !fits || scale > DECIMAL_MAX_SCALE {
            return Err(DecimalError);
        }
        let magnitude: i64 = format!("{whole}{part}").parse().map_err(|_| DecimalError)?;
        Ok(Self::new(if text.starts_with('-') { -magnitude } else { magnitude }, scale))
    }
}

impl From<i64> for Decimal {
    fn from(whole: i64) -> Self {
        Self::new(whole, 0)
    }
}

impl serde::Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Decimal {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount with its unit, for example 60 mg.
#[derive(
    Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode,
)]
#[cbor(map)]
pub struct Quantity {
    /// Numerical value.
    #[n(0)]
    pub value: Decimal,
    /// UCUM code of the unit, for example `mg`, `ug`, `{tbl}`.
    #[n(1)]
    pub unit: Unit,
}

impl Quantity {
    /// True if it can be the amount of one dose: above 0 and at most [`DOSE_MAX`].
    #[must_use]
    pub fn is_dose(&self) -> bool {
        self.value > Decimal::new(0, 0) && self.value <= DOSE_MAX
    }

    /// True if it is at least `factor` times `other`. Different units are comparable only if both are masses.
    #[must_use]
    pub fn is_far_above(&self, other: &Self, factor: Decimal) -> bool {
        let (large, small) = match (self.unit.in_mg(), other.unit.in_mg()) {
            (Some(a), Some(b)) => (self.value.times(a), other.value.times(b)),
            _ if self.unit == other.unit => (Some(self.value), Some(other.value)),
            _ => return false,
        };
        let limit = small.and_then(|small| small.times(factor));
        small != large && limit.zip(large).is_some_and(|(limit, large)| large >= limit)
    }

    /// True if one of both is at least `factor` times the other.
    #[must_use]
    pub fn is_far_from(&self, other: &Self, factor: Decimal) -> bool {
        self.is_far_above(other, factor) || other.is_far_above(self, factor)
    }
}

/// A UCUM unit of the diary's list, or an annotation in braces (`{steps}`), which UCUM leaves to its users.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Unit(Kind);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Kind {
    /// Index in [`UNITS`].
    Listed(u8),
    Annotation(Annotation),
}

/// Most bytes between the braces of an annotation.
const ANNOTATION_MAX: usize = 22;

/// `{...}` in UCUM's characters, padded with closing braces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Annotation([u8; ANNOTATION_MAX + 2]);

impl Annotation {
    fn new(code: &str) -> Option<Self> {
        let inner = code.strip_prefix('{')?.strip_suffix('}')?;
        let fits = (1..=ANNOTATION_MAX).contains(&inner.len())
            && inner.bytes().all(|b| b.is_ascii_graphic() && b != b'{' && b != b'}');
        let mut bytes = [b'}'; ANNOTATION_MAX + 2];
        bytes.iter_mut().zip(code.bytes()).for_each(|(place, byte)| *place = byte);
        fits.then_some(Self(bytes))
    }

    fn inner(&self) -> &str {
        let text = std::str::from_utf8(&self.0).unwrap_or_default();
        text.trim_start_matches('{').trim_end_matches('}')
    }

    fn code(&self) -> &str {
        let end = self.inner().len() + 2;
        self.0.get(..end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// UCUM code, and the text for people. `ug` is never shown: in handwriting it is misread as mg, and it is on every list
/// of error-prone abbreviations.
const UNITS: &[(&str, Words)] = &[
    ("mg", say::mg),
    ("ug", say::microgram),
    ("g", say::g),
    ("mL", say::ml),
    ("[IU]", say::international_unit),
    ("mg/kg", say::mg_per_kg),
    ("g/kg", say::g_per_kg),
    ("ug/d", say::microgram_per_day),
    ("mg/d", say::mg_per_day),
    ("{tbl}", say::tablet),
    ("{capsule}", say::capsule),
    ("[drp]", say::drop),
    ("{puff}", say::puff),
    ("Cel", say::celsius),
    ("mm[Hg]", say::mm_of_mercury),
    ("/min", say::per_minute),
    ("%", say::percent),
    ("kg", say::kg),
    ("h", say::hour),
    ("d", say::day),
    ("{score}", say::point),
    ("cm", say::cm),
    ("a", say::year),
    ("mo", say::month),
    ("wk", say::week),
    ("/wk", say::per_week),
    ("mmol/L", say::mmol_per_l),
];

impl Unit {
    /// Milligrams, the unit of daily totals.
    pub const MG: Self = Self(Kind::Listed(0));

    /// Unit with this UCUM code, or this annotation.
    #[must_use]
    pub fn from_ucum(code: &str) -> Option<Self> {
        let listed = Self::all().find(|unit| unit.ucum() == code);
        listed.or_else(|| Annotation::new(code).map(Kind::Annotation).map(Self))
    }

    /// UCUM code.
    #[must_use]
    pub fn ucum(&self) -> &str {
        match &self.0 {
            Kind::Listed(at) => UNITS[usize::from(*at)].0,
            Kind::Annotation(annotation) => annotation.code(),
        }
    }

    /// Text for people.
    #[must_use]
    pub fn shown(&self, lang: Lang) -> &str {
        match &self.0 {
            Kind::Listed(at) => UNITS[usize::from(*at)].1(lang),
            Kind::Annotation(annotation) => annotation.inner(),
        }
    }

    /// True for its text in any language.
    pub(crate) fn is_spelled(&self, text: &str) -> bool {
        words::languages().iter().any(|lang| self.shown(*lang) == text)
    }

    /// Milligrams in one unit of mass; `None` for other units.
    #[must_use]
    pub fn in_mg(self) -> Option<Decimal> {
        match self.ucum() {
            "mg" => Some(Decimal::new(1, 0)),
            "ug" => Some(Decimal::new(1, 3)),
            "g" => Some(Decimal::new(1_000, 0)),
            _ => None,
        }
    }

    /// Units of the diary's list, by UCUM code.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).take(UNITS.len()).map(|at| Self(Kind::Listed(at)))
    }
}

/// Text that is not a unit of the diary's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown unit: use a UCUM code such as mg, ug (shown as mcg), g, mL, [IU], {{tbl}} or {{capsule}}")]
pub struct UnitError;

impl FromStr for Unit {
    type Err = UnitError;

    /// Accepts the UCUM code and the texts for people (`mcg`, `tablet(s)`, `微克`); never `µg`.
    fn from_str(text: &str) -> Result<Self, UnitError> {
        let text = text.trim();
        Self::all().find(|unit| unit.ucum() == text || unit.is_spelled(text)).ok_or(UnitError)
    }
}

impl serde::Serialize for Unit {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.ucum())
    }
}

impl<'de> serde::Deserialize<'de> for Unit {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<C> minicbor::Encode<C> for Unit {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(self.ucum())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Unit {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        let code = d.str()?;
        Self::from_ucum(code).ok_or_else(|| minicbor::decode::Error::message("unknown unit").at(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_far_from_a_factor_on_and_masses_are_compared_across_units() {
        let of = |text: &str| {
            let (value, unit) = text.split_once(' ').unwrap();
            Quantity { value: value.parse().unwrap(), unit: unit.parse().unwrap() }
        };
        for (one, other, far) in [
            ("40 mg", "30 mg", false),
            ("10 mg", "30 mg", true),
            ("30 mg", "10 mg", true),
            ("9 ug", "9 mg", true),
            ("1 g", "500 mg", false),
            ("1 {tbl}", "60 mg", false),
        ] {
            assert_eq!(of(one).is_far_from(&of(other), Decimal::from(3)), far, "{one} {other}");
        }
    }

    #[test]
    fn decimals_read_what_people_type_and_nothing_else() {
        for (text, shown) in
            [("60", "60"), ("0.5", "0.5"), ("-1.250", "-1.250"), ("３８．５", "38.5"), (" 7 ", "7")]
        {
            assert_eq!(text.parse::<Decimal>().map(|d| d.to_string()), Ok(shown.to_owned()));
        }
        for bad in ["", ".5", "5.", "1e3", "1,5", "--1", "0.1234567890", "1234567890123456789", "NaN"] {
            assert!(bad.parse::<Decimal>().is_err(), "{bad}");
        }
    }

    #[test]
    fn decimals_are_equal_by_value_and_add_exactly() {
        let d = |t: &str| t.parse::<Decimal>().unwrap();
        assert_eq!(d("1.50"), d("1.5"));
        assert!(d("0.1").plus(d("0.2")) == Some(d("0.3")));
        assert!(d("2.5").times(d("1.25")) == Some(d("3.125")));
        assert!(Decimal::new(i64::MAX, 0).plus(Decimal::new(1, 0)).is_none());
    }

    #[test]
    fn micrograms_are_shown_as_mcg_and_a_micro_sign_is_refused() {
        let unit: Unit = "ug".parse().unwrap();
        assert_eq!((unit.shown(Lang::EN), unit.shown(Lang::ZH_CN)), ("mcg", "微克"));
        assert_eq!("mcg".parse(), Ok(unit));
        assert!("µg".parse::<Unit>().is_err());
    }
}
