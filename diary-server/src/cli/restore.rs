//! `restore`: puts a backup back into a fresh folder and says what has to follow.

use std::path::PathBuf;

use serde_json::json;

use super::args::Common;
use super::args::backup::RestoreArgs;
use super::{CommandContext, Exit, Output, Refusal, account, data_path};
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::key_file::{KeyFile, Purpose};
use crate::keys::KeeperKeys;
use crate::ops::backup::file::read_manifest;
use crate::ops::restore::{KeySource, RestoreInput, Restored, restore};

pub(super) async fn run(
    common: &Common,
    args: &RestoreArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let (missing, exit) = missing(common, args);
    let keys = match (&args.keys, &args.recovery_key, &args.root) {
        (None, Some(recovery), Some(root)) => {
            Some(KeySource::Backup { recovery: recovery.clone(), root: root.clone() })
        }
        (keys, _, _) => keys.clone().map(KeySource::Folder),
    };
    let (Some(backup), Some(keys), true) = (&args.backup, keys, missing.is_empty()) else {
        return Err(Refusal::RestoreNeeds(missing, exit));
    };
    let (data, by) = (data_path(common)?, account(common)?);
    let input = RestoreInput { backup, data, keys: &keys, by: &by, now: around.clock.now() };
    let restored = restore(input, &*around.entropy).await?;
    let files = tls_files(&restored);
    let manifest = &restored.manifest;
    let json = json!({
        "data": data,
        "backup_made": manifest.made,
        "epoch": restored.epoch,
        "new_keeper": restored.new_keeper,
        "participants": manifest.participants,
        "parcels": manifest.parcels,
        "missing_files": files,
    });
    out.say(&json, || words(&restored, &files))?;
    Ok(Exit::Done)
}

/// Everything that a restore needs and that was not given or cannot be used, each with its purpose; and the exit code
/// for that.
fn missing(common: &Common, args: &RestoreArgs) -> (Vec<String>, Exit) {
    let (mut not_given, mut unusable) = (Vec::new(), Vec::new());
    if common.data.is_none() {
        not_given.push("--data DIR: the new data folder, which is not there yet or empty".to_owned());
    }
    not_given.extend(account(common).err().map(|error| error.to_string()));
    match &args.backup {
        None => not_given.push("FILE: the backup".to_owned()),
        Some(file) => unusable.extend(read_manifest(file).err().map(|error| format!("the backup: {error}"))),
    }
    let offline = [
        (
            "--recovery-key",
            &args.recovery_key,
            Purpose::Recovery,
            "the offline file that opens the keys in the backup",
        ),
        ("--root", &args.root, Purpose::StudyRoot, "the offline file that signs a new key of the keeper"),
    ];
    match &args.keys {
        Some(keys) => {
            unusable.extend(KeeperKeys::load(keys).err().map(|error| format!("--keys: {error}")));
        }
        None => {
            for (option, file, purpose, what) in offline {
                match file {
                    None => not_given.push(format!("{option} FILE: {what}")),
                    Some(file) => unusable
                        .extend(KeyFile::read(file, purpose).err().map(|error| format!("{option}: {error}"))),
                }
            }
            if args.recovery_key.is_none() && args.root.is_none() {
                let other =
                    "or, in place of these two, --keys DIR: a keys folder of this keeper that has survived";
                not_given.push(other.to_owned());
            }
        }
    }
    let exit = if not_given.is_empty() { Exit::Unusable } else { Exit::Usage };
    let all: Vec<String> = not_given.into_iter().chain(unusable).collect();
    let vacant = common.data.as_deref().filter(|_| !all.is_empty()).map(DataFolder::check_vacant);
    let taken = vacant.and_then(Result::err).map(|error| format!("--data: {error}"));
    (all.into_iter().chain(taken).collect(), exit)
}

/// TLS files named by the restored configuration that do not exist: they are in no backup.
fn tls_files(restored: &Restored) -> Vec<PathBuf> {
    let config = restored.folder.config_file();
    let tls = Config::load(Some(&config), []).ok().and_then(|config| config.tls);
    let named = tls.into_iter().flat_map(|tls| [tls.certificate, tls.key]);
    named.filter(|file| !file.is_file()).collect()
}

fn words(restored: &Restored, files: &[PathBuf]) -> String {
    let manifest = &restored.manifest;
    let keeper = match restored.new_keeper {
        Some(key) => format!(
            "The study root has signed a new key of this keeper, {key}. Put the root and the recovery key back in their \
             safe places.\n"
        ),
        None => {
            "The keys that survived are used again. Never start the old server beside this one.\n".to_owned()
        }
    };
    let files: String = files.iter().map(|file| format!("  {}\n", file.display())).collect();
    let files = match files.as_str() {
        "" => String::new(),
        files => format!("Before it serves, put these files for TLS there, which are in no backup:\n{files}"),
    };
    format!(
        "Restored the backup of {} to {}: {} participants, {} parcels, epoch {}.\n{keeper}{files}\
         Next: diary-server serve. Phones send again what is missing. `status` says what is to be looked at: diaries that \
         came back without their participant, and acts of staff since the backup that no phone has brought back.\n",
        manifest.made,
        restored.folder.path().display(),
        manifest.participants,
        manifest.parcels,
        restored.epoch,
    )
}
