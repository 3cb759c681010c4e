//! Letting go of parcels that were held back, as soon as nothing holds them any more: their grant is there, and their
//! device is confirmed or revoked. Decided by the rows as they are now, never by what was read of them before.

use crate::ParcelRef;
use crate::sql::{Each, Step, Tx, Type};

macro_rules! release {
    ($name:literal, $index:literal, $which:literal) => {
        concat!(
            "-- store::release::",
            $name,
            "
UPDATE parcel",
            $index,
            " SET state = 0 WHERE ",
            $which,
            " AND state >= 2 AND state = 3
    AND EXISTS (SELECT 1 FROM parcel_grant g WHERE g.no = parcel.named AND g.n IS NOT NULL)
    AND EXISTS (SELECT 1 FROM life l LEFT JOIN device d ON d.no = l.device WHERE l.no = parcel.life
        AND (l.device IS NULL OR d.confirmed IS NOT NULL OR d.revoked IS NOT NULL))"
        )
    };
}
const OF_VAULT: &str =
    release!("of_vault", " INDEXED BY parcel_set_aside", "life IN (SELECT no FROM life WHERE vault = ?1)");
const ONE: Each = Each {
    sql: release!("one", "", "life = ?1 AND seq = ?2 AND fork = ?3"),
    types: &[Type::Int, Type::Int, Type::Int],
};

/// Lets go of everything in a vault that nothing holds any more. Called wherever a device is confirmed or revoked and
/// wherever a grant comes that parcels have named.
pub(super) fn of_vault(t: &dyn Tx, vault: i64) -> Step<()> {
    t.run(OF_VAULT, [vault])?;
    Ok(())
}

/// The same of parcels that were just written.
pub(super) fn these(t: &dyn Tx, parcels: impl Iterator<Item = ParcelRef>) -> Step<()> {
    let sets: Vec<_> = parcels.map(|row| vec![row.life.into(), row.seq.into(), row.fork.into()]).collect();
    if sets.is_empty() { Ok(()) } else { t.execute_each(&ONE, &sets) }
}
