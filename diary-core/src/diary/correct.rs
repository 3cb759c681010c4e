//! Corrections and withdrawals: later revisions with a reason that name the ones they supersede. Earlier
//! revisions stay.

use std::iter;
use std::sync::Arc;

use super::alarms::Cause;
use super::{Circumstances, Diary, DiaryError, Finished};
use crate::entry::{Content, EncodedRevision, Revision, Slot};
use crate::ids::{EntryId, RevisionId};
use crate::readers::AHEAD_MS;
use crate::record::{EntryState, histories};
use crate::store::{DraftPlace, Urgency};
use crate::study::Study;
use crate::time::OccurredAt;

impl Diary {
    /// Corrects an entry under the version of the study in which it was recorded. Day, slot and lateness
    /// stay; `occurred`, if given, replaces the claimed time. Corrected answers and events are evaluated by
    /// the alert rules like new ones.
    ///
    /// # Errors
    /// For an unknown or withdrawn entry, another kind of content, answers out of range, or a missing reason.
    pub fn correct(
        &mut self,
        entry: EntryId,
        content: Content,
        occurred: Option<OccurredAt>,
        reason: &str,
        tap: &Circumstances<'_>,
    ) -> Result<Finished, DiaryError> {
        let study = self.study_of_entry(entry)?;
        let content = checked(&study, content)?;
        self.supersede(&study, entry, Some(content), occurred, reason, tap)
    }

    /// Withdraws an entry that should not have been made.
    ///
    /// # Errors
    /// For an unknown or withdrawn entry, or a missing reason.
    pub fn withdraw(
        &mut self,
        entry: EntryId,
        reason: &str,
        tap: &Circumstances<'_>,
    ) -> Result<Finished, DiaryError> {
        let study = self.study_of_entry(entry)?;
        self.supersede(&study, entry, None, None, reason, tap)
    }

    /// Records that the participant has read an instruction.
    ///
    /// # Errors
    /// For an unknown entry, or one that is not an instruction.
    pub fn acknowledge(&mut self, entry: EntryId, tap: &Circumstances<'_>) -> Result<Finished, DiaryError> {
        let versions = self.store.versions(entry)?;
        let last = versions.last().ok_or(DiaryError::UnknownEntry)?;
        let Content::AlertShown(alert) = &last.revision().content else { return Err(DiaryError::OtherKind) };
        let mut alert = alert.clone();
        alert.acknowledged = Some(tap.now);
        let study = self.study_of_entry(entry)?;
        self.supersede(&study, entry, Some(Content::AlertShown(alert)), None, "read", tap)
    }

    /// Version of the study under which an entry was recorded.
    fn study_of_entry(&self, entry: EntryId) -> Result<Arc<Study>, DiaryError> {
        let versions = self.store.versions(entry)?;
        let first = versions.first().ok_or(DiaryError::UnknownEntry)?;
        self.study_of(first.revision().study_version)
    }

    fn supersede(
        &mut self,
        study: &Study,
        entry: EntryId,
        content: Option<Content>,
        occurred: Option<OccurredAt>,
        reason: &str,
        tap: &Circumstances<'_>,
    ) -> Result<Finished, DiaryError> {
        if occurred.is_some_and(|at| at.0 > tap.now.plus_ms(AHEAD_MS)) {
            return Err(DiaryError::Future);
        }
        let versions = self.store.versions(entry)?;
        let histories = histories(versions.iter());
        let history = histories.first().ok_or(DiaryError::UnknownEntry)?;
        if matches!(history.state, EntryState::Withdrawn(_)) {
            return Err(DiaryError::AlreadyWithdrawn);
        }
        let shown = history.shown().ok_or(DiaryError::AlreadyWithdrawn)?;
        let content = content.unwrap_or(Content::Withdrawn);
        if content.kind() != shown.content.kind() && content != Content::Withdrawn {
            return Err(DiaryError::OtherKind);
        }
        let hits = match &content {
            Content::Assessment(assessment) => {
                let slot = match &shown.slot {
                    Some(Slot::Scheduled(slot)) => Some(slot.clone()),
                    Some(Slot::PlannedDose { .. }) | None => None,
                };
                let instrument = assessment.instrument.id.clone();
                self.alerts(study, &DraftPlace { instrument, slot, day: shown.day }, &assessment.answers)?
            }
            other => self.event_alerts(other)?,
        };
        let at_once = matches!(content, Content::Assessment(_)) || !hits.is_empty();
        let urgency = if at_once { Urgency::Now } else { Urgency::Gather };
        let id = RevisionId::new(tap.now.0, tap.entropy.array());
        let correction = EncodedRevision::new(Revision {
            id,
            entry,
            counter: self.store.next_counter()?,
            // All leaves, so that the correction of a conflict resolves it.
            parents: history.leaves(),
            author: tap.author.clone(),
            content,
            reason: Some(reason.to_owned()),
            day: shown.day,
            slot: shown.slot.clone(),
            occurred: occurred.or(shown.occurred),
            recorded: self.reading(tap),
            late: shown.late.clone(),
            lang: tap.lang,
            app: self.app.clone(),
            study_version: study.version(),
        })?;
        let (set_off, alerts) = self.shown_entries(hits, Cause::Revision(id), shown.day, 1, tap)?;
        let revisions: Vec<_> = iter::once(correction).chain(set_off).collect();
        self.store.save(&revisions, urgency, tap.now)?;
        Ok(Finished { entry, alerts })
    }
}

/// Contents checked against the instrument in the version of the study in which the entry was recorded.
fn checked(study: &Study, content: Content) -> Result<Content, DiaryError> {
    let Content::Assessment(mut assessment) = content else { return Ok(content) };
    let instrument = study.instrument(&assessment.instrument.id).ok_or(DiaryError::UnknownInstrument)?;
    assessment.answers = instrument.finish(&assessment.answers).map_err(DiaryError::Answers)?;
    assessment.instrument = instrument.reference();
    Ok(Content::Assessment(assessment))
}
