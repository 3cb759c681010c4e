//! Append-only copy of sealed bytes in a file beside the database. If the database is damaged, sealed parcels
//! can still be handed in. Frames of a length (4 bytes, big-endian) and that many bytes.

use std::path::PathBuf;

use super::StoreError;
use crate::files;

#[derive(Debug)]
pub(super) struct SideFile {
    /// `None` for a database in memory.
    path: Option<PathBuf>,
}

impl SideFile {
    pub(super) fn beside(database: &str) -> Self {
        let on_disk = !database.is_empty() && database != ":memory:" && !database.starts_with("file:");
        Self { path: on_disk.then(|| PathBuf::from(format!("{database}.sealed"))) }
    }

    pub(super) fn exists(&self) -> bool {
        self.path.as_ref().is_none_or(|path| path.exists())
    }

    /// Appends one frame and flushes it. The database stays the authoritative copy.
    pub(super) fn append(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let Some(path) = &self.path else { return Ok(()) };
        let length = u32::try_from(bytes.len()).expect("a parcel or grant is far below 4 GiB");
        let mut frame = Vec::with_capacity(bytes.len() + 4);
        frame.extend_from_slice(&length.to_be_bytes());
        frame.extend_from_slice(bytes);
        files::append(path, &frame).map_err(StoreError::SideFile)
    }
}
