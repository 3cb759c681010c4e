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
use crate::session::Session;
use crate::words;

/// Runs it.
pub(super) fn run(screen: &mut Screen<'_>, session: &mut Session) -> Result<Done, Failure> {
    let tap = session.tap(screen);
    let writable = session.diary.store().reading_only().is_none()
        && noted(screen, session.diary.check_missed(&tap))?.is_some();
    if writable {
        connection::seal_due(screen, session)?;
    }
    let today = session.diary.today(tap.now, tap.zone)?;
    let title = session.diary.study().title(screen.lang).to_owned();
    screen.say(&title)?;
    screen.say(&words::today::day(today.day, screen.lang))?;
    let doubts = if writable { doubts::tell(screen, session)? } else { json!([]) };
    let alerts = alerts::show_unread(screen, session)?;
    show(screen, session, &today.items, &DayView::of(&today))?;
    let unsent = session.diary.store().days_not_received()?.len();
    screen.blank()?;
    let state = view::of(&session.diary)?;
    if state.only_here > 0 {
        screen.say(&words::common::unsent(screen.lang, unsent))?;
    }
    for line in words::standing::lines(&state, screen.lang) {
        screen.say(&line)?;
    }
    let trouble = session.diary.store().conversation()?.trouble;
    if let Some(LastTrouble::NeedsStudyTeam(trouble)) = trouble.as_deref().map(view::last_trouble) {
        screen.say(&words::trouble::message(&trouble, screen.lang))?;
    }
    let phones = other_devices::tell(screen, session, Scope::News)?;
    alerts::notice(screen, session)?;
    let notice = alerts::notice_text(screen, session)?;
    let mut document = document(session, &today, unsent, alerts, &notice);
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

fn show(
    screen: &mut Screen<'_>,
    session: &Session,
    items: &[TodayItem],
    view: &DayView,
) -> Result<(), Failure> {
    let lang = screen.lang;
    if let Some((how, last)) = view.ended {
        screen.blank()?;
        screen.say(&words::today::ended(how, last, lang))?;
    }
    if let Some(off) = view.switched_off {
        let at = words::when::moment(off.at, screen.env.zone, lang);
        screen.blank()?;
        screen.say(&words::today::switched_off(&at, off.set_aside, lang))?;
    }
    let plan = session.diary.plan(screen.env.zone)?;
    let doses = planned(items, &plan.course.regimen);
    for section in &view.sections {
        screen.blank()?;
        screen.say(words::today::heading(section.kind, lang))?;
        for item in &section.items {
            show_item(screen, session, item, (&doses, view.day))?;
        }
    }
    drafts(screen, session, &view.other_drafts)?;
    let study = session.diary.study();
    if !view.reported.is_empty() {
        screen.blank()?;
        screen.say(words::today::reported_heading(lang))?;
    }
    for one in &view.reported {
        screen.say_behind("  ", &words::of(study, lang).reported_line(one))?;
        screen.say_behind("      ", &extra_command(&one.medication))?;
    }
    if !view.as_needed.is_empty() {
        screen.blank()?;
        screen.say(words::today::as_needed(lang))?;
    }
    for line in &view.as_needed {
        let text = words::of(study, lang).medication(&line.of.medication);
        let amount = words::describe::amount(&line.of.amount, lang);
        screen.say_behind("  ", &format!("{text} {amount}"))?;
        screen.say_behind("      ", &extra_command(&line.of.medication))?;
    }
    Ok(())
}

/// One prompt, with the command that answers it below.
pub(super) fn show_item(
    screen: &mut Screen<'_>,
    session: &Session,
    item: &TodayItem,
    (doses, today): (&[PlannedDose], DiaryDay),
) -> Result<(), Failure> {
    let line = words::of(session.diary.study(), screen.lang).prompt_line(item, screen.env.zone);
    screen.say_behind("  ", &line)?;
    if let Some(command) = command(item, doses, today, screen.env.clock.now()) {
        screen.say_behind("      ", &command)?;
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
fn drafts(screen: &mut Screen<'_>, session: &Session, drafts: &[DraftPlace]) -> Result<(), Failure> {
    if !drafts.is_empty() {
        screen.blank()?;
        screen.say(words::today::drafts(screen.lang))?;
    }
    for place in drafts {
        let line = words::of(session.diary.study(), screen.lang).draft_line(place);
        screen.say_behind("  ", &line)?;
        screen.say_behind("      ", &words::log::command(place))?;
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
