//! Throttle of join requests made without a valid link: a limited number is processed, and one row of the audit trail
//! from time to time counts them. Pure: the time is an argument.

use std::collections::BTreeSet;

use diary_core::time::UtcMillis;

use super::buckets::{Buckets, Rate};
use super::source::Source;
use crate::config::Limits;

/// Least time between two rows of the audit trail, in milliseconds.
const TELL_EVERY_MS: i64 = 10 * 60_000;
/// Most addresses that are counted for one row.
const SOURCES_COUNTED: usize = 1_000;

/// Result of a join request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JoinTry {
    /// It was made with a link.
    WithLink,
    /// It was not.
    Guessed,
}

/// Failed join requests, as one row of the audit trail counts them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failures {
    /// Number since the last row.
    pub count: u64,
    /// Number of addresses.
    pub sources: usize,
}

/// Failed join requests by source, and those not yet in the audit trail.
pub struct Guesses {
    of_source: Buckets<Option<Source>>,
    of_all: Buckets<()>,
    untold: u64,
    untold_sources: BTreeSet<Option<Source>>,
    told: Option<UtcMillis>,
}

impl Guesses {
    /// No failures yet.
    #[must_use]
    pub fn new(limits: &Limits, most: usize) -> Self {
        let of_source = Rate { burst: limits.join_failures_burst, per_hour: limits.join_failures_per_hour };
        let of_all = Rate { burst: limits.join_failures_all, per_hour: limits.join_failures_all };
        Self {
            of_source: Buckets::new(of_source, most),
            of_all: Buckets::new(of_all, 1),
            untold: 0,
            untold_sources: BTreeSet::new(),
            told: None,
        }
    }

    /// Checks that a request from `source` may be processed. When the limit over all sources is exhausted, a source
    /// without failures is still served, since its request may have been made with a link.
    ///
    /// # Errors
    /// Seconds until a request from `source` is processed again.
    pub fn may_try(&mut self, source: Option<Source>, now: UtcMillis) -> Result<(), u32> {
        self.of_source.look(source, now)?;
        if self.of_source.has_used(source, now) { self.of_all.look((), now) } else { Ok(()) }
    }

    /// Notes the result of a processed request. Returns the failures where a row of the audit trail is due.
    pub fn tried(&mut self, source: Option<Source>, tried: JoinTry, now: UtcMillis) -> Option<Failures> {
        if tried == JoinTry::Guessed {
            self.of_source.spend(source, now);
            self.of_all.spend((), now);
            self.untold += 1;
            if self.untold_sources.len() < SOURCES_COUNTED {
                self.untold_sources.insert(source);
            }
        }
        let time = self.told.is_none_or(|told| now.since_ms(told) >= TELL_EVERY_MS);
        if self.untold == 0 || !time {
            return None;
        }
        self.told = Some(now);
        self.untold()
    }

    /// Failed join requests that are not in the audit trail yet. The count is reset.
    pub fn untold(&mut self) -> Option<Failures> {
        let sources = std::mem::take(&mut self.untold_sources).len();
        let count = std::mem::take(&mut self.untold);
        (count > 0).then_some(Failures { count, sources })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u32) -> Option<Source> {
        Some(Source::at(std::net::Ipv4Addr::from_bits(n).into()))
    }

    #[test]
    fn whoever_guesses_is_soon_not_looked_at_and_under_a_flood_an_honest_phone_still_is() {
        let limits = Limits { join_failures_burst: 2, join_failures_all: 100, ..Limits::default() };
        let mut guesses = Guesses::new(&limits, 1_000);
        let now = UtcMillis(0);
        for _ in 0..2 {
            assert_eq!(guesses.may_try(address(1), now), Ok(()));
            guesses.tried(address(1), JoinTry::Guessed, now);
        }
        assert!(guesses.may_try(address(1), now).is_err());
        for n in 2..102 {
            guesses.tried(address(n), JoinTry::Guessed, now);
        }
        assert!(
            guesses.may_try(address(50), now).is_err(),
            "it has failed, and all together failed too often"
        );
        assert_eq!(guesses.may_try(address(500), now), Ok(()));
    }

    #[test]
    fn a_flood_is_told_in_one_row_and_what_came_later_in_the_next() {
        let mut guesses = Guesses::new(&Limits::default(), 1_000);
        let told = guesses.tried(address(1), JoinTry::Guessed, UtcMillis(0));
        assert_eq!(told, Some(Failures { count: 1, sources: 1 }));
        for n in 0..5_000 {
            assert_eq!(guesses.tried(address(n % 7), JoinTry::Guessed, UtcMillis(1)), None);
        }
        let told = guesses.tried(address(9), JoinTry::WithLink, UtcMillis(TELL_EVERY_MS));
        assert_eq!(told, Some(Failures { count: 5_000, sources: 7 }));
        assert_eq!(guesses.tried(address(9), JoinTry::WithLink, UtcMillis(3 * TELL_EVERY_MS)), None);
    }
}
