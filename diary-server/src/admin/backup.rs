//! `backup`: makes a backup, checks it, and says what is in it.

use serde_json::json;

use super::args::Common;
use super::args::backup::BackupArgs;
use super::{Exit, Output, Refusal, Surroundings, account, config, desk, folder};
use crate::backup::{Backup, Target};

pub(super) async fn run(
    common: &Common,
    args: &BackupArgs,
    around: &Surroundings,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let folder = folder(common, around)?;
    if folder.location().file().is_none() {
        return Err(Refusal::NotAFile);
    }
    let configured = config(common, &folder, around)?.backup;
    let desk = desk(&folder, around).await?;
    let by = account(common)?;
    let (made, receipts) = match (&args.to, configured) {
        (Some(to), _) => (desk.back_up(Some(&by), &folder, Target::of(to)).await?, None),
        (None, Some(config)) => {
            let (made, receipts) = desk.back_up_as_configured(Some(&by), &folder, &config).await?;
            (made, Some(receipts))
        }
        (None, None) => return Err(Refusal::NoBackupFolder),
    };
    let manifest = &made.manifest;
    let json = json!({
        "file": made.path,
        "made": manifest.made,
        "epoch": manifest.epoch,
        "vaults": manifest.vaults,
        "participants": manifest.participants,
        "parcels": manifest.parcels,
        "bytes": manifest.bytes,
        "database": manifest.database,
        "generations": generations(&made),
        "receipts": receipts,
    });
    out.say(&json, || words(&made, receipts))?;
    Ok(Exit::Done)
}

fn generations(made: &Backup) -> Vec<u32> {
    made.manifest.keys.iter().map(|key| key.generation).filter(|generation| *generation > 0).collect()
}

fn words(made: &Backup, receipts: Option<usize>) -> String {
    let manifest = &made.manifest;
    let generations: Vec<String> = generations(made).iter().map(u32::to_string).collect();
    let told = match receipts {
        Some(count) => format!("Phones are told of {count} parcels that are backed up now.\n"),
        None => "Not the configured folder: phones are told nothing of it.\n".to_owned(),
    };
    format!(
        "Backed up to {}\n\
         \x20 {} participants, {} vaults, {} parcels; database of {} bytes, SHA-256 {}\n\
         \x20 sealed to the recovery key: the database's key, the site's sealing key of generation {}\n\
         \x20 not in it: the keeper's signing key, the root and the recovery key, files for TLS\n\
         Opened and checked page by page. {told}",
        made.path.display(),
        manifest.participants,
        manifest.vaults,
        manifest.parcels,
        manifest.bytes,
        manifest.database,
        generations.join(", "),
    )
}
