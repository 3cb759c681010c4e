//! Exchange between a relay and its keeper: the feed of all records that the relay has received, of all
//! vaults in one order without gaps, and the handover of the keeper's records to be passed on. Records prove
//! themselves; the relay adds the time of receipt.

use minicbor::bytes::ByteVec;

use super::{Cursor, PAGE_RECORDS, PageError, REPLY_MAX_BYTES, ReplyError};
use crate::hash::{sha256, sha256_of};
use crate::ids::{EnrolmentId, Epoch, Hash, KeyId, Nonce, VaultId};
use crate::keys::{Bundle, LinkCheck, ServerKey, SigningKey};
use crate::parcel::{LogError, LogKind};
use crate::signed::{Kind, Signed};
use crate::study::package::PACKAGE_MAX_BYTES;
use crate::time::UtcMillis;
use crate::wire::{self, WireError};

/// Vault id that stands for all vaults in a keeper's request for a token.
pub const EVERY_VAULT: VaultId = VaultId::from_bytes([0; 16]);

/// Most records that a keeper hands over in one request.
pub const HANDOVER_MAX_RECORDS: usize = 1000;
/// Most files of studies in one request.
pub const HANDOVER_MAX_FILES: usize = 1000;

/// Most bytes of a handover: the largest package of a study, and a bundle.
pub const HANDOVER_MAX_BYTES: usize = PACKAGE_MAX_BYTES + 1024 * 1024;

/// One record received by a relay.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct FeedRecord {
    /// Number in the feed, from 1, without gaps.
    #[cbor(n(0), decode_with = "wire::count")]
    pub n: u64,
    /// The vault.
    #[n(1)]
    pub vault: VaultId,
    /// Kind of the record.
    #[n(2)]
    pub kind: LogKind,
    /// Bytes as received.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub record: Vec<u8>,
    /// Instant of receipt, by the relay's clock.
    #[n(4)]
    pub received: UtcMillis,
}

impl std::fmt::Debug for FeedRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FeedRecord({}, {}, {:?}, {} bytes)", self.n, self.vault, self.kind, self.record.len())
    }
}

/// `H("diary/feed-chain/v1" || prev || n (8 bytes, big-endian) || vault || kind (2 bytes, big-endian) ||
/// received (8 bytes, big-endian) || H(record))`.
#[must_use]
pub fn feed_chain_next(
    prev: &Hash,
    n: u64,
    vault: VaultId,
    kind: LogKind,
    received: UtcMillis,
    record: &[u8],
) -> Hash {
    sha256_of(&[
        b"diary/feed-chain/v1",
        prev.as_bytes(),
        &n.to_be_bytes(),
        vault.as_bytes(),
        &kind.number().to_be_bytes(),
        &received.0.to_be_bytes(),
        sha256(record).as_bytes(),
    ])
}

impl FeedRecord {
    /// Chain value after this record.
    #[must_use]
    pub fn chain_after(&self, prev: &Hash) -> Hash {
        feed_chain_next(prev, self.n, self.vault, self.kind, self.received, &self.record)
    }
}

/// State of a relay's feed, signed by it as [`Kind::Feed`]. The chain covers every record and its time of
/// receipt.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct FeedHead {
    /// Id of the relay's key.
    #[n(0)]
    pub server: KeyId,
    /// Epoch of the relay.
    #[n(1)]
    pub epoch: Epoch,
    /// Last number of the feed; 0 if it is empty.
    #[cbor(n(2), decode_with = "wire::count")]
    pub n: u64,
    /// Chain value at that number.
    #[n(3)]
    pub chain: Hash,
    /// Relay's clock.
    #[n(4)]
    pub server_time: UtcMillis,
    /// Nonce of the request.
    #[n(5)]
    pub nonce: Nonce,
}

impl FeedHead {
    /// Signs the head. `server` must be the key of [`Self::server`].
    #[must_use]
    pub fn sign(&self, server: &SigningKey) -> Signed {
        Signed::sign(Kind::Feed, wire::encode(self), server)
    }

