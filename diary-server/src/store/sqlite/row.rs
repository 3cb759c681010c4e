//! Between SQLite's values and ours: errors, numbers, places in the log. No statement stands here.

use diary_core::wire;
use rusqlite::ErrorCode;

use crate::store::StoreError;
use crate::store::error::Cause;

/// What went wrong inside a transaction, before it is named after its verb.
#[derive(Debug)]
pub(super) enum Fault {
    /// SQLite refused.
    Sql(rusqlite::Error),
    /// We refused.
    Store(StoreError),
}

/// Result of everything inside a transaction.
pub(super) type Step<T> = Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Fault {
    /// The error that a caller of the verb `during` sees.
    pub(super) fn named(self, during: &'static str) -> StoreError {
        let error = match self {
            Self::Store(error) => return error,
            Self::Sql(error) => error,
        };
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::SystemIoFailure) => StoreError::Fatal { during, source: Cause(Box::new(error)) },
            Some(ErrorCode::NotADatabase) => StoreError::KeyOrFile,
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Corrupt { what: "a page of the file" },
            _ => StoreError::Database { during, source: Cause(Box::new(error)) },
        }
    }
}

/// There is no such thing.
pub(super) fn not_found<T>(what: &'static str) -> Step<T> {
    Err(Fault::Store(StoreError::NotFound { what }))
}

/// Something stands against it.
pub(super) fn conflict<T>(what: &'static str) -> Step<T> {
    Err(Fault::Store(StoreError::Conflict { what }))
}

/// A stored row does not decode.
pub(super) const fn corrupt(what: &'static str) -> Fault {
    Fault::Store(StoreError::Corrupt { what })
}

/// Where record `n` of a vault lies. SQLite's integers have 64 bits; a vault has room for four thousand million
/// records.
pub(super) fn place(vault: i64, n: u64) -> Step<i64> {
    let n = u32::try_from(n).map_err(|_| Fault::Store(StoreError::Full))?;
    Ok(vault << 32 | i64::from(n))
}

/// The number in a place.
pub(super) fn n_of(place: i64) -> u64 {
    place.cast_unsigned() & 0xffff_ffff
}

/// Decodes a stored CBOR value.
pub(super) fn decode<'b, T: minicbor::Decode<'b, ()>>(what: &'static str, bytes: &'b [u8]) -> Step<T> {
    wire::decode(what, bytes, usize::MAX).map_err(|_| corrupt(what))
}
