//! Doses per medication: taken against the regimen, reasons for skipped ones, extra ones, and the time of the last.
//! Milligrams are counted in `tally`.

use std::collections::BTreeMap;

use diary_core::entry::{Content, Dose, DoseStatus, MedicationRef, Revision, SkipReason, Slot};
use diary_core::ids::MedicationCode;
use diary_core::measure::Quantity;
use diary_core::study::Medication;
use diary_core::study::schedule::Occurrence;
use diary_core::text::Text;
use diary_core::time::DiaryDay;
use serde::Serialize;

use super::adherence;
use super::course::is_past;
use super::entries::View;
use super::entry::{Entry, Origin, Stamp};
use super::missed::Empty;
use super::planned_dose::{Key, PlanState, planned};
use super::tally::DayAmount;

/// One medication over the days of the report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MedicationRow {
    /// Its code on the study's list.
    pub code: Option<MedicationCode>,
    /// Name on the study's list, or as written.
    pub name: Text,
    /// Outcome of its doses, one cell per day; `None` on days without any.
    pub days: Vec<Option<DoseDay>>,
    /// Milligrams per day, if the study reports them.
    pub mg: Option<Vec<Option<DayAmount>>>,
    /// Sums over the days.
    pub sum: DoseDay,
    /// Doses not taken, with the reasons.
    pub not_taken: Vec<NotTaken>,
    /// Last dose before the time of the report, in the whole record.
    pub last: Option<LastDose>,
    /// Doses of a weekly medication that are too close together.
    pub too_soon: Vec<TooSoon>,
}

/// Outcome of the doses of one day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct DoseDay {
    /// Doses of the regimen whose time has come.
    pub planned: usize,
    /// Planned doses taken.
    pub taken: usize,
    /// Planned doses not taken.
    pub not_taken: usize,
    /// Planned doses with the answer "don't know".
    pub dont_know: usize,
    /// No answer: missed.
    pub missed: usize,
    /// No answer: still on the phone.
    pub still_on_phone: usize,
    /// No answer: unknown.
    pub unknown: usize,
    /// No answer yet.
    pub open: usize,
    /// Planned doses that were not asked, and so not counted as planned.
    pub not_asked: usize,
    /// Doses taken as needed or beyond the regimen.
    pub extra: usize,
    /// Answered late.
    pub late: usize,
    /// Corrected.
    pub corrected: usize,
    /// Further entries for answered doses, without a decision of the site; not counted.
    pub others: usize,
    /// Time of the last dose of the day.
    pub last: Option<Stamp>,
}

/// A dose that was not taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NotTaken {
    /// Its day.
    pub day: DiaryDay,
    /// Reason.
    pub why: SkipReason,
    /// In the participant's words.
    pub text: Option<String>,
}

/// The last dose taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LastDose {
    /// Time of the dose.
    pub at: Stamp,
    /// Amount.
    pub amount: Option<Quantity>,
    /// The time is that of recording: no time of the dose was entered.
    pub recorded_only: bool,
    /// Author and phones.
    pub origin: Origin,
}

/// Two doses of a weekly medication.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct TooSoon {
    /// Day of the first.
    pub first: DiaryDay,
    /// Day of the second.
    pub second: DiaryDay,
}

