//! Conversions of stored values: keys of the log, CBOR. No statement stands here.

use diary_core::wire;

use crate::StoreError;
use crate::sql::{Fault, Step, corrupt};

/// Key of record `n` of a vault: the vault in the upper 32 bits, the record number in the lower. Both databases have
/// signed integers of 64 bits.
pub(crate) fn place(vault: i64, n: u64) -> Step<i64> {
    let n = u32::try_from(n).map_err(|_| Fault::Store(StoreError::Full))?;
    Ok(vault << 32 | i64::from(n))
}

/// Keys between which all records of a vault lie, both excluded.
pub(crate) const fn places(vault: i64) -> (i64, i64) {
    (vault << 32, (vault + 1) << 32)
}

/// Record number of a key.
pub(crate) fn n_of(place: i64) -> u64 {
    place.cast_unsigned() & 0xffff_ffff
}

/// Decodes a stored CBOR value.
pub(crate) fn decode<'b, T: minicbor::Decode<'b, ()>>(what: &'static str, bytes: &'b [u8]) -> Step<T> {
    wire::decode(what, bytes, usize::MAX).map_err(|_| corrupt(what))
}
