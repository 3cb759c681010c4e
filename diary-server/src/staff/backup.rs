//! Making a backup, and the receipts that say on phones what is in it. Only a backup in the configured folder is promised
//! to be kept, so that only it gives receipts.

use std::sync::Arc;

use super::trail::{self, Code, event};
use super::{Account, Desk, StaffError};
use crate::backup::{self, Backup, BackupError, BackupInput, Target, file, schedule};
use crate::config::BackupConfig;
use crate::data_folder::DataFolder;
use crate::store::{BackedUp, Signer, VaultMerge};

/// Vaults whose receipts are written in one transaction.
const VAULTS: usize = 16;

impl Desk {
    /// Makes a backup of `folder`, this desk's own. Nobody who uses the database has to wait for it.
    ///
    /// # Errors
    /// [`StaffError::Backup`]; no file is left then.
    pub async fn back_up(
        &self,
        by: Option<&Account>,
        folder: &DataFolder,
        to: Target,
    ) -> Result<Backup, StaffError> {
        let bundle = self.bundle().await?;
        let (keys, entropy, folder) = (Arc::clone(&self.keys), Arc::clone(&self.entropy), folder.clone());
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

    /// Makes a backup in the configured folder, tells phones what is in it, and removes those that are too old. Gives the
    /// number of parcels that are backed up now and were not before.
    ///
    /// # Errors
    /// [`StaffError::Backup`].
    pub async fn back_up_as_configured(
        &self,
        by: Option<&Account>,
        folder: &DataFolder,
        config: &BackupConfig,
    ) -> Result<(Backup, usize), StaffError> {
        let made = self.back_up(by, folder, Target::Folder(config.folder.clone())).await?;
        let receipts = self.receipt_backup(&made).await?;
        schedule::prune(config, &self.keys.site)?;
        Ok((made, receipts))
    }

    /// Whether the next configured backup is due.
    ///
    /// # Errors
    /// [`StaffError::Backup`] where the folder cannot be read.
    pub fn backup_is_due(&self, config: &BackupConfig) -> Result<bool, StaffError> {
        let newest = schedule::list(&config.folder, &self.keys.site)?.pop();
        let made = match newest.map(|path| file::read_manifest(&path)) {
            Some(Ok(manifest)) => Some(manifest.made),
            // One that cannot be read is none.
            Some(Err(BackupError::NotABackup { .. } | BackupError::Damaged { .. })) | None => None,
            Some(Err(other)) => return Err(other.into()),
        };
        Ok(schedule::is_due(made, config.every_minutes, self.now()))
    }

    /// Writes BACKED_UP receipts for what a backup holds and did not yet have one, group by group.
    async fn receipt_backup(&self, made: &Backup) -> Result<usize, StaffError> {
        let at = self.now();
        let mut receipts = 0;
        for heads in made.holding.heads.chunks(VAULTS) {
            loop {
                let merge = |(vault, head): &(_, _)| VaultMerge {
                    vault: *vault,
                    outcomes: Vec::new(),
                    reply: None,
                    told: None,
                    backed_up: Some(BackedUp { head: *head }),
                    standing: None,
                    at,
                };
                let merges = heads.iter().map(merge).collect();
                let signer: Signer = Arc::clone(&self.keys) as Signer;
                match self.store.commit_merge(merges, signer).await? {
                    0 => break,
                    more => receipts += more,
                }
            }
            heads.iter().for_each(|(vault, _)| self.merger.waiters.wake(*vault));
        }
        Ok(receipts)
    }
}

#[cfg(test)]
mod tests;
