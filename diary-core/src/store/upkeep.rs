//! The whole check of the database, once a day: when it was last found whole is kept in it.

use super::{Store, StoreError};
use crate::time::{DAY_MS, UtcMillis};

impl Store {
    /// When the whole database was last checked and found whole.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn last_checked(&self) -> Result<Option<UtcMillis>, StoreError> {
        let at: Option<i64> =
            self.connection.query_row("SELECT checked FROM upkeep", [], |row| row.get(0))?;
        Ok(at.map(UtcMillis))
    }

    /// Checks the whole database where that is due; says whether it was.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where it does not hold; it is left as it is.
    pub fn check_once_a_day(&mut self, now: UtcMillis) -> Result<bool, StoreError> {
        if !is_due(self.last_checked()?, now) {
            return Ok(false);
        }
        self.check_integrity()?;
        match self.write(|t| Ok(t.execute("UPDATE upkeep SET checked = ?1", [now.0]).map(|_| ())?)) {
            // Where nothing can be written the diary can still be read; it is checked again next time.
            Ok(()) => Ok(true),
            Err(error) if error.is_of_writing() => Ok(true),
            Err(other) => Err(other),
        }
    }
}

/// A day after the last time; or where that lies in a future in which the clock once stood.
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
