//! `diary status`: how far the entries of each day got, and how the conversation with the hospital stands.

use diary_core::store::StuckRevision;
use diary_view::connection::{self, ConnectionHistory, LastTrouble};
use diary_view::delivery::{self, DayDelivery};
use diary_view::other_devices::Scope;
use serde_json::{Value, json};

use super::Done;
use crate::failure::{Failure, InputError};
use crate::input;
use crate::other_devices;
use crate::screen::Screen;
use crate::session::Dialogue;
use crate::terminal::TextTable;
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>, days: Option<&str>) -> Result<Done, Failure> {
    let days =
        days.map(|text| input::days(text).ok_or(InputError::Days)).transpose()?.unwrap_or(delivery::DAYS);
    let today = talk.session.today(talk.screen);
    let unsent = talk.session.diary.store().days_not_received()?;
    let shown = delivery::days(&talk.session.diary, today, days)?;
    let mut table = TextTable::new(&words::status::headings(talk.screen.lang));
    for DayDelivery { day, state, progress } in &shown {
        let at = state.received_at.map(|at| words::when::short(at, talk.screen.env.zone));
        table.row(vec![
            words::when::day(*day, talk.screen.lang),
            state.made.to_string(),
            state.sent.to_string(),
            state.received.to_string(),
            state.merged.to_string(),
            words::status::progress(*progress, at.as_deref(), talk.screen.lang),
        ]);
    }
    let documents: Vec<Value> = shown.iter().map(day_document).collect();
    if table.columns() <= talk.screen.width() {
        talk.screen.table(&table)?;
    } else {
        narrow(talk.screen, &shown)?;
    }
    talk.screen.blank()?;
    let connection = told(talk, unsent.len())?;
    let phones = other_devices::tell(talk, Scope::Every)?;
    Ok(Done::ok(json!({
        "days": documents, "unsent_days": unsent.len(), "entries_waiting": talk.session.diary.store().not_received()?,
        "connection": connection, "phones": phones,
    })))
}

/// The table's lines for a narrow terminal: a day and how far it got.
fn narrow(screen: &mut Screen<'_>, shown: &[DayDelivery]) -> Result<(), Failure> {
    for DayDelivery { day, state, progress } in shown {
        let at = state.received_at.map(|at| words::when::short(at, screen.env.zone));
        let how_far = words::status::progress(*progress, at.as_deref(), screen.lang);
        let counts = words::status::counts(state, screen.lang);
        let head = format!("{}  ", words::when::day(*day, screen.lang));
        screen.say_behind(&head, &format!("{how_far}{counts}"))?;
    }
    Ok(())
}

fn day_document(of: &DayDelivery) -> Value {
    let DayDelivery { day, state, progress } = of;
    json!({
        "day": day, "state": progress.code(), "saved": state.made, "sent": state.sent, "received": state.received,
        "in_record": state.merged, "put_aside": state.quarantined,
        "backed_up": state.backed_up, "from_hospital": state.from_hospital,
        "received_at": state.received_at.map(|at| at.to_string()),
    })
}

/// Says how the conversation stands: pending, not yet connected, or connected; the last contact; what is stuck.
fn told(talk: &mut Dialogue<'_, '_>, unsent: usize) -> Result<Value, Failure> {
    let device = talk.session.diary.device();
    let (store, lang) = (talk.session.diary.store(), talk.screen.lang);
    let history = ConnectionHistory::of(&talk.session.diary)?;
    let state = connection::of(&talk.session.diary)?;
    let unsent_line = if unsent == 0 {
        words::status::nothing_waits(lang).to_owned()
    } else {
        words::common::unsent(lang, unsent)
    };
    talk.screen.say(&unsent_line)?;
    talk.screen.say(words::status::connection(state.connection, lang))?;
    if let Some(digits) = &state.digits {
        talk.screen.digits(digits)?;
        talk.screen.say(words::join::read_digits(lang))?;
    }
    for remark in state.away() {
        talk.screen.say(&words::standing::line(&remark, lang))?;
    }
    let last = history.last_contact.map(|at| words::when::moment(at, talk.screen.env.zone, lang));
    talk.screen.say(&words::status::last_contact(last.as_deref(), lang))?;
    match &history.trouble {
        Some(LastTrouble::NeedsStudyTeam(trouble)) => {
            talk.screen.say(&words::trouble::message(trouble, lang))?;
        }
        Some(LastTrouble::Passing(code)) => talk.screen.say(&words::status::last_trouble(code, lang))?,
        None => {}
    }
    remarks(talk.screen, &history)?;
    let stuck = history.stuck.iter().map(|one| json!({ "day": one.day, "code": one.code }));
    let incarnations = history
        .past_incarnations
        .iter()
        .map(|incarnation| json!({ "ended": incarnation.ended.to_string(), "why": incarnation.why }));
    Ok(json!({
        "state": state.connection.code(), "digits": state.digits, "at_relay": state.at_relay,
        "set_aside": state.set_aside, "last_contact": history.last_contact.map(|at| at.to_string()),
        "trouble": store.conversation()?.trouble, "stuck": history.stuck.len(),
        "stuck_entries": stuck.collect::<Vec<Value>>(), "revoked": device.revocation.is_some(),
        "incarnations": incarnations.collect::<Vec<Value>>(), "giving_again": history.sending_again,
        "other_site": history.other_site,
    }))
}

/// Says what is out of the ordinary: another site, restored or copied, a server that fell back, entries that are stuck.
fn remarks(screen: &mut Screen<'_>, history: &ConnectionHistory) -> Result<(), Failure> {
    let (lang, zone) = (screen.lang, screen.env.zone);
    if let Some(site) = &history.other_site {
        screen.say(&words::status::other_site(lang, site))?;
    }
    if let Some(ended) = history.restored() {
        screen.say(&words::status::new_incarnation(lang, words::when::moment(ended, zone, lang)))?;
    }
    if history.sending_again {
        screen.say(words::status::giving_again(lang))?;
    }
    if !history.stuck.is_empty() {
        screen.say(&words::status::entries_stuck(lang, history.stuck.len()))?;
    }
    for StuckRevision { day, code, .. } in &history.stuck {
        screen.say(&words::status::stuck_one(&words::when::day(*day, lang), code, lang))?;
    }
    Ok(())
}
