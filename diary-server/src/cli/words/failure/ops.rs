//! Failures of backups, restores, moves and foundings in words.

use diary_core::ids::SiteId;
use diary_core::text::Lang;

use super::{folder, key_file, keys, location, rotation, store};
use crate::cli::words::list;
use crate::cli::words::study_file::study_errors;
use crate::messages::failure as say;
use crate::ops::backup::BackupError;
use crate::ops::backup::file::BackupDamage;
use crate::ops::moving::MoveError;
use crate::ops::restore::RestoreError;
use crate::ops::setup::SetupError;

/// Sentence for a [`BackupError`].
pub(crate) fn backup(lang: Lang, error: &BackupError) -> String {
    match error {
        BackupError::Exists { path } => say::backup_exists(lang, path),
        BackupError::NoRecoveryKey => say::backup_no_recovery_key(lang).to_owned(),
        BackupError::NotABackup { path } => say::backup_not_a_backup(lang, path),
        BackupError::Newer { path } => say::backup_newer(lang, path),
        BackupError::Damaged { path, what } => say::backup_damaged(lang, path, damage(lang, *what)),
        BackupError::RecoveryKey { given, needed } => {
            say::backup_recovery_key(lang, given.to_string(), needed.to_string())
        }
        BackupError::Sealing(error) => say::backup_sealing(lang, error.to_string()),
        BackupError::Folder(error) => folder(lang, error),
        BackupError::Store(error) => say::backup_store(lang, store(lang, error)),
    }
}

/// Sentence for a [`RestoreError`].
pub(crate) fn restore(lang: Lang, error: &RestoreError) -> String {
    match error {
        RestoreError::Backup(error) => backup(lang, error),
        RestoreError::Folder(error) => folder(lang, error),
        RestoreError::KeyFile(error) => key_file(lang, error),
        RestoreError::Keys(error) => keys(lang, error),
        RestoreError::NoDatabaseKey => say::restore_no_database_key(lang).to_owned(),
        RestoreError::NoSiteKey => say::restore_no_site_key(lang).to_owned(),
        RestoreError::ForeignKeys => say::restore_foreign_keys(lang).to_owned(),
        RestoreError::ForeignRoot => say::restore_foreign_root(lang).to_owned(),
        RestoreError::Bundle(error) => say::restore_bundle(lang, error.to_string()),
        RestoreError::Rotation(error) => rotation(lang, error),
        RestoreError::Store(error) => say::restore_store(lang, store(lang, error)),
    }
}

/// Sentence for a [`MoveError`].
pub(crate) fn moving(lang: Lang, error: &MoveError) -> String {
    match error {
        MoveError::Folder(error) => folder(lang, error),
        MoveError::Keys(error) => keys(lang, error),
        MoveError::NotFounded => say::move_not_founded(lang).to_owned(),
        MoveError::InUse(error) => say::move_in_use(lang, *error),
        MoveError::Occupied => say::move_occupied(lang).to_owned(),
        MoveError::LeftBefore => say::move_left_before(lang).to_owned(),
        MoveError::Differs { what } => say::move_differs(lang, what),
        MoveError::From(error) => say::move_from(lang, store(lang, error)),
        MoveError::To(error) => say::move_to(lang, store(lang, error)),
        MoveError::Stopped(error) => say::move_stopped(lang, store(lang, error)),
    }
}

/// Sentence for a [`SetupError`].
pub(crate) fn setup(lang: Lang, error: &SetupError) -> String {
    match error {
        SetupError::Study(error) => say::setup_study(lang, study_errors(lang, error)),
        SetupError::UnknownSite { site, known } => {
            say::setup_unknown_site(lang, site.to_string(), list(lang, known.iter().map(SiteId::as_str)))
        }
        SetupError::OfflineInside { path } => say::setup_offline_inside(lang, path),
        SetupError::OfflineExists { path } => say::setup_offline_exists(lang, path),
        SetupError::Folder(error) => folder(lang, error),
        SetupError::Location(error) => say::setup_location(lang, location(lang, error)),
        SetupError::KeyFile(error) => key_file(lang, error),
        SetupError::Keys(error) => keys(lang, error),
        SetupError::Store(error) => say::setup_store(lang, store(lang, error)),
    }
}

fn damage(lang: Lang, of: BackupDamage) -> &'static str {
    match of {
        BackupDamage::ManifestCutOff => say::damage_manifest_cut_off(lang),
        BackupDamage::ManifestTooLong => say::damage_manifest_too_long(lang),
        BackupDamage::ManifestUnreadable => say::damage_manifest_unreadable(lang),
        BackupDamage::DatabaseLength => say::damage_database_length(lang),
        BackupDamage::DatabaseAltered => say::damage_database_altered(lang),
        BackupDamage::NotReadBack => say::damage_not_read_back(lang),
    }
}
