//! A small file beside the database that names the parcel sealed last. If the database alone is restored or
//! copied, the two disagree. It is written after the database: a stop in between leaves an older name, which
//! is no sign of a copy.

use std::io::ErrorKind;
use std::path::PathBuf;

use super::StoreError;
use crate::files;
use crate::ids::Hash;

#[derive(Debug)]
pub(super) struct IncarnationMark {
    /// `None` for a database in memory.
    path: Option<PathBuf>,
}

/// Contents of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    /// There is no file.
    Missing,
    /// Nothing was sealed yet, or the file is not readable as a mark.
    Nothing,
    /// The core of the parcel sealed last.
    Parcel(Hash),
}

impl IncarnationMark {
    pub(super) fn beside(database: &str) -> Self {
        let on_disk = !database.is_empty() && database != ":memory:" && !database.starts_with("file:");
        Self { path: on_disk.then(|| PathBuf::from(format!("{database}.life"))) }
    }

    pub(super) fn read(&self) -> Result<Mark, StoreError> {
        let Some(path) = &self.path else { return Ok(Mark::Nothing) };
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(text.trim().parse().map_or(Mark::Nothing, Mark::Parcel)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Mark::Missing),
            Err(error) if error.kind() == ErrorKind::InvalidData => Ok(Mark::Nothing),
            Err(error) => Err(StoreError::SideFile(error)),
        }
    }

    /// Replaces the file as a whole and flushes it.
    pub(super) fn write(&self, core: Option<&Hash>) -> Result<(), StoreError> {
        let Some(path) = &self.path else { return Ok(()) };
        let text = core.map_or_else(|| "nothing\n".to_owned(), |core| format!("{core}\n"));
        files::replace(path, text.as_bytes()).map_err(StoreError::SideFile)
    }
}
