//! Instructions of alert rules and serious events, evaluated on the device without a network. Showing one is
//! recorded as an entry. Each is shown once per cause, and stays readable.

use std::collections::BTreeMap;

use super::{Circumstances, Diary, DiaryError};
use crate::entry::{AlertShown, Answer, AnswersBegun, Author, Content, EncodedRevision};
use crate::ids::{EntryId, RevisionId, RuleId};
use crate::measure::Decimal;
use crate::record::{EntryHistory, histories};
use crate::store::{DraftPlace, Urgency};
use crate::study::Severity;
use crate::study::Study;
use crate::study::alert::{self, AlertHit, AlertInput, MissedInput};
use crate::study::instrument::Instrument;
use crate::text::Text;
use crate::time::{DiaryDay, Reading, UtcMillis, Zone};

/// Number of days before today that rules on missed days look at.
const MISSED_DAYS_BACK: i64 = 28;

/// An instruction shown on a phone of this diary.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// Entry that records it.
    pub entry: EntryId,
    /// Rule, or code of the serious event.
    pub rule: RuleId,
    /// Title, if the study still contains the rule.
    pub title: Option<Text>,
    /// Severity of the rule.
    pub severity: Severity,
    /// Text shown.
    pub shown: String,
    /// Reading of the phone's clock at that moment.
    pub at: Reading,
    /// Instant at which reading it was confirmed.
    pub acknowledged: Option<UtcMillis>,
}

/// A rule that was met, and the entry that records its instruction.
pub type Instructed = (AlertHit, EntryId);

/// Cause of an instruction.
pub(super) enum Cause {
    /// A revision.
    Revision(RevisionId),
    /// Answers that are not finished.
    Begun(AnswersBegun),
    /// Days without an answer.
    Missed,
}

/// Reference to the answers of a draft begun at `started`.
pub(super) fn begun(place: &DraftPlace, started: UtcMillis) -> AnswersBegun {
    AnswersBegun { instrument: place.instrument.clone(), slot: place.slot.clone(), started }
}

