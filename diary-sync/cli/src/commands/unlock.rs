//! `diary unlock --recovery`: opens a diary whose PIN is forgotten, by the recovery secret that the study team reads
//! out, and sets a new PIN. Nothing in the diary changes.

use diary_core::keys::RecoverySecret;
use diary_core::store::lock::LockError;
use serde_json::json;

use super::Done;
use crate::failure::{Failure, HomeProblem, InputError, PinProblem};
use crate::home::Home;
use crate::pin;
use crate::screen::Screen;
use crate::session::enter;
use crate::words;

/// Runs it.
pub(super) fn run(screen: &mut Screen<'_>, home: &Home) -> Result<Done, Failure> {
    let _in_use = enter(screen, home)?;
    let lock = home.lock()?.ok_or(HomeProblem::NotJoined)?;
    screen.warn(words::lock::recovery_call(screen.lang))?;
    let typed =
        screen.ask_secret(words::lock::recovery_prompt(screen.lang))?.ok_or(PinProblem::NobodyToAsk)?;
    let secret = RecoverySecret::parse(&typed)?;
    let key = match lock.open_with_recovery(secret.as_bytes()) {
        Err(LockError::Wrong) => return Err(InputError::RecoveryWrong.into()),
        opened => opened?,
    };
    let rules = pin::rules(screen, home, &key);
    let next = pin::next(screen, rules)?;
    home.write_lock(&lock.with_pin(&key, &next, rules, screen.env.entropy)?)?;
    screen.say(words::lock::unlocked(screen.lang))?;
    Ok(Done::ok(json!({ "changed": true })))
}
