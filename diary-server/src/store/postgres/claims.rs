//! Which server merges which vault: a claim for a few seconds, so that servers on one database do not merge the same.
//! It saves work and decides nothing: what is merged is asked again in the transaction that writes it.

use crate::store::sql::{Each, Step, Tx, Type};

// From life to life over the index of what waits, never over all that waits; only as far as is asked for. A vault that
// another server is claiming at this moment is passed over; it gives the lock back at the end of its transaction.
const CLAIM: &str = "-- store::claims::claim
WITH RECURSIVE waiting (life) AS (
    (SELECT life FROM parcel WHERE state = 0 AND life > ?2 ORDER BY life LIMIT 1)
    UNION ALL
    SELECT (SELECT p.life FROM parcel p WHERE p.state = 0 AND p.life > w.life ORDER BY p.life LIMIT 1)
    FROM waiting w WHERE w.life IS NOT NULL
), free (life, vault) AS MATERIALIZED (
    SELECT l.no, l.vault FROM waiting w JOIN life l ON l.no = w.life LEFT JOIN merge_claim c ON c.vault = l.vault
    WHERE c.vault IS NULL OR c.until < now() OR c.by = ?1 LIMIT ?3
), mine (vault) AS MATERIALIZED (
    SELECT f.vault FROM (SELECT DISTINCT vault FROM free) f WHERE pg_try_advisory_xact_lock(1684627826, f.vault::integer)
)
INSERT INTO merge_claim AS c (vault, by, until)
SELECT m.vault, CAST(?1 AS BYTEA), now() + INTERVAL '10 seconds' FROM mine m ORDER BY m.vault
ON CONFLICT (vault) DO UPDATE SET by = excluded.by, until = excluded.until
WHERE c.until < now() OR c.by = excluded.by
RETURNING vault";
const RELEASE: Each = Each {
    sql: "-- store::claims::release
UPDATE merge_claim SET until = '-infinity' WHERE vault = ?1 AND by = ?2",
    types: &[Type::Int, Type::Blob],
};

/// A run of a server, by which its claims are known.
pub(in crate::store) type Claimer = [u8; 16];

/// Claims vaults that have something to merge, from life `after` on, among up to `lives` lives; says which.
pub(in crate::store) fn claim_vaults(t: &dyn Tx, by: &Claimer, after: i64, lives: u32) -> Step<Vec<i64>> {
    t.all(CLAIM, (by, after, lives), |row| row.get(0))
}

/// Gives claims back.
pub(in crate::store) fn release_vaults(t: &dyn Tx, by: &Claimer, vaults: &[i64]) -> Step<()> {
    let sets: Vec<_> = vaults.iter().map(|vault| vec![vault.into(), by.into()]).collect();
    t.execute_each(&RELEASE, &sets)
}
