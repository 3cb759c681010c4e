//! Rows of the processing after the receipt: waiting parcels, their outcomes, the record, and the keeper's own chains.

use diary_core::counter::Counter;
use diary_core::ids::{Hash, Incarnation, KeyId, SiteId, VaultId};
use diary_core::keys::{SealingPublic, VerifyingKey};
use diary_core::merge::{AuthorRole, MergePlan};
use diary_core::parcel::{QuarantineCode, items_in};
use diary_core::signed::Signed;
use diary_core::time::{ReceivedAt, UtcMillis};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use zeroize::Zeroizing;

use diary_core::unmerged::{LeftOut, UnmergedState};

use super::keeper_rows::{Authored, KeeperHead};
use super::people_rows::{Allowance, Amount, DeviceState, NewStanding};
use super::push_rows::VaultHead;

/// Version of the program that judges parcels. Parcels quarantined by another version are judged again.
pub const JUDGE: &str = concat!("diary-server ", env!("CARGO_PKG_VERSION"));

/// Parcels of one vault that wait to be merged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitingBatch {
    /// The vault.
    pub vault: VaultId,
    /// The parcels, by incarnation and number.
    pub parcels: Vec<WaitingParcel>,
    /// Their grants by hash, as they came.
    pub grants: BTreeMap<Hash, GrantBytes>,
}

/// A vault whose phones may need a notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingNotice {
    /// The vault.
    pub vault: VaultId,
    /// Random id of the pending notice; replaced whenever a new event arrives.
    pub mark: i64,
}

/// Work for the merge worker.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Waiting {
    /// Parcels that wait to be merged, by vault.
    pub batches: Vec<WaitingBatch>,
    /// Vaults whose phones may need a notice; on the first page only.
    pub to_tell: Vec<PendingNotice>,
    /// Place from which the next page continues; 0 after the last page.
    pub mark: u64,
    /// True if parcels wait in vaults that another server has claimed.
    pub elsewhere: bool,
}

/// A signed grant, with its rewraps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantBytes {
    /// The signed grant.
    pub signed: Vec<u8>,
    /// Signed rewraps that name this grant.
    pub rewraps: Vec<Vec<u8>>,
}

/// A parcel's row in the database it came from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ParcelRef {
    /// Row of its incarnation.
    pub life: i64,
    /// Number in it.
    pub seq: i64,
    /// 0, or the number of the fork at the same place, from 1.
    pub fork: i64,
}

/// A stored parcel that waits to be merged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitingParcel {
    /// Its row.
    pub row: ParcelRef,
    /// Its record in the vault's log.
    pub n: u64,
    /// The parcel as it came.
    pub bytes: Vec<u8>,
    /// Its grant.
    pub grant: Hash,
    /// Id of its author's signing key.
    pub author: KeyId,
    /// The author's key if it is a device; `None` for a key of the keeper, which is in the bundle.
    pub device_key: Option<VerifyingKey>,
    /// State of the device.
    pub device_state: Option<DeviceState>,
    /// The device's signed revocation, where it is revoked.
    pub revocation: Option<Signed>,
    /// Another author used the same incarnation before.
    pub borrowed: bool,
    /// The site has accepted it although its device is revoked.
    pub accepted: bool,
    /// Allowance of its device with the amount used; `None` for the keeper's own parcels, which have no limit.
    pub allowance: Option<Allowance>,
    /// Time of receipt.
    pub received: ReceivedAt,
}

/// A plaintext with the salt of its commitment.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedPlain {
    /// The salt.
    pub salt: [u8; 32],
    /// The exact plaintext.
    pub plain: Zeroizing<Vec<u8>>,
}

impl OpenedPlain {
    /// Cost of reading it: its items and its bytes.
    #[must_use]
    pub fn cost(&self) -> Amount {
        Amount { records: items_in(&self.plain), bytes: self.plain.len() as u64 }
    }
}

impl std::fmt::Debug for OpenedPlain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenedPlain({} bytes)", self.plain.len())
    }
}

