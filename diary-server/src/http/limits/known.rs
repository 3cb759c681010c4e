//! Sources from which a valid signature came lately, in bounded memory. Pure: the time is an argument.

use std::hash::RandomState;
use std::time::{Duration, Instant};

use hashlink::LruCache;

use super::source::Source;

/// Time for which a source is known after a valid signature.
const LATELY: Duration = Duration::from_secs(7 * 24 * 3600);

/// Known sources; above the capacity the least recently seen are dropped. The hash is randomly seeded, since
/// strangers choose their addresses.
pub struct Known(LruCache<Source, Instant, RandomState>);

impl Known {
    /// None yet. At most `most` are remembered.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self(LruCache::with_hasher(most, RandomState::new()))
    }

    /// Notes a valid signature.
    pub fn heard(&mut self, source: Source, now: Instant) {
        self.0.insert(source, now);
    }

    /// True if a valid signature came from `source` lately.
    #[must_use]
    pub fn has(&self, source: Source, now: Instant) -> bool {
        self.0.peek(&source).is_some_and(|at| now.saturating_duration_since(*at) <= LATELY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::steady;

    #[test]
    fn a_source_is_known_for_a_while_and_not_more_than_so_many_are() {
        let (mut known, now) = (Known::new(2), steady());
        let at = |last: u8| Source::at([192, 0, 2, last].into());
        known.heard(at(1), now);
        assert!(known.has(at(1), now + LATELY) && !known.has(at(2), now));
        assert!(!known.has(at(1), now + LATELY + Duration::from_millis(1)));
        (2..=5).for_each(|last| known.heard(at(last), now));
        assert!(!known.has(at(1), now) && known.has(at(5), now));
        assert!(known.0.len() <= 2);
    }
}
