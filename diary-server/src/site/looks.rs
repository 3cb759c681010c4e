//! Views of diaries in a database from which the study is being moved, or was moved: it is read-only, and reading
//! goes on. Such a view is noted in a file of the data folder, synced before the diary is shown, and becomes a row of
//! the audit trail when a command opens the database in which the study continues.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use diary_core::files;
use diary_core::wire;

use super::upkeep::place::StudyPlace;
use super::{SiteServices, StaffError};
use crate::data_folder::DataFolder;
use diary_store::{StoreError, TrailEvent};

const FILE: &str = "looks.cbor";
/// While they become rows.
const TAKEN: &str = "looks-taken.cbor";

/// File in which views are noted while the study is in another database.
pub(super) fn path(folder: &DataFolder) -> PathBuf {
    folder.path().join(FILE)
}

impl SiteServices {
    /// Notes a view in the audit trail.
    ///
    /// # Errors
    /// [`StaffError`] of the database, or [`StaffError::File`] where the study is elsewhere and the view cannot be
    /// noted.
    pub(super) async fn look(&self, event: TrailEvent) -> Result<(), StaffError> {
        match (self.note(event.clone()).await, &self.looks) {
            (Err(StaffError::Store(StoreError::Moving | StoreError::Moved)), Some(path)) => {
                files::append(path, &wire::encode(&event)).map_err(|error| failed(path, &error))
            }
            (noted, _) => noted,
        }
    }

    /// Moves the noted views into the audit trail, where the study is in this database.
    pub(super) async fn note_kept_looks(&self) -> Result<(), StaffError> {
        let Some(path) = &self.looks else { return Ok(()) };
        let taken = path.with_file_name(TAKEN);
        if !path.exists() && !taken.exists() {
            return Ok(());
        }
        if self.upkeep().study_place().await? != Some(StudyPlace::Here) {
            return Ok(());
        }
        // Views that an interrupted command had begun to move come first.
        if !taken.exists() {
            match files::rename(path, &taken) {
                // Another command has moved them already.
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                renamed => renamed.map_err(|error| failed(path, &error))?,
            }
        }
        let bytes = std::fs::read(&taken).map_err(|error| failed(&taken, &error))?;
        for event in events(&bytes) {
            self.note(event).await?;
        }
        match std::fs::remove_file(&taken) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&taken, &error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// The events in a file, up to one that a power cut left half written.
fn events(bytes: &[u8]) -> Vec<TrailEvent> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let mut events = Vec::new();
    while decoder.position() < bytes.len() {
        let Ok(event) = decoder.decode() else {
            tracing::warn!(after = events.len(), "a kept look is cut off and left out");
            break;
        };
        events.push(event);
    }
    events
}

fn failed(path: &Path, error: &std::io::Error) -> StaffError {
    StaffError::File { path: path.display().to_string(), reason: error.to_string() }
}
