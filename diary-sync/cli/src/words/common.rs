//! Sentences that several commands use.

use std::borrow::Borrow;
use std::io::ErrorKind;

use diary_core::measure::Unit;
use diary_core::store::Obstacle;
use diary_core::text::Lang;

use crate::messages::common as say;
pub(crate) use crate::messages::common::{
    detail_separator, file_whole, language_set, number_range, saved_here, terminal_broken, unsent, yes_or_no,
};

/// Items in a row.
pub(crate) fn list<S: Borrow<str>>(items: &[S], lang: Lang) -> String {
    items.join(say::list_separator(lang))
}

/// Units in a row.
pub(crate) fn units(units: &[Unit], lang: Lang) -> String {
    let shown: Vec<&str> = units.iter().map(|unit| unit.shown(lang)).collect();
    list(&shown, lang)
}

/// Nothing can be saved, and what is shown was saved before: why, and what to do.
pub(crate) fn only_reading(why: Obstacle, lang: Lang) -> &'static str {
    match why {
        Obstacle::Full => say::only_reading_full(lang),
        Obstacle::ReadOnly => say::only_reading_read_only(lang),
        Obstacle::Permission => say::only_reading_permission(lang),
        Obstacle::InUse => say::only_reading_in_use(lang),
        Obstacle::InputOutput | Obstacle::Damaged | Obstacle::Other => say::only_reading_broken(lang),
    }
}

/// Reason why a file cannot be read or written.
pub(crate) fn disk(kind: ErrorKind, lang: Lang) -> &'static str {
    match kind {
        ErrorKind::NotFound => say::disk_not_found(lang),
        ErrorKind::PermissionDenied => say::disk_permission_denied(lang),
        ErrorKind::AlreadyExists => say::disk_already_exists(lang),
        ErrorKind::StorageFull => say::disk_full(lang),
        ErrorKind::QuotaExceeded => say::disk_quota(lang),
        ErrorKind::ReadOnlyFilesystem => say::disk_read_only(lang),
        ErrorKind::IsADirectory => say::disk_folder(lang),
        ErrorKind::NotADirectory => say::disk_no_folder(lang),
        // The kinds of the standard library are not exhaustive.
        _ => say::disk_error(lang),
    }
}
