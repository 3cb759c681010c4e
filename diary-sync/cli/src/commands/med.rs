//! `diary med`: a medication started, changed or stopped. What a person says they take is always recorded; the study
//! may remark on it, and what would be dangerous is asked once more.

use diary_core::entry::{Content, Frequency, MedicationChange, MedicationChangeKind, Route};
use diary_core::study::{Remark, Study};
use serde_json::json;

use super::Saved;
use super::dose::{ask_amount, medication, units, unusual};
use crate::args::{MedChange, MedFields};
use crate::choose::choose;
use crate::failure::{Failure, Refusal};
use crate::input::{amount, choice, moment};
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// Runs it.
pub(super) fn run(
    screen: &mut Screen<'_>,
    session: &mut Session,
    kind: MedicationChangeKind,
    args: &MedChange,
) -> Result<Saved, Failure> {
    let here =
        moment::Here { now: screen.env.clock.now(), zone: screen.env.zone, today: session.today(screen) };
    let mut change = MedicationChange {
        medication: medication(session, &args.name),
        kind,
        from: here.today.into(),
        dose: None,
        route: None,
        frequency: None,
        reason: None,
        form: None,
    };
    apply(session, &mut change, &args.fields, here)?;
    if kind != MedicationChangeKind::Stopped {
        ask_for_the_rest(screen, session, &mut change)?;
    }
    let remarks = remark(screen, session, &change, args.yes)?;
    let tap = session.tap(screen);
    let entry = session.diary.record(Content::MedicationChange(change), None, None, None, &tap)?.entry;
    let number = session.number_of(entry)?;
    let versions = session.diary.store().versions(entry)?;
    let revision = versions.first().map(|first| first.revision().clone());
    if let Some(revision) = &revision {
        let line = words::describe::saved(session.diary.study(), revision, screen.lang);
        screen.say_behind(&format!("#{number}  "), &line)?;
    }
    Ok(Saved::yes(json!({ "entry": entry, "number": number, "revision": revision, "remarks": remarks })))
}

/// Takes what was given over into `change`.
pub(super) fn apply(
    session: &Session,
    change: &mut MedicationChange,
    fields: &MedFields,
    here: moment::Here,
) -> Result<(), Failure> {
    if let Some(text) = &fields.dose {
        change.dose = Some(amount::amount(text, &units(session, &change.medication))?);
    }
    if let Some(text) = &fields.route {
        change.route = Some(choice::route(text)?);
    }
    if let Some(text) = &fields.frequency {
        change.frequency = Some(choice::frequency(text)?);
    }
    if let Some(text) = &fields.form {
        change.form = Some(form(session.diary.study(), text));
    }
    if let Some(text) = &fields.from {
        change.from = moment::partial_day(text, here)?;
    }
    if let Some(text) = &fields.reason {
        change.reason = Some(text.clone());
    }
    Ok(())
}

/// The study's code of a form, where it is on the study's list, else what was written.
fn form(study: &Study, written: &str) -> String {
    let lower = written.trim().to_lowercase();
    let is = |form: &&diary_core::study::Form| {
        let names = diary_core::text::Lang::ALL.map(|lang| form.name.get(lang).to_lowercase());
        form.code.to_lowercase() == lower || names.contains(&lower)
    };
    study.forms().iter().find(is).map_or_else(|| written.trim().to_owned(), |form| form.code.clone())
}

/// Amount and frequency are what a change is about: a person is asked for what was not given.
fn ask_for_the_rest(
    screen: &mut Screen<'_>,
    session: &Session,
    change: &mut MedicationChange,
) -> Result<(), Failure> {
    let units = units(session, &change.medication);
    if change.dose.is_none() {
        if !screen.may_ask() {
            return Err(Refusal::Amount(units).into());
        }
        change.dose = Some(ask_amount(screen, &units)?);
    }
    if change.frequency.is_none() {
        if !screen.may_ask() {
            return Err(Refusal::Frequency.into());
        }
        change.frequency = Some(ask_frequency(screen)?);
    }
    if change.route.is_none() && screen.may_ask() {
        change.route = ask_route(screen)?;
    }
    Ok(())
}

fn ask_frequency(screen: &mut Screen<'_>) -> Result<Frequency, Failure> {
    let shown = |frequency: &Frequency| (*frequency, frequency.shown(screen.lang).to_owned());
    let options: Vec<_> = Frequency::ALL.iter().map(shown).collect();
    let question = words::med::how_often(screen.lang);
    let chosen = choose(screen, question, &options, |typed| choice::frequency(typed).ok())?;
    Ok(chosen.ok_or(Refusal::BrokenOff)?)
}

fn ask_route(screen: &mut Screen<'_>) -> Result<Option<Route>, Failure> {
    let options: Vec<_> =
        Route::ALL.iter().map(|route| (*route, route.shown(screen.lang).to_owned())).collect();
    choose(screen, words::med::how_taken(screen.lang), &options, |typed| choice::route(typed).ok())
}

/// Says what the study remarks on. A weekly medication that would be taken more often needs a clear yes.
pub(super) fn remark(
    screen: &mut Screen<'_>,
    session: &Session,
    change: &MedicationChange,
    yes: bool,
) -> Result<Vec<String>, Failure> {
    let study = session.diary.study();
    let Some(known) = study.medication_of(&change.medication) else {
        return Ok(Vec::new());
    };
    let remarks = known.remarks_on_change(change, study.limits().soft_dose_checks);
    let mut said = Vec::with_capacity(remarks.len());
    for remark in &remarks {
        let message = remark.message(screen.lang);
        if *remark == Remark::WeeklyOnly {
            let caution = known.caution.as_ref().map(|text| text.get(screen.lang)).unwrap_or_default();
            let text = format!("{message}\n{caution}");
            screen.alarm(words::alerts::careful(screen.lang), &text)?;
        } else {
            screen.say(&message)?;
        }
        said.push(message);
    }
    if let Some(dose) = &change.dose {
        unusual(screen, session, &change.medication, dose, &[], yes)?;
    }
    if yes || !remarks.contains(&Remark::WeeklyOnly) {
        return Ok(said);
    }
    if screen.may_ask() && screen.confirm(words::med::really(screen.lang))? {
        return Ok(said);
    }
    Err(Refusal::Confirm.into())
}
