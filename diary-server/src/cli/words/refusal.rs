//! Refusals of commands in words.

use diary_core::text::Lang;

use super::failure::{folder, key_file, keys, link, location, moving, restore, roles, setup, store};
use super::joined;
use super::serving::{config, pull, relay_setup, serve, telemetry, transport};
use super::staff::staff;
use super::study_file::{package, study_errors};
use crate::cli::exit::{Instead, Refusal};
use crate::cli::restore::Need;
use crate::messages::{refusal as say, server};
use diary_store::StoreError;
use diary_verify::NoExport;

/// Sentence for a [`Refusal`].
pub(crate) fn refusal(lang: Lang, error: &Refusal) -> String {
    match error {
        Refusal::Read(error) => error.message(lang),
        Refusal::NoDataFolder => say::refusal_no_data_folder(lang).to_owned(),
        Refusal::NoBackupFolder => say::refusal_no_backup_folder(lang).to_owned(),
        Refusal::NotAFile => say::refusal_not_a_file(lang).to_owned(),
        Refusal::NoRoles => say::refusal_no_roles(lang).to_owned(),
        Refusal::Roles(error) => roles(lang, error),
        Refusal::RolesRefused(error) => say::refusal_roles_refused(lang, database(lang, error)),
        Refusal::Restore(error) => say::refusal_restore(lang, restore(lang, error)),
        Refusal::Location(error) => say::refusal_location(lang, location(lang, error)),
        Refusal::MoveLocation { option, source } => {
            say::refusal_move_location(lang, *option, location(lang, source))
        }
        Refusal::Move(error) => say::refusal_move(lang, moving(lang, error)),
        Refusal::Folder(error) => folder(lang, error),
        Refusal::Config(error) => config(lang, error),
        Refusal::Transport(error) => transport(lang, error),
        Refusal::KeyFile(error) => key_file(lang, error),
        Refusal::Setup(error) => setup(lang, error),
        Refusal::Staff(error) => staff(lang, error),
        Refusal::Relay { path } => say::refusal_relay(lang, path),
        Refusal::RelayServes { path } => say::refusal_relay_serves(lang, path),
        Refusal::NotARelay { path } => say::refusal_not_a_relay(lang, path),
        Refusal::RelaySetup(error) => relay_setup(lang, error),
        Refusal::Pull(error) => pull(lang, error),
        Refusal::NoFingerprint => say::refusal_no_fingerprint(lang).to_owned(),
        Refusal::Address(error) => say::refusal_address(lang, link(lang, *error)),
        Refusal::NoRelay => say::refusal_no_relay(lang).to_owned(),
        Refusal::Package(error) => say::refusal_package(lang, package(lang, error)),
        Refusal::Study(error) => say::refusal_study(lang, study_errors(lang, error)),
        Refusal::RegimenFile(error) => say::refusal_regimen_file(lang, error.to_string()),
        Refusal::Serve(error) => serve(lang, error),
        Refusal::Telemetry(error) => telemetry(lang, error),
        Refusal::FileExists { path, instead: Instead::Replace } => {
            say::refusal_file_exists_replace(lang, path)
        }
        Refusal::FileExists { path, instead: Instead::Out } => say::refusal_file_exists_out(lang, path),
        Refusal::RestoreNeeds(needs, _) => {
            let needs = needs.iter().map(|one| format!("  {}", need(lang, one)));
            say::refusal_restore_needs(lang, joined("\n", needs))
        }
        Refusal::NoExport { path, why } => say::refusal_no_export(lang, path, no_export(lang, *why)),
        Refusal::File { path, source } => say::refusal_file(lang, path, source.to_string()),
        Refusal::Output(..) => say::refusal_output(lang).to_owned(),
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
