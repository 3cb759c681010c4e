//! Locks held until the end of a transaction. SQLite has one writer at a time anyway; several servers on one PostgreSQL
//! wait here for each other.

use crate::sql::{Dialect, Step, Tx};

const VAULT: &str = "-- store::lock::vault
SELECT vault FROM head WHERE vault = ?1 FOR UPDATE";
const TURN: &str = "-- store::lock::turn
SELECT pg_advisory_xact_lock(?1)";

/// A sequence that a database has one of.
#[derive(Clone, Copy)]
pub(crate) enum Turn {
    /// The next row of the audit trail.
    Trail,
    /// The next bundle.
    Bundle,
    /// The next record of a relay's feed.
    Feed,
}

/// Locks a vault until the end of the transaction. Several vaults are locked in the order of their numbers, to avoid
/// deadlocks.
pub(crate) fn vault(t: &dyn Tx, no: i64) -> Step<()> {
    if t.dialect() == Dialect::Postgres {
        t.rows(VAULT, [no])?;
    }
    Ok(())
}

/// Takes a lock on a sequence until the end of the transaction.
pub(crate) fn turn(t: &dyn Tx, at: Turn) -> Step<()> {
    if t.dialect() == Dialect::Postgres {
        let number: i64 = match at {
            Turn::Trail => 0x0d1a_0001,
            Turn::Bundle => 0x0d1a_0002,
            Turn::Feed => 0x0d1a_0003,
        };
        t.rows(TURN, [number])?;
    }
    Ok(())
}
