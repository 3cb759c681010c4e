//! The table `telling`: vaults whose phones may have to be told something. A row is written with what makes it so, and
//! goes in the transaction in which nothing is left to be told.

use std::collections::BTreeMap;

use diary_core::ids::VaultId;
use diary_core::merge::{Change, MergePlan};

use crate::ToTell;
use crate::sql::{Dialect, Each, Step, Tx, Type, corrupt};

/// Vaults that are looked at in one round.
const AT_ONCE: u32 = 256;

// A random mark, so that a row that was taken away and came back is never taken for the same.
const WANTED: &str = "-- store::telling::wanted
INSERT INTO telling (vault, mark) VALUES (?1, random())
ON CONFLICT (vault) DO UPDATE SET mark = excluded.mark";
const WANTED_IN_POSTGRES: &str = "-- store::telling::wanted_in_postgres
INSERT INTO telling (vault, mark) VALUES (?1, CAST((random() - 0.5) * 1.8e19 AS BIGINT))
ON CONFLICT (vault) DO UPDATE SET mark = excluded.mark";
const FACTS: Each = Each {
    sql: "-- store::telling::facts
SELECT (SELECT count(*) FROM device WHERE vault = ?1), EXISTS (SELECT 1 FROM succession WHERE vault = ?1)",
    types: &[Type::Int],
};
const TOLD: &str = "-- store::telling::told
DELETE FROM telling WHERE vault = ?1 AND mark = ?2";
const TO_TELL: &str = "-- store::telling::to_tell
SELECT v.id, t.mark FROM telling t JOIN vault v ON v.no = t.vault ORDER BY t.vault LIMIT ?1";

/// Notes that something may have to be told.
pub(super) fn wanted(t: &dyn Tx, vault: i64) -> Step<()> {
    let wanted = match t.dialect() {
        Dialect::Sqlite => WANTED,
        Dialect::Postgres => WANTED_IN_POSTGRES,
    };
    t.run(wanted, [vault])?;
    Ok(())
}

/// Facts from merged parcels that their vaults' phones may need a notice about.
pub(super) struct News {
    of: BTreeMap<i64, Facts>,
}

struct Facts {
    devices: i64,
    begun_anew: bool,
    wanted: bool,
}

impl News {
    /// Reads what matters about vaults of which parcels are merged.
    pub(super) fn look_ahead(t: &dyn Tx, vaults: &[i64]) -> Step<Self> {
        let sets: Vec<_> = vaults.iter().map(|vault| vec![vault.into()]).collect();
        let found = vaults.iter().zip(t.query_each(&FACTS, &sets)?);
        let read = found.map(|(vault, rows)| {
            let row = rows.first().ok_or_else(|| corrupt("a row that must be there is missing"))?;
            Ok((*vault, Facts { devices: row.get(0)?, begun_anew: row.get(1)?, wanted: false }))
        });
        Ok(Self { of: read.collect::<Step<_>>()? })
    }

    /// Notes that a device's parcel was merged. A vault's only device knows what it made itself, unless it began anew:
    /// then an earlier life that speaks again tells that the store was copied, and that each copy lacks what the other
    /// makes.
    pub(super) fn merged(&mut self, vault: i64, plan: &MergePlan) {
        let Some(facts) = self.of.get_mut(&vault) else { return };
        facts.begun_anew |= plan.changes.iter().any(|change| matches!(change, Change::Follows(_)));
        let news = plan.changes.iter().any(|change| matches!(change, Change::Revision(_)));
        facts.wanted |= facts.begun_anew || news && facts.devices > 1;
    }

    /// Notes that a keeper's parcel was merged. An act of staff in it may have come back from one device after the database
    /// was restored, in a parcel that the others cannot read.
    pub(super) fn keeper_merged(&mut self, vault: i64, plan: &MergePlan) {
        let Some(facts) = self.of.get_mut(&vault) else { return };
        let acts = plan.changes.iter().any(|change| matches!(change, Change::Act { .. }));
        facts.wanted |= acts && facts.devices > 1;
    }

    /// Notes which vaults' phones may have to be told something.
    pub(super) fn write(&self, t: &dyn Tx) -> Step<()> {
        self.of.iter().filter(|(_, facts)| facts.wanted).try_for_each(|(vault, _)| wanted(t, *vault))
    }
}

/// Notes that nothing of what had come about up to `mark` is left to be told.
pub(super) fn told(t: &dyn Tx, vault: i64, mark: i64) -> Step<()> {
    t.run(TOLD, (vault, mark))?;
    Ok(())
}

/// Vaults whose phones may have to be told something.
pub(super) fn to_tell(t: &dyn Tx) -> Step<Vec<ToTell>> {
    t.all(TO_TELL, [AT_ONCE], |row| Ok(ToTell { vault: VaultId::from_bytes(row.get(0)?), mark: row.get(1)? }))
}
