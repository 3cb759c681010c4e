//! Parcels that wait to be merged, with all data for judging them. Where several servers merge, each claims vaults for
//! a short time, so that no work is done twice.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{Hash, KeyId, VaultId};
use diary_core::keys::VerifyingKey;
use diary_core::parcel::SealedParcel;
use diary_core::signed::Signed;
use diary_core::time::{ReceivedAt, UtcMillis};

use crate::devices::state;
use crate::devices::usage::allowance;
use crate::intake::ParcelState;
use crate::log::{record, records, vault_no};
use crate::place::place;
use crate::quarantine::accepted_in;
use crate::rewraps::Rewraps;
use crate::sql::{Dialect, Each, Row, Step, Tx, Type, corrupt};
use crate::{Allowance, DeviceState, ParcelRef, PendingNotice, notices};

macro_rules! waiting {
    ($name:literal, $parcels:literal, $where:literal) => {
        concat!(
            "-- store::waiting::",
            $name,
            "
SELECT p.incarnation_no, p.seq, p.fork, p.n, p.received, p.state, g.hash, g.n AS grant_n, l.author, l.borrowed,
    d.signing, d.confirmed, d.revoked, d.revocation_n, l.vault, r.record, d.times, d.cleared, d.opened_items,
    d.opened_bytes, v.id AS vault_id
FROM ",
            $parcels,
            " JOIN incarnation l ON l.no = p.incarnation_no
JOIN parcel_grant g ON g.no = p.named JOIN vault v ON v.no = l.vault
JOIN log r ON r.place = (l.vault << 32 | p.n) LEFT JOIN device d ON d.no = l.device
WHERE g.n IS NOT NULL AND ",
            $where,
            " ORDER BY p.incarnation_no, p.seq, p.fork LIMIT ?2"
        )
    };
}
const WAITING: &str =
    waiting!("waiting", "parcel p INDEXED BY parcel_to_merge", "p.state = 0 AND p.incarnation_no > ?1");
const WAITING_IN: &str = waiting!(
    "waiting_in",
    "incarnation o CROSS JOIN parcel p INDEXED BY parcel_to_merge ON p.incarnation_no = o.no",
    "o.vault = ?1 AND p.state = 0"
);
// Limited per incarnation, so that a long tail of one is not read again for each batch.
const WAITING_OF: Each = Each {
    sql: waiting!(
        "waiting_of",
        "(SELECT w.* FROM incarnation o CROSS JOIN LATERAL
    (SELECT q.* FROM parcel q JOIN parcel_grant y ON y.no = q.named
        WHERE q.incarnation_no = o.no AND q.state = 0 AND y.n IS NOT NULL ORDER BY q.seq, q.fork LIMIT ?2) w
    WHERE o.vault = ?1 ORDER BY w.incarnation_no, w.seq, w.fork LIMIT ?2) p",
        "l.vault = ?1"
    ),
    types: &[Type::Int, Type::Int],
};
const KEEPER_KEYS: &str = "-- store::waiting::keeper_keys
SELECT count(DISTINCT author) FROM incarnation WHERE vault = ?1 AND device IS NULL";
// Claims expire, so those of a server that has crashed need no clean-up. The recursion steps from incarnation to
// incarnation, not through all parcels of a long tail.
const CLAIM: &str = "-- store::waiting::claim
INSERT INTO merge_claim (vault, by, until)
WITH RECURSIVE waits (incarnation_no) AS (
    (SELECT p.incarnation_no FROM parcel p WHERE p.state = 0 ORDER BY p.incarnation_no LIMIT 1)
    UNION ALL
    SELECT (SELECT p.incarnation_no FROM parcel p WHERE p.state = 0 AND p.incarnation_no > w.incarnation_no ORDER BY p.incarnation_no LIMIT 1)
    FROM waits w WHERE w.incarnation_no IS NOT NULL)
SELECT c.vault, ?1, now() + interval '10 seconds' FROM (
    SELECT h.vault FROM (SELECT DISTINCT l.vault FROM waits w JOIN incarnation l ON l.no = w.incarnation_no
        WHERE l.vault > ?2 AND EXISTS (SELECT 1 FROM parcel p JOIN parcel_grant g ON g.no = p.named
            WHERE p.incarnation_no = w.incarnation_no AND p.state = 0 AND g.n IS NOT NULL OFFSET 0)) s
    JOIN head h ON h.vault = s.vault
    WHERE NOT EXISTS (SELECT 1 FROM merge_claim m WHERE m.vault = h.vault AND m.by <> ?1 AND m.until > now())
    ORDER BY h.vault LIMIT ?3 FOR UPDATE OF h SKIP LOCKED) c
ON CONFLICT (vault) DO UPDATE SET by = excluded.by, until = excluded.until
    WHERE merge_claim.by = excluded.by OR merge_claim.until <= now()
