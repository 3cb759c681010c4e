//! Findings for the top of the report, the most urgent first. Repeats no figure: each finding refers to results of the
//! other sections.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::measure::Decimal;
use diary_core::record::Source;
use diary_core::study::AlertRule;
use diary_core::study::alert::When;
use diary_core::time::{DiaryDay, UtcMillis};
use diary_core::unmerged::UnmergedState;

use super::entries::View;
use super::finding::{Attention, Finding, OnDays, Rank};
use super::missed::Empty;
use super::pressing::{self, Doubt};
use super::{By, Day, Meaning, Outside, Report, TotalSeries};

/// Contradictions of one kind, and places of one kind, that have a line each; the days of the others share one.
const EACH: usize = 5;

/// Findings of a report, the most urgent first.
pub(super) fn list(view: &View<'_>, report: &Report) -> Vec<Attention> {
    let mut findings = Findings { view, report, found: Vec::new() };
    findings.all();
    findings.found.sort_by_key(|attention| attention.rank);
    findings.found
}

/// Findings of a report, in the order of its sections.
struct Findings<'a, 'v> {
    view: &'a View<'v>,
    report: &'a Report,
    found: Vec<Attention>,
}

impl Findings<'_, '_> {
    fn add(&mut self, rank: Rank, what: Finding) {
        self.found.push(Attention { rank, what });
    }

    fn all(&mut self) {
        let (view, report) = (self.view, self.report);
        for alert in &report.alerts {
            let rank = pressing::alert(alert.severity, alert.presses());
            self.add(rank, Finding::Rule { rule: alert.rule.clone() });
        }
        for series in &report.totals {
            self.totals(series);
        }
        self.medications();
        for odd in view.odd_units() {
            self.add(Doubt::Units.rank(), Finding::Units(odd));
        }
        for odd in view.impossible_doses() {
            self.add(Rank::Look, Finding::ImpossibleDoses(odd));
        }
        some(view.impossible_times(), |days| {
            self.add(Rank::Look, Finding::Days { what: OnDays::ImpossibleTime, days });
        });
        view.far_from_plan().into_iter().for_each(|far| self.add(Rank::Look, far));
        for line in report.infusions.iter().filter(|line| view.study.is_other_unit_of_infusion(&line.dose)) {
            let (cycle_day, dose) = (line.cycle_day.clone(), line.dose.clone());
            self.add(Rank::Urgent, Finding::InfusionUnit { cycle_day, day: line.day, dose });
        }
        for line in &report.infusions {
            let planned = view.last_infusion_day(&line.cycle_day.cycle);
            let ran = view.days_run(line).last().copied();
            if let Some((planned, ran)) = planned.zip(ran).filter(|(planned, ran)| ran > planned) {
                let (cycle_day, title) = (line.cycle_day.clone(), line.cycle.clone());
                self.add(Rank::Look, Finding::InfusionAfterPlan { cycle_day, title, ran, planned });
            }
        }
        some(view.newer_entries(), |days| {
            self.add(Doubt::Newer.rank(), Finding::Days { what: OnDays::Newer, days });
        });
        self.not_merged();
        // An emergency may be among them.
        for one in view.input.left_out {
            self.add(
                Rank::Urgent,
                Finding::LeftOut { device: view.device(&one.author), entries: one.entries },
            );
        }
        self.incarnations();
        self.several();
        self.outside();
        for doubt in &report.zone_doubts {
            self.add(Doubt::Zone.rank(), Finding::Zone(*doubt));
        }
        for doubt in &report.clock_doubts {
            self.add(if doubt.presses() { Doubt::Clock.rank() } else { Rank::Know }, Finding::Clock(*doubt));
        }
        for event in &report.events {
            if let Some(anchor) = &event.proposes {
                let title = view.anchor_title(anchor);
                self.add(
                    Rank::Look,
                    Finding::AnchorProposed { anchor: anchor.clone(), title, day: event.day },
                );
            }
        }
        self.arrival();
        for odd in view.odd_answers() {
            self.add(Rank::Look, Finding::Odd(odd));
        }
        if !report.raw.is_empty() {
            let days = days(report.raw.iter().map(|raw| raw.day));
            self.add(Rank::Look, Finding::Raw { count: report.raw.len(), days });
        }
        for sitting in view.backfilled() {
            self.add(Rank::Know, Finding::Backfilled(sitting));
        }
        let claims = |day: &&Day| {
            day.entered_by.iter().any(|by| matches!(by, By::ClaimsStaff { .. } | By::ClaimsSystem))
        };
        some(report.days.iter().filter(claims).map(|day| day.day).collect(), |days| {
            self.add(Rank::Look, Finding::Days { what: OnDays::ClaimedAuthor, days });
        });
        let by_others = report.days.iter().filter(|day| !day.entered_by.is_empty()).map(|day| day.day);
        some(by_others.collect(), |days| {
            self.add(Rank::Know, Finding::Days { what: OnDays::EnteredByOthers, days });
        });
    }