    /// Decodes the head that a server of `bundle` signed in reply to the request with `nonce`.
    ///
    /// # Errors
    /// [`ReplyError`] if a check fails.
    pub fn verify(signed: &Signed, bundle: &Bundle, nonce: Nonce) -> Result<Self, ReplyError> {
        let head: Self = wire::decode("feed head", signed.unverified(), 1024)?;
        let server: &ServerKey = bundle.server(head.server).ok_or(ReplyError::UnknownServer)?;
        if server.retired.is_some_and(|retired| head.server_time > retired) {
            return Err(ReplyError::UnknownServer);
        }
        signed.verify(Kind::Feed, &server.key).map_err(|_| ReplyError::Signature)?;
        if head.nonce == nonce { Ok(head) } else { Err(ReplyError::NotThisRequest) }
    }
}

/// A page of a relay's feed, without gaps.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct FeedPage {
    /// Number of the record before the page: the cursor's, or 0 if the cursor is of another epoch or chain.
    #[cbor(n(0), decode_with = "wire::count")]
    pub after: u64,
    /// The records.
    #[cbor(n(1), decode_with = "wire::list::<PAGE_RECORDS, _, _>")]
    pub records: Vec<FeedRecord>,
    /// Signed [`FeedHead`].
    #[n(2)]
    pub head: Signed,
}

impl FeedPage {
    /// Encoded form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes a page. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if the bytes do not decode.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("feed page", bytes, REPLY_MAX_BYTES)
    }

    /// Cursors before the first record and after each one; `head` must be the page's verified head. A page
    /// that starts over is followed from the beginning.
    ///
    /// # Errors
    /// [`PageError`]; the reader then keeps its cursor.
    pub fn follow(&self, cursor: Option<&Cursor>, head: &FeedHead) -> Result<Vec<Cursor>, PageError> {
        let start = match cursor {
            Some(at) if at.n == self.after && at.epoch == head.epoch => *at,
            _ if self.after == 0 => Cursor::start(head.epoch),
            _ => return Err(PageError::Start { after: self.after }),
        };
        let mut steps = vec![start];
        let mut at = start;
        for record in &self.records {
            if Some(record.n) != at.n.checked_add(1) {
                return Err(LogError::Gap { after: at.n, found: record.n }.into());
            }
            at = Cursor { epoch: head.epoch, n: record.n, chain: record.chain_after(&at.chain) };
            steps.push(at);
        }
        if at.n > head.n || (at.n == head.n && at.chain != head.chain) {
            return Err(LogError::Chain.into());
        }
        Ok(steps)
    }
}

crate::wire::codes!(
    /// Reason for which a record of a relay's feed was not taken over.
    LeftCode {
        /// It does not decode.
        1 Undecodable "undecodable",
        /// The signature does not match, or the signer may not sign such a record.
        2 Signature "signature",
        /// The device has not joined, or its join request was not accepted. Tried again.
        3 UnknownDevice "unknown-device",
        /// No participant has this vault. Tried again.
        4 UnknownVault "unknown-vault",
        /// A join request that was not made with a link of this keeper. Not stored; it stays in the relay's
        /// feed.
        5 LinkUnknown "link-unknown",
        /// A join request received after the link's expiry. Tried again.
        6 LinkExpired "link-expired",
        /// A join request with a link used by another device.
        7 LinkUsed "link-used",
        /// A record of a device refused by staff.
        9 TurnedAway "turned-away",
        /// The database refused it. Tried again.
        10 Refused "refused",
        /// The record was made by a later version of the diary. Tried again.
        11 UnknownKind "unknown-kind",
    }
);

impl LeftCode {
    /// True if the same record may be accepted at a later try.
    #[must_use]
    pub const fn may_become_good(self) -> bool {
        matches!(
            self,
            Self::UnknownDevice | Self::UnknownVault | Self::LinkExpired | Self::Refused | Self::UnknownKind
        )
    }
}

/// A package of the study.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct HandedFile {
    /// Version of the study.
    #[n(0)]
    pub version: u32,
    /// Bytes of the package; the bundle contains their hash.
    #[n(1)]
    pub bytes: ByteVec,
}

