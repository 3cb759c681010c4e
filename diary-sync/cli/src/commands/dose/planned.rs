//! Planned doses, and which of them is meant: pure.

use diary_core::diary::TodayItem;
use diary_core::entry::{MedicationRef, Route, Slot};
use diary_core::ids::EntryId;
use diary_core::measure::Quantity;
use diary_core::study::{Prompt, SlotState, Study};
use diary_core::time::{DiaryDay, TimeOfDay, UtcMillis};

use crate::args::WhichDose;
use crate::failure::Refusal;
use crate::input::moment;

/// One planned dose.
#[derive(Clone)]
pub(super) struct Planned {
    /// The day it belongs to.
    pub(super) day: DiaryDay,
    /// Its place.
    pub(super) slot: Slot,
    /// Of what.
    pub(super) medication: MedicationRef,
    /// How much.
    pub(super) amount: Quantity,
    /// How.
    pub(super) route: Route,
    /// At which time of day.
    pub(super) time: TimeOfDay,
    /// The same as an instant.
    pub(super) due: UtcMillis,
    /// From when on it can be recorded.
    pub(super) opens: UtcMillis,
    /// How it stands.
    pub(super) state: SlotState,
    /// The entry that records it.
    pub(super) entry: Option<EntryId>,
}

/// The doses among prompts, by day and time.
pub(super) fn all(items: &[TodayItem]) -> Vec<Planned> {
    let doses = items.iter().filter_map(|item| match &item.occurrence.prompt {
        Prompt::Dose { medication, form: _, amount, route, time, reported: _ } => Some(Planned {
            day: item.occurrence.day,
            slot: item.occurrence.slot.clone(),
            medication: medication.clone(),
            amount: amount.clone(),
            route: *route,
            time: *time,
            due: item.occurrence.due,
            opens: item.occurrence.opens,
            state: item.state,
            entry: item.entry,
        }),
        Prompt::Instrument(_) => None,
    });
    doses.collect()
}

/// The planned dose that is meant, of those of `day` and the day before.
pub(super) fn pick(
    all: &[Planned],
    study: &Study,
    which: &WhichDose,
    day: DiaryDay,
) -> Result<Planned, Refusal> {
    let named = |planned: &&Planned| {
        which.medication.as_deref().is_none_or(|name| is(study, &planned.medication, name))
    };
    let of_day: Vec<&Planned> = all.iter().filter(|planned| planned.day == day).filter(named).collect();
    if let Some(text) = &which.time {
        let time = moment::time(text)?;
        return one(of_day.iter().filter(|planned| planned.time == time).copied(), &of_day, all);
    }
    if let Some(text) = &which.slot {
        let n = diary_core::measure::plain_digits(text).parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        return one(n.and_then(|n| of_day.get(n)).copied().into_iter(), &of_day, all);
    }
    let in_state = |doses: &[&Planned], state| {
        doses.iter().filter(|planned| planned.state == state).copied().cloned().collect::<Vec<_>>()
    };
    let recent: Vec<&Planned> = all.iter().filter(named).collect();
    for candidates in [
        in_state(&of_day, SlotState::Open),
        in_state(&of_day, SlotState::Late),
        in_state(&recent, SlotState::Late),
    ] {
        match candidates.as_slice() {
            [] => {}
            [only] => return Ok(only.clone()),
            several => return Err(Refusal::WhichDose(several.iter().map(name_of).collect())),
        }
    }
    // Nothing is due: the only one of the day, so that it is said why not (too early, recorded already).
    one(of_day.iter().copied(), &of_day, all)
}

fn one<'p>(
    mut found: impl Iterator<Item = &'p Planned>,
    of_day: &[&Planned],
    all: &[Planned],
) -> Result<Planned, Refusal> {
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only.clone()),
        (Some(_), Some(_)) => {
            Err(Refusal::WhichDose(of_day.iter().map(|planned| name_of(planned)).collect()))
        }
        (None, _) => Err(Refusal::NoDose(all.iter().map(name_of).collect())),
    }
}

fn is(study: &Study, medication: &MedicationRef, name: &str) -> bool {
    let by_code =
        study.find_medication(name).is_some_and(|known| medication.code.as_ref() == Some(&known.code));
    by_code || medication.name.to_lowercase() == name.trim().to_lowercase()
}

/// How a dose is named so that it can be named back.
fn name_of(planned: &Planned) -> String {
    let medication =
        planned.medication.code.as_ref().map_or(planned.medication.name.as_str(), |code| code.as_str());
    format!("{medication} --time {} --day {}", planned.time, planned.day)
}
