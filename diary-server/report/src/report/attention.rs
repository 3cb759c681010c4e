//! Findings for the top of the report, the most urgent first. Repeats no figure: each finding refers to results of the
//! other sections.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{AnchorId, InstrumentId, RuleId};
use diary_core::measure::{Decimal, Quantity};
use diary_core::record::Source;
use diary_core::study::AlertRule;
use diary_core::study::alert::When;
use diary_core::text::Text;
use diary_core::time::{DiaryDay, PartialDate, UtcMillis};
use serde::Serialize;

use diary_core::unmerged::UnmergedState;

use super::adherence::days_with;
use super::course::{CycleDay, anchor_title};
use super::entries::View;
use super::missed::Empty;
use super::pressing::{self, Doubt};
use super::{
    Backfilled, By, ChangeLine, ClockDoubt, Day, Difference, Meaning, OddAnswers, OddDoses, OddUnits,
    Outside, Report, TooSoon, TotalSeries, ZoneDoubt,
};
use super::{doubts, odd};

/// Contradictions of one kind, and places of one kind, that have a line each; the days of the others share one.
const EACH: usize = 5;

/// A finding with its urgency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Attention {
    /// Urgency.
    pub rank: Rank,
    /// The finding.
    pub what: Finding,
}

/// Urgency, the highest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// May concern the participant's safety.
    Urgent,
    /// To be settled at the visit.
    Look,
    /// Needed to interpret the figures.
    Know,
}

/// A finding that needs attention.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// An alert rule of [`Report::alerts`].
    Rule {
        /// The rule.
        rule: RuleId,
    },
    /// The newest total is worse by as much as the study's rules call an alert.
    TotalChanged {
        /// The instrument.
        instrument: InstrumentId,
    },
    /// The newest total is incomplete.
    TotalIncomplete {
        /// The instrument.
        instrument: InstrumentId,
    },
    /// There is no complete total from before the treatment.
    NoBaseline {
        /// The instrument.
        instrument: InstrumentId,
    },
    /// Doses of a weekly medication too close together.
    TooSoon {
        /// Its name.
        name: Text,
        /// The doses.
        pairs: Vec<TooSoon>,
    },
    /// A reported change of medication that must be checked.
    ChangeRemark {
        /// The change.
        change: Box<ChangeLine>,
        /// The remark.
        remark: Text,
    },
    /// Answers that are no answers to their question.
    Odd(OddAnswers),
    /// Amounts in units that are not the medication's.
    Units(OddUnits),
    /// An entry with versions that contradict each other.
    Contradicts {
        /// Subject of the entry.
        subject: Text,
        /// Its day.
        day: DiaryDay,
        /// Differences between the first two versions.
        differences: Vec<Difference>,
    },
    /// A place of the schedule with several entries and no decision of the site about which counts.
    Undecided {
        /// Subject of the entries.
        subject: Text,
        /// Their day.
        day: DiaryDay,
        /// Number of entries.
        entries: usize,
        /// The site had decided; more entries have arrived since.
        reopened: bool,
        /// Differences between the first two entries.
        differences: Vec<Difference>,
    },
    /// Entries in [`Report::outside`].
    Outside {
        /// Reason for which they have no column.
        why: Outside,
        /// Their days, one for each entry.
        days: Vec<DiaryDay>,
    },
    /// Days that were filled in together.
    Backfilled(Backfilled),
    /// A reported change of medication with no change of the regimen after it.
    ChangeOpen {
        /// Its name.
        name: Text,
        /// First day, as far as it is known.
        from: PartialDate,
    },
    /// Parcels that are stored and not in the record.
    NotMerged {
        /// The phone.
        device: Option<u16>,
        /// The reason.
        why: UnmergedState,
        /// Number of parcels.
        count: usize,
        /// Time of receipt of the last.
        last: UtcMillis,
    },
    /// Entries that are in the record and not on this report: more of one phone than is read at once.
    LeftOut {
        /// The phone.
        device: Option<u16>,
        /// Number of versions of entries.
        entries: u64,
    },
    /// A phone began a new incarnation: its diary was restored from a backup, copied or rolled back.
    NewIncarnation {
        /// The phone.
        device: Option<u16>,
        /// Time of receipt of the first parcel of the last such incarnation.
        at: UtcMillis,
        /// Number of such incarnations.
        count: usize,
    },
    /// Two parcels in one place: a phone and a copy of it sent different entries. Both are kept.
    Forked {
        /// The phone.
        device: Option<u16>,
        /// Number of places.
        places: usize,
        /// Time of receipt of the last.
        last: UtcMillis,
    },
    /// The participant reported an event that would set an anchor; the site has not set it.
    AnchorProposed {
        /// The anchor.
        anchor: AnchorId,
        /// Its name.
        title: Text,
        /// The day reported.
        day: DiaryDay,
    },
    /// An amount taken that is a multiple or a fraction of the planned one.
    FarFromPlan {
        /// Day of the dose.
        day: DiaryDay,
        /// The medication.
        name: Text,
        /// Amount taken.
        taken: Quantity,
        /// Amount planned, or the usual one.
        planned: Quantity,
    },
    /// Doses with impossible amounts.
    ImpossibleDoses(OddDoses),
    /// An infusion with a dose in a unit other than the study drug's.
    InfusionUnit {
        /// Its place in the treatment.
        cycle_day: CycleDay,
        /// Its day.
        day: DiaryDay,
        /// Dose.
        dose: Quantity,
    },
    /// No phone has ever had contact.
    NoPhone,
    /// Entries that no available version of the study explains, in [`Report::raw`].
    Raw {
        /// Number of entries.
        count: usize,
        /// Their days.
        days: Vec<DiaryDay>,
    },
    /// A phone's clock.
    Clock(ClockDoubt),
    /// A phone's zone.
    Zone(ZoneDoubt),
    /// Something that concerns whole days.
    Days {
        /// The finding.
        what: OnDays,
        /// The days.
        days: Vec<DiaryDay>,
    },
}