/// Decision about one parcel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Merged into the record.
    Merged(MergePlan),
    /// Not merged.
    Quarantined(QuarantineCode),
}

/// Outcome of one waiting parcel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// Its row.
    pub row: ParcelRef,
    /// Its record in the vault's log.
    pub n: u64,
    /// Opened plaintext, if the parcel could be opened.
    pub opened: Option<OpenedPlain>,
    /// The decision.
    pub verdict: Verdict,
}

/// Outcomes of parcels of one vault, committed together.
#[derive(Clone, Debug)]
pub struct VaultMerge {
    /// The vault.
    pub vault: VaultId,
    /// One for each parcel that was judged.
    pub outcomes: Vec<Outcome>,
    /// Answer of the keeper, appended in the same transaction.
    pub reply: Option<KeeperAppend>,
    /// Mark of the notice that this merge covers: it is deleted, unless a new event has replaced the mark.
    pub told: Option<i64>,
    /// Part of its log that is in a backup; BACKED_UP receipts are written for some of the parcels in it that have none
    /// yet.
    pub backed_up: Option<BackedUp>,
    /// New participant status to store.
    pub standing: Option<NewStanding>,
    /// Time of the decision.
    pub at: UtcMillis,
}

/// Part of a vault's log that is in a backup.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BackedUp {
    /// The log's head in the backup.
    pub head: VaultHead,
}

/// Records authored by the keeper, and the head they were authored for. A head that has moved since is a conflict.
#[derive(Clone, Debug)]
pub struct KeeperAppend {
    /// The vault.
    pub vault: VaultId,
    /// The head it follows.
    pub after: KeeperHead,
    /// The grant, if a new one was due, and the parcels.
    pub authored: Authored,
    /// Highest Lamport counter of acts in it; 0 where there are none.
    pub counter: Counter,
    /// Time.
    pub at: UtcMillis,
}

/// State of the keeper's own chain in one vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeeperState {
    /// The vault's site.
    pub site: SiteId,
    /// The keeper's own chain.
    pub head: KeeperHead,
    /// Sealing keys of every confirmed device that is not revoked.
    pub devices: Vec<SealingPublic>,
    /// Highest Lamport counter of the vault, of the record and of the keeper's own acts.
    pub last_counter: Counter,
    /// Number of parcels of the keeper's chains that existed and are not here: lost when the database was put back to
    /// an earlier state.
    pub missing: u64,
}

/// A parcel that could not be merged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quarantined {
    /// Its row.
    pub row: ParcelRef,
    /// Its record in the vault's log.
    pub n: u64,
    /// Its author.
    pub author: KeyId,
    /// Its author's incarnation.
    pub incarnation: Incarnation,
    /// Number in it.
    pub seq: u64,
    /// Hash of its core.
    pub core_hash: Hash,
    /// Time of receipt.
    pub received: ReceivedAt,
    /// Reason.
    pub code: QuarantineCode,
}

/// A stored parcel that was not judged yet, or is to be judged again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held {
    /// Its row.
    pub row: ParcelRef,
    /// Its record in the vault's log.
    pub n: u64,
    /// Its author.
    pub author: KeyId,
    /// Its author's incarnation.
    pub incarnation: Incarnation,
    /// Number in it.
    pub seq: u64,
    /// Time of receipt.
    pub received: ReceivedAt,
    /// Its grant has not come.
    pub grant_needed: bool,
}

/// Selects parcels that are not merged; an empty query selects all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct UnmergedQuery {
    /// Those of one vault.
    pub vault: Option<VaultId>,
    /// The one of this record.
    pub n: Option<u64>,
}

/// State of a parcel that is not merged, from its quarantine, its grant and its device; the keeper's parcels have no
/// device.
#[must_use]
pub const fn unmerged_state(
    quarantined: Option<QuarantineCode>,
    grant_has_come: bool,
    device: Option<DeviceState>,
) -> UnmergedState {
    match (quarantined, grant_has_come, device) {
        (Some(code), _, _) => UnmergedState::Quarantined(code),
        (None, false, _) => UnmergedState::GrantNeeded,
        (None, true, Some(DeviceState::Pending)) => UnmergedState::Pending,
        (None, true, Some(DeviceState::Confirmed | DeviceState::Revoked(_)) | None) => UnmergedState::ToMerge,
    }
}

