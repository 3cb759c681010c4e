//! `diary dose`: a planned dose taken, not taken and why, or not known; a dose as needed or beyond the plan. Nothing
//! defaults to taken. Without an action it goes through the doses that are due, one by one.

pub(super) mod planned;
pub(super) mod walk;
mod when;

use diary_core::entry::{Content, Dose, DoseStatus, MedicationRef, Route};
use diary_core::measure::{Quantity, Unit};
use diary_core::readers;
use diary_core::study::SlotState;
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, OccurredAt};
use serde_json::json;

use super::Saved;
use crate::args;
use crate::choose::choose;
use crate::failure::{Failure, Refusal};
use crate::input::{amount, choice, moment};
use crate::screen::Screen;
use crate::session::Session;
use crate::words;
use planned::Verb;
use when::{When, is_early, taken_at};

pub(super) use planned::Planned;

pub(super) use walk::ask_why;
pub(super) use when::{unusual, usual};

/// Runs it.
pub(super) fn run(
    screen: &mut Screen<'_>,
    session: &mut Session,
    action: Option<args::Dose>,
) -> Result<Saved, Failure> {
    match action {
        None => walk::run(screen, session),
        Some(args::Dose::Take { which, amount, at, as_planned, now, yes, saving: _ }) => {
            let when = When { at: at.as_deref(), as_planned, now, yes };
            take(screen, session, &which, amount.as_deref(), when)
        }
        Some(args::Dose::Skip { which, why, text, saving: _ }) => {
            skip(screen, session, &which, why.as_deref(), text)
        }
        Some(args::Dose::DontKnow { which, saving: _ }) => {
            let planned = pick(screen, session, &which, Verb::DontKnow)?;
            let status = DoseStatus::DontKnow;
            save(
                screen,
                session,
                &planned,
                Outcome { status, amount: None, occurred: None },
                which.late_reason,
            )
        }
        Some(args::Dose::Extra { medication, amount, at, why, yes, saving: _ }) => {
            extra(screen, session, &medication, amount.as_deref(), at.as_deref(), (why, yes))
        }
    }
}

/// What became of a planned dose.
struct Outcome {
    status: DoseStatus,
    amount: Option<Quantity>,
    occurred: Option<OccurredAt>,
}

fn here(screen: &Screen<'_>, session: &Session) -> moment::Here {
    moment::Here { now: screen.env.clock.now(), zone: screen.env.zone, today: session.today(screen) }
}

/// The planned doses of some days.
pub(super) fn planned_of(
    screen: &Screen<'_>,
    session: &Session,
    (from, to): (DiaryDay, DiaryDay),
) -> Result<Vec<Planned>, Failure> {
    let (now, zone) = (screen.env.clock.now(), screen.env.zone);
    let plan = session.diary.plan(zone)?;
    Ok(planned::all(&session.diary.slots(from, to, now, zone)?, &plan.course.regimen))
}

/// The dose that is meant; where several may be, a person is asked and a script is told the command for each.
fn pick(
    screen: &mut Screen<'_>,
    session: &Session,
    which: &args::WhichDose,
    verb: Verb,
) -> Result<Planned, Failure> {
    let here = here(screen, session);
    let day = which.day.as_deref().map(|text| moment::day(text, here)).transpose()?;
    let days = day.map_or((here.today.plus_days(-walk::DAYS_BACK), here.today), |day| (day, day));
    let all = planned_of(screen, session, days)?;
    let found = match planned::pick(&all, session.diary.study(), which, day, here.today)? {
        planned::Pick::One(found) => found,
        planned::Pick::Several(several) if screen.may_ask() => {
            let described = several.iter().map(|one| (one.clone(), described(screen, session, one)));
            let options: Vec<_> = described.collect();
            let question = words::dose::which_one(screen.lang);
            choose(screen, question, &options, |_| None)?.ok_or(Refusal::BrokenOff)?
        }
        planned::Pick::Several(several) => {
            let command = |one: &Planned| one.command(verb, &all, here.today, here.now);
            return Err(Refusal::WhichDose(several.iter().map(command).collect()).into());
        }
    };
    match found.entry {
        Some(entry) if !which.again => Err(Refusal::Answered(session.number_of(entry)?).into()),
        _ if found.state == SlotState::Upcoming && (verb != Verb::Take || found.is_far(here.now)) => {
            Err(Refusal::NotYet(words::when::moment(found.opens, here.zone, screen.lang)).into())
        }
        _ => Ok(found),
    }
}

