//! Languages, texts in them, and safe display of texts from outside.

pub mod lines;
mod shown;

pub use shown::{json_shown, shown, shown_lines};

use std::fmt;
use std::str::FromStr;

use crate::ids::IdError;

/// A language of the diary.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, minicbor::Encode, minicbor::Decode,
)]
#[cbor(index_only)]
pub enum Lang {
    /// English.
    #[n(0)]
    #[default]
    En,
    /// Chinese in simplified characters.
    #[n(1)]
    ZhCn,
}

impl Lang {
    /// Languages in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// One of two texts, in this language.
    #[must_use]
    pub const fn pick<T: Copy>(self, en: T, zh_cn: T) -> T {
        match self {
            Self::En => en,
            Self::ZhCn => zh_cn,
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Lang {
    type Err = IdError;
    fn from_str(tag: &str) -> Result<Self, IdError> {
        match tag.to_ascii_lowercase().replace('_', "-").split('.').next().unwrap_or_default() {
            "en" | "en-us" | "en-gb" => Ok(Self::En),
            "zh" | "zh-cn" | "zh-hans" | "zh-hans-cn" => Ok(Self::ZhCn),
            _ => Err(IdError { kind: "language", expected: "zh-CN or en" }),
        }
    }
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

/// A text of the study by language. Either language may be missing; at least one exists.
#[derive(Clone, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// Simplified Chinese.
    #[serde(default, rename = "zh-CN", skip_serializing_if = "Option::is_none")]
    pub zh_cn: Option<String>,
}

crate::steps::compared!(Text, en, zh_cn);

impl Text {
    /// Text in `lang`, otherwise in the other language, otherwise empty.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        let (first, second) = match lang {
            Lang::En => (&self.en, &self.zh_cn),
            Lang::ZhCn => (&self.zh_cn, &self.en),
        };
        first.as_deref().or(second.as_deref()).unwrap_or_default()
    }

    /// True if there is a text in `lang`.
    #[must_use]
    pub fn has(&self, lang: Lang) -> bool {
        match lang {
            Lang::En => self.en.is_some(),
            Lang::ZhCn => self.zh_cn.is_some(),
        }
    }
}
