//! Backups made by the site, and the receipts by which phones learn what is in them. Only backups in the configured
//! folder give receipts, since only these are promised to be kept.

use std::sync::Arc;

use crate::audit::Account;
use crate::audit::{self as trail, Code, event};
use crate::config::BackupConfig;
use crate::data_folder::DataFolder;
use crate::ops::backup::schedule::{self, LeftFile, Ours};
use crate::ops::backup::{self, Backup, BackupError, BackupInput, Target};
use crate::site::{StaffError, UpkeepService};
use diary_store::{BackedUp, Signer, VaultMerge};

/// A backup in the configured folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackedUpAsConfigured {
    /// The backup.
    pub backup: Backup,
    /// Parcels that are backed up now and were not before.
    pub receipts: usize,
    /// Files in the folder that are no backups of this server, or could not be removed.
    pub left: Vec<LeftFile>,
}

/// Vaults whose receipts are written in one transaction.
const VAULTS: usize = 16;

impl UpkeepService<'_> {
    /// Makes a backup of `folder`, this site's own. Readers and writers of the database are not blocked meanwhile.
    ///
    /// # Errors
    /// [`StaffError::Backup`]; no file is left then.
    pub async fn back_up(
        self,
        by: Option<&Account>,
        folder: &DataFolder,
        to: Target,
    ) -> Result<Backup, StaffError> {
        let bundle = self.bundle().await?;
        let (keys, entropy, folder) =
            (Arc::clone(self.keeper_keys()), Arc::clone(self.context().entropy()), folder.clone());
        let now = self.now();
        let make = move || {
            backup::make(BackupInput { folder: &folder, keys: &keys, bundle: &bundle, now }, &to, &*entropy)
        };
        let made = tokio::task::spawn_blocking(make).await.map_err(|_| StaffError::Contended)??;
        let target = format!(
            "vaults={} parcels={} database={}",
            made.manifest.vaults, made.manifest.parcels, made.manifest.database
        );
        self.note(match by {
            Some(by) => event(by, self.now(), Code::ServerBackup, target, None),
            None => trail::server_event(self.now(), Code::ServerBackup, target),
        })
        .await?;
        Ok(made)
    }

    /// Makes a backup in the configured folder and removes those that are too old. Phones receive the confirmation
    /// that their data is backed up only after the backup was read back.
    ///
    /// # Errors
    /// [`StaffError::Backup`]; phones receive no confirmation then.
    pub async fn back_up_as_configured(
        self,
        by: Option<&Account>,
        folder: &DataFolder,
        config: &BackupConfig,
    ) -> Result<BackedUpAsConfigured, StaffError> {
        let made = self.back_up(by, folder, Target::Folder(config.folder.clone())).await?;
        let ours = Ours::of(self.keeper_keys(), made.holding.epoch);
        let (config, path, manifest) = (config.clone(), made.path.clone(), made.manifest.clone());
        let prune = move || {
            let left = schedule::prune(&config, &ours, &path)?;
            backup::read_back(&path, &manifest)?;
            Ok::<_, BackupError>(left)
        };
        let left = tokio::task::spawn_blocking(prune).await.map_err(|_| StaffError::Contended)??;
        let receipts = self.receipt_backup(&made).await?;
        Ok(BackedUpAsConfigured { backup: made, receipts, left })
    }

    /// True if the next configured backup is due.
    ///
    /// # Errors
    /// [`StaffError::Backup`] where the folder cannot be read.
    pub async fn backup_is_due(self, config: &BackupConfig) -> Result<bool, StaffError> {
        let state = self.store().server_state().await?.ok_or(StaffError::NotFounded)?;
        let ours = Ours::of(self.keeper_keys(), state.epoch);
        let newest = schedule::list(&config.folder, &ours)?.ours.pop();
        Ok(schedule::is_due(newest.map(|(_, made, _)| made), config.every_minutes, self.now()))
    }

    /// Writes BACKED_UP receipts for the parcels in a backup that have none yet, group by group.
    async fn receipt_backup(&self, made: &Backup) -> Result<usize, StaffError> {
        let at = self.now();
        let mut receipts = 0;
        for heads in made.holding.heads.chunks(VAULTS) {
            loop {
                let merge = |(vault, head): &(_, _)| VaultMerge {
                    vault: *vault,
                    outcomes: Vec::new(),
                    reply: None,
                    notice: None,
                    backed_up: Some(BackedUp { head: *head }),
                    status: None,
                    at,
                };
                let merges = heads.iter().map(merge).collect();
                let signer: Signer = Arc::clone(self.keeper_keys()) as Signer;
                match self.store().commit_merge(merges, signer).await? {
                    0 => break,
                    more => receipts += more,
                }
            }
            heads.iter().for_each(|(vault, _)| self.context().waiters().wake(*vault));
        }
        Ok(receipts)
    }
}

#[cfg(test)]
mod tests;
