//! Epochs of a database. One that was put back to an earlier state begins a new one, so that its new statements cannot
//! be confused with those it has lost: another epoch, another incarnation of the keeper, and counters above all that
//! were lost.

use diary_core::counter::Counter;
use diary_core::ids::{Epoch, Hash, Incarnation};

use crate::sql::{Step, Tx, not_found};
use crate::{DatabaseProgress, TrailEvent, audit, clock};

const PROGRESS: &str = "-- store::epoch::progress
SELECT s.epoch, CAST((SELECT coalesce(sum(n), 0) FROM head) AS BIGINT) AS records,
    (SELECT coalesce(max(n), 0) FROM trail) AS trail FROM server s";
const EPOCH: &str = "-- store::epoch::epoch
SELECT epoch FROM server";
const CHAIN_AT: &str = "-- store::epoch::chain_at
SELECT chain FROM trail WHERE n = ?1";
// Above all counters that are stored, and far above any that can have been lost.
const RENEW: &str = "-- store::epoch::renew
UPDATE server SET epoch = ?1, incarnation = ?2, counter_floor = ?3 + (SELECT coalesce(max(known.counter), 0) FROM (
    SELECT counter_floor AS counter FROM server UNION ALL SELECT max(counter) FROM incarnation WHERE counter <= ?4
    UNION ALL SELECT max(counter) FROM act WHERE counter <= ?4) known WHERE known.counter <= ?4)";

/// Distance by which the counters of a new epoch are ahead.
const COUNTER_LEAP: i64 = 1_000_000;

/// Epoch of this database.
pub(crate) fn epoch(t: &dyn Tx) -> Step<Epoch> {
    let epoch = t.first(EPOCH, (), |row| row.only())?;
    epoch.map_or_else(|| not_found("server; run `init` first"), |bytes| Ok(Epoch::from_bytes(bytes)))
}

/// Progress of the database, and the audit trail's chain at row `row`; `None` before it was founded.
pub(crate) fn progress(t: &dyn Tx, row: u64) -> Step<Option<(DatabaseProgress, Option<Hash>)>> {
    let found = t.first(PROGRESS, (), |row| {
        Ok(DatabaseProgress {
            epoch: Epoch::from_bytes(row.get("epoch")?),
            records: row.get::<i64>("records")?.cast_unsigned(),
            trail: row.get::<i64>("trail")?.cast_unsigned(),
        })
    })?;
    let chain = t.first(CHAIN_AT, [row.cast_signed()], |row| Ok(Hash::from_bytes(row.only()?)))?;
    Ok(found.map(|progress| (progress, chain)))
}

/// Begins a new epoch in a transaction. Resets the clock's mark: the time since the last epoch is unknown and is no
/// reason to doubt the clock.
pub(crate) fn renew_in(
    t: &dyn Tx,
    (epoch, incarnation): (Epoch, Incarnation),
    event: &TrailEvent,
) -> Step<()> {
    t.run(RENEW, (epoch.as_bytes(), incarnation.as_bytes(), COUNTER_LEAP, Counter::CEILING.column()))?;
    clock::forget(t)?;
    audit::append(t, event)
}
