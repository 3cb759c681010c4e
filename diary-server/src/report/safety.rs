//! Alerts: where a rule was met, by the study's rules applied again here, serious events, and whether the instruction
//! was shown. What a phone recorded and what the answers say may differ; both are told. No diagnosis is made.

mod lowered;

pub use lowered::Handled;

use std::collections::BTreeSet;

use diary_core::entry::{AlertShown, Assessment, Content, Revision, Slot};
use diary_core::ids::{EntryId, EventCode, InstrumentId, RuleId, SlotId};
use diary_core::measure::Decimal;
use diary_core::study::alert::{self, AlertInput, AlertRule, When};
use diary_core::study::{Severity, Study};
use diary_core::text::Text;
use diary_core::time::{DiaryDay, UtcMillis};
use serde::Serialize;

use super::TotalSeries;
use super::difference;
use super::entries::{Entry, Stamp, View};
use super::words::both;
use lowered::{Lowering, counted_from};

/// One alert rule, or kind of serious event, and where it was met.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RuleFinding {
    /// The rule, or the code of the event.
    pub rule: RuleId,
    /// Its name.
    pub title: Text,
    /// How much it presses.
    pub severity: Severity,
    /// Where it was met, oldest first.
    pub hits: Vec<RuleHit>,
}

impl RuleFinding {
    /// Whether something of it is neither dealt with nor followed by a visit.
    #[must_use]
    pub fn presses(&self) -> bool {
        self.hits.iter().any(RuleHit::presses)
    }
}

/// One time that a rule was met, that a serious event was reported, or that an instruction was shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RuleHit {
    /// Diary day, as the entry bears it.
    pub day: DiaryDay,
    /// The day at the site on which it was received.
    pub received: DiaryDay,
    /// The day from which it is counted: that of the receipt where a clock was wrong.
    pub counted: DiaryDay,
    /// When the answers were given, or the instruction shown.
    pub at: Stamp,
    /// The answers that count now meet it. For missed days it is not worked out again.
    pub met: Option<bool>,
    /// The record says that the instruction was shown.
    pub shown: bool,
    /// The instruction was shown for answers that were not finished, or have not come.
    pub unfinished: bool,
    /// When it was confirmed as read.
    pub acknowledged: Option<UtcMillis>,
    /// What met it.
    pub because: Text,
    /// The instrument whose answers met it.
    pub instrument: Option<InstrumentId>,
    /// The slot in which they were given.
    pub slot: Option<SlotId>,
    /// `linkId`s of the answers that met it.
    pub items: Vec<String>,
    /// The entries that are meant where a person deals with it: what set it off, and instructions shown.
    pub entries: Vec<EntryId>,
    /// Who dealt with it.
    pub handled: Option<Handled>,
    /// The first visit that took place on a later day.
    pub visited: Option<DiaryDay>,
}

impl RuleHit {
    /// Whether it is neither dealt with nor followed by a visit.
    #[must_use]
    pub const fn presses(&self) -> bool {
        self.handled.is_none() && self.visited.is_none()
    }

    /// Whether it bears a day of `first` or later, or was received then. No alert is lost to a wrong clock.
    #[must_use]
    pub fn is_since(&self, first: DiaryDay) -> bool {
        self.day >= first || self.received >= first
    }
}

