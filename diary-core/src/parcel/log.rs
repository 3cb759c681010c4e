//! A server's log of one vault: numbered records under a hash chain, so that whoever reads it sees that nothing was
//! left out or changed.

use std::fmt;

use crate::hash::{sha256, sha256_of};
use crate::ids::Hash;

/// The chain before the first record.
pub const CHAIN_START: Hash = Hash::from_bytes([0; 32]);

/// What a record is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum LogKind {
    /// A [`SealedParcel`](super::SealedParcel).
    #[n(1)]
    Parcel,
    /// A signed grant.
    #[n(2)]
    Grant,
    /// A signed [`Rewrap`](super::Rewrap).
    #[n(3)]
    Rewrap,
    /// A signed [`Certificate`](crate::keys::Certificate).
    #[n(4)]
    Certificate,
    /// A signed [`Revocation`](crate::keys::Revocation).
    #[n(5)]
    Revocation,
    /// A [`Receipt`](super::Receipt).
    #[n(6)]
    Receipt,
    /// A signed [`SealedRecoverySecret`](crate::keys::SealedRecoverySecret).
    #[n(7)]
    RecoverySecret,
}

impl LogKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Parcel,
        Self::Grant,
        Self::Rewrap,
        Self::Certificate,
        Self::Revocation,
        Self::Receipt,
        Self::RecoverySecret,
    ];

    /// Its number on the wire, in the chain and in databases.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Parcel => 1,
            Self::Grant => 2,
            Self::Rewrap => 3,
            Self::Certificate => 4,
            Self::Revocation => 5,
            Self::Receipt => 6,
            Self::RecoverySecret => 7,
        }
    }

    /// The kind of a number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

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

/// `H("diary/log/v1" || prev || n (8 bytes, big-endian) || kind (1 byte) || H(record))`.
#[must_use]
pub fn chain_next(prev: &Hash, n: u64, kind: LogKind, record: &[u8]) -> Hash {
    let record = sha256(record);
    sha256_of(&[b"diary/log/v1", prev.as_bytes(), &n.to_be_bytes(), &[kind.number()], record.as_bytes()])
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
