//! Languages by their BCP 47 tags.

use std::fmt;
use std::str::FromStr;

use crate::ids::IdError;

/// Most bytes of a tag.
const TAG_MAX_BYTES: usize = 16;

/// Scripts written from right to left, by ISO 15924.
const RIGHT_TO_LEFT_SCRIPTS: [&str; 11] =
    ["Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"];

/// Languages that are written in such a script where their tag names none.
const RIGHT_TO_LEFT_LANGUAGES: [&str; 14] =
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur"];

/// Languages that CBOR writes as a number, their place here; every other one is written as its tag.
const SHORT_CODES: [Lang; 2] = [Lang::EN, Lang::ZH_CN];

/// A language: a BCP 47 tag of language, script, region and variants, in its canonical case, for example `en`,
/// `zh-CN` or `sr-Latn-RS`.
///
/// ```
/// use diary_core::text::Lang;
///
/// let lang: Lang = "AR_eg".parse().unwrap();
/// assert_eq!((lang.tag(), lang.dir()), ("ar-EG", "rtl"));
/// assert!("Klingon!".parse::<Lang>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang([u8; TAG_MAX_BYTES]);

impl Lang {
    /// English, the language that texts are written in first.
    pub const EN: Self = Self::of("en");
    /// Chinese of mainland China.
    pub const ZH_CN: Self = Self::of("zh-CN");

    /// The language of a tag that is canonical and not too long.
    const fn of(tag: &str) -> Self {
        let (tag, mut bytes, mut at) = (tag.as_bytes(), [0; TAG_MAX_BYTES], 0);
        while at < tag.len() {
            bytes[at] = tag[at];
            at += 1;
        }
        Self(bytes)
    }

    /// The tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(TAG_MAX_BYTES);
        self.0.get(..end).and_then(|tag| std::str::from_utf8(tag).ok()).unwrap_or_default()
    }

    /// Direction of its script, as HTML's `dir`: `rtl` or `ltr`.
    #[must_use]
    pub fn dir(&self) -> &'static str {
        let mut subtags = self.tag().split('-');
        let language = subtags.next().unwrap_or_default();
        let right_to_left = match subtags.next().filter(|subtag| is_script(subtag)) {
            Some(script) => RIGHT_TO_LEFT_SCRIPTS.contains(&script),
            None => RIGHT_TO_LEFT_LANGUAGES.contains(&language),
        };
        if right_to_left { "rtl" } else { "ltr" }
    }

    /// This language, then the tag without its last subtag, and so on: `zh-Hans-CN`, `zh-Hans`, `zh`.
    pub fn and_wider(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |lang| {
            lang.tag().rsplit_once('-').map(|(wider, _)| Self::of(wider))
        })
    }

    /// The one of `offered` that serves a reader of this language: itself, a wider one, or another one of the same
    /// language, as `zh-CN` for `zh-SG`.
    #[must_use]
    pub fn best_of(self, offered: impl Iterator<Item = Self> + Clone) -> Option<Self> {
        let language = |lang: Self| lang.and_wider().last();
        let exact = self.and_wider().find(|lang| offered.clone().any(|one| one == *lang));
        exact.or_else(|| offered.clone().find(|one| language(*one) == language(self)))
    }
}

fn is_script(subtag: &str) -> bool {
    subtag.len() == 4 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
}

impl Default for Lang {
    fn default() -> Self {
        Self::EN
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lang({self})")
    }
}

impl FromStr for Lang {
    type Err = IdError;

    /// Accepts any case, and `_` for `-`. Extensions and private subtags (`-u-`, `-x-`) are refused.
    fn from_str(text: &str) -> Result<Self, IdError> {
        canonical(text).map(|tag| Self::of(&tag)).ok_or(IdError {
            kind: "language",
            expected: "a tag such as en, zh-CN or sr-Latn, of at most 16 characters",
        })
    }
}

/// Order of subtags in a tag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subtag {
    Language,
    Script,
    Region,
    Variant,
}

