//! `diary approve`: lets another phone use this diary, by the six digits that it shows. Staff still confirm it.

use diary_core::keys::ShortAuthString;
use serde_json::json;

use super::Saved;
use crate::failure::{Failure, InputError};
use crate::session::Dialogue;
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>, digits: Option<String>) -> Result<Saved, Failure> {
    let typed = match digits {
        Some(typed) => Some(typed),
        None if talk.screen.may_ask() => talk.screen.ask(words::phones::digits_prompt(talk.screen.lang))?,
        None => None,
    };
    let digits: ShortAuthString =
        typed.and_then(|typed| typed.trim().parse().ok()).ok_or(InputError::PhoneDigits)?;
    let tap = talk.session.tap(talk.screen);
    let entry = talk.session.diary.approve(digits, &tap)?;
    talk.screen.say(words::phones::approval_saved(talk.screen.lang))?;
    Ok(Saved::yes(json!({ "entry": entry })))
}
