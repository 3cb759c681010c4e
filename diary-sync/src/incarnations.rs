//! Decides if a device's store continues its incarnation, offers again the parcels that a server has lost, or begins a new
//! incarnation. Decided from the store and the server's signed head; `begin` is the only effect.

use diary_core::api::{Cursor, Head};
use diary_core::diary::Diary;
use diary_core::ids::{Hash, Incarnation};
use diary_core::store::IncarnationEndReason;

use crate::conversation::Moment;
use crate::error::SyncError;

/// State of the store for one of its incarnations.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LocalChain {
    /// The last number that was sealed.
    pub sealed: u64,
    /// The last number up to which a server has acknowledged everything.
    pub acknowledged: u64,
    /// The core that this store sealed at the number of the server's head.
    pub at_head: Option<Hash>,
}

/// State of the server for that incarnation, as it signed it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServerChain {
    /// The last number up to which it has everything; 0 if it has nothing.
    pub seq: u64,
    /// The core at that number.
    pub hash: Hash,
    /// It has two parcels in one place.
    pub fork: bool,
}

/// Decision of [`decide`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChainDecision {
    /// As it is.
    Same,
    /// The server has lost the parcels after this number: they are offered again.
    PushFrom(u64),
    /// Another device has used places of this chain: a new incarnation begins.
    Begin(IncarnationEndReason),
}

/// Compares the store with the server's signed state of this incarnation.
#[must_use]
pub fn decide(local: &LocalChain, server: &ServerChain) -> ChainDecision {
    if server.seq > local.sealed {
        return ChainDecision::Begin(IncarnationEndReason::Ahead);
    }
    if server.fork || (server.seq > 0 && local.at_head != Some(server.hash)) {
        return ChainDecision::Begin(IncarnationEndReason::Forked);
    }
    if server.seq < local.acknowledged { ChainDecision::PushFrom(server.seq) } else { ChainDecision::Same }
}

/// True if a server that signed `before` and now signs `now` has lost records in between: it was restored, in a new
/// epoch, or put back unannounced. `restarted`: it begins its log anew for a device that had read so far, which is no sign
/// of a loss if that was the log of another server, out of an answer file.
#[must_use]
pub fn fell_back(before: &Head, now: &Head, restarted: Option<&Cursor>) -> bool {
    restarted.is_some_and(|read| read.epoch == before.epoch)
        || before.epoch != now.epoch
        || now.n < before.n
        || (now.n == before.n && now.chain != before.chain)
}

/// Ends the present incarnation and begins the next one.
///
/// # Errors
/// Fails if the store refuses.
pub fn begin(
    diary: &mut Diary,
    server_has: u64,
    why: IncarnationEndReason,
    moment: &Moment<'_>,
) -> Result<(), SyncError> {
    let new = Incarnation::from_bytes(moment.entropy.array());
    Ok(diary.begin_incarnation(new, server_has, why, moment.now)?)
}

/// Begins a new incarnation if the store is found to be a copy, before it seals into a place of the chain that may be taken.
///
/// # Errors
/// Fails if the store refuses.
pub fn begin_if_copied(diary: &mut Diary, moment: &Moment<'_>) -> Result<(), SyncError> {
    if diary.store().is_a_copy()? { begin(diary, 0, IncarnationEndReason::Copied, moment) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use diary_core::ids::{Epoch, KeyId, Nonce, VaultId};
    use diary_core::time::UtcMillis;

    use super::*;

    const MINE: Hash = Hash::from_bytes([1; 32]);
    const OTHER: Hash = Hash::from_bytes([2; 32]);
    const NONE: Hash = Hash::from_bytes([0; 32]);

    fn check(
        sealed: u64,
        acknowledged: u64,
        at_head: Option<Hash>,
        server: (u64, Hash, bool),
        expect: ChainDecision,
    ) {
        let (seq, hash, fork) = server;
        let local = LocalChain { sealed, acknowledged, at_head };
        assert_eq!(decide(&local, &ServerChain { seq, hash, fork }), expect, "{local:?} {server:?}");
    }

    #[test]
    fn a_server_that_has_what_was_sealed_or_less_leaves_the_life_as_it_is() {
        check(0, 0, None, (0, NONE, false), ChainDecision::Same);
        check(5, 5, Some(MINE), (5, MINE, false), ChainDecision::Same);
        // The reply to the fifth was lost, or a parcel before it is missing.
        check(5, 3, Some(MINE), (4, MINE, false), ChainDecision::Same);
    }

    #[test]
    fn a_server_ahead_of_the_store_or_with_another_parcel_in_its_place_begins_a_new_life() {
        check(5, 5, None, (6, OTHER, false), ChainDecision::Begin(IncarnationEndReason::Ahead));
        check(5, 4, Some(MINE), (5, OTHER, false), ChainDecision::Begin(IncarnationEndReason::Forked));
        check(5, 5, Some(MINE), (5, MINE, true), ChainDecision::Begin(IncarnationEndReason::Forked));
    }

    #[test]
    fn a_server_behind_what_it_acknowledged_is_offered_the_rest_again() {
        check(5, 4, Some(MINE), (2, MINE, false), ChainDecision::PushFrom(2));
        check(5, 4, None, (0, NONE, false), ChainDecision::PushFrom(0));
        // It continued with another device's parcels meanwhile.
        check(5, 5, Some(MINE), (2, OTHER, false), ChainDecision::Begin(IncarnationEndReason::Forked));
    }

    #[test]
    fn a_new_epoch_a_shorter_log_or_another_chain_is_a_server_that_fell_back() {
        let head = |epoch: u8, n, chain: u8| Head {
            server: KeyId::from_bytes([0; 16]),
            epoch: Epoch::from_bytes([epoch; 16]),
            vault: VaultId::from_bytes([0; 16]),
            incarnation: None,
            n,
            chain: Hash::from_bytes([chain; 32]),
            server_time: UtcMillis(0),
            nonce: Nonce::from_bytes([0; 16]),
            bundle: None,
            bundle_hash: None,
        };
        let before = head(1, 7, 7);
        for (now, expect) in [
            (head(1, 7, 7), false),
            (head(1, 9, 9), false),
            (head(2, 9, 9), true),
            (head(1, 6, 6), true),
            (head(1, 7, 8), true),
        ] {
            assert_eq!(fell_back(&before, &now, None), expect, "{now:?}");
        }
        let now = head(1, 9, 9);
        let read = |epoch| Cursor { epoch, n: 20, chain: MINE };
        assert!(fell_back(&before, &now, Some(&read(before.epoch))), "it was read further");
        let elsewhere = read(Epoch::from_bytes([9; 16]));
        assert!(!fell_back(&before, &now, Some(&elsewhere)), "read out of another server's answer file");
    }
}