fn canonical(text: &str) -> Option<String> {
    if text.len() > TAG_MAX_BYTES {
        return None;
    }
    let (mut tag, mut before) = (String::with_capacity(text.len()), None);
    for subtag in text.split(['-', '_']) {
        let letters = subtag.bytes().all(|byte| byte.is_ascii_alphabetic());
        let digits = subtag.bytes().all(|byte| byte.is_ascii_digit());
        let starts_with_digit = subtag.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        if !subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let kind = match (before, subtag.len()) {
            (None, 2 | 3) if letters => Subtag::Language,
            (Some(Subtag::Language), 4) if letters => Subtag::Script,
            (Some(Subtag::Language | Subtag::Script), 2) if letters => Subtag::Region,
            (Some(Subtag::Language | Subtag::Script), 3) if digits => Subtag::Region,
            (Some(_), 5..=8) => Subtag::Variant,
            (Some(_), 4) if starts_with_digit => Subtag::Variant,
            _ => return None,
        };
        if before.is_some() {
            tag.push('-');
        }
        match kind {
            Subtag::Script => {
                let (first, rest) = subtag.split_at(1);
                tag.push_str(&first.to_ascii_uppercase());
                tag.push_str(&rest.to_ascii_lowercase());
            }
            Subtag::Region => tag.push_str(&subtag.to_ascii_uppercase()),
            Subtag::Language | Subtag::Variant => tag.push_str(&subtag.to_ascii_lowercase()),
        }
        before = Some(kind);
    }
    Some(tag)
}

impl serde::Serialize for Lang {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.tag())
    }
}

impl<'de> serde::Deserialize<'de> for Lang {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<C> minicbor::Encode<C> for Lang {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        match (0_u8..).zip(SHORT_CODES).find(|(_, lang)| lang == self) {
            Some((code, _)) => e.u8(code)?.ok(),
            None => e.str(self.tag())?.ok(),
        }
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Lang {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        let lang = match d.datatype()? {
            minicbor::data::Type::String => d.str()?.parse().ok(),
            _ => SHORT_CODES.get(usize::from(d.u8()?)).copied(),
        };
        lang.ok_or_else(|| minicbor::decode::Error::message("unknown language").at(at))
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    fn lang(tag: &str) -> Lang {
        tag.parse().unwrap()
    }

    #[test]
    fn tags_are_canonical_and_what_is_no_tag_is_refused() {
        for (text, tag) in [
            ("EN", "en"),
            ("zh_cn", "zh-CN"),
            ("ZH-hans-cn", "zh-Hans-CN"),
            ("es-419", "es-419"),
            ("de-CH-1996", "de-CH-1996"),
            ("en-xa", "en-XA"),
        ] {
            assert_eq!(text.parse::<Lang>().unwrap().tag(), tag);
        }
        for text in [
            "",
            "e",
            "english",
            "en-",
            "-en",
            "en--GB",
            "en-u-ca",
            "zh-CN.UTF-8",
            "中文",
            "en-GB-Latn",
            "zh-Hans-CN-pinyin",
            "e\u{301}n",
            "12",
        ] {
            assert!(text.parse::<Lang>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_script_decides_on_the_direction_before_the_language() {
        for (tag, dir) in [
            ("ar", "rtl"),
            ("he-IL", "rtl"),
            ("fa", "rtl"),
            ("ur-PK", "rtl"),
            ("az-Arab", "rtl"),
            ("ar-Latn", "ltr"),
            ("en", "ltr"),
            ("zh-CN", "ltr"),
            ("ja", "ltr"),
        ] {
            assert_eq!(lang(tag).dir(), dir, "{tag}");
        }
    }

    #[test]
    fn a_reader_gets_the_nearest_language_there_is() {
        let offered = [Lang::EN, lang("sr-Latn"), Lang::ZH_CN];
        let best = |tag| lang(tag).best_of(offered.into_iter());
        assert_eq!(
            [best("en-GB"), best("zh"), best("zh-TW")],
            [Some(Lang::EN), Some(Lang::ZH_CN), Some(Lang::ZH_CN)]
        );
        assert_eq!((best("sr"), best("ja")), (Some(lang("sr-Latn")), None));
    }

    #[test]
    fn every_language_comes_back_from_cbor_and_no_other_value_does() {
        for (tag, bytes) in [("en", &b"\x00"[..]), ("zh-CN", b"\x01"), ("ja", b"\x62ja")] {
            assert_eq!(minicbor::to_vec(lang(tag)).unwrap(), bytes);
            assert_eq!(minicbor::decode::<Lang>(bytes).unwrap(), lang(tag));
        }
        for bytes in [&b"\x02"[..], b"\x61j", b"\x71zh-Hans-CN-pinyin"] {
            assert!(minicbor::decode::<Lang>(bytes).is_err());
        }
    }
}