/// A parcel that is stored and not merged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnmergedParcel {
    /// The vault.
    pub vault: VaultId,
    /// Subject number; `None` if the vault was recovered without its participant.
    pub subject: Option<String>,
    /// Its record in the vault's log.
    pub n: u64,
    /// Its author.
    pub author: KeyId,
    /// Its author's incarnation.
    pub incarnation: Incarnation,
    /// Number in it.
    pub seq: u64,
    /// Hash of its core.
    pub core_hash: Hash,
    /// Time of receipt.
    pub received: ReceivedAt,
    /// Bytes it takes.
    pub bytes: u64,
    /// Reason.
    pub why: UnmergedState,
    /// The program that judged it, where it was judged.
    pub judge: Option<String>,
}

/// One of the keeper's own parcels in a vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeeperParcel {
    /// The keeper's incarnation.
    pub incarnation: Incarnation,
    /// Number in it.
    pub seq: u64,
    /// It is merged or in quarantine.
    pub settled: bool,
    /// It is held back until its grant comes.
    pub held: bool,
    /// Sealing keys that its grant is wrapped to.
    pub readers: Arc<BTreeSet<KeyId>>,
}

/// Size of a vault's record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RecordSize {
    /// Versions of entries, acts of staff and statements of phones.
    pub rows: u64,
    /// Bytes that they take.
    pub bytes: u64,
}

/// A participant's record as it is stored.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VaultRecord {
    /// One plan for each merged parcel, in log order; `merge_v1` of them is the record.
    pub plans: Vec<MergePlan>,
    /// Merged parcels that were not read.
    pub left_out: Vec<LeftOut>,
    /// Parcels in quarantine.
    pub quarantined: Vec<Quarantined>,
    /// Parcels held back until their device is confirmed or their grant arrives.
    pub held: Vec<Held>,
    /// Parcels that are ready and not yet merged by the worker.
    pub waiting: Vec<Held>,
    /// Every device's signing key, with the time of its revocation.
    pub devices: BTreeMap<KeyId, Option<UtcMillis>>,
    /// The keeper's own parcels.
    pub keeper: Vec<KeeperParcel>,
}

/// A stored parcel with everything that a rebuild needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredParcel {
    /// Everything but the grant's bytes.
    pub parcel: WaitingParcel,
    /// Role of its author.
    pub role: AuthorRole,
    /// Its grant, where it has come.
    pub grant: Option<GrantBytes>,
    /// Opened plaintext, if the parcel was opened.
    pub opened: Option<OpenedPlain>,
    /// Outcome in the live tables: merged, or the code of its quarantine; `None` if it still waits or is held back.
    pub settled: Option<Result<(), QuarantineCode>>,
}

/// Selects stored parcels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoredQuery {
    /// Of this vault.
    pub vault: VaultId,
    /// Of these authors.
    pub role: Option<AuthorRole>,
    /// Those after this one.
    pub after: Option<ParcelRef>,
}

impl StoredQuery {
    /// From the first one of a vault on.
    #[must_use]
    pub const fn all(vault: VaultId) -> Self {
        Self { vault, role: None, after: None }
    }

    /// From the first one of a vault on, those of `role` alone.
    #[must_use]
    pub const fn of(vault: VaultId, role: AuthorRole) -> Self {
        Self { vault, role: Some(role), after: None }
    }
}

/// A rebuilt record of one vault.
#[derive(Clone, Debug)]
pub struct Rebuilt {
    /// The vault.
    pub vault: VaultId,
    /// One for each parcel that was settled when the rebuild began.
    pub outcomes: Vec<Outcome>,
    /// Time.
    pub at: UtcMillis,
}
