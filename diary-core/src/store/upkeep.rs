//! Full check of the database once a day. The instant of the last success is stored in the database.

use super::{Store, StoreError};
use crate::time::{DAY_MS, UtcMillis};

impl Store {
    /// Instant of the last full check that found no error.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn last_checked(&self) -> Result<Option<UtcMillis>, StoreError> {
        let at: Option<i64> =
            self.connection.query_row("SELECT checked FROM upkeep", [], |row| row.get(0))?;
        Ok(at.map(UtcMillis))
    }

    /// Checks the whole database if that is due. Returns true if it was.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if the check fails; the file is left unchanged.
    pub fn check_once_a_day(&mut self, now: UtcMillis) -> Result<bool, StoreError> {
        if !is_due(self.last_checked()?, now) {
            return Ok(false);
        }
        self.check_integrity()?;
        match self.write(|t| Ok(t.execute("UPDATE upkeep SET checked = ?1", [now.0]).map(|_| ())?)) {
            // The diary stays readable on a disk that cannot be written; the check is repeated at the next
            // opening.
            Ok(()) => Ok(true),
            Err(error) if error.is_of_writing() => Ok(true),
            Err(other) => Err(other),
        }
    }
}

/// True a day after the last check, or if that check lies in the future, to which a wrong clock once pointed.
fn is_due(last: Option<UtcMillis>, now: UtcMillis) -> bool {
    last.is_none_or(|last| !(0..DAY_MS).contains(&now.since_ms(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_check_is_due_after_a_day_and_after_a_clock_that_ran_ahead() {
        let at = UtcMillis(1_780_000_000_000);
        let cases = [(None, true), (Some(at), false), (Some(at.plus_ms(1 - DAY_MS)), false)];
        let due = [(Some(at.plus_ms(-DAY_MS)), true), (Some(at.plus_ms(1)), true)];
        for (last, expected) in cases.into_iter().chain(due) {
            assert_eq!(is_due(last, at), expected, "{last:?}");
        }
    }
}
