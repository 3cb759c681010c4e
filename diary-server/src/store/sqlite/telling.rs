//! The table `telling`: vaults whose phones may have to be told something. A row is written with what makes it so, and
//! goes in the transaction in which nothing is left to be told.

use diary_core::ids::VaultId;
use diary_core::merge::{Change, MergePlan};
use rusqlite::Transaction;

use super::row::Step;
use crate::store::ToTell;

/// Vaults that are looked at in one round.
const AT_ONCE: u32 = 256;

// A random mark, so that a row that was taken away and came back is never taken for the same.
const WANTED: &str = "-- store::telling::wanted
INSERT INTO telling (vault, mark) VALUES (?1, random())
ON CONFLICT (vault) DO UPDATE SET mark = excluded.mark";
const DEVICES: &str = "-- store::telling::devices
SELECT count(*) FROM device WHERE vault = ?1";
const BEGUN_ANEW: &str = "-- store::telling::begun_anew
SELECT EXISTS (SELECT 1 FROM succession WHERE vault = ?1)";
const TOLD: &str = "-- store::telling::told
DELETE FROM telling WHERE vault = ?1 AND mark = ?2";
const TO_TELL: &str = "-- store::telling::to_tell
SELECT v.id, t.mark FROM telling t JOIN vault v ON v.no = t.vault ORDER BY t.vault LIMIT ?1";

/// Notes that something may have to be told.
pub(super) fn wanted(t: &Transaction<'_>, vault: i64) -> Step<()> {
    t.prepare_cached(WANTED)?.execute([vault])?;
    Ok(())
}

/// Notes that a device's parcel was merged. A vault's only device knows what it made itself, unless it began anew: then
/// an earlier life that speaks again tells that the store was copied, and that each copy lacks what the other makes.
pub(super) fn merged(t: &Transaction<'_>, vault: i64, plan: &MergePlan) -> Step<()> {
    let anew = plan.changes.iter().any(|change| matches!(change, Change::Follows(_)));
    let news = plan.changes.iter().any(|change| matches!(change, Change::Revision(_)));
    let begun_anew =
        || -> Step<bool> { Ok(t.prepare_cached(BEGUN_ANEW)?.query_row([vault], |row| row.get(0))?) };
    let others = || -> Step<bool> {
        let devices: i64 = t.prepare_cached(DEVICES)?.query_row([vault], |row| row.get(0))?;
        Ok(devices > 1)
    };
    if anew || news && others()? || begun_anew()? { wanted(t, vault) } else { Ok(()) }
}

/// Notes that nothing of what had come about up to `mark` is left to be told.
pub(super) fn told(t: &Transaction<'_>, vault: i64, mark: i64) -> Step<()> {
    t.prepare_cached(TOLD)?.execute((vault, mark))?;
    Ok(())
}

/// Vaults whose phones may have to be told something.
pub(super) fn to_tell(t: &Transaction<'_>) -> Step<Vec<ToTell>> {
    let mut statement = t.prepare_cached(TO_TELL)?;
    let rows = statement.query_map([AT_ONCE], |row| {
        Ok(ToTell { vault: VaultId::from_bytes(row.get(0)?), mark: row.get(1)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