/// A record handed over by a keeper.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct HandedRecord {
    /// The vault.
    #[n(0)]
    pub vault: VaultId,
    /// Kind of the record.
    #[n(1)]
    pub kind: LogKind,
    /// Bytes of the record.
    #[n(2)]
    pub record: ByteVec,
}

/// A link in use. It lets a relay recognize join requests made with the link, without letting it use the link
/// or admit a phone.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct LinkOffer {
    /// Id of the link.
    #[n(0)]
    pub enrolment: EnrolmentId,
    /// Vault that it is for.
    #[n(1)]
    pub vault: VaultId,
    /// Last instant at which a request with it counts.
    #[n(2)]
    pub until: UtcMillis,
    #[n(3)]
    check: Hash,
}

impl LinkOffer {
    /// Offer of a link whose requests are recognized by `check`.
    #[must_use]
    pub fn new(enrolment: EnrolmentId, vault: VaultId, until: UtcMillis, check: &LinkCheck) -> Self {
        Self { enrolment, vault, until, check: Hash::from_bytes(*check.as_bytes()) }
    }

    /// Key that recognizes requests made with the link.
    #[must_use]
    pub const fn check(&self) -> LinkCheck {
        LinkCheck::from_bytes(*self.check.as_bytes())
    }
}

/// Most links of one handover, newest first; a site has a handful in use.
pub const LINKS_MAX: usize = 500;

/// Links of one handover.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct LinkOffers {
    /// The links.
    #[cbor(n(0), decode_with = "wire::list::<LINKS_MAX, _, _>")]
    pub links: Vec<LinkOffer>,
}

/// A keeper's handover to its relay.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct HandoverRequest {
    /// Nonce, repeated in the signed reply.
    #[n(0)]
    pub nonce: Nonce,
    /// Newer bundle. With files it is accepted once every package that it names is present; without files, at
    /// once.
    #[n(1)]
    pub bundle: Option<Signed>,
    /// Packages of the study named by it, stored even if the bundle is not accepted yet.
    #[cbor(n(2), decode_with = "wire::list::<HANDOVER_MAX_FILES, _, _>")]
    pub files: Vec<HandedFile>,
    /// Records in the order in which they are to be passed on.
    #[cbor(n(3), decode_with = "wire::list::<HANDOVER_MAX_RECORDS, _, _>")]
    pub records: Vec<HandedRecord>,
    /// Links in use; `None` leaves the relay's list as it is.
    #[n(4)]
    pub links: Option<LinkOffers>,
}

impl HandoverRequest {
    /// Encoded form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes a request. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if it does not decode or is too large.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("handover", bytes, HANDOVER_MAX_BYTES)
    }
}

/// Reply to a [`HandoverRequest`].
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct HandoverReply {
    /// Number of records stored now.
    #[n(0)]
    pub taken: u32,
    /// Number of records stored before.
    #[n(1)]
    pub known: u32,
    /// Indexes in the request of records that no keeper of the bundle signed.
    #[cbor(n(2), decode_with = "wire::list::<HANDOVER_MAX_RECORDS, _, _>")]
    pub refused: Vec<u32>,
    /// Signed [`FeedHead`].
    #[n(3)]
    pub head: Signed,
}

impl HandoverReply {
    /// Encoded form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes a reply. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if the bytes do not decode.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("handover reply", bytes, REPLY_MAX_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{ServerRole, root_fingerprint};
    use crate::parcel::log::CHAIN_START;

    const NONCE: Nonce = Nonce::from_bytes([1; 16]);
    const EPOCH: Epoch = Epoch::from_bytes([3; 16]);

    fn record(n: u64) -> FeedRecord {
        let (vault, kind) = (VaultId::from_bytes([2; 16]), LogKind::Parcel);
        FeedRecord { n, vault, kind, record: vec![7; 3], received: UtcMillis(1_000) }
    }

