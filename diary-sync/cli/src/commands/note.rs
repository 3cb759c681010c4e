//! `diary note`: something in the participant's own words.

use diary_core::entry::{Content, Note};
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
    text: Option<String>,
) -> Result<Saved, Failure> {
    let text = match text.as_deref() {
        Some("-") => String::from_utf8(screen.read_rest()?).map_err(|_| InputError::Words)?,
        Some(text) => text.to_owned(),
        None if screen.may_ask() => {
            screen.ask(words::note::your_words(screen.lang))?.ok_or(InputError::BrokenOff)?
        }
        None => return Err(InputError::Words.into()),
    };
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(InputError::Words.into());
    }
    let tap = session.tap(screen);
    let entry = session.diary.record(Content::Note(Note { text }), None, None, None, &tap)?.entry;
    let number = session.number_of(entry)?;
    let noted = words::note::noted_as(screen.lang, number);
    screen.say(&noted)?;
    Ok(Saved::yes(json!({ "entry": entry, "number": number })))
}
