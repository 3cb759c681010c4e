//! Incarnations of a store that have ended: followed by another, and silent since by their own clock. The
//! arrival of their parcels does not matter, so that a file carried late, or a restored server, does not
//! revive one.

use std::collections::BTreeMap;

use crate::ids::Incarnation;
use crate::time::UtcMillis;

/// Times of contact of one incarnation, each the earlier of its own clock and the receipt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Voice {
    /// Receipt of its first parcel.
    pub received: UtcMillis,
    /// Incarnation that it follows, by its own statement.
    pub follows: Option<Incarnation>,
    /// First statement. Entries do not show its beginning, because it sends those of the earlier incarnation
    /// again.
    pub first_said: Option<UtcMillis>,
    /// Last statement or entry.
    pub last_said: Option<UtcMillis>,
}

impl Voice {
    /// An incarnation of which one parcel was received.
    #[must_use]
    pub const fn new(received: UtcMillis) -> Self {
        Self { received, follows: None, first_said: None, last_said: None }
    }

    /// Adds a statement.
    pub fn states(&mut self, at: UtcMillis) {
        self.first_said = Some(self.first_said.map_or(at, |first| first.min(at)));
        self.enters(at);
    }

    /// Adds the recording of an entry.
    pub fn enters(&mut self, at: UtcMillis) {
        self.last_said = self.last_said.max(Some(at));
    }

    fn began(&self) -> UtcMillis {
        self.first_said.map_or(self.received, |first| first.min(self.received))
    }
}

/// Ended incarnations with the instant of their end. One with a statement or entry after the beginning of its
/// successor has not ended: the store was copied, and both copies are in use.
#[must_use]
pub fn over(voices: &BTreeMap<Incarnation, Voice>) -> BTreeMap<Incarnation, UtcMillis> {
    let mut ends: BTreeMap<Incarnation, UtcMillis> = BTreeMap::new();
    for voice in voices.values() {
        if let Some(earlier) = voice.follows {
            let end = ends.entry(earlier).or_insert_with(|| voice.began());
            *end = voice.began().min(*end);
        }
    }
    // If both copies are in use, both may hold entries that have not arrived.
    ends.retain(|incarnation, end| {
        voices.get(incarnation).and_then(|voice| voice.last_said).is_none_or(|said| said <= *end)
    });
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Incarnation = Incarnation::from_bytes([1; 16]);
    const SECOND: Incarnation = Incarnation::from_bytes([2; 16]);

    /// First incarnation last active at `said` and first received at `received`; the second began at 100 and
    /// arrived at 120.
    fn ends(received: i64, said: i64) -> BTreeMap<Incarnation, UtcMillis> {
        let mut first = Voice::new(UtcMillis(received));
        first.enters(UtcMillis(said));
        let mut second = Voice { follows: Some(FIRST), ..Voice::new(UtcMillis(120)) };
        second.states(UtcMillis(100));
        // An entry of the first incarnation, sent again.
        second.enters(UtcMillis(30));
        over(&BTreeMap::from([(FIRST, first), (SECOND, second)]))
    }

    #[test]
    fn a_life_that_was_succeeded_is_over_whenever_its_parcels_arrive() {
        let over = BTreeMap::from([(FIRST, UtcMillis(100))]);
        assert_eq!(ends(50, 50), over);
        assert_eq!(ends(500, 50), over, "a file of it came late, or the server was restored");
        assert_eq!(ends(500, 100), over);
    }

    #[test]
    fn a_life_that_speaks_after_its_successor_has_begun_counts_again() {
        assert_eq!(ends(50, 101), BTreeMap::new());
    }

    #[test]
    fn a_successor_that_has_stated_nothing_began_when_it_was_received() {
        let first = Voice { last_said: Some(UtcMillis(110)), ..Voice::new(UtcMillis(50)) };
        let second = Voice { follows: Some(FIRST), ..Voice::new(UtcMillis(120)) };
        let incarnations = BTreeMap::from([(FIRST, first), (SECOND, second)]);
        assert_eq!(over(&incarnations), BTreeMap::from([(FIRST, UtcMillis(120))]));
    }
}
