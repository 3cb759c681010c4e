//! The report of one participant before a visit: computed from the trial record, the study versions and the contacts of
//! the phones. Pure: no database, no clock. [`text`] and [`html`] only render it.

mod adherence;
mod attention;
mod axis;
mod changes;
mod contact;
mod course;
mod detail;
mod difference;
mod doubts;
mod entries;
mod entry;
mod entry_index;
pub(crate) mod fields;
mod figures;
mod finding;
mod grid;
pub mod html;
mod knowledge;
pub mod ledger;
mod links;
mod medication;
mod missed;
mod next_step;
mod odd;
pub mod outlook;
mod outside;
mod planned_dose;
mod plot;
mod pressing;
mod raw;
mod regimen;
mod safety;
mod sections;
pub mod sheet;
mod spans;
mod symptoms;
mod tally;
pub mod text;
mod words;

pub use adherence::{Counts, SlotCell, SlotRow};
pub use axis::Day;
pub use changes::{Conflict, Correction, Decided, Duplicate, LateEntry, Version, Withdrawal};
pub use contact::{DeviceLine, Meaning};
pub use course::{CycleDay, EventLine, InfusionLine, InterruptionLine, NoteLine, VisitLine};
pub use detail::{ComparedEntry, EntryDetail, EntryStanding, VersionDetail, compared, details};
pub use difference::Difference;
pub use doubts::{Backfilled, Bracket, CLOCK_DOUBT_MINUTES, ClockDoubt, ClockProblem, ZoneDoubt};
pub use entry::{By, Origin, Stamp};
pub use entry_index::EntryIndex;
pub use figures::{Change, Reference, TotalPoint, TotalSeries};
pub use finding::{Attention, Finding, OnDays, Rank};
pub use medication::{DoseDay, LastDose, MedicationRow, NotTaken, TooSoon};
pub use missed::Empty;
pub use next_step::{NextStep, next_steps};
pub use odd::{OddAnswers, OddDoses, OddUnits};
pub use outside::{Outside, OutsideEntry};
pub use pressing::{Doubt, Pressing, alert as alert_rank};
pub use raw::RawEntry;
pub use regimen::{ChangeLine, DoseDifference, RegimenLineOut, RegimenOut, ReplacedAct, StretchOut};
pub use safety::{Handled, RuleFinding, RuleHit};
pub use spans::Span;
pub use symptoms::{ItemCell, ItemRow, QuestionOutcome, Quiet, Scale, SlotTitle};
pub use tally::DayAmount;
pub use words::full_date;
pub(crate) use words::skip_reason;

use std::collections::BTreeMap;

use chrono::Datelike;
use diary_core::ids::{Incarnation, KeyId, SiteId, StudyId};
use diary_core::record::{Source, TrialRecord};
use diary_core::text::{Lang, Text};
use diary_core::time::{DiaryDay, ReceivedAt, UtcMillis, Zone};
use serde::Serialize;

use diary_core::study::Studies;
use diary_core::unmerged::{LeftOut, UnmergedState};

/// Most days that one report covers.
pub const REPORT_MAX_DAYS: u16 = 366;

/// Input of a report.
#[derive(Clone, Copy)]
pub struct ReportInput<'a> {
    /// The participant's merged record.
    pub record: &'a TrialRecord,
    /// The study, in every version available here.
    pub studies: &'a Studies,
    /// The subject number.
    pub participant: &'a str,
    /// The participant's site.
    pub site: &'a SiteId,
    /// The participant's phones, by signing key.
    pub devices: &'a BTreeMap<KeyId, DeviceInfo>,
    /// Parcels that are stored and not in the record.
    pub not_merged: &'a [NotMerged],
    /// The record as it would be with everything that can be opened merged: alerts in it are shown, and marked.
    pub with_unmerged: Option<&'a TrialRecord>,
    /// Parcels left out because of their phone's memory limit.
    pub left_out: &'a [LeftOut],
    /// Places with two merged parcels in the log.
    pub forks: &'a [Fork],
    /// Time of the report.
    pub now: UtcMillis,
    /// Number of diary days covered, today included: clamped to 1 to [`REPORT_MAX_DAYS`].
    pub days: u16,
    /// Last of these days, if it is not today.
    pub until: Option<DiaryDay>,
    /// The zone it is written in: the site's.
    pub zone: Zone,
}