/// The alerts that bear a day of `first` or later or were received then, the most pressing first. Which of them there
/// are does not depend on the days that are laid out.
pub(super) fn findings(view: &View<'_>, totals: &[TotalSeries], first: DiaryDay) -> Vec<RuleFinding> {
    let mut findings = Vec::new();
    let lowering = Lowering::of(view);
    let mut told: Vec<Told<'_>> =
        view.alarming().filter_map(|(entry, revision)| instruction(entry, revision)).collect();
    // An instruction of these days brings what set it off with it.
    let brought: BTreeSet<EntryId> = told
        .iter()
        .filter(|told| is_since(view, told.entry, told.revision, first))
        .flat_map(|told| view.entries.iter().filter(|entry| told.is_of(entry)))
        .map(|entry| entry.history.entry)
        .collect();
    let is_wanted = |entry: &Entry<'_>, revision: &Revision| {
        is_since(view, entry, revision, first) || brought.contains(&entry.history.entry)
    };
    for (entry, revision) in view.alarming().filter(|(entry, revision)| is_wanted(entry, revision)) {
        for cause in causes(view, entry, revision, totals) {
            let own = |told: &&mut Told<'_>| told.alert.rule == cause.rule && told.is_of(entry);
            let mut own: Vec<&mut Told<'_>> = told.iter_mut().filter(own).collect();
            own.iter_mut().for_each(|told| told.explained = true);
            let ids: Vec<EntryId> = own.iter().map(|told| told.entry.history.entry).collect();
            let place =
                place(view, &lowering, &cause.rule, entry, revision.day, Some(entry.history.entry), &ids);
            let told_until = own.iter().map(|told| view.site_day(told.entry.received)).max();
            let hit = RuleHit {
                received: told_until.map_or(place.received, |told| told.max(place.received)),
                at: view.about(entry),
                met: Some(true),
                shown: !own.is_empty(),
                acknowledged: own.last().and_then(|told| told.alert.acknowledged),
                because: cause.because,
                instrument: cause.instrument,
                slot: match &revision.slot {
                    Some(Slot::Scheduled(slot)) => Some(slot.clone()),
                    Some(Slot::PlannedDose { .. }) | None => None,
                },
                items: cause.items,
                ..place
            };
            add(view, &mut findings, &cause.rule, hit);
        }
    }
    let alone = told.iter().filter(|told| !told.explained);
    for told in alone.filter(|told| is_since(view, told.entry, told.revision, first)) {
        let cause = view.entries.iter().find(|entry| told.is_of(entry));
        let cause = cause.map(|entry| entry.history.entry);
        let ids = [told.entry.history.entry];
        let place = place(view, &lowering, &told.alert.rule, told.entry, told.revision.day, cause, &ids);
        let hit = RuleHit {
            met: (told.alert.trigger.is_some() || cause.is_some()).then_some(false),
            shown: true,
            unfinished: told.alert.of.is_some() && cause.is_none(),
            acknowledged: told.alert.acknowledged,
            instrument: told.alert.of.as_ref().map(|of| of.instrument.clone()),
            slot: told.alert.of.as_ref().and_then(|of| of.slot.clone()),
            ..place
        };
        add(view, &mut findings, &told.alert.rule, hit);
    }
    for finding in &mut findings {
        finding.hits.sort_by_key(|hit| hit.at.utc);
    }
    findings.sort_by_key(|finding| (!finding.presses(), std::cmp::Reverse(finding.severity)));
    findings
}

fn is_since(view: &View<'_>, entry: &Entry<'_>, revision: &Revision, first: DiaryDay) -> bool {
    revision.day >= first || view.site_day(entry.received) >= first
}

/// What a hit says of its place in time and of what lowers it.
fn place(
    view: &View<'_>,
    lowering: &Lowering<'_>,
    rule: &RuleId,
    entry: &Entry<'_>,
    day: DiaryDay,
    cause: Option<EntryId>,
    told: &[EntryId],
) -> RuleHit {
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
        handled: lowering.handled(rule, cause, told),
        visited: lowering.visit_after(counted),
    }
}

/// What sets off an alert in an entry.
struct Cause {
    rule: RuleId,
    because: Text,
    instrument: Option<InstrumentId>,
    items: Vec<String>,
}

fn causes(view: &View<'_>, entry: &Entry<'_>, revision: &Revision, totals: &[TotalSeries]) -> Vec<Cause> {
    match &revision.content {
        Content::Assessment(assessment) => met(view, entry, assessment)
            .into_iter()
            .map(|rule| Cause {
                rule: rule.id.clone(),
                because: because(view, entry, rule, assessment, totals),
                instrument: Some(assessment.instrument.id.clone()),
                items: items(view, entry, rule, assessment),
            })
            .collect(),
        Content::Event(event) => {
            let because = event.text.clone().map_or_else(Text::default, |text| both(|_| text.clone()));
            let cause = |rule| Cause { rule, because, instrument: None, items: Vec::new() };
            serious(view, revision, &event.code).map(cause).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The alert of an event that the study called serious when it was recorded.
fn serious(view: &View<'_>, revision: &Revision, code: &EventCode) -> Option<RuleId> {
    let event = view.study_of(revision).unwrap_or(view.study).event(code)?;
    event.severity.is_some().then(|| event.rule())
}

/// An instruction that the record says was shown.
struct Told<'v> {
    entry: &'v Entry<'v>,
    revision: &'v Revision,
    alert: &'v AlertShown,
    explained: bool,
}

impl Told<'_> {
    /// Whether a version of `entry` set it off, or the answers that became it.
    fn is_of(&self, entry: &Entry<'_>) -> bool {
        entry.history.versions.iter().map(|encoded| encoded.revision()).any(|version| {
            let begun = || match (&version.content, &self.alert.of) {
                (Content::Assessment(assessment), Some(of)) => {
                    version.day == self.revision.day && of.became(assessment, version.slot.as_ref())
                }
                _ => false,
            };
            self.alert.trigger == Some(version.id) || begun()
        })
    }
}

fn instruction<'v>(entry: &'v Entry<'v>, revision: &'v Revision) -> Option<Told<'v>> {
    let Content::AlertShown(alert) = &revision.content else { return None };
    Some(Told { entry, revision, alert, explained: false })
}