impl View<'_> {
    /// Rows: medications of the regimen first, then all others.
    pub(super) fn medication_rows(&self) -> Vec<MedicationRow> {
        let mut rows = Rows::default();
        for occurrence in self.asked().filter(|occurrence| adherence::is_dose(occurrence)) {
            if let Some(medication) = planned(occurrence) {
                rows.of(self, medication).count_planned(self, occurrence);
            }
        }
        for (entry, shown) in self.current() {
            if let Content::Dose(dose) = &shown.content {
                rows.of(self, &dose.medication).count_other(self, entry, shown, dose);
            }
        }
        for (entry, shown) in self.counting() {
            if let Content::Dose(dose) = &shown.content {
                rows.take_last(self, entry, dose);
            }
        }
        let places: BTreeMap<Key, usize> =
            self.study.medications().iter().map(|m| Key::Listed(m.code.clone())).zip(0..).collect();
        rows.rows.sort_by_cached_key(|row| places.get(&row.key).copied().unwrap_or(usize::MAX));
        rows.rows.into_iter().map(|row| row.finish(self)).collect()
    }

    fn last_dose(&self, entry: &Entry<'_>, dose: &Dose) -> LastDose {
        let claimed = entry.shown.and_then(|shown| entry.history.claimed(shown));
        LastDose {
            at: self.about(entry),
            amount: dose.amount.clone(),
            recorded_only: claimed.is_none() && entry.first.late.is_some(),
            origin: entry.origin(),
        }
    }

    /// Pairs of doses that come too soon, of every weekly medication of the study.
    pub(super) fn all_too_soon<'v>(&'v self) -> impl Iterator<Item = (Text, TooSoon)> + 'v {
        let weekly = self.study.medications().iter().filter(|medication| medication.weekly_only);
        weekly.flat_map(|medication| {
            self.too_soon(medication).into_iter().map(|pair| (medication.name.clone(), pair))
        })
    }

    /// Pairs of doses of a weekly medication with fewer than seven days between them, whose second dose is in the period or
    /// later.
    fn too_soon(&self, medication: &Medication) -> Vec<TooSoon> {
        let (first_day, _) = self.period();
        let mut days: Vec<DiaryDay> = self
            .taken_ever()
            .filter(|taken| taken.medication.is_some_and(|m| m.code == medication.code))
            .map(|taken| taken.revision.day)
            .collect();
        days.sort_unstable();
        let pairs = days.windows(2).filter_map(|pair| <[DiaryDay; 2]>::try_from(pair).ok());
        pairs
            .filter(|[first, second]| *second >= first_day && medication.too_soon(*first, *second))
            .map(|[first, second]| TooSoon { first, second })
            .collect()
    }
}

/// Rows while they are counted, in the order of first occurrence.
#[derive(Default)]
struct Rows<'v, 'a> {
    rows: Vec<Counting<'v, 'a>>,
    places: BTreeMap<Key, usize>,
}

/// One row while it is counted.
struct Counting<'v, 'a> {
    key: Key,
    of: &'v MedicationRef,
    days: Vec<Option<DoseDay>>,
    not_taken: Vec<NotTaken>,
    last: Option<(&'v Entry<'a>, &'a Dose)>,
}

impl<'v, 'a> Rows<'v, 'a> {
    fn of(&mut self, view: &View<'_>, medication: &'v MedicationRef) -> &mut Counting<'v, 'a> {
        let key = view.medication_key(medication);
        let at = *self.places.entry(key.clone()).or_insert(self.rows.len());
        if at == self.rows.len() {
            let (days, not_taken) = (view.cells(), Vec::new());
            self.rows.push(Counting { key, of: medication, days, not_taken, last: None });
        }
        &mut self.rows[at]
    }

    /// Keeps the last dose taken up to now, from the whole record: its time matters for a test at the clinic.
    fn take_last(&mut self, view: &View<'_>, entry: &'v Entry<'a>, dose: &'a Dose) {
        if !matches!(dose.status, DoseStatus::Taken) || !is_past(entry.about(), view.input.now) {
            return;
        }
        let at = self.places.get(&view.medication_key(&dose.medication));
        let Some(row) = at.and_then(|at| self.rows.get_mut(*at)) else { return };
        if row.last.is_none_or(|(last, _)| last.about() <= entry.about()) {
            row.last = Some((entry, dose));
        }
    }
}

impl Counting<'_, '_> {
    fn day(&mut self, view: &View<'_>, of: DiaryDay) -> Option<(&mut DoseDay, &mut Vec<NotTaken>)> {
        let cell = self.days.get_mut(view.column(of)?)?.get_or_insert_default();
        Some((cell, &mut self.not_taken))
    }

