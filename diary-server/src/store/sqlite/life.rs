//! Lives of a database. One that was put back to an earlier state begins a new one, so that nothing it says can be mixed
//! up with what it said before: another epoch, another incarnation of the keeper, and counters above all that was lost.

use std::path::Path;

use diary_core::ids::{Epoch, Hash, Incarnation};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::open::{DatabaseKey, Missing, Use, open};
use super::row::Step;
use super::threads::commit;
use super::trail;
use crate::store::{StoreError, TrailEvent};

const STANDING: &str = "-- store::life::standing
SELECT s.epoch, (SELECT coalesce(sum(n), 0) FROM head), (SELECT coalesce(max(n), 0) FROM trail) FROM server s";
const CHAIN_AT: &str = "-- store::life::chain_at
SELECT chain FROM trail WHERE n = ?1";
// Above every counter that is here, and far above those that can have been lost.
const RENEW: &str = "-- store::life::renew
UPDATE server SET epoch = ?1, incarnation = ?2, counter_floor = ?3 + max(counter_floor,
    coalesce((SELECT max(counter) FROM life), 0), coalesce((SELECT max(counter) FROM act), 0))";

/// By how much the counters of a new life are ahead.
const COUNTER_LEAP: i64 = 1_000_000;

/// How far a database has come, to be told from an earlier state of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DatabaseStanding {
    /// Its life.
    pub epoch: Epoch,
    /// Records of all its logs.
    pub records: u64,
    /// Rows of its trail.
    pub trail: u64,
}

/// How far the database at `path` has come, and the trail's chain at row `row`; `None` before it was founded.
///
/// # Errors
/// [`StoreError`] where it cannot be read.
pub fn standing(
    path: &Path,
    key: &DatabaseKey,
    row: u64,
) -> Result<Option<(DatabaseStanding, Option<Hash>)>, StoreError> {
    let connection = open(path, key, Missing::Refuse, Use::Look)?;
    read(&connection, row).map_err(|fault| fault.named("standing"))
}

/// How far it has come, with the chain at the last row of its trail.
///
/// # Errors
/// [`StoreError`] where it cannot be read.
pub fn standing_now(
    path: &Path,
    key: &DatabaseKey,
) -> Result<Option<(DatabaseStanding, Option<Hash>)>, StoreError> {
    let connection = open(path, key, Missing::Refuse, Use::Look)?;
    let now = || match read(&connection, 0)? {
        Some((at, _)) => read(&connection, at.trail),
        None => Ok(None),
    };
    now().map_err(|fault: super::row::Fault| fault.named("standing"))
}

fn read(connection: &Connection, row: u64) -> Step<Option<(DatabaseStanding, Option<Hash>)>> {
    let tables: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_master WHERE name IN ('server', 'trail', 'head')",
        [],
        |row| row.get(0),
    )?;
    if tables < 3 {
        return Ok(None);
    }
    let found = connection
        .query_row(STANDING, [], |row| {
            Ok(DatabaseStanding {
                epoch: Epoch::from_bytes(row.get(0)?),
                records: row.get::<_, i64>(1)?.cast_unsigned(),
                trail: row.get::<_, i64>(2)?.cast_unsigned(),
            })
        })
        .optional()?;
    let chain: Option<[u8; 32]> =
        connection.query_row(CHAIN_AT, [row.cast_signed()], |row| row.get(0)).optional()?;
    Ok(found.map(|standing| (standing, chain.map(Hash::from_bytes))))
}

/// Begins a new life of the database at `path`.
///
/// # Errors
/// [`StoreError`]; nothing is changed then.
pub fn renew(
    path: &Path,
    key: &DatabaseKey,
    (epoch, incarnation): (Epoch, Incarnation),
    event: &TrailEvent,
) -> Result<(), StoreError> {
    let mut connection = open(path, key, Missing::Refuse, Use::Write)?;
    commit(&mut connection, "renew", |t| renew_in(t, (epoch, incarnation), event))
}

/// Begins a new life in a transaction.
pub(super) fn renew_in(
    t: &Transaction<'_>,
    (epoch, incarnation): (Epoch, Incarnation),
    event: &TrailEvent,
) -> Step<()> {
    t.execute(RENEW, (epoch.as_bytes(), incarnation.as_bytes(), COUNTER_LEAP))?;
    trail::append(t, event)
}
