//! Wrong sign-ins by source: after a few in a row a source waits before anything is hashed for it again, whichever
//! accounts it names.

use std::sync::{Mutex, PoisonError};

use diary_core::time::UtcMillis;
use hashlink::LruCache;

use crate::http::limits::source::Source;

/// Sources that are remembered.
const SOURCES: usize = 10_000;
/// Wrong sign-ins in a row that cost no wait. People of one hospital share an address.
const FREE: u32 = 5;
/// First wait and longest wait, in milliseconds.
const FIRST_WAIT_MS: i64 = 10_000;
const LONGEST_WAIT_MS: i64 = 5 * 60 * 1000;

/// Wrong sign-ins of each source since its last right one.
pub(super) struct Attempts {
    wrong: Mutex<LruCache<Source, (u32, UtcMillis)>>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { wrong: Mutex::new(LruCache::new(SOURCES)) }
    }
}

impl Attempts {
    /// Counts a sign-in before it is judged, so that many at once do not pass together.
    ///
    /// # Errors
    /// The time until which the source waits.
    pub(super) fn begin(&self, source: Source, now: UtcMillis) -> Result<(), UtcMillis> {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        let count = match wrong.get(&source) {
            Some((count, last)) => {
                let wait = count.checked_sub(FREE).map_or(0, |more| FIRST_WAIT_MS << more.min(16));
                let until = UtcMillis(last.0.saturating_add(wait.min(LONGEST_WAIT_MS)));
                if until > now {
                    return Err(until);
                }
                *count
            }
            None => 0,
        };
        wrong.insert(source, (count.saturating_add(1), now));
        Ok(())
    }

    /// Forgets a source that has signed in.
    pub(super) fn right(&self, source: Source) {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).remove(&source);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_waits_longer_with_each_wrong_sign_in_and_not_after_a_right_one() {
        let (attempts, source) = (Attempts::default(), Source::at([192, 0, 2, 1].into()));
        let (mut now, mut waits) = (UtcMillis(0), Vec::new());
        for _ in 0..12 {
            attempts.begin(source, now).unwrap();
            let until = attempts.begin(source, now).err();
            waits.push(until.map_or(0, |until| (until.0 - now.0) / 1000));
            now = until.unwrap_or(now);
        }
        // Each round without a wait begins two.
        assert_eq!(waits, [0, 0, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
        attempts.right(source);
        assert_eq!(attempts.begin(source, UtcMillis(0)), Ok(()));
    }
}
