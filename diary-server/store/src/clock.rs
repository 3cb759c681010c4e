//! The table `server_clock`: the mark of the server's clock when something was last signed.

use diary_core::time::UtcMillis;

use crate::sql::{Row, Step, Tx};
use crate::{StoreError, migration_state};
use diary_core::server_clock::{ClockDoubt, ClockMark, MARK_MS};

const MARK: &str = "-- store::clock::mark
SELECT newest, leapt_from, leapt_to FROM server_clock";
// With several servers, one whose clock is a little behind must not move the mark back.
const COME: &str = "-- store::clock::come
INSERT INTO server_clock (one, newest) VALUES (1, ?1)
ON CONFLICT (one) DO UPDATE SET newest = excluded.newest WHERE server_clock.newest < excluded.newest";
const LEAPT: &str = "-- store::clock::leapt
UPDATE server_clock SET leapt_from = ?1, leapt_to = ?2";
const ACCEPTED: &str = "-- store::clock::accepted
INSERT INTO server_clock (one, newest) VALUES (1, ?1)
ON CONFLICT (one) DO UPDATE SET newest = excluded.newest, leapt_from = NULL, leapt_to = NULL";

const FORGET: &str = "-- store::clock::forget
UPDATE server_clock SET newest = 0, leapt_from = NULL, leapt_to = NULL";

/// Reads the mark.
pub(crate) fn mark(t: &dyn Tx) -> Step<ClockMark> {
    let at = |row: &Row, column: &str| Step::Ok(row.get::<Option<i64>>(column)?.map(UtcMillis));
    let read = |row: &Row| {
        let (from, to) = (at(row, "leapt_from")?, at(row, "leapt_to")?);
        Ok(ClockMark { newest: at(row, "newest")?, leapt: from.zip(to) })
    };
    Ok(t.first(MARK, (), read)?.unwrap_or_default())
}

/// Reads the mark; `None` before the server is founded.
pub(crate) fn mark_of_server(t: &dyn Tx) -> Step<Option<ClockMark>> {
    migration_state::state(t)?.map(|_| mark(t)).transpose()
}

/// Moves the mark to `at`, the time under which something is about to be signed. Refuses a time in doubt.
pub(crate) fn keep(t: &dyn Tx, at: UtcMillis) -> Step<()> {
    let mark = mark(t)?;
    match mark.doubt(at) {
        Some(ClockDoubt::Behind { newest } | ClockDoubt::FarAhead { newest }) => {
            return Err(StoreError::Clock { shown: at, newest }.into());
        }
        // Recorded below and reported to staff; a standstill of the server looks like a leap, so signing must go on.
        Some(ClockDoubt::Back { .. } | ClockDoubt::Leapt { .. }) | None => {}
    }
    if mark.newest.is_none_or(|newest| at.since_ms(newest) >= MARK_MS) {
        t.run(COME, [at.0])?;
        if let Some(from) = mark.leap(at) {
            t.run(LEAPT, (from.0, at.0))?;
        }
    }
    Ok(())
}

/// Accepts the clock as right, even below the newest time signed.
pub(crate) fn accept(t: &dyn Tx, at: UtcMillis) -> Step<()> {
    t.run(ACCEPTED, [at.0])?;
    Ok(())
}

/// Clears the mark: the clock is not compared with earlier signatures any more.
pub(crate) fn forget(t: &dyn Tx) -> Step<()> {
    t.run(FORGET, ())?;
    Ok(())
}
