//! `diary withdraw`: takes back an entry that should not have been made. It stays readable, with the reason.

use serde_json::json;

use super::Saved;
use super::correct::{ask_reason, find, last_version};
use crate::failure::{Failure, InputError};
use crate::session::Dialogue;
use crate::words;

/// Runs it.
pub(super) fn run(
    talk: &mut Dialogue<'_, '_>,
    entry: &str,
    reason: Option<String>,
    yes: bool,
) -> Result<Saved, Failure> {
    let (number, past, shown) = find(talk.session, entry)?;
    let study = talk.session.diary.study_of(shown.study_version)?;
    let line = words::of(&study, talk.screen.lang).entry(&shown);
    talk.screen.say_behind(&format!("#{number}  {}  ", shown.day), &line)?;
    if talk.screen.may_ask() && !yes && !talk.screen.confirm(words::correct::withdraw_it(talk.screen.lang))? {
        return Err(InputError::BrokenOff.into());
    }
    let reason = match reason {
        Some(reason) => reason,
        None => ask_reason(talk.screen, words::correct::why_withdrawn(talk.screen.lang))?,
    };
    let tap = talk.session.tap(talk.screen);
    talk.session.diary.withdraw(past.entry, &reason, &tap)?;
    let withdrawn = words::correct::entry_withdrawn(talk.screen.lang, number);
    talk.screen.say(&withdrawn)?;
    let revision = last_version(talk.session, past.entry)?;
    Ok(Saved::yes(json!({ "entry": past.entry, "number": number, "withdrawn": line, "revision": revision })))
}
