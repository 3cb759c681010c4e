//! Lamport counters, which order a diary independent of clocks. A counter from outside is kept as it came;
//! its limits are checked in the merge.
//!
//! Limits and their reasons:
//! - [`Counter::CEILING`] (2^48 - 1) holds for all. It is far below 2^63, so that databases and additions never overflow.
//! - A device's parcel with number `seq` may count up to [`Counter::of_device`]: [`FOLLOWED`] (2^32) and [`LEAP`] (2^20)
//!   for each parcel of its chain up to this one. A chain that begins at any counter in use and rises by at most 2^20 per
//!   parcel stays below it (a parcel holds 512 entries, and a restored server moves on by a million). The sum depends
//!   on the parcel alone, so that the order of arrival does not matter.
//! - A device follows others only up to [`FOLLOWED`]. A phone that reaches its own limit therefore does not raise the
//!   counters of others, which stay within their limits.
//! - A counter above the ceiling sorts before all others, so that no value ever sorts after the next act of staff.

use std::cmp::Ordering;
use std::fmt;

/// Highest sequence number in a chain. The smallest parcels up to it take more space than any vault's quota.
pub const SEQ_MAX: u64 = 1 << 24;
/// Highest counter of others that a device follows.
pub const FOLLOWED: u64 = 1 << 32;
/// Largest increase from one parcel of a device to the next.
pub const LEAP: u64 = 1 << 20;

/// A Lamport counter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Counter(#[n(0)] u64);

/// Failure to make a counter above the ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the order of this diary has no place left: its counter stands at {0:?}")]
pub struct CounterError(pub Counter);

impl Counter {
    /// Counter before the first.
    pub const ZERO: Self = Self(0);
    /// Highest legal counter.
    pub const CEILING: Self = Self((1 << 48) - 1);

    /// Highest counter allowed in a device's parcel with number `seq`.
    #[must_use]
    pub const fn of_device(seq: u64) -> Self {
        let parcels = if seq < SEQ_MAX { seq } else { SEQ_MAX };
        Self(FOLLOWED + LEAP * parcels)
    }

    /// Value.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// True up to [`Self::CEILING`].
    #[must_use]
    pub const fn is_legal(self) -> bool {
        self.0 <= Self::CEILING.0
    }

    /// True if a device's parcel with number `seq` may contain it.
    #[must_use]
    pub const fn fits_device(self, seq: u64) -> bool {
        self.0 <= Self::of_device(seq).0
    }

    /// Next counter; together with [`Self::after`] the only way to make a new one.
    ///
    /// # Errors
    /// [`CounterError`] if the ceiling is reached.
    pub fn next(self) -> Result<Self, CounterError> {
        self.after(1)
    }

    /// Counter `count` places later.
    ///
    /// # Errors
    /// Those of [`Self::next`].
    pub fn after(self, count: u64) -> Result<Self, CounterError> {
        let found = self.0.checked_add(count).map(Self).filter(|found| self.is_legal() && found.is_legal());
        found.ok_or(CounterError(self))
    }

    /// Highest legal one of `counters`; [`Self::ZERO`] if there is none.
    #[must_use]
    pub fn highest(counters: impl IntoIterator<Item = Self>) -> Self {
        counters.into_iter().filter(|counter| counter.is_legal()).max().unwrap_or(Self::ZERO)
    }

    /// Sort value in a database: the counter, or 0 if it is not legal.
    #[must_use]
    pub fn column(self) -> i64 {
        if self.is_legal() { self.0.cast_signed() } else { 0 }
    }

    /// Counter from a database column. Not checked, because rows may be older than the limits.
    #[must_use]
    pub const fn from_column(stored: i64) -> Self {
        Self(stored.cast_unsigned())
    }
}

impl From<u64> for Counter {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl From<u32> for Counter {
    fn from(number: u32) -> Self {
        Self(number.into())
    }
}

impl From<u8> for Counter {
    fn from(number: u8) -> Self {
        Self(number.into())
    }
}

impl Ord for Counter {
    fn cmp(&self, other: &Self) -> Ordering {
        // Illegal counters come first: none may sort after an act that staff make later.
        (self.is_legal(), self.0).cmp(&(other.is_legal(), other.0))
    }
}

impl PartialOrd for Counter {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIED: [u64; 8] = [0, 1, 1 << 31, 1 << 48, 1 << 53, (1 << 63) - 1, 1 << 63, u64::MAX];

    #[test]
    fn the_next_counter_is_one_more_or_an_error_and_never_wraps() {
        for number in TRIED {
            let expected = if number < (1 << 48) - 1 {
                Ok(Counter(number + 1))
            } else {
                Err(CounterError(number.into()))
            };
            assert_eq!(Counter(number).next(), expected, "{number}");
            assert_eq!(Counter(number).after(u64::MAX), Err(CounterError(number.into())), "{number}");
        }
        assert_eq!(Counter::CEILING.next(), Err(CounterError(Counter((1 << 48) - 1))));
        assert_eq!(Counter((1 << 48) - 2).next(), Ok(Counter::CEILING));
    }

    #[test]
    fn what_is_beyond_the_ceiling_sorts_before_everything_and_is_never_the_highest() {
        let mut all: Vec<Counter> = TRIED.map(Counter).to_vec();
        all.sort();
        let sorted: Vec<u64> = all.into_iter().map(Counter::get).collect();
        assert_eq!(sorted, [1 << 48, 1 << 53, (1 << 63) - 1, 1 << 63, u64::MAX, 0, 1, 1 << 31]);
        assert_eq!(Counter::highest(TRIED.map(Counter)), Counter(1 << 31));
        assert_eq!(Counter::highest([]), Counter::ZERO);
        assert_eq!(TRIED.map(|number| Counter(number).column()), [0, 1, 1 << 31, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn a_device_may_leap_by_so_much_a_parcel_and_leaves_the_keeper_room() {
        assert_eq!(Counter::of_device(1), Counter(4_296_015_872));
        assert_eq!(Counter::of_device(1_000), Counter(5_343_543_296));
        assert!(Counter(FOLLOWED).fits_device(0) && !Counter(4_296_015_873).fits_device(1));
        for seq in TRIED {
            assert!(Counter::of_device(seq) < Counter(1 << 45), "{seq}");
        }
    }
}
