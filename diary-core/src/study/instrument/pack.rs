//! Content packs: licensed wording that a site loads. They replace words, never codes, limits or structure.

use std::collections::BTreeMap;

use crate::ids::InstrumentId;
use crate::text::Text;

/// Licensed wording of some instruments.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentPack {
    /// The pack.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Whose words these are, and by which permission they are used.
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

/// Not a content pack.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a content pack: {detail}")]
pub struct PackError {
    /// What the reader says, with line and column.
    pub detail: String,
}

impl ContentPack {
    /// Reads a content pack.
    ///
    /// # Errors
    /// Says line, column and key of what is wrong.
    pub fn parse(json: &[u8]) -> Result<Self, PackError> {
        serde_json::from_slice(json).map_err(|e| PackError { detail: e.to_string() })
    }
}
