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
    pub(super) fn entry(&self, entry: EntryId) -> String {
        format!("{}entries/{entry}", self.base)
    }

    pub(super) fn day(&self, day: DiaryDay) -> String {
        format!("{}days/{day}", self.base)
    }
}
