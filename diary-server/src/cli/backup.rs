//! `backup`: makes a backup, checks it, and says what is in it.

use serde_json::json;

use super::args::Common;
use super::args::backup::BackupArgs;
use super::{CommandContext, Exit, Output, Refusal, account, config, desk, folder};
use crate::ops::backup::schedule::Left;
use crate::ops::backup::{Backup, Target};

/// Most files in the folder of backups that are named.
const NAMED_MAX: usize = 20;

pub(super) async fn run(
    common: &Common,
    args: &BackupArgs,
    around: &CommandContext,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let folder = folder(common, around)?;
    if folder.location().file().is_none() {
        return Err(Refusal::NotAFile);
    }
    let configured = config(common, &folder, around)?.backup;
    let desk = desk(&folder, around).await?;
    let by = account(common)?;
    let (made, receipts, left) = match (&args.to, configured) {
        (Some(to), _) => (desk.upkeep().back_up(Some(&by), &folder, Target::of(to)).await?, None, Vec::new()),
        (None, Some(config)) => {
            let made = desk.upkeep().back_up_as_configured(Some(&by), &folder, &config).await?;
            (made.backup, Some(made.receipts), made.left)
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
        "number": manifest.number,
        "receipts": receipts,
        "left": left.iter().map(|one| json!({ "file": one.path, "why": one.why })).collect::<Vec<_>>(),
    });
    out.say(&json, || words(&made, receipts) + &left_words(&left))?;
    Ok(Exit::Done)
}

fn generations(made: &Backup) -> Vec<u32> {
    made.manifest.keys.iter().map(|key| key.generation).filter(|generation| *generation > 0).collect()
}

/// Names what else is in the folder.
fn left_words(left: &[Left]) -> String {
    if left.is_empty() {
        return String::new();
    }
    let line = |one: &Left| format!("  {}: {}\n", one.path.display(), one.why);
    let named: String = left.iter().take(NAMED_MAX).map(line).collect();
    let more = left.len().saturating_sub(NAMED_MAX);
    let more = if more > 0 { format!("  and {more} more\n") } else { String::new() };
    format!("Left as it is in that folder, neither counted nor removed:\n{named}{more}")
}

fn words(made: &Backup, receipts: Option<usize>) -> String {
    let manifest = &made.manifest;
    let generations: Vec<String> = generations(made).iter().map(u32::to_string).collect();
    let told = match receipts {
        Some(count) => format!("Read back; phones are told of {count} parcels that are backed up now.\n"),
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
