//! Statements prepared once for each connection: parsing takes longer than running one that touches a single
//! row.

use rusqlite::{Connection, Params, Row};

/// Capacity of a connection's cache of prepared statements: more than the store has.
pub(super) const KEPT: usize = 256;

/// Execution of cached statements.
pub(super) trait Statements {
    /// Runs a statement without result rows and returns the number of rows changed.
    fn run(&self, sql: &str, params: impl Params) -> Result<usize, rusqlite::Error>;

    /// Reads the first row of the result.
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
