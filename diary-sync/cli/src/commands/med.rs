//! `diary med`: a medication started, changed or stopped. What a person says they take is always recorded; the study
//! may remark on it, and what would be dangerous is asked once more.

use diary_core::entry::{Content, Frequency, MedicationChange, MedicationChangeKind, Route};
use diary_core::study::Remark;
use diary_view::medication::{self, ChangeRemarks, Part};
use diary_view::names;
use serde_json::json;

use super::Saved;
use super::dose::{self, ask_amount, units, unusual};
use crate::args::{MedChange, MedFields};
use crate::choose::choose;
use crate::failure::{Failure, InputError};
use crate::input::{amount, choice, moment};
use crate::screen::Screen;
use crate::session::{Dialogue, Session};
use crate::words;

/// Runs it.
pub(super) fn run(
    talk: &mut Dialogue<'_, '_>,
    kind: MedicationChangeKind,
    args: &MedChange,
) -> Result<Saved, Failure> {
    let here = moment::Here {
        now: talk.screen.env.clock.now(),
        zone: talk.screen.env.zone,
        today: talk.session.today(talk.screen),
    };
    let mut change = MedicationChange {
        medication: dose::medication(talk.session, &args.name),
        kind,
        from: here.today.into(),
        dose: None,
        route: None,
        frequency: None,
        reason: None,
        form: None,
    };
    apply(talk.session, &mut change, &args.fields, here)?;
    ask_for_the_rest(talk, &mut change)?;
    let remarks = remark(talk, &change, args.yes)?;
    let tap = talk.session.tap(talk.screen);
    let entry = talk.session.diary.record(Content::MedicationChange(change), None, None, None, &tap)?.entry;
    let number = talk.session.number_of(entry)?;
    let versions = talk.session.diary.store().versions(entry)?;
    let revision = versions.first().map(|first| first.revision().clone());
    if let Some(revision) = &revision {
        let line = words::of(talk.session.diary.study(), talk.screen.lang).saved(revision);
        talk.screen.say_behind(&format!("#{number}  "), &line)?;
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
        change.form = Some(names::form(session.diary.study(), text));
    }
    if let Some(text) = &fields.from {
        change.from = moment::partial_day(text, here)?;
    }
    if let Some(text) = &fields.reason {
        change.reason = Some(text.clone());
    }
    Ok(())
}

/// Amount and frequency are what a change is about: a person is asked for what was not given.
fn ask_for_the_rest(talk: &mut Dialogue<'_, '_>, change: &mut MedicationChange) -> Result<(), Failure> {
    for part in medication::missing(change) {
        match (part, talk.screen.may_ask()) {
            (Part::Amount, true) => {
                change.dose = Some(ask_amount(talk.screen, &units(talk.session, &change.medication))?);
            }
            (Part::Amount, false) => {
                return Err(InputError::Amount(units(talk.session, &change.medication)).into());
            }
            (Part::Frequency, true) => change.frequency = Some(ask_frequency(talk.screen)?),
            (Part::Frequency, false) => return Err(InputError::Frequency.into()),
            (Part::Route, true) => change.route = ask_route(talk.screen)?,
            (Part::Route, false) => {}
        }
    }
    Ok(())
}

fn ask_frequency(screen: &mut Screen<'_>) -> Result<Frequency, Failure> {
    let shown = |frequency: &Frequency| (*frequency, frequency.shown(screen.lang).to_owned());
    let options: Vec<_> = Frequency::ALL.iter().map(shown).collect();
    let question = words::med::how_often(screen.lang);
    let chosen = choose(screen, question, &options, |typed| choice::frequency(typed).ok())?;
    Ok(chosen.ok_or(InputError::BrokenOff)?)
}

fn ask_route(screen: &mut Screen<'_>) -> Result<Option<Route>, Failure> {
    let options: Vec<_> =
        Route::ALL.iter().map(|route| (*route, route.shown(screen.lang).to_owned())).collect();
    choose(screen, words::med::how_taken(screen.lang), &options, |typed| choice::route(typed).ok())
}

/// Says what the study remarks on. A weekly medication that would be taken more often needs a clear yes.
pub(super) fn remark(
    talk: &mut Dialogue<'_, '_>,
    change: &MedicationChange,
    yes: bool,
) -> Result<Vec<String>, Failure> {
    let of = ChangeRemarks::of(talk.session.diary.study(), change);
    let mut said = Vec::with_capacity(of.remarks.len());
    for remark in &of.remarks {
        let message = remark.message(talk.screen.lang);
        if *remark == Remark::WeeklyOnly {
            let caution = of.caution.as_ref().map(|text| text.get(talk.screen.lang)).unwrap_or_default();
            let text = format!("{message}\n{caution}");
            talk.screen.alarm(words::alerts::check_again(talk.screen.lang), &text)?;
        } else {
            talk.screen.say(&message)?;
        }
        said.push(message);
    }
    if let Some(dose) = &change.dose {
        unusual(talk, &change.medication, dose, &[], yes)?;
    }
    if yes || !of.must_be_confirmed() {
        return Ok(said);
    }
    if talk.screen.may_ask() && talk.screen.confirm(words::med::really_taken_so(talk.screen.lang))? {
        return Ok(said);
    }
    Err(InputError::Confirm.into())
}
