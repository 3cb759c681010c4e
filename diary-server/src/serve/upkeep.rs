//! Upkeep of the data folder while the server runs: it records how far the database has come, for rollback detection,
//! and makes the configured backups. Requests are not delayed by either.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::config::BackupConfig;
use crate::context::notifications::Ended;
use crate::data_folder::DataFolder;
use crate::ops::backup::schedule::LeftFile;
use crate::ops::rollback;
use crate::site::SiteServices;
use crate::site::upkeep::backup::BackedUpAsConfigured;

/// Interval of the checks.
const EVERY: Duration = Duration::from_secs(30);

/// Most files in the folder of backups that are named each time.
const NAMED_MAX: usize = 10;

/// Looks again and again, until the app is gone.
pub(super) async fn run(desk: SiteServices, folder: DataFolder, backup: Option<BackupConfig>, ended: Ended) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if ended.is_over() {
            return;
        }
        note(&desk, &folder).await;
        if let Some(config) = &backup {
            back_up(&desk, &folder, config).await;
        }
    }
}

/// Writes down how far the database has come.
pub(super) async fn note(desk: &SiteServices, folder: &DataFolder) {
    if folder.location().file().is_none() {
        return;
    }
    let (secret, folder) = (Zeroizing::new(*desk.keeper_keys().database_secret()), folder.clone());
    match tokio::task::spawn_blocking(move || rollback::note(&folder, &secret)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "how far the database has come is not written down"),
        Err(error) => tracing::warn!(%error, "how far the database has come is not written down"),
    }
}

async fn back_up(desk: &SiteServices, folder: &DataFolder, config: &BackupConfig) {
    let made = match desk.upkeep().backup_is_due(config).await {
        Ok(false) => return,
        Ok(true) => desk.upkeep().back_up_as_configured(None, folder, config).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(BackedUpAsConfigured { backup, receipts, left }) => {
            let (parcels, path) = (backup.manifest.parcels, backup.path.display());
            tracing::info!(%path, parcels, receipts, left = left.len(), "backed up");
            for LeftFile { path, why } in left.iter().take(NAMED_MAX) {
                tracing::warn!(path = %path.display(), %why, "left as it is in the folder of backups");
            }
        }
        Err(error) => {
            tracing::error!(%error, "the configured backup was not made; it is tried again in half a minute");
        }
    }
}
