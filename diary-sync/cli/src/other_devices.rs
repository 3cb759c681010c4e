//! Messages about other phones of the participant, for `diary today` and `diary status`.

use diary_view::other_devices::{self, PhoneState, Scope};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::screen::Screen;
use crate::session::Dialogue;
use crate::words;

/// Says what there is to say.
pub(crate) fn tell(talk: &mut Dialogue<'_, '_>, scope: Scope) -> Result<Value, Failure> {
    let phones = talk.session.diary.other_phones()?;
    for state in other_devices::told(&phones, scope, talk.screen.env.clock.now()) {
        let line = line(talk.screen, state);
        talk.screen.say(&line)?;
    }
    let documents = phones.iter().map(|phone| {
        json!({
            "asked": phone.asked.map(|at| at.to_string()), "approved": phone.approved,
            "added": phone.added.map(|at| at.to_string()), "ended": phone.ended.map(|at| at.to_string()),
        })
    });
    Ok(documents.collect())
}

fn line(screen: &Screen<'_>, state: PhoneState) -> String {
    let (zone, lang) = (screen.env.zone, screen.lang);
    let at = |at| words::when::moment(at, zone, lang);
    match state {
        PhoneState::Removed { at: ended } => words::phones::phone_ended(lang, at(ended)),
        PhoneState::Added { at: added } => words::phones::phone_added(lang, at(added)),
        PhoneState::AwaitsStaff => words::phones::phone_waits(lang).to_owned(),
        PhoneState::Asks { since } => words::phones::phone_asks(lang, at(since)),
    }
}
