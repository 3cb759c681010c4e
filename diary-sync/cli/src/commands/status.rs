//! `diary status`: how far the entries of each day got, and how the conversation with the hospital stands.

use diary_core::store::{DayState, Wedged};
use diary_core::time::DiaryDay;
use serde_json::{Value, json};

use super::Done;
use crate::failure::{Failure, Refusal};
use crate::input;
use crate::phones;
use crate::screen::Screen;
use crate::session::Session;
use crate::standing::{self, Connection, Standing};
use crate::terminal::Table;
use crate::words;
use crate::words::status::Progress;

/// Days shown unless told otherwise.
const DAYS: i64 = 14;

/// Runs it.
pub(super) fn run(screen: &mut Screen<'_>, session: &Session, days: Option<&str>) -> Result<Done, Failure> {
    let days = days.map(|text| input::days(text).ok_or(Refusal::Days)).transpose()?.unwrap_or(DAYS);
    let today = session.today(screen);
    let from = today.plus_days(1 - days).max(session.diary.device().first_day.min(today));
    let unsent = session.diary.store().days_not_received()?;
    // A day that still is only here is shown however old it is.
    let oldest = unsent.first().copied().unwrap_or(from).min(from);
    let states = session.diary.days(oldest, today)?;
    let shown: Vec<_> = states.iter().filter(|(day, _)| *day >= from || unsent.contains(day)).collect();
    let mut table = Table::new(&words::status::headings(screen.lang));
    let mut documents = Vec::new();
    for (day, state) in &shown {
        let progress = progress(state);
        let at = state.received_at.map(|at| words::when::short(at, screen.env.zone));
        table.row(vec![
            words::when::day(*day, screen.lang),
            state.made.to_string(),
            state.sent.to_string(),
            state.received.to_string(),
            state.merged.to_string(),
            words::status::progress(progress, at.as_deref(), screen.lang),
        ]);
        documents.push(day_document(*day, state, progress));
    }
    if table.columns() <= screen.width() {
        screen.table(&table)?;
    } else {
        narrow(screen, &shown)?;
    }
    screen.blank()?;
    let connection = told(screen, session, unsent.len())?;
    let phones = phones::tell(screen, session, phones::Which::Every)?;
    Ok(Done::ok(json!({
        "days": documents, "unsent_days": unsent.len(), "entries_waiting": session.diary.store().not_received()?,
        "connection": connection, "phones": phones,
    })))
}

/// The table's lines for a narrow terminal: a day and how far it got.
fn narrow(screen: &mut Screen<'_>, shown: &[&(DiaryDay, DayState)]) -> Result<(), Failure> {
    for (day, state) in shown {
        let at = state.received_at.map(|at| words::when::short(at, screen.env.zone));
        let how_far = words::status::progress(progress(state), at.as_deref(), screen.lang);
        let counts = words::status::counts(state, screen.lang);
        let head = format!("{}  ", words::when::day(*day, screen.lang));
        screen.say_behind(&head, &format!("{how_far}{counts}"))?;
    }
    Ok(())
}

/// How far a day got, as one word.
fn progress(state: &DayState) -> Progress {
    if state.made == 0 && state.from_hospital > 0 {
        Progress::FromHospital
    } else if state.made == 0 {
        Progress::Nothing
    } else if state.quarantined > 0 {
        Progress::PutAside
    } else if state.merged == state.made && state.backed_up == state.made {
        Progress::BackedUp
    } else if state.merged == state.made {
        Progress::InTheRecord
    } else if state.received == state.made {
        Progress::Received
    } else if state.sent == state.made {
        Progress::Sent
    } else if state.sent > 0 {
        Progress::PartlySent
    } else {
        Progress::SavedHere
    }
}

