//! The table `trail`: the audit trail.

use diary_core::audit_trail::TRAIL_START;
use diary_core::ids::Hash;
use diary_core::time::UtcMillis;

use crate::lock::{self, Turn};
use crate::sealed::TRAIL_REASON;
use crate::sql::{Param, Row, Step, Tx};
use crate::{AuditRow, TrailEvent, trail_chain};

const LAST: &str = "-- store::audit::last
SELECT n, chain FROM trail ORDER BY n DESC LIMIT 1";
const APPEND: &str = "-- store::audit::append
INSERT INTO trail (n, chain, at, who, role, what, target, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const MENTION: &str = "-- store::audit::mention
INSERT INTO account (name, state, language) VALUES (?1, 'named', 'und') ON CONFLICT (name) DO NOTHING";
const PAGE: &str = "-- store::audit::page
SELECT n, chain, at, who, role, what, target, reason FROM trail WHERE n > ?1 ORDER BY n LIMIT ?2";

const PAGE_BEFORE: &str = "-- store::audit::page_before
SELECT n, chain, at, who, role, what, target, reason FROM trail WHERE n < ?1 ORDER BY n DESC LIMIT ?2";
const RESTORES_AND_DRILLS: &str = "-- store::audit::restores_and_drills
SELECT n, chain, at, who, role, what, target, reason FROM trail INDEXED BY trail_restores_and_drills
WHERE what IN ('server.restore', 'server.rolled-back', 'evidence.taken', 'keys.drill') ORDER BY n";

/// Role of events of staff, whose names are accounts.
const STAFF: &str = "staff";

/// Appends one event.
pub(crate) fn append(t: &dyn Tx, event: &TrailEvent) -> Step<()> {
    append_numbered(t, event).map(drop)
}

/// Appends one event; returns the row's number.
pub(crate) fn append_numbered(t: &dyn Tx, event: &TrailEvent) -> Step<i64> {
    lock::turn(t, Turn::Trail)?;
    let last: Option<(i64, [u8; 32])> = t.first(LAST, (), |row| Ok((row.get("n")?, row.get("chain")?)))?;
    let (n, prev) = last.map_or((1, TRAIL_START), |(n, chain)| (n + 1, Hash::from_bytes(chain)));
    let chain = trail_chain(&prev, n.cast_unsigned(), event);
    let TrailEvent { at, who, role, what, target, reason } = event;
    if role == STAFF {
        mention(t, who)?;
    }
    let reason = reason.as_ref().map(|reason| Param::SealedText(TRAIL_REASON, reason));
    t.run(APPEND, (n, chain.as_bytes(), at.0, who, role, what, target, reason))?;
    Ok(n)
}

/// Makes an account of a name that acts, which can't sign in until it is invited.
pub(crate) fn mention(t: &dyn Tx, name: &str) -> Step<()> {
    t.run(MENTION, [name]).map(drop)
}

/// Rows after `after`.
pub(crate) fn page(t: &dyn Tx, after: u64, limit: u32) -> Step<Vec<AuditRow>> {
    t.all(PAGE, (after.cast_signed(), limit), read)
}

/// Rows before `before`, or the last ones, the newest first.
pub(crate) fn page_before(t: &dyn Tx, before: Option<u64>, limit: u32) -> Step<Vec<AuditRow>> {
    let before = before.map_or(i64::MAX, u64::cast_signed);
    t.all(PAGE_BEFORE, (before, limit), read)
}

/// Rows about restored databases, what came back afterwards, and drills of recovery keys, oldest first.
pub(crate) fn restores_and_drills(t: &dyn Tx) -> Step<Vec<AuditRow>> {
    t.all(RESTORES_AND_DRILLS, (), read)
}

fn read(row: &Row) -> Step<AuditRow> {
    Ok(AuditRow {
        n: row.get::<i64>("n")?.cast_unsigned(),
        chain: Hash::from_bytes(row.get("chain")?),
        event: TrailEvent {
            at: UtcMillis(row.get("at")?),
            who: row.get("who")?,
            role: row.get("role")?,
            what: row.get("what")?,
            target: row.get("target")?,
            reason: row.sealed_text(TRAIL_REASON, "reason")?,
        },
    })
}
