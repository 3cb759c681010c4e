//! Doubt about a server's clock: what it shows is held against the newest time that was signed before. A wrong clock
//! would write times into records that stay there. Pure.

use serde::Serialize;

use crate::time::{DAY_MS, UtcMillis};

/// Age of the mark from which it is moved, so that few transactions write it.
pub const MARK_MS: i64 = 60_000;
/// Clocks of several servers, and of one that is set by a little, differ by no more.
const TOLERANCE_MS: i64 = 5 * 60_000;
/// A clock that lies farther back stops the server. One that is off by less harms less than a server that takes nothing: an
/// emergency would wait.
const BEHIND_MS: i64 = 3 * DAY_MS;
/// A leap ahead by more is told: a server that phones talk to signs something every few days.
const LEAP_MS: i64 = 7 * DAY_MS;
/// A leap ahead by more is believed only when a person says so.
const FAR_MS: i64 = 731 * DAY_MS;
/// For so long a leap ahead is told.
const TOLD_MS: i64 = 28 * DAY_MS;
/// 2020-01-01. What was signed before was signed under a clock that had not been set.
const NEVER_BEFORE: UtcMillis = UtcMillis(1_577_836_800_000);

/// Mark of the server's clock when something was last signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClockMark {
    /// The newest time under which something was signed, to the minute.
    pub newest: Option<UtcMillis>,
    /// The last leap ahead that was not confirmed: the newest time before it, and the first after it.
    pub leapt: Option<(UtcMillis, UtcMillis)>,
}

/// Reason to doubt the server's clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "doubt")]
pub enum ClockDoubt {
    /// It shows a little less than was signed before.
    Back {
        /// The newest time that was signed.
        newest: UtcMillis,
    },
    /// It shows days less than was signed before. Nothing is signed.
    Behind {
        /// The newest time that was signed.
        newest: UtcMillis,
    },
    /// It shows years more than was signed before. Nothing is signed.
    FarAhead {
        /// The newest time that was signed.
        newest: UtcMillis,
    },
    /// It leapt ahead by days. That is so after a standstill as well.
    Leapt {
        /// The newest time before.
        from: UtcMillis,
        /// The first time after it.
        to: UtcMillis,
    },
}

impl ClockMark {
    /// An instant that no signature is dated after: the mark stays where it is for signatures of the next minute.
    #[must_use]
    pub fn latest_signature(&self) -> Option<UtcMillis> {
        self.newest.map(|newest| newest.plus_ms(MARK_MS))
    }

    /// The newest time that a clock that was set has shown.
    fn set(&self) -> Option<UtcMillis> {
        self.newest.filter(|newest| *newest >= NEVER_BEFORE)
    }

    /// Reason to doubt a clock that shows `now`.
    #[must_use]
    pub fn doubt(&self, now: UtcMillis) -> Option<ClockDoubt> {
        let newest = self.set()?;
        let ahead = now.since_ms(newest);
        if ahead < -BEHIND_MS {
            return Some(ClockDoubt::Behind { newest });
        }
        if ahead < -TOLERANCE_MS {
            return Some(ClockDoubt::Back { newest });
        }
        if ahead > FAR_MS {
            return Some(ClockDoubt::FarAhead { newest });
        }
        let told = self.leapt.filter(|(_, to)| now.since_ms(*to) <= TOLD_MS);
        told.or_else(|| Some((self.leap(now)?, now))).map(|(from, to)| ClockDoubt::Leapt { from, to })
    }

    /// The time from which a clock that shows `now` has leapt ahead.
    #[must_use]
    pub fn leap(&self, now: UtcMillis) -> Option<UtcMillis> {
        self.set().filter(|newest| now.since_ms(*newest) > LEAP_MS)
    }
}

impl ClockDoubt {
    /// True where nothing is signed until it is settled.
    #[must_use]
    pub const fn stops(self) -> bool {
        match self {
            Self::Behind { .. } | Self::FarAhead { .. } => true,
            Self::Back { .. } | Self::Leapt { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: UtcMillis = UtcMillis(1_772_424_000_000);

    fn doubt(days: i64, ms: i64) -> Option<ClockDoubt> {
        ClockMark { newest: Some(SIGNED), leapt: None }.doubt(SIGNED.plus_ms(days * DAY_MS + ms))
    }

    #[test]
    fn a_clock_is_held_against_the_newest_time_that_was_signed() {
        let newest = SIGNED;
        assert_eq!(doubt(0, -TOLERANCE_MS), None);
        assert_eq!(doubt(0, -TOLERANCE_MS - 1), Some(ClockDoubt::Back { newest }));
        assert_eq!(doubt(-3, 0), Some(ClockDoubt::Back { newest }));
        assert_eq!(doubt(-3, -1), Some(ClockDoubt::Behind { newest }));
        assert_eq!(doubt(-10, 0), Some(ClockDoubt::Behind { newest }));
        assert_eq!(doubt(-50 * 365, 0), Some(ClockDoubt::Behind { newest }));
        assert_eq!(doubt(7, 0), None);
        let to = SIGNED.plus_ms(10 * DAY_MS);
        assert_eq!(doubt(10, 0), Some(ClockDoubt::Leapt { from: newest, to }));
        assert_eq!(doubt(50 * 365, 0), Some(ClockDoubt::FarAhead { newest }));
        assert!(ClockMark::default().doubt(SIGNED).is_none(), "nothing was signed before");
    }

    #[test]
    fn a_clock_that_had_not_been_set_holds_up_nothing_once_it_is() {
        let mark = ClockMark { newest: Some(UtcMillis(90_000)), leapt: None };
        assert_eq!(mark.doubt(SIGNED), None);
    }

    #[test]
    fn a_leap_is_told_for_four_weeks() {
        let mark = ClockMark { newest: Some(SIGNED), leapt: Some((SIGNED.plus_ms(-9 * DAY_MS), SIGNED)) };
        let told = |days| mark.doubt(SIGNED.plus_ms(days * DAY_MS)).is_some();
        assert!(told(0) && told(6));
        let later = ClockMark { newest: Some(SIGNED.plus_ms(30 * DAY_MS)), ..mark };
        assert_eq!(later.doubt(SIGNED.plus_ms(30 * DAY_MS)), None);
    }
}
