//! Statements that are prepared once for each connection. Parsing one takes longer than running it: most of them touch one
//! row of a small table.

use rusqlite::{Connection, Params, Row};

/// Statements that a connection keeps prepared: more than the store has.
pub(super) const KEPT: usize = 256;

/// Running statements that stay prepared.
pub(super) trait Statements {
    /// Runs a statement that gives no rows; gives the number of rows that it changed.
    fn run(&self, sql: &str, params: impl Params) -> Result<usize, rusqlite::Error>;

    /// Reads the first row.
    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<T, rusqlite::Error>;
}

impl Statements for Connection {
    fn run(&self, sql: &str, params: impl Params) -> Result<usize, rusqlite::Error> {
        self.prepare_cached(sql)?.execute(params)
    }

    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<T, rusqlite::Error> {
        self.prepare_cached(sql)?.query_row(params, read)
    }
}
