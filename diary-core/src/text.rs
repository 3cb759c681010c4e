//! Languages, texts in them, and safe display of texts from outside.

mod lang;
pub mod lines;
mod shown;

pub use lang::Lang;
pub use shown::{json_shown, shown, shown_lines};

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};

/// Most languages of a text.
const LANGUAGES_MAX: usize = 64;
/// Most bytes of a text in one language.
const TEXT_MAX_BYTES: usize = 64 * 1024;

/// A text of the study by language.
///
/// A reader gets the language asked for, otherwise the nearest of its kind ([`Lang::best_of`]), otherwise the first
/// language of the study, otherwise English, otherwise any.
#[derive(Clone, Eq, Debug, Default)]
pub struct Text {
    words: BTreeMap<Lang, String>,
    /// Language shown to readers whose own is missing.
    first: Option<Lang>,
}

crate::steps::compared!(Text, words);

impl Text {
    /// Text in `lang` or in the language that replaces it; empty if there is none at all.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        self.found(lang).map_or("", |(_, words)| words)
    }

    /// The text that [`Text::get`] gives, with the language that it is in.
    #[must_use]
    pub fn found(&self, lang: Lang) -> Option<(Lang, &str)> {
        let own = |lang: Lang| Some((lang, self.own(lang)?));
        let nearest = || lang.best_of(self.words.keys().copied()).and_then(own);
        let others = || self.first.into_iter().chain([Lang::EN]).find_map(own);
        own(lang).or_else(nearest).or_else(others).or_else(|| self.iter().next())
    }

    /// Text in exactly this language.
    #[must_use]
    pub fn own(&self, lang: Lang) -> Option<&str> {
        self.words.get(&lang).map(String::as_str)
    }

    /// True if there is a text in exactly this language.
    #[must_use]
    pub fn has(&self, lang: Lang) -> bool {
        self.words.contains_key(&lang)
    }

    /// True if readers of this language have a text: in exactly this language, or in the nearest of its kind.
    #[must_use]
    pub fn serves(&self, lang: Lang) -> bool {
        lang.best_of(self.words.keys().copied()).is_some()
    }

    /// True without a text in any language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The texts in order of the tags.
    pub fn iter(&self) -> impl Iterator<Item = (Lang, &str)> {
        self.words.iter().map(|(lang, words)| (*lang, words.as_str()))
    }

    /// Sets the text in one language.
    pub fn set(&mut self, lang: Lang, words: impl Into<String>) {
        self.words.insert(lang, words.into());
    }

    /// Sets the text in one language unless it has one.
    pub fn set_missing(&mut self, lang: Lang, words: &str) {
        self.words.entry(lang).or_insert_with(|| words.to_owned());
    }

    /// Each text replaced by what `new` makes of it.
    #[must_use]
    pub fn map(&self, new: impl Fn(Lang, &str) -> String) -> Self {
        Self { words: self.iter().map(|(lang, words)| (lang, new(lang, words))).collect(), first: self.first }
    }

    /// Names the language for readers whose own is missing.
    pub(crate) const fn prefer(&mut self, first: Lang) {
        self.first = Some(first);
    }
}

impl<T: Into<String>> FromIterator<(Lang, T)> for Text {
    fn from_iter<I: IntoIterator<Item = (Lang, T)>>(texts: I) -> Self {
        let words = texts.into_iter().map(|(lang, words)| (lang, words.into())).collect();
        Self { words, first: None }
    }
}

impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.words.serialize(s)
    }
}

impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text for each language")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                let mut text = Text::default();
                while let Some((lang, words)) = map.next_entry::<Lang, String>()? {
                    if words.len() > TEXT_MAX_BYTES {
                        return Err(A::Error::custom(format!("the text in {lang} is too long")));
                    }
                    if text.words.insert(lang, words).is_some() {
                        return Err(A::Error::custom(format!("two texts in {lang}")));
                    }
                    if text.words.len() > LANGUAGES_MAX {
                        return Err(A::Error::custom("too many languages"));
                    }
                }
                Ok(text)
            }
        }

        d.deserialize_map(Texts)
    }
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGES_MAX, Lang, TEXT_MAX_BYTES, Text};

    #[test]
    fn a_missing_language_is_replaced_by_a_wider_one_then_the_first_then_english_then_any() {
        let lang = |tag: &str| tag.parse::<Lang>().unwrap();
        let mut text: Text =
            [(lang("de"), "Ja"), (lang("en"), "Yes"), (lang("zh-CN"), "是")].into_iter().collect();
        assert_eq!([text.get(lang("de-AT")), text.get(lang("ja"))], ["Ja", "Yes"]);
        text.prefer(Lang::ZH_CN);
        assert_eq!([text.get(lang("de-AT")), text.get(lang("ja"))], ["Ja", "是"]);
        let only: Text = [(lang("de"), "Ja")].into_iter().collect();
        assert_eq!((only.get(Lang::EN), Text::default().get(Lang::EN)), ("Ja", ""));
    }

    #[test]
    fn texts_are_bounded_and_their_languages_are_tags() {
        let read = |json: &str| serde_json::from_str::<Text>(json);
        assert_eq!(read(r#"{"zh-cn":"是"}"#).unwrap().own(Lang::ZH_CN), Some("是"));
        let tags = (0..=LANGUAGES_MAX).map(|n| format!("\"en-{n:03}\":\"\"")).collect::<Vec<_>>().join(",");
        let long = "x".repeat(TEXT_MAX_BYTES + 1);
        for bad in [
            r#"{"english":"x"}"#.to_owned(),
            r#"{"en":"x","EN":"y"}"#.to_owned(),
            format!("{{{tags}}}"),
            format!("{{\"en\":\"{long}\"}}"),
        ] {
            assert!(read(&bad).is_err());
        }
    }
}
