//! Failures of folders and keys in words.

use diary_core::keys::LinkError;
use diary_core::text::Lang;

use crate::data_folder::FolderError;
use crate::key_file::{KeyDamage, KeyFileError, Purpose};
use crate::keys::{AuthorError, KeysError, RotationError};
use crate::messages::failure as say;

/// Sentence for a [`FolderError`].
pub(crate) fn folder(lang: Lang, error: &FolderError) -> String {
    match error {
        FolderError::NotInitialised { path } => say::folder_not_initialised(lang, path),
        FolderError::NoDatabase { database, keys } => say::folder_no_database(lang, database, keys),
        FolderError::NotEmpty { path } => say::folder_not_empty(lang, path),
        FolderError::Demo { path } => say::folder_demo(lang, path),
        FolderError::NotDemo { path } => say::folder_not_demo(lang, path),
        FolderError::Serving { path } => say::folder_serving(lang, path),
        FolderError::Io { path, reason } => say::folder_io(lang, path, reason),
    }
}

/// Sentence for a [`KeyFileError`].
pub(crate) fn key_file(lang: Lang, error: &KeyFileError) -> String {
    match error {
        KeyFileError::Exists { path } => say::key_file_exists(lang, path),
        KeyFileError::Io { path, reason } => say::key_file_io(lang, path, reason),
        KeyFileError::Readable { path, mode } => say::key_file_readable(lang, path, format!("{mode:03o}")),
        KeyFileError::Damaged { path, expected, problem } => {
            say::key_file_damaged(lang, path, purpose(lang, *expected), damage(lang, *problem))
        }
        KeyFileError::Other { path, found, study, site, expected } => {
            let (found, expected) = (purpose(lang, *found), purpose(lang, *expected));
            say::key_file_other(lang, path, found, study.to_string(), site.to_string(), expected)
        }
    }
}

/// Sentence for a [`KeysError`].
pub(crate) fn keys(lang: Lang, error: &KeysError) -> String {
    match error {
        KeysError::File(error) => key_file(lang, error),
        KeysError::Trust { path, problem } => say::keys_trust(lang, path, problem),
        KeysError::NoFolder => say::keys_no_folder(lang).to_owned(),
        KeysError::NoSealingKey { path } => say::keys_no_sealing_key(lang, path),
    }
}

/// Sentence for a [`RotationError`].
pub(crate) fn rotation(lang: Lang, error: &RotationError) -> String {
    match error {
        RotationError::Pending { generation } => say::rotation_pending(lang, *generation),
        RotationError::NotPending { generation } => say::rotation_not_pending(lang, *generation),
        RotationError::KnownSite => say::rotation_known_site(lang).to_owned(),
        RotationError::KnownKey => say::rotation_known_key(lang).to_owned(),
    }
}

/// Sentence for a [`AuthorError`].
pub(crate) fn author(lang: Lang, error: &AuthorError) -> String {
    match error {
        AuthorError::NoSealingKey { generation } => say::author_no_sealing_key(lang, *generation),
        AuthorError::NotInBundle { site } => say::author_not_in_bundle(lang, site.to_string()),
        AuthorError::Grant(error) => say::author_grant(lang, error.to_string()),
        AuthorError::Seal(error) => say::author_seal(lang, error.to_string()),
    }
}

fn purpose(lang: Lang, of: Purpose) -> &'static str {
    match of {
        Purpose::StudyRoot => say::purpose_study_root(lang),
        Purpose::Recovery => say::purpose_recovery(lang),
        Purpose::SiteSealing => say::purpose_site_sealing(lang),
        Purpose::KeeperSigning => say::purpose_keeper_signing(lang),
        Purpose::Database => say::purpose_database(lang),
        Purpose::Token => say::purpose_token(lang),
        Purpose::RelaySigning => say::purpose_relay_signing(lang),
    }
}

fn damage(lang: Lang, of: KeyDamage) -> &'static str {
    match of {
        KeyDamage::OtherVersion => say::damage_other_version(lang),
        KeyDamage::NotHex => say::damage_not_hex(lang),
        KeyDamage::OtherId => say::damage_other_id(lang),
        KeyDamage::Empty => say::damage_empty(lang),
        KeyDamage::CutOff => say::damage_cut_off(lang),
        KeyDamage::NoKeyFile => say::damage_no_key_file(lang),
    }
}

/// Sentence for the name of a server that is none.
pub(crate) fn link(lang: Lang, error: LinkError) -> &'static str {
    match error {
        LinkError::PlainHttp => say::host_plain_http(lang),
        LinkError::NotALink
        | LinkError::Host
        | LinkError::Version
        | LinkError::Pieces { .. }
        | LinkError::ApiHost
        | LinkError::Fingerprint
        | LinkError::Vault
        | LinkError::Enrolment
        | LinkError::Secret => say::host_unreadable(lang),
    }
}
