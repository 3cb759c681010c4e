//! Capture of entries: answers one by one, finished assessments, doses, medication changes, events, notes.
//! The alerts that an entry triggers are saved in the same transaction.

use std::iter;

use super::alarms::{Cause, Instructed, begun};
use super::{Diary, DiaryError};
use crate::counter::Counter;
use crate::entropy::Entropy;
use crate::entry::{
    Answer, Assessment, Author, Content, DoseStatus, EncodedRevision, Late, Revision, Slot, Value,
};
use crate::ids::{EntryId, RevisionId};
use crate::readers::AHEAD_MS;
use crate::store::{Draft, DraftPlace, Urgency};
use crate::study::instrument::Item;
use crate::study::{Study, schedule};
use crate::text::Lang;
use crate::time::{DAY_MS, DiaryDay, OccurredAt, Reading, UtcMillis, Zone};

/// Circumstances of an action on the screen. Clock and randomness are arguments.
pub struct Circumstances<'a> {
    /// Time on the device's clock.
    pub now: UtcMillis,
    /// Zone set on the device.
    pub zone: Zone,
    /// Milliseconds since the start of this run by a clock that cannot be set, if there is one.
    pub monotonic_ms: Option<u64>,
    /// Author of the action.
    pub author: Author,
    /// Language on the screen.
    pub lang: Lang,
    /// Source of random ids.
    pub entropy: &'a dyn Entropy,
}

/// Result of saving an entry.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The entry.
    pub entry: EntryId,
    /// Instructions to show now, the most severe first, each with the entry that records it.
    pub alerts: Vec<Instructed>,
}

impl Diary {
    /// Checks and saves one answer of a draft; nothing is saved if it is refused. Returns the instructions to
    /// show now: of rules that the answers so far meet, and that were not shown for this draft. Their entries
    /// are saved with the answer and sent even if the questionnaire is never finished.
    ///
    /// # Errors
    /// [`DiaryError::Answers`] with item and range; [`DiaryError::UnknownInstrument`],
    /// [`DiaryError::UnknownItem`].
    pub fn answer(
        &mut self,
        place: &DraftPlace,
        link_id: &str,
        values: Vec<Value>,
        tap: &Circumstances<'_>,
    ) -> Result<Vec<Instructed>, DiaryError> {
        let draft = self.store.draft(place)?;
        let study = self.study_of_draft(draft.as_ref());
        let instrument = study.instrument(&place.instrument).ok_or(DiaryError::UnknownInstrument)?;
        let started = draft.as_ref().map_or(tap.now, |draft| draft.started);
        let mut answers = draft.map(|draft| draft.answers).unwrap_or_default();
        answers.retain(|answer| answer.link_id != link_id);
        let given = !values.is_empty();
        let answer = Answer { link_id: link_id.to_owned(), values };
        if given {
            let item = instrument.item(link_id).ok_or(DiaryError::UnknownItem)?;
            instrument.check(item, &answer.values).map_err(|error| DiaryError::Answers(vec![error]))?;
            answers.push(answer.clone());
        }
        let begun = begun(place, started);
        let hits =
            self.not_shown(self.alerts_so_far(&study, place, instrument, answers)?, place.day, &begun)?;
        let (set_off, alerts) = self.shown_entries(hits, Cause::Begun(begun), place.day, 0, tap)?;
        match given {
            true => self.store.save_answer(place, &answer, &set_off, tap.now)?,
            // Removing an answer may enable other questions again, whose earlier answers then count.
            false => self.store.clear_answer(place, link_id, &set_off, tap.now)?,
        }
        Ok(alerts)
    }

