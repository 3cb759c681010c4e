//! Sentences of the pages for refusals of the services. None names a command.

use diary_core::text::Lang;
use diary_store::StoreError;

use crate::messages::{accounts, page as say};
use crate::site::StaffError;

/// Sentence for a failure that no page answers in its own words.
pub(super) fn failure(lang: Lang, error: &StaffError) -> String {
    match error {
        StaffError::Store(error) => store(lang, error).to_owned(),
        StaffError::AccountForm | StaffError::NoAccount => accounts::bad_name(lang).to_owned(),
        StaffError::UnknownAccount { name } => accounts::unknown(lang, name),
        StaffError::OutOfMemory => say::out_of_memory(lang).to_owned(),
        StaffError::NotPrinted => say::not_printed(lang).to_owned(),
        StaffError::NotFounded | StaffError::NoStudy => say::not_founded(lang).to_owned(),
        StaffError::Contended => say::conflict(lang).to_owned(),
        _ => say::other_failure(lang).to_owned(),
    }
}

fn store(lang: Lang, error: &StoreError) -> &'static str {
    match error {
        StoreError::Busy => say::database_busy(lang),
        StoreError::Full => say::database_full(lang),
        StoreError::Away { .. } => say::database_away(lang),
        StoreError::Moving | StoreError::Moved => say::database_moving(lang),
        StoreError::Clock { .. } => say::database_clock(lang),
        StoreError::Conflict { .. } | StoreError::NotFound { .. } => say::conflict(lang),
        StoreError::Fatal { .. }
        | StoreError::Empty
        | StoreError::NoAccess { .. }
        | StoreError::KeyOrFile
        | StoreError::NoCipher
        | StoreError::NewerVersion { .. }
        | StoreError::OlderTables
        | StoreError::Corrupt { .. }
        | StoreError::Stopped
        | StoreError::Database { .. } => say::database_failed(lang),
    }
}
