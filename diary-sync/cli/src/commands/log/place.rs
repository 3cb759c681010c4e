//! Which place of the schedule a name means: pure, so that every case is a line of a test.

use diary_core::diary::TodayItem;
use diary_core::entry::Slot;
use diary_core::ids::{InstrumentId, SlotId};
use diary_core::store::DraftPlace;
use diary_core::study::{Prompt, SlotState, Study};
use diary_core::text::Lang;
use diary_core::time::DiaryDay;

use crate::failure::Refusal;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// A name: slot or instrument, by code or title.
    pub(super) what: Option<&'a str>,
    /// A day, where one was named.
    pub(super) day: Option<DiaryDay>,
    /// Outside the schedule.
    pub(super) unscheduled: bool,
    /// The diary day it is.
    pub(super) today: DiaryDay,
}

/// What is meant.
#[derive(Debug)]
pub(super) enum Choice {
    /// One place, with its prompt where the schedule has one.
    Place(DraftPlace, Box<Option<TodayItem>>),
    /// One of these.
    Several(Vec<TodayItem>),
}

/// What `wanted` means, given the prompts of its day or of the last days, and what was begun.
pub(super) fn choose(
    study: &Study,
    items: &[TodayItem],
    drafts: &[DraftPlace],
    wanted: Wanted<'_>,
    lang: Lang,
) -> Result<Choice, Refusal> {
    let Some(name) = wanted.what else { return due(study, items, wanted) };
    let day = wanted.day.unwrap_or(wanted.today);
    let Some(named) = find(study, name) else {
        // A draft whose slot the schedule no longer has is still opened by that slot's name.
        let begun = drafts.iter().find(|draft| draft.day == day && is_of(draft, name));
        let begun = begun.map(|draft| Choice::Place(draft.clone(), Box::new(None)));
        return begun.ok_or_else(|| Refusal::Place(names(study, lang)));
    };
    let free = || {
        let place = DraftPlace { instrument: named.instrument.clone(), slot: None, day };
        Choice::Place(place, Box::new(None))
    };
    if wanted.unscheduled {
        return Ok(free());
    }
    let fits = |item: &&TodayItem| match &named.slot {
        Some(slot) => item.occurrence.slot == Slot::Scheduled(slot.clone()),
        None => item.occurrence.prompt == Prompt::Instrument(named.instrument.clone()),
    };
    let fitting: Vec<&TodayItem> = items.iter().filter(fits).collect();
    let open = fitting.iter().find(|item| item.state == SlotState::Open);
    let today = || fitting.iter().rev().find(|item| item.occurrence.day == wanted.today);
    let late = || fitting.iter().rev().find(|item| item.state == SlotState::Late);
    let unanswered = || fitting.iter().find(|item| item.entry.is_none());
    let found = match wanted.day {
        Some(_) => open.or_else(unanswered).or_else(|| fitting.last()),
        None => open.or_else(today).or_else(late),
    };
    match found.and_then(|item| Some((of_item(item)?, *item))) {
        Some((place, item)) => Ok(Choice::Place(place, Box::new(Some(item.clone())))),
        None => match drafts.iter().find(|draft| draft.day == day && named.is(draft)) {
            Some(draft) => Ok(Choice::Place(draft.clone(), Box::new(None))),
            None if named.slot.is_none() && wanted.day.is_none() => Ok(free()),
            None => Err(Refusal::NothingDue(upcoming(items, wanted.today))),
        },
    }
}

/// Whether a draft was begun under this name.
fn is_of(draft: &DraftPlace, name: &str) -> bool {
    let names = [draft.slot.as_ref().map(SlotId::as_str), Some(draft.instrument.as_str())];
    names.into_iter().flatten().any(|of| of.eq_ignore_ascii_case(name.trim()))
}

/// Without a name: the only one that is open, else the only late one.
fn due(study: &Study, items: &[TodayItem], wanted: Wanted<'_>) -> Result<Choice, Refusal> {
    let in_state = |state| items.iter().filter(|item| item.state == state).cloned().collect::<Vec<_>>();
    let (open, late) = (in_state(SlotState::Open), in_state(SlotState::Late));
    let single = |items: &[TodayItem]| match items {
        [one] => of_item(one).map(|place| Choice::Place(place, Box::new(Some(one.clone())))),
        _ => None,
    };
    if let Some(choice) = single(&open) {
        return Ok(choice);
    }
    let all: Vec<TodayItem> = open.into_iter().chain(late).collect();
    match single(&all) {
        Some(choice) => Ok(choice),
        None if all.is_empty() => {
            let instruments = study.instruments().map(|instrument| instrument.id().as_str());
            Err(Refusal::NothingDue(instruments.map(|id| format!("diary log {id}")).collect()))
        }
        None => {
            Ok(Choice::Several(all.into_iter().filter(|item| item.occurrence.day <= wanted.today).collect()))
        }
    }
}

