//! The writing connection, with two tasks that SQLite would do while ignoring disk errors: checkpointing the log, and
//! syncing the folder of its files.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};

use rusqlite::Connection;
use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;

use super::open::{DatabaseKey, Missing, Use, open};
use crate::StoreError;
use crate::error::Cause;
use crate::sql::Fault;

/// Length of the log, in pages, from which it is checkpointed. Rare checkpoints copy a page that every commit changes
/// once for many commits.
const CHECKPOINT_PAGES: i32 = 4000;

/// The connection that writes.
pub(super) struct Writer {
    pub(super) connection: Connection,
    log_pages: Arc<AtomicI32>,
}

impl Writer {
    /// Opens it, and brings the schema up to date.
    pub(super) fn open(path: &Path, key: &DatabaseKey, missing: Missing) -> Result<Self, StoreError> {
        let mut connection = open(path, key, missing, Use::Write)?;
        let log_pages = Arc::new(AtomicI32::new(0));
        let seen = Arc::clone(&log_pages);
        let hook = move |_: &mut Wal, pages| {
            seen.store(pages, Ordering::Relaxed);
            Ok(())
        };
        // Replaces SQLite's own checkpoint, which does not report a failing disk.
        connection.wal_hook(Some(hook)).map_err(|error| Fault::from(error).named("open"))?;
        sync_folder(path)?;
        Ok(Self { connection, log_pages })
    }

    /// Checkpoints the log if it is long.
    ///
    /// # Errors
    /// [`StoreError::Fatal`] if the disk fails. If there is no room, or another process uses the database, the log
    /// stays, and a later commit tries again.
    pub(super) fn copy_log_if_long(&self) -> Result<(), StoreError> {
        if self.log_pages.load(Ordering::Relaxed) < CHECKPOINT_PAGES {
            return Ok(());
        }
        self.log_pages.store(0, Ordering::Relaxed);
        let copied = self.connection.wal_checkpoint_v2(Some("main"), CheckpointMode::PASSIVE);
        match copied.map_err(|error| Fault::from(error).named("checkpoint")) {
            Err(error @ StoreError::Fatal { .. }) => Err(error),
            Err(error) => {
                tracing::warn!(%error, "the log was not copied into the database; it grows");
                Ok(())
            }
            Ok(_) => Ok(()),
        }
    }
}

/// Syncs the folder of `path`: without it a crash may lose the name of a new log, and its contents with it.
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        std::fs::File::open(folder.unwrap_or(Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(|error| StoreError::Fatal { during: "open", source: Cause(Box::new(error)) })?;
    }
    Ok(())
}