RETURNING vault";
const WAITS: &str = "-- store::waiting::waits
SELECT EXISTS (SELECT 1 FROM parcel p JOIN parcel_grant g ON g.no = p.named WHERE p.state = 0 AND g.n IS NOT NULL)";
const RELEASE: Each = Each {
    sql: "-- store::waiting::release
UPDATE merge_claim SET until = '-infinity' WHERE vault = ?1 AND by = ?2 AND until > now()",
    types: &[Type::Int, Type::Blob],
};

/// Vaults that are claimed at once, at most.
const CLAIMED_AT_ONCE: u32 = 64;

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

/// Work for the merge worker.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Waiting {
    /// Parcels that wait to be merged, by vault.
    pub batches: Vec<WaitingBatch>,
    /// Vaults whose phones may need a notice; on the first page only.
    pub pending_notices: Vec<PendingNotice>,
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
    /// It came before the revocation of its device was a record of the log here, and is merged.
    pub merged_before: bool,
    /// Another author used the same incarnation before.
    pub borrowed: bool,
    /// The site has accepted it although its device is revoked.
    pub accepted: bool,
    /// Allowance of its device with the amount used; `None` for the keeper's own parcels, which have no limit.
    pub allowance: Option<Allowance>,
    /// Time of receipt.
    pub received: ReceivedAt,
}

/// Up to `limit` waiting parcels, after a mark.
pub(crate) fn waiting(t: &dyn Tx, mark: u64, limit: u32) -> Step<Waiting> {
    let (rows, next) = match t.claimant() {
        None => {
            let rows = t.rows(WAITING, (mark.cast_signed(), limit))?;
            let last = rows.last().map_or(Ok(0), |row| row.get::<i64>("incarnation_no"))?.cast_unsigned();
            let next = if rows.len() < limit as usize { 0 } else { last };
            (rows, next)
        }
        Some(claimant) => claim(t, claimant, mark, limit)?,
    };
    let pending_notices = if mark == 0 { notices::pending(t)? } else { Vec::new() };
    let elsewhere =
        mark == 0 && rows.is_empty() && t.claimant().is_some() && t.one(WAITS, (), |row| row.only())?;
    Ok(Waiting { batches: batches(t, rows)?, pending_notices, mark: next, elsewhere })
}

/// Up to `limit` waiting parcels of one vault.
pub(crate) fn waiting_in(t: &dyn Tx, vault: VaultId, limit: u32) -> Step<Waiting> {
    let no = vault_no(t, vault)?;
    let rows = match t.dialect() {
        Dialect::Sqlite => t.rows(WAITING_IN, (no, limit))?,
        Dialect::Postgres => t.rows(WAITING_OF.sql, (no, limit))?,
    };
    let pending_notices = notices::pending_in(t, no, vault)?.into_iter().collect();
    Ok(Waiting { batches: batches(t, rows)?, pending_notices, mark: 0, elsewhere: false })
}

/// Claims vaults after the mark, and returns their waiting parcels with the next mark. Each vault has an equal share of
/// `limit`; the rest is left for the next round.
fn claim(t: &dyn Tx, claimant: [u8; 16], mark: u64, limit: u32) -> Step<(Vec<Row>, u64)> {
    let most = CLAIMED_AT_ONCE.min(limit);
    let mut vaults: Vec<i64> = t.all(CLAIM, (&claimant, mark.cast_signed(), most), |row| row.only())?;
    vaults.sort_unstable();
    let share = limit / u32::try_from(vaults.len().max(1)).unwrap_or(u32::MAX);
    let sets: Vec<_> = vaults.iter().map(|vault| vec![vault.into(), share.into()]).collect();
    let rows = t.query_each(&WAITING_OF, &sets)?.into_iter().flatten().collect();
    let more = vaults.len() >= most as usize;
    Ok((rows, vaults.last().filter(|_| more).map_or(0, |vault| vault.cast_unsigned())))
}

/// Releases the claims on vaults.
pub(crate) fn release(t: &dyn Tx, vaults: impl Iterator<Item = i64>) -> Step<()> {
    let Some(claimant) = t.claimant() else { return Ok(()) };
    let sets: Vec<_> = vaults.map(|vault| vec![vault.into(), (&claimant).into()]).collect();
    t.execute_each(&RELEASE, &sets)
}

