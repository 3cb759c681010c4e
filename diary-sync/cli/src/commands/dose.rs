//! `diary dose`: a planned dose taken, not taken and why, or not known; a dose as needed or beyond the plan. Nothing
//! defaults to taken. Without an action it goes through the doses that are due, one by one.

pub(super) mod named;
pub(super) mod walk;
mod when;

use diary_core::entry::{Content, Dose, DoseStatus, MedicationRef, Route};
use diary_core::measure::{Quantity, Unit, plain_digits};
use diary_core::study::SlotState;
use diary_core::time::{DiaryDay, OccurredAt};
use diary_view::dose::amount::{self as amounts, WEEK_DAYS};
use diary_view::dose::pick::{self, Pick, Wanted};
use diary_view::dose::{ExtraDose, PlannedDose, Statement, planned, timing};
use diary_view::names;
use diary_view::place::NotNow;
use serde_json::json;

use super::Saved;
use crate::args;
use crate::choose::choose;
use crate::failure::{Failure, InputError};
use crate::input::{amount, choice, moment};
use crate::screen::Screen;
use crate::session::{Dialogue, Session};
use crate::words;
use when::{When, is_early, taken_at};

pub(super) use walk::ask_why;
pub(super) use when::{unusual, usual};

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>, action: Option<args::Dose>) -> Result<Saved, Failure> {
    match action {
        None => walk::run(talk),
        Some(args::Dose::Take { which, amount, at, as_planned, now, yes, saving: _ }) => {
            let when = When { at: at.as_deref(), as_planned, now, yes };
            take(talk, &which, amount.as_deref(), when)
        }
        Some(args::Dose::Skip { which, why, text, saving: _ }) => skip(talk, &which, why.as_deref(), text),
        Some(args::Dose::DontKnow { which, saving: _ }) => {
            let planned = pick(talk, &which, Statement::NotKnown)?;
            let status = DoseStatus::DontKnow;
            save(talk, &planned, DoseAnswer { status, amount: None, occurred: None }, which.late_reason)
        }
        Some(args::Dose::Extra { medication, amount, at, why, yes, saving: _ }) => {
            extra(talk, &medication, amount.as_deref(), at.as_deref(), (why, yes))
        }
    }
}

/// Statement about a planned dose: its status and, where given, amount and time.
struct DoseAnswer {
    status: DoseStatus,
    amount: Option<Quantity>,
    occurred: Option<OccurredAt>,
}

fn here(talk: &mut Dialogue<'_, '_>) -> moment::Here {
    moment::Here {
        now: talk.screen.env.clock.now(),
        zone: talk.screen.env.zone,
        today: talk.session.today(talk.screen),
    }
}

/// The planned doses of some days.
pub(super) fn planned_of(
    talk: &mut Dialogue<'_, '_>,
    (from, to): (DiaryDay, DiaryDay),
) -> Result<Vec<PlannedDose>, Failure> {
    let (now, zone) = (talk.screen.env.clock.now(), talk.screen.env.zone);
    let plan = talk.session.diary.plan(zone)?;
    Ok(planned(&talk.session.diary.slots(from, to, now, zone)?, &plan.course.regimen))
}

/// The dose that is meant; where several may be, a person is asked and a script is told the command for each.
fn pick(
    talk: &mut Dialogue<'_, '_>,
    which: &args::WhichDose,
    statement: Statement,
) -> Result<PlannedDose, Failure> {
    let here = here(talk);
    let wanted = wanted(which, here)?;
    let all = planned_of(talk, wanted.days())?;
    let found = match pick::pick(&all, talk.session.diary.study(), wanted) {
        None => return Err(InputError::NoDose(all.iter().map(named::options).collect()).into()),
        Some(Pick::One(found)) => found,
        Some(Pick::Several(several)) if talk.screen.may_ask() => {
            let described = several.iter().map(|one| (one.clone(), described(talk, one)));
            let options: Vec<_> = described.collect();
            let question = words::dose::which_dose(talk.screen.lang);
            choose(talk.screen, question, &options, |_| None)?.ok_or(InputError::BrokenOff)?
        }
        Some(Pick::Several(several)) => {
            let command = |one: &PlannedDose| named::command(one, statement, &all, (here.today, here.now));
            return Err(InputError::WhichDose(several.iter().map(command).collect()).into());
        }
    };
    let may =
        if which.again { found.has_come(statement, here.now) } else { found.may_record(statement, here.now) };
    match may {
        Ok(()) => Ok(found),
        Err(NotNow::Answered(entry)) => Err(InputError::Answered(talk.session.number_of(entry)?).into()),
        Err(NotNow::Opens(opens)) => {
            Err(InputError::NotYet(words::when::moment(opens, here.zone, talk.screen.lang)).into())
        }
    }
}