impl Diary {
    /// Evaluates the rules on missed days and saves the instructions to show, once per rule and day. None are
    /// due after the end of the participation or the revocation of this phone.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn check_missed(&mut self, tap: &Circumstances<'_>) -> Result<Vec<Instructed>, DiaryError> {
        self.store.clock_shows(tap.now)?;
        self.settle_first_day(tap.now, tap.zone)?;
        let day = self.day(tap.now, tap.zone);
        let course = self.plan(tap.zone)?.course;
        // After the end nothing is asked, so that nothing can be missed.
        if self.device.revocation.is_some() || !course.is_open_on(day) {
            return Ok(Vec::new());
        }
        let slots: Vec<_> = self
            .slots(day.plus_days(-MISSED_DAYS_BACK), day, tap.now, tap.zone)?
            .into_iter()
            .map(|item| (item.occurrence, item.state))
            .collect();
        let input = MissedInput { site: self.site()?, day, slots: &slots, anchors: &course.anchors };
        let mut hits = alert::evaluate_missed(&self.study, &input);
        // Once per rule and day over all phones of the participant: received instructions count, too.
        let shown = self.store.revisions(day, day)?;
        let shown: Vec<_> = shown
            .iter()
            .filter_map(|held| match &held.revision().content {
                Content::AlertShown(alert) => Some(&alert.rule),
                _ => None,
            })
            .collect();
        hits.retain(|hit| !shown.contains(&&hit.rule));
        let (revisions, alerts) = self.shown_entries(hits, Cause::Missed, day, 0, tap)?;
        if !revisions.is_empty() {
            self.store.save(&revisions, Urgency::Now, tap.now)?;
        }
        Ok(alerts)
    }

    /// Instructions shown since `since`, by the phone's clock, or all of them; the latest first.
    ///
    /// # Errors
    /// [`DiaryError::Store`] if the store fails.
    pub fn instructions(&self, since: Option<UtcMillis>) -> Result<Vec<Instruction>, DiaryError> {
        let revisions = self.store.revisions_of("alert-shown")?;
        let histories = histories(revisions.iter());
        let is_in = |one: &Instruction| since.is_none_or(|since| one.at.utc >= since);
        let found = histories.iter().rev().filter_map(|history| self.instruction(history));
        Ok(found.filter(is_in).collect())
    }

    fn instruction(&self, history: &EntryHistory<'_>) -> Option<Instruction> {
        let Content::AlertShown(alert) = &history.shown()?.content else { return None };
        let known = self.study.alarm(&alert.rule);
        Some(Instruction {
            entry: history.entry,
            rule: alert.rule.clone(),
            title: known.map(|(title, _)| title.clone()),
            severity: known.map_or(Severity::Call, |(_, severity)| severity),
            shown: alert.shown.clone(),
            at: history.first().recorded.clone(),
            acknowledged: alert.acknowledged,
        })
    }

    /// Rules met by finished answers: those in force, and those of the version under which the answers were
    /// given.
    pub(super) fn alerts(
        &self,
        study: &Study,
        place: &DraftPlace,
        answers: &[Answer],
    ) -> Result<Vec<AlertHit>, DiaryError> {
        let totals = self.totals(place)?;
        let course = self.plan(Zone::UTC)?.course;
        let input = AlertInput {
            site: self.site()?,
            instrument: &place.instrument,
            answers,
            day: place.day,
            totals: &totals,
            anchors: &course.anchors,
        };
        let mut hits = alert::evaluate(&self.study, &input);
        // A new version must not silence a rule under which the answers were begun.
        if study.version() != self.study.version() {
            let earlier = alert::evaluate(study, &input);
            let new = |hit: &AlertHit| hits.iter().all(|held| held.rule != hit.rule);
            let more: Vec<AlertHit> = earlier.into_iter().filter(new).collect();
            hits.extend(more);
            hits.sort_by_key(|hit| std::cmp::Reverse(hit.severity));
        }
        Ok(hits)
    }

    /// Rules met so far by the answers of a draft, to enabled questions alone.
    pub(super) fn alerts_so_far(
        &self,
        study: &Study,
        place: &DraftPlace,
        instrument: &Instrument,
        mut answers: Vec<Answer>,
    ) -> Result<Vec<AlertHit>, DiaryError> {
        let asked: Vec<&str> =
            instrument.enabled(&answers).iter().map(|item| item.link_id.as_str()).collect();
        answers.retain(|answer| asked.contains(&answer.link_id.as_str()));
        self.alerts(study, place, &answers)
    }

    /// Those of `hits` whose instruction was not shown while the answers were given.
    pub(super) fn not_shown(
        &self,
        mut hits: Vec<AlertHit>,
        day: DiaryDay,
        begun: &AnswersBegun,
    ) -> Result<Vec<AlertHit>, DiaryError> {
        if hits.is_empty() {
            return Ok(hits);
        }
        let revisions = self.store.revisions(day, day)?;
        let shown: Vec<&RuleId> = revisions
            .iter()
            .filter_map(|held| match &held.revision().content {
                Content::AlertShown(alert) if alert.of.as_ref() == Some(begun) => Some(&alert.rule),
                _ => None,
            })
            .collect();
        hits.retain(|hit| !shown.contains(&&hit.rule));
        Ok(hits)
    }

    /// Alert of a serious event.
    pub(super) fn event_alerts(&self, content: &Content) -> Result<Vec<AlertHit>, DiaryError> {
        let Content::Event(event) = content else { return Ok(Vec::new()) };
        Ok(alert::evaluate_event(&self.study, self.site()?, &event.code).into_iter().collect())
    }

    /// Known totals of the instrument, the last of each day.
    fn totals(&self, place: &DraftPlace) -> Result<BTreeMap<DiaryDay, Decimal>, DiaryError> {
        let revisions = self.store.revisions_of("assessment")?;
        let mut totals = BTreeMap::new();
        for history in histories(revisions.iter()) {
            let Some(shown) = history.shown() else { continue };
            let Content::Assessment(assessment) = &shown.content else { continue };
            if assessment.instrument.id != place.instrument {
                continue;
            }
            let study = self.study_of(shown.study_version)?;
            let instrument = study.instrument(&assessment.instrument.id);
            let total = instrument.and_then(|instrument| instrument.score(&assessment.answers).total);
            totals.extend(total.map(|total| (shown.day, total)));
        }
        Ok(totals)
    }

    /// Entries that record the instructions of `hits`, to be saved after `before` others.
    pub(super) fn shown_entries(
        &self,
        hits: Vec<AlertHit>,
        cause: Cause,
        day: DiaryDay,
        before: u64,
        tap: &Circumstances<'_>,
    ) -> Result<(Vec<EncodedRevision>, Vec<Instructed>), DiaryError> {
        let (trigger, of) = match cause {
            Cause::Revision(id) => (Some(id), None),
            Cause::Begun(begun) => (None, Some(begun)),
            Cause::Missed => (None, None),
        };
        let (mut revisions, mut alerts) = (Vec::with_capacity(hits.len()), Vec::with_capacity(hits.len()));
        for hit in hits {
            let content = Content::AlertShown(AlertShown {
                rule: hit.rule.clone(),
                trigger,
                shown: hit.instruction.get(tap.lang).to_owned(),
                acknowledged: None,
                of: of.clone(),
            });
            let counter = self.store.counter_after(before + revisions.len() as u64)?;
            let revision =
                self.revision(&self.study, content, day, None, None, None, Author::System, counter, tap)?;
            alerts.push((hit, revision.revision().entry));
            revisions.push(revision);
        }
        Ok((revisions, alerts))
    }
}
