//! Says once what is doubtful about this phone: another zone than the site's, a clock that is far off.

use diary_core::diary::PhoneDoubt;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::session::Dialogue;
use crate::words;

/// Tells what was not told yet.
pub(crate) fn tell(talk: &mut Dialogue<'_, '_>) -> Result<Value, Failure> {
    let zone = talk.screen.env.zone;
    let doubts = talk.session.diary.new_doubts(talk.screen.env.clock.now(), zone)?;
    for doubt in &doubts {
        let line = words::doubts::line(doubt, zone, talk.screen.lang);
        talk.screen.say(&line)?;
    }
    Ok(doubts.iter().map(document).collect())
}

fn document(doubt: &PhoneDoubt) -> Value {
    match doubt {
        PhoneDoubt::Zone { phone, site } => {
            json!({ "kind": "zone", "phone": phone.to_string(), "site": site.to_string() })
        }
        PhoneDoubt::Off { minutes, ahead } => {
            json!({ "kind": "clock", "minutes": minutes, "ahead": ahead })
        }
        PhoneDoubt::Back { last } => json!({ "kind": "clock-back", "last_entry": last.to_string() }),
    }
}
