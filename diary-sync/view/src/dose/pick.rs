//! Choice of the planned dose that is meant by what was said of it. Pure, so that every case is a line of a test.

use diary_core::study::{SlotState, Study};
use diary_core::time::{DiaryDay, TimeOfDay};

use super::PlannedDose;
use crate::names;

/// Dose that was asked for; nothing said means the only one that is due.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Medication, by any of its names.
    pub medication: Option<&'a str>,
    /// Number of its line.
    pub line: Option<u16>,
    /// Its number among the doses of its day, from 1.
    pub number: Option<u16>,
    /// Its planned time.
    pub time: Option<TimeOfDay>,
    /// The day it belongs to.
    pub day: Option<DiaryDay>,
    /// The diary day it is.
    pub today: DiaryDay,
}

impl Wanted<'_> {
    /// First and last day of the doses among which it is looked for.
    #[must_use]
    pub fn days(&self) -> (DiaryDay, DiaryDay) {
        self.day.map_or((self.today.plus_days(-super::DAYS_BACK), self.today), |day| (day, day))
    }
}

/// Dose that is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pick {
    /// This one.
    One(PlannedDose),
    /// One of these, each of which can be recorded now.
    Several(Vec<PlannedDose>),
}

/// The planned dose that is meant; none where no such dose is planned. Without a day, one that is due is meant before one that is not, and today's before
/// an earlier one; where no time is said either, every dose that is due may be meant.
#[must_use]
pub fn pick(all: &[PlannedDose], study: &Study, wanted: Wanted<'_>) -> Option<Pick> {
    let Wanted { day, today, time, .. } = wanted;
    let is_named = |planned: &&PlannedDose| {
        wanted.medication.is_none_or(|name| names::is_medication(study, &planned.medication, name))
            && wanted.line.is_none_or(|line| planned.line == Some(line))
    };
    let named: Vec<&PlannedDose> = all.iter().filter(is_named).collect();
    let of = |day: DiaryDay| named.iter().filter(move |planned| planned.day == day).copied();
    if let Some(number) = wanted.number {
        let nth = usize::from(number).checked_sub(1)?;
        return of(day.unwrap_or(today)).nth(nth).cloned().map(Pick::One);
    }
    let in_scope = |planned: &&PlannedDose| {
        day.is_none_or(|day| planned.day == day) && time.is_none_or(|time| planned.time == time)
    };
    let scope: Vec<&PlannedDose> = named.iter().copied().filter(in_scope).collect();
    let due = || scope.iter().copied().filter(|planned| planned.is_due());
    if time.is_some() && day.is_none() {
        let open = due().filter(|planned| planned.state == SlotState::Open).map(|planned| planned.day).max();
        let last = due().map(|planned| planned.day).max();
        let day = open.or(last).unwrap_or(today);
        let of_day = scope.iter().copied().filter(|planned| planned.day == day);
        let (ready, rest): (Vec<&PlannedDose>, Vec<&PlannedDose>) =
            of_day.partition(|planned| planned.is_due());
        return one(&if ready.is_empty() { rest } else { ready });
    }
    match due().collect::<Vec<_>>() {
        // Nothing is due: the only one of the day, so that it is said why not (too early, recorded already).
        none if none.is_empty() => {
            let day = day.unwrap_or(today);
            one(&scope.into_iter().filter(|planned| planned.day == day).collect::<Vec<_>>())
        }
        due => one(&due),
    }
}

fn one(found: &[&PlannedDose]) -> Option<Pick> {
    match found {
        [] => None,
        [only] => Some(Pick::One((*only).clone())),
        several => Some(Pick::Several(several.iter().map(|planned| (*planned).clone()).collect())),
    }
}
