//! `diary pin change`: another PIN for the same diary. The recovery secret stays.

use serde_json::json;

use super::Done;
use crate::failure::{Failure, HomeProblem};
use crate::home::Home;
use crate::pin;
use crate::screen::Screen;
use crate::session::enter;
use crate::words;

/// Runs it.
pub(super) fn run(screen: &mut Screen<'_>, home: &Home) -> Result<Done, Failure> {
    let _in_use = enter(screen, home)?;
    let lock = home.lock()?.ok_or(HomeProblem::NotJoined)?;
    let key = pin::open(screen, home, &lock)?.key;
    let rules = pin::rules(screen, home, &key);
    let next = pin::next(screen, rules)?;
    home.write_lock(&lock.with_pin(&key, &next, rules, screen.env.entropy)?)?;
    screen.say(words::lock::pin_changed(screen.lang))?;
    Ok(Done::ok(json!({ "changed": true })))
}