    fn head(relay: &SigningKey, records: &[FeedRecord]) -> FeedHead {
        let chain = records.iter().fold(CHAIN_START, |chain, record| record.chain_after(&chain));
        let n = records.len() as u64;
        FeedHead { server: relay.id(), epoch: EPOCH, n, chain, server_time: UtcMillis(1_000), nonce: NONCE }
    }

    #[test]
    fn a_feed_is_followed_step_by_step_from_any_of_its_cursors() {
        let relay = SigningKey::from_seed(&[5; 32]);
        let records: Vec<_> = (1..=4).map(record).collect();
        let head = head(&relay, &records);
        let page = |after: usize| FeedPage {
            after: after as u64,
            records: records[after..].to_vec(),
            head: head.sign(&relay),
        };
        let steps = page(0).follow(None, &head).unwrap();
        assert_eq!(steps.len(), 5);
        assert_eq!(page(2).follow(Some(&steps[2]), &head).unwrap().last(), steps.last());
        assert_eq!(FeedPage::from_bytes(&page(1).to_bytes()), Ok(page(1)));
        assert_eq!(page(3).follow(Some(&steps[2]), &head), Err(PageError::Start { after: 3 }));
        let elsewhere = Cursor { chain: CHAIN_START, ..steps[2] };
        assert_eq!(page(2).follow(Some(&elsewhere), &head), Err(PageError::Log(LogError::Chain)));
    }

    #[test]
    fn a_record_left_out_moved_changed_or_dated_otherwise_is_seen() {
        let relay = SigningKey::from_seed(&[5; 32]);
        let records: Vec<_> = (1..=3).map(record).collect();
        let head = head(&relay, &records);
        let follow = |records: Vec<FeedRecord>| {
            FeedPage { after: 0, records, head: head.sign(&relay) }.follow(None, &head)
        };
        let gap = Err(PageError::Log(LogError::Gap { after: 1, found: 3 }));
        assert_eq!(follow(vec![records[0].clone(), records[2].clone()]), gap);
        for change in [
            FeedRecord { received: UtcMillis(999), ..records[1].clone() },
            FeedRecord { vault: VaultId::from_bytes([9; 16]), ..records[1].clone() },
            FeedRecord { kind: LogKind::Grant, ..records[1].clone() },
            FeedRecord { record: vec![8; 3], ..records[1].clone() },
        ] {
            let changed = vec![records[0].clone(), change, records[2].clone()];
            assert_eq!(follow(changed), Err(PageError::Log(LogError::Chain)));
        }
    }

    #[test]
    fn a_feed_head_counts_for_its_request_and_for_servers_of_the_bundle_alone() {
        let [root, relay, other] = [[1; 32], [2; 32], [3; 32]].map(|seed| SigningKey::from_seed(&seed));
        let bundle = Bundle {
            version: 1,
            study: "S".parse().unwrap(),
            root: root.verifying_key(),
            issued: UtcMillis(0),
            expires: UtcMillis(0),
            servers: vec![ServerKey {
                key: relay.verifying_key(),
                role: ServerRole::Relay,
                retired: Some(UtcMillis(1_000)),
            }],
            sites: Vec::new(),
            recovery: Vec::new(),
            studies: Vec::new(),
        };
        assert!(Bundle::verify(&bundle.sign(&root), &root_fingerprint(&root.verifying_key())).is_ok());
        let good = head(&relay, &[]);
        assert_eq!(FeedHead::verify(&good.sign(&relay), &bundle, NONCE), Ok(good.clone()));
        let check = |head: &FeedHead, by: &SigningKey| FeedHead::verify(&head.sign(by), &bundle, NONCE);
        assert_eq!(check(&good, &other), Err(ReplyError::Signature));
        let unknown = FeedHead { server: other.id(), ..good.clone() };
        assert_eq!(check(&unknown, &other), Err(ReplyError::UnknownServer));
        let late = FeedHead { server_time: UtcMillis(1_001), ..good.clone() };
        assert_eq!(check(&late, &relay), Err(ReplyError::UnknownServer));
        let old = FeedHead { nonce: Nonce::from_bytes([9; 16]), ..good };
        assert_eq!(check(&old, &relay), Err(ReplyError::NotThisRequest));
    }
}
