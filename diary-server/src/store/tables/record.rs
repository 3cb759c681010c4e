//! The tables of the trial record: plans of merged parcels, as their rows say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diary_core::act::Act;
use diary_core::entry::EncodedRevision;
use diary_core::ids::{Hash, Incarnation, KeyId, VaultId};
use diary_core::merge::{Change, MergePlan};
use diary_core::parcel::{Grant, QuarantineCode};
use diary_core::record::Source;
use diary_core::signed::Signed;
use diary_core::time::{ReceivedAt, UtcMillis};

use super::intake::{HELD, MERGED, QUARANTINED};
use super::log::{record, vault_no};
use super::place::decode;
use super::record_rows::{ACT_BYTES, ACT_HASH, REVISION_BYTES, STATEMENT_BYTES};
use crate::store::sql::{Row, Step, Tx, corrupt};
use crate::store::{Held, KeeperParcel, Quarantined, RecordSize, VaultRecord};

const PARCELS: &str = "-- store::record::parcels
SELECT p.n, p.state, p.received, l.author, l.incarnation, p.seq, p.code, g.n, l.device IS NULL
FROM life l JOIN parcel p ON p.life = l.no JOIN parcel_grant g ON g.no = p.named WHERE l.vault = ?1";
const REVISIONS: &str = "-- store::record::revisions
SELECT n, item, bytes FROM revision WHERE vault = ?1";
const ACTS: &str = "-- store::record::acts
SELECT n, item, hash, bytes FROM act WHERE vault = ?1";
const STATEMENTS: &str = "-- store::record::statements
SELECT n, item, bytes FROM statement WHERE vault = ?1";
const SUCCESSIONS: &str = "-- store::record::successions
SELECT n, item, incarnation FROM succession WHERE vault = ?1";
const SIZE: &str = "-- store::record::size
SELECT count(*), CAST(coalesce(sum(every.size), 0) AS BIGINT) FROM (
    SELECT length(r.bytes) AS size FROM (SELECT bytes FROM revision WHERE vault = ?1 LIMIT ?2) r
    UNION ALL SELECT length(a.bytes) FROM (SELECT bytes FROM act WHERE vault = ?1 LIMIT ?2) a
    UNION ALL SELECT length(s.bytes) FROM (SELECT bytes FROM statement WHERE vault = ?1 LIMIT ?2) s) every";
const DEVICES: &str = "-- store::record::devices
SELECT key, revoked FROM device WHERE vault = ?1";

/// Plans by their parcel's record, with the changes read so far, each with its place among the parcel's items.
type Merged = BTreeMap<i64, (MergePlan, Vec<(i64, Change)>)>;

/// The plans of a vault's merged parcels in log order, and what is not merged.
pub(super) fn load(t: &dyn Tx, id: VaultId) -> Step<VaultRecord> {
    let vault = vault_no(t, id)?;
    let mut out = VaultRecord {
        plans: Vec::new(),
        quarantined: Vec::new(),
        held: Vec::new(),
        waiting: Vec::new(),
        devices: devices(t, vault)?,
        keeper: Vec::new(),
    };
    let mut grants = BTreeMap::new();
    let mut merged: Merged = BTreeMap::new();
    for row in &t.rows(PARCELS, [vault])? {
        let (n, state): (i64, i64) = (row.get(0)?, row.get(1)?);
        let received = ReceivedAt(UtcMillis(row.get(2)?));
        let author = KeyId::from_bytes(row.get(3)?);
        let incarnation = Incarnation::from_bytes(row.get(4)?);
        let seq = row.get::<i64>(5)?.cast_unsigned();
        if row.get(8)? {
            let settled = matches!(state, MERGED | QUARANTINED);
            let readers = readers(t, vault, row.get(7)?, &mut grants)?;
            out.keeper.push(KeeperParcel { incarnation, seq, settled, held: state == HELD, readers });
        }
        match state {
            MERGED => {
                let source = Source { author, incarnation, seq };
                merged.insert(n, (MergePlan { source, received, changes: Vec::new() }, Vec::new()));
            }
            QUARANTINED => {
                let code = QuarantineCode::from_number(row.get(6)?);
                let n = n.cast_unsigned();
                out.quarantined.push(Quarantined { n, author, incarnation, seq, received, code });
            }
            HELD => {
                let grant_needed = row.get::<Option<i64>>(7)?.is_none();
                out.held.push(Held { n: n.cast_unsigned(), author, received, grant_needed });
            }
            _ => out.waiting.push(n.cast_unsigned()),
        }
    }
    read_changes(t, vault, &mut merged)?;
    out.plans = merged
        .into_values()
        .map(|(mut plan, mut changes)| {
            changes.sort_by_key(|(item, _)| *item);
            plan.changes = changes.into_iter().map(|(_, change)| change).collect();
            plan
        })
        .collect();
    Ok(out)
}

/// Size of a vault's record, of each kind of row up to so many.
pub(super) fn size(t: &dyn Tx, id: VaultId, rows: u32) -> Step<RecordSize> {
    let vault = vault_no(t, id)?;
    t.one(SIZE, (vault, rows), |row| {
        Ok(RecordSize { rows: row.get::<i64>(0)?.cast_unsigned(), bytes: row.get::<i64>(1)?.cast_unsigned() })
    })
}

/// The keys that the grant at `n` is wrapped to.
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

/// Reads every row of the record to the parcel it came in.
fn read_changes(t: &dyn Tx, vault: i64, merged: &mut Merged) -> Step<()> {
    let mut add = |n: i64, item: i64, change: Change| match merged.get_mut(&n) {
        Some((_, changes)) => {
            changes.push((item, change));
            Ok(())
        }
        None => Err(corrupt("a row of the record without its parcel")),
    };
    for row in &t.rows(REVISIONS, [vault])? {
        let encoded =
            EncodedRevision::decode(&row.sealed(REVISION_BYTES, 2)?).map_err(|_| corrupt("a revision"))?;
        add(row.get(0)?, row.get(1)?, Change::Revision(Arc::new(encoded)))?;
    }
    for row in &t.rows(ACTS, [vault])? {
        let act: Act = decode("an act", &row.sealed(ACT_BYTES, 3)?)?;
        add(row.get(0)?, row.get(1)?, Change::Act { act, hash: act_hash(row, 2)? })?;
    }
    for row in &t.rows(STATEMENTS, [vault])? {
        let said = decode("a statement", &row.sealed(STATEMENT_BYTES, 2)?)?;
        add(row.get(0)?, row.get(1)?, Change::Statement(said))?;
    }
    for row in &t.rows(SUCCESSIONS, [vault])? {
        add(row.get(0)?, row.get(1)?, Change::Follows(Incarnation::from_bytes(row.get(2)?)))?;
    }
    Ok(())
}

fn devices(t: &dyn Tx, vault: i64) -> Step<BTreeMap<KeyId, Option<UtcMillis>>> {
    t.all(DEVICES, [vault], |row| {
        Ok((KeyId::from_bytes(row.get(0)?), row.get::<Option<i64>>(1)?.map(UtcMillis)))
    })
}

/// The hash of an act.
fn act_hash(row: &Row, column: usize) -> Step<Hash> {
    let hash = row.sealed(ACT_HASH, column)?;
    Ok(Hash::from_bytes(hash.as_slice().try_into().map_err(|_| corrupt("the hash of an act"))?))
}
