//! `diary check`: reads every page of the diary's file and says whether it is whole. Changes nothing.

use diary_view::history;
use serde_json::json;

use super::Done;
use crate::failure::Failure;
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// Runs it.
pub(super) fn run(screen: &mut Screen<'_>, session: &Session) -> Result<Done, Failure> {
    let store = session.diary.store();
    store.check_integrity()?;
    session.diary.bundle()?;
    session.diary.certificate()?;
    let entries = history::numbered(&session.diary)?.len();
    screen.say(&words::common::file_whole(screen.lang, entries))?;
    Ok(Done::ok(json!({ "whole": true, "entries": entries })))
}
