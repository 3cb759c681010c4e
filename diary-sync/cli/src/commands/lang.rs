//! `diary lang`: the language of this diary, also of messages before it is unlocked.

use serde_json::json;

use super::Done;
use crate::failure::{Failure, InputError};
use crate::screen::Screen;
use crate::session::Session;
use crate::settings::Settings;
use crate::words;

/// Runs it.
pub(super) fn run(screen: &mut Screen<'_>, mut session: Session, language: &str) -> Result<Done, Failure> {
    let lang = diary_core::words::named(language).map_err(|_| InputError::Language)?;
    session.diary.set_lang(lang)?;
    Settings { lang: Some(lang), ..session.settings.clone() }.write(&session.home)?;
    screen.lang = lang;
    screen.say(words::common::language_set(lang))?;
    Ok(Done::ok(json!({ "lang": lang })))
}
