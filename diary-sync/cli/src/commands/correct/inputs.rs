//! Inputs of a correction by kind of entry: which fit, and what the entry becomes with them.

use diary_core::entry::{Content, Dose, DoseStatus, Event, MedicationChange, Note};
use diary_view::correction::{self, DoseInputs, Inputs, fits};

use crate::args::{Correct, MedFields};
use crate::choose::choose;
use crate::commands::dose::units;
use crate::commands::{dose, med};
use crate::failure::{Failure, InputError};
use crate::input::{amount, choice, moment};
use crate::screen::Screen;
use crate::session::Dialogue;
use crate::words;

/// The options by which an entry of this kind is corrected.
pub(super) const fn options(content: &Content) -> &'static str {
    match content {
        Content::Assessment(_) => "--set, --answers, --at",
        Content::Dose(_) => "--status, --amount, --why, --text, --at",
        Content::MedicationChange(_) => "--dose, --route, --frequency, --form, --from",
        Content::Event(_) | Content::Note(_) => "--text, --at",
        Content::AlertShown(_) | Content::Withdrawn | Content::PhoneApproval(_) | Content::Newer(_) => "",
    }
}

/// Inputs of another kind than the entry's are a mistake about the entry, not something to pass over.
pub(super) fn must_fit(content: &Content, args: &Correct) -> Result<(), InputError> {
    let dose = args.status.is_some() || args.amount.is_some() || args.why.is_some();
    let med = [&args.dose, &args.route, &args.frequency, &args.form, &args.from]
        .iter()
        .any(|field| field.is_some());
    let given = [
        (Inputs::Answers, !args.answers.is_empty()),
        (Inputs::Dose, dose),
        (Inputs::Medication, med),
        (Inputs::Words, args.text.is_some()),
    ];
    let given: Vec<Inputs> = given.into_iter().filter_map(|(one, given)| given.then_some(one)).collect();
    if fits(content, &given) { Ok(()) } else { Err(InputError::InputsOfOtherKind(options(content))) }
}

/// Corrected content of the entry, from the options or by asking.
pub(super) fn anew(
    talk: &mut Dialogue<'_, '_>,
    content: &Content,
    args: &Correct,
    here: moment::Here,
) -> Result<Content, Failure> {
    match content {
        Content::Dose(dose) => Ok(Content::Dose(dose_anew(talk, dose, args, here)?)),
        Content::MedicationChange(change) => {
            Ok(Content::MedicationChange(change_anew(talk, change, args, here)?))
        }
        Content::Event(event) => {
            let text = text_anew(talk.screen, args)?.or_else(|| event.text.clone());
            Ok(Content::Event(Event { text, ..event.clone() }))
        }
        Content::Note(note) => {
            let text = text_anew(talk.screen, args)?.unwrap_or_else(|| note.text.clone());
            Ok(Content::Note(Note { text }))
        }
        Content::Assessment(_)
        | Content::AlertShown(_)
        | Content::Withdrawn
        | Content::PhoneApproval(_)
        | Content::Newer(_) => Ok(content.clone()),
    }
}

/// The new words; a person who gave nothing else is asked for them.
fn text_anew(screen: &mut Screen<'_>, args: &Correct) -> Result<Option<String>, Failure> {
    if args.text.is_some() || args.at.is_some() || !screen.may_ask() {
        return Ok(args.text.clone());
    }
    let text =
        screen.ask(words::correct::new_words(screen.lang))?.ok_or(InputError::BrokenOff)?.trim().to_owned();
    Ok((!text.is_empty()).then_some(text))
}

fn dose_anew(
    talk: &mut Dialogue<'_, '_>,
    dose: &Dose,
    args: &Correct,
    here: moment::Here,
) -> Result<Dose, Failure> {
    let units = units(talk.session, &dose.medication);
    let given = args.status.is_some() || args.amount.is_some() || args.why.is_some() || args.text.is_some();
    let status = match &args.status {
        Some(typed) => Some(Status::read(typed)?),
        None if args.why.is_some() => Some(Status::NotTaken),
        None if !given && args.at.is_none() && talk.screen.may_ask() => Some(ask_status(talk.screen)?),
        None => None,
    };
    let amount = match &args.amount {
        Some(text) => Some(amount::amount(text, &units)?),
        None if status == Some(Status::Taken) && !given && talk.screen.may_ask() => {
            Some(dose::ask_amount(talk.screen, &units)?)
        }
        None => None,
    };
    if let Some(amount) = amount.as_ref().filter(|amount| dose.amount.as_ref() != Some(*amount)) {
        let usual = dose::usual(talk, &dose.medication, here.today)?;
        dose::unusual(talk, &dose.medication, amount, &usual, args.yes)?;
    }
    let status = match status {
        Some(Status::Taken) => Some(DoseStatus::Taken),
        Some(Status::DontKnow) => Some(DoseStatus::DontKnow),
        Some(Status::NotTaken) => {
            let why = match &args.why {
                Some(typed) => choice::skip_reason(typed)?,
                None if talk.screen.may_ask() => dose::ask_why(talk.screen)?.ok_or(InputError::BrokenOff)?,
                None => return Err(InputError::SkipReason.into()),
            };
            Some(DoseStatus::NotTaken { why, text: None })
        }
        None => None,
    };
    Ok(correction::dose(dose, DoseInputs { status, amount, words: args.text.clone() }))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Taken,
    NotTaken,
    DontKnow,
}

impl Status {
    fn read(typed: &str) -> Result<Self, InputError> {
        let typed = diary_core::measure::plain_digits(typed).to_lowercase();
        let is = |number, words| typed == number || words::is_typed(&typed, words);
        match () {
            () if is("1", words::typed::taken) => Ok(Self::Taken),
            () if is("2", words::typed::not_taken) => Ok(Self::NotTaken),
            () if is("3", words::typed::dont_know) => Ok(Self::DontKnow),
            () => Err(InputError::DoseStatus),
        }
    }
}

fn ask_status(screen: &mut Screen<'_>) -> Result<Status, Failure> {
    let shown = words::correct::statuses(screen.lang).map(str::to_owned);
    let options: Vec<_> =
        [Status::Taken, Status::NotTaken, Status::DontKnow].into_iter().zip(shown).collect();
    let question = words::correct::what_became_of_it(screen.lang);
    let chosen = choose(screen, question, &options, |typed| Status::read(typed).ok())?;
    Ok(chosen.ok_or(InputError::BrokenOff)?)
}

fn change_anew(
    talk: &mut Dialogue<'_, '_>,
    change: &MedicationChange,
    args: &Correct,
    here: moment::Here,
) -> Result<MedicationChange, Failure> {
    let mut anew = change.clone();
    let fields = MedFields {
        dose: args.dose.clone(),
        route: args.route.clone(),
        frequency: args.frequency.clone(),
        form: args.form.clone(),
        from: args.from.clone(),
        reason: None,
    };
    med::apply(talk.session, &mut anew, &fields, here)?;
    if anew == *change && args.at.is_none() && talk.screen.may_ask() {
        anew.dose = Some(dose::ask_amount(talk.screen, &units(talk.session, &anew.medication))?);
    }
    if anew != *change {
        med::remark(talk, &anew, args.yes)?;
    }
    Ok(anew)
}