/// One phone of a participant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DeviceInfo {
    /// Its number among the participant's phones, from 1.
    pub number: u16,
    /// Name that staff gave it; may be empty.
    pub label: String,
    /// Time at which it joined.
    pub joined: UtcMillis,
    /// Time of its revocation.
    pub revoked: Option<UtcMillis>,
}

/// A place in the chain of one incarnation that two parcels have: a phone and its copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fork {
    /// The place.
    pub at: Source,
    /// Time of receipt of the later of the two.
    pub received: ReceivedAt,
}

/// A parcel that is stored and not in the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotMerged {
    /// Its record in the vault's log.
    pub n: u64,
    /// Signing key of its author.
    pub author: KeyId,
    /// Incarnation of its author's store.
    pub incarnation: Incarnation,
    /// Its place in it.
    pub seq: u64,
    /// Time of receipt.
    pub received: ReceivedAt,
    /// Reason.
    pub why: UnmergedState,
}

/// Error of a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// No version of the study is available, so nothing can be decoded.
    #[error("no version of the study is at hand")]
    NoStudy,
}

/// The contents of a report, as data. Texts of the study are in all its languages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// Subject number.
    pub participant: String,
    /// Site.
    pub site: SiteId,
    /// Its name.
    pub site_title: Text,
    /// Study.
    pub study: StudyId,
    /// Its name.
    pub study_title: Text,
    /// Newest version available here.
    pub study_version: u32,
    /// Time of the report.
    pub generated: UtcMillis,
    /// The zone it is written in.
    pub zone: Zone,
    /// First diary day of this participant, if known.
    pub first_day: Option<DiaryDay>,
    /// Findings that need attention, the most urgent first.
    pub attention: Vec<Attention>,
    /// The phones, and the consequences of the last contact of each.
    pub devices: Vec<DeviceLine>,
    /// The days of the report, oldest first. Rows have one cell for each.
    pub days: Vec<Day>,
    /// Arrivals for each slot of the schedule.
    pub slots: Vec<SlotRow>,
    /// Answers per day.
    pub items: Vec<ItemRow>,
    /// Questions that were answered with no on every day.
    pub quiet: Vec<Quiet>,
    /// Totals of scored instruments.
    pub totals: Vec<TotalSeries>,
    /// Doses per medication.
    pub medications: Vec<MedicationRow>,
    /// Prednisone equivalent of each day's corticosteroids in milligrams; `None` if the study has none.
    pub prednisone: Option<Vec<Option<DayAmount>>>,
    /// The regimen of these days, line by line, and planned changes.
    pub regimen: RegimenOut,
    /// Doses that differ from the plan.
    pub differences: Vec<DoseDifference>,
    /// Changes of medication that the participant reported.
    pub changes: Vec<ChangeLine>,
    /// Alert rules that were met or whose instruction was shown, and serious events: with a day in the period, a later
    /// day, or received in the period.
    pub alerts: Vec<RuleFinding>,
    /// Infusions of the study drug.
    pub infusions: Vec<InfusionLine>,
    /// Visits, the last before these days included.
    pub visits: Vec<VisitLine>,
    /// Events.
    pub events: Vec<EventLine>,
    /// Notes and other free text.
    pub notes: Vec<NoteLine>,
    /// Entries recorded outside their window.
    pub late: Vec<LateEntry>,
    /// Corrections with the previous values.
    pub corrections: Vec<Correction>,
    /// Withdrawn entries.
    pub withdrawals: Vec<Withdrawal>,
    /// Entries with concurrent versions, none of which supersedes the others.
    pub conflicts: Vec<Conflict>,
    /// Places of the schedule with several entries.
    pub duplicates: Vec<Duplicate>,
    /// Entries that no available version of the study explains, unchanged.
    pub raw: Vec<RawEntry>,
    /// Entries that have no column in the period.
    pub outside: Vec<OutsideEntry>,
    /// Doubt about the clock of the server that made the report.
    pub server_clock: Option<diary_core::server_clock::ClockDoubt>,
    /// Entries behind the cells.
    #[serde(skip)]
    pub index: EntryIndex,
    /// Doubts about a phone's clock.
    pub clock_doubts: Vec<ClockDoubt>,
    /// Phones in use that show other hours than the site's.
    pub zone_doubts: Vec<ZoneDoubt>,
}

