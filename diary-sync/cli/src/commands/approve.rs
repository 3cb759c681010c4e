//! `diary approve`: lets another phone use this diary, by the six digits that it shows. Staff still confirm it.

use diary_core::keys::ShortAuthString;
use serde_json::json;

use super::Saved;
use crate::failure::{Failure, InputError};
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// Runs it.
pub(super) fn run(
    screen: &mut Screen<'_>,
    session: &mut Session,
    digits: Option<String>,
) -> Result<Saved, Failure> {
    let typed = match digits {
        Some(typed) => Some(typed),
        None if screen.may_ask() => screen.ask(words::phones::digits_prompt(screen.lang))?,
        None => None,
    };
    let digits: ShortAuthString =
        typed.and_then(|typed| typed.trim().parse().ok()).ok_or(InputError::PhoneDigits)?;
    let tap = session.tap(screen);
    let entry = session.diary.approve(digits, &tap)?;
    screen.say(words::phones::approval_saved(screen.lang))?;
    Ok(Saved::yes(json!({ "entry": entry })))
}
