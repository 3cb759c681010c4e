//! Sites of a study, and the texts that name a site's telephone numbers.

use serde::Deserialize;

use crate::ids::SiteId;
use crate::text::Text;
use crate::time::Zone;

/// Placeholders in a study's texts, filled in per site.
pub const PLACEHOLDERS: [&str; 2] = ["{contact}", "{emergency}"];

/// One site.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its code.
    pub id: SiteId,
    /// Its name.
    pub title: Text,
    /// Its time zone.
    pub zone: Zone,
    /// Contact for the study, with number and hours. Fills `{contact}`.
    pub contact: Text,
    /// Number for emergencies. Fills `{emergency}`.
    pub emergency: Text,
}

impl Site {
    /// `text` with this site's numbers in place of [`PLACEHOLDERS`], in each language.
    #[must_use]
    pub fn fill(&self, text: &Text) -> Text {
        text.map(|lang, words| {
            words
                .replace(PLACEHOLDERS[0], self.contact.get(lang))
                .replace(PLACEHOLDERS[1], self.emergency.get(lang))
        })
    }
}

/// First `{...}` of `text` that no site can fill.
#[must_use]
pub(super) fn unknown_placeholder(text: &str) -> Option<String> {
    let rest = PLACEHOLDERS.iter().fold(text.to_owned(), |text, known| text.replace(known, ""));
    let found = rest.get(rest.find(['{', '}'])?..)?;
    Some(found.split_inclusive('}').next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn numbers_are_filled_in_in_each_language_there_is() {
        let text = |en: &str, zh: &str| -> Text { [(Lang::EN, en), (Lang::ZH_CN, zh)].into_iter().collect() };
        let site = Site {
            id: "s".parse().unwrap(),
            title: Text::default(),
            zone: Zone::UTC,
            contact: text("Dr A, 010", "甲医生，010"),
            emergency: text("120", "120"),
        };
        let filled = site.fill(&text("Call {emergency}, then {contact}.", "请拨打{emergency}"));
        assert_eq!(filled, text("Call 120, then Dr A, 010.", "请拨打120"));
        let chinese_only: Text = [(Lang::ZH_CN, "{contact}")].into_iter().collect();
        assert_eq!(site.fill(&chinese_only).own(Lang::EN), None);
    }

    #[test]
    fn other_placeholders_are_found() {
        assert_eq!(unknown_placeholder("call {contact} or {emergency}"), None);
        for (text, bad) in [("call {phone} now", "{phone}"), ("a { b", "{ b"), ("a } b", "}")] {
            assert_eq!(unknown_placeholder(text).as_deref(), Some(bad));
        }
    }
}
