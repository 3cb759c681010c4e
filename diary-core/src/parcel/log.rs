//! A server's log of one vault: numbered records under a hash chain, by which a reader detects omitted and
//! changed records.

use std::fmt;

use crate::hash::{sha256, sha256_of};
use crate::ids::Hash;
use crate::wire;

/// Value of the chain before the first record.
pub const CHAIN_START: Hash = Hash::from_bytes([0; 32]);

crate::wire::codes!(
    /// Kind of a record. A reader skips unknown kinds of later versions, which are in the chain like all
    /// others.
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
        /// A [`SignedJoinRequest`](crate::keys::SignedJoinRequest) received by a relay; a keeper stores its
        /// own beside the log.
        8 JoinRequest "join-request",
    }
);

/// One record of a log.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct LogRecord {
    /// Number in the vault's log, from 1, without gaps.
    #[cbor(n(0), decode_with = "wire::record_number")]
    pub n: u64,
    /// Kind of the record.
    #[n(1)]
    pub kind: LogKind,
    /// Bytes of the record, as received or made.
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

/// Mismatch between records and the reader's position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// A number is missing or out of order.
    #[error("the log jumps from record {after} to {found}")]
    Gap {
        /// Number of the last record.
        after: u64,
        /// Number found instead of the next.
        found: u64,
    },
    /// The chain over the records does not reach the server's head.
    #[error("the log's records do not lead to its head")]
    Chain,
}

/// Chain value after `records`, which must continue record `after` without a gap.
///
/// # Errors
/// [`LogError::Gap`] if they do not.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn record(n: u64, kind: LogKind) -> LogRecord {
        LogRecord { n, kind, record: vec![u8::try_from(n).unwrap(); 3] }
    }

    #[test]
    fn a_log_is_followed_page_by_page_to_the_same_chain() {
        let records: Vec<_> = (1..=9).map(|n| record(n, LogKind::Parcel)).collect();
        let whole = follow(0, &CHAIN_START, &records).unwrap();
        for cut in 0..=9usize {
            let (one, two) = records.split_at(cut);
            let chain = follow(0, &CHAIN_START, one).unwrap();
            assert_eq!(follow(one.len() as u64, &chain, two), Ok(whole));
        }
    }

    #[test]
    fn a_record_left_out_moved_changed_or_of_another_kind_is_seen() {
        let records: Vec<_> = (1..=3).map(|n| record(n, LogKind::Parcel)).collect();
        let whole = follow(0, &CHAIN_START, &records).unwrap();
        let left_out = [records[0].clone(), records[2].clone()];
        assert_eq!(follow(0, &CHAIN_START, &left_out), Err(LogError::Gap { after: 1, found: 3 }));
        assert_eq!(follow(1, &CHAIN_START, &records), Err(LogError::Gap { after: 1, found: 1 }));
        let mut changed = records.clone();
        changed[1].record[0] ^= 1;
        assert_ne!(follow(0, &CHAIN_START, &changed), Ok(whole));
        let mut of_another_kind = records;
        of_another_kind[1].kind = LogKind::Other(99);
        assert_ne!(follow(0, &CHAIN_START, &of_another_kind), Ok(whole));
    }

    #[test]
    fn the_last_number_of_all_ends_a_log_without_a_panic() {
        let records = [record(1, LogKind::Parcel)];
        assert_eq!(
            follow(u64::MAX, &CHAIN_START, &records),
            Err(LogError::Gap { after: u64::MAX, found: 1 })
        );
    }
}
