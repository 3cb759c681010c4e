//! `diary withdraw`: takes back an entry that should not have been made. It stays readable, with the reason.

use serde_json::json;

use super::Saved;
use super::correct::{ask_reason, find, last_version};
use crate::failure::{Failure, InputError};
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// Runs it.
pub(super) fn run(
    screen: &mut Screen<'_>,
    session: &mut Session,
    entry: &str,
    reason: Option<String>,
    yes: bool,
) -> Result<Saved, Failure> {
    let (number, past, shown) = find(session, entry)?;
    let study = session.diary.study_of(shown.study_version)?;
    let line = words::of(&study, screen.lang).entry(&shown);
    screen.say_behind(&format!("#{number}  {}  ", shown.day), &line)?;
    if screen.may_ask() && !yes && !screen.confirm(words::correct::withdraw_it(screen.lang))? {
        return Err(InputError::BrokenOff.into());
    }
    let reason = match reason {
        Some(reason) => reason,
        None => ask_reason(screen, words::correct::why_withdrawn(screen.lang))?,
    };
    let tap = session.tap(screen);
    session.diary.withdraw(past.entry, &reason, &tap)?;
    let withdrawn = words::correct::entry_withdrawn(screen.lang, number);
    screen.say(&withdrawn)?;
    let revision = last_version(session, past.entry)?;
    Ok(Saved::yes(json!({ "entry": past.entry, "number": number, "withdrawn": line, "revision": revision })))
}
