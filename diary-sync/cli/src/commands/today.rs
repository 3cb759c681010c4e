//! `diary today`: what is to be done now, what still can be done, what comes later, what is done.

use diary_core::diary::{DiaryError, Today, TodayItem};
use diary_core::entry::MedicationRef;
use diary_core::store::{DraftPlace, Obstacle};
use diary_core::study::Prompt;
use diary_core::text::shown;
use diary_core::time::{DiaryDay, UtcMillis};
use diary_view::connection::{self as view, LastTrouble};
use diary_view::day::{DayView, is_due};
use diary_view::dose::{PlannedDose, Statement, planned};
use diary_view::names;
use diary_view::other_devices::Scope;
use serde_json::{Value, json};

use super::Done;
use super::dose::named;
use crate::alerts;
use crate::connection;
use crate::doubts;
use crate::failure::Failure;
use crate::other_devices;
use crate::screen::Screen;
use crate::session::{Dialogue, Session};
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>) -> Result<Done, Failure> {
    let tap = talk.session.tap(talk.screen);
    let writable = talk.session.diary.store().reading_only().is_none()
        && noted(talk.screen, talk.session.diary.check_missed(&tap))?.is_some();
    if writable {
        connection::seal_due(talk)?;
    }
    let today = talk.session.diary.today(tap.now, tap.zone)?;
    let title = talk.session.diary.study().title(talk.screen.lang).to_owned();
    talk.screen.say(&title)?;
    talk.screen.say(&words::today::day(today.day, talk.screen.lang))?;
    let doubts = if writable { doubts::tell(talk)? } else { json!([]) };
    let alerts = alerts::show_unread(talk)?;
    show(talk, &today.items, &DayView::of(&today))?;
    let unsent = talk.session.diary.store().days_not_received()?.len();
    talk.screen.blank()?;
    let state = view::of(&talk.session.diary)?;
    if state.only_here > 0 {
        talk.screen.say(&words::common::unsent(talk.screen.lang, unsent))?;
    }
    for line in words::standing::lines(&state, talk.screen.lang) {
        talk.screen.say(&line)?;
    }
    let trouble = talk.session.diary.store().conversation()?.trouble;
    if let Some(LastTrouble::NeedsStudyTeam(trouble)) = trouble.as_deref().map(view::last_trouble) {
        talk.screen.say(&words::trouble::message(&trouble, talk.screen.lang))?;
    }
    let phones = other_devices::tell(talk, Scope::News)?;
    alerts::notice(talk)?;
    let notice = alerts::notice_text(talk)?;
    let mut document = document(talk.session, &today, unsent, alerts, &notice);
    document["phones"] = phones;
    document["doubts"] = doubts;
    document["switched_off"] = json!(today.switched_off.map(|off| off.at.to_string()));
    document["trouble"] = json!(trouble);
    document["connection"] = connection::state_document(&state);
    Ok(Done::ok(document))
}

