//! `restore`: puts a backup back into a fresh folder and says what has to follow.

use serde_json::json;

use super::args::Common;
use super::args::backup::RestoreArgs;
use super::{Exit, Output, Refusal, Surroundings, account, data_path};
use crate::restore::{KeySource, RestoreInput, Restored, restore};

pub(super) async fn run(
    common: &Common,
    args: &RestoreArgs,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let (data, by) = (data_path(common)?, account(common)?);
    let keys = match (&args.keys, &args.recovery_key, &args.root) {
        (None, Some(recovery), Some(root)) => {
            KeySource::Backup { recovery: recovery.clone(), root: root.clone() }
        }
        (Some(keys), _, _) => KeySource::Folder(keys.clone()),
        (None, _, _) => return Err(Refusal::NoKeys),
    };
    let now = around.clock.now();
    let input = RestoreInput { backup: &args.backup, data, keys: &keys, by: &by, now };
    let restored = restore(input, &*around.entropy).await?;
    let manifest = &restored.manifest;
    let json = json!({
        "data": data,
        "backup_made": manifest.made,
        "epoch": restored.epoch,
        "new_keeper": restored.new_keeper,
        "participants": manifest.participants,
        "parcels": manifest.parcels,
    });
    out.say(&json, || words(&restored))?;
    Ok(Exit::Done)
}

fn words(restored: &Restored) -> String {
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
    format!(
        "Restored the backup of {} to {}: {} participants, {} parcels, epoch {}.\n{keeper}\
         Next: diary-server serve. Phones send again what is missing. `status` says what is to be looked at: diaries that \
         came back without their participant, and acts of staff since the backup that no phone has brought back.\n",
        manifest.made,
        restored.folder.path().display(),
        manifest.participants,
        manifest.parcels,
        restored.epoch,
    )
}
