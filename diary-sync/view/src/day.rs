//! View of a day: what is due now, late, later, over and done, with the progress of the day, drafts that wait, and the
//! medications beside the plan.

use diary_core::act::EndOfParticipation;
use diary_core::diary::{AsNeeded, SwitchedOff, Today, TodayItem};
use diary_core::entry::{MedicationRef, Slot};
use diary_core::ids::{InstrumentId, SlotId};
use diary_core::measure::Quantity;
use diary_core::store::DraftPlace;
use diary_core::study::{Prompt, Reported, SlotState, Study};
use diary_core::text::Text;
use diary_core::time::{DiaryDay, TimeOfDay, UtcMillis};

/// A day as a face shows it.
#[derive(Clone, Debug)]
pub struct DayView {
    /// The diary day.
    pub day: DiaryDay,
    /// End of the participation, with its last day: nothing more is asked.
    pub ended: Option<(EndOfParticipation, DiaryDay)>,
    /// Switched off by the site: nothing more is asked on this phone.
    pub switched_off: Option<SwitchedOff>,
    /// Sections with prompts, in the order to show them; empty ones are left out.
    pub sections: Vec<Section>,
    /// Progress of the day.
    pub progress: DayProgress,
    /// Drafts that no prompt of a section goes on with: outside the schedule, or of an earlier day.
    pub other_drafts: Vec<DraftPlace>,
    /// Medications that the participant reported and the site has not set yet.
    pub reported: Vec<Reported>,
    /// Medications that may be taken as needed.
    pub as_needed: Vec<AsNeeded>,
}

/// Prompts in the same situation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// Their situation.
    pub kind: SectionKind,
    /// The prompts, by day and due time.
    pub items: Vec<TodayItem>,
}

/// Situation of the prompts of a section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SectionKind {
    /// To be answered now.
    Now,
    /// Past their time; still welcome.
    Late,
    /// Not open yet.
    Later,
    /// Missed, or not asked because the phone could not know of them in time.
    Over,
    /// Answered.
    Done,
}

impl SectionKind {
    /// Every kind, in the order to show them.
    pub const ALL: [Self; 5] = [Self::Now, Self::Late, Self::Later, Self::Over, Self::Done];

    /// Section of a state.
    #[must_use]
    pub const fn of(state: SlotState) -> Self {
        match state {
            SlotState::Open => Self::Now,
            SlotState::Late => Self::Late,
            SlotState::Upcoming => Self::Later,
            SlotState::Missed | SlotState::NotAsked => Self::Over,
            SlotState::Answered => Self::Done,
        }
    }
}

/// Progress of a day, over its own prompts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DayProgress {
    /// Prompts that were answered.
    pub answered: usize,
    /// Prompts that can be answered now, in time or late.
    pub due: usize,
    /// Prompts that open later.
    pub later: usize,
    /// Prompts whose time is over without an answer.
    pub missed: usize,
}

impl DayView {
    /// View of `today`.
    #[must_use]
    pub fn of(today: &Today) -> Self {
        let in_section = |kind| {
            let items = today.items.iter().filter(|item| SectionKind::of(item.state) == kind);
            Section { kind, items: items.cloned().collect() }
        };
        let sections = SectionKind::ALL.map(in_section).into_iter();
        Self {
            day: today.day,
            ended: today.ended,
            switched_off: today.switched_off,
            sections: sections.filter(|section| !section.items.is_empty()).collect(),
            progress: DayProgress::of(&today.items, today.day),
            other_drafts: other_drafts(&today.items, &today.drafts),
            reported: today.reported.clone(),
            as_needed: today.as_needed.clone(),
        }
    }
}

impl DayProgress {
    /// Progress of `day`; prompts of other days do not count.
    #[must_use]
    pub fn of(items: &[TodayItem], day: DiaryDay) -> Self {
        let mut progress = Self::default();
        for item in items.iter().filter(|item| item.occurrence.day == day) {
            match item.state {
                SlotState::Answered => progress.answered += 1,
                SlotState::Open | SlotState::Late => progress.due += 1,
                SlotState::Upcoming => progress.later += 1,
                SlotState::Missed => progress.missed += 1,
                // Not asked, so not missed.
                SlotState::NotAsked => {}
            }
        }
        progress
    }
}

