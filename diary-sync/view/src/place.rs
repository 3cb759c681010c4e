//! Place of an entry: the day and slot that a name means, late or unscheduled. Pure, so that every case is a line of a
//! test.

use diary_core::diary::TodayItem;
use diary_core::entry::Slot;
use diary_core::ids::{EntryId, InstrumentId, SlotId};
use diary_core::store::DraftPlace;
use diary_core::study::{Prompt, SlotState, Study};
use diary_core::time::{DiaryDay, UtcMillis};

use crate::names::{folded, is_text};

/// Days back within which something late is found without naming its day.
pub const DAYS_BACK: i64 = 7;

/// Place that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// A name: slot or instrument, by code or title.
    pub name: Option<&'a str>,
    /// A day, where one was named.
    pub day: Option<DiaryDay>,
    /// Outside the schedule.
    pub unscheduled: bool,
    /// The diary day it is.
    pub today: DiaryDay,
}

impl Wanted<'_> {
    /// First and last day of the prompts among which the place is looked for.
    #[must_use]
    pub fn days(&self) -> (DiaryDay, DiaryDay) {
        self.day.map_or((self.today.plus_days(-DAYS_BACK), self.today), |day| (day, day))
    }
}

/// Place that is meant.
#[derive(Debug)]
pub enum Choice {
    /// One place, with its prompt where the schedule has one.
    Place(DraftPlace, Box<Option<TodayItem>>),
    /// One of these.
    Several(Vec<TodayItem>),
}

/// Reason for which no place is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoPlace {
    /// The study knows no such name. Names it knows: slots that are asked, and instruments that no slot asks for.
    Unknown {
        /// Slots.
        slots: Vec<SlotId>,
        /// Instruments.
        instruments: Vec<InstrumentId>,
    },
    /// Nothing of that name is asked on that day. Prompts that can be answered instead.
    NotAsked(Vec<TodayItem>),
    /// Nothing is due. Instruments that can be answered at any time.
    NothingDue(Vec<InstrumentId>),
}

/// Place that `wanted` means, given the prompts of [`Wanted::days`] and the drafts that were begun.
///
/// # Errors
/// [`NoPlace`] with what could be meant instead.
pub fn choose(
    study: &Study,
    items: &[TodayItem],
    drafts: &[DraftPlace],
    wanted: Wanted<'_>,
) -> Result<Choice, NoPlace> {
    let Some(name) = wanted.name else { return due(study, items, wanted) };
    let day = wanted.day.unwrap_or(wanted.today);
    let Some(named) = find(study, name) else {
        // A draft whose slot the schedule no longer has is still opened by that slot's name.
        let begun = drafts.iter().find(|draft| draft.day == day && is_of(draft, name));
        let begun = begun.map(|draft| Choice::Place(draft.clone(), Box::new(None)));
        return begun.ok_or_else(|| unknown(study));
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
            None => Err(NoPlace::NotAsked(answerable(items))),
        },
    }
}

/// Tells whether a draft was begun under this name.
fn is_of(draft: &DraftPlace, name: &str) -> bool {
    let names = [draft.slot.as_ref().map(SlotId::as_str), Some(draft.instrument.as_str())];
    names.into_iter().flatten().any(|of| of.eq_ignore_ascii_case(name.trim()))
}

/// Without a name: the only one that is open, else the only late one.
fn due(study: &Study, items: &[TodayItem], wanted: Wanted<'_>) -> Result<Choice, NoPlace> {
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
            Err(NoPlace::NothingDue(study.instruments().map(|instrument| instrument.id().clone()).collect()))
        }
        None => {
            Ok(Choice::Several(all.into_iter().filter(|item| item.occurrence.day <= wanted.today).collect()))
        }
    }
}

/// Meaning of a name.
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
    let wanted = folded(name);
    let mut slots = study.slots().iter().filter(|rule| rule.enabled);
    let slot = slots.find(|rule| folded(rule.id.as_str()) == wanted || is_text(&rule.title, &wanted));
    if let Some(rule) = slot {
        return Some(Named { slot: Some(rule.id.clone()), instrument: rule.instrument.clone() });
    }
    let mut instruments = study.instruments();
    let instrument = instruments.find(|instrument| {
        folded(instrument.id().as_str()) == wanted || is_text(instrument.titles(), &wanted)
    });
    instrument.map(|instrument| Named { slot: None, instrument: instrument.id().clone() })
}

fn unknown(study: &Study) -> NoPlace {
    let slots = || study.slots().iter().filter(|rule| rule.enabled);
    let is_free = |id: &&InstrumentId| !slots().any(|rule| rule.instrument == **id);
    let instruments = study.instruments().map(|instrument| instrument.id());
    NoPlace::Unknown {
        slots: slots().map(|rule| rule.id.clone()).collect(),
        instruments: instruments.filter(is_free).cloned().collect(),
    }
}

