//! The tables `incarnation`, `parcel` and `parcel_grant`: taking parcels and grants into a vault's log, with their receipts;
//! both for pushes of devices and for parcels of the keeper. In three steps, for a whole group at once: existing rows
//! are read, outcomes are decided, and everything is written.

pub(crate) mod evidence;
mod known;
pub(crate) mod push;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{Epoch, Hash, Incarnation, KeyId, VaultId};
use diary_core::parcel::{LogKind, NO_PREVIOUS, ReceiptBody, ReceiptLevel};
use diary_core::time::UtcMillis;
use known::{Grant, Known, KnownIncarnation, KnownParcel};

use crate::epoch::epoch;
use crate::log::{LogWriter, record};
use crate::sql::{FromValue, Param, Step, Tx, Value};
use crate::{Signer, VaultHead};

/// State of a stored parcel, the column `parcel.state`. Statements name it by its number, since an index of the rows of
/// one state is used only where the statement has the same number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ParcelState {
    /// To be merged.
    Ready = 0,
    /// Merged.
    Merged = 1,
    /// In quarantine.
    Quarantined = 2,
    /// Held back until its device is confirmed and its grant is there.
    Held = 3,
}

impl ParcelState {
    /// Every state.
    pub(crate) const ALL: [Self; 4] = [Self::Ready, Self::Merged, Self::Quarantined, Self::Held];
}

impl FromValue for ParcelState {
    fn from_value(value: &Value) -> Option<Self> {
        let number = i64::from_value(value)?;
        Self::ALL.into_iter().find(|one| *one as i64 == number)
    }
}

impl From<ParcelState> for Param<'_> {
    fn from(state: ParcelState) -> Self {
        Param::Int(state as i64)
    }
}

const GAP: i64 = 1;
const FORK: i64 = 2;

/// Version of the program that judges parcels. Parcels quarantined by another version are judged again.
pub const JUDGE: &str = concat!("diary-server ", env!("CARGO_PKG_VERSION"));

/// A parcel's row in the database it came from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ParcelRef {
    /// Row of its incarnation.
    pub incarnation: i64,
    /// Number in it.
    pub seq: i64,
    /// 0, or the number of the fork at the same place, from 1.
    pub fork: i64,
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

/// Last parcel of one incarnation in the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IncarnationAt {
    /// Last number up to which no parcel is missing.
    pub seq: u64,
    /// Core of that parcel; zeros where `seq` is 0.
    pub hash: Hash,
}

/// Ids of a vault.
#[derive(Clone, Copy)]
pub(crate) struct Vault {
    /// Row number in this database.
    pub(crate) no: i64,
    /// Global id.
    pub(crate) id: VaultId,
}

/// Author of a parcel.
#[derive(Clone, Copy)]
pub(crate) struct Author {
    /// Id of the signing key.
    pub(crate) key: KeyId,
    /// The device; `None` for the keeper.
    pub(crate) device: Option<i64>,
    /// True if its parcels wait until the device is confirmed.
    pub(crate) pending: bool,
}

/// Location of a receipt.
#[derive(Clone, Copy)]
pub(crate) enum ReceiptAt {
    /// Signed before, in this record.
    Record(u64),
    /// Signed at the end of this transaction, at this index of the group.
    Group(usize),
}

/// Outcome of a parcel.
pub(crate) struct TakenParcel {
    pub(crate) duplicate: bool,
    pub(crate) gap: bool,
    pub(crate) fork: bool,
    pub(crate) grant_needed: bool,
    pub(crate) merged: bool,
    pub(crate) quarantined: bool,
    pub(crate) receipt: ReceiptAt,
}

/// Change that a receipt makes to its parcel's row.
enum Sets {
    Stored,
    Settled { state: ParcelState, code: Option<u16> },
}

struct Target {
    vault: i64,
    parcel: ParcelRef,
    sets: Sets,
}

/// A new parcel that is not written yet.
struct NewParcel {
    row: ParcelRef,
    n: u64,
    core_hash: Hash,
    body_hash: Hash,
    grant: i64,
    at: UtcMillis,
    flags: i64,
    state: ParcelState,
}

