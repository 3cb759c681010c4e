//! The table `trail`.

use diary_core::ids::Hash;
use diary_core::time::UtcMillis;
use diary_core::trail::TRAIL_START;
use rusqlite::{OptionalExtension, Transaction};

use super::row::Step;
use crate::store::{TrailEvent, TrailRow, trail_chain};

const LAST: &str = "-- store::trail::last
SELECT n, chain FROM trail ORDER BY n DESC LIMIT 1";
const APPEND: &str = "-- store::trail::append
INSERT INTO trail (n, chain, at, who, role, what, target, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const PAGE: &str = "-- store::trail::page
SELECT n, chain, at, who, role, what, target, reason FROM trail WHERE n > ?1 ORDER BY n LIMIT ?2";

/// Appends one event.
pub(super) fn append(t: &Transaction<'_>, event: &TrailEvent) -> Step<()> {
    let last: Option<(i64, [u8; 32])> =
        t.prepare_cached(LAST)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (n, prev) = last.map_or((1, TRAIL_START), |(n, chain)| (n + 1, Hash::from_bytes(chain)));
    let chain = trail_chain(&prev, n.cast_unsigned(), event);
    let TrailEvent { at, who, role, what, target, reason } = event;
    t.prepare_cached(APPEND)?.execute((n, chain.as_bytes(), at.0, who, role, what, target, reason))?;
    Ok(())
}

/// Rows after `after`.
pub(super) fn page(t: &Transaction<'_>, after: u64, limit: u32) -> Step<Vec<TrailRow>> {
    let mut statement = t.prepare_cached(PAGE)?;
    let rows = statement.query_map((after.cast_signed(), limit), |row| {
        Ok(TrailRow {
            n: row.get::<_, i64>(0)?.cast_unsigned(),
            chain: Hash::from_bytes(row.get(1)?),
            event: TrailEvent {
                at: UtcMillis(row.get(2)?),
                who: row.get(3)?,
                role: row.get(4)?,
                what: row.get(5)?,
                target: row.get(6)?,
                reason: row.get(7)?,
            },
        })
    })?;
    rows.map(|row| Ok(row?)).collect()
}