impl Report {
    /// Leaves out the doses of the study drug, for a reader who must not know them. `drug` is its name on the study's list.
    #[must_use]
    pub fn without_study_drug(mut self, drug: Option<&Text>) -> Self {
        let is_drug = |name: &Text| drug == Some(name);
        self.infusions.clear();
        self.days.iter_mut().for_each(|day| day.interrupted.clear());
        self.attention.retain(|one| !one.what.tells_dose_of(is_drug));
        self.medications.retain(|row| !is_drug(&row.name));
        self.regimen.lines.retain(|line| !is_drug(&line.name));
        self.differences.retain(|one| !is_drug(&one.name));
        self.changes.retain(|change| !is_drug(&change.name));
        self.corrections.retain(|one| !is_drug(&one.subject));
        self.withdrawals.retain(|one| !is_drug(&one.subject));
        self.conflicts.retain(|one| !is_drug(&one.subject));
        self.duplicates.retain(|one| !is_drug(&one.subject));
        self.outside.retain(|one| !is_drug(&one.subject));
        self
    }

    /// Current year: dates of other years are shown with theirs.
    pub(crate) fn year(&self) -> i32 {
        let last = self.days.last().map_or_else(DiaryDay::default, |day| day.day);
        last.0.year()
    }

    /// Dates in the language, as the report shows them.
    fn dates(&self, lang: Lang) -> words::Dates {
        words::Dates { year: self.year(), lang }
    }
}

/// Works out the report.
///
/// # Errors
/// [`ReportError::NoStudy`] without any version of the study.
pub fn build(input: &ReportInput<'_>) -> Result<Report, ReportError> {
    let view = axis::of_report(input).ok_or(ReportError::NoStudy)?;
    let slots = view.slot_rows();
    let (items, quiet) = view.item_rows();
    let totals = view.total_series();
    let mut report = Report {
        participant: input.participant.to_owned(),
        site: input.site.clone(),
        site_title: view.site.title.clone(),
        study: view.study.id().clone(),
        study_title: view.study.titles().clone(),
        study_version: view.study.version(),
        generated: input.now,
        server_clock: None,
        zone: input.zone,
        first_day: view.first_day,
        attention: Vec::new(),
        devices: view.device_lines(),
        days: view.day_heads(),
        slots,
        items,
        quiet,
        medications: view.medication_rows(),
        prednisone: view.prednisone(),
        regimen: view.regimen(),
        differences: view.dose_differences(),
        changes: view.medication_changes(),
        alerts: safety::findings(&view, &totals, view.period().0),
        totals,
        infusions: view.infusions(),
        visits: view.visits(),
        events: view.events(),
        notes: view.notes(),
        late: view.late_entries(),
        corrections: view.corrections(),
        withdrawals: view.withdrawals(),
        conflicts: view.conflicts(),
        duplicates: view.duplicates(),
        raw: view.raw_entries(),
        outside: view.outside_entries(),
        index: view.entry_index(),
        clock_doubts: view.clock_doubts(),
        zone_doubts: view.zone_doubts(),
    };
    symptoms::mark(&mut report.items, &view, &report.alerts);
    let with = input.with_unmerged.map(|record| ReportInput { record, ..*input });
    if let Some(with) = with.as_ref().and_then(axis::of_report) {
        safety::add_unmerged(&mut report.alerts, &with, &report.totals, view.period().0);
    }
    report.attention = attention::list(&view, &report);
    Ok(report)
}

#[cfg(test)]
pub(crate) mod tests;