/// One transaction that takes parcels in and signs receipts at its end.
pub(crate) struct Intake<'t> {
    t: &'t dyn Tx,
    /// The logs.
    pub(crate) log: LogWriter<'t>,
    signer: Signer,
    epoch: Epoch,
    known: Known,
    parcels: Vec<NewParcel>,
    bodies: Vec<ReceiptBody>,
    targets: Vec<Target>,
    /// Vaults with held parcels.
    held: BTreeSet<i64>,
}

/// Results of the transaction.
pub(crate) struct Finished {
    /// The receipts, in the order of [`ReceiptAt::Group`].
    pub(crate) receipts: Vec<Vec<u8>>,
    /// Heads of the vaults used.
    pub(crate) heads: BTreeMap<i64, VaultHead>,
}

impl<'t> Intake<'t> {
    /// Begins.
    pub(crate) fn new(t: &'t dyn Tx, signer: Signer) -> Step<Self> {
        Ok(Self {
            t,
            log: LogWriter::new(t),
            signer,
            epoch: epoch(t)?,
            known: Known::default(),
            parcels: Vec::new(),
            bodies: Vec::new(),
            targets: Vec::new(),
            held: BTreeSet::new(),
        })
    }

    /// Begins a new epoch for the receipts that follow.
    pub(crate) fn begin_epoch(&mut self, epoch: Epoch) {
        self.epoch = epoch;
    }

    /// Reads rows for these parcels together. Requires the heads of their vaults to be taken.
    pub(crate) fn look_ahead(&mut self, parcels: &[(Vault, KeyId, &ParcelToStore)]) -> Step<()> {
        self.known.look_ahead(self.t, parcels)
    }

    /// Takes a grant, unless it is stored already, and releases parcels that waited only for it. Returns true if it is
    /// new.
    pub(crate) fn grant(&mut self, vault: Vault, grant: &GrantToStore, at: UtcMillis) -> Step<bool> {
        self.log.take_heads([vault.no])?;
        let known = self.known.grant(self.t, vault.no, &grant.hash)?;
        if known.is_some_and(|grant| grant.has_come) {
            return Ok(false);
        }
        let n = self.log.append(vault.no, LogKind::Grant, &grant.bytes, at)?;
        let no = match known {
            None => known::new_grant(self.t, vault.no, &grant.hash, Some(n))?,
            Some(Grant { no, .. }) => {
                self.flush()?;
                known::grant_came(self.t, vault.no, no, n)?;
                no
            }
        };
        self.known.set_grant(vault.no, grant.hash, Grant { no, has_come: true });
        Ok(true)
    }

    /// Takes a parcel, once.
    pub(crate) fn parcel(
        &mut self,
        vault: Vault,
        author: Author,
        parcel: &ParcelToStore,
        at: UtcMillis,
    ) -> Step<TakenParcel> {
        self.log.take_heads([vault.no])?;
        let seq = parcel.seq.cast_signed();
        let incarnation_no = self.known.incarnation(self.t, vault, author, parcel.incarnation)?.no;
        let names = (parcel.core_hash, parcel.body_hash);
        if let Some(one) = self.known.same(self.t, incarnation_no, seq, names)? {
            return self.duplicate(vault, &one);
        }
        let forks = self.known.count_at(self.t, incarnation_no, seq)?;
        let gap = seq > 1 && !self.known.has_core(self.t, incarnation_no, seq - 1, parcel.prev)?;
        let grant = match self.known.grant(self.t, vault.no, &parcel.grant)? {
            Some(grant) => grant,
            None => {
                let no = known::new_grant(self.t, vault.no, &parcel.grant, None)?;
                let grant = Grant { no, has_come: false };
                self.known.set_grant(vault.no, parcel.grant, grant);
                grant
            }
        };
        let n = self.log.append(vault.no, LogKind::Parcel, &parcel.bytes, at)?;
        let flags = if gap { GAP } else { 0 } | if forks > 0 { FORK } else { 0 };
        let state = if author.pending || !grant.has_come { ParcelState::Held } else { ParcelState::Ready };
        // A parcel that is not held changes the status when it is merged.
        if state == ParcelState::Held {
            self.held.insert(vault.no);
        }
        let row = ParcelRef { incarnation: incarnation_no, seq, fork: forks };
        let (core_hash, body_hash) = (parcel.core_hash, parcel.body_hash);
        self.parcels.push(NewParcel { row, n, core_hash, body_hash, grant: grant.no, at, flags, state });
        let receipt = self.receipt(vault, row, (core_hash, body_hash), n, ReceiptLevel::Stored, at);
        let prev = Some(parcel.prev);
        let one = KnownParcel { core_hash, body_hash, receipt, flags, state, grant: parcel.grant, prev };
        self.known.arrived(self.t, vault, author, parcel, one)?;
        Ok(TakenParcel {
            duplicate: false,
            gap,
            fork: forks > 0,
            grant_needed: !grant.has_come,
            merged: false,
            quarantined: false,
            receipt,
        })
    }