    fn totals(&mut self, series: &TotalSeries) {
        let instrument = || series.instrument.clone();
        let reached = |by: Decimal| series.alert_change.is_some_and(|limit| by >= limit);
        if let Some(last) = series.last() {
            let changes = [last.since_visit, last.since_baseline];
            let told = self.is_told_by_a_rule(series, last.day);
            if !told && changes.iter().flatten().any(|change| reached(change.by)) {
                self.add(Rank::Look, Finding::TotalChanged { instrument: instrument() });
            }
            if last.total.is_none() {
                self.add(Rank::Look, Finding::TotalIncomplete { instrument: instrument() });
            }
        }
        let treated = series.baseline_anchor.as_ref().is_some_and(|(.., day)| {
            day.is_some_and(|day| series.points.last().is_some_and(|point| point.day >= day))
        });
        if treated && series.baseline.is_none() {
            self.add(Rank::Look, Finding::NoBaseline { instrument: instrument() });
        }
    }

    /// True if an alert rule on totals reports the total of `day` already.
    fn is_told_by_a_rule(&self, series: &TotalSeries, day: DiaryDay) -> bool {
        let rules = self.view.study.alerts().iter().filter(
            |rule| matches!(&rule.when, When::Total { instrument, .. } if *instrument == series.instrument),
        );
        let met = |rule: &AlertRule| {
            let finding = self.report.alerts.iter().find(|finding| finding.rule == rule.id);
            finding.is_some_and(|finding| {
                finding.hits.iter().any(|hit| hit.day == day && hit.met == Some(true) && !hit.unmerged)
            })
        };
        rules.into_iter().any(met)
    }

    fn medications(&mut self) {
        let report = self.report;
        for row in report.medications.iter().filter(|row| !row.too_soon.is_empty()) {
            self.add(
                Doubt::TooSoon.rank(),
                Finding::TooSoon { name: row.name.clone(), pairs: row.too_soon.clone() },
            );
        }
        for change in &report.changes {
            for remark in &change.remarks {
                let change = Box::new(change.clone());
                self.add(
                    Doubt::ChangeRemark.rank(),
                    Finding::ChangeRemark { change, remark: remark.clone() },
                );
            }
            if change.followed_by.is_none() {
                self.add(Rank::Look, Finding::ChangeOpen { name: change.name.clone(), from: change.from });
            }
        }
    }

    fn not_merged(&mut self) {
        let view = self.view;
        let mut kinds: BTreeMap<(Option<u16>, UnmergedState), (usize, usize, UtcMillis)> = BTreeMap::new();
        for (order, item) in view.input.not_merged.iter().enumerate() {
            let (device, why, at) = (view.device(&item.author), item.why, item.received.0);
            let (_, count, last) = kinds.entry((device, why)).or_insert((order, 0, at));
            (*count, *last) = (*count + 1, at.max(*last));
        }
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by_key(|(_, (order, ..))| *order);
        for ((device, why), (_, count, last)) in kinds {
            self.add(Rank::Look, Finding::NotMerged { device, why, count, last });
        }
    }

