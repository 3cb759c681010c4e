//! Failures of databases in words.

use diary_core::text::Lang;

use crate::messages::{common, failure as say};
use diary_store::postgres::{AddressError, RolesError};
use diary_store::{LocationError, StoreError};

/// Sentence for a [`StoreError`].
pub(crate) fn store(lang: Lang, error: &StoreError) -> String {
    match error {
        StoreError::NotFound { what } => say::store_not_found(lang, *what),
        StoreError::Conflict { what } => say::store_conflict(lang, *what),
        StoreError::Busy => say::store_busy(lang).to_owned(),
        StoreError::Away { during, .. } => say::store_away(lang, *during),
        StoreError::Full => say::store_full(lang).to_owned(),
        StoreError::Fatal { during, .. } => say::store_fatal(lang, *during),
        StoreError::Empty => say::store_empty(lang).to_owned(),
        StoreError::NoAccess { during, source } => say::store_no_access(lang, *during, source.to_string()),
        StoreError::KeyOrFile => say::store_key_or_file(lang).to_owned(),
        StoreError::NoCipher => say::store_no_cipher(lang).to_owned(),
        StoreError::NewerVersion { found, newest } => say::store_newer_version(lang, *found, *newest),
        StoreError::OlderTables => say::store_older_tables(lang).to_owned(),
        StoreError::Corrupt { what } => say::store_corrupt(lang, *what),
        StoreError::Moving => say::store_moving(lang).to_owned(),
        StoreError::Moved => say::store_moved(lang).to_owned(),
        StoreError::Clock { shown, newest } => {
            let said = say::store_clock(lang, shown.to_string(), newest.to_string());
            format!("{said} {}", common::clock_accept_step(lang))
        }
        StoreError::Stopped => say::store_stopped(lang).to_owned(),
        StoreError::Database { during, .. } => say::store_database(lang, *during),
    }
}

/// Sentence for a [`LocationError`].
pub(crate) fn location(lang: Lang, error: &LocationError) -> String {
    match error {
        LocationError::Unreadable => say::location_unreadable(lang).to_owned(),
        LocationError::Postgres(error) => address(lang, error),
    }
}

/// Sentence for a [`AddressError`].
pub(crate) fn address(lang: Lang, error: &AddressError) -> String {
    match error {
        AddressError::Unreadable => say::address_unreadable(lang).to_owned(),
        AddressError::SslMode => say::address_ssl_mode(lang).to_owned(),
        AddressError::InTheClear => say::address_in_the_clear(lang).to_owned(),
        AddressError::Authorities { path } => say::address_authorities(lang, path.display().to_string()),
    }
}

/// Sentence for a [`RolesError`].
pub(crate) fn roles(lang: Lang, error: &RolesError) -> String {
    match error {
        RolesError::Name => say::roles_name(lang).to_owned(),
        RolesError::Same => say::roles_same(lang).to_owned(),
    }
}
