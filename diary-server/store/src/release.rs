//! Releases held parcels once their grant is stored and their device is confirmed or revoked. Decided in SQL on the
//! current rows, never on rows read earlier.

use crate::ParcelRef;
use crate::sql::{Each, Step, Tx, Type};

macro_rules! release {
    ($name:literal, $index:literal, $which:literal) => {
        concat!(
            // `state >= 2` repeats the condition of the partial index `parcel_set_aside`, without which it would not be
            // used.
            "-- store::release::",
            $name,
            "
UPDATE parcel",
            $index,
            " SET state = 0 WHERE ",
            $which,
            " AND state >= 2 AND state = 3
    AND EXISTS (SELECT 1 FROM parcel_grant g WHERE g.no = parcel.named AND g.n IS NOT NULL)
    AND EXISTS (SELECT 1 FROM incarnation l LEFT JOIN device d ON d.no = l.device WHERE l.no = parcel.incarnation_no
        AND (l.device IS NULL OR d.confirmed IS NOT NULL OR d.revoked IS NOT NULL))"
        )
    };
}
const OF_VAULT: &str = release!(
    "of_vault",
    " INDEXED BY parcel_set_aside",
    "incarnation_no IN (SELECT no FROM incarnation WHERE vault = ?1)"
);
const ONE: Each = Each {
    sql: release!("one", "", "incarnation_no = ?1 AND seq = ?2 AND fork = ?3"),
    types: &[Type::Int, Type::Int, Type::Int],
};

/// Releases all parcels of a vault that need not be held. Must be called whenever a device is confirmed or revoked, and
/// whenever a grant arrives that parcels refer to.
pub(crate) fn of_vault(t: &dyn Tx, vault: i64) -> Step<()> {
    t.run(OF_VAULT, [vault])?;
    Ok(())
}

/// Releases these new parcels under the same conditions.
pub(crate) fn these(t: &dyn Tx, parcels: impl Iterator<Item = ParcelRef>) -> Step<()> {
    let sets: Vec<_> =
        parcels.map(|row| vec![row.incarnation.into(), row.seq.into(), row.fork.into()]).collect();
    if sets.is_empty() { Ok(()) } else { t.execute_each(&ONE, &sets) }
}
