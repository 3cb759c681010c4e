//! Alerts: rules of the study evaluated again here, serious events, and records of instructions shown. A phone's
//! records and the answers may disagree; both are reported. No diagnosis is made.

mod lowered;
mod told;

pub use lowered::Handled;

use std::collections::{BTreeMap, BTreeSet};

use diary_core::entry::{Assessment, Content, Revision, Slot};
use diary_core::ids::{EntryId, EventCode, InstrumentId, RuleId, SlotId};
use diary_core::measure::Decimal;
use diary_core::study::Severity;
use diary_core::study::alert::{self, AlertInput, AlertRule, When};
use diary_core::text::Text;
use diary_core::time::{DiaryDay, UtcMillis};
use serde::Serialize;

use super::difference;
use super::entries::View;
use super::entry::{Entry, Stamp};
use super::words::both;
use super::{TotalPoint, TotalSeries};
use lowered::{Lowering, counted_from};

/// An alert rule, or kind of serious event, with its occurrences.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RuleFinding {
    /// The rule, or the code of the event.
    pub rule: RuleId,
    /// Its name.
    pub title: Text,
    /// Severity of the rule.
    pub severity: Severity,
    /// Occurrences, oldest first.
    pub hits: Vec<RuleHit>,
}

impl RuleFinding {
    /// True if an occurrence is neither dealt with nor followed by a visit.
    #[must_use]
    pub fn presses(&self) -> bool {
        self.hits.iter().any(RuleHit::presses)
    }
}

/// One time that a rule was met, that a serious event was reported, or that an instruction was shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RuleHit {
    /// Diary day of the entry.
    pub day: DiaryDay,
    /// Day of receipt at the site.
    pub received: DiaryDay,
    /// Day for which it counts: that of the receipt if a clock was wrong.
    pub counted: DiaryDay,
    /// Time of the answers, or of the instruction shown.
    pub at: Stamp,
    /// The answers that count now meet it. For missed days it is not worked out again.
    pub met: Option<bool>,
    /// The instruction was shown, by the record.
    pub shown: bool,
    /// The instruction was shown for answers that were not finished, or have not arrived.
    pub unfinished: bool,
    /// Time of confirmation as read.
    pub acknowledged: Option<UtcMillis>,
    /// Values that met the rule.
    pub because: Text,
    /// Instrument of the answers.
    pub instrument: Option<InstrumentId>,
    /// Slot of the answers.
    pub slot: Option<SlotId>,
    /// `linkId`s of the answers that met it.
    pub items: Vec<String>,
    /// Entries that a person deals with together: those that met the rule, and instructions shown.
    pub entries: Vec<EntryId>,
    /// Last handling by staff.
    pub handled: Option<Handled>,
    /// The first visit that took place on a later day.
    pub visited: Option<DiaryDay>,
    /// The entry that met it is stored and not in the record yet: its parcel waits.
    pub unmerged: bool,
}

impl RuleHit {
    /// True if it is neither dealt with nor followed by a visit.
    #[must_use]
    pub const fn presses(&self) -> bool {
        self.handled.is_none() && self.visited.is_none()
    }

    /// True if its day is `first` or later, or it was received then. Either is enough, so that no alert is lost to a
    /// wrong clock.
    #[must_use]
    pub fn is_since(&self, first: DiaryDay) -> bool {
        self.day >= first || self.received >= first
    }
}

