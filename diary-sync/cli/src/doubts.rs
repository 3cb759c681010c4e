//! Says once what is doubtful about this phone: another zone than the site's, a clock that is far off.

use diary_core::diary::PhoneDoubt;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::screen::Screen;
use crate::session::Session;
use crate::words;

/// Tells what was not told yet.
pub(crate) fn tell(screen: &mut Screen<'_>, session: &mut Session) -> Result<Value, Failure> {
    let zone = screen.env.zone;
    let doubts = session.diary.new_doubts(screen.env.clock.now(), zone)?;
    for doubt in &doubts {
        let line = words::doubts::line(doubt, zone, screen.lang);
        screen.say(&line)?;
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
