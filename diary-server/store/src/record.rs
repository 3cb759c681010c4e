//! The trial record of a participant: plans of merged parcels, decoded from their plaintexts.

pub(crate) mod rows;
mod share;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use diary_core::entry::EncodedRevision;
use diary_core::ids::{Hash, Incarnation, KeyId, VaultId};
use diary_core::merge::{AuthorRole, Change, MergePlan, plan};
use diary_core::parcel::{Grant, ParcelContent, QuarantineCode};
use diary_core::signed::Signed;
use diary_core::time::{ReceivedAt, UtcMillis};

use crate::intake::ParcelState;
use crate::log::{opened_at, record, vault_no};
use crate::place::{n_of, places};
use crate::quarantine::unmerged_state_of;
use crate::sql::{Step, Tx, corrupt};
use crate::{Amount, LeftOut, ParcelRef, UnmergedState};
use share::Shares;

const PARCELS: &str = "-- store::record::parcels
SELECT p.n, p.state, p.received, l.author, l.incarnation, p.seq, p.code, g.n AS grant_n, l.device IS NULL AS of_keeper,
    coalesce(o.size, length(o.plain)) AS bytes, o.items, p.core_hash, d.confirmed, d.revoked, p.incarnation_no, p.fork
FROM incarnation l JOIN parcel p ON p.incarnation_no = l.no JOIN parcel_grant g ON g.no = p.named
LEFT JOIN device d ON d.no = l.device LEFT JOIN opened o ON o.place = (l.vault << 32 | p.n) WHERE l.vault = ?1 ORDER BY p.n";
const OPENED: &str = "-- store::record::opened
SELECT place, salt, plain, size FROM opened WHERE place > ?1 AND place < ?2 ORDER BY place LIMIT ?3";
const ENTRIES: &str = "-- store::record::entries
SELECT n, count(*) AS entries FROM revision WHERE vault = ?1 GROUP BY n";
const SIZE: &str = "-- store::record::size
SELECT CAST(coalesce(sum(o.items), 0) AS BIGINT) AS items, CAST(coalesce(sum(o.bytes), 0) AS BIGINT) AS bytes FROM (
    SELECT items, coalesce(size, length(plain)) AS bytes FROM opened WHERE place > ?1 AND place < ?2
    ORDER BY place LIMIT ?3) o";
const DEVICES: &str = "-- store::record::devices
SELECT key, revoked FROM device WHERE vault = ?1";

/// Plaintexts read per query: a few MiB at most.
const PAGE: u32 = 64;

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
pub struct HeldParcel {
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
    pub held_parcels: Vec<HeldParcel>,
    /// Parcels that are ready and not yet merged by the worker.
    pub waiting: Vec<HeldParcel>,
    /// Every device's signing key, with the time of its revocation.
    pub devices: BTreeMap<KeyId, Option<UtcMillis>>,
    /// The keeper's own parcels.
    pub keeper: Vec<KeeperParcel>,
}

/// A merged parcel.
struct Merged {
    author: KeyId,
    role: AuthorRole,
    received: ReceivedAt,
    cost: Amount,
}

/// The plans of a vault's merged parcels in log order, and its unmerged parcels. Plans are decoded from the plaintexts,
/// the only stored copy, within the limits of [`Shares`].
pub(crate) fn load(t: &dyn Tx, id: VaultId) -> Step<VaultRecord> {
    let vault = vault_no(t, id)?;
    let mut out = VaultRecord {
        plans: Vec::new(),
        left_out: Vec::new(),
        quarantined: Vec::new(),
        held_parcels: Vec::new(),
        waiting: Vec::new(),
        devices: devices(t, vault)?,
        keeper: Vec::new(),
    };
    let mut grants = BTreeMap::new();
    let mut merged: BTreeMap<i64, Merged> = BTreeMap::new();
    for row in &t.rows(PARCELS, [vault])? {
        let (n, state): (i64, ParcelState) = (row.get("n")?, row.get("state")?);
        let received = ReceivedAt(UtcMillis(row.get("received")?));
        let author = KeyId::from_bytes(row.get("author")?);
        let incarnation = Incarnation::from_bytes(row.get("incarnation")?);
        let seq = row.get::<i64>("seq")?.cast_unsigned();
        let of_keeper: bool = row.get("of_keeper")?;
        if of_keeper {
            let settled = matches!(state, ParcelState::Merged | ParcelState::Quarantined);
            let readers = readers(t, vault, row.get("grant_n")?, &mut grants)?;
            out.keeper.push(KeeperParcel {
                incarnation,
                seq,
                settled,
                held: state == ParcelState::Held,
                readers,
            });
        }
        if state == ParcelState::Merged {
            let role = if of_keeper { AuthorRole::Keeper } else { AuthorRole::Device };
            let number =
                |column: &str| row.get::<Option<i64>>(column).map(|n| n.unwrap_or(0).cast_unsigned());
            let cost = Amount { records: number("items")?, bytes: number("bytes")? };
            merged.insert(n, Merged { author, role, received, cost });
            continue;
        }
        let n = n.cast_unsigned();
        let at = ParcelRef {
            incarnation: row.get("incarnation_no")?,
            seq: seq.cast_signed(),
            fork: row.get("fork")?,
        };
        let held = |grant_needed| HeldParcel { row: at, n, author, incarnation, seq, received, grant_needed };
        match unmerged_state_of(row)? {
            UnmergedState::Quarantined(code) => {
                let core_hash = Hash::from_bytes(row.get("core_hash")?);
                let one = Quarantined { row: at, n, author, incarnation, seq, core_hash, received, code };
                out.quarantined.push(one);
            }
            UnmergedState::GrantNeeded => out.held_parcels.push(held(true)),
            UnmergedState::Pending => out.held_parcels.push(held(false)),
            UnmergedState::ToMerge | UnmergedState::KeyNeeded => out.waiting.push(held(false)),
        }
    }
    let left_out = leave_out(&mut merged);
    out.left_out = count_entries(t, vault, &left_out)?;
    out.plans = plans(t, vault, &merged)?;
    Ok(out)
}

