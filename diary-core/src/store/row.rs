//! Conversion between columns and types, one function for each type.

use rusqlite::Row;

use super::StoreError;
use crate::ids::Hash;
use crate::time::{DiaryDay, UtcMillis};

/// Bytes of an identifier or key, of fixed length.
pub(super) fn bytes<const N: usize>(row: &Row<'_>, column: &str) -> Result<[u8; N], rusqlite::Error> {
    row.get(column)
}

pub(super) fn hash(row: &Row<'_>, column: &str) -> Result<Hash, rusqlite::Error> {
    Ok(Hash::from_bytes(bytes(row, column)?))
}

pub(super) fn instant(row: &Row<'_>, column: &str) -> Result<UtcMillis, rusqlite::Error> {
    Ok(UtcMillis(row.get(column)?))
}

pub(super) fn optional_instant(row: &Row<'_>, column: &str) -> Result<Option<UtcMillis>, rusqlite::Error> {
    Ok(row.get::<_, Option<i64>>(column)?.map(UtcMillis))
}

/// A diary day as days since 1970-01-01.
pub(super) fn day_number(day: DiaryDay) -> i64 {
    i64::from(day.0.to_epoch_days())
}

pub(super) fn day(number: i64) -> Result<DiaryDay, StoreError> {
    i32::try_from(number)
        .ok()
        .and_then(chrono::NaiveDate::from_epoch_days)
        .map(DiaryDay)
        .ok_or(StoreError::Row { what: "day" })
}

/// A sequence number or counter as a signed integer, the only kind that SQLite has.
pub(super) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Decodes a stored CBOR value; `what` names it in the error.
pub(super) fn decode<'b, T: minicbor::Decode<'b, ()>>(
    what: &'static str,
    bytes: &'b [u8],
) -> Result<T, StoreError> {
    minicbor::decode(bytes).map_err(|_| StoreError::Row { what })
}

/// Encodes a value for a column. Fails only through a bug in a codec, since it writes to memory.
pub(super) fn encode<T: minicbor::Encode<()>>(what: &'static str, value: &T) -> Result<Vec<u8>, StoreError> {
    minicbor::to_vec(value).map_err(|_| StoreError::Row { what })
}
