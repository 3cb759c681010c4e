//! From a tap to an entry on the disk: answers one by one, the finished assessment, doses, changes, events, notes.
//! Alert rules are evaluated here, offline, and what is shown is saved with the entry that set it off.

use super::{Diary, DiaryError};
use crate::entropy::Entropy;
use crate::entry::{
    AlertShown, Answer, Assessment, Author, Content, DoseStatus, EncodedRevision, Late, Revision, Slot, Value,
};
use crate::ids::{EntryId, RevisionId};
use crate::measure::Decimal;
use crate::readers::AHEAD_MS;
use crate::record::histories;
use crate::store::{Draft, DraftPlace, Urgency};
use crate::study::alert::{self, AlertHit, AlertInput, MissedInput};
use crate::study::instrument::Item;
use crate::study::schedule;
use crate::text::Lang;
use crate::time::{DAY_MS, DiaryDay, OccurredAt, Reading, UtcMillis, Zone};

/// The circumstances of a tap. Clock and randomness are arguments.
pub struct Circumstances<'a> {
    /// What the device's clock shows.
    pub now: UtcMillis,
    /// The zone the device is set to.
    pub zone: Zone,
    /// Milliseconds since the start of this run by a clock that nobody can set, where there is one.
    pub monotonic_ms: Option<u64>,
    /// Who taps.
    pub author: Author,
    /// The language on the screen.
    pub lang: Lang,
    /// Randomness for ids.
    pub entropy: &'a dyn Entropy,
}

/// What saving an entry brought.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The entry.
    pub entry: EntryId,
    /// Instructions to show now, the most pressing first, each with the entry that records it.
    pub alerts: Vec<(AlertHit, EntryId)>,
}

impl Diary {
    /// Checks and saves one answer of a draft. Nothing is saved where it is refused.
    ///
    /// # Errors
    /// [`DiaryError::Answers`] names item, range and what to do.
    pub fn answer(
        &mut self,
        place: &DraftPlace,
        link_id: &str,
        values: Vec<Value>,
        now: UtcMillis,
    ) -> Result<(), DiaryError> {
        let instrument = self.study.instrument(&place.instrument).ok_or(DiaryError::UnknownInstrument)?;
        if values.is_empty() {
            return Ok(self.store.clear_answer(place, link_id, now)?);
        }
        let item = instrument.item(link_id).ok_or(DiaryError::UnknownItem)?;
        instrument.check(item, &values).map_err(|error| DiaryError::Answers(vec![error]))?;
        Ok(self.store.save_answer(place, &Answer { link_id: link_id.to_owned(), values }, now)?)
    }

