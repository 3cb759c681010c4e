//! Messages for refused input: what was refused, what is accepted, and what to do.

use diary_core::entry::{Frequency, Route, SkipReason};
use diary_core::measure::Unit;
use diary_core::readers::ReadError;
use diary_core::text::Lang;

use super::common::{self, units};
use super::describe;
use crate::failure::Refusal;
use crate::messages::refusal as say;

pub(crate) fn message(refusal: &Refusal, lang: Lang) -> String {
    let join = |choices: &[String]| choices.iter().map(|choice| format!("\n  {choice}")).collect::<String>();
    match refusal {
        Refusal::Answers(errors) => {
            errors.iter().map(|error| error.message(lang)).collect::<Vec<_>>().join("\n")
        }
        Refusal::Place(known) => say::unknown_questionnaire(lang, join(known)),
        Refusal::NothingDue(other) if other.is_empty() => say::nothing_due(lang).to_owned(),
        Refusal::NothingDue(other) => say::nothing_due_now(lang, join(other)),
        Refusal::NotYet(opens) => say::too_early(lang, opens),
        Refusal::Several(choices) => say::several_questionnaires(lang, join(choices)),
        Refusal::NoDose(planned) if planned.is_empty() => say::no_dose_planned(lang).to_owned(),
        Refusal::NoDose(planned) => say::dose_not_planned(lang, join(planned)),
        Refusal::WhichDose(doses) => say::several_doses(lang, join(doses)),
        Refusal::WhenTaken(dose, commands) => say::dose_time_missing(lang, dose, join(commands)),
        Refusal::Event(known) => say::unknown_event(lang, join(known)),
        Refusal::Answered(number) => say::already_answered(lang, *number),
        Refusal::AnswerLine { line } => say::answer_line(lang, *line),
        Refusal::Amount(units) => amount(units, lang),
        Refusal::ReadAmount(error, units) => read_amount(error, units, lang),
        Refusal::Read(error) => error.message(lang),
        Refusal::CannotBelong { at, planned } => say::time_far_from_plan(lang, at, planned),
        Refusal::Far(far) => say::date_far(lang, far.question(lang)),
        Refusal::Early { dose, opens, command } => say::dose_early(lang, dose, opens, command),
        Refusal::Unusual { amount, usual } => say::amount_unusual(lang, amount, usual),
        Refusal::OtherUnit { amount, known } => say::unit_unusual(lang, amount, units(known, lang)),
        Refusal::PhoneDigits => say::phone_digits(lang).to_owned(),
        Refusal::InputsOfOtherKind(options) => say::options_other_kind(lang, *options),
        Refusal::NothingToCorrect(options) => say::nothing_to_correct(lang, *options),
        Refusal::SkipReason => {
            let codes =
                list(SkipReason::ALL.iter().map(|r| (r.code(), describe::skip_reason(*r, lang))), lang);
            say::skip_reason(lang, codes)
        }
        Refusal::Route => {
            let codes = list(Route::ALL.iter().map(|r| (r.code(), r.shown(lang))), lang);
            say::route(lang, codes)
        }
        Refusal::Frequency => {
            let codes = list(Frequency::ALL.iter().map(|f| (f.code(), f.shown(lang))), lang);
            say::frequency(lang, codes)
        }

        Refusal::AnswerJson => say::answer_json(lang).to_owned(),
        Refusal::AnswerFile => say::answer_file(lang).to_owned(),
        Refusal::DoseNumber => say::dose_number(lang).to_owned(),
        Refusal::Days => say::days(lang).to_owned(),
        Refusal::DoseStatus => say::dose_status(lang).to_owned(),
        Refusal::EntryNumber => say::entry_number(lang).to_owned(),
        Refusal::Instruction => say::instruction_fixed(lang).to_owned(),
        Refusal::Newer => say::newer_fixed(lang).to_owned(),
        Refusal::Reason => say::reason_needed(lang).to_owned(),
        Refusal::Words => say::words_needed(lang).to_owned(),
        Refusal::Confirm => say::not_confirmed(lang).to_owned(),
        Refusal::BrokenOff => say::broken_off(lang).to_owned(),
        Refusal::Language => say::languages(lang, diary_core::words::tags(lang)),
        Refusal::RecoveryWrong => say::recovery_secret_wrong(lang).to_owned(),
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
