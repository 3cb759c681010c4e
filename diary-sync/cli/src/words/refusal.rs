//! Messages for refused input: what was refused, what is accepted, and what to do.

use diary_core::entry::{Frequency, Route, SkipReason};
use diary_core::measure::Unit;
use diary_core::readers::ReadError;
use diary_core::text::Lang;

use super::common::{self, units};
use super::describe;
use crate::failure::InputError;
use crate::messages::refusal as say;

pub(crate) fn message(refusal: &InputError, lang: Lang) -> String {
    let join = |choices: &[String]| choices.iter().map(|choice| format!("\n  {choice}")).collect::<String>();
    match refusal {
        InputError::Answers(errors) => {
            errors.iter().map(|error| error.message(lang)).collect::<Vec<_>>().join("\n")
        }
        InputError::Place(known) => say::unknown_questionnaire(lang, join(known)),
        InputError::NothingDue(other) if other.is_empty() => say::nothing_due(lang).to_owned(),
        InputError::NothingDue(other) => say::nothing_due_now(lang, join(other)),
        InputError::NotYet(opens) => say::too_early(lang, opens),
        InputError::Several(choices) => say::several_questionnaires(lang, join(choices)),
        InputError::NoDose(planned) if planned.is_empty() => say::no_dose_planned(lang).to_owned(),
        InputError::NoDose(planned) => say::dose_not_planned(lang, join(planned)),
        InputError::WhichDose(doses) => say::several_doses(lang, join(doses)),
        InputError::WhenTaken(dose, commands) => say::dose_time_missing(lang, dose, join(commands)),
        InputError::Event(known) => say::unknown_event(lang, join(known)),
        InputError::Answered(number) => say::already_answered(lang, *number),
        InputError::AnswerLine { line } => say::answer_line(lang, *line),
        InputError::Amount(units) => amount(units, lang),
        InputError::ReadAmount(error, units) => read_amount(error, units, lang),
        InputError::Read(error) => error.message(lang),
        InputError::CannotBelong { at, planned } => say::time_far_from_plan(lang, at, planned),
        InputError::Far(far) => say::date_far(lang, far.question(lang)),
        InputError::Early { dose, opens, command } => say::dose_early(lang, dose, opens, command),
        InputError::Unusual { amount, usual } => say::amount_unusual(lang, amount, usual),
        InputError::OtherUnit { amount, known } => say::unit_unusual(lang, amount, units(known, lang)),
        InputError::PhoneDigits => say::phone_digits(lang).to_owned(),
        InputError::InputsOfOtherKind(options) => say::options_other_kind(lang, *options),
        InputError::NothingToCorrect(options) => say::nothing_to_correct(lang, *options),
        InputError::SkipReason => {
            let codes =
                list(SkipReason::ALL.iter().map(|r| (r.code(), describe::skip_reason(*r, lang))), lang);
            say::skip_reason(lang, codes)
        }
        InputError::Route => {
            let codes = list(Route::ALL.iter().map(|r| (r.code(), r.shown(lang))), lang);
            say::route(lang, codes)
        }
        InputError::Frequency => {
            let codes = list(Frequency::ALL.iter().map(|f| (f.code(), f.shown(lang))), lang);
            say::frequency(lang, codes)
        }

        InputError::AnswerJson => say::answer_json(lang).to_owned(),
        InputError::AnswerFile => say::answer_file(lang).to_owned(),
        InputError::DoseNumber => say::dose_number(lang).to_owned(),
        InputError::Days => say::days(lang).to_owned(),
        InputError::DoseStatus => say::dose_status(lang).to_owned(),
        InputError::EntryNumber => say::entry_number(lang).to_owned(),
        InputError::Instruction => say::instruction_fixed(lang).to_owned(),
        InputError::Newer => say::newer_fixed(lang).to_owned(),
        InputError::Reason => say::reason_needed(lang).to_owned(),
        InputError::Words => say::words_needed(lang).to_owned(),
        InputError::Confirm => say::not_confirmed(lang).to_owned(),
        InputError::BrokenOff => say::broken_off(lang).to_owned(),
        InputError::Language => say::languages(lang, diary_core::words::tags(lang)),
        InputError::RecoveryWrong => say::recovery_secret_wrong(lang).to_owned(),
    }
}

fn read_amount(error: &ReadError, here: &[Unit], lang: Lang) -> String {
    let message = error.message(lang);
    if here.is_empty() { message } else { say::with_units(lang, message, units(here, lang)) }
}

fn amount(here: &[Unit], lang: Lang) -> String {
    let Some(first) = here.first() else { return say::amount(lang).to_owned() };
    say::amount_with_units(lang, first.shown(lang), units(here, lang))
}

fn list<'a>(codes: impl Iterator<Item = (&'a str, &'a str)>, lang: Lang) -> String {
    let codes: Vec<String> = codes.map(|(code, shown)| say::code(lang, code, shown)).collect();
    common::list(&codes, lang)
}