fn day_document(day: DiaryDay, state: &DayState, progress: Progress) -> Value {
    json!({
        "day": day, "state": progress.code(), "saved": state.made, "sent": state.sent, "received": state.received,
        "in_record": state.merged, "put_aside": state.quarantined,
        "backed_up": state.backed_up, "from_hospital": state.from_hospital,
        "received_at": state.received_at.map(|at| at.to_string()),
    })
}

/// Says how the conversation stands: pending, not yet connected, or connected; the last contact; what is stuck.
fn told(screen: &mut Screen<'_>, session: &Session, unsent: usize) -> Result<Value, Failure> {
    let device = session.diary.device();
    let (store, lang) = (session.diary.store(), screen.lang);
    let conversation = store.conversation()?;
    let remarks = remarks(session, screen)?;
    let standing = standing::of(session)?;
    let unsent_line = if unsent == 0 {
        words::status::nothing_waits(lang).to_owned()
    } else {
        words::common::unsent(unsent, lang)
    };
    screen.say(&unsent_line)?;
    screen.say(words::status::connection(standing.connection, lang))?;
    if let Some(digits) = &standing.digits {
        screen.digits(digits)?;
        screen.say(words::join::read_digits(lang))?;
    }
    // The digits stand above.
    let rest = Standing { connection: Connection::Connected, ..standing.clone() };
    for line in words::standing::lines(&rest, lang) {
        screen.say(&line)?;
    }
    let last = conversation.pushed.max(conversation.pulled);
    let last_text = last.map(|at| words::when::moment(at, screen.env.zone, lang));
    screen.say(&words::status::last_contact(last_text.as_deref(), lang))?;
    if let Some(code) = &conversation.trouble {
        let told = diary_sync::Trouble::to_be_told(code).map(|trouble| trouble.message(lang));
        screen.say(&told.unwrap_or_else(|| words::status::last_trouble(code, lang)))?;
    }
    for line in &remarks.lines {
        screen.say(line)?;
    }
    Ok(json!({
        "state": standing.connection.code(), "digits": standing.digits, "at_relay": standing.at_relay,
        "set_aside": standing.set_aside, "last_contact": last.map(|at| at.to_string()),
        "trouble": conversation.trouble, "wedged": remarks.wedged.len(), "wedged_entries": remarks.wedged, "revoked": device.revocation.is_some(),
        "lives": remarks.lives, "giving_again": remarks.giving_again, "other_site": conversation.other_site,
    }))
}

/// What is out of the ordinary, in sentences and for scripts.
struct Remarks {
    lines: Vec<String>,
    wedged: Vec<Value>,
    lives: Vec<Value>,
    giving_again: bool,
}

/// What is out of the ordinary: switched off, restored or copied, a server that fell back, entries that are stuck.
fn remarks(session: &Session, screen: &Screen<'_>) -> Result<Remarks, Failure> {
    let (store, lang, zone) = (session.diary.store(), screen.lang, screen.env.zone);
    let mut lines = Vec::new();
    if let Some(site) = &store.conversation()?.other_site {
        lines.push(words::status::other_site(site, lang));
    }
    let past = store.past_lives()?;
    if let Some(last) = past.last() {
        lines.push(words::status::new_life(&words::when::moment(last.ended, zone, lang), lang));
    }
    let giving_again = !store.rechecks()?.is_empty();
    if giving_again {
        lines.push(words::status::giving_again(lang).to_owned());
    }
    let wedged = store.wedged()?;
    if !wedged.is_empty() {
        lines.push(words::status::wedged(wedged.len(), lang));
        let one = |one: &Wedged| words::status::wedged_one(&words::when::day(one.day, lang), &one.code, lang);
        lines.extend(wedged.iter().map(one));
    }
    Ok(Remarks {
        lines,
        wedged: wedged.iter().map(|one| json!({ "day": one.day, "code": one.code })).collect(),
        lives: past.iter().map(|life| json!({ "ended": life.ended.to_string(), "why": life.why })).collect(),
        giving_again,
    })
}
