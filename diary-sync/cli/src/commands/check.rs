//! `diary check`: reads every page of the diary's file and says whether it is whole. Changes nothing.

use diary_view::history;
use serde_json::json;

use super::Done;
use crate::failure::Failure;
use crate::session::Dialogue;
use crate::words;

/// Runs it.
pub(super) fn run(talk: &mut Dialogue<'_, '_>) -> Result<Done, Failure> {
    let store = talk.session.diary.store();
    store.check_integrity()?;
    talk.session.diary.bundle()?;
    talk.session.diary.certificate()?;
    let entries = history::numbered(&talk.session.diary)?.len();
    talk.screen.say(&words::common::file_whole(talk.screen.lang, entries))?;
    Ok(Done::ok(json!({ "whole": true, "entries": entries })))
}