fn batches(t: &dyn Tx, rows: Vec<Row>) -> Step<Vec<WaitingBatch>> {
    let mut batches: BTreeMap<i64, WaitingBatch> = BTreeMap::new();
    let mut grants: BTreeMap<i64, (i64, Hash)> = BTreeMap::new();
    let mut papers = Papers::default();
    // Rows are dropped one by one, so that the sealed bytes are not in memory twice.
    for row in rows {
        let (parcel, grant_n) = waiting_parcel(t, &row, &mut papers)?;
        let vault: i64 = row.get("vault")?;
        let id = VaultId::from_bytes(row.get("vault_id")?);
        if let Some(n) = grant_n {
            grants.insert(place(vault, n)?, (vault, parcel.grant));
        }
        let batch = batches.entry(vault).or_insert_with(|| WaitingBatch {
            vault: id,
            parcels: Vec::new(),
            grants: BTreeMap::new(),
        });
        batch.parcels.push(parcel);
    }
    let mut rewraps = Rewraps::look_ahead(t, batches.keys().copied().collect())?;
    let places: Vec<i64> = grants.keys().copied().collect();
    for ((vault, grant), signed) in grants.into_values().zip(records(t, &places)?) {
        let rewraps = rewraps.of(t, vault, grant)?;
        if let Some(batch) = batches.get_mut(&vault) {
            batch.grants.insert(grant, GrantBytes { signed, rewraps });
        }
    }
    Ok(batches.into_values().collect())
}

/// Papers shared by many parcels of a vault, read once.
#[derive(Default)]
pub(crate) struct Papers {
    revocations: BTreeMap<(i64, u64), Signed>,
    accepted: BTreeMap<i64, BTreeSet<Hash>>,
    key_replaced: BTreeMap<i64, bool>,
}

impl Papers {
    fn revocation(&mut self, t: &dyn Tx, vault: i64, n: u64) -> Step<Signed> {
        if let Some(known) = self.revocations.get(&(vault, n)) {
            return Ok(known.clone());
        }
        let signed = Signed::from_bytes(&record(t, vault, n)?).map_err(|_| corrupt("a revocation"))?;
        self.revocations.insert((vault, n), signed.clone());
        Ok(signed)
    }

    /// Parcels that the site accepts regardless of their author's key.
    fn accepted(&mut self, t: &dyn Tx, vault: i64) -> Step<&BTreeSet<Hash>> {
        match self.accepted.entry(vault) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(free) => Ok(free.insert(accepted_in(t, vault)?)),
        }
    }

    /// True if keepers wrote to the vault under several keys: a late parcel under a replaced key is accepted only by an
    /// act under another.
    fn key_replaced(&mut self, t: &dyn Tx, vault: i64) -> Step<bool> {
        if let Some(known) = self.key_replaced.get(&vault) {
            return Ok(*known);
        }
        let keys: i64 = t.one(KEEPER_KEYS, [vault], |row| row.only())?;
        self.key_replaced.insert(vault, keys > 1);
        Ok(keys > 1)
    }
}

/// Reads the columns that waiting parcels and stored ones have in common, with the number of the grant's record.
pub(crate) fn waiting_parcel(
    t: &dyn Tx,
    row: &Row,
    papers: &mut Papers,
) -> Step<(WaitingParcel, Option<u64>)> {
    let vault: i64 = row.get("vault")?;
    let n = row.get::<i64>("n")?.cast_unsigned();
    let device_key = row.get::<Option<[u8; 32]>>("signing")?.map(VerifyingKey);
    let revocation_n: Option<i64> = row.get("revocation_n")?;
    let revocation = revocation_n.map(|n| papers.revocation(t, vault, n.cast_unsigned()));
    let merged_before = row.get::<ParcelState>("state")? == ParcelState::Merged
        && revocation_n.is_some_and(|revoked| n < revoked.cast_unsigned());
    let state = state(row.get("confirmed")?, row.get("revoked")?);
    let bytes: Vec<u8> = row.get("record")?;
    // Looked up only for revoked devices and for keeper keys, which may have been replaced: parcels of other authors
    // need no acceptance.
    let asked = match device_key {
        None => papers.key_replaced(t, vault)?,
        Some(_) => matches!(state, DeviceState::Revoked(_)),
    };
    let accepted = match SealedParcel::from_bytes(&bytes) {
        Ok(sealed) if asked => papers.accepted(t, vault)?.contains(&sealed.core_hash()),
        _ => false,
    };
    let parcel = WaitingParcel {
        row: ParcelRef {
            incarnation: row.get("incarnation_no")?,
            seq: row.get("seq")?,
            fork: row.get("fork")?,
        },
        n,
        bytes,
        grant: Hash::from_bytes(row.get("hash")?),
        author: KeyId::from_bytes(row.get("author")?),
        device_key,
        device_state: device_key.is_some().then_some(state),
        revocation: revocation.transpose()?,
        merged_before,
        borrowed: row.get::<i64>("borrowed")? != 0,
        accepted,
        allowance: device_key.map(|_| allowance(row)).transpose()?,
        received: ReceivedAt(UtcMillis(row.get("received")?)),
    };
    Ok((parcel, row.get::<Option<i64>>("grant_n")?.map(i64::cast_unsigned)))
}
