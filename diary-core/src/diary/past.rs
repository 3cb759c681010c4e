//! Past entries by day, and their progress.

use super::{Diary, DiaryError};
use crate::entry::Revision;
use crate::ids::EntryId;
use crate::record::{EntryState, histories};
use crate::store::DayState;
use crate::time::DiaryDay;

/// One entry with its revisions.
#[derive(Clone, Debug, serde::Serialize)]
pub struct PastEntry {
    /// The entry.
    pub entry: EntryId,
    /// Revision in force; `None` for a withdrawn entry.
    pub shown: Option<Revision>,
    /// True if it was withdrawn.
    pub withdrawn: bool,
    /// True if several revisions made without knowledge of each other are in force.
    pub conflict: bool,
    /// Revisions, oldest first.
    pub versions: Vec<Revision>,
}

impl Diary {
    /// Entries of the diary days `from` to `to`, oldest first.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn past(&self, from: DiaryDay, to: DiaryDay) -> Result<Vec<PastEntry>, DiaryError> {
        let revisions = self.store.revisions(from, to)?;
        let mut out: Vec<PastEntry> = histories(revisions.iter())
            .iter()
            .map(|history| PastEntry {
                entry: history.entry,
                shown: history.shown().map(|shown| shown.revision().clone()),
                withdrawn: matches!(history.state, EntryState::Withdrawn(_)),
                conflict: matches!(history.state, EntryState::Conflict(_)),
                versions: history.versions.iter().map(|version| version.revision().clone()).collect(),
            })
            .collect();
        out.sort_by_key(|past| (past.versions[0].day, past.versions[0].counter));
        Ok(out)
    }

    /// Progress of the entries of each of the diary days `from` to `to`.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn days(&self, from: DiaryDay, to: DiaryDay) -> Result<Vec<(DiaryDay, DayState)>, DiaryError> {
        let mut states = self.store.day_states(from, to)?;
        Ok(from.through(to).map(|day| (day, states.remove(&day).unwrap_or_default())).collect())
    }
}