/// Criteria of the options for the planned dose that is meant.
fn wanted(which: &args::WhichDose, here: moment::Here) -> Result<Wanted<'_>, InputError> {
    let number =
        |text: &str| plain_digits(text).parse().ok().filter(|n| *n > 0_u16).ok_or(InputError::DoseNumber);
    Ok(Wanted {
        medication: which.medication.as_deref(),
        day: which.day.as_deref().map(|text| moment::day(text, here)).transpose()?,
        line: which.line.as_deref().map(number).transpose()?,
        number: which.slot.as_deref().map(number).transpose()?,
        time: which.time.as_deref().map(moment::time).transpose()?,
        today: here.today,
    })
}

fn take(
    talk: &mut Dialogue<'_, '_>,
    which: &args::WhichDose,
    amount: Option<&str>,
    when: When<'_>,
) -> Result<Saved, Failure> {
    let planned = pick(talk, which, Statement::Taken)?;
    let here = here(talk);
    let units = units(talk.session, &planned.medication);
    let amount = amount.map(|text| amount::amount(text, &units)).transpose()?;
    if timing::is_early(&planned) && !when.yes {
        is_early(talk, &planned)?;
    }
    let occurred = match when.at {
        Some(text) => Some(moment::moment_on(text, planned.day, talk.session.diary.study().day_cut(), here)?),
        None => Some(taken_at(talk, &planned, when)?),
    };
    must_belong(talk.screen, occurred, &planned, when.yes)?;
    let given = amount.clone().unwrap_or_else(|| planned.amount.clone());
    let usual = std::slice::from_ref(&planned.amount);
    unusual(talk, &planned.medication, &given, usual, when.yes)?;
    guard(talk, &planned.medication, &given, Some(planned.route), (planned.day, when.yes))?;
    let outcome = DoseAnswer { status: DoseStatus::Taken, amount, occurred };
    save(talk, &planned, outcome, which.late_reason.clone())
}

/// A time more than a day from the planned one is rarely meant for it: asked about.
fn must_belong(
    screen: &mut Screen<'_>,
    at: Option<OccurredAt>,
    planned: &PlannedDose,
    yes: bool,
) -> Result<(), Failure> {
    let Some(at) = at.filter(|at| timing::cannot_belong(planned, *at) && !yes) else { return Ok(()) };
    let (zone, lang) = (screen.env.zone, screen.lang);
    let (at, planned) = (words::when::moment(at.0, zone, lang), words::when::moment(planned.due, zone, lang));
    if screen.may_ask() && screen.confirm(&words::dose::time_far_from_plan(lang, &at, &planned))? {
        return Ok(());
    }
    Err(InputError::CannotBelong { at, planned }.into())
}

fn described(talk: &mut Dialogue<'_, '_>, planned: &PlannedDose) -> String {
    words::dose::planned(
        talk.session.diary.study(),
        &planned.medication,
        &planned.amount,
        (planned.day, planned.time, planned.state == SlotState::Late),
        talk.screen.lang,
    )
}

fn skip(
    talk: &mut Dialogue<'_, '_>,
    which: &args::WhichDose,
    why: Option<&str>,
    text: Option<String>,
) -> Result<Saved, Failure> {
    let planned = pick(talk, which, Statement::NotTaken)?;
    let why = match why {
        Some(text) => choice::skip_reason(text)?,
        None if talk.screen.may_ask() => ask_why(talk.screen)?.ok_or(InputError::BrokenOff)?,
        None => return Err(InputError::SkipReason.into()),
    };
    let status = DoseStatus::NotTaken { why, text };
    save(talk, &planned, DoseAnswer { status, amount: None, occurred: None }, which.late_reason.clone())
}

/// Saves what became of a planned dose and says so.
fn save(
    talk: &mut Dialogue<'_, '_>,
    planned: &PlannedDose,
    outcome: DoseAnswer,
    late_reason: Option<String>,
) -> Result<Saved, Failure> {
    let content = planned.content(outcome.status, outcome.amount);
    let slot = Some((planned.day, planned.slot.clone()));
    let tap = talk.session.tap(talk.screen);
    let early = outcome.occurred.is_some_and(|at| timing::counts_as_early(planned, at));
    let entry = talk.session.diary.record(content, slot, outcome.occurred, late_reason, &tap)?.entry;
    let saved = told(talk, entry)?;
    if early {
        let due = words::when::moment(planned.due, tap.zone, talk.screen.lang);
        talk.screen.say(&words::dose::recorded_early(
            talk.screen.lang,
            &due,
            talk.session.number_of(entry)?,
        ))?;
    }
    Ok(saved)
}

