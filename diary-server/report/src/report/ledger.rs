//! Input of the export's tables for one participant's whole diary: the entries that count, and the meaning of every
//! empty place of the schedule.

use std::collections::BTreeMap;

use diary_core::ids::EntryId;
use diary_core::study::Occurrence;
use diary_core::time::{DiaryDay, UtcMillis, Zone};

use super::axis::{self, DaySpan, WHOLE_MAX_DAYS};
use super::entry::Entry;
use super::missed::Empty;
use super::{ReportError, ReportInput};
use crate::iso;

/// Code of an entry at a place where another one counts.
const SECOND: &str = "second";

/// Input of the export's tables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ledger {
    /// First diary day, if known.
    pub first_day: Option<DiaryDay>,
    /// Entries that never count, with the code of the reason.
    pub apart: BTreeMap<EntryId, &'static str>,
    /// Places of the schedule that are open or over and have no entry.
    pub empty: Vec<EmptyPlace>,
    /// Place of the schedule of each entry, if the schedule has it.
    pub answered: BTreeMap<EntryId, SchedulePlace>,
    /// Day 1 of the study: the date of its first anchor.
    pub study_day_1: Option<DiaryDay>,
    /// The diary is longer than ten years; earlier days are left out.
    pub cut_short: bool,
}

/// A place of the schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SchedulePlace {
    /// The place.
    pub occurrence: Occurrence,
    /// The participant's zone on that day.
    pub zone: Zone,
}

/// A place of the schedule without an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmptyPlace {
    /// The place.
    pub place: SchedulePlace,
    /// Its meaning.
    pub empty: Empty,
}

impl SchedulePlace {
    /// Civil date and time at `at` in the participant's zone, in the format of files.
    #[must_use]
    pub fn local(&self, at: UtcMillis) -> String {
        iso::local(self.zone.local(at))
    }
}

impl Ledger {
    /// `day` as the study counts it; `None` while its first anchor is not set.
    #[must_use]
    pub fn study_day(&self, day: DiaryDay) -> Option<i64> {
        self.study_day_1.map(|first| day.study_day(first))
    }
}

/// Works out the ledger of one participant's whole diary. [`ReportInput::days`] has no part in it.
///
/// # Errors
/// [`ReportError::NoStudy`] without any version of the study.
pub fn ledger(input: &ReportInput<'_>) -> Result<Ledger, ReportError> {
    let view = axis::spanning(input, DaySpan { back: None, ahead: 0 }).ok_or(ReportError::NoStudy)?;
    let apart = |entry: &Entry<'_>| match view.apart.get(&entry.history.entry) {
        Some(apart) => Some(apart.code()),
        None => view.is_secondary(entry).then_some(SECOND),
    };
    let mut answered = BTreeMap::new();
    let mut empty = Vec::new();
    for occurrence in view.asked() {
        let zone = view.column(occurrence.day).and_then(|column| view.days.get(column));
        let zone = zone.map_or(input.zone, |setting| setting.zone);
        let place = SchedulePlace { occurrence: occurrence.clone(), zone };
        let entries: Vec<EntryId> =
            view.at_slot(occurrence.day, &occurrence.slot).map(|entry| entry.history.entry).collect();
        if !entries.is_empty() {
            answered.extend(entries.into_iter().map(|entry| (entry, place.clone())));
            continue;
        }
        let meaning = view.empty_of(occurrence);
        if meaning != Empty::Upcoming {
            empty.push(EmptyPlace { place, empty: meaning });
        }
    }
    let first_anchor = view.study.anchors().first();
    Ok(Ledger {
        first_day: view.first_day,
        apart: view.all().filter_map(|entry| Some((entry.history.entry, apart(entry)?))).collect(),
        empty,
        answered,
        study_day_1: first_anchor.and_then(|anchor| view.course.anchors.get(&anchor.id).copied()),
        cut_short: view.first_day.is_some_and(|first| view.today.since(first) > WHOLE_MAX_DAYS.into()),
    })
}
