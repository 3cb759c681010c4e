//! The words around PIN, lock and home folder.

use std::io::ErrorKind;

use diary_core::keys::RecoveryTextError;
use diary_core::store::Obstacle;
use diary_core::text::Lang;

use super::common::disk;
use crate::failure::{HomeProblem, PinProblem};
use crate::messages::lock as say;
pub(crate) use crate::messages::lock::{
    again_prompt, new_pin_prompt, other_command_running, pin_changed, pin_forgotten, pin_prompt, pin_rules,
    pin_too_short_for_study, recovery_call, recovery_prompt, unlocked,
};

/// Message for an error of the PIN.
pub(crate) fn pin(problem: PinProblem, lang: Lang) -> String {
    match problem {
        PinProblem::Wrong => say::pin_wrong(lang).to_owned(),
        PinProblem::Length { least } => say::pin_length(lang, least),
        PinProblem::Memory => say::pin_memory(lang).to_owned(),
        PinProblem::NotTheSame => say::pins_differ(lang).to_owned(),
        PinProblem::File => say::pin_file(lang).to_owned(),
        PinProblem::NobodyToAsk => say::pin_needed(lang).to_owned(),
    }
}

/// Message for an error of the home folder.
pub(crate) fn home(problem: &HomeProblem, lang: Lang) -> String {
    match problem {
        HomeProblem::Unknown => say::home_unknown(lang).to_owned(),
        HomeProblem::Io(kind) => folder(*kind, lang),
        HomeProblem::InUse => say::home_in_use(lang).to_owned(),
        HomeProblem::NotJoined => say::not_joined(lang).to_owned(),
        HomeProblem::LockMissing => say::lock_missing(lang).to_owned(),
        HomeProblem::LockDamaged => say::lock_damaged(lang).to_owned(),
        HomeProblem::LockNewer => say::lock_newer(lang).to_owned(),
    }
}

/// The folder or a file in it cannot be read or written: what it is, and what to do.
fn folder(kind: ErrorKind, lang: Lang) -> String {
    let why = disk(kind, lang);
    let todo = match Obstacle::of_io(kind) {
        Obstacle::Full => say::folder_full(lang),
        Obstacle::ReadOnly => say::folder_read_only(lang),
        Obstacle::Permission => say::folder_permission(lang),
        Obstacle::InUse => say::folder_in_use(lang),
        Obstacle::InputOutput | Obstacle::Damaged | Obstacle::Other => say::folder_broken(lang),
    };
    say::folder(lang, why, todo)
}

/// Message for a mistyped recovery secret.
pub(crate) fn recovery_text(error: RecoveryTextError, lang: Lang) -> String {
    match error {
        RecoveryTextError::Length { found } => say::recovery_length(lang, found),
        RecoveryTextError::Character { place } => say::recovery_character(lang, place),
        RecoveryTextError::Check => say::recovery_mistyped(lang).to_owned(),
    }
}
