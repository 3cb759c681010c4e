//! Planned doses: the doses among the prompts of some days, their naming, and the entry that records one. Nothing
//! defaults to taken.

pub mod amount;
pub mod pick;
pub mod timing;

use diary_core::diary::TodayItem;
use diary_core::entry::{Content, Dose, DoseStatus, MedicationRef, Route, Slot};
use diary_core::ids::EntryId;
use diary_core::measure::Quantity;
use diary_core::study::regimen::Regimen;
use diary_core::study::{Prompt, SlotState};
use diary_core::time::{DiaryDay, TimeOfDay, UtcMillis};

use crate::place::NotNow;

/// Days back from which late doses are asked about.
pub const DAYS_BACK: i64 = 2;

/// A planned dose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedDose {
    /// The day it belongs to.
    pub day: DiaryDay,
    /// Its place in the schedule.
    pub slot: Slot,
    /// Number of its line among the participant's lines.
    pub line: Option<u16>,
    /// Medication.
    pub medication: MedicationRef,
    /// Planned amount.
    pub amount: Quantity,
    /// Route of administration.
    pub route: Route,
    /// Planned time of day.
    pub time: TimeOfDay,
    /// The same as an instant.
    pub due: UtcMillis,
    /// From then on it can be recorded, apart from one that was taken early.
    pub opens: UtcMillis,
    /// From then on it is late.
    pub closes: UtcMillis,
    /// Its state.
    pub state: SlotState,
    /// The entry that records it.
    pub entry: Option<EntryId>,
}

/// Statement about a planned dose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Statement {
    /// It was taken.
    Taken,
    /// It was not taken.
    NotTaken,
    /// It is not known.
    NotKnown,
}

/// The doses among prompts, by day and time.
#[must_use]
pub fn planned(items: &[TodayItem], regimen: &Regimen) -> Vec<PlannedDose> {
    items.iter().filter_map(|item| of_item(item, regimen)).collect()
}

fn of_item(item: &TodayItem, regimen: &Regimen) -> Option<PlannedDose> {
    let at = &item.occurrence;
    let line = match &at.slot {
        Slot::PlannedDose { line, .. } => regimen.line(*line).map(|line| line.number),
        Slot::Scheduled(_) => None,
    };
    match &at.prompt {
        Prompt::Dose { medication, form: _, amount, route, time, reported: _ } => Some(PlannedDose {
            day: at.day,
            slot: at.slot.clone(),
            line,
            medication: medication.clone(),
            amount: amount.clone(),
            route: *route,
            time: *time,
            due: at.due,
            opens: at.opens,
            closes: at.closes,
            state: item.state,
            entry: item.entry,
        }),
        Prompt::Instrument(_) => None,
    }
}

impl PlannedDose {
    /// Tells whether it can be recorded now without more ado.
    #[must_use]
    pub const fn is_due(&self) -> bool {
        matches!(self.state, SlotState::Open | SlotState::Late)
    }

    /// Tells whether a prompt asks for this dose.
    #[must_use]
    pub fn is(&self, item: &TodayItem) -> bool {
        self.day == item.occurrence.day && self.slot == item.occurrence.slot
    }

    /// Number of its line, where day, time and medication name another dose of `all` too.
    #[must_use]
    pub fn line_to_tell(&self, all: &[Self]) -> Option<u16> {
        let is_like =
            |other: &&Self| other.day == self.day && other.time == self.time && self.is_same_drug(other);
        self.line.filter(|_| all.iter().filter(is_like).count() > 1)
    }

    fn is_same_drug(&self, other: &Self) -> bool {
        match (&self.medication.code, &other.medication.code) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self.medication.name.to_lowercase() == other.medication.name.to_lowercase(),
        }
    }

    /// Decides whether a statement about it may be recorded at `now`. A dose that was taken may be up to a day early;
    /// anything else waits for its time.
    ///
    /// # Errors
    /// [`NotNow`] with the reason. A dose that was answered may be answered once more where that is wanted.
    pub fn may_record(&self, statement: Statement, now: UtcMillis) -> Result<(), NotNow> {
        if let Some(entry) = self.entry {
            return Err(NotNow::Answered(entry));
        }
        self.has_come(statement, now)
    }

    /// As [`Self::may_record`], for one that is recorded once more.
    ///
    /// # Errors
    /// [`NotNow::Opens`] where it is too early.
    pub fn has_come(&self, statement: Statement, now: UtcMillis) -> Result<(), NotNow> {
        let may_be_early = statement == Statement::Taken && !timing::is_far(self, now);
        if self.state == SlotState::Upcoming && !may_be_early {
            return Err(NotNow::Opens(self.opens));
        }
        Ok(())
    }

    /// The entry that records it; the planned amount where no other was taken.
    #[must_use]
    pub fn content(&self, status: DoseStatus, amount: Option<Quantity>) -> Content {
        Content::Dose(Dose {
            medication: self.medication.clone(),
            status,
            amount: Some(amount.unwrap_or_else(|| self.amount.clone())),
            route: Some(self.route),
            extra: false,
            note: None,
            planned: Some(self.amount.clone()),
        })
    }
}

/// A dose as needed or beyond the plan.
#[derive(Clone, PartialEq, Eq)]
pub struct ExtraDose {
    /// Medication.
    pub medication: MedicationRef,
    /// Amount that was taken.
    pub amount: Quantity,
    /// Route, where the regimen has one.
    pub route: Option<Route>,
    /// Usual amounts with which it was compared.
    pub compared: Vec<Quantity>,
    /// Reason in the participant's own words.
    pub why: Option<String>,
}

impl ExtraDose {
    /// The entry that records it.
    #[must_use]
    pub fn content(self) -> Content {
        Content::Dose(Dose {
            medication: self.medication,
            status: DoseStatus::Taken,
            amount: Some(self.amount),
            route: self.route,
            extra: true,
            note: self.why,
            planned: self.compared.into_iter().next(),
        })
    }
}

#[cfg(test)]
mod tests;
