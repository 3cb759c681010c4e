//! Doses that the regimen plans: the medication that a prompt asks for, and the state of its answer.

use diary_core::entry::{Content, Dose, MedicationRef};
use diary_core::ids::MedicationCode;
use diary_core::study::schedule::{Occurrence, Prompt};

use super::entries::View;
use super::entry::Entry;
use super::missed::Empty;

/// Identity of a medication.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Key {
    /// On the study's list.
    Listed(MedicationCode),
    /// As written.
    Written(String),
}

impl View<'_> {
    /// Key of a medication as it was named in an entry.
    pub(super) fn medication_key(&self, of: &MedicationRef) -> Key {
        match (self.medication(of), &of.code) {
            (Some(listed), _) => Key::Listed(listed.code.clone()),
            (None, Some(code)) => Key::Listed(code.clone()),
            (None, None) => Key::Written(of.name.trim().to_lowercase()),
        }
    }
}

impl<'a> View<'a> {
    /// State of the planned dose of `occurrence`.
    pub(super) fn state_of_plan<'v>(&'v self, occurrence: &Occurrence) -> PlanState<'v, 'a> {
        let primary = self.at_slot(occurrence.day, &occurrence.slot).next();
        match primary.and_then(|entry| Some((entry, entry.content()?))) {
            Some((entry, Content::Dose(dose))) => PlanState::Answered(entry, dose),
            _ => PlanState::Empty(self.empty_of(occurrence)),
        }
    }
}

/// The medication that a prompt asks for.
pub(super) const fn planned(occurrence: &Occurrence) -> Option<&MedicationRef> {
    match &occurrence.prompt {
        Prompt::Dose { medication, .. } => Some(medication),
        Prompt::Instrument(_) => None,
    }
}

/// State of a planned dose.
pub(super) enum PlanState<'v, 'a> {
    /// It was answered.
    Answered(&'v Entry<'a>, &'a Dose),
    /// It was not.
    Empty(Empty),
}
