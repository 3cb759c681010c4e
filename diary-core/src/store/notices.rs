//! What the participant was told of the phone itself, so that it is told once for as long as it is so.

use std::collections::BTreeSet;

use super::statement::Statements;
use super::{Store, StoreError};
use crate::time::UtcMillis;

impl Store {
    /// Notes that all of `present` is told now; what is over is forgotten, so that it is told again when it comes back.
    /// Gives the ones that were not told before.
    ///
    /// # Errors
    /// When the database refuses.
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

    /// The time that the device's clock showed when something was last entered here.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn last_recorded(&self) -> Result<Option<UtcMillis>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT bytes FROM revision WHERE received IS NULL ORDER BY counter DESC LIMIT 1",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(super::entries::readable(rows)?.first().map(|last| last.revision().recorded.utc))
    }
}
