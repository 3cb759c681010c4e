//! A server's log of one vault: numbered records under a hash chain, so that whoever reads it sees that nothing was
//! left out or changed.

use std::fmt;

use crate::hash::{sha256, sha256_of};
use crate::ids::Hash;

/// The chain before the first record.
pub const CHAIN_START: Hash = Hash::from_bytes([0; 32]);

crate::wire::codes!(
    /// What a record is. A reader passes over kinds of later versions, which are in the chain like all others.
    LogKind {
        /// A [`SealedParcel`](super::SealedParcel).
        1 Parcel "parcel",
        /// A signed grant.
        2 Grant "grant",
        /// A signed [`Rewrap`](super::Rewrap).
        3 Rewrap "rewrap",
        /// A signed [`Certificate`](crate::keys::Certificate).
        4 Certificate "certificate",
        /// A signed [`Revocation`](crate::keys::Revocation).
        5 Revocation "revocation",
        /// A [`Receipt`](super::Receipt).
        6 Receipt "receipt",
        /// A signed [`SealedRecoverySecret`](crate::keys::SealedRecoverySecret).
        7 RecoverySecret "recovery-secret",
    }
);

/// One record of a log.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct LogRecord {
    /// Number in the vault's log, from 1, without gaps.
    #[n(0)]
    pub n: u64,
    /// What it is.
    #[n(1)]
    pub kind: LogKind,
    /// Its bytes, as they were received or made.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub record: Vec<u8>,
}

impl fmt::Debug for LogRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogRecord({}, {:?}, {} bytes)", self.n, self.kind, self.record.len())
    }
}

/// `H("diary/log/v1" || prev || n (8 bytes, big-endian) || kind (2 bytes, big-endian) || H(record))`.
#[must_use]
pub fn chain_next(prev: &Hash, n: u64, kind: LogKind, record: &[u8]) -> Hash {
    let record = sha256(record);
    sha256_of(&[
        b"diary/log/v1",
        prev.as_bytes(),
        &n.to_be_bytes(),
        &kind.number().to_be_bytes(),
        record.as_bytes(),
    ])
}

/// A log that does not continue where the reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// A number is missing or out of order.
    #[error("the log jumps from record {after} to {found}")]
    Gap {
        /// The last record before.
        after: u64,
        /// What came instead of the next.
        found: u64,
    },
    /// The records lead elsewhere than the server says.
    #[error("the log's records do not lead to its head")]
    Chain,
}

/// The chain after `records`, which must continue record `after` without a gap.
///
/// # Errors
/// [`LogError::Gap`] where they do not.
pub fn follow(after: u64, chain: &Hash, records: &[LogRecord]) -> Result<Hash, LogError> {
    let mut at = (after, *chain);
    for record in records {
        if Some(record.n) != at.0.checked_add(1) {
            return Err(LogError::Gap { after: at.0, found: record.n });
        }
        at = (record.n, chain_next(&at.1, record.n, record.kind, &record.record));
    }
    Ok(at.1)
}