    /// Outcome of a parcel that is stored already.
    fn duplicate(&mut self, vault: Vault, one: &KnownParcel) -> Step<TakenParcel> {
        let grant = self.known.grant(self.t, vault.no, &one.grant)?;
        Ok(TakenParcel {
            duplicate: true,
            gap: one.flags & GAP != 0,
            fork: one.flags & FORK != 0,
            grant_needed: !grant.is_some_and(|grant| grant.has_come),
            merged: one.state == ParcelState::Merged,
            quarantined: one.state == ParcelState::Quarantined,
            receipt: one.receipt,
        })
    }

    /// Last parcel in the log of an incarnation of an author.
    pub(crate) fn incarnation(
        &mut self,
        vault: Vault,
        author: KeyId,
        incarnation: Incarnation,
    ) -> Step<IncarnationAt> {
        let found = self.known.find_life(self.t, vault.no, incarnation, author)?;
        let at = |chain: &KnownIncarnation| IncarnationAt {
            seq: chain.whole.cast_unsigned(),
            hash: chain.whole_hash,
        };
        Ok(found.map_or(IncarnationAt { seq: 0, hash: NO_PREVIOUS }, at))
    }

    /// Records the outcome of a parcel; its receipt is signed at the end.
    pub(crate) fn settle(
        &mut self,
        vault: Vault,
        parcel: ParcelRef,
        hashes: (Hash, Hash),
        n: u64,
        level: ReceiptLevel,
        at: UtcMillis,
    ) {
        self.receipt(vault, parcel, hashes, n, level, at);
    }

    fn receipt(
        &mut self,
        vault: Vault,
        parcel: ParcelRef,
        (core_hash, body_hash): (Hash, Hash),
        n: u64,
        level: ReceiptLevel,
        server_time: UtcMillis,
    ) -> ReceiptAt {
        let sets = match level {
            ReceiptLevel::Stored | ReceiptLevel::BackedUp => Sets::Stored,
            ReceiptLevel::Merged => Sets::Settled { state: ParcelState::Merged, code: None },
            ReceiptLevel::Quarantined(code) => {
                Sets::Settled { state: ParcelState::Quarantined, code: Some(code.number()) }
            }
        };
        let (epoch, key) = (self.epoch, self.signer.key());
        self.bodies.push(ReceiptBody {
            level,
            core_hash,
            body_hash,
            vault: vault.id,
            n,
            epoch,
            server_time,
            key,
        });
        self.targets.push(Target { vault: vault.no, parcel, sets });
        ReceiptAt::Group(self.bodies.len() - 1)
    }
}

/// A receipt's bytes.
pub(crate) fn receipt_bytes(t: &dyn Tx, vault: i64, at: ReceiptAt, group: &[Vec<u8>]) -> Step<Vec<u8>> {
    match at {
        ReceiptAt::Record(n) => record(t, vault, n),
        ReceiptAt::Group(index) => Ok(group[index].clone()),
    }
}
