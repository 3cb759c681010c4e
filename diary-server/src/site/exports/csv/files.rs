//! Files of an export of tables, listed with their hashes.

use std::collections::BTreeMap;
use std::path::Path;

use diary_core::ids::Hash;
use diary_core::text::Lang;
use diary_core::time::UtcMillis;
use rust_xlsxwriter::XlsxError;
use serde::Serialize;

use super::sheets::{SPREADSHEET, Sheets};
use crate::site::StaffError;
use crate::site::exports::folder::{ExportFolder, OpenFile, WrittenFile, refused};
use diary_report::tables_csv::{Batch, TableName, explanation, heading};

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
    folder: ExportFolder,
    tables: BTreeMap<TableName, OpenTable>,
    sheets: Option<Sheets>,
    lang: Lang,
    done: Vec<FileLine>,
}

/// A table that is being written.
struct OpenTable {
    to: OpenFile,
    rows: u64,
}

impl Files {
    /// A new or empty folder, open to its owner alone.
    pub(super) fn begin(folder: &Path, lang: Lang) -> Result<Self, StaffError> {
        let folder = ExportFolder::begin(folder, &[])?;
        Ok(Self { folder, tables: BTreeMap::new(), sheets: None, lang, done: Vec::new() })
    }

    /// Begins every table with its first line, and a spreadsheet where it is given when the export began.
    pub(super) fn begin_tables(&mut self, spreadsheet: Option<UtcMillis>) -> Result<(), StaffError> {
        for table in TableName::ALL {
            let mut to = self.folder.open(&table.file())?;
            to.put(&heading(table))?;
            self.tables.insert(table, OpenTable { to, rows: 0 });
        }
        let begin = |made| Sheets::begin(self.folder.path(), made);
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
                open.rows += rows;
                open.to.put(&bytes)?;
            }
        }
        Ok(())
    }

    /// Bytes of the tables so far.
    pub(super) fn bytes(&self) -> u64 {
        self.tables.values().map(|open| open.to.bytes()).sum()
    }

    /// Number of rows written to a table.
    pub(super) fn rows(&self, table: TableName) -> u64 {
        self.tables.get(&table).map_or(0, |open| open.rows)
    }

    /// Writes a file that is no table.
    pub(super) fn whole(&mut self, name: &str, bytes: &[u8]) -> Result<(), StaffError> {
        let written = self.folder.whole(name, bytes)?;
        self.list(name, None, written);
        Ok(())
    }

    /// Names the tables, which are whole now, and lists every file by name.
    pub(super) fn finish(&mut self) -> Result<Vec<FileLine>, StaffError> {
        if let Some(sheets) = self.sheets.take() {
            let mut open = self.folder.open(SPREADSHEET)?;
            sheets.save(&explanation(self.lang), &mut open).map_err(|error| self.refused_sheets(&error))?;
            let written = open.close()?;
            self.list(SPREADSHEET, None, written);
        }
        for (table, OpenTable { to, rows }) in std::mem::take(&mut self.tables) {
            let written = to.close()?;
            self.list(&table.file(), Some(rows), written);
        }
        self.done.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(self.done.clone())
    }

    /// Writes the manifest, once everything that it lists is on the disk under its name.
    pub(super) fn manifest(&self, name: &str, manifest: &impl Serialize) -> Result<(), StaffError> {
        let json =
            serde_json::to_string_pretty(manifest).map_err(|error| refused(self.folder.path(), &error))?;
        self.folder.whole(name, format!("{json}\n").as_bytes())?;
        Ok(())
    }

    fn refused_sheets(&self, error: &XlsxError) -> StaffError {
        refused(&self.folder.path().join(SPREADSHEET), error)
    }

    fn list(&mut self, name: &str, rows: Option<u64>, written: WrittenFile) {
        let WrittenFile { bytes, sha256 } = written;
        self.done.push(FileLine { name: name.to_owned(), rows, bytes, sha256 });
    }
}