/// A finding about some days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnDays {
    /// Entries of a later version of the diary, which this one cannot read.
    Newer,
    /// Further entries with contradicting versions.
    Conflicts,
    /// Further places with several entries.
    Duplicates,
    /// A phone holds unsent entries of these days.
    StillOnPhone,
    /// The state of these days is unknown.
    Unknown,
    /// Something was missed.
    Missed,
    /// Entries made by others than the participant.
    EnteredByOthers,
    /// An entry claims a time that cannot be.
    ImpossibleTime,
    /// An entry of a phone claims to be of staff, or of the diary itself.
    ClaimedAuthor,
}

/// Findings of a report, the most urgent first.
pub(super) fn list(view: &View<'_>, report: &Report) -> Vec<Attention> {
    let mut found = Vec::new();
    let mut add = |rank, what| found.push(Attention { rank, what });
    for alert in &report.alerts {
        let rank = pressing::alert(alert.severity, alert.presses());
        add(rank, Finding::Rule { rule: alert.rule.clone() });
    }
    for series in &report.totals {
        totals(view, report, series, &mut add);
    }
    medications(report, &mut add);
    for odd in odd::units(view) {
        add(Doubt::Units.rank(), Finding::Units(odd));
    }
    for odd in odd::impossible_doses(view) {
        add(Rank::Look, Finding::ImpossibleDoses(odd));
    }
    some(odd::impossible_times(view), |days| {
        add(Rank::Look, Finding::Days { what: OnDays::ImpossibleTime, days });
    });
    odd::far_from_plan(view).into_iter().for_each(|far| add(Rank::Look, far));
    for line in report.infusions.iter().filter(|line| view.study.is_other_unit_of_infusion(&line.dose)) {
        let (cycle_day, dose) = (line.cycle_day.clone(), line.dose.clone());
        add(Rank::Urgent, Finding::InfusionUnit { cycle_day, day: line.day, dose });
    }
    some(odd::newer(view), |days| add(Doubt::Newer.rank(), Finding::Days { what: OnDays::Newer, days }));
    not_merged(view, &mut add);
    // An emergency may be among them.
    for one in view.input.left_out {
        add(Rank::Urgent, Finding::LeftOut { device: view.device(&one.author), entries: one.entries });
    }
    incarnations(view, &mut add);
    several(report, &mut add);
    outside(report, &mut add);
    for doubt in &report.zone_doubts {
        add(Doubt::Zone.rank(), Finding::Zone(*doubt));
    }
    for doubt in &report.clock_doubts {
        add(if doubt.presses() { Doubt::Clock.rank() } else { Rank::Know }, Finding::Clock(*doubt));
    }
    for event in &report.events {
        if let Some(anchor) = &event.proposes {
            let title = anchor_title(view, anchor);
            add(Rank::Look, Finding::AnchorProposed { anchor: anchor.clone(), title, day: event.day });
        }
    }
    arrival(view, report, &mut add);
    for odd in odd::answers(view) {
        add(Rank::Look, Finding::Odd(odd));
    }
    if !report.raw.is_empty() {
        let days = days(report.raw.iter().map(|raw| raw.day));
        add(Rank::Look, Finding::Raw { count: report.raw.len(), days });
    }
    for sitting in doubts::backfilled(view) {
        add(Rank::Know, Finding::Backfilled(sitting));
    }
    let claims =
        |day: &&Day| day.entered_by.iter().any(|by| matches!(by, By::ClaimsStaff { .. } | By::ClaimsSystem));
    some(report.days.iter().filter(claims).map(|day| day.day).collect(), |days| {
        add(Rank::Look, Finding::Days { what: OnDays::ClaimedAuthor, days });
    });
    let by_others = report.days.iter().filter(|day| !day.entered_by.is_empty()).map(|day| day.day);
    some(by_others.collect(), |days| {
        add(Rank::Know, Finding::Days { what: OnDays::EnteredByOthers, days });
    });
    found.sort_by_key(|attention| attention.rank);
    found
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

fn totals(view: &View<'_>, report: &Report, series: &TotalSeries, add: &mut impl FnMut(Rank, Finding)) {
    let instrument = || series.instrument.clone();
    let reached = |by: Decimal| series.alert_change.is_some_and(|limit| by >= limit);
    if let Some(last) = series.last() {
        let changes = [last.since_visit, last.since_baseline];
        let told = is_told_by_a_rule(view, report, series, last.day);
        if !told && changes.iter().flatten().any(|change| reached(change.by)) {
            add(Rank::Look, Finding::TotalChanged { instrument: instrument() });
        }
        if last.total.is_none() {
            add(Rank::Look, Finding::TotalIncomplete { instrument: instrument() });
        }
    }
    let treated = series.baseline_anchor.as_ref().is_some_and(|(.., day)| {
        day.is_some_and(|day| series.points.last().is_some_and(|point| point.day >= day))
    });
    if treated && series.baseline.is_none() {
        add(Rank::Look, Finding::NoBaseline { instrument: instrument() });
    }
}

/// True if an alert rule on totals reports the total of `day` already.
fn is_told_by_a_rule(view: &View<'_>, report: &Report, series: &TotalSeries, day: DiaryDay) -> bool {
    let rules = view.study.alerts().iter().filter(
        |rule| matches!(&rule.when, When::Total { instrument, .. } if *instrument == series.instrument),
    );
    let met = |rule: &AlertRule| {
        let finding = report.alerts.iter().find(|finding| finding.rule == rule.id);
        finding.is_some_and(|finding| {
            finding.hits.iter().any(|hit| hit.day == day && hit.met == Some(true) && !hit.unmerged)
        })
    };
    rules.into_iter().any(met)
}

fn medications(report: &Report, add: &mut impl FnMut(Rank, Finding)) {
    for row in report.medications.iter().filter(|row| !row.too_soon.is_empty()) {
        add(Doubt::TooSoon.rank(), Finding::TooSoon { name: row.name.clone(), pairs: row.too_soon.clone() });
    }
    for change in &report.changes {
        for remark in &change.remarks {
            let change = Box::new(change.clone());
            add(Doubt::ChangeRemark.rank(), Finding::ChangeRemark { change, remark: remark.clone() });
        }
        if change.followed_by.is_none() {
            add(Rank::Look, Finding::ChangeOpen { name: change.name.clone(), from: change.from });
        }
    }
}

fn not_merged(view: &View<'_>, add: &mut impl FnMut(Rank, Finding)) {
    let mut kinds: BTreeMap<(Option<u16>, UnmergedState), (usize, usize, UtcMillis)> = BTreeMap::new();
    for (order, item) in view.input.not_merged.iter().enumerate() {
        let (device, why, at) = (view.device(&item.author), item.why, item.received.0);
        let (_, count, last) = kinds.entry((device, why)).or_insert((order, 0, at));
        (*count, *last) = (*count + 1, at.max(*last));
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, (order, ..))| *order);
    for ((device, why), (_, count, last)) in kinds {
        add(Rank::Look, Finding::NotMerged { device, why, count, last });
    }
}

