//! Waits after failures: full jitter over a span that doubles from one second to one hour.

use diary_core::entropy::Entropy;
use diary_core::retry::Backoff;
use diary_core::time::UtcMillis;

/// Span after the first failure.
const FIRST_MS: i64 = 1_000;
/// Longest span.
const LONGEST_MS: i64 = 3_600_000;
const BACKOFF: Backoff = Backoff { first_ms: FIRST_MS, longest_ms: LONGEST_MS };

/// No wait is longer: what a server asks for counts up to an hour, and the jitter adds as much.
pub const WAIT_MAX_MS: i64 = 2 * LONGEST_MS;

/// True once the instant `after`, which was saved, has come. One that lies farther ahead than any wait was saved under a clock
/// that was put back since: it has.
#[must_use]
pub fn has_come(after: UtcMillis, now: UtcMillis) -> bool {
    let left = after.since_ms(now);
    left <= 0 || left > WAIT_MAX_MS
}

/// Time of the next attempt after `failures` failures in a row before this one; never before the time the server asked for.
#[must_use]
pub fn try_again_at(
    now: UtcMillis,
    failures: u32,
    retry_after_s: Option<u32>,
    entropy: &dyn Entropy,
) -> UtcMillis {
    let asked = retry_after_s.map_or(0, |s| i64::from(s) * 1000);
    now.plus_ms(asked.min(LONGEST_MS) + BACKOFF.wait_ms(failures, entropy))
}

#[cfg(test)]
mod tests {
    use diary_core::entropy::SeededEntropy;

    use super::*;

    #[test]
    fn spans_double_to_an_hour_and_spread() {
        let entropy = SeededEntropy::new(1);
        let wait = |failures, after| try_again_at(UtcMillis(0), failures, after, &entropy).0;
        for failures in [0, 3, 12, 31, u32::MAX] {
            let most = FIRST_MS.checked_shl(failures.min(20)).unwrap_or(LONGEST_MS).min(LONGEST_MS);
            let seen: Vec<i64> = (0..50).map(|_| wait(failures, None)).collect();
            assert!(seen.iter().all(|ms| (0..most).contains(ms)), "{failures}: {seen:?}");
            assert!(seen.iter().any(|ms| *ms < most / 2) && seen.iter().any(|ms| *ms > most / 2));
        }
        assert!(wait(0, Some(30)) >= 30_000);
        assert!(wait(0, Some(u32::MAX)) <= LONGEST_MS + FIRST_MS);
    }
}