fn take(
    screen: &mut Screen<'_>,
    session: &mut Session,
    which: &args::WhichDose,
    amount: Option<&str>,
    when: When<'_>,
) -> Result<Saved, Failure> {
    let planned = pick(screen, session, which, Verb::Take)?;
    let here = here(screen, session);
    let units = units(session, &planned.medication);
    let amount = amount.map(|text| amount::amount(text, &units)).transpose()?;
    if planned.state == SlotState::Upcoming && !when.yes {
        is_early(screen, session, &planned)?;
    }
    let occurred = match when.at {
        Some(text) => Some(moment::moment_on(text, planned.day, session.diary.study().day_cut(), here)?),
        None => Some(taken_at(screen, session, &planned, when)?),
    };
    must_belong(screen, occurred, &planned, when.yes)?;
    let given = amount.clone().unwrap_or_else(|| planned.amount.clone());
    let usual = std::slice::from_ref(&planned.amount);
    unusual(screen, session, &planned.medication, &given, usual, when.yes)?;
    guard(screen, session, &planned.medication, &given, planned.route, (planned.day, when.yes))?;
    let outcome = Outcome { status: DoseStatus::Taken, amount, occurred };
    save(screen, session, &planned, outcome, which.late_reason.clone())
}

/// A time more than a day from the planned one is rarely meant for it: asked about.
fn must_belong(
    screen: &mut Screen<'_>,
    at: Option<OccurredAt>,
    planned: &Planned,
    yes: bool,
) -> Result<(), Failure> {
    let Some(at) = at.filter(|at| readers::cannot_belong(at.0, planned.due) && !yes) else { return Ok(()) };
    let (zone, lang) = (screen.env.zone, screen.lang);
    let (at, planned) = (words::when::moment(at.0, zone, lang), words::when::moment(planned.due, zone, lang));
    if screen.may_ask() && screen.confirm(&words::dose::far_from_plan(&at, &planned, lang))? {
        return Ok(());
    }
    Err(Refusal::CannotBelong { at, planned }.into())
}

fn described(screen: &Screen<'_>, session: &Session, planned: &Planned) -> String {
    words::dose::planned(
        session.diary.study(),
        &planned.medication,
        &planned.amount,
        (planned.day, planned.time, planned.state == SlotState::Late),
        screen.lang,
    )
}

fn skip(
    screen: &mut Screen<'_>,
    session: &mut Session,
    which: &args::WhichDose,
    why: Option<&str>,
    text: Option<String>,
) -> Result<Saved, Failure> {
    let planned = pick(screen, session, which, Verb::Skip)?;
    let why = match why {
        Some(text) => choice::skip_reason(text)?,
        None if screen.may_ask() => ask_why(screen)?.ok_or(Refusal::BrokenOff)?,
        None => return Err(Refusal::SkipReason.into()),
    };
    let status = DoseStatus::NotTaken { why, text };
    save(
        screen,
        session,
        &planned,
        Outcome { status, amount: None, occurred: None },
        which.late_reason.clone(),
    )
}

/// Saves what became of a planned dose and says so.
fn save(
    screen: &mut Screen<'_>,
    session: &mut Session,
    planned: &Planned,
    outcome: Outcome,
    late_reason: Option<String>,
) -> Result<Saved, Failure> {
    let content = Content::Dose(Dose {
        medication: planned.medication.clone(),
        status: outcome.status,
        amount: Some(outcome.amount.unwrap_or_else(|| planned.amount.clone())),
        route: Some(planned.route),
        extra: false,
        note: None,
        planned: Some(planned.amount.clone()),
    });
    let slot = Some((planned.day, planned.slot.clone()));
    let tap = session.tap(screen);
    let early = outcome.occurred.is_some_and(|at| at.0 < planned.opens);
    let entry = session.diary.record(content, slot, outcome.occurred, late_reason, &tap)?.entry;
    let saved = told(screen, session, entry)?;
    if early {
        let due = words::when::moment(planned.due, tap.zone, screen.lang);
        screen.say(&words::dose::recorded_early(&due, session.number_of(entry)?, screen.lang))?;
    }
    Ok(saved)
}

/// Says what was recorded.
fn told(
    screen: &mut Screen<'_>,
    session: &Session,
    entry: diary_core::ids::EntryId,
) -> Result<Saved, Failure> {
    let versions = session.diary.store().versions(entry)?;
    let number = session.number_of(entry)?;
    let Some(first) = versions.first() else { return Ok(Saved::nothing(json!({ "entry": null }))) };
    let line = words::describe::saved(session.diary.study(), first.revision(), screen.lang);
    screen.say_behind(&format!("#{number}  "), &line)?;
    let remarks = match &first.revision().content {
        Content::Dose(Dose { medication, amount: Some(amount), route, .. }) => {
            remarks(session, medication, amount, route.unwrap_or(Route::Oral), screen.lang)
        }
        _ => Vec::new(),
    };
    let revision = first.revision();
    Ok(Saved::yes(json!({ "entry": entry, "number": number, "revision": revision, "remarks": remarks })))
}