/// Alerts with a day of `first` or later, or received then, the most urgent first. Independent of the days of the
/// report.
pub(super) fn findings(view: &View<'_>, totals: &[TotalSeries], first: DiaryDay) -> Vec<RuleFinding> {
    let mut findings = Findings::default();
    let judging = Judging::of(view, totals);
    let (mut told, of_entry) = told::all(view);
    // An instruction of these days brings what set it off with it.
    let brought: BTreeSet<EntryId> = told
        .iter()
        .filter(|told| view.counts_since(told.entry, told.revision, first))
        .flat_map(|told| told.of(view))
        .map(|entry| entry.history.entry)
        .collect();
    let is_wanted = |entry: &Entry<'_>, revision: &Revision| {
        view.counts_since(entry, revision, first) || brought.contains(&entry.history.entry)
    };
    for (entry, revision) in view.alarming().filter(|(entry, revision)| is_wanted(entry, revision)) {
        for cause in judging.causes(entry, revision) {
            let of_entry = of_entry.get(&entry.history.entry).map(Vec::as_slice).unwrap_or_default();
            let own = of_entry.iter().copied().filter(|at| told[*at].alert.rule == cause.rule);
            let own: Vec<usize> = own.collect();
            own.iter().for_each(|at| told[*at].explained = true);
            let ids: Vec<EntryId> = own.iter().map(|at| told[*at].entry.history.entry).collect();
            let place = judging.place(&cause.rule, entry, revision.day, Some(entry.history.entry), &ids);
            let told_until = own.iter().map(|at| view.site_day(told[*at].entry.received)).max();
            let hit = RuleHit {
                received: told_until.map_or(place.received, |told| told.max(place.received)),
                at: view.about(entry),
                met: Some(true),
                shown: !own.is_empty(),
                acknowledged: own.last().and_then(|at| told[*at].alert.acknowledged),
                because: cause.because,
                instrument: cause.instrument,
                slot: match &revision.slot {
                    Some(Slot::Scheduled(slot)) => Some(slot.clone()),
                    Some(Slot::PlannedDose { .. }) | None => None,
                },
                items: cause.items,
                ..place
            };
            findings.add(view, &cause.rule, hit);
        }
    }
    let alone = told.iter().filter(|told| !told.explained);
    for told in alone.filter(|told| view.counts_since(told.entry, told.revision, first)) {
        let cause = told.of(view).next().map(|entry| entry.history.entry);
        let ids = [told.entry.history.entry];
        let place = judging.place(&told.alert.rule, told.entry, told.revision.day, cause, &ids);
        let hit = RuleHit {
            met: (told.alert.trigger.is_some() || cause.is_some()).then_some(false),
            shown: true,
            unfinished: told.alert.of.is_some() && cause.is_none(),
            acknowledged: told.alert.acknowledged,
            instrument: told.alert.of.as_ref().map(|of| of.instrument.clone()),
            slot: told.alert.of.as_ref().and_then(|of| of.slot.clone()),
            ..place
        };
        findings.add(view, &told.alert.rule, hit);
    }
    findings.sorted()
}

/// Adds the alerts that the record would have with its unmerged parcels, marked as such. Alerts found without them are
/// not changed.
pub(super) fn add_unmerged(
    found: &mut Vec<RuleFinding>,
    with: &View<'_>,
    totals: &[TotalSeries],
    first: DiaryDay,
) {
    for RuleFinding { rule, title, severity, hits } in findings(with, totals, first) {
        let known: BTreeSet<EntryId> = found
            .iter()
            .filter(|finding| finding.rule == rule)
            .flat_map(|finding| finding.hits.iter().flat_map(|hit| hit.entries.iter().copied()))
            .collect();
        let is_new = |hit: &RuleHit| hit.entries.iter().all(|entry| !known.contains(entry));
        let new: Vec<RuleHit> =
            hits.into_iter().filter(is_new).map(|hit| RuleHit { unmerged: true, ..hit }).collect();
        if new.is_empty() {
            continue;
        }
        match found.iter_mut().find(|finding| finding.rule == rule) {
            Some(finding) => {
                finding.hits.extend(new);
                finding.hits.sort_by_key(|hit| hit.at.utc);
            }
            None => found.push(RuleFinding { rule, title, severity, hits: new }),
        }
    }
    sort(found);
}

/// Most urgent first.
fn sort(findings: &mut [RuleFinding]) {
    findings.sort_by_cached_key(|finding| (!finding.presses(), std::cmp::Reverse(finding.severity)));
}

