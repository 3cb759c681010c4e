//! Correction of an entry: entries that can be corrected, inputs that fit each kind, and the content that they make.

use diary_core::diary::PastEntry;
use diary_core::entry::{Content, Dose, DoseStatus, Revision};
use diary_core::measure::Quantity;

/// Reason for which an entry is not corrected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotCorrectable {
    /// It was withdrawn.
    Withdrawn,
    /// That an instruction was shown is a fact.
    Instruction,
    /// It was made with a later version of the diary.
    Newer,
}

/// The version of an entry that counts, where it can be corrected or withdrawn.
///
/// # Errors
/// [`NotCorrectable`] with the reason.
pub fn correctable(past: &PastEntry) -> Result<&Revision, NotCorrectable> {
    let shown = past.shown.as_ref().ok_or(NotCorrectable::Withdrawn)?;
    match &shown.content {
        Content::AlertShown(_) => Err(NotCorrectable::Instruction),
        Content::Withdrawn => Err(NotCorrectable::Withdrawn),
        Content::Newer(_) => Err(NotCorrectable::Newer),
        Content::Assessment(_)
        | Content::Dose(_)
        | Content::MedicationChange(_)
        | Content::Event(_)
        | Content::Note(_)
        | Content::PhoneApproval(_) => Ok(shown),
    }
}

/// Group of inputs of a correction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inputs {
    /// Answers to questions.
    Answers,
    /// Status, amount and reason of a dose.
    Dose,
    /// Amount, route, frequency, form and first day of a medication change.
    Medication,
    /// Words.
    Words,
}

/// Inputs that fit an entry. The time at which it happened fits every kind that has any.
#[must_use]
pub const fn inputs_of(content: &Content) -> &'static [Inputs] {
    match content {
        Content::Assessment(_) => &[Inputs::Answers],
        Content::Dose(_) => &[Inputs::Dose, Inputs::Words],
        Content::MedicationChange(_) => &[Inputs::Medication],
        Content::Event(_) | Content::Note(_) => &[Inputs::Words],
        Content::AlertShown(_) | Content::Withdrawn | Content::PhoneApproval(_) | Content::Newer(_) => &[],
    }
}

/// Tells whether inputs fit an entry. Those of another kind are a mistake about the entry, not something to pass over.
#[must_use]
pub fn fits(content: &Content, given: &[Inputs]) -> bool {
    let known = inputs_of(content);
    !known.is_empty() && given.iter().all(|one| known.contains(one))
}

/// Inputs for a dose; absent ones leave the dose as it is.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct DoseInputs {
    /// Its status. The words of one that was not taken come from `words`.
    pub status: Option<DoseStatus>,
    /// Its amount.
    pub amount: Option<Quantity>,
    /// Words: the reason of a dose that was not taken, else the note.
    pub words: Option<String>,
}

/// The dose with the inputs.
#[must_use]
pub fn dose(dose: &Dose, inputs: DoseInputs) -> Dose {
    let mut anew = dose.clone();
    if let Some(amount) = inputs.amount {
        anew.amount = Some(amount);
    }
    if let Some(status) = inputs.status {
        anew.status = status;
    }
    match (&mut anew.status, inputs.words) {
        (DoseStatus::NotTaken { text, .. }, Some(words)) => *text = Some(words),
        (DoseStatus::Taken | DoseStatus::DontKnow, Some(words)) => anew.note = Some(words),
        (_, None) => {}
    }
    anew
}

#[cfg(test)]
mod tests {
    use diary_core::entry::{Note, SkipReason};
    use diary_core::measure::Unit;

    use super::*;
    use crate::history::tests::{past, revision};

    fn mg(amount: &str) -> Quantity {
        Quantity { value: amount.parse().unwrap(), unit: Unit::MG }
    }

    fn taken() -> Dose {
        let study = diary_core::study::Study::load(&diary_core::study::shipped::nct06836973()).unwrap();
        Dose {
            medication: crate::names::medication(&study, "pyridostigmine"),
            status: DoseStatus::Taken,
            amount: Some(mg("60")),
            route: None,
            extra: false,
            note: None,
            planned: None,
        }
    }

    #[test]
    fn inputs_of_another_kind_do_not_fit() {
        let (dose, note) = (Content::Dose(taken()), Content::Note(Note { text: "a".to_owned() }));
        assert!(fits(&dose, &[]) && fits(&dose, &[Inputs::Dose, Inputs::Words]));
        assert!(!fits(&dose, &[Inputs::Words, Inputs::Answers]));
        assert!(fits(&note, &[Inputs::Words]) && !fits(&note, &[Inputs::Dose]));
        assert!(!fits(&Content::Withdrawn, &[]));
    }

    #[test]
    fn words_are_the_reason_of_a_dose_not_taken_and_else_its_note() {
        let why = DoseStatus::NotTaken { why: SkipReason::Other, text: None };
        let words = Some("lost it".to_owned());
        let left_out =
            dose(&taken(), DoseInputs { status: Some(why), words: words.clone(), ..DoseInputs::default() });
        let expected = DoseStatus::NotTaken { why: SkipReason::Other, text: words.clone() };
        assert!(left_out.status == expected && left_out.note.is_none());
        let noted = dose(&taken(), DoseInputs { words: words.clone(), ..DoseInputs::default() });
        assert!(noted.status == DoseStatus::Taken && noted.note == words);
        let less = dose(&taken(), DoseInputs { amount: Some(mg("30")), ..DoseInputs::default() });
        assert_eq!(less.amount, Some(mg("30")));
        assert!(dose(&taken(), DoseInputs::default()) == taken());
    }

    #[test]
    fn a_withdrawn_entry_is_not_corrected() {
        let first = revision(1, Content::Note(Note { text: "a".to_owned() }));
        let mut entry = past(vec![first]);
        assert!(correctable(&entry).is_ok());
        entry.shown = None;
        assert!(matches!(correctable(&entry), Err(NotCorrectable::Withdrawn)));
    }
}
