//! Notices about the phone itself that were shown, so that each is shown once per occurrence.

use std::collections::BTreeSet;

use super::statement::Statements;
use super::{Store, StoreError};
use crate::time::UtcMillis;

impl Store {
    /// Notes that all of `present` are shown now and returns those that were not shown before. A notice that
    /// is no longer present is removed, so that it is shown again at its next occurrence.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn tell_once(&mut self, present: &[String], now: UtcMillis) -> Result<BTreeSet<String>, StoreError> {
        let told: BTreeSet<String> = self
            .connection
            .prepare_cached("SELECT what FROM notice")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let fresh: BTreeSet<String> = present.iter().filter(|what| !told.contains(*what)).cloned().collect();
        let over: Vec<&String> = told.iter().filter(|what| !present.contains(what)).collect();
        if fresh.is_empty() && over.is_empty() {
            return Ok(fresh);
        }
        self.write(|t| {
            for what in over {
                t.run("DELETE FROM notice WHERE what = ?1", [what])?;
            }
            for what in &fresh {
                t.run("INSERT INTO notice (what, told) VALUES (?1, ?2)", (what, now.0))?;
            }
            Ok(())
        })?;
        Ok(fresh)
    }

    /// Device's clock at the last entry made here.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn last_recorded(&self) -> Result<Option<UtcMillis>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT bytes FROM revision WHERE received IS NULL ORDER BY counter DESC LIMIT 1",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(super::entries::readable(rows)?.first().map(|last| last.revision().recorded.utc))
    }
}
