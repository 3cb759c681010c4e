//! Intake of files that wait: whole files, named by the time of their arrival and their hash, in a folder of bounded
//! size.

use std::io;
use std::path::{Path, PathBuf};

use diary_core::files;
use diary_core::hash::sha256;
use diary_core::time::UtcMillis;

use crate::data_folder::DataFolder;
use crate::site::StaffError;

/// Most bytes that wait.
const INTAKE_MAX_BYTES: u64 = 256 * 1024 * 1024;
/// Most files that wait.
const INTAKE_MAX_FILES: usize = 1000;
/// The folder's name.
const FOLDER: &str = "intake";
const ENDING: &str = ".parcel";

/// Bounded folder of files that wait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Intake {
    folder: PathBuf,
    max_bytes: u64,
}

/// Result of adding a file to the intake.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeptFile {
    /// It is.
    Yes,
    /// It was there already.
    Already,
    /// It is not: too much waits.
    NoRoom,
}

/// A file that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Waiting {
    path: PathBuf,
    bytes: u64,
    /// Time at which it was first received.
    pub(super) since: UtcMillis,
}

impl Intake {
    /// The intake of a data folder.
    #[must_use]
    pub fn of(data: &DataFolder) -> Self {
        Self::at(data.path().join(FOLDER), INTAKE_MAX_BYTES)
    }

    /// An intake in `folder` that holds at most `max_bytes`.
    #[must_use]
    pub const fn at(folder: PathBuf, max_bytes: u64) -> Self {
        Self { folder, max_bytes }
    }

    /// Keeps a file, once, and brings it to the disk.
    ///
    /// # Errors
    /// [`StaffError::Intake`].
    pub fn keep(&self, bytes: &[u8], at: UtcMillis) -> Result<KeptFile, StaffError> {
        let hash = sha256(bytes).to_string();
        let waiting = self.list()?;
        if waiting.iter().any(|one| one.path.to_string_lossy().contains(&hash)) {
            return Ok(KeptFile::Already);
        }
        let taken: u64 = waiting.iter().map(|one| one.bytes).sum();
        if waiting.len() >= INTAKE_MAX_FILES || taken.saturating_add(bytes.len() as u64) > self.max_bytes {
            return Ok(KeptFile::NoRoom);
        }
        std::fs::create_dir_all(&self.folder).map_err(|error| failed(&self.folder, &error))?;
        let path = self.folder.join(format!("{:013}-{hash}{ENDING}", at.0.max(0)));
        files::replace(&path, bytes).map_err(|error| failed(&path, &error))?;
        Ok(KeptFile::Yes)
    }

    /// Files that wait, the longest waiting first.
    pub(super) fn list(&self) -> Result<Vec<Waiting>, StaffError> {
        let listing = match std::fs::read_dir(&self.folder) {
            Ok(listing) => listing,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&self.folder, &error)),
        };
        let mut found = Vec::new();
        for entry in listing {
            let entry = entry.map_err(|error| failed(&self.folder, &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let since = name.strip_suffix(ENDING).and_then(|name| name.split_once('-')?.0.parse().ok());
            // Other files in the folder are ignored.
            if let Some(since) = since {
                let bytes = entry.metadata().map_err(|error| failed(&entry.path(), &error))?.len();
                found.push(Waiting { path: entry.path(), bytes, since: UtcMillis(since) });
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }
}

impl Waiting {
    pub(super) fn read(&self) -> Result<Vec<u8>, StaffError> {
        std::fs::read(&self.path).map_err(|error| failed(&self.path, &error))
    }

    /// It need not wait any longer.
    pub(super) fn done(&self) -> Result<(), StaffError> {
        std::fs::remove_file(&self.path).map_err(|error| failed(&self.path, &error))
    }
}

fn failed(path: &Path, error: &io::Error) -> StaffError {
    StaffError::Intake { path: path.display().to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_kept_once_and_only_while_there_is_room() {
        let above = tempfile::tempdir().unwrap();
        let intake = Intake::at(above.path().join("intake"), 100);
        assert!(intake.list().unwrap().is_empty());
        assert_eq!(intake.keep(&[1; 60], UtcMillis(5)).unwrap(), KeptFile::Yes);
        assert_eq!(intake.keep(&[1; 60], UtcMillis(9)).unwrap(), KeptFile::Already);
        assert_eq!(intake.keep(&[2; 60], UtcMillis(9)).unwrap(), KeptFile::NoRoom);
        let waiting = intake.list().unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].since, waiting[0].read().unwrap()), (UtcMillis(5), vec![1; 60]));
        waiting[0].done().unwrap();
        assert_eq!(intake.keep(&[2; 60], UtcMillis(9)).unwrap(), KeptFile::Yes);
    }
}
