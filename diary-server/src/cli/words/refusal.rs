//! Refusals of commands in words.

use diary_core::text::Lang;

use super::failure::{folder, key_file, keys, link, location, moving, restore, roles, setup, store};
use super::joined;
use super::serving::{config, pull, relay_setup, serve, telemetry, transport};
use super::staff::staff;
use super::study_file::{package, study_errors};
use crate::cli::exit::{CommandError, Instead};
use crate::cli::restore::Need;
use crate::messages::{refusal as say, server};
use diary_store::StoreError;
use diary_verify::NoExport;

/// Sentence for a [`CommandError`].
pub(crate) fn refusal(lang: Lang, error: &CommandError) -> String {
    match error {
        CommandError::Read(error) => error.message(lang),
        CommandError::NoDataFolder => say::refusal_no_data_folder(lang).to_owned(),
        CommandError::NoBackupFolder => say::refusal_no_backup_folder(lang).to_owned(),
        CommandError::NotAFile => say::refusal_not_a_file(lang).to_owned(),
        CommandError::NoRoles => say::refusal_no_roles(lang).to_owned(),
        CommandError::Roles(error) => roles(lang, error),
        CommandError::RolesRefused(error) => say::refusal_roles_refused(lang, database(lang, error)),
        CommandError::Restore(error) => say::refusal_restore(lang, restore(lang, error)),
        CommandError::Location(error) => say::refusal_location(lang, location(lang, error)),
        CommandError::MoveLocation { option, source } => {
            say::refusal_move_location(lang, *option, location(lang, source))
        }
        CommandError::Move(error) => say::refusal_move(lang, moving(lang, error)),
        CommandError::Folder(error) => folder(lang, error),
        CommandError::Config(error) => config(lang, error),
        CommandError::Transport(error) => transport(lang, error),
        CommandError::KeyFile(error) => key_file(lang, error),
        CommandError::Setup(error) => setup(lang, error),
        CommandError::Staff(error) => staff(lang, error),
        CommandError::Relay { path } => say::refusal_relay(lang, path),
        CommandError::RelayServes { path } => say::refusal_relay_serves(lang, path),
        CommandError::NotARelay { path } => say::refusal_not_a_relay(lang, path),
        CommandError::RelaySetup(error) => relay_setup(lang, error),
        CommandError::Pull(error) => pull(lang, error),
        CommandError::NoFingerprint => say::refusal_no_fingerprint(lang).to_owned(),
        CommandError::Address(error) => say::refusal_address(lang, link(lang, *error)),
        CommandError::NoRelay => say::refusal_no_relay(lang).to_owned(),
        CommandError::Package(error) => say::refusal_package(lang, package(lang, error)),
        CommandError::Study(error) => say::refusal_study(lang, study_errors(lang, error)),
        CommandError::RegimenFile(error) => say::refusal_regimen_file(lang, error.to_string()),
        CommandError::Serve(error) => serve(lang, error),
        CommandError::Telemetry(error) => telemetry(lang, error),
        CommandError::FileExists { path, instead: Instead::Replace } => {
            say::refusal_file_exists_replace(lang, path)
        }
        CommandError::FileExists { path, instead: Instead::Out } => say::refusal_file_exists_out(lang, path),
        CommandError::RestoreNeeds(needs, _) => {
            let needs = needs.iter().map(|one| format!("  {}", need(lang, one)));
            say::refusal_restore_needs(lang, joined("\n", needs))
        }
        CommandError::NoExport { path, why } => say::refusal_no_export(lang, path, no_export(lang, *why)),
        CommandError::File { path, source } => say::refusal_file(lang, path, source.to_string()),
        CommandError::Output(..) => say::refusal_output(lang).to_owned(),
    }
}

/// Message of the database itself, where there is one.
fn database(lang: Lang, error: &StoreError) -> String {
    match error {
        StoreError::Database { source, .. } | StoreError::NoAccess { source, .. } => source.to_string(),
        other => store(lang, other),
    }
}

fn no_export(lang: Lang, why: NoExport) -> &'static str {
    match why {
        NoExport::Nothing => say::no_export_nothing(lang),
        NoExport::File => say::no_export_file(lang),
        NoExport::OtherFolder => say::no_export_other_folder(lang),
    }
}

fn need(lang: Lang, need: &Need) -> String {
    match need {
        Need::Data => server::needs_data(lang).to_owned(),
        Need::Account(error) => staff(lang, error),
        Need::Backup => server::needs_backup(lang).to_owned(),
        Need::RecoveryKey => server::needs_recovery_key(lang).to_owned(),
        Need::Root => server::needs_root(lang).to_owned(),
        Need::KeysInstead => server::needs_keys_instead(lang).to_owned(),
        Need::BackupUnusable(error) => say::staff_backup(lang, super::failure::backup(lang, error)),
        Need::KeysUnusable(error) => format!("--keys: {}", keys(lang, error)),
        Need::KeyUnusable(option, error) => format!("{option}: {}", key_file(lang, error)),
        Need::DataUnusable(error) => format!("--data: {}", folder(lang, error)),
    }
}
