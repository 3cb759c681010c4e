//! `diary alerts`: the instructions that were shown, the last first, and whom to call. They stay readable.

use diary_core::diary::Instruction;
use diary_core::time::DAY_MS;
use diary_view::alerts::LISTED_DAYS;
use serde_json::{Value, json};

use super::Done;
use crate::alerts;
use crate::failure::{Failure, InputError};
use crate::input;
use crate::screen::Screen;
use crate::session::Dialogue;
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>, days: Option<&str>) -> Result<Done, Failure> {
    let days = match days {
        None => Some(LISTED_DAYS),
        Some(text) if words::is_typed(text, words::typed::all) => None,
        Some(text) => Some(input::days(text).ok_or(InputError::Days)?),
    };
    let now = talk.screen.env.clock.now();
    let listed =
        talk.session.diary.instructions(days.map(|days| now.plus_ms(-days.saturating_mul(DAY_MS))))?;
    if listed.is_empty() {
        talk.screen.say(&words::alerts::none(days, talk.screen.lang))?;
    }
    for one in &listed {
        show(talk.screen, one)?;
    }
    alerts::notice(talk)?;
    let documents: Vec<Value> = listed.iter().map(document).collect();
    Ok(Done::ok(json!({ "alerts": documents, "notice": alerts::notice_text(talk)? })))
}

fn show(screen: &mut Screen<'_>, one: &Instruction) -> Result<(), Failure> {
    let (zone, lang) = (screen.env.zone, screen.lang);
    let title = one.title.as_ref().map_or(one.rule.as_str(), |title| title.get(lang));
    let at = words::when::moment(one.at.utc, zone, lang);
    let read = one.acknowledged.map(|at| words::when::moment(at, zone, lang));
    let head = words::alerts::listed(one.severity, title, &at, read.as_deref(), lang);
    screen.say(&head)?;
    screen.say_behind("  ", &one.shown)?;
    screen.blank()?;
    Ok(())
}

fn document(one: &Instruction) -> Value {
    json!({
        "entry": one.entry, "rule": one.rule, "severity": one.severity, "instruction": one.shown,
        "at": one.at.utc.to_string(), "acknowledged": one.acknowledged.map(|at| at.to_string()),
    })
}