    /// The draft at a place.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn draft(&self, place: &DraftPlace) -> Result<Option<Draft>, DiaryError> {
        Ok(self.store.draft(place)?)
    }

    /// Turns a draft into an entry and saves with it what its answers set off.
    ///
    /// # Errors
    /// [`DiaryError::Answers`] with every required item that is missing; the draft is kept. Slots that have not
    /// opened are refused; late ones are taken and marked.
    pub fn finish(
        &mut self,
        place: &DraftPlace,
        late_reason: Option<String>,
        tap: &Circumstances<'_>,
    ) -> Result<Finished, DiaryError> {
        let draft = self.store.draft(place)?.ok_or(DiaryError::NoDraft)?;
        let instrument = self.study.instrument(&place.instrument).ok_or(DiaryError::UnknownInstrument)?;
        // A newer version of the study may no longer ask what was answered: that answer stays in the log of changes.
        let is_asked = |answer: &&Answer| instrument.item(&answer.link_id).is_some_and(Item::is_asked);
        let asked: Vec<Answer> = draft.answers.iter().filter(is_asked).cloned().collect();
        let gone: Vec<&Answer> = draft.answers.iter().filter(|answer| !is_asked(answer)).collect();
        for answer in &gone {
            self.store.clear_answer(place, &answer.link_id, tap.now)?;
        }
        let answers = instrument.finish(&asked).map_err(DiaryError::Answers)?;
        let slot = place.slot.clone().map(Slot::Scheduled);
        // What was begun in a slot that the study has dropped since is finished all the same.
        let late = match self.late(slot.as_ref(), place.day, late_reason, tap) {
            Err(DiaryError::UnknownSlot) => None,
            other => other?,
        };
        let hits = self.alerts(place, &answers)?;
        let content = Content::Assessment(Assessment {
            instrument: instrument.reference(),
            answers,
            changed_before_finish: draft.changed,
            started: Some(draft.started),
        });
        let mut revisions = vec![self.first(content, place.day, slot, None, late, tap)?];
        let entry = revisions[0].revision().entry;
        let alerts =
            self.add_alerts(hits, Some(revisions[0].revision().id), place.day, tap, &mut revisions)?;
        self.store.finish_draft(place, &revisions, Urgency::Now, tap.now)?;
        Ok(Finished { entry, alerts })
    }

    /// Saves a dose, a medication change, an event or a note. `day` defaults to the diary day of `occurred`, else of
    /// now.
    ///
    /// # Errors
    /// What [`EncodedRevision::new`] refuses, a time to come, a slot the schedule does not have, or one that has not
    /// opened; a dose that was taken may be up to a day early.
    pub fn record(
        &mut self,
        content: Content,
        slot: Option<(DiaryDay, Slot)>,
        occurred: Option<OccurredAt>,
        late_reason: Option<String>,
        tap: &Circumstances<'_>,
    ) -> Result<EntryId, DiaryError> {
        if occurred.is_some_and(|at| at.0 > tap.now.plus_ms(AHEAD_MS)) {
            return Err(DiaryError::Future);
        }
        let about = occurred.map_or(tap.now, |at| at.0);
        let (day, slot) = slot.map_or((self.day(about, tap.zone), None), |(day, slot)| (day, Some(slot)));
        // A dose that was taken before its time was taken: it is recorded as early. Anything else waits for its time.
        let taken = matches!(&content, Content::Dose(dose) if dose.status == DoseStatus::Taken);
        let late = match self.late(slot.as_ref(), day, late_reason, tap) {
            Err(DiaryError::NotOpenYet { opens }) if taken && opens <= tap.now.plus_ms(DAY_MS) => None,
            other => other?,
        };
        let revision = self.first(content, day, slot, occurred, late, tap)?;
        let entry = revision.revision().entry;
        self.store.save(&[revision], Urgency::Gather, tap.now)?;
        Ok(entry)
    }

    /// Evaluates the rules on missed days and saves what is to be shown, once per rule and day.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn check_missed(&mut self, tap: &Circumstances<'_>) -> Result<Vec<(AlertHit, EntryId)>, DiaryError> {
        self.store.clock_shows(tap.now)?;
        let day = self.day(tap.now, tap.zone);
        let slots: Vec<_> = self
            .slots(day.plus_days(-MISSED_DAYS_BACK), day, tap.now, tap.zone)?
            .into_iter()
            .map(|item| (item.occurrence, item.state))
            .collect();
        let course = self.plan(tap.zone)?.course;
        let input = MissedInput { site: self.site()?, day, slots: &slots, anchors: &course.anchors };
        let mut hits = alert::evaluate_missed(&self.study, &input);
        let shown = self.store.revisions(day, day)?;
        let shown: Vec<_> = shown
            .iter()
            .filter_map(|held| match &held.revision().content {
                Content::AlertShown(alert) => Some(&alert.rule),
                _ => None,
            })
            .collect();
        hits.retain(|hit| !shown.contains(&&hit.rule));
        let mut revisions = Vec::new();
        let alerts = self.add_alerts(hits, None, day, tap, &mut revisions)?;
        if !revisions.is_empty() {
            self.store.save(&revisions, Urgency::Now, tap.now)?;
        }
        Ok(alerts)
    }

    pub(super) fn alerts(&self, place: &DraftPlace, answers: &[Answer]) -> Result<Vec<AlertHit>, DiaryError> {
        let totals = self.totals(place)?;
        let course = self.plan(Zone::UTC)?.course;
        Ok(alert::evaluate(
            &self.study,
            &AlertInput {
                site: self.site()?,
                instrument: &place.instrument,
                answers,
                day: place.day,
                totals: &totals,
                anchors: &course.anchors,
            },
        ))
    }

    /// Totals of the instrument that are known, with their days.
    fn totals(&self, place: &DraftPlace) -> Result<Vec<(DiaryDay, Decimal)>, DiaryError> {
        let revisions = self.store.revisions_of("assessment")?;
        Ok(histories(revisions.iter())
            .iter()
            .filter_map(|history| {
                let shown = history.shown()?;
                let Content::Assessment(assessment) = &shown.content else { return None };
                let instrument = self.study.instrument(&assessment.instrument.id)?;
                let same = assessment.instrument.id == place.instrument;
                same.then(|| instrument.score(&assessment.answers).total)
                    .flatten()
                    .map(|total| (shown.day, total))
            })
            .collect())
    }

    pub(super) fn add_alerts(
        &self,
        hits: Vec<AlertHit>,
        trigger: Option<RevisionId>,
        day: DiaryDay,
        tap: &Circumstances<'_>,
        revisions: &mut Vec<EncodedRevision>,
    ) -> Result<Vec<(AlertHit, EntryId)>, DiaryError> {
        let mut alerts = Vec::with_capacity(hits.len());
        for hit in hits {
            let content = Content::AlertShown(AlertShown {
                rule: hit.rule.clone(),
                trigger,
                shown: hit.instruction.get(tap.lang).to_owned(),
                acknowledged: None,
            });
            let counter = self.store.next_counter()? + revisions.len() as u64;
            let revision = self.revision(content, day, None, None, None, Author::System, counter, tap)?;
            alerts.push((hit, revision.revision().entry));
            revisions.push(revision);
        }
        Ok(alerts)
    }

    /// When `slot` of `day` had closed before now; an error where it has not opened, or the study never had it.
    fn late(
        &self,
        slot: Option<&Slot>,
        day: DiaryDay,
        reason: Option<String>,
        tap: &Circumstances<'_>,
    ) -> Result<Option<Late>, DiaryError> {
        let Some(slot) = slot else { return Ok(None) };
        let plan = self.plan(tap.zone)?;
        let found = schedule::occurrences(&plan, day, day).into_iter().find(|one| one.slot == *slot);
        let Some(occurrence) = found else {
            // A place that has gone since (an anchor moved, a new regimen) still is what was answered: keep it.
            let known = match slot {
                Slot::Scheduled(slot) => self.study.slot(slot).is_some(),
                Slot::PlannedDose { .. } => true,
            };
            return if known { Ok(None) } else { Err(DiaryError::UnknownSlot) };
        };
        if tap.now < occurrence.opens {
            return Err(DiaryError::NotOpenYet { opens: occurrence.opens });
        }
        Ok((tap.now >= occurrence.closes).then_some(Late { closed: occurrence.closes, reason }))
    }

    fn first(
        &self,
        content: Content,
        day: DiaryDay,
        slot: Option<Slot>,
        occurred: Option<OccurredAt>,
        late: Option<Late>,
        tap: &Circumstances<'_>,
    ) -> Result<EncodedRevision, DiaryError> {
        let counter = self.store.next_counter()?;
        self.revision(content, day, slot, occurred, late, tap.author.clone(), counter, tap)
    }

    #[expect(clippy::too_many_arguments, reason = "these are the stamps of an entry, each needed once")]
    fn revision(
        &self,
        content: Content,
        day: DiaryDay,
        slot: Option<Slot>,
        occurred: Option<OccurredAt>,
        late: Option<Late>,
        author: Author,
        counter: u64,
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
            study_version: self.study.version(),
        })?)
    }

    pub(super) fn reading(&self, tap: &Circumstances<'_>) -> Reading {
        Reading::new(tap.now, tap.zone, self.run, tap.monotonic_ms)
    }
}

/// How far back rules on missed days look.
const MISSED_DAYS_BACK: i64 = 28;
