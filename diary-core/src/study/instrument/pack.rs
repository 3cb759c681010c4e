//! Content packs: licensed wording loaded by a site. They replace texts, never codes, limits or structure.

use std::collections::BTreeMap;

use super::error::{InstrumentError, Problem};
use super::item::{Item, find_code};
use crate::entry::ContentPackRef;
use crate::ids::InstrumentId;
use crate::text::Text;

/// Licensed wording of some instruments.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentPack {
    /// Id of the pack.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Owner of the wording, and permission for its use.
    pub licence: String,
    /// Texts, by instrument.
    pub instruments: BTreeMap<InstrumentId, PackInstrument>,
}

/// Texts of one instrument.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackInstrument {
    /// Its title.
    #[serde(default)]
    pub title: Option<Text>,
    /// Texts of items, by `linkId`.
    #[serde(default)]
    pub items: BTreeMap<String, PackItem>,
}

/// Texts of one item.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackItem {
    /// The question.
    #[serde(default)]
    pub text: Option<Text>,
    /// Labels of options, by code.
    #[serde(default)]
    pub options: BTreeMap<String, Text>,
}

/// Failure to decode a content pack.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a content pack: {detail}")]
pub struct PackError {
    /// Message of the reader, with line and column.
    pub detail: String,
}

impl ContentPack {
    /// Decodes a content pack.
    ///
    /// # Errors
    /// [`PackError`] with line, column and key.
    pub fn parse(json: &[u8]) -> Result<Self, PackError> {
        serde_json::from_slice(json).map_err(|e| PackError { detail: e.to_string() })
    }

    /// Reference kept in entries.
    #[must_use]
    pub fn reference(&self) -> ContentPackRef {
        ContentPackRef { id: self.id.clone(), version: self.version.clone() }
    }

    /// Applies its texts to an instrument; `false` if it has none for it.
    pub(super) fn apply(
        &self,
        id: &InstrumentId,
        title: &mut Text,
        items: &mut [Item],
    ) -> Result<bool, Vec<InstrumentError>> {
        let Some(words) = self.instruments.get(id) else { return Ok(false) };
        if let Some(new) = &words.title {
            reword(title, new);
        }
        let mut errors = Vec::new();
        for (link_id, words) in &words.items {
            let place =
                format!("content pack {} {}, instrument {id}, item \"{link_id}\"", self.id, self.version);
            let mut fail = |what: String| {
                errors.push(InstrumentError { place: place.clone(), problem: Problem::Conflict(what) });
            };
            match find(items, link_id) {
                Some(item) => words.apply(item, &mut fail),
                None => fail("the instrument has no such item".to_owned()),
            }
        }
        if errors.is_empty() { Ok(true) } else { Err(errors) }
    }
}

impl PackItem {
    fn apply(&self, item: &mut Item, fail: &mut dyn FnMut(String)) {
        if let Some(new) = &self.text {
            reword(&mut item.text, new);
        }
        for (code, new) in &self.options {
            match find_code(&item.options, None, code).map(|option| option.code.clone()) {
                Some(code) => {
                    item.options.iter_mut().filter(|o| o.code == code).for_each(|o| reword(&mut o.text, new));
                }
                None => fail(format!("it has no option with the code \"{code}\"")),
            }
        }
    }
}

/// Replaces the texts of each language that `new` contains.
fn reword(text: &mut Text, new: &Text) {
    for (lang, words) in new.iter() {
        text.set(lang, words);
    }
}

fn find<'i>(items: &'i mut [Item], link_id: &str) -> Option<&'i mut Item> {
    for item in items {
        if item.link_id == link_id {
            return Some(item);
        }
        if let Some(found) = find(&mut item.children, link_id) {
            return Some(found);
        }
    }
    None
}
