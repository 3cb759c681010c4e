//! Tables of diaries in one ZIP archive, as a browser takes it. They are made in files of a private folder, so that
//! memory does not grow with the trial; the archive is an unnamed file, which is gone once it was read.

use std::fs::File;
use std::io::{self, Seek};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::csv::{CsvExported, Wanted};
use super::folder::refused;
use crate::audit::Account;
use crate::site::{ExportService, StaffError};

/// Beginning of the names of the folders in which tables are made.
const PREFIX: &str = ".export-";

/// An archive of tables.
#[derive(Debug)]
pub struct Archive {
    /// The archive, at its start.
    pub file: File,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its contents.
    pub done: CsvExported,
}

impl ExportService<'_> {
    /// Exports tables to an archive. The row of the audit trail is written before anything else. Callers make one archive
    /// at a time: what an interrupted one has left is removed first.
    ///
    /// # Errors
    /// As [`Self::csv`], [`StaffError::ExportTooLarge`].
    pub async fn archive(self, by: &Account, wanted: &Wanted) -> Result<Archive, StaffError> {
        let scratch = self.scratch();
        let failed = |error: &dyn std::fmt::Display| refused(&scratch, error);
        clear(&scratch).map_err(|error| failed(&error))?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&scratch);
        let folder = folder.map_err(|error| failed(&error))?;
        let tables = folder.path().join("tables");
        let done = self.csv(by, &tables, wanted).await?;
        let place = scratch.clone();
        let packed = tokio::task::spawn_blocking(move || {
            let packed = pack(&place, &tables);
            drop(folder);
            packed
        });
        let packed = packed.await.map_err(|error| failed(&error))?;
        let (file, bytes) = packed.map_err(|error| failed(&error))?;
        Ok(Archive { file, bytes, done })
    }
}

/// Removes what an interrupted export has left.
fn clear(scratch: &Path) -> io::Result<()> {
    for entry in scratch.read_dir()? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn pack(scratch: &Path, tables: &Path) -> io::Result<(File, u64)> {
    let mut names = Vec::new();
    for entry in tables.read_dir()? {
        names.push(entry?.file_name());
    }
    names.sort_unstable();
    let mut zip = ZipWriter::new(tempfile::tempfile_in(scratch)?);
    let options = SimpleFileOptions::default().large_file(true);
    for name in names {
        zip.start_file(name.to_string_lossy(), options)?;
        io::copy(&mut File::open(tables.join(&name))?, &mut zip)?;
    }
    let mut file = zip.finish()?;
    let bytes = file.stream_position()?;
    file.rewind()?;
    Ok((file, bytes))
}