/// Size of a vault's record.
pub(crate) fn size(t: &dyn Tx, id: VaultId, parcels: u32) -> Step<RecordSize> {
    let (first, last) = places(vault_no(t, id)?);
    t.one(SIZE, (first, last, parcels), |row| {
        Ok(RecordSize {
            rows: row.get::<i64>("items")?.cast_unsigned(),
            bytes: row.get::<i64>("bytes")?.cast_unsigned(),
        })
    })
}

/// Removes the parcels beyond the limits, and returns them with their authors. The keeper's own parcels are always
/// kept: acts of staff, and copies of revisions sent to phones, which share their bytes with the originals.
fn leave_out(merged: &mut BTreeMap<i64, Merged>) -> BTreeMap<i64, KeyId> {
    let of_devices = || merged.iter().filter(|(_, one)| one.role == AuthorRole::Device);
    let mut shares = Shares::of(of_devices().map(|(_, one)| (one.author, one.cost)));
    let over = of_devices().filter(|(_, one)| !shares.take(one.author, one.cost));
    let over: BTreeMap<i64, KeyId> = over.map(|(n, one)| (*n, one.author)).collect();
    merged.retain(|n, _| !over.contains_key(n));
    over
}

/// Number of parcels and entries left out, per phone.
fn count_entries(t: &dyn Tx, vault: i64, left_out: &BTreeMap<i64, KeyId>) -> Step<Vec<LeftOut>> {
    if left_out.is_empty() {
        return Ok(Vec::new());
    }
    let entries: BTreeMap<i64, i64> =
        t.all(ENTRIES, [vault], |row| Ok((row.get("n")?, row.get("entries")?)))?;
    let mut by_author: BTreeMap<KeyId, LeftOut> = BTreeMap::new();
    for (n, author) in left_out {
        let none = || LeftOut { author: *author, parcels: Vec::new(), entries: 0 };
        let one = by_author.entry(*author).or_insert_with(none);
        one.parcels.push(n.cast_unsigned());
        one.entries += entries.get(n).map_or(0, |count| count.cast_unsigned());
    }
    Ok(by_author.into_values().collect())
}

/// Plans of these parcels, in log order. Equal bytes of several parcels are held in memory once.
fn plans(t: &dyn Tx, vault: i64, merged: &BTreeMap<i64, Merged>) -> Step<Vec<MergePlan>> {
    let (mut after, last) = places(vault);
    let (mut plans, mut held) = (Vec::with_capacity(merged.len()), HashMap::new());
    loop {
        let rows = t.rows(OPENED, (after, last, PAGE))?;
        let Some(newest) = rows.last() else { break };
        after = newest.get("place")?;
        for row in &rows {
            let n = n_of(row.get("place")?).cast_signed();
            let Some(one) = merged.get(&n) else { continue };
            let unreadable = || corrupt("a plaintext");
            let opened = opened_at(row)?.ok_or_else(unreadable)?;
            let content = ParcelContent::decode(&opened.plain).map_err(|_| unreadable())?;
            let mut planned = plan(one.role, &content, one.received).map_err(|_| unreadable())?;
            hold_once(&mut planned, &mut held);
            plans.push(planned);
        }
    }
    match plans.len() == merged.len() {
        true => Ok(plans),
        false => Err(corrupt("a plaintext, which is missing")),
    }
}

fn hold_once(plan: &mut MergePlan, held: &mut HashMap<Hash, Arc<EncodedRevision>>) {
    for change in &mut plan.changes {
        if let Change::Revision(encoded) = change {
            let same = held.entry(encoded.hash()).or_insert_with(|| Arc::clone(encoded));
            *encoded = Arc::clone(same);
        }
    }
}

/// Keys to which the grant in record `n` is wrapped.
fn readers(
    t: &dyn Tx,
    vault: i64,
    n: Option<i64>,
    known: &mut BTreeMap<i64, Arc<BTreeSet<KeyId>>>,
) -> Step<Arc<BTreeSet<KeyId>>> {
    let Some(n) = n else { return Ok(Arc::default()) };
    if let Some(readers) = known.get(&n) {
        return Ok(Arc::clone(readers));
    }
    let bytes = record(t, vault, n.cast_unsigned())?;
    let keys = Signed::from_bytes(&bytes).ok().and_then(|signed| Grant::peek_recipients(&signed).ok());
    let readers = Arc::new(keys.ok_or_else(|| corrupt("a grant of the keeper"))?.into_iter().collect());
    known.insert(n, Arc::clone(&readers));
    Ok(readers)
}

fn devices(t: &dyn Tx, vault: i64) -> Step<BTreeMap<KeyId, Option<UtcMillis>>> {
    t.all(DEVICES, [vault], |row| {
        Ok((KeyId::from_bytes(row.get("key")?), row.get::<Option<i64>>("revoked")?.map(UtcMillis)))
    })
}
