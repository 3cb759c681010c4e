//! The tables of the trial record: rows of merged parcels in, plans of merged parcels out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diary_core::act::Act;
use diary_core::entry::EncodedRevision;
use diary_core::ids::{Hash, Incarnation, KeyId, VaultId};
use diary_core::merge::{Change, MergePlan};
use diary_core::parcel::{Grant, QuarantineCode};
use diary_core::record::Source;
use diary_core::signed::Signed;
use diary_core::time::{DiaryDay, ReceivedAt, UtcMillis};
use diary_core::wire;
use rusqlite::Transaction;

use super::intake::{HELD, MERGED, QUARANTINED};
use super::log::{record, vault_no};
use super::row::{Step, corrupt, decode, place};
use crate::store::{Held, KeeperParcel, OpenedPlain, Quarantined, VaultRecord};

const ADD_OPENED: &str = "-- store::record::add_opened
INSERT INTO opened (place, salt, plain) VALUES (?1, ?2, ?3) ON CONFLICT (place) DO NOTHING";
const ADD_REVISION: &str = "-- store::record::add_revision
INSERT INTO revision (vault, counter, id, n, item, hash, entry, day, kind, bytes)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const ADD_ACT: &str = "-- store::record::add_act
INSERT INTO act (vault, counter, id, n, item, hash, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const ADD_STATEMENT: &str = "-- store::record::add_statement
INSERT INTO statement (vault, n, item, bytes) VALUES (?1, ?2, ?3, ?4)";
const ADD_SUCCESSION: &str = "-- store::record::add_succession
INSERT INTO succession (vault, n, item, incarnation) VALUES (?1, ?2, ?3, ?4)";
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
const DEVICES: &str = "-- store::record::devices
SELECT key, revoked FROM device WHERE vault = ?1";

/// Plans by their parcel's record, with the changes read so far, each with its place among the parcel's items.
type Merged = BTreeMap<i64, (MergePlan, Vec<(i64, Change)>)>;

/// Keeps a plaintext.
pub(super) fn add_opened(t: &Transaction<'_>, vault: i64, n: u64, opened: &OpenedPlain) -> Step<()> {
    t.prepare_cached(ADD_OPENED)?.execute((place(vault, n)?, opened.salt, &opened.plain))?;
    Ok(())
}

/// Writes what a merged parcel brought.
pub(super) fn add_plan(t: &Transaction<'_>, vault: i64, n: u64, plan: &MergePlan) -> Step<()> {
    let n = n.cast_signed();
    for (item, change) in (0i64..).zip(&plan.changes) {
        match change {
            Change::Revision(encoded) => add_revision(t, (vault, n, item), encoded)?,
            Change::Act { act, hash } => {
                t.prepare_cached(ADD_ACT)?.execute((
                    vault,
                    act.counter.cast_signed(),
                    act.id.as_bytes(),
                    n,
                    item,
                    hash.as_bytes(),
                    wire::encode(act),
                ))?;
            }
            Change::Statement(statement) => {
                t.prepare_cached(ADD_STATEMENT)?.execute((vault, n, item, wire::encode(statement)))?;
            }
            Change::Follows(incarnation) => {
                t.prepare_cached(ADD_SUCCESSION)?.execute((vault, n, item, incarnation.as_bytes()))?;
            }
            // Answered, and part of the plaintext; the record has no use for it.
            Change::Challenge(_) => {}
        }
    }
    Ok(())
}

fn add_revision(
    t: &Transaction<'_>,
    (vault, n, item): (i64, i64, i64),
    encoded: &EncodedRevision,
) -> Step<()> {
    let revision = encoded.revision();
    t.prepare_cached(ADD_REVISION)?.execute((
        vault,
        revision.counter.cast_signed(),
        revision.id.as_bytes(),
        n,
        item,
        encoded.hash().as_bytes(),
        revision.entry.as_bytes(),
        days(revision.day),
        revision.content.kind(),
        encoded.bytes(),
    ))?;
    Ok(())
}

fn days(day: DiaryDay) -> i32 {
    day.0.to_epoch_days()
}

/// The plans of a vault's merged parcels in log order, and what is not merged.
pub(super) fn load(t: &Transaction<'_>, id: VaultId) -> Step<VaultRecord> {
    let vault = vault_no(t, id)?;
    let mut out = VaultRecord {
        plans: Vec::new(),
        quarantined: Vec::new(),
        held: Vec::new(),
        waiting: 0,
        devices: devices(t, vault)?,
        keeper: Vec::new(),
    };
    let mut grants = BTreeMap::new();
    let mut merged: Merged = BTreeMap::new();
    let mut statement = t.prepare_cached(PARCELS)?;
    let mut rows = statement.query([vault])?;
    while let Some(row) = rows.next()? {
        let (n, state): (i64, i64) = (row.get(0)?, row.get(1)?);
        let received = ReceivedAt(UtcMillis(row.get(2)?));
        let author = KeyId::from_bytes(row.get(3)?);
        let incarnation = Incarnation::from_bytes(row.get(4)?);
        let seq = row.get::<_, i64>(5)?.cast_unsigned();
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
                let grant_needed = row.get::<_, Option<i64>>(7)?.is_none();
                out.held.push(Held { n: n.cast_unsigned(), author, received, grant_needed });
            }
            _ => out.waiting += 1,
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

/// The keys that the grant at `n` is wrapped to.
fn readers(
    t: &Transaction<'_>,
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
fn read_changes(t: &Transaction<'_>, vault: i64, merged: &mut Merged) -> Step<()> {
    let mut add = |n: i64, item: i64, change: Change| match merged.get_mut(&n) {
        Some((_, changes)) => {
            changes.push((item, change));
            Ok(())
        }
        None => Err(corrupt("a row of the record without its parcel")),
    };
    let mut statement = t.prepare_cached(REVISIONS)?;
    let mut rows = statement.query([vault])?;
    while let Some(row) = rows.next()? {
        let encoded = EncodedRevision::decode(row.get_ref(2)?.as_blob().map_err(|_| corrupt("a revision"))?)
            .map_err(|_| corrupt("a revision"))?;
        add(row.get(0)?, row.get(1)?, Change::Revision(Arc::new(encoded)))?;
    }
    let mut statement = t.prepare_cached(ACTS)?;
    let mut rows = statement.query([vault])?;
    while let Some(row) = rows.next()? {
        let act: Act = decode("an act", &row.get::<_, Vec<u8>>(3)?)?;
        add(row.get(0)?, row.get(1)?, Change::Act { act, hash: Hash::from_bytes(row.get(2)?) })?;
    }
    let mut statement = t.prepare_cached(STATEMENTS)?;
    let mut rows = statement.query([vault])?;
    while let Some(row) = rows.next()? {
        let said = decode("a statement", &row.get::<_, Vec<u8>>(2)?)?;
        add(row.get(0)?, row.get(1)?, Change::Statement(said))?;
    }
    let mut statement = t.prepare_cached(SUCCESSIONS)?;
    let mut rows = statement.query([vault])?;
    while let Some(row) = rows.next()? {
        add(row.get(0)?, row.get(1)?, Change::Follows(Incarnation::from_bytes(row.get(2)?)))?;
    }
    Ok(())
}

fn devices(t: &Transaction<'_>, vault: i64) -> Step<BTreeMap<KeyId, Option<UtcMillis>>> {
    let mut statement = t.prepare_cached(DEVICES)?;
    let rows = statement.query_map([vault], |row| {
        Ok((KeyId::from_bytes(row.get(0)?), row.get::<_, Option<i64>>(1)?.map(UtcMillis)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
