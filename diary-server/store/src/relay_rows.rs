//! Rows of the exchange between a relay and its keeper.

use diary_core::api::{Cursor, FeedRecord, LeftCode, LinkOffer};
use diary_core::ids::{Epoch, KeyId, VaultId};
use diary_core::keys::{Certificate, Revocation};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use super::people_rows::JoinToTake;
use super::push_rows::{GrantToStore, ParcelToStore, VaultHead};

/// Query about the records between a relay and its keeper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FeedQuery {
    /// At a relay: the feed after a cursor; from the beginning if the feed does not go through it.
    After {
        /// Place after which the page begins; `None` for the beginning.
        cursor: Option<Cursor>,
        /// Most records.
        limit: u32,
        /// Largest number of bytes of records; the first record is returned regardless of its size.
        max_bytes: usize,
    },
    /// At a keeper: records of the vaults served by `relay` that were not handed over yet.
    Outgoing {
        /// The relay.
        relay: KeyId,
        /// Keepers' keys: what they authored is handed over, what devices did is not.
        keepers: Vec<KeyId>,
        /// Most records.
        limit: u32,
        /// Most bytes of records.
        max_bytes: usize,
    },
    /// At a keeper: records that were offered to `relay`, or to any, and not acknowledged.
    Owed {
        /// The relay; `None` counts those of all relays.
        relay: Option<KeyId>,
        /// Most records.
        limit: u32,
        /// Largest number of bytes of records; the first record is returned regardless of its size.
        max_bytes: usize,
    },
    /// At a keeper: links that may still be used.
    Links {
        /// The time.
        now: UtcMillis,
    },
    /// At a keeper: place up to which the feed of `relay` was read.
    Standing {
        /// The relay.
        relay: KeyId,
    },
    /// At a keeper: rejected records of the feed of `relay`.
    Rejected {
        /// The relay.
        relay: KeyId,
    },
}

/// Records between a relay and its keeper; fields that the query does not ask for are empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredFeed {
    /// Epoch of this database.
    pub epoch: Epoch,
    /// The record that the page follows: the cursor's, or 0.
    pub after: u64,
    /// The records; outgoing ones have the numbers of their vaults' logs.
    pub records: Vec<FeedRecord>,
    /// The feed's last record.
    pub head: VaultHead,
    /// Place up to which the log of each vault was searched for outgoing records.
    pub looked: Vec<(VaultId, u64)>,
    /// Place up to which the relay's feed was read.
    pub read: Option<Cursor>,
    /// Records that were rejected.
    pub left: Vec<LeftOver>,
    /// Number of records offered to relays and not acknowledged.
    pub owed: u64,
    /// Links.
    pub links: Vec<LinkOffer>,
}

/// A record that was rejected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LeftOver {
    /// The record, with its number in the relay's feed.
    pub record: FeedRecord,
    /// Reason.
    pub code: LeftCode,
}

/// A record of another server, verified as far as that is possible without the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordToPut {
    /// As it came.
    pub record: FeedRecord,
    /// Decoded kind and content.
    pub what: Put,
}

/// Kind and content of a record of another server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Put {
    /// A device asks to be admitted.
    Join(Box<JoinToTake>),
    /// A certificate by a keeper.
    Certificate(Signed, Box<Certificate>),
    /// A certificate by a keeper's key that was replaced since, out of a relay's feed.
    Retired(Signed, Box<Certificate>),
    /// A revocation by a keeper.
    Revocation(Signed, Box<Revocation>),
    /// A revocation by a keeper's key that was replaced since, out of a relay's feed.
    HeldRevocation(Signed, Box<Revocation>),
    /// A grant.
    Grant(GrantToStore),
    /// A parcel.
    Parcel {
        /// Id of its author's key.
        author: KeyId,
        /// True if the author's key is a keeper's.
        by_keeper: bool,
        /// The parcel.
        parcel: Box<ParcelToStore>,
    },
    /// A recovery secret of this device.
    Recovery(KeyId, Signed),
    /// A record stored as it is: a keeper's receipt or rewrap.
    Plain,
    /// A record that this server made itself and has.
    Own,
}

/// Origin of records of another server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PutFrom {
    /// At a relay: from the keeper.
    Keeper,
    /// At a keeper: from the feed of a relay, which is then read up to `cursor`.
    Feed {
        /// The relay.
        relay: KeyId,
        /// Place in the feed after them.
        cursor: Cursor,
        /// The feed began anew: the relay may have lost records that were handed to it.
        anew: bool,
    },
    /// At a keeper: records that were rejected before.
    Rejected {
        /// The relay.
        relay: KeyId,
    },
    /// At a keeper: no records; the logs of these vaults were handed to the relay up to these places.
    Handed {
        /// The relay.
        relay: KeyId,
        /// Place in the log of each vault.
        looked: Vec<(VaultId, u64)>,
        /// Records that the relay did not acknowledge, by their numbers in their vaults' logs: they are offered again.
        owed: Vec<(VaultId, u64)>,
        /// Records among those that it has acknowledged now.
        paid: Vec<(VaultId, u64)>,
    },
    /// At a relay: no records; the keeper announces its open links.
    Links(Vec<LinkOffer>),
    /// At a keeper: no records; the feed of the relay is read again, and everything handed to it again, from the
    /// beginning.
    Again {
        /// The relay.
        relay: KeyId,
    },
}

/// Records of another server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordsToPut {
    /// Origin of the records.
    pub from: PutFrom,
    /// The records, in order.
    pub records: Vec<RecordToPut>,
    /// Records that could not be verified.
    pub left: Vec<LeftOver>,
    /// Time of receipt.
    pub at: UtcMillis,
}

/// Outcome of one record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PutOutcome {
    /// It is stored now.
    Taken,
    /// It was there already.
    Known,
    /// It is not stored in its vault's log.
    Rejected(LeftCode),
}

/// Outcomes of a set of records of another server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PutReport {
    /// One for each record, in order.
    pub outcomes: Vec<PutOutcome>,
    /// Number of rejected records that could not be kept, because there are too many.
    pub dropped: u64,
    /// Epoch of this database.
    pub epoch: Epoch,
    /// The last record of this server's own feed.
    pub head: VaultHead,
}
