//! `diary today`: what is to be done now, what still can be done, what comes later, what is done.

use diary_core::diary::{DiaryError, Today, TodayItem};
use diary_core::entry::Slot;
use diary_core::store::{DraftPlace, Obstacle};
use diary_core::study::{Prompt, SlotState};
use diary_core::text::shown;
use diary_core::time::{DiaryDay, UtcMillis};
use diary_sync::Trouble;
use serde_json::{Value, json};

use super::Done;
use super::dose::planned::{self, Planned, Verb};
use crate::alerts;
use crate::connection;
use crate::doubts;
use crate::failure::Failure;
use crate::phones;
use crate::screen::Screen;
use crate::session::Session;
use crate::standing;
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
    show(screen, session, &today)?;
    let unsent = session.diary.store().days_not_received()?.len();
    screen.blank()?;
    let standing = standing::of(session)?;
    if standing.only_here > 0 {
        screen.say(&words::common::unsent(unsent, screen.lang))?;
    }
    for line in words::standing::lines(&standing, screen.lang) {
        screen.say(&line)?;
    }
    let trouble = session.diary.store().conversation()?.trouble;
    if let Some(trouble) = trouble.as_deref().and_then(Trouble::to_be_told) {
        screen.say(&trouble.message(screen.lang))?;
    }
    let phones = phones::tell(screen, session, phones::Which::News)?;
    alerts::notice(screen, session)?;
    let notice = alerts::notice_text(screen, session)?;
    let mut document = document(session, &today, unsent, alerts, &notice);
    document["phones"] = phones;
    document["doubts"] = doubts;
    document["switched_off"] = json!(today.switched_off.map(|off| off.at.to_string()));
    document["trouble"] = json!(trouble);
    document["connection"] = standing::document(&standing);
    Ok(Done::ok(document))
}

/// What was noted; nothing where the disk does not let anything be noted, which is said: what is there is shown all the
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

fn show(screen: &mut Screen<'_>, session: &Session, today: &Today) -> Result<(), Failure> {
    let in_state = |states: &[SlotState]| {
        today.items.iter().filter(|item| states.contains(&item.state)).collect::<Vec<&TodayItem>>()
    };
    if let Some((how, last)) = today.ended {
        let ended = words::today::ended(how, last, screen.lang);
        screen.blank()?;
        screen.say(&ended)?;
    }
    if let Some(off) = today.switched_off {
        let at = words::when::moment(off.at, screen.env.zone, screen.lang);
        screen.blank()?;
        screen.say(&words::today::switched_off(&at, off.set_aside, screen.lang))?;
    }
    let plan = session.diary.plan(screen.env.zone)?;
    let doses = planned::all(&today.items, &plan.course.regimen);
    let parts = [
        (words::today::now(screen.lang), in_state(&[SlotState::Open])),
        (words::today::late(screen.lang), in_state(&[SlotState::Late])),
        (words::today::later(screen.lang), in_state(&[SlotState::Upcoming])),
        (words::today::missed(screen.lang), in_state(&[SlotState::Missed, SlotState::NotAsked])),
        (words::today::done(screen.lang), in_state(&[SlotState::Answered])),
    ];
    for (heading, items) in parts {
        if !items.is_empty() {
            screen.blank()?;
            screen.say(heading)?;
        }
        for item in items {
            let line = words::today::line(session.diary.study(), item, screen.env.zone, screen.lang);
            screen.say_behind("  ", &line)?;
            if let Some(command) = command(item, &doses, today.day, screen.env.clock.now()) {
                screen.say_behind("      ", &command)?;
            }
        }
    }
    drafts(screen, session, today)?;
    if !today.reported.is_empty() {
        screen.blank()?;
        screen.say(words::today::reported(screen.lang))?;
    }
    for one in &today.reported {
        let line = words::today::reported_line(session.diary.study(), one, screen.lang);
        screen.say_behind("  ", &line)?;
        let name = one.medication.code.as_ref().map_or(one.medication.name.as_str(), |code| code.as_str());
        let name = shown(name);
        screen.say_behind("      ", &format!("diary dose extra {name}"))?;
    }
    if !today.as_needed.is_empty() {
        screen.blank()?;
        screen.say(words::today::as_needed(screen.lang))?;
    }
    for line in &today.as_needed {
        let study = session.diary.study();
        let text = words::describe::medication(study, &line.of.medication, screen.lang);
        let amount = words::describe::amount(&line.of.amount, screen.lang);
        screen.say_behind("  ", &format!("{text} {amount}"))?;
        let name =
            line.of.medication.code.as_ref().map_or(line.of.medication.name.as_str(), |code| code.as_str());
        let name = shown(name);
        screen.say_behind("      ", &format!("diary dose extra {name}"))?;
    }
    Ok(())
}

/// The command that answers a prompt, where it can be answered now.
pub(super) fn command(
    item: &TodayItem,
    doses: &[Planned],
    today: DiaryDay,
    now: UtcMillis,
) -> Option<String> {
    match doses.iter().find(|dose| dose.is(item)) {
        Some(dose) if words::today::is_due(item) => Some(dose.command(Verb::Take, doses, today, now)),
        Some(_) => None,
        None => words::today::command(item, today),
    }
}

/// Drafts of places that are not on the list above: outside the schedule, or of an earlier day.
fn drafts(screen: &mut Screen<'_>, session: &Session, today: &Today) -> Result<(), Failure> {
    let listed = |place: &&DraftPlace| {
        let slot = place.slot.clone().map(Slot::Scheduled);
        today
            .items
            .iter()
            .any(|item| item.occurrence.day == place.day && Some(&item.occurrence.slot) == slot.as_ref())
    };
    let other: Vec<&DraftPlace> = today.drafts.iter().filter(|place| !listed(place)).collect();
    if !other.is_empty() {
        screen.blank()?;
        screen.say(words::today::drafts(screen.lang))?;
    }
    for place in other {
        let line = words::today::draft(session.diary.study(), place, screen.lang);
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
        "pending": session.diary.device().certificate.is_none(),
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
