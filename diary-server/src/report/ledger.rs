//! What the tables of an export need of one participant's whole diary: which entries count, and what every empty place of
//! the schedule means.

use std::collections::BTreeSet;

use diary_core::ids::EntryId;
use diary_core::study::Occurrence;
use diary_core::time::DiaryDay;

use super::axis::{Span, WHOLE_MAX_DAYS};
use super::entries::View;
use super::missed::{self, Empty};
use super::{ReportError, ReportInput};

/// What the tables of an export need.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ledger {
    /// First diary day, where one is known.
    pub first_day: Option<DiaryDay>,
    /// Entries at whose place another one counts.
    pub secondary: BTreeSet<EntryId>,
    /// Places of the schedule whose time has come and that have no entry.
    pub empty: Vec<EmptyPlace>,
    /// The diary is longer than is looked at.
    pub cut_short: bool,
}

/// A place of the schedule without an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmptyPlace {
    /// The place.
    pub occurrence: Occurrence,
    /// What it means.
    pub empty: Empty,
}

/// Works out the ledger of one participant's whole diary. [`ReportInput::days`] has no part in it.
///
/// # Errors
/// [`ReportError::NoStudy`] without any version of the study.
pub fn ledger(input: &ReportInput<'_>) -> Result<Ledger, ReportError> {
    let view = View::spanning(input, Span { back: None, ahead: 0 }).ok_or(ReportError::NoStudy)?;
    let secondary = view.entries.iter().filter(|entry| view.is_secondary(entry));
    let of_empty = |occurrence: &Occurrence| {
        let empty = view.at_slot(occurrence.day, &occurrence.slot).next().is_none();
        let meaning = missed::empty(&view, occurrence);
        (empty && meaning != Empty::Upcoming)
            .then(|| EmptyPlace { occurrence: occurrence.clone(), empty: meaning })
    };
    Ok(Ledger {
        first_day: view.first_day,
        secondary: secondary.map(|entry| entry.history.entry).collect(),
        empty: view.occurrences.iter().filter_map(of_empty).collect(),
        cut_short: view.first_day.is_some_and(|first| view.today.since(first) > WHOLE_MAX_DAYS.into()),
    })
}