/// The rules that the answers of an entry meet, by the version of the study it was made under.
fn met<'a>(view: &View<'a>, entry: &Entry<'a>, assessment: &Assessment) -> Vec<&'a AlertRule> {
    let Some(revision) = entry.shown else { return Vec::new() };
    let (Some(study), Some(_)) = (view.study_of(revision), view.instrument_of(revision)) else {
        return Vec::new();
    };
    let totals = totals(view, entry, study, assessment);
    let hits = alert::evaluate(
        study,
        &AlertInput {
            site: view.site,
            instrument: &assessment.instrument.id,
            answers: &assessment.answers,
            day: revision.day,
            totals: &totals,
            anchors: &view.course.anchors,
        },
    );
    hits.iter().filter_map(|hit| study.alerts().iter().find(|rule| rule.id == hit.rule)).collect()
}

/// Complete totals of the same instrument on other days.
fn totals(
    view: &View<'_>,
    entry: &Entry<'_>,
    study: &Study,
    assessment: &Assessment,
) -> Vec<(DiaryDay, Decimal)> {
    let id = &assessment.instrument.id;
    if study.instrument(id).is_none_or(|instrument| instrument.score_rule().is_none()) {
        return Vec::new();
    }
    let others = view.entries.iter().filter(|other| other.history.entry != entry.history.entry);
    others
        .filter(|other| !view.is_secondary(other))
        .filter_map(|other| {
            let revision = other.shown?;
            let Content::Assessment(answered) = &revision.content else { return None };
            let instrument = view.instrument_of(revision).filter(|instrument| instrument.id() == id)?;
            Some((revision.day, instrument.score(&answered.answers).total?))
        })
        .collect()
}

/// Adds a hit to its rule. An instruction was shown also for a rule that no study at hand has.
fn add(view: &View<'_>, findings: &mut Vec<RuleFinding>, rule: &RuleId, hit: RuleHit) {
    if let Some(finding) = findings.iter_mut().find(|finding| finding.rule == *rule) {
        finding.hits.push(hit);
        return;
    }
    let known = view.input.studies.values().rev().find_map(|study| study.alarm(rule));
    let title = known.map_or_else(|| both(|_| rule.to_string()), |(title, _)| title.clone());
    let severity = known.map_or(Severity::Call, |(_, severity)| severity);
    findings.push(RuleFinding { rule: rule.clone(), title, severity, hits: vec![hit] });
}

/// `linkId`s of the answers that met a rule.
fn items(view: &View<'_>, entry: &Entry<'_>, rule: &AlertRule, assessment: &Assessment) -> Vec<String> {
    let instrument = entry.shown.and_then(|shown| view.instrument_of(shown));
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

/// The answers, or the total, that met a rule.
fn because(
    view: &View<'_>,
    entry: &Entry<'_>,
    rule: &AlertRule,
    assessment: &Assessment,
    totals: &[TotalSeries],
) -> Text {
    let instrument = entry.shown.and_then(|shown| view.instrument_of(shown));
    let (Some(instrument), Some(shown)) = (instrument, entry.shown) else { return Text::default() };
    match &rule.when {
        When::Answers { .. } => {
            let met = items(view, entry, rule, assessment);
            let answers = assessment.answers.iter().filter(|answer| met.contains(&answer.link_id));
            let answers: Vec<_> = answers.cloned().collect();
            difference::joined(&difference::answers(instrument, &answers))
        }
        When::Total { .. } => {
            let series = totals.iter().find(|series| series.instrument == *instrument.id());
            let point = series.and_then(|s| s.points.iter().find(|p| p.day == shown.day && !p.secondary));
            point.map_or_else(Text::default, |point| {
                both(|lang| super::words::total(series.and_then(|s| s.max), point, view.year(), lang))
            })
        }
        When::Missed { .. } => Text::default(),
    }
}
