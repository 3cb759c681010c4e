//! Rows of what devices push, and of the log that comes out of it.

use std::collections::BTreeMap;

use diary_core::api::{Cursor, Head};
use diary_core::ids::{Epoch, Hash, Incarnation, KeyId, VaultId};
use diary_core::keys::{Certificate, Revocation};
use diary_core::parcel::LogRecord;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use super::merge_rows::OpenedPlain;
use super::people_rows::{Amount, JoinToTake};

/// Proof that a pushing device may write, verified as far as that is possible without the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeviceProof {
    /// The device is known already.
    Known,
    /// A certificate of a keeper of the bundle came with the push.
    Certificate(Box<(Signed, Certificate)>),
    /// A certificate by a keeper's key that was replaced since. It confirms nothing: a stolen key can sign any date.
    Retired(Box<(Signed, Certificate)>),
    /// A join request came with the push.
    Join(Box<JoinToTake>),
}

/// A verified grant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantToStore {
    /// Its hash.
    pub hash: Hash,
    /// The signed grant as it came.
    pub bytes: Vec<u8>,
}

/// A parcel whose signature was verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParcelToStore {
    /// Its author's incarnation.
    pub incarnation: Incarnation,
    /// Number in it, 1 to 2^63 - 1.
    pub seq: u64,
    /// Core of the parcel before.
    pub prev: Hash,
    /// Its grant.
    pub grant: Hash,
    /// Hash of its core.
    pub core_hash: Hash,
    /// Hash of its body.
    pub body_hash: Hash,
    /// The parcel as it came.
    pub bytes: Vec<u8>,
}

/// Evidence that a device hands back to a server that was put back to an earlier state: each part verified by its
/// signature, invalid parts left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvidenceToTake {
    /// The last head of this vault that a server of the study signed.
    pub head: Option<Head>,
    /// Certificates of the vault.
    pub certificates: Vec<(Signed, Certificate)>,
    /// Certificates of the vault by a keeper's key that was replaced since.
    pub retired: Vec<(Signed, Certificate)>,
    /// Revocations of the vault.
    pub revocations: Vec<(Signed, Revocation)>,
    /// Revocations of the vault by a keeper's key that was replaced since; a stolen key can sign them.
    pub held: Vec<(Signed, Revocation)>,
    /// Grants of keepers.
    pub grants: Vec<GrantToStore>,
    /// Parcels of keepers, each with its author.
    pub parcels: Vec<(KeyId, ParcelToStore)>,
    /// Parcels for which a keeper has signed receipts.
    pub receipted: Vec<Hash>,
    /// Epoch and incarnation to begin if the head shows that this database was put back unnoticed.
    pub fresh: (Epoch, Incarnation),
}

/// One push, verified as far as that is possible without the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushToCommit {
    /// The vault.
    pub vault: VaultId,
    /// Author of everything in it: id of the device's signing key.
    pub device: KeyId,
    /// Proof that the device may write.
    pub proof: DeviceProof,
    /// The incarnation whose last parcel the reply names.
    pub incarnation: Incarnation,
    /// Grants.
    pub grants: Vec<GrantToStore>,
    /// A sealed recovery secret.
    pub recovery: Option<Signed>,
    /// Parcels.
    pub parcels: Vec<ParcelToStore>,
    /// Evidence handed back by the device.
    pub evidence: Option<Box<EvidenceToTake>>,
    /// Time of receipt.
    pub received: UtcMillis,
}

/// Last record of a vault's log and the chain at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VaultHead {
    /// Number; 0 where there is none.
    pub n: u64,
    /// The chain at that number.
    pub chain: Hash,
}

/// Last parcel of one incarnation in the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IncarnationAt {
    /// Last number up to which no parcel is missing.
    pub seq: u64,
    /// Core of that parcel; zeros where `seq` is 0.
    pub hash: Hash,
}

/// Outcome of one parcel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParcelOutcome {
    /// It was there already.
    pub duplicate: bool,
    /// Its predecessor was missing when it came.
    pub gap: bool,
    /// Another parcel had the same place when it came.
    pub fork: bool,
    /// Its device is pending.
    pub pending: bool,
    /// Its grant is missing.
    pub grant_needed: bool,
    /// It is in quarantine, or will be: it is beyond the last parcel of its device at the time of the revocation.
    pub quarantined: bool,
    /// Its STORED receipt.
    pub receipt: Vec<u8>,
}

/// Outcome of a push.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PushOutcome {
    /// Everything in it is stored.
    Stored {
        /// One for each parcel, in order.
        parcels: Vec<ParcelOutcome>,
        /// The incarnation that was asked for.
        incarnation: IncarnationAt,
        /// The vault's log.
        head: VaultHead,
        /// The device's signed revocation, where it is revoked.
        revocation: Option<Signed>,
        /// The device's records that were not there before.
        added: Box<Amount>,
    },
    /// The device is unknown, and the push has no proof for it. Nothing is stored.
    Unknown,
    /// The device was revoked before it was ever confirmed. Nothing is stored.
    TurnedAway,
}

/// Reader of a vault's log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogReader {
    /// A device; it must be of the vault and not revoked.
    Device(KeyId),
    /// The keeper itself, who also gets the opened plaintexts.
    Keeper,
}

/// Request for a page of a vault's log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogQuery {
    /// The vault.
    pub vault: VaultId,
    /// The reader.
    pub reader: LogReader,
    /// Place after which the page begins; `None` for the beginning.
    pub cursor: Option<Cursor>,
    /// Most records.
    pub limit: u32,
    /// Largest number of bytes of records; the first record is returned regardless of its size.
    pub max_bytes: usize,
}

/// A page of a vault's log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredPage {
    /// Epoch of this database.
    pub epoch: Epoch,
    /// The record that the page follows: the cursor's, or 0.
    pub after: u64,
    /// The records.
    pub records: Vec<LogRecord>,
    /// Opened plaintexts of the parcels among them, by record number; for the keeper only.
    pub opened: BTreeMap<u64, OpenedPlain>,
    /// The log's last record.
    pub head: VaultHead,
}
