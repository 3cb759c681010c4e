//! Alert rules: where they were met, by the study's rules applied again here, and whether the instruction was shown.
//! What a phone recorded and what the answers say may differ; both are told. No diagnosis is made.

use std::collections::BTreeSet;

use diary_core::entry::{AlertShown, Assessment, Content, Revision, Slot};
use diary_core::ids::{InstrumentId, RevisionId, RuleId, SlotId};
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

/// One alert rule and where it was met.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RuleFinding {
    /// The rule.
    pub rule: RuleId,
    /// Its name.
    pub title: Text,
    /// How much it presses.
    pub severity: Severity,
    /// Where it was met, oldest first.
    pub hits: Vec<RuleHit>,
}

/// One time that a rule was met, or that its instruction was shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RuleHit {
    /// Diary day.
    pub day: DiaryDay,
    /// When the answers were given, or the instruction shown.
    pub at: Stamp,
    /// The answers that count now meet it. For missed days it is not worked out again.
    pub met: Option<bool>,
    /// The record says that the instruction was shown.
    pub shown: bool,
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
}

/// The rules that were met in the days of the report, the most pressing first.
pub(super) fn findings(view: &View<'_>, totals: &[TotalSeries]) -> Vec<RuleFinding> {
    let mut findings = Vec::new();
    let shown = shown(view);
    let mut explained: BTreeSet<RevisionId> = BTreeSet::new();
    for (entry, revision) in view.dated_here() {
        let Content::Assessment(assessment) = &revision.content else { continue };
        for rule in met(view, entry, assessment) {
            let told = shown.iter().find(|told| told.alert.rule == rule.id && told.is_of(entry));
            explained.extend(told.map(|told| told.id));
            let hit = RuleHit {
                day: revision.day,
                at: view.about(entry),
                met: Some(true),
                shown: told.is_some(),
                acknowledged: told.and_then(|told| told.alert.acknowledged),
                because: because(view, entry, rule, assessment, totals),
                instrument: Some(assessment.instrument.id.clone()),
                slot: match &revision.slot {
                    Some(Slot::Scheduled(slot)) => Some(slot.clone()),
                    Some(Slot::PlannedDose { .. }) | None => None,
                },
                items: items(view, entry, rule, assessment),
            };
            add(&mut findings, rule, hit);
        }
    }
    for told in shown.iter().filter(|told| !explained.contains(&told.id)) {
        let hit = RuleHit {
            day: told.day,
            at: told.at,
            met: told.alert.trigger.is_some().then_some(false),
            shown: true,
            acknowledged: told.alert.acknowledged,
            because: Text::default(),
            instrument: None,
            slot: None,
            items: Vec::new(),
        };
        match rule(view, &told.alert.rule) {
            Some(rule) => add(&mut findings, rule, hit),
            None => add_unknown(&mut findings, &told.alert.rule, hit),
        }
    }
    for finding in &mut findings {
        finding.hits.sort_by_key(|hit| hit.at.utc);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// An instruction that the record says was shown.
struct Told<'a> {
    id: RevisionId,
    alert: &'a AlertShown,
    day: DiaryDay,
    at: Stamp,
}

impl Told<'_> {
    /// Whether a version of `entry` set it off.
    fn is_of(&self, entry: &Entry<'_>) -> bool {
        let versions = entry.history.versions.iter().map(|encoded| encoded.revision().id);
        self.alert.trigger.is_some_and(|trigger| versions.into_iter().any(|id| id == trigger))
    }
}

fn shown<'a>(view: &View<'a>) -> Vec<Told<'a>> {
    view.dated_here().filter_map(|(entry, revision)| told(view, entry, revision)).collect()
}

fn told<'a>(view: &View<'a>, entry: &Entry<'a>, revision: &'a Revision) -> Option<Told<'a>> {
    let Content::AlertShown(alert) = &revision.content else { return None };
    let at = view.recorded(&entry.first.recorded);
    Some(Told { id: entry.first.id, alert, day: revision.day, at })
}

/// An alert as a list of participants needs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alert {
    /// The rule.
    pub rule: RuleId,
    /// How much it presses.
    pub severity: Severity,
    /// Diary day.
    pub day: DiaryDay,
    /// When its instruction was shown; where none was, when the answers that meet it were given.
    pub at: UtcMillis,
    /// Its instruction was shown.
    pub shown: bool,
    /// The participant confirmed having read it.
    pub acknowledged: bool,
}

/// Alerts of `first` and later, in order: every instruction that was shown, and answers that meet a rule of which none
/// was. Which of them there are does not depend on the days of the report.
pub(super) fn since(view: &View<'_>, first: DiaryDay) -> Vec<Alert> {
    let severity = |id: &RuleId| rule(view, id).map_or(Severity::Call, |rule| rule.severity);
    let current = || view.entries.iter().filter_map(|entry| Some((entry, entry.shown?)));
    let all: Vec<Told<'_>> = current().filter_map(|(entry, revision)| told(view, entry, revision)).collect();
    let mut found: Vec<Alert> = all
        .iter()
        .filter(|told| told.day >= first)
        .map(|told| Alert {
            rule: told.alert.rule.clone(),
            severity: severity(&told.alert.rule),
            day: told.day,
            at: told.at.utc,
            shown: true,
            acknowledged: told.alert.acknowledged.is_some(),
        })
        .collect();
    for (entry, revision) in current().filter(|(_, revision)| revision.day >= first) {
        let Content::Assessment(assessment) = &revision.content else { continue };
        let unshown = met(view, entry, assessment)
            .into_iter()
            .filter(|rule| !all.iter().any(|told| told.alert.rule == rule.id && told.is_of(entry)));
        found.extend(unshown.map(|rule| Alert {
            rule: rule.id.clone(),
            severity: rule.severity,
            day: revision.day,
            at: entry.about(),
            shown: false,
            acknowledged: false,
        }));
    }
    found.sort_by(|a, b| (a.at, &a.rule).cmp(&(b.at, &b.rule)));
    found
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

fn rule<'a>(view: &View<'a>, id: &RuleId) -> Option<&'a AlertRule> {
    view.input.studies.values().rev().find_map(|study| study.alerts().iter().find(|rule| rule.id == *id))
}

fn add(findings: &mut Vec<RuleFinding>, rule: &AlertRule, hit: RuleHit) {
    match findings.iter_mut().find(|finding| finding.rule == rule.id) {
        Some(finding) => finding.hits.push(hit),
        None => findings.push(RuleFinding {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            severity: rule.severity,
            hits: vec![hit],
        }),
    }
}

/// A rule that no study at hand has: its instruction was shown all the same.
fn add_unknown(findings: &mut Vec<RuleFinding>, rule: &RuleId, hit: RuleHit) {
    match findings.iter_mut().find(|finding| finding.rule == *rule) {
        Some(finding) => finding.hits.push(hit),
        None => findings.push(RuleFinding {
            rule: rule.clone(),
            title: both(|_| rule.to_string()),
            severity: Severity::Call,
            hits: vec![hit],
        }),
    }
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