impl View<'_> {
    fn counts_since(&self, entry: &Entry<'_>, revision: &Revision, first: DiaryDay) -> bool {
        revision.day >= first || self.site_day(entry.received) >= first
    }

    /// Complete totals that count, by instrument and day; of one day the last. A rule compares with earlier days alone, so
    /// that a total of these is never compared with itself.
    fn rule_totals(&self) -> BTreeMap<InstrumentId, BTreeMap<DiaryDay, Decimal>> {
        let mut totals: BTreeMap<InstrumentId, BTreeMap<DiaryDay, Decimal>> = BTreeMap::new();
        for entry in self.all().filter(|entry| !self.is_secondary(entry)) {
            let Some(revision) = entry.shown else { continue };
            let Content::Assessment(answered) = &revision.content else { continue };
            let instrument = self.instrument_of(revision).filter(|one| one.score_rule().is_some());
            let total = instrument.and_then(|one| Some((one, one.score(&answered.answers).total?)));
            if let Some((instrument, total)) = total {
                totals.entry(instrument.id().clone()).or_default().insert(revision.day, total);
            }
        }
        totals
    }

    /// The alert of an event that the study called serious when it was recorded.
    fn serious(&self, revision: &Revision, code: &EventCode) -> Option<RuleId> {
        let event = self.study_of(revision).unwrap_or(self.study).event(code)?;
        event.severity.is_some().then(|| event.rule())
    }

    /// `linkId`s of the answers that met a rule.
    fn rule_items(&self, entry: &Entry<'_>, rule: &AlertRule, assessment: &Assessment) -> Vec<String> {
        let instrument = entry.shown.and_then(|shown| self.instrument_of(shown));
        match (&rule.when, instrument) {
            (When::Answers { all, any, .. }, Some(instrument)) => {
                let met = all.iter().chain(any).filter(|test| test.meets(instrument, &assessment.answers));
                let mut items: Vec<String> = met.map(|test| test.item.clone()).collect();
                items.dedup();
                items
            }
            (When::Answers { .. } | When::Total { .. } | When::Missed { .. }, _) => Vec::new(),
        }
    }
}

/// Cause of an alert in an entry.
struct Cause {
    rule: RuleId,
    because: Text,
    instrument: Option<InstrumentId>,
    items: Vec<String>,
}

/// Facts that entries are judged with, worked out once.
struct Judging<'v, 'a> {
    view: &'v View<'a>,
    lowering: Lowering<'v>,
    /// Complete totals that count by instrument and day; of one day the last.
    totals: BTreeMap<InstrumentId, BTreeMap<DiaryDay, Decimal>>,
    /// The first total of each day that is shown, by instrument.
    shown: BTreeMap<(&'v InstrumentId, DiaryDay), (&'v TotalSeries, &'v TotalPoint)>,
}

impl<'v, 'a> Judging<'v, 'a> {
    fn of(view: &'v View<'a>, series: &'v [TotalSeries]) -> Self {
        let mut shown = BTreeMap::new();
        for of in series {
            for point in of.points.iter().filter(|point| !point.secondary) {
                shown.entry((&of.instrument, point.day)).or_insert((of, point));
            }
        }
        Self { view, lowering: Lowering::of(view), totals: view.rule_totals(), shown }
    }

    /// The part of a hit that tells its place in time and what lowers it.
    fn place(
        &self,
        rule: &RuleId,
        entry: &Entry<'_>,
        day: DiaryDay,
        cause: Option<EntryId>,
        told: &[EntryId],
    ) -> RuleHit {
        let view = self.view;
        let received = view.site_day(entry.received);
        let counted = counted_from(view, entry, day, received);
        RuleHit {
            day,
            received,
            counted,
            at: view.recorded(&entry.first.recorded),
            met: None,
            shown: false,
            unfinished: false,
            acknowledged: None,
            because: Text::default(),
            instrument: None,
            slot: None,
            items: Vec::new(),
            entries: cause.into_iter().chain(told.iter().copied()).collect(),
            handled: self.lowering.handled(rule, cause, told),
            visited: self.lowering.visit_after(counted),
            unmerged: false,
        }
    }