fn answerable(items: &[TodayItem]) -> Vec<TodayItem> {
    items.iter().filter(|item| crate::day::is_due(item)).cloned().collect()
}

/// Reason for which a prompt is not to be answered now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotNow {
    /// It opens later.
    Opens(UtcMillis),
    /// It was answered already, by this entry. A further answer has to be wanted; both are kept.
    Answered(EntryId),
}

/// Decides whether a prompt may be answered now, so that nothing is asked that could not be saved, and nothing twice by
/// accident.
///
/// # Errors
/// [`NotNow`] with the reason.
pub const fn may_answer(item: &TodayItem) -> Result<(), NotNow> {
    match (item.state, item.entry) {
        (SlotState::Upcoming, _) => Err(NotNow::Opens(item.occurrence.opens)),
        (_, Some(entry)) => Err(NotNow::Answered(entry)),
        (_, None) => Ok(()),
    }
}

/// Instant at which the time of a prompt ended, where an answer at `now` is late.
#[must_use]
pub fn late_since(item: &TodayItem, now: UtcMillis) -> Option<UtcMillis> {
    (now >= item.occurrence.closes).then_some(item.occurrence.closes)
}

/// Place of the draft that answers a prompt; none of a planned dose.
#[must_use]
pub fn of_item(item: &TodayItem) -> Option<DraftPlace> {
    match (&item.occurrence.prompt, &item.occurrence.slot) {
        (Prompt::Instrument(instrument), Slot::Scheduled(slot)) => Some(DraftPlace {
            instrument: instrument.clone(),
            slot: Some(slot.clone()),
            day: item.occurrence.day,
        }),
        _ => None,
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
                Wanted { name: Some(what), day: Some(day), unscheduled: false, today: day.plus_days(9) };
            match choose(&study, &[], drafts, wanted) {
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

    fn prompt(day: DiaryDay, state: SlotState) -> TodayItem {
        let at = UtcMillis(1_772_400_000_000);
        let occurrence = diary_core::study::Occurrence {
            slot: Slot::Scheduled("evening".parse().unwrap()),
            day,
            prompt: Prompt::Instrument("evening".parse().unwrap()),
            opens: at,
            due: at,
            closes: at.plus_ms(5),
            late_until: at.plus_ms(9),
            known: None,
        };
        TodayItem { occurrence, state, entry: None, draft: false }
    }

    #[test]
    fn without_a_name_the_only_open_prompt_is_meant_and_several_are_asked_about() {
        let study = Study::load(&shipped::nct06836973()).unwrap();
        let today: DiaryDay = "2026-10-01".parse().unwrap();
        let wanted = Wanted { name: None, day: None, unscheduled: false, today };
        let (open, late) = (prompt(today, SlotState::Open), prompt(today.plus_days(-1), SlotState::Late));
        let chosen = choose(&study, &[late.clone(), open.clone()], &[], wanted);
        assert!(matches!(chosen, Ok(Choice::Place(place, _)) if place.day == today));
        let earlier = prompt(today.plus_days(-2), SlotState::Late);
        let chosen = choose(&study, &[earlier, late], &[], wanted);
        assert!(matches!(chosen, Ok(Choice::Several(items)) if items.len() == 2));
        assert!(matches!(choose(&study, &[], &[], wanted), Err(NoPlace::NothingDue(ids)) if !ids.is_empty()));
    }

    #[test]
    fn an_unknown_name_is_refused_with_those_that_are_known() {
        let study = Study::load(&shipped::nct06836973()).unwrap();
        let today: DiaryDay = "2026-10-01".parse().unwrap();
        let wanted = Wanted { name: Some("siesta"), day: None, unscheduled: false, today };
        let Err(NoPlace::Unknown { slots, instruments }) = choose(&study, &[], &[], wanted) else {
            panic!("understood")
        };
        assert!(slots.iter().any(|slot| slot.as_str() == "evening"));
        let is_asked =
            |id: &InstrumentId| study.slots().iter().any(|rule| rule.enabled && rule.instrument == *id);
        assert!(!instruments.iter().any(is_asked));
    }

    #[test]
    fn a_prompt_is_answered_neither_before_its_time_nor_twice_by_accident() {
        let today: DiaryDay = "2026-10-01".parse().unwrap();
        let upcoming = prompt(today, SlotState::Upcoming);
        assert_eq!(may_answer(&upcoming), Err(NotNow::Opens(upcoming.occurrence.opens)));
        let entry = EntryId::new(1, [1; 10]);
        let answered = TodayItem { entry: Some(entry), ..prompt(today, SlotState::Answered) };
        assert_eq!(may_answer(&answered), Err(NotNow::Answered(entry)));
        let open = prompt(today, SlotState::Open);
        assert_eq!(may_answer(&open), Ok(()));
        assert_eq!(late_since(&open, open.occurrence.closes.plus_ms(-1)), None);
        assert_eq!(late_since(&open, open.occurrence.closes), Some(open.occurrence.closes));
    }
}
