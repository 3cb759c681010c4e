//! `backup`: makes a backup, checks it, and says what is in it.

use std::collections::BTreeMap;

use diary_core::ids::SiteId;
use diary_core::text::Lang;
use serde_json::json;

use super::args::backup::BackupArgs;
use super::{CommandError, Exit, Invocation};
use crate::messages::{common as shared, server as say};
use crate::ops::backup::schedule::{LeftFile, LeftReason};
use crate::ops::backup::{Backup, Target, site_of};

/// Most files in the folder of backups that are named.
const NAMED_MAX: usize = 20;

pub(super) async fn run(command: &mut Invocation<'_, '_>, args: &BackupArgs) -> Result<Exit, CommandError> {
    let folder = command.folder()?;
    if folder.location().file().is_none() {
        return Err(CommandError::NotAFile);
    }
    let configured = command.config(&folder)?.backup;
    let desk = command.context.desk(&folder).await?;
    let by = command.account()?;
    let (made, receipts, left) = match (&args.to, configured) {
        (Some(to), _) => (desk.upkeep().back_up(Some(&by), &folder, Target::of(to)).await?, None, Vec::new()),
        (None, Some(config)) => {
            let made = desk.upkeep().back_up_as_configured(Some(&by), &folder, &config).await?;
            (made.backup, Some(made.receipts), made.left)
        }
        (None, None) => return Err(CommandError::NoBackupFolder),
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
        "left": left.iter().map(|one| json!({ "file": one.path, "why": one.why.to_string() })).collect::<Vec<_>>(),
    });
    command.out.say(&json, || {
        words(command.options.lang, &made, receipts) + &left_words(command.options.lang, &left)
    })?;
    Ok(Exit::Done)
}

/// Generations of the sealing keys in a backup, by site.
fn generations(made: &Backup) -> BTreeMap<SiteId, Vec<u32>> {
    let mut all: BTreeMap<SiteId, Vec<u32>> = BTreeMap::new();
    for key in made.manifest.keys.iter().filter(|key| key.generation > 0) {
        all.entry(site_of(&made.manifest, key).clone()).or_default().push(key.generation);
    }
    all
}

/// Names what else is in the folder.
fn left_words(lang: Lang, left: &[LeftFile]) -> String {
    if left.is_empty() {
        return String::new();
    }
    let line = |one: &LeftFile| format!("  {}: {}", one.path.display(), left_why(lang, &one.why));
    let mut lines = vec![say::backup_left(lang).to_owned()];
    lines.extend(left.iter().take(NAMED_MAX).map(line));
    let more = left.len().saturating_sub(NAMED_MAX);
    if more > 0 {
        lines.push(format!("  {}", shared::and_more(lang, more)));
    }
    lines.join("\n") + "\n"
}

fn left_why(lang: Lang, why: &LeftReason) -> String {
    match why {
        LeftReason::OtherStudy { study, site } => {
            say::left_other_study(lang, study.to_string(), site.to_string())
        }
        LeftReason::OtherKeeper { keeper } => say::left_other_keeper(lang, keeper.to_string()),
        LeftReason::Earlier => say::left_earlier(lang).to_owned(),
        LeftReason::NoNumber => say::left_no_number(lang).to_owned(),
        LeftReason::Half => say::left_half(lang).to_owned(),
        LeftReason::NotABackup => say::left_not_a_backup(lang).to_owned(),
        LeftReason::Newer => say::left_newer(lang).to_owned(),
        LeftReason::Damaged => say::left_damaged(lang).to_owned(),
        LeftReason::Unreadable { reason } => reason.clone(),
        LeftReason::NotRemoved { error } => say::left_not_removed(lang, error),
    }
}

fn words(lang: Lang, made: &Backup, receipts: Option<usize>) -> String {
    let manifest = &made.manifest;
    let (participants, vaults, parcels) = (manifest.participants, manifest.vaults, manifest.parcels);
    let (bytes, database) = (manifest.bytes, manifest.database.to_string());
    let told = match receipts {
        Some(count) => say::backup_receipts(lang, count),
        None => say::backup_elsewhere(lang).to_owned(),
    };
    let mut lines = vec![
        say::backed_up(lang, made.path.display().to_string()),
        format!("  {}", say::backup_holds(lang, participants, vaults, parcels, bytes, database)),
    ];
    for (site, generations) in generations(made) {
        let generations = super::words::list(lang, generations.iter().map(u32::to_string));
        let said = match site == manifest.site {
            true => say::backup_keys(lang, generations),
            false => say::backup_keys_of_site(lang, site.to_string(), generations),
        };
        lines.push(format!("  {said}"));
    }
    lines.push(format!("  {}", say::backup_lacks(lang)));
    lines.push(format!("{} {told}\n", say::backup_checked(lang)));
    lines.join("\n")
}