/// Entries with contradicting versions, and places with several entries, without a decision of the site.
fn several(report: &Report, add: &mut impl FnMut(Rank, Finding)) {
    for conflict in report.conflicts.iter().take(EACH) {
        let (subject, day) = (conflict.subject.clone(), conflict.day);
        let differences = conflict.differences.clone();
        add(Rank::Look, Finding::Contradicts { subject, day, differences });
    }
    let more = days(report.conflicts.iter().skip(EACH).map(|conflict| conflict.day));
    some(more, |days| add(Rank::Look, Finding::Days { what: OnDays::Conflicts, days }));
    let is_open =
        |duplicate: &&super::Duplicate| duplicate.decided.as_ref().is_none_or(|decided| decided.more_since);
    let open = || report.duplicates.iter().filter(is_open);
    for duplicate in open().take(EACH) {
        add(
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
    some(more, |days| add(Rank::Look, Finding::Days { what: OnDays::Duplicates, days }));
}

/// Entries without a column.
fn outside(report: &Report, add: &mut impl FnMut(Rank, Finding)) {
    for (why, rank) in [
        (Outside::Ahead, Doubt::Ahead.rank()),
        (Outside::AfterEnd, Doubt::AfterEnd.rank()),
        (Outside::OtherParticipant, Rank::Know),
        (Outside::BeforeDiary, Doubt::BeforeDiary.rank()),
        (Outside::Before, Rank::Know),
    ] {
        let of_kind = report.outside.iter().filter(|entry| entry.why == why).map(|entry| entry.day);
        some(of_kind.collect(), |days| add(rank, Finding::Outside { why, days }));
    }
}

/// Phones that were copied or restored, by number.
fn incarnations(view: &View<'_>, add: &mut impl FnMut(Rank, Finding)) {
    let mut forked: BTreeMap<Option<u16>, (BTreeSet<Source>, UtcMillis)> = BTreeMap::new();
    for fork in view.input.forks {
        let (places, last) = forked.entry(view.device(&fork.at.author)).or_default();
        places.insert(fork.at);
        *last = fork.received.0.max(*last);
    }
    for (device, (places, last)) in forked {
        add(Rank::Look, Finding::Forked { device, places: places.len(), last });
    }
    let mut begun: BTreeMap<Option<u16>, (usize, UtcMillis)> = BTreeMap::new();
    let succeeding = view.input.record.chains().values().filter(|chain| chain.follows.is_some());
    for chain in succeeding {
        let (count, last) = begun.entry(view.device(&chain.author)).or_default();
        (*count, *last) = (*count + 1, chain.first_received.0.max(*last));
    }
    for (device, (count, at)) in begun {
        add(Rank::Know, Finding::NewIncarnation { device, at, count });
    }
}

fn arrival(view: &View<'_>, report: &Report, add: &mut impl FnMut(Rank, Finding)) {
    if report.devices.iter().all(|device| device.meaning == Meaning::Never) {
        add(Rank::Look, Finding::NoPhone);
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
    let on_phone = days_with(view, |empty| matches!(empty, Empty::StillOnPhone { .. }));
    let on_phone = days(said.flatten().copied().chain(on_phone).filter(|day| view.column(*day).is_some()));
    some(on_phone, |days| add(Rank::Look, Finding::Days { what: OnDays::StillOnPhone, days }));
    let unknown = days_with(view, |empty| matches!(empty, Empty::Unknown { .. }));
    some(unknown, |days| add(Rank::Look, Finding::Days { what: OnDays::Unknown, days }));
    let missed = days_with(view, |empty| empty == Empty::Missed);
    some(missed, |days| add(Rank::Know, Finding::Days { what: OnDays::Missed, days }));
}