    /// Entries with contradicting versions, and places with several entries, without a decision of the site.
    fn several(&mut self) {
        let report = self.report;
        for conflict in report.conflicts.iter().take(EACH) {
            let (subject, day) = (conflict.subject.clone(), conflict.day);
            let differences = conflict.differences.clone();
            self.add(Rank::Look, Finding::Contradicts { subject, day, differences });
        }
        let more = days(report.conflicts.iter().skip(EACH).map(|conflict| conflict.day));
        some(more, |days| self.add(Rank::Look, Finding::Days { what: OnDays::Conflicts, days }));
        let is_open = |duplicate: &&super::Duplicate| {
            duplicate.decided.as_ref().is_none_or(|decided| decided.more_since)
        };
        let open = || report.duplicates.iter().filter(is_open);
        for duplicate in open().take(EACH) {
            self.add(
                Rank::Look,
                Finding::Undecided {
                    subject: duplicate.subject.clone(),
                    day: duplicate.day,
                    entries: duplicate.entries.len(),
                    reopened: duplicate.decided.is_some(),
                    differences: duplicate.differences.clone(),
                },
            );
        }
        let more = days(open().skip(EACH).map(|duplicate| duplicate.day));
        some(more, |days| self.add(Rank::Look, Finding::Days { what: OnDays::Duplicates, days }));
    }

    /// Entries without a column.
    fn outside(&mut self) {
        let report = self.report;
        for (why, rank) in [
            (Outside::Ahead, Doubt::Ahead.rank()),
            (Outside::AfterEnd, Doubt::AfterEnd.rank()),
            (Outside::OtherParticipant, Rank::Know),
            (Outside::BeforeDiary, Doubt::BeforeDiary.rank()),
            (Outside::Before, Rank::Know),
        ] {
            let of_kind = report.outside.iter().filter(|entry| entry.why == why).map(|entry| entry.day);
            some(of_kind.collect(), |days| self.add(rank, Finding::Outside { why, days }));
        }
    }

    /// Phones that were copied or restored, by number.
    fn incarnations(&mut self) {
        let view = self.view;
        let mut forked: BTreeMap<Option<u16>, (BTreeSet<Source>, UtcMillis)> = BTreeMap::new();
        for fork in view.input.forks {
            let (places, last) = forked.entry(view.device(&fork.at.author)).or_default();
            places.insert(fork.at);
            *last = fork.received.0.max(*last);
        }
        for (device, (places, last)) in forked {
            self.add(Rank::Look, Finding::Forked { device, places: places.len(), last });
        }
        let mut begun: BTreeMap<Option<u16>, (usize, UtcMillis)> = BTreeMap::new();
        let succeeding = view.input.record.chains().values().filter(|chain| chain.follows.is_some());
        for chain in succeeding {
            let (count, last) = begun.entry(view.device(&chain.author)).or_default();
            (*count, *last) = (*count + 1, chain.first_received.0.max(*last));
        }
        for (device, (count, at)) in begun {
            self.add(Rank::Know, Finding::NewIncarnation { device, at, count });
        }
    }

    fn arrival(&mut self) {
        let (view, report) = (self.view, self.report);
        if report.devices.iter().all(|device| device.meaning == Meaning::Never) {
            self.add(Rank::Look, Finding::NoPhone);
        }
        let said = report.devices.iter().filter_map(|device| match &device.meaning {
            Meaning::Unsent { days, .. } => Some(days),
            Meaning::Never
            | Meaning::Silent
            | Meaning::Whole { .. }
            | Meaning::Gap { .. }
            | Meaning::NotMerged { .. }
            | Meaning::Revoked { .. } => None,
        });
        let on_phone = view.days_with(|empty| matches!(empty, Empty::StillOnPhone { .. }));
        let on_phone =
            days(said.flatten().copied().chain(on_phone).filter(|day| view.column(*day).is_some()));
        some(on_phone, |days| self.add(Rank::Look, Finding::Days { what: OnDays::StillOnPhone, days }));
        let unknown = view.days_with(|empty| matches!(empty, Empty::Unknown { .. }));
        some(unknown, |days| self.add(Rank::Look, Finding::Days { what: OnDays::Unknown, days }));
        let missed = view.days_with(|empty| empty == Empty::Missed);
        some(missed, |days| self.add(Rank::Know, Finding::Days { what: OnDays::Missed, days }));
    }
}

fn some(days: Vec<DiaryDay>, add: impl FnOnce(Vec<DiaryDay>)) {
    if !days.is_empty() {
        add(days);
    }
}

fn days(days: impl Iterator<Item = DiaryDay>) -> Vec<DiaryDay> {
    let mut days: Vec<DiaryDay> = days.collect();
    days.sort_unstable();
    days.dedup();
    days
}