/// Says what was recorded.
fn told(talk: &mut Dialogue<'_, '_>, entry: diary_core::ids::EntryId) -> Result<Saved, Failure> {
    let versions = talk.session.diary.store().versions(entry)?;
    let number = talk.session.number_of(entry)?;
    let Some(first) = versions.first() else { return Ok(Saved::nothing(json!({ "entry": null }))) };
    let line = words::of(talk.session.diary.study(), talk.screen.lang).saved(first.revision());
    talk.screen.say_behind(&format!("#{number}  "), &line)?;
    let remarks: Vec<String> = match &first.revision().content {
        Content::Dose(Dose { medication, amount: Some(amount), route, .. }) => {
            let remarks = amounts::remarks(talk.session.diary.study(), medication, amount, *route);
            remarks.iter().map(|remark| remark.message(talk.screen.lang)).collect()
        }
        _ => Vec::new(),
    };
    let revision = first.revision();
    Ok(Saved::yes(json!({ "entry": entry, "number": number, "revision": revision, "remarks": remarks })))
}

fn extra(
    talk: &mut Dialogue<'_, '_>,
    written: &str,
    amount: Option<&str>,
    at: Option<&str>,
    (why, yes): (Option<String>, bool),
) -> Result<Saved, Failure> {
    let here = here(talk);
    let occurred = at.map(|text| moment::moment(text, here)).transpose()?;
    let medication = medication(talk.session, written);
    let plan = talk.session.diary.plan(talk.screen.env.zone)?;
    let planned = amounts::as_needed(&plan.course.regimen, &medication, here.today);
    let units = units(talk.session, &medication);
    let amount = match (amount, &planned) {
        (Some(text), _) => amount::amount(text, &units)?,
        (None, Some((amount, _))) => amount.clone(),
        (None, None) if talk.screen.may_ask() => ask_amount(talk.screen, &units)?,
        (None, None) => return Err(InputError::Amount(units).into()),
    };
    let day = talk.session.diary.day(occurred.map_or(here.now, |at| at.0), here.zone);
    let (compared, route) = match planned {
        Some((usual, route)) => (vec![usual], Some(route)),
        None => {
            let scheduled = amounts::usual(&plan.course.regimen, &medication, day);
            (amounts::compared_with_plan(talk.session.diary.study(), &amount, scheduled), None)
        }
    };
    unusual(talk, &medication, &amount, &compared, yes)?;
    guard(talk, &medication, &amount, route, (day, yes))?;
    let content = ExtraDose { medication, amount, route, compared, why }.content();
    let tap = talk.session.tap(talk.screen);
    let entry = talk.session.diary.record(content, None, occurred, None, &tap)?.entry;
    told(talk, entry)
}

/// A medication as it was typed, with the study's code where it is on the study's list.
pub(super) fn medication(session: &Session, written: &str) -> MedicationRef {
    names::medication(session.diary.study(), written)
}

/// Units that fit a medication.
pub(super) fn units(session: &Session, medication: &MedicationRef) -> Vec<Unit> {
    names::units(session.diary.study(), medication)
}

/// Asks until an amount is understood.
pub(super) fn ask_amount(screen: &mut Screen<'_>, units: &[Unit]) -> Result<Quantity, Failure> {
    let question = words::dose::amount_taken(screen.lang);
    loop {
        let line = screen.ask(question)?.ok_or(InputError::BrokenOff)?;
        match amount::amount(&line, units) {
            Ok(amount) => return Ok(amount),
            Err(refusal) => {
                let message = words::refusal::message(&refusal, screen.lang);
                screen.say(&message)?;
            }
        }
    }
}

/// Remarks on a dose; asks once more where the study says that a mistake would be dangerous. What was taken is always
/// recorded: a dangerous dose that is kept out of the diary is still taken.
fn guard(
    talk: &mut Dialogue<'_, '_>,
    medication: &MedicationRef,
    amount: &Quantity,
    route: Option<Route>,
    (day, yes): (DiaryDay, bool),
) -> Result<(), Failure> {
    let study = talk.session.diary.study();
    for remark in amounts::remarks(study, medication, amount, route) {
        talk.screen.say(&remark.message(talk.screen.lang))?;
    }
    let others = talk.session.diary.past(day.plus_days(-WEEK_DAYS), day.plus_days(WEEK_DAYS))?;
    let Some(too_soon) = amounts::too_soon(study, medication, day, &others).filter(|_| !yes) else {
        return Ok(());
    };
    let caution =
        too_soon.caution.as_ref().map(|text| text.get(talk.screen.lang).to_owned()).unwrap_or_default();
    let title = words::dose::taken_within_week(talk.screen.lang);
    talk.screen.alarm(title, &caution)?;
    if talk.screen.may_ask() && talk.screen.confirm(words::dose::really_taken(talk.screen.lang))? {
        return Ok(());
    }
    Err(InputError::Confirm.into())
}