/// The value of a step that writes; `None`, with a warning, where the disk cannot be written: the day is shown all the
/// same.
fn noted<T>(screen: &mut Screen<'_>, outcome: Result<T, DiaryError>) -> Result<Option<T>, Failure> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(DiaryError::Store(error)) if error.is_of_writing() => {
            let why = error.obstacle().unwrap_or(Obstacle::Other);
            let told = words::common::only_reading(why, screen.lang);
            screen.warn(told)?;
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn show(talk: &mut Dialogue<'_, '_>, items: &[TodayItem], view: &DayView) -> Result<(), Failure> {
    let lang = talk.screen.lang;
    if let Some((how, last)) = view.ended {
        talk.screen.blank()?;
        talk.screen.say(&words::today::ended(how, last, lang))?;
    }
    if let Some(off) = view.switched_off {
        let at = words::when::moment(off.at, talk.screen.env.zone, lang);
        talk.screen.blank()?;
        talk.screen.say(&words::today::switched_off(&at, off.set_aside, lang))?;
    }
    let plan = talk.session.diary.plan(talk.screen.env.zone)?;
    let doses = planned(items, &plan.course.regimen);
    for section in &view.sections {
        talk.screen.blank()?;
        talk.screen.say(words::today::heading(section.kind, lang))?;
        for item in &section.items {
            show_item(talk, item, (&doses, view.day))?;
        }
    }
    drafts(talk, &view.other_drafts)?;
    let study = talk.session.diary.study();
    if !view.reported.is_empty() {
        talk.screen.blank()?;
        talk.screen.say(words::today::reported_heading(lang))?;
    }
    for one in &view.reported {
        talk.screen.say_behind("  ", &words::of(study, lang).reported_line(one))?;
        talk.screen.say_behind("      ", &extra_command(&one.medication))?;
    }
    if !view.as_needed.is_empty() {
        talk.screen.blank()?;
        talk.screen.say(words::today::as_needed(lang))?;
    }
    for line in &view.as_needed {
        let text = words::of(study, lang).medication(&line.of.medication);
        let amount = words::describe::amount(&line.of.amount, lang);
        talk.screen.say_behind("  ", &format!("{text} {amount}"))?;
        talk.screen.say_behind("      ", &extra_command(&line.of.medication))?;
    }
    Ok(())
}

/// One prompt, with the command that answers it below.
pub(super) fn show_item(
    talk: &mut Dialogue<'_, '_>,
    item: &TodayItem,
    (doses, today): (&[PlannedDose], DiaryDay),
) -> Result<(), Failure> {
    let line =
        words::of(talk.session.diary.study(), talk.screen.lang).prompt_line(item, talk.screen.env.zone);
    talk.screen.say_behind("  ", &line)?;
    if let Some(command) = command(item, doses, today, talk.screen.env.clock.now()) {
        talk.screen.say_behind("      ", &command)?;
    }
    Ok(())
}

fn extra_command(medication: &MedicationRef) -> String {
    format!("diary dose extra {}", shown(names::short(medication)))
}

/// The command that answers a prompt, where it can be answered now.
fn command(item: &TodayItem, doses: &[PlannedDose], today: DiaryDay, now: UtcMillis) -> Option<String> {
    match doses.iter().find(|dose| dose.is(item)) {
        Some(dose) if is_due(item) => Some(named::command(dose, Statement::Taken, doses, (today, now))),
        Some(_) => None,
        None => words::today::command(item, today),
    }
}

/// Drafts of places that are not on the list above.
fn drafts(talk: &mut Dialogue<'_, '_>, drafts: &[DraftPlace]) -> Result<(), Failure> {
    if !drafts.is_empty() {
        talk.screen.blank()?;
        talk.screen.say(words::today::drafts(talk.screen.lang))?;
    }
    for place in drafts {
        let line = words::of(talk.session.diary.study(), talk.screen.lang).draft_line(place);
        talk.screen.say_behind("  ", &line)?;
        talk.screen.say_behind("      ", &words::log::command(place))?;
    }
    Ok(())
}

fn document(session: &Session, today: &Today, unsent: usize, alerts: Value, notice: &str) -> Value {
    let items: Vec<Value> = today.items.iter().map(item).collect();
    let as_needed: Vec<Value> = today
        .as_needed
        .iter()
        .map(|line| json!({ "line": line.line, "medication": line.of.medication, "amount": line.of.amount }))
        .collect();
    let drafts: Vec<Value> = today
        .drafts
        .iter()
        .map(|place| json!({ "instrument": place.instrument, "slot": place.slot, "day": place.day }))
        .collect();
    json!({
        "day": today.day,
        "items": items,
        "as_needed": as_needed,
        "drafts": drafts,
        "reported": today.reported.iter().map(|one| json!({
            "medication": one.medication, "kind": one.kind, "from": one.from, "dose": one.dose, "frequency": one.frequency,
        })).collect::<Vec<_>>(),
        "ended": today.ended.map(|(how, last)| json!({ "how": how.code(), "last": last })),
        "unscheduled": today.unscheduled,
        "unsent_days": unsent,
        "pending": session.diary.certificate().ok().flatten().is_none(),
        "alerts": alerts,
        "notice": notice,
    })
}

/// One prompt, for scripts.
pub(super) fn item(item: &TodayItem) -> Value {
    let at = &item.occurrence;
    let prompt = match &at.prompt {
        Prompt::Instrument(instrument) => json!({ "instrument": instrument }),
        Prompt::Dose { medication, form, amount, route, time, reported } => json!({
            "dose": { "medication": medication, "form": form, "amount": amount, "route": route, "time": time,
                      "reported_by_you": reported }
        }),
    };
    json!({
        "day": at.day,
        "slot": at.slot,
        "prompt": prompt,
        "state": words::today::state_code(item.state),
        "opens": at.opens.to_string(),
        "due": at.due.to_string(),
        "closes": at.closes.to_string(),
        "late_until": at.late_until.to_string(),
        "entry": item.entry,
        "draft": item.draft,
    })
}
