//! Short numbers by which people name entries. A trigger of the schema assigns one with an entry's first
//! revision; this module only reads them.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;

use super::row::bytes;
use super::{Store, StoreError};
use crate::ids::EntryId;

impl Store {
    /// Number of an entry; `None` if the entry is not here.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn entry_number(&self, entry: EntryId) -> Result<Option<u32>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT n FROM entry_number WHERE entry = ?1")?
            .query_row([entry.as_bytes()], |row| row.get("n"))
            .optional()?)
    }

    /// Entry with a number.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn entry_of_number(&self, number: u32) -> Result<Option<EntryId>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT entry FROM entry_number WHERE n = ?1")?
            .query_row([number], |row| Ok(EntryId::from_bytes(bytes(row, "entry")?)))
            .optional()?)
    }

    /// Numbers of all entries.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn entry_numbers(&self) -> Result<BTreeMap<EntryId, u32>, StoreError> {
        self.connection
            .prepare_cached("SELECT entry, n FROM entry_number")?
            .query_map([], |row| Ok((EntryId::from_bytes(bytes(row, "entry")?), row.get("n")?)))?
            .map(|row| Ok(row?))
            .collect()
    }
}