    fn count_planned(&mut self, view: &View<'_>, occurrence: &Occurrence) {
        let state = view.state_of_plan(occurrence);
        if matches!(state, PlanState::Empty(Empty::Upcoming)) {
            return;
        }
        let Some((cell, not_taken)) = self.day(view, occurrence.day) else { return };
        if matches!(state, PlanState::Empty(Empty::NotAsked)) {
            cell.not_asked += 1;
            return;
        }
        cell.planned += 1;
        match state {
            PlanState::Answered(entry, dose) => {
                cell.answered(view, entry, dose, occurrence.day, not_taken);
                cell.others += view.undecided_others(occurrence.day, &occurrence.slot);
            }
            PlanState::Empty(Empty::Missed) => cell.missed += 1,
            PlanState::Empty(Empty::StillOnPhone { .. }) => cell.still_on_phone += 1,
            PlanState::Empty(Empty::Unknown { .. }) => cell.unknown += 1,
            PlanState::Empty(Empty::Open | Empty::Upcoming | Empty::NotAsked) => cell.open += 1,
        }
    }

    /// A dose that the plan does not ask for: as needed or extra; or an answer to a planned dose that the plan has no
    /// longer, which stays what it was: planned, and answered.
    fn count_other(&mut self, view: &View<'_>, entry: &Entry<'_>, shown: &Revision, dose: &Dose) {
        if view.place_of(entry).is_some_and(|place| view.asked_at(place).is_some()) {
            return;
        }
        let Some((cell, not_taken)) = self.day(view, shown.day) else { return };
        if view.is_secondary(entry) {
            cell.others += 1;
            return;
        }
        let was_planned = matches!(shown.slot, Some(Slot::PlannedDose { .. }));
        let before = cell.taken;
        cell.answered(view, entry, dose, shown.day, not_taken);
        if was_planned {
            cell.planned += 1;
        } else {
            cell.extra += cell.taken - before;
            cell.taken = before;
        }
    }

    fn finish(mut self, view: &View<'_>) -> MedicationRow {
        let listed = view.medication(self.of);
        self.not_taken.sort_by_key(|dose| dose.day);
        MedicationRow {
            code: match self.key {
                Key::Listed(code) => Some(code),
                Key::Written(_) => None,
            },
            name: listed.map_or_else(|| super::words::both(|_| self.of.name.clone()), |m| m.name.clone()),
            sum: self.days.iter().flatten().fold(DoseDay::default(), DoseDay::plus),
            mg: listed.filter(|m| m.daily_total).map(|m| view.amounts_per_day(m)),
            too_soon: listed.map(|m| view.too_soon(m)).unwrap_or_default(),
            days: self.days,
            not_taken: self.not_taken,
            last: self.last.map(|(entry, dose)| view.last_dose(entry, dose)),
        }
    }
}

impl DoseDay {
    fn answered(
        &mut self,
        view: &View<'_>,
        entry: &Entry<'_>,
        dose: &Dose,
        day: DiaryDay,
        not_taken: &mut Vec<NotTaken>,
    ) {
        match &dose.status {
            DoseStatus::Taken => {
                self.taken += 1;
                let at = view.about(entry);
                self.last = self.last.max(Some(at));
            }
            DoseStatus::NotTaken { why, text } => {
                self.not_taken += 1;
                not_taken.push(NotTaken { day, why: *why, text: text.clone() });
            }
            DoseStatus::DontKnow => self.dont_know += 1,
        }
        self.late += usize::from(entry.first.late.is_some());
        self.corrected += usize::from(entry.history.corrected());
    }

    fn plus(self, other: &Self) -> Self {
        Self {
            planned: self.planned + other.planned,
            taken: self.taken + other.taken,
            not_taken: self.not_taken + other.not_taken,
            dont_know: self.dont_know + other.dont_know,
            missed: self.missed + other.missed,
            still_on_phone: self.still_on_phone + other.still_on_phone,
            unknown: self.unknown + other.unknown,
            open: self.open + other.open,
            not_asked: self.not_asked + other.not_asked,
            extra: self.extra + other.extra,
            late: self.late + other.late,
            corrected: self.corrected + other.corrected,
            others: self.others + other.others,
            last: self.last.max(other.last),
        }
    }
}
