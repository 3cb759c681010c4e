//! Addresses that the values of a page lead to.

use diary_core::ids::EntryId;
use diary_core::time::DiaryDay;

/// Addresses that the values of a page lead to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Links {
    /// Address before `entries/` and `days/`.
    pub base: String,
}

impl Links {
    /// The page of an entry.
    #[must_use]
    pub fn entry(&self, entry: EntryId) -> String {
        format!("{}entries/{entry}", self.base)
    }

    /// The page of what happened and what is planned.
    #[must_use]
    pub fn plan(&self) -> String {
        format!("{}plan", self.base)
    }

    /// The page of a day.
    #[must_use]
    pub fn day(&self, day: DiaryDay) -> String {
        format!("{}days/{day}", self.base)
    }
}
