//! Decides which of several entries at one place of the schedule counts. The site gives a reason, and all entries are
//! kept. The decision is sent to the participant's phones, which go on showing the entries as they were made.

use diary_core::act::ActContent;
use diary_core::ids::EntryId;
use diary_core::record::TrialRecord;
use diary_core::record::history::by_slot;
use diary_core::study::Course;
use diary_core::time::TimeOfDay;

use crate::site::acts::ParticipantActs;
use crate::site::{StaffError, check_reason};

/// Fewest characters of an entry's id that name it.
const END_MIN: usize = 4;

impl ParticipantActs<'_> {
    /// Decides that the entry whose id ends so is the one that counts at its place. Gives the entry.
    ///
    /// # Errors
    /// [`StaffError::ReasonForm`], [`StaffError::NothingToDecide`].
    pub async fn adjudicate(self, end: &str, reason: &str) -> Result<EntryId, StaffError> {
        check_reason(reason)?;
        let setting = self.setting().await?;
        let decide = |record: &TrialRecord| {
            plan(record, setting.study.day_cut(), end)
                .ok_or_else(|| StaffError::NothingToDecide { named: end.to_owned() })
        };
        let done = self.act(Some(reason), decide).await?;
        match done {
            ActContent::Adjudicate { primary, .. } => Ok(primary),
            _ => Err(StaffError::Contended),
        }
    }
}

/// The decision for the only entry whose id ends so, where others stand at its place.
fn plan(record: &TrialRecord, cut: TimeOfDay, end: &str) -> Option<ActContent> {
    let end = end.trim().to_lowercase();
    let histories = record.histories();
    let acts: Vec<_> = record.acts().map(|(act, _)| act).collect();
    let course = Course::of(&acts, Vec::new(), |_| None);
    let places = by_slot(&histories, &course, cut, |_| true);
    let mut named = places
        .values()
        .filter(|entries| end.len() >= END_MIN && entries.len() > 1)
        .flat_map(|entries| entries.iter().map(move |history| (history.entry, entries)))
        .filter(|(entry, _)| entry.to_string().ends_with(&end));
    let ((primary, entries), None) = (named.next()?, named.next()) else { return None };
    Some(ActContent::Adjudicate { primary, among: entries.iter().map(|history| history.entry).collect() })
}
