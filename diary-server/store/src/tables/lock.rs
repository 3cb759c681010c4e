//! What may be done by one transaction at a time. In SQLite whoever writes is alone anyway; several servers on one
//! PostgreSQL wait here for each other.

use crate::sql::{Dialect, Step, Tx};

const VAULT: &str = "-- store::lock::vault
SELECT vault FROM head WHERE vault = ?1 FOR UPDATE";
const TURN: &str = "-- store::lock::turn
SELECT pg_advisory_xact_lock(?1)";

/// What there is one of in a database.
#[derive(Clone, Copy)]
pub(super) enum Turn {
    /// The trail's next row.
    Trail,
    /// The next bundle.
    Bundle,
    /// The next record of a relay's feed.
    Feed,
}

/// Keeps every other transaction from changing a vault until this one has ended. Whoever takes several takes them in
/// the order of their numbers.
pub(super) fn vault(t: &dyn Tx, no: i64) -> Step<()> {
    if t.dialect() == Dialect::Postgres {
        t.rows(VAULT, [no])?;
    }
    Ok(())
}

/// Waits until no other transaction is at it, and keeps others from it until this one has ended.
pub(super) fn turn(t: &dyn Tx, at: Turn) -> Step<()> {
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