    /// Draft at a place, if there is one.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn draft(&self, place: &DraftPlace) -> Result<Option<Draft>, DiaryError> {
        Ok(self.store.draft(place)?)
    }

    /// Turns a draft into an entry, and saves with it the alerts that were not shown while the answers were
    /// given.
    ///
    /// # Errors
    /// [`DiaryError::Answers`] with each required item that is missing; the draft is kept.
    /// [`DiaryError::NotOpenYet`] for a slot before its window; a late answer is accepted and marked.
    pub fn finish(
        &mut self,
        place: &DraftPlace,
        late_reason: Option<String>,
        tap: &Circumstances<'_>,
    ) -> Result<Finished, DiaryError> {
        let draft = self.store.draft(place)?.ok_or(DiaryError::NoDraft)?;
        let study = self.study_of_draft(Some(&draft));
        let instrument = study.instrument(&place.instrument).ok_or(DiaryError::UnknownInstrument)?;
        // A draft of an unknown version may hold answers to items that no longer exist; they stay in the log
        // of changes.
        let is_asked = |answer: &&Answer| instrument.item(&answer.link_id).is_some_and(Item::is_asked);
        let asked: Vec<Answer> = draft.answers.iter().filter(is_asked).cloned().collect();
        let gone: Vec<&Answer> = draft.answers.iter().filter(|answer| !is_asked(answer)).collect();
        for answer in &gone {
            self.store.clear_answer(place, &answer.link_id, &[], tap.now)?;
        }
        let answers = instrument.finish(&asked).map_err(DiaryError::Answers)?;
        let slot = place.slot.clone().map(Slot::Scheduled);
        // A slot removed from the study since the draft was begun must not keep its answers from being saved.
        let late = match self.late(&study, slot.as_ref(), place.day, late_reason, tap) {
            Err(DiaryError::UnknownSlot) => None,
            other => other?,
        };
        let hits = self.alerts(&study, place, &answers)?;
        let hits = self.not_shown(hits, place.day, &begun(place, draft.started))?;
        let content = Content::Assessment(Assessment {
            instrument: instrument.reference(),
            answers,
            changed_before_finish: draft.changed,
            started: Some(draft.started),
        });
        let first = self.first(&study, content, place.day, slot, None, late, tap)?;
        let (entry, cause) = (first.revision().entry, Cause::Revision(first.revision().id));
        let (set_off, alerts) = self.shown_entries(hits, cause, place.day, 1, tap)?;
        let revisions: Vec<_> = iter::once(first).chain(set_off).collect();
        // One transaction: the record of an instruction must not exist without the answers that triggered
        // it.
        self.store.finish_draft(place, &revisions, Urgency::Now, tap.now)?;
        Ok(Finished { entry, alerts })
    }

    /// Saves a dose, a medication change, an event or a note. `day` is the diary day of `occurred`, or of now
    /// without it. A serious event is sent at once, with its instruction.
    ///
    /// # Errors
    /// Those of [`EncodedRevision::new`], [`DiaryError::Future`], [`DiaryError::UnknownSlot`],
    /// [`DiaryError::NotOpenYet`]; a taken dose may be up to a day early.
    pub fn record(
        &mut self,
        content: Content,
        slot: Option<(DiaryDay, Slot)>,
        occurred: Option<OccurredAt>,
        late_reason: Option<String>,
        tap: &Circumstances<'_>,
    ) -> Result<Finished, DiaryError> {
        if occurred.is_some_and(|at| at.0 > tap.now.plus_ms(AHEAD_MS)) {
            return Err(DiaryError::Future);
        }
        let about = occurred.map_or(tap.now, |at| at.0);
        let (day, slot) = slot.map_or((self.day(about, tap.zone), None), |(day, slot)| (day, Some(slot)));
        // A dose taken early has been taken, and is recorded as early. Anything else waits for its window.
        let taken = matches!(&content, Content::Dose(dose) if dose.status == DoseStatus::Taken);
        let late = match self.late(&self.study, slot.as_ref(), day, late_reason, tap) {
            Err(DiaryError::NotOpenYet { opens }) if taken && opens <= tap.now.plus_ms(DAY_MS) => None,
            other => other?,
        };
        let hits = self.event_alerts(&content)?;
        let urgency = if hits.is_empty() { Urgency::Gather } else { Urgency::Now };
        let first = self.first(&self.study, content, day, slot, occurred, late, tap)?;
        let (entry, cause) = (first.revision().entry, Cause::Revision(first.revision().id));
        let (set_off, alerts) = self.shown_entries(hits, cause, day, 1, tap)?;
        let revisions: Vec<_> = iter::once(first).chain(set_off).collect();
        self.store.save(&revisions, urgency, tap.now)?;
        Ok(Finished { entry, alerts })
    }

    /// Lateness of an answer to `slot` of `day`; an error before its window, or if the study never had it.
    fn late(
        &self,
        study: &Study,
        slot: Option<&Slot>,
        day: DiaryDay,
        reason: Option<String>,
        tap: &Circumstances<'_>,
    ) -> Result<Option<Late>, DiaryError> {
        let Some(slot) = slot else { return Ok(None) };
        let plan = self.plan_under(study, tap.zone)?;
        let found = schedule::occurrences(&plan, day, day).into_iter().find(|one| one.slot == *slot);
        let Some(occurrence) = found else {
            // The schedule may have changed since (a moved anchor, another regimen). The answer was to this
            // slot, and keeps it.
            let known = match slot {
                Slot::Scheduled(slot) => study.slot(slot).is_some(),
                Slot::PlannedDose { .. } => true,
            };
            return if known { Ok(None) } else { Err(DiaryError::UnknownSlot) };
        };
        if tap.now < occurrence.opens {
            return Err(DiaryError::NotOpenYet { opens: occurrence.opens });
        }
        Ok((tap.now >= occurrence.closes).then_some(Late { closed: occurrence.closes, reason }))
    }

    #[expect(clippy::too_many_arguments, reason = "these are the stamps of an entry, each needed once")]
    fn first(
        &self,
        study: &Study,
        content: Content,
        day: DiaryDay,
        slot: Option<Slot>,
        occurred: Option<OccurredAt>,
        late: Option<Late>,
        tap: &Circumstances<'_>,
    ) -> Result<EncodedRevision, DiaryError> {
        let counter = self.store.next_counter()?;
        self.revision(study, content, day, slot, occurred, late, tap.author.clone(), counter, tap)
    }

    #[expect(clippy::too_many_arguments, reason = "these are the stamps of an entry, each needed once")]
    pub(super) fn revision(
        &self,
        study: &Study,
        content: Content,
        day: DiaryDay,
        slot: Option<Slot>,
        occurred: Option<OccurredAt>,
        late: Option<Late>,
        author: Author,
        counter: Counter,
        tap: &Circumstances<'_>,
    ) -> Result<EncodedRevision, DiaryError> {
        let id = RevisionId::new(tap.now.0, tap.entropy.array());
        Ok(EncodedRevision::new(Revision {
            id,
            entry: id.into(),
            counter,
            parents: Vec::new(),
            author,
            content,
            reason: None,
            day,
            slot,
            occurred,
            recorded: self.reading(tap),
            late,
            lang: tap.lang,
            app: self.app.clone(),
            study_version: study.version(),
        })?)
    }

    pub(super) fn reading(&self, tap: &Circumstances<'_>) -> Reading {
        Reading::new(tap.now, tap.zone, self.run, tap.monotonic_ms)
    }
}
