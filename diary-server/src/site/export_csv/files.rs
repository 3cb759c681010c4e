//! Files of an export of tables: written under a temporary name, renamed once they are complete, listed with their
//! hashes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use diary_core::files::{name_new, private, sync_folder};
use diary_core::ids::Hash;
use diary_core::time::UtcMillis;
use ring::digest::{Context, SHA256};
use rust_xlsxwriter::XlsxError;
use serde::Serialize;

use super::super::StaffError;
use super::sheets::{SPREADSHEET, Sheets};
use crate::data_folder::private_folder;
use diary_report::tables_csv::{Batch, Table, explanation, heading};

/// Extension of a file while it is written.
const PART: &str = "part";

/// One file of an export.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FileLine {
    /// Its name.
    pub name: String,
    /// Number of rows below the heading; of a table only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Its bytes.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: Hash,
}

/// A folder that an export is written to.
pub(super) struct Files {
    folder: PathBuf,
    tables: BTreeMap<Table, Open>,
    sheets: Option<Sheets>,
    done: Vec<FileLine>,
}

struct Open {
    name: String,
    part: PathBuf,
    to: BufWriter<File>,
    hash: Context,
    bytes: u64,
    rows: Option<u64>,
}

impl Files {
    /// A new or empty folder, open to its owner alone.
    pub(super) fn begin(folder: &Path) -> Result<Self, StaffError> {
        let occupied = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
        if occupied {
            return Err(StaffError::NotVacant { path: folder.display().to_string() });
        }
        private_folder(folder).map_err(|error| refused(folder, &error))?;
        Ok(Self { folder: folder.to_owned(), tables: BTreeMap::new(), sheets: None, done: Vec::new() })
    }

    /// Begins every table with its first line, and a spreadsheet where it is given when the export began.
    pub(super) fn begin_tables(&mut self, spreadsheet: Option<UtcMillis>) -> Result<(), StaffError> {
        for table in Table::ALL {
            let mut open = self.part(&table.file())?;
            open.rows = Some(0);
            open.put(&heading(table))?;
            self.tables.insert(table, open);
        }
        let begin = |made| Sheets::begin(&self.folder, made);
        self.sheets = spreadsheet.map(begin).transpose().map_err(|error| self.refused_sheets(&error))?;
        Ok(())
    }

    /// Writes rows of the tables.
    pub(super) fn append(&mut self, batch: Batch) -> Result<(), StaffError> {
        for (table, bytes, rows) in batch.finish() {
            if let Some(Err(error)) = self.sheets.as_mut().map(|sheets| sheets.append(table, &bytes)) {
                return Err(self.refused_sheets(&error));
            }
            if let Some(open) = self.tables.get_mut(&table) {
                open.rows = open.rows.map(|before| before + rows);
                open.put(&bytes)?;
            }
        }
        Ok(())
    }

    /// Number of rows written to a table.
    pub(super) fn rows(&self, table: Table) -> u64 {
        self.tables.get(&table).and_then(|open| open.rows).unwrap_or(0)
    }

    /// Writes a file that is no table.
    pub(super) fn whole(&mut self, name: &str, bytes: &[u8]) -> Result<(), StaffError> {
        let mut open = self.part(name)?;
        open.put(bytes)?;
        let line = open.close(&self.folder)?;
        self.done.push(line);
        Ok(())
    }

    /// Names the tables, which are whole now, and lists every file by name.
    pub(super) fn finish(&mut self) -> Result<Vec<FileLine>, StaffError> {
        if let Some(sheets) = self.sheets.take() {
            let mut open = self.part(SPREADSHEET)?;
            sheets.save(&explanation(), &mut open).map_err(|error| self.refused_sheets(&error))?;
            self.done.push(open.close(&self.folder)?);
        }
        for open in std::mem::take(&mut self.tables).into_values() {
            let line = open.close(&self.folder)?;
            self.done.push(line);
        }
        self.done.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(self.done.clone())
    }

    /// Writes the manifest, once everything that it lists is on the disk under its name.
    pub(super) fn manifest(&self, name: &str, manifest: &impl Serialize) -> Result<(), StaffError> {
        self.settle()?;
        let json = serde_json::to_string_pretty(manifest).map_err(|error| refused(&self.folder, &error))?;
        let mut open = self.part(name)?;
        open.put(format!("{json}\n").as_bytes())?;
        open.close(&self.folder)?;
        self.settle()
    }

    fn refused_sheets(&self, error: &XlsxError) -> StaffError {
        refused(&self.folder.join(SPREADSHEET), error)
    }

    /// Waits until the names are on the disk.
    fn settle(&self) -> Result<(), StaffError> {
        sync_folder(&self.folder).map_err(|error| refused(&self.folder, &error))
    }

    fn part(&self, name: &str) -> Result<Open, StaffError> {
        let part = self.folder.join(format!("{name}.{PART}"));
        let to =
            BufWriter::new(private().create_new(true).open(&part).map_err(|error| refused(&part, &error))?);
        Ok(Open { name: name.to_owned(), part, to, hash: Context::new(&SHA256), bytes: 0, rows: None })
    }
}

impl Write for Open {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

impl Open {
    fn put(&mut self, bytes: &[u8]) -> Result<(), StaffError> {
        self.write_all(bytes).map_err(|error| refused(&self.part, &error))
    }

    fn close(self, folder: &Path) -> Result<FileLine, StaffError> {
        let Self { name, part, to, hash, bytes, rows } = self;
        let file = to.into_inner().map_err(|error| refused(&part, error.error()))?;
        file.sync_all().map_err(|error| refused(&part, &error))?;
        name_new(&part, &folder.join(&name)).map_err(|error| refused(&part, &error))?;
        let mut digest = [0; 32];
        digest.copy_from_slice(hash.finish().as_ref());
        Ok(FileLine { name, rows, bytes, sha256: Hash::from_bytes(digest) })
    }
}

fn refused(path: &Path, error: &dyn std::fmt::Display) -> StaffError {
    StaffError::File { path: path.display().to_string(), reason: error.to_string() }
}
