//! Token buckets: allowances that refill with time, one for each key, in bounded memory. Pure: the time is an
//! argument.

use std::hash::{Hash, RandomState};

use diary_core::time::UtcMillis;
use hashlink::LruCache;

const HOUR_MS: u64 = 3_600_000;

/// An allowance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// Most takes at once.
    pub burst: u32,
    /// Takes that come back in an hour.
    pub per_hour: u32,
}

/// Used part of an allowance, in units of which one take costs [`HOUR_MS`], as of `at`.
#[derive(Clone, Copy)]
struct Used {
    parts: u64,
    at: UtcMillis,
}

/// Token buckets by key. Above the capacity the least recently used entries are dropped and have their full allowance
/// again. Keys are addresses that strangers choose, hence a randomly seeded hash.
pub struct Buckets<K> {
    rate: Rate,
    used: LruCache<K, Used, RandomState>,
}

impl<K: Hash + Eq + Copy> Buckets<K> {
    /// Full allowances at `rate`. At most `most` are remembered.
    #[must_use]
    pub fn new(rate: Rate, most: usize) -> Self {
        Self { rate, used: LruCache::with_hasher(most, RandomState::new()) }
    }

    /// Takes one.
    ///
    /// # Errors
    /// Nothing is taken; after so many seconds there is one again.
    pub fn take(&mut self, key: K, now: UtcMillis) -> Result<(), u32> {
        self.look(key, now)?;
        self.spend(key, now);
        Ok(())
    }

    /// Checks that one can be taken.
    ///
    /// # Errors
    /// Seconds until one can be taken.
    pub fn look(&self, key: K, now: UtcMillis) -> Result<(), u32> {
        let full = u64::from(self.rate.burst) * HOUR_MS;
        let after = self.parts(key, now) + HOUR_MS;
        if after <= full {
            return Ok(());
        }
        let ms = (after - full).div_ceil(u64::from(self.rate.per_hour.max(1)));
        Err(u32::try_from(ms.div_ceil(1000)).unwrap_or(u32::MAX))
    }

    /// Takes one even if none is left; the allowance does not become negative.
    pub fn spend(&mut self, key: K, now: UtcMillis) {
        let full = u64::from(self.rate.burst) * HOUR_MS;
        let parts = (self.parts(key, now) + HOUR_MS).min(full);
        self.used.insert(key, Used { parts, at: now });
    }

    /// True if part of the allowance is used up and has not come back yet.
    #[must_use]
    pub fn has_used(&self, key: K, now: UtcMillis) -> bool {
        self.parts(key, now) > 0
    }

    fn parts(&self, key: K, now: UtcMillis) -> u64 {
        let Some(used) = self.used.peek(&key) else { return 0 };
        // A clock that was set back neither refills nor empties an allowance.
        let passed = u64::try_from(now.since_ms(used.at)).unwrap_or(0);
        used.parts.saturating_sub(passed.saturating_mul(u64::from(self.rate.per_hour)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, per_hour: 60 };

    #[test]
    fn a_burst_is_taken_at_once_and_comes_back_with_time() {
        let mut buckets = Buckets::new(RATE, 10);
        let start = UtcMillis(1_000_000_000);
        for _ in 0..3 {
            assert_eq!(buckets.take('a', start), Ok(()));
        }
        assert_eq!(buckets.take('a', start), Err(60));
        assert_eq!(buckets.take('b', start), Ok(()));
        assert_eq!(buckets.take('a', start.plus_ms(59_000)), Err(1));
        assert_eq!(buckets.take('a', start.plus_ms(60_000)), Ok(()));
        assert_eq!(buckets.take('a', start.plus_ms(-86_400_000)), Err(60), "a clock that was set back");
    }

    #[test]
    fn no_more_are_remembered_than_was_said_and_those_that_took_last() {
        let mut buckets = Buckets::new(RATE, 100);
        for key in 0..10_000 {
            assert_eq!(buckets.take(key, UtcMillis(0)), Ok(()));
        }
        assert_eq!(buckets.used.len(), 100);
        assert!(buckets.has_used(9_999, UtcMillis(0)) && buckets.has_used(9_900, UtcMillis(0)));
    }
}
