//! What is told about other phones of the participant, wherever the diary is looked at.

use diary_core::diary::OtherPhone;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// Days for which a phone that was added stays on the first screen.
const NEWS_DAYS: i64 = 7;

/// How much is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// What waits for an answer, and what was added of late.
    News,
    /// Every phone.
    Every,
}

/// Says what there is to say.
pub(crate) fn tell(screen: &mut Screen<'_>, session: &Session, which: Which) -> Result<Value, Failure> {
    let phones = session.diary.other_phones()?;
    let recent = screen.env.clock.now().plus_ms(-NEWS_DAYS * diary_core::time::DAY_MS);
    for phone in &phones {
        let shown = phone.asks()
            || which == Which::Every
            || phone.added.is_some_and(|at| at > recent) && phone.ended.is_none();
        if let Some(line) = line(screen, phone).filter(|_| shown) {
            screen.say(&line)?;
        }
    }
    let documents = phones.iter().map(|phone| {
        json!({
            "asked": phone.asked.map(|at| at.to_string()), "approved": phone.approved,
            "added": phone.added.map(|at| at.to_string()), "ended": phone.ended.map(|at| at.to_string()),
        })
    });
    Ok(documents.collect())
}

fn line(screen: &Screen<'_>, phone: &OtherPhone) -> Option<String> {
    let (zone, lang) = (screen.env.zone, screen.lang);
    let at = |at| words::when::moment(at, zone, lang);
    match (phone.ended, phone.added, phone.asked) {
        (Some(ended), Some(_), _) => Some(words::phones::ended(&at(ended), lang)),
        (None, Some(added), _) => Some(words::phones::added(&at(added), lang)),
        (None, None, Some(_)) if phone.approved => Some(words::phones::waits(lang).to_owned()),
        (None, None, Some(asked)) => Some(words::phones::asks(&at(asked), lang)),
        (Some(_), None, _) | (None, None, None) => None,
    }
}
