//! Medication changes that a participant reports. What a person says they take is always recorded; the study may remark
//! on it, and a dangerous frequency is asked about once more.

use diary_core::entry::{MedicationChange, MedicationChangeKind};
use diary_core::study::{Remark, Study};
use diary_core::text::Text;

/// Part of a change that can be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Amount of one dose.
    Amount,
    /// Frequency.
    Frequency,
    /// Route.
    Route,
}

impl Part {
    /// Tells whether a change cannot be recorded without it.
    #[must_use]
    pub const fn is_needed(self) -> bool {
        match self {
            Self::Amount | Self::Frequency => true,
            Self::Route => false,
        }
    }
}

/// Parts that were not given, in the order to ask for them. Of a medication that was stopped nothing is asked.
#[must_use]
pub fn missing(change: &MedicationChange) -> Vec<Part> {
    let is_missing = match change.kind {
        MedicationChangeKind::Stopped => return Vec::new(),
        MedicationChangeKind::Started | MedicationChangeKind::Changed => [
            (Part::Amount, change.dose.is_none()),
            (Part::Frequency, change.frequency.is_none()),
            (Part::Route, change.route.is_none()),
        ],
    };
    is_missing.into_iter().filter_map(|(part, missing)| missing.then_some(part)).collect()
}

/// Remarks of the study on a change.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ChangeRemarks {
    /// The remarks.
    pub remarks: Vec<Remark>,
    /// The study's caution about the medication.
    pub caution: Option<Text>,
}

impl ChangeRemarks {
    /// Remarks on `change`; none of a medication that is not on the study's list.
    #[must_use]
    pub fn of(study: &Study, change: &MedicationChange) -> Self {
        let Some(known) = study.medication_of(&change.medication) else { return Self::default() };
        let remarks = known.remarks_on_change(change, study.limits().soft_dose_checks);
        Self { remarks, caution: known.caution.clone() }
    }

    /// Tells whether the change is dangerous unless it is meant: a weekly medication that would be taken more often.
    #[must_use]
    pub fn must_be_confirmed(&self) -> bool {
        self.remarks.contains(&Remark::WeeklyOnly)
    }
}

#[cfg(test)]
mod tests {
    use diary_core::entry::Frequency;
    use diary_core::study::shipped;
    use diary_core::time::DiaryDay;

    use super::*;
    use crate::names;

    fn change(kind: MedicationChangeKind, name: &str, frequency: Option<Frequency>) -> MedicationChange {
        let study = Study::load(&shipped::nct06836973()).unwrap();
        let day: DiaryDay = "2026-03-02".parse().unwrap();
        MedicationChange {
            medication: names::medication(&study, name),
            kind,
            from: day.into(),
            dose: None,
            route: None,
            frequency,
            reason: None,
            form: None,
        }
    }

    #[test]
    fn amount_and_frequency_are_needed_and_a_stop_needs_neither() {
        let started = change(MedicationChangeKind::Started, "tea", None);
        assert_eq!(missing(&started), [Part::Amount, Part::Frequency, Part::Route]);
        assert!(Part::Amount.is_needed() && Part::Frequency.is_needed() && !Part::Route.is_needed());
        let often = change(MedicationChangeKind::Changed, "tea", Some(Frequency::TwiceDaily));
        assert_eq!(missing(&often), [Part::Amount, Part::Route]);
        assert_eq!(missing(&change(MedicationChangeKind::Stopped, "tea", None)), []);
    }

    #[test]
    fn a_weekly_medication_taken_daily_must_be_confirmed() {
        let study = Study::load(&shipped::nct06836973()).unwrap();
        let of = |frequency| {
            let change = change(MedicationChangeKind::Started, "methotrexate", Some(frequency));
            ChangeRemarks::of(&study, &change)
        };
        let daily = of(Frequency::Daily);
        assert!(daily.must_be_confirmed() && daily.caution.is_some());
        assert!(!of(Frequency::Weekly).must_be_confirmed());
        let own = change(MedicationChangeKind::Started, "tea", Some(Frequency::Daily));
        assert!(ChangeRemarks::of(&study, &own) == ChangeRemarks::default());
    }
}