    fn causes(&self, entry: &Entry<'_>, revision: &Revision) -> Vec<Cause> {
        let view = self.view;
        match &revision.content {
            Content::Assessment(assessment) => self
                .met(entry, assessment)
                .into_iter()
                .map(|rule| Cause {
                    rule: rule.id.clone(),
                    because: self.because(entry, rule, assessment),
                    instrument: Some(assessment.instrument.id.clone()),
                    items: view.rule_items(entry, rule, assessment),
                })
                .collect(),
            Content::Event(event) => {
                let because = event.text.clone().map_or_else(Text::default, |text| both(|_| text.clone()));
                let cause = |rule| Cause { rule, because, instrument: None, items: Vec::new() };
                view.serious(revision, &event.code).map(cause).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Rules met by the answers of an entry, by the version of the study under which it was made.
    fn met(&self, entry: &Entry<'_>, assessment: &Assessment) -> Vec<&'v AlertRule> {
        let view = self.view;
        let Some(revision) = entry.shown else { return Vec::new() };
        let (Some(study), Some(asked)) = (view.study_of(revision), view.instrument_of(revision)) else {
            return Vec::new();
        };
        let none = BTreeMap::new();
        let totals = asked.score_rule().and_then(|_| self.totals.get(&assessment.instrument.id));
        let hits = alert::evaluate(
            study,
            &AlertInput {
                site: view.site,
                instrument: &assessment.instrument.id,
                answers: &assessment.answers,
                day: revision.day,
                totals: totals.unwrap_or(&none),
                anchors: &view.course.anchors,
            },
        );
        hits.iter().filter_map(|hit| study.alerts().iter().find(|rule| rule.id == hit.rule)).collect()
    }

    /// The answers, or the total, that met a rule.
    fn because(&self, entry: &Entry<'_>, rule: &AlertRule, assessment: &Assessment) -> Text {
        let view = self.view;
        let instrument = entry.shown.and_then(|shown| view.instrument_of(shown));
        let (Some(instrument), Some(shown)) = (instrument, entry.shown) else { return Text::default() };
        match &rule.when {
            When::Answers { .. } => {
                let met = view.rule_items(entry, rule, assessment);
                let answers = assessment.answers.iter().filter(|answer| met.contains(&answer.link_id));
                let answers: Vec<_> = answers.cloned().collect();
                difference::joined(&difference::answers(instrument, &answers))
            }
            When::Total { .. } => {
                let total = self.shown.get(&(instrument.id(), shown.day));
                total.map_or_else(Text::default, |(series, point)| {
                    both(|lang| view.dates(lang).total(series.max, point))
                })
            }
            When::Missed { .. } => Text::default(),
        }
    }
}

/// Hits by rule, in the order of first occurrence.
#[derive(Default)]
struct Findings {
    all: Vec<RuleFinding>,
    places: BTreeMap<RuleId, usize>,
}

impl Findings {
    /// Adds a hit to its rule. An instruction may have been shown for a rule that no available study has.
    fn add(&mut self, view: &View<'_>, rule: &RuleId, hit: RuleHit) {
        if let Some(finding) = self.places.get(rule).and_then(|at| self.all.get_mut(*at)) {
            finding.hits.push(hit);
            return;
        }
        let known = view.input.studies.values().rev().find_map(|study| study.alarm(rule));
        let title = known.map_or_else(|| both(|_| rule.to_string()), |(title, _)| title.clone());
        let severity = known.map_or(Severity::Call, |(_, severity)| severity);
        self.places.insert(rule.clone(), self.all.len());
        self.all.push(RuleFinding { rule: rule.clone(), title, severity, hits: vec![hit] });
    }

    /// Most urgent first, the hits of each by time.
    fn sorted(self) -> Vec<RuleFinding> {
        let mut all = self.all;
        for finding in &mut all {
            finding.hits.sort_by_key(|hit| hit.at.utc);
        }
        sort(&mut all);
        all
    }
}
