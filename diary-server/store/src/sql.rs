//! Interface between the tables and a database: statements in, rows out, all inside one transaction. Each statement is
//! written once, in the common subset of SQLite and PostgreSQL; each database has its own [`Tx`].

mod engine;
mod param;
mod row;

pub(super) use engine::Engine;
pub(super) use param::{Param, Params};
pub(super) use row::{Columns, FromValue, OpenSealed, Row, Value};

use super::StoreError;
use super::error::Cause;

/// Failure inside a transaction, before the name of its verb is added.
#[derive(Debug)]
pub(super) enum Fault {
    /// The database refused.
    Sql(Refused),
    /// The store refused.
    Store(StoreError),
}

/// Result of everything inside a transaction.
pub(super) type Step<T> = Result<T, Fault>;

/// Refusal of a database, with its class.
#[derive(Debug)]
pub(super) struct Refused {
    /// Class of the refusal.
    pub(super) trouble: Trouble,
    /// Error of the database.
    pub(super) cause: Cause,
}

/// Class of a refusal, by the reaction it allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trouble {
    /// Another transaction holds a lock; a retry may succeed.
    Busy,
    /// A serialization failure or a deadlock: the transaction must be repeated from its beginning.
    Again,
    /// A row with this key exists. A retry of the whole transaction sees it if another transaction has just inserted
    /// it; otherwise the retry is refused too.
    Taken,
    /// The database does not answer.
    Away,
    /// No room is left.
    Full,
    /// The disk failed.
    Disk,
    /// The account has no permission.
    Access,
    /// Wrong key, or not a database.
    KeyOrFile,
    /// A damaged file.
    Damaged,
    /// Anything else.
    Other,
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Fault {
    /// The error that a caller of the verb `during` sees.
    pub(super) fn named(self, during: &'static str) -> StoreError {
        let Refused { trouble, cause } = match self {
            Self::Store(error) => return error,
            Self::Sql(refused) => refused,
        };
        match trouble {
            Trouble::Busy | Trouble::Again => StoreError::Busy,
            Trouble::Away => StoreError::Away { during, source: cause },
            Trouble::Full => StoreError::Full,
            Trouble::Disk => StoreError::Fatal { during, source: cause },
            Trouble::Access => StoreError::NoAccess { during, source: cause },
            Trouble::KeyOrFile => StoreError::KeyOrFile,
            Trouble::Damaged => StoreError::Corrupt { what: "a page of the file" },
            Trouble::Taken | Trouble::Other => StoreError::Database { during, source: cause },
        }
    }
}

/// Kind of database, for the few statements that differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// One transaction of a database. Each statement begins with a comment that names its module, and has its parameters as
/// `?1`, `?2`, ...
pub(super) trait Tx {
    /// Kind of database.
    fn dialect(&self) -> Dialect;

    /// Id under which this server claims vaults to merge; `None` if no other server can use the database.
    fn claimant(&self) -> Option<[u8; 16]>;

    /// The rows of a statement.
    fn query(&self, sql: &'static str, params: &[Param<'_>]) -> Step<Vec<Row>>;

    /// Runs a statement; returns the number of rows changed.
    fn execute(&self, sql: &'static str, params: &[Param<'_>]) -> Step<u64>;

    /// Rows of one `SELECT` for each of many sets of parameters, in their order; in as few round trips as possible.
    fn query_each(&self, each: &Each, sets: &[Vec<Param<'_>>]) -> Step<Vec<Vec<Row>>>;

    /// Runs one `INSERT` or `UPDATE` for each of many sets of parameters, in their order, in as few round trips as
    /// possible. No two sets may touch the same row.
    fn execute_each(&self, each: &Each, sets: &[Vec<Param<'_>>]) -> Step<()>;
}

/// A statement that is run for many sets of parameters at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Each {
    /// The statement: one `SELECT`, or `INSERT ... VALUES (...)`, or `UPDATE ... WHERE ...`.
    pub(super) sql: &'static str,
    /// Types of its parameters, in order.
    pub(super) types: &'static [Type],
}

/// Two queries that read rows in pieces of bounded size: first the length of each row, one number per row, then the
/// rows, both in the same order. The last parameter of both is the largest number of rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    /// Query for the lengths. Both databases store the length apart from the content, so that long columns are not read
    /// for it.
    pub(super) sizes: &'static str,
    /// Query for the rows.
    pub(super) rows: &'static str,
}

/// Type of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Type {
    Int,
    Text,
    Blob,
}

/// Traces that a statement runs, by its name. Parameters and rows are never traced.
pub(super) fn traced(sql: &'static str) {
    tracing::trace!(target: "diary_store::statement", name = sql.lines().next().unwrap_or_default());
}

impl dyn Tx + '_ {
    /// Runs a statement that changes rows; returns their number.
    pub(super) fn run<'p>(&self, sql: &'static str, params: impl Params<'p>) -> Step<u64> {
        self.execute(sql, &params.list())
    }

    /// The rows of a statement, as they are.
    pub(super) fn rows<'p>(&self, sql: &'static str, params: impl Params<'p>) -> Step<Vec<Row>> {
        self.query(sql, &params.list())
    }

    /// The rows of a statement, each read by `read`.
    pub(super) fn all<'p, T, C: FromIterator<T>>(
        &self,
        sql: &'static str,
        params: impl Params<'p>,
        read: impl FnMut(&Row) -> Step<T>,
    ) -> Step<C> {
        self.query(sql, &params.list())?.iter().map(read).collect()
    }

    /// The first rows, at most `limit` and at most `max_bytes` long together, but at least one. No more rows are read
    /// than are returned.
    pub(super) fn piece(
        &self,
        piece: &Piece,
        mut params: Vec<Param<'_>>,
        limit: u32,
        max_bytes: usize,
    ) -> Step<Vec<Row>> {
        params.push(limit.into());
        let (mut count, mut bytes) = (0u32, 0usize);
        for row in self.query(piece.sizes, &params)? {
            bytes = bytes.saturating_add(usize::try_from(row.only::<i64>()?).unwrap_or(usize::MAX));
            if count > 0 && bytes > max_bytes {
                break;
            }
            count += 1;
        }
        if count == 0 {
            return Ok(Vec::new());
        }
        params.pop();
        params.push(count.into());
        self.query(piece.rows, &params)
    }

    /// The first row of a statement, where there is one.
    pub(super) fn first<'p, T>(
        &self,
        sql: &'static str,
        params: impl Params<'p>,
        read: impl FnOnce(&Row) -> Step<T>,
    ) -> Step<Option<T>> {
        self.query(sql, &params.list())?.first().map(read).transpose()
    }

    /// The one row of a statement that always has one.
    pub(super) fn one<'p, T>(
        &self,
        sql: &'static str,
        params: impl Params<'p>,
        read: impl FnOnce(&Row) -> Step<T>,
    ) -> Step<T> {
        self.first(sql, params, read)?.ok_or_else(|| corrupt("a row that must be there is missing"))
    }
}

/// Error of a missing row.
pub(super) fn not_found<T>(what: &'static str) -> Step<T> {
    Err(Fault::Store(StoreError::NotFound { what }))
}

/// Error of a conflict.
pub(super) fn conflict<T>(what: &'static str) -> Step<T> {
    Err(Fault::Store(StoreError::Conflict { what }))
}

/// Error of a stored row that does not decode.
pub(super) const fn corrupt(what: &'static str) -> Fault {
    Fault::Store(StoreError::Corrupt { what })
}
