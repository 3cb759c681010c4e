//! Whether values are an answer to an item, and the sentence a participant reads when they are not.

use super::item::Item;
use crate::text::{Lang, Text};

/// Why something is not an answer. Holds the item's own words and limits, never what was entered.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{text}", text = self.message(Lang::En))]
pub struct AnswerError {
    /// The item.
    pub link_id: String,
    /// What it asks.
    pub item: Text,
    /// Why it is refused.
    pub reason: Refusal,
}

/// Why an answer is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The item must be answered.
    Missing,
    /// Not a value of the item's kind.
    WrongType,
}

impl AnswerError {
    pub(super) fn new(item: &Item, reason: Refusal) -> Self {
        Self { link_id: item.link_id.clone(), item: item.text.clone(), reason }
    }

    /// What a participant reads: names the item, what is allowed, and what to do.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        self.item.get(lang).to_owned()
    }
}
