//! The table `pending_notice`: vaults whose phones may need a notice. A row is written in the transaction of its cause, and
//! deleted in the one that appends the last notice.

use std::collections::BTreeMap;

use diary_core::ids::VaultId;
use diary_core::merge::{Change, MergePlan};

use crate::sql::{Dialect, Each, Step, Tx, Type, corrupt};

/// Vaults processed in one round.
const AT_ONCE: u32 = 256;

// Random marks: a row that was deleted and written again must not be deleted by the old mark.
const WANTED: &str = "-- store::notices::wanted
INSERT INTO pending_notice (vault, mark) VALUES (?1, random())
ON CONFLICT (vault) DO UPDATE SET mark = excluded.mark";
const WANTED_IN_POSTGRES: &str = "-- store::notices::wanted_in_postgres
INSERT INTO pending_notice (vault, mark) VALUES (?1, CAST((random() - 0.5) * 1.8e19 AS BIGINT))
ON CONFLICT (vault) DO UPDATE SET mark = excluded.mark";
const FACTS: Each = Each {
    sql: "-- store::notices::facts
SELECT (SELECT count(*) FROM device WHERE vault = ?1) AS devices,
    EXISTS (SELECT 1 FROM succession WHERE vault = ?1) AS begun_anew",
    types: &[Type::Int],
};
const SENT: &str = "-- store::notices::sent
DELETE FROM pending_notice WHERE vault = ?1 AND mark = ?2";
const PENDING: &str = "-- store::notices::pending
SELECT v.id, t.mark FROM pending_notice t JOIN vault v ON v.no = t.vault ORDER BY t.vault LIMIT ?1";

const PENDING_IN: &str = "-- store::notices::pending_in
SELECT mark FROM pending_notice WHERE vault = ?1";

/// A vault whose phones may need a notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PendingNotice {
    /// The vault.
    pub vault: VaultId,
    /// Random id of the pending notice; replaced whenever a new event arrives.
    pub mark: i64,
}

/// Records that a vault's phones may need a notice.
pub(crate) fn wanted(t: &dyn Tx, vault: i64) -> Step<()> {
    let wanted = match t.dialect() {
        Dialect::Sqlite => WANTED,
        Dialect::Postgres => WANTED_IN_POSTGRES,
    };
    t.run(wanted, [vault])?;
    Ok(())
}

/// Facts from merged parcels that their vaults' phones may need a notice about.
pub(crate) struct News {
    of: BTreeMap<i64, VaultNews>,
}

struct VaultNews {
    devices: i64,
    begun_anew: bool,
    wanted: bool,
}

impl News {
    /// Reads the devices of vaults with parcels to merge.
    pub(crate) fn look_ahead(t: &dyn Tx, vaults: &[i64]) -> Step<Self> {
        let sets: Vec<_> = vaults.iter().map(|vault| vec![vault.into()]).collect();
        let found = vaults.iter().zip(t.query_each(&FACTS, &sets)?);
        let read = found.map(|(vault, rows)| {
            let row = rows.first().ok_or_else(|| corrupt("a row that must be there is missing"))?;
            Ok((
                *vault,
                VaultNews { devices: row.get("devices")?, begun_anew: row.get("begun_anew")?, wanted: false },
            ))
        });
        Ok(Self { of: read.collect::<Step<_>>()? })
    }

    /// Takes account of a device's merged parcel. A vault's only device knows its own entries and needs no notice,
    /// unless it began a new incarnation: then further parcels of an earlier one show that the store was copied, and
    /// each copy lacks the entries of the other.
    pub(crate) fn merged(&mut self, vault: i64, plan: &MergePlan) {
        let Some(facts) = self.of.get_mut(&vault) else { return };
        facts.begun_anew |= plan.changes.iter().any(|change| matches!(change, Change::Follows(_)));
        let news = plan.changes.iter().any(|change| matches!(change, Change::Revision(_)));
        facts.wanted |= facts.begun_anew || news && facts.devices > 1;
    }

    /// Takes account of a keeper's merged parcel. After a restore, one device may have handed back an act of staff in a
    /// parcel that the other devices cannot read.
    pub(crate) fn keeper_merged(&mut self, vault: i64, plan: &MergePlan) {
        let Some(facts) = self.of.get_mut(&vault) else { return };
        let acts = plan.changes.iter().any(|change| matches!(change, Change::Act { .. }));
        facts.wanted |= acts && facts.devices > 1;
    }

    /// Writes rows for the vaults whose phones may need a notice.
    pub(crate) fn write(&self, t: &dyn Tx) -> Step<()> {
        self.of.iter().filter(|(_, facts)| facts.wanted).try_for_each(|(vault, _)| wanted(t, *vault))
    }
}

/// Deletes the row of a vault, unless a new event has replaced `mark`.
pub(crate) fn sent(t: &dyn Tx, vault: i64, mark: i64) -> Step<()> {
    t.run(SENT, (vault, mark))?;
    Ok(())
}

/// Vaults whose phones may need a notice.
pub(crate) fn pending(t: &dyn Tx) -> Step<Vec<PendingNotice>> {
    t.all(PENDING, [AT_ONCE], |row| {
        Ok(PendingNotice { vault: VaultId::from_bytes(row.get("id")?), mark: row.get("mark")? })
    })
}

/// The notice that the phones of a vault may need.
pub(crate) fn pending_in(t: &dyn Tx, no: i64, vault: VaultId) -> Step<Option<PendingNotice>> {
    t.first(PENDING_IN, [no], |row| Ok(PendingNotice { vault, mark: row.get("mark")? }))
}
