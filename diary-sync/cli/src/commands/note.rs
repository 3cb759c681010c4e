//! `diary note`: something in the participant's own words.

use diary_core::entry::{Content, Note};
use serde_json::json;

use super::Saved;
use crate::failure::{Failure, InputError};
use crate::session::Dialogue;
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>, text: Option<String>) -> Result<Saved, Failure> {
    let text = match text.as_deref() {
        Some("-") => String::from_utf8(talk.screen.read_rest()?).map_err(|_| InputError::Words)?,
        Some(text) => text.to_owned(),
        None if talk.screen.may_ask() => {
            talk.screen.ask(words::note::your_words(talk.screen.lang))?.ok_or(InputError::BrokenOff)?
        }
        None => return Err(InputError::Words.into()),
    };
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(InputError::Words.into());
    }
    let tap = talk.session.tap(talk.screen);
    let entry = talk.session.diary.record(Content::Note(Note { text }), None, None, None, &tap)?.entry;
    let number = talk.session.number_of(entry)?;
    let noted = words::note::noted_as(talk.screen.lang, number);
    talk.screen.say(&noted)?;
    Ok(Saved::yes(json!({ "entry": entry, "number": number })))
}
