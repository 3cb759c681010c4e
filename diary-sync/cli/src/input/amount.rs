//! Amounts as people type them: `60 mg`, `60mg`, `６０ 毫克`, `2 tablets`. A unit is always needed: two what?

use diary_core::measure::{DOSE_MAX, Decimal, Quantity, Unit, plain_digits};

use crate::failure::Refusal;

/// Other spellings of units. No micro sign among them: it is misread as milli.
const SPELLINGS: &[(&str, &str)] = &[
    ("tablet", "{tbl}"),
    ("tablets", "{tbl}"),
    ("tab", "{tbl}"),
    ("tabs", "{tbl}"),
    ("pill", "{tbl}"),
    ("pills", "{tbl}"),
    ("药片", "{tbl}"),
    ("capsule", "{capsule}"),
    ("capsules", "{capsule}"),
    ("胶囊", "{capsule}"),
    ("drop", "[drp]"),
    ("drops", "[drp]"),
    ("puff", "{puff}"),
    ("puffs", "{puff}"),
    ("milligram", "mg"),
    ("milligrams", "mg"),
    ("microgram", "ug"),
    ("micrograms", "ug"),
    ("gram", "g"),
    ("grams", "g"),
    ("ml", "mL"),
    ("iu", "[IU]"),
];

/// An amount above 0 with its unit. `fitting` are the units to name where it is refused.
pub(crate) fn amount(text: &str, fitting: &[Unit]) -> Result<Quantity, Refusal> {
    let refused = || Refusal::Amount(fitting.to_vec());
    let text = plain_digits(text);
    if text.contains(['µ', 'μ']) {
        return Err(Refusal::MicroSign);
    }
    let is_number = |c: char| c.is_ascii_digit() || "+-.".contains(c);
    let split = text.find(|c| !is_number(c)).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let value: Decimal = number.parse().map_err(|_| refused())?;
    if value <= Decimal::from(0) || value > DOSE_MAX {
        return Err(refused());
    }
    Ok(Quantity { value, unit: self::unit(unit).ok_or_else(refused)? })
}

fn unit(text: &str) -> Option<Unit> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let lower = text.to_lowercase();
        let spelt = SPELLINGS.iter().find(|(spelling, _)| *spelling == lower);
        spelt.map_or(lower.as_str(), |(_, ucum)| ucum).parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, value, ucum) in [
            ("60 mg", "60", "mg"),
            ("60mg", "60", "mg"),
            ("６０ 毫克", "60", "mg"),
            ("1.5 tablets", "1.5", "{tbl}"),
            ("２片", "2", "{tbl}"),
            ("9 mcg", "9", "ug"),
            ("60 MG", "60", "mg"),
            ("5 ml", "5", "mL"),
        ] {
            let read = amount(text, &[]).unwrap();
            assert_eq!((read.value.to_string().as_str(), read.unit.ucum()), (value, ucum), "{text}");
        }
    }

    #[test]
    fn an_amount_without_unit_or_out_of_range_is_refused_with_the_units_that_fit() {
        for bad in ["", "60", "mg", "0 mg", "-1 mg", "100001 mg", "60 stones", "1,5 mg", "a lot"] {
            assert_eq!(amount(bad, &[Unit::MG]), Err(Refusal::Amount(vec![Unit::MG])), "{bad}");
        }
        for bad in ["9 µg", "9 μg"] {
            assert_eq!(amount(bad, &[]), Err(Refusal::MicroSign));
        }
    }
}
