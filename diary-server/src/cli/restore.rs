//! `restore`: puts a backup back into a fresh folder and says what has to follow.

use std::path::PathBuf;

use diary_core::text::Lang;
use serde_json::json;

use super::args::backup::RestoreArgs;
use super::{CommandError, Exit, Invocation};
use crate::config::Config;
use crate::data_folder::{DataFolder, FolderError};
use crate::key_file::{KeyFile, KeyFileError, Purpose};
use crate::keys::{KeeperKeys, KeysError};
use crate::messages::server as say;
use crate::ops::backup::BackupError;
use crate::ops::backup::file::read_manifest;
use crate::ops::restore::{KeySource, RestoreInput, Restored, restore};
use crate::site::StaffError;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &RestoreArgs) -> Result<Exit, CommandError> {
    let (missing, exit) = missing(command, args);
    let keys = match (&args.keys, args.recovery_key.as_slice(), &args.root) {
        (None, recovery @ [_, ..], Some(root)) => {
            Some(KeySource::Backup { recovery: recovery.to_vec(), root: root.clone() })
        }
        (keys, _, _) => keys.clone().map(KeySource::Folder),
    };
    let (Some(backup), Some(keys), true) = (&args.backup, keys, missing.is_empty()) else {
        return Err(CommandError::RestoreNeeds(missing, exit));
    };
    let (data, by) = (command.data_path()?, command.account()?);
    let input = RestoreInput { backup, data, keys: &keys, by: &by, now: command.context.clock.now() };
    let restored = restore(input, &*command.context.entropy).await?;
    let files = tls_files(&restored);
    let manifest = &restored.manifest;
    let json = json!({
        "data": data,
        "backup_made": manifest.made,
        "epoch": restored.epoch,
        "new_keeper": restored.new_keeper,
        "participants": manifest.participants,
        "parcels": manifest.parcels,
        "sites_without_keys": restored.without_keys,
        "missing_files": files,
    });
    command.out.say(&json, || words(command.options.lang, &restored, &files))?;
    Ok(Exit::Done)
}

/// Something that a restore needs and that is not given or cannot be used.
#[derive(Debug)]
pub enum Need {
    /// The new data folder.
    Data,
    /// The account.
    Account(StaffError),
    /// The backup.
    Backup,
    /// The recovery key.
    RecoveryKey,
    /// The root key.
    Root,
    /// A surviving keys folder, in place of the two keys.
    KeysInstead,
    /// The backup cannot be read.
    BackupUnusable(BackupError),
    /// The keys folder cannot be used.
    KeysUnusable(KeysError),
    /// A key file cannot be used.
    KeyUnusable(&'static str, KeyFileError),
    /// The new data folder cannot be used.
    DataUnusable(FolderError),
}

/// Everything that a restore needs and that was not given or cannot be used; and the exit code for that.
fn missing(command: &Invocation<'_, '_>, args: &RestoreArgs) -> (Vec<Need>, Exit) {
    let (mut not_given, mut unusable) = (Vec::new(), Vec::new());
    if command.options.data.is_none() {
        not_given.push(Need::Data);
    }
    not_given.extend(command.account().err().map(Need::Account));
    match &args.backup {
        None => not_given.push(Need::Backup),
        Some(file) => unusable.extend(read_manifest(file).err().map(Need::BackupUnusable)),
    }
    match &args.keys {
        Some(keys) => unusable.extend(KeeperKeys::load(keys).err().map(Need::KeysUnusable)),
        None => {
            let root = args.root.as_slice();
            for (option, files, purpose, need) in [
                ("--recovery-key", args.recovery_key.as_slice(), Purpose::Recovery, Need::RecoveryKey),
                ("--root", root, Purpose::StudyRoot, Need::Root),
            ] {
                if files.is_empty() {
                    not_given.push(need);
                }
                let unread = files.iter().filter_map(|file| KeyFile::read(file, purpose).err());
                unusable.extend(unread.map(|error| Need::KeyUnusable(option, error)));
            }
            if args.recovery_key.is_empty() && args.root.is_none() {
                not_given.push(Need::KeysInstead);
            }
        }
    }
    let exit = if not_given.is_empty() { Exit::Unusable } else { Exit::Usage };
    let mut all: Vec<Need> = not_given.into_iter().chain(unusable).collect();
    let vacant = command.options.data.as_deref().filter(|_| !all.is_empty()).map(DataFolder::check_vacant);
    all.extend(vacant.and_then(Result::err).map(Need::DataUnusable));
    (all, exit)
}

/// TLS files named by the restored configuration that do not exist: they are in no backup.
fn tls_files(restored: &Restored) -> Vec<PathBuf> {
    let config = restored.folder.config_file();
    let tls = Config::load(Some(&config), []).ok().and_then(|config| config.tls);
    let named = tls.into_iter().flat_map(|tls| [tls.certificate, tls.key]);
    named.filter(|file| !file.is_file()).collect()
}

fn words(lang: Lang, restored: &Restored, files: &[PathBuf]) -> String {
    let manifest = &restored.manifest;
    let (made, data) = (manifest.made.to_string(), restored.folder.path().display().to_string());
    let (participants, parcels, epoch) =
        (manifest.participants, manifest.parcels, restored.epoch.to_string());
    let mut lines = vec![say::restored(lang, made, data, participants, parcels, epoch)];
    lines.push(match restored.new_keeper {
        Some(key) => say::new_keeper_key(lang, key.to_string()),
        None => say::keys_used_again(lang).to_owned(),
    });
    lines.extend(restored.without_keys.iter().map(|site| say::site_without_keys(lang, site.to_string())));
    if !files.is_empty() {
        lines.push(say::tls_files(lang).to_owned());
        lines.extend(files.iter().map(|file| format!("  {}", file.display())));
    }
    lines.push(say::restore_next(lang).to_owned());
    lines.join("\n") + "\n"
}