/// What a name stands for.
struct Named {
    slot: Option<SlotId>,
    instrument: InstrumentId,
}

impl Named {
    fn is(&self, draft: &DraftPlace) -> bool {
        match &self.slot {
            Some(slot) => draft.slot.as_ref() == Some(slot),
            None => draft.instrument == self.instrument && draft.slot.is_some(),
        }
    }
}

fn find(study: &Study, name: &str) -> Option<Named> {
    let wanted = name.trim().to_lowercase();
    let titles = |title: &diary_core::text::Text| {
        Lang::ALL.iter().any(|lang| title.get(*lang).to_lowercase() == wanted)
    };
    let mut slots = study.slots().iter().filter(|rule| rule.enabled);
    let slot = slots.find(|rule| rule.id.as_str().to_lowercase() == wanted || titles(&rule.title));
    if let Some(rule) = slot {
        return Some(Named { slot: Some(rule.id.clone()), instrument: rule.instrument.clone() });
    }
    let mut instruments = study.instruments();
    let instrument = instruments.find(|instrument| {
        let by_title = Lang::ALL.iter().any(|lang| instrument.title(*lang).to_lowercase() == wanted);
        instrument.id().as_str().to_lowercase() == wanted || by_title
    });
    instrument.map(|instrument| Named { slot: None, instrument: instrument.id().clone() })
}

fn names(study: &Study, lang: Lang) -> Vec<String> {
    let slots = study.slots().iter().filter(|rule| rule.enabled);
    let slots = slots.map(|rule| format!("{} ({})", rule.id, rule.title.get(lang)));
    let free = study.instruments().filter(|instrument| {
        !study.slots().iter().any(|rule| rule.enabled && rule.instrument == *instrument.id())
    });
    slots.chain(free.map(|instrument| format!("{} ({})", instrument.id(), instrument.title(lang)))).collect()
}

fn upcoming(items: &[TodayItem], today: DiaryDay) -> Vec<String> {
    let due = items.iter().filter(|item| matches!(item.state, SlotState::Open | SlotState::Late));
    due.map(|item| command(item, today)).collect()
}

/// The place of the draft that answers a prompt.
pub(in crate::commands) fn of_item(item: &TodayItem) -> Option<DraftPlace> {
    match (&item.occurrence.prompt, &item.occurrence.slot) {
        (Prompt::Instrument(instrument), Slot::Scheduled(slot)) => Some(DraftPlace {
            instrument: instrument.clone(),
            slot: Some(slot.clone()),
            day: item.occurrence.day,
        }),
        _ => None,
    }
}

/// The command that answers a prompt.
pub(super) fn command(item: &TodayItem, today: DiaryDay) -> String {
    let day = item.occurrence.day;
    match &item.occurrence.slot {
        Slot::Scheduled(slot) if day == today => format!("diary log {slot}"),
        Slot::Scheduled(slot) => format!("diary log {slot} --day {day}"),
        Slot::PlannedDose { .. } => "diary dose".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use diary_core::study::shipped;

    use super::*;

    #[test]
    fn a_draft_whose_slot_has_left_the_schedule_is_opened_by_its_name() {
        let study = Study::load(&shipped::nct06836973()).unwrap();
        let day: DiaryDay = "2026-10-01".parse().unwrap();
        let draft = |slot: &str| DraftPlace {
            instrument: "evening".parse().unwrap(),
            slot: Some(slot.parse().unwrap()),
            day,
        };
        let chosen = |drafts: &[DraftPlace], what, day| {
            let wanted =
                Wanted { what: Some(what), day: Some(day), unscheduled: false, today: day.plus_days(9) };
            match choose(&study, &[], drafts, wanted, Lang::En) {
                Ok(Choice::Place(place, item)) if item.is_none() => Some(place),
                _ => None,
            }
        };
        // The study knows no such slot any more, or still knows it but asks nothing on that day.
        for slot in ["siesta", "evening"] {
            assert_eq!(chosen(&[draft(slot)], slot, day), Some(draft(slot)));
            assert_eq!(chosen(&[draft(slot)], slot, day.plus_days(1)), None);
            assert_eq!(chosen(&[], slot, day), None);
        }
    }
}
