//! Repetition of what failed for a while. Pure: randomness is an argument, and the caller waits.

use crate::entropy::Entropy;

/// Attempts at a change that another writer may come before. Each begins with what is stored by then, so
/// that no wait is needed in between.
pub const ATTEMPTS: u32 = 8;

/// Waits with full jitter over a span that doubles with each failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Backoff {
    /// Span after the first failure, in milliseconds.
    pub first_ms: i64,
    /// Longest span, in milliseconds.
    pub longest_ms: i64,
}

impl Backoff {
    /// Wait in milliseconds after `failures` failures in a row before this one.
    #[must_use]
    pub fn wait_ms(self, failures: u32, entropy: &dyn Entropy) -> i64 {
        let span = self.first_ms.saturating_mul(1 << failures.min(20)).min(self.longest_ms);
        let share = i64::from(u32::from_le_bytes(entropy.array()));
        span * share / (i64::from(u32::MAX) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn spans_double_to_the_longest_and_waits_spread_over_them() {
        let entropy = SeededEntropy::new(1);
        let backoff = Backoff { first_ms: 2_000, longest_ms: 60_000 };
        for (failures, span) in [(0, 2_000), (1, 4_000), (4, 32_000), (5, 60_000), (u32::MAX, 60_000)] {
            let waits: Vec<i64> = (0..50).map(|_| backoff.wait_ms(failures, &entropy)).collect();
            assert!(waits.iter().all(|ms| (0..span).contains(ms)), "{failures}: {waits:?}");
            assert!(waits.iter().any(|ms| *ms < span / 2) && waits.iter().any(|ms| *ms > span / 2));
        }
    }
}
