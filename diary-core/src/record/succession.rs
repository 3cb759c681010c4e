//! Which lives of a store are over: succeeded by another, and silent since by their own clock. When their parcels arrive
//! is no matter: a file that was carried late, or a server that was restored, brings no life back.

use std::collections::BTreeMap;

use crate::ids::Incarnation;
use crate::time::UtcMillis;

/// When one life was heard, each time the earlier of its own clock and the time of receipt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Voice {
    /// When its first parcel was received.
    pub received: UtcMillis,
    /// The life it says it follows.
    pub follows: Option<Incarnation>,
    /// Its first statement. Entries are no sign of its beginning: it sends those of the earlier life again.
    pub first_said: Option<UtcMillis>,
    /// Its last statement or entry.
    pub last_said: Option<UtcMillis>,
}

impl Voice {
    /// A life of which one parcel was received.
    #[must_use]
    pub const fn new(received: UtcMillis) -> Self {
        Self { received, follows: None, first_said: None, last_said: None }
    }

    /// It says something of itself.
    pub fn states(&mut self, at: UtcMillis) {
        self.first_said = Some(self.first_said.map_or(at, |first| first.min(at)));
        self.enters(at);
    }

    /// An entry was recorded in it.
    pub fn enters(&mut self, at: UtcMillis) {
        self.last_said = self.last_said.max(Some(at));
    }

    fn began(&self) -> UtcMillis {
        self.first_said.map_or(self.received, |first| first.min(self.received))
    }
}

/// The lives that are over, and since when. One that spoke after its successor had begun counts again: then the store
/// was copied, and both are used.
#[must_use]
pub fn over(voices: &BTreeMap<Incarnation, Voice>) -> BTreeMap<Incarnation, UtcMillis> {
    let mut ends: BTreeMap<Incarnation, UtcMillis> = BTreeMap::new();
    for voice in voices.values() {
        if let Some(earlier) = voice.follows {
            let end = ends.entry(earlier).or_insert_with(|| voice.began());
            *end = voice.began().min(*end);
        }
    }
    ends.retain(|life, end| {
        voices.get(life).and_then(|voice| voice.last_said).is_none_or(|said| said <= *end)
    });
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Incarnation = Incarnation::from_bytes([1; 16]);
    const SECOND: Incarnation = Incarnation::from_bytes([2; 16]);

    /// A first life heard last at `said`, received first at `received`, and a second that began at 100 and arrived at 120.
    fn ends(received: i64, said: i64) -> BTreeMap<Incarnation, UtcMillis> {
        let mut first = Voice::new(UtcMillis(received));
        first.enters(UtcMillis(said));
        let mut second = Voice { follows: Some(FIRST), ..Voice::new(UtcMillis(120)) };
        second.states(UtcMillis(100));
        // An entry of the first life, sent again.
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
        let lives = BTreeMap::from([(FIRST, first), (SECOND, second)]);
        assert_eq!(over(&lives), BTreeMap::from([(FIRST, UtcMillis(120))]));
    }
}