fn other_drafts(items: &[TodayItem], drafts: &[DraftPlace]) -> Vec<DraftPlace> {
    let is_listed = |place: &DraftPlace| {
        let slot = place.slot.clone().map(Slot::Scheduled);
        let of = |item: &TodayItem| {
            item.occurrence.day == place.day && Some(&item.occurrence.slot) == slot.as_ref()
        };
        items.iter().any(of)
    };
    drafts.iter().filter(|place| !is_listed(place)).cloned().collect()
}

/// Tells whether a prompt can be answered now, in time or late.
#[must_use]
pub const fn is_due(item: &TodayItem) -> bool {
    match item.state {
        SlotState::Open | SlotState::Late => true,
        SlotState::Upcoming | SlotState::Missed | SlotState::NotAsked | SlotState::Answered => false,
    }
}

/// Tells whether the answers to a prompt were begun and wait to be finished.
#[must_use]
pub const fn is_begun(item: &TodayItem) -> bool {
    item.draft && !matches!(item.state, SlotState::Answered)
}

/// Hours to show beside a prompt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hours {
    /// Open from then on.
    From(UtcMillis),
    /// Open until then.
    Until(UtcMillis),
    /// Late; the day it belongs to.
    OfDay(DiaryDay),
    /// None.
    None,
}

/// Hours to show beside a prompt.
#[must_use]
pub const fn hours(item: &TodayItem) -> Hours {
    match item.state {
        SlotState::Upcoming => Hours::From(item.occurrence.opens),
        SlotState::Open => Hours::Until(item.occurrence.closes),
        SlotState::Late => Hours::OfDay(item.occurrence.day),
        SlotState::Missed | SlotState::NotAsked | SlotState::Answered => Hours::None,
    }
}

/// Title of a questionnaire at a place of the schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Title {
    /// The slot's own.
    Slot(Text),
    /// The instrument's.
    Instrument(InstrumentId),
}

/// Title of a questionnaire, by its slot where the study has that one.
#[must_use]
pub fn title(study: &Study, slot: Option<&SlotId>, instrument: &InstrumentId) -> Title {
    let of_slot = slot.and_then(|slot| study.slot(slot)).map(|rule| Title::Slot(rule.title.clone()));
    of_slot.unwrap_or_else(|| Title::Instrument(instrument.clone()))
}

/// Name of a prompt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PromptName {
    /// A questionnaire.
    Questionnaire(Title),
    /// A planned dose.
    Dose {
        /// Planned time of day.
        time: TimeOfDay,
        /// Medication.
        medication: MedicationRef,
        /// Planned amount.
        amount: Quantity,
        /// The amount is the one that the participant reported, not the site's.
        reported: bool,
    },
}

/// Name of a prompt.
#[must_use]
pub fn name(study: &Study, item: &TodayItem) -> PromptName {
    let at = &item.occurrence;
    match &at.prompt {
        Prompt::Instrument(instrument) => {
            let slot = match &at.slot {
                Slot::Scheduled(slot) => Some(slot),
                Slot::PlannedDose { .. } => None,
            };
            PromptName::Questionnaire(title(study, slot, instrument))
        }
        Prompt::Dose { medication, form: _, amount, route: _, time, reported } => PromptName::Dose {
            time: *time,
            medication: medication.clone(),
            amount: amount.clone(),
            reported: *reported,
        },
    }
}

/// Questionnaires that are open now, by due time: what is asked one after another in the evening.
#[must_use]
pub fn open_questionnaires(today: &Today) -> Vec<TodayItem> {
    let is_open = |item: &&TodayItem| {
        item.state == SlotState::Open && matches!(item.occurrence.prompt, Prompt::Instrument(_))
    };
    today.items.iter().filter(is_open).cloned().collect()
}

/// Remainder of a day after what was due was asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remainder {
    /// Prompts that are still open.
    pub open: Vec<TodayItem>,
    /// Prompts that are late and still welcome.
    pub late: Vec<TodayItem>,
}

impl Remainder {
    /// Remainder of `today`.
    #[must_use]
    pub fn of(today: &Today) -> Self {
        let of = |state| today.items.iter().filter(|item| item.state == state).cloned().collect();
        Self { open: of(SlotState::Open), late: of(SlotState::Late) }
    }
}

#[cfg(test)]
mod tests;