fn extra(
    screen: &mut Screen<'_>,
    session: &mut Session,
    written: &str,
    amount: Option<&str>,
    at: Option<&str>,
    (why, yes): (Option<String>, bool),
) -> Result<Saved, Failure> {
    let here = here(screen, session);
    let occurred = at.map(|text| moment::moment(text, here)).transpose()?;
    let medication = medication(session, written);
    let planned = as_needed(screen, session, &medication, here.today)?;
    let units = units(session, &medication);
    let amount = match (amount, &planned) {
        (Some(text), _) => amount::amount(text, &units)?,
        (None, Some((amount, _))) => amount.clone(),
        (None, None) if screen.may_ask() => ask_amount(screen, &units)?,
        (None, None) => return Err(Refusal::Amount(units).into()),
    };
    let day = session.diary.day(occurred.map_or(here.now, |at| at.0), here.zone);
    let factor = session.diary.study().limits().unusual_factor;
    let (amounts, route) = match planned {
        Some((usual, route)) => (vec![usual], Some(route)),
        // Beside a scheduled dose a part of it is nothing unusual.
        None => {
            let scheduled = usual(screen, session, &medication, day)?;
            let above = scheduled.iter().all(|usual| amount.is_far_above(usual, factor));
            (if above { scheduled } else { Vec::new() }, None)
        }
    };
    unusual(screen, session, &medication, &amount, &amounts, yes)?;
    guard(screen, session, &medication, &amount, route.unwrap_or(Route::Oral), (day, yes))?;
    let content = Content::Dose(Dose {
        medication,
        status: DoseStatus::Taken,
        amount: Some(amount),
        route,
        extra: true,
        note: why,
        planned: amounts.first().cloned(),
    });
    let tap = session.tap(screen);
    let entry = session.diary.record(content, None, occurred, None, &tap)?.entry;
    told(screen, session, entry)
}

/// Amount and route of the line of the regimen that allows this medication as needed.
fn as_needed(
    screen: &Screen<'_>,
    session: &Session,
    medication: &MedicationRef,
    day: DiaryDay,
) -> Result<Option<(Quantity, Route)>, Failure> {
    let plan = session.diary.plan(screen.env.zone)?;
    let mut lines = plan.course.regimen.as_needed_on(day);
    let line = lines.find(|(_, of)| of.medication.is_same(medication));
    Ok(line.map(|(_, of)| (of.amount.clone(), of.route)))
}

/// A medication as somebody wrote it, with the study's code where it is on the study's list.
pub(super) fn medication(session: &Session, written: &str) -> MedicationRef {
    let code = session.diary.study().find_medication(written).map(|medication| medication.code.clone());
    MedicationRef { code, name: written.trim().to_owned() }
}

/// Units that fit a medication; milligrams for one that the study does not know.
pub(super) fn units(session: &Session, medication: &MedicationRef) -> Vec<Unit> {
    let known = session.diary.study().medication_of(medication);
    known.map_or_else(|| vec![Unit::MG], |medication| medication.units.clone())
}

/// Asks until an amount is understood.
pub(super) fn ask_amount(screen: &mut Screen<'_>, units: &[Unit]) -> Result<Quantity, Failure> {
    let question = words::dose::how_much(screen.lang);
    loop {
        let line = screen.ask(question)?.ok_or(Refusal::BrokenOff)?;
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
    screen: &mut Screen<'_>,
    session: &Session,
    medication: &MedicationRef,
    amount: &Quantity,
    route: Route,
    (day, yes): (DiaryDay, bool),
) -> Result<(), Failure> {
    let study = session.diary.study();
    let Some(known) = study.medication_of(medication) else { return Ok(()) };
    for message in remarks(session, medication, amount, route, screen.lang) {
        screen.say(&message)?;
    }
    let others = session.diary.past(day.plus_days(-7), day.plus_days(7))?;
    let too_soon = others.iter().filter_map(|past| past.shown.as_ref()).any(|shown| match &shown.content {
        Content::Dose(dose) => {
            let same = dose.medication.code == medication.code && dose.status == DoseStatus::Taken;
            same && known.too_soon(shown.day, day)
        }
        _ => false,
    });
    if !too_soon || yes {
        return Ok(());
    }
    let caution = known.caution.as_ref().map(|text| text.get(screen.lang).to_owned()).unwrap_or_default();
    let title = words::dose::within_a_week(screen.lang);
    screen.alarm(title, &caution)?;
    if screen.may_ask() && screen.confirm(words::dose::really_taken(screen.lang))? {
        return Ok(());
    }
    Err(Refusal::Confirm.into())
}

/// What the study remarks on a dose.
fn remarks(
    session: &Session,
    medication: &MedicationRef,
    amount: &Quantity,
    route: Route,
    lang: Lang,
) -> Vec<String> {
    let study = session.diary.study();
    let Some(known) = study.medication_of(medication) else {
        return Vec::new();
    };
    let remarks = known.remarks_on(Some(amount), Some(route), study.limits().soft_dose_checks);
    remarks.iter().map(|remark| remark.message(lang)).collect()
}
