//! One transaction of SQLite. Statements are prepared once for each connection; a statement for many sets of parameters
//! is run once per set, which is cheap within a process.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use diary_core::steps;
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{CachedStatement, Connection, StatementStatus, ToSql};

use crate::sql::{Columns, Dialect, Each, Param, Row, Step, Tx, Value, corrupt, traced};

/// A connection inside a transaction.
pub(super) struct SqliteTx<'c>(pub(super) &'c Connection);

impl SqliteTx<'_> {
    fn prepared(&self, sql: &'static str) -> Step<CachedStatement<'_>> {
        traced(sql);
        Ok(self.0.prepare_cached(sql)?)
    }
}

impl Tx for SqliteTx<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn claimant(&self) -> Option<[u8; 16]> {
        None
    }

    fn query(&self, sql: &'static str, params: &[Param<'_>]) -> Step<Vec<Row>> {
        let mut statement = self.prepared(sql)?;
        let rows = rows(&mut statement, sql, params);
        count(&statement);
        rows
    }

    fn execute(&self, sql: &'static str, params: &[Param<'_>]) -> Step<u64> {
        let mut statement = self.prepared(sql)?;
        let changed = statement.execute(rusqlite::params_from_iter(params))?;
        count(&statement);
        Ok(changed as u64)
    }

    fn query_each(&self, each: &Each, sets: &[Vec<Param<'_>>]) -> Step<Vec<Vec<Row>>> {
        if sets.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = self.prepared(each.sql)?;
        let found = sets.iter().map(|params| rows(&mut statement, each.sql, params)).collect();
        count(&statement);
        found
    }

    fn execute_each(&self, each: &Each, sets: &[Vec<Param<'_>>]) -> Step<()> {
        if sets.is_empty() {
            return Ok(());
        }
        let mut statement = self.prepared(each.sql)?;
        for params in sets {
            statement.execute(rusqlite::params_from_iter(params))?;
        }
        count(&statement);
        Ok(())
    }
}

/// Steps counted for each statement beside its own: in a remote database each is a round trip.
const STATEMENT: u64 = 100;

/// Counts the steps that a statement took.
fn count(statement: &CachedStatement<'_>) {
    if cfg!(debug_assertions) {
        let own = statement.reset_status(StatementStatus::VmStep);
        steps::steps(STATEMENT + u64::from(own.unsigned_abs()));
    }
}

thread_local! {
    /// Names of the columns of each statement that has given rows, by the place of its text, which is static.
    static NAMES: RefCell<HashMap<(usize, usize), Columns>> = RefCell::default();
}

/// Names of the columns of `statement`. SQLite has them as C strings; they are read once for each statement and thread.
fn columns(statement: &CachedStatement<'_>, sql: &'static str) -> Columns {
    let place = (sql.as_ptr() as usize, sql.len());
    let read = || statement.column_names().map(str::to_owned).collect();
    NAMES.with_borrow_mut(|names| Arc::clone(names.entry(place).or_insert_with(read)))
}

fn rows(statement: &mut CachedStatement<'_>, sql: &'static str, params: &[Param<'_>]) -> Step<Vec<Row>> {
    let columns = columns(statement, sql);
    let mut found = statement.query(rusqlite::params_from_iter(params))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let values =
            (0..columns.len()).map(|column| value(row.get_ref(column)?)).collect::<Step<Vec<_>>>()?;
        rows.push(Row::new(&columns, values, None));
    }
    Ok(rows)
}

fn value(stored: ValueRef<'_>) -> Step<Value> {
    match stored {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).map_err(|_| corrupt("a text that is not UTF-8"))?;
            Ok(Value::Text(text.to_owned()))
        }
        ValueRef::Blob(bytes) => Ok(Value::Blob(bytes.to_vec())),
        ValueRef::Real(_) => Err(corrupt("a number with a fraction")),
    }
}

/// The whole file is encrypted, so sealed columns are stored as they are.
impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match *self {
            Self::Null => ToSqlOutput::Owned(Stored::Null),
            Self::Int(number) => ToSqlOutput::Owned(Stored::Integer(number)),
            Self::Text(text) | Self::SealedText(_, text) => {
                ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
            }
            Self::Blob(bytes) | Self::Sealed(_, bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}
