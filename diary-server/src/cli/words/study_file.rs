//! Faults of a study's files in words. Messages of parsers, and the parts of a questionnaire that they quote, are shown
//! as they are.

use diary_core::study::instrument::Problem;
use diary_core::study::limits::{PIN_MOST_CHARACTERS, PIN_USUAL_CHARACTERS};
use diary_core::study::package::{FILE_NAME_MAX_BYTES, PACKAGE_MAX_BYTES, PACKAGE_MAX_FILES};
use diary_core::study::{PackageError, Referent, StudyErrors, StudyProblem};
use diary_core::text::Lang;

use super::{joined, list};
use crate::messages::study_file as say;

/// One line for each fault: file, line, key and fault.
pub(crate) fn study_errors(lang: Lang, errors: &StudyErrors) -> String {
    let lines = errors.list().iter().map(|error| {
        let line = error.line.map(|line| format!(":{line}")).unwrap_or_default();
        let key = if error.key.is_empty() { String::new() } else { format!(": {}", error.key) };
        format!("{}{line}{key}: {}", error.file, problem(lang, &error.problem))
    });
    joined("\n", lines)
}

/// Sentence for a [`PackageError`].
pub(crate) fn package(lang: Lang, error: &PackageError) -> String {
    match error {
        PackageError::Name { name } => say::file_name(lang, quoted(name), FILE_NAME_MAX_BYTES),
        PackageError::TooManyFiles => say::too_many_files(lang, PACKAGE_MAX_FILES),
        PackageError::TooLarge => say::too_large(lang, PACKAGE_MAX_BYTES),
        PackageError::Undecodable => say::undecodable(lang).to_owned(),
        PackageError::Unreadable { path, reason } => say::path_unreadable(lang, path, reason),
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn problem(lang: Lang, problem: &StudyProblem) -> String {
    let fixed = match problem {
        StudyProblem::NotText { detail } | StudyProblem::Form { detail } => return say::quoted(lang, detail),
        StudyProblem::Questionnaire(problem) => return questionnaire(lang, problem),
        StudyProblem::NoFile { name } => return say::no_file(lang, quoted(name)),
        StudyProblem::Pack { name, detail } => return say::pack(lang, name, detail),
        StudyProblem::Unknown { referent: of, id, known } => {
            return match known.as_slice() {
                [] => say::unknown_none(lang, referent(lang, *of), quoted(id)),
                known => say::unknown(lang, referent(lang, *of), quoted(id), list(lang, known)),
            };
        }
        StudyProblem::Taken { id } => return say::taken(lang, quoted(id)),
        StudyProblem::NoText { lang: missing } => return say::no_text(lang, missing.tag()),
        StudyProblem::Placeholder { name } => {
            return say::placeholder(lang, quoted(name), list(lang, ["{contact}", "{emergency}"]));
        }
        StudyProblem::PinLength => return say::pin_length(lang, PIN_USUAL_CHARACTERS, PIN_MOST_CHARACTERS),
        StudyProblem::Hours { max } => return say::hours(lang, *max),
        StudyProblem::AlsoAlert { id } => return say::also_alert(lang, quoted(id)),
        StudyProblem::NeedsInstruction => return say::needs_instruction(lang, "`instruction`"),
        StudyProblem::NeedsSeverity => {
            let values = ["\"notice\"", "\"call\"", "\"emergency\""];
            return say::needs_severity(lang, "`severity`", list(lang, values));
        }
        StudyProblem::NeedsCaution => return say::needs_caution(lang, "`caution`"),
        StudyProblem::NeedsVisits => return say::needs_visits(lang, "[visits]"),
        StudyProblem::LastBeforeFirst { last, first } => {
            return say::last_before_first(lang, *last, "first", *first);
        }
        StudyProblem::BeforeOpens { opens, cut } => {
            return say::before_opens(lang, "opens", quoted(opens), cut);
        }
        StudyProblem::ClosesEarly { cut } => return say::closes_early(lang, cut),
        StudyProblem::TooOften { instrument, days } => {
            return say::too_often(lang, instrument.to_string(), *days);
        }
        StudyProblem::NoItemText { file, item, lang: missing } => {
            return say::no_item_text(lang, file, quoted(item), missing.tag());
        }
        StudyProblem::NoOptionText { file, item, option, lang: missing } => {
            return say::no_option_text(lang, file, quoted(item), quoted(option), missing.tag());
        }
        StudyProblem::NoTest => return say::no_test(lang, "`all`", "`any`"),
        StudyProblem::NoTotal { instrument } => return say::no_total(lang, instrument.to_string()),
        StudyProblem::NoComparison => {
            return say::no_comparison(lang, "`previous = true`", "`last_before`");
        }
        StudyProblem::NoItem { instrument, item } => {
            return say::no_item(lang, instrument.to_string(), quoted(item));
        }
        StudyProblem::NoOption { item, code, known } => {
            return say::no_option(lang, quoted(item), quoted(code), list(lang, known));
        }
        StudyProblem::NotANumber { item } => return say::not_a_number(lang, quoted(item), "`at_least`"),
        StudyProblem::NotYesOrNo { item } => return say::not_yes_or_no(lang, quoted(item), "`is`"),
        StudyProblem::Missing => say::missing(lang),
        StudyProblem::Unreadable => say::unreadable(lang),
        StudyProblem::EmptyText => say::empty_text(lang),
        StudyProblem::NeedsOne => say::needs_one(lang),
        StudyProblem::BelowOne => say::below_one(lang),
        StudyProblem::Factor => say::factor(lang),
        StudyProblem::NotPositive => say::not_positive(lang),
        StudyProblem::NotAMass => say::not_a_mass(lang),
    };
    fixed.to_owned()
}

fn referent(lang: Lang, referent: Referent) -> &'static str {
    match referent {
        Referent::Anchor => say::referent_anchor(lang),
        Referent::EarlierAnchor => say::referent_earlier_anchor(lang),
        Referent::Period => say::referent_period(lang),
        Referent::Instrument => say::referent_instrument(lang),
        Referent::Slot => say::referent_slot(lang),
        Referent::Medication => say::referent_medication(lang),
        Referent::Form => say::referent_form(lang),
    }
}

fn questionnaire(lang: Lang, problem: &Problem) -> String {
    match problem {
        Problem::NotJson { detail } => say::not_json(lang, detail),
        Problem::NotQuestionnaire { found } => {
            say::not_questionnaire(lang, "Questionnaire", "resourceType", found)
        }
        Problem::Missing { field } => say::field_missing(lang, field),
        Problem::Wrong { field, expected } => say::field_wrong(lang, field, *expected),
        Problem::UnknownElement { name } => say::unknown_element(lang, quoted(name)),
        Problem::UnknownItemType { name } => say::unknown_item_type(lang, quoted(name)),
        Problem::Unsupported { what, why: "" } => say::unsupported(lang, what),
        Problem::Unsupported { what, why } => say::unsupported_because(lang, what, *why),
        Problem::ModifierExtension { url } => say::modifier_extension(lang, url),
        Problem::OtherRelease { release, signs, instead } => {
            say::other_release(lang, *release, signs, *instead)
        }
        Problem::NoQuestion => say::no_question(lang).to_owned(),
        Problem::DuplicateLinkId { first } => say::duplicate_link_id(lang, "linkId", first),
        Problem::Invariant { rule, what } => say::invariant(lang, *rule, *what),
        Problem::Conflict(what) => say::conflict(lang, what),
    }
}

#[cfg(test)]
mod tests {
    use diary_core::study::{STUDY_FILE, Study, StudyPackage, shipped};
    use diary_messages::pseudo::{TAG, assert_of_catalogues, own_texts};

    use super::*;

    /// Faults of the shipped study with `new` in place of `old`.
    fn faults(old: &str, new: &str) -> StudyErrors {
        let package = shipped::nct06836973();
        let text = std::str::from_utf8(package.file(STUDY_FILE).unwrap()).unwrap();
        assert!(text.contains(old), "{old}");
        let broken = text.replacen(old, new, 1);
        let files = package.names().map(|name| {
            let bytes = package.file(name).unwrap().to_vec();
            (name.to_owned(), if name == STUDY_FILE { broken.clone().into_bytes() } else { bytes })
        });
        Study::load(&StudyPackage::new(files.collect()).unwrap()).unwrap_err()
    }

    #[test]
    fn faults_of_a_study_are_told_in_words_of_catalogues() {
        let pseudo: Lang = TAG.parse().unwrap();
        for (old, new) in [
            ("version = ", "version = 0 # "),
            ("languages = [", "languages = [\"de\", "),
            ("late_hours = ", "late_hours = 100000 # "),
            ("study_drug = ", "study_drug = \"nothing\" # "),
            ("strength = { value = \"", "strength = { value = \"-"),
            ("closes = \"", "closes = \"06:00\" # "),
            ("file = \"", "file = \"none.json\" # "),
            ("code = \"2\" }", "code = \"none\" }"),
            ("item = \"breathing\"", "item = \"none\""),
        ] {
            let errors = faults(old, new);
            let said = study_errors(pseudo, &errors);
            // Files, keys, ids and values of the study.
            let own = errors.list().iter().flat_map(|error| {
                let quoted = error.problem.to_string();
                let quoted = quoted.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
                let names = error.key.split(['.', '[', ']']).map(str::to_owned).collect::<Vec<_>>();
                [quoted, names, vec![error.key.clone()]].concat()
            });
            let package = shipped::nct06836973();
            let own = own.chain(own_texts(package.file(STUDY_FILE)));
            let own: Vec<String> =
                own.chain(["de", "study", "toml", "mg", "adl", "json"].map(str::to_owned)).collect();
            assert_of_catalogues(&said, own.iter().map(String::as_str));
            assert_ne!(study_errors(Lang::ZH_CN, &errors), study_errors(Lang::EN, &errors), "{new}");
        }
    }
}
