//! Names that people use for things of a study, resolved to the study's codes.

use diary_core::entry::MedicationRef;
use diary_core::ids::EventCode;
use diary_core::measure::Unit;
use diary_core::study::{EventKind, Form, Study};
use diary_core::text::Text;

/// Resolves an event by its code or by its title in any language.
#[must_use]
pub fn event(study: &Study, written: &str) -> Option<EventCode> {
    let wanted = folded(written);
    let is = |event: &&EventKind| folded(event.code.as_str()) == wanted || is_text(&event.title, &wanted);
    study.events().iter().find(is).map(|event| event.code.clone())
}

/// Code of a form on the study's list; the words as written for any other.
#[must_use]
pub fn form(study: &Study, written: &str) -> String {
    let wanted = folded(written);
    let is = |form: &&Form| folded(&form.code) == wanted || is_text(&form.name, &wanted);
    study.forms().iter().find(is).map_or_else(|| written.trim().to_owned(), |form| form.code.clone())
}

/// Medication as written, with its code where it is on the study's list.
#[must_use]
pub fn medication(study: &Study, written: &str) -> MedicationRef {
    let code = study.find_medication(written).map(|medication| medication.code.clone());
    MedicationRef { code, name: written.trim().to_owned() }
}

/// Tells whether `name` names the medication: by a name of the study's list, else by the same words.
#[must_use]
pub fn is_medication(study: &Study, medication: &MedicationRef, name: &str) -> bool {
    let by_code =
        study.find_medication(name).is_some_and(|known| medication.code.as_ref() == Some(&known.code));
    by_code || medication.name.to_lowercase() == folded(name)
}

/// Short name of a medication: the study's code, else the name as written.
#[must_use]
pub fn short(medication: &MedicationRef) -> &str {
    medication.code.as_ref().map_or(medication.name.as_str(), |code| code.as_str())
}

/// Units that fit a medication; milligrams for one that is not on the study's list.
#[must_use]
pub fn units(study: &Study, medication: &MedicationRef) -> Vec<Unit> {
    study.medication_of(medication).map_or_else(|| vec![Unit::MG], |known| known.units.clone())
}

pub(crate) fn folded(written: &str) -> String {
    written.trim().to_lowercase()
}

/// Compares a folded name with a text in each of its languages.
pub(crate) fn is_text(text: &Text, wanted: &str) -> bool {
    text.iter().any(|(_, words)| words.to_lowercase() == wanted)
}

#[cfg(test)]
mod tests {
    use diary_core::study::shipped;
    use diary_core::text::Lang;

    use super::*;

    #[test]
    fn a_thing_of_the_study_is_found_by_code_and_by_title_in_each_language() {
        let study = Study::load(&shipped::nct06836973()).unwrap();
        let kind = study.events().first().unwrap();
        for name in [kind.code.as_str(), kind.title.get(Lang::EN), kind.title.get(Lang::ZH_CN)] {
            assert_eq!(event(&study, &format!(" {} ", name.to_uppercase())), Some(kind.code.clone()));
        }
        assert_eq!(event(&study, "no such event"), None);
        let known = study.forms().first().unwrap();
        assert_eq!(form(&study, known.name.get(Lang::ZH_CN)), known.code);
        assert_eq!(form(&study, " blue drops "), "blue drops");
    }

    #[test]
    fn a_medication_of_no_list_keeps_its_words_and_is_measured_in_milligrams() {
        let study = Study::load(&shipped::nct06836973()).unwrap();
        let own = medication(&study, " Grandmother's tea ");
        assert_eq!((own.code.as_ref(), own.name.as_str()), (None, "Grandmother's tea"));
        assert_eq!(units(&study, &own), [Unit::MG]);
        assert!(is_medication(&study, &own, "grandmother's TEA"));
        assert!(!is_medication(&study, &own, "tea"));
    }
}
