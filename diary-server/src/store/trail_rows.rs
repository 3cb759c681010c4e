//! Rows of the study trail and the chain that binds them.

use diary_core::hash::sha256_of;
use diary_core::ids::Hash;
use diary_core::time::UtcMillis;

/// One event of the study trail. Holds ids and codes, never answers or names of participants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailEvent {
    /// The server's clock.
    pub at: UtcMillis,
    /// Account, device or server.
    pub who: String,
    /// In which role.
    pub role: String,
    /// Code of the event, for example `participant.add`.
    pub what: String,
    /// Ids of what it was done to, each with its kind, for example `vault=... device=...`.
    pub target: String,
    /// Why, where one was asked for.
    pub reason: Option<String>,
}

/// An event as the trail holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailRow {
    /// Number, from 1, without gaps.
    pub n: u64,
    /// The chain up to and with this row.
    pub chain: Hash,
    /// The event.
    pub event: TrailEvent,
}

/// `H("diary/trail/v1" || prev || n || at || the texts, each after its length)`, numbers as 8 bytes, big-endian; a
/// missing reason is told from an empty one by its length, which is then 2^64 - 1.
#[must_use]
pub fn trail_chain(prev: &Hash, n: u64, event: &TrailEvent) -> Hash {
    let TrailEvent { at, who, role, what, target, reason } = event;
    let mut bytes = Vec::with_capacity(128);
    for text in [Some(who), Some(role), Some(what), Some(target), reason.as_ref()] {
        let len = text.map_or(u64::MAX, |text| text.len() as u64);
        bytes.extend_from_slice(&len.to_be_bytes());
        bytes.extend_from_slice(text.map_or(&[], String::as_bytes));
    }
    sha256_of(&[b"diary/trail/v1", prev.as_bytes(), &n.to_be_bytes(), &at.0.to_be_bytes(), &bytes])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> TrailEvent {
        TrailEvent {
            at: UtcMillis(5),
            who: "a".to_owned(),
            role: "b".to_owned(),
            what: "c".to_owned(),
            target: "d".to_owned(),
            reason: None,
        }
    }

    #[test]
    fn every_field_and_the_border_between_fields_changes_the_chain() {
        let start = Hash::from_bytes([0; 32]);
        let base = trail_chain(&start, 1, &event());
        let others = [
            TrailEvent { at: UtcMillis(6), ..event() },
            TrailEvent { who: "ab".to_owned(), role: String::new(), ..event() },
            TrailEvent { what: "x".to_owned(), ..event() },
            TrailEvent { target: "x".to_owned(), ..event() },
            TrailEvent { reason: Some(String::new()), ..event() },
        ];
        for other in others {
            assert_ne!(trail_chain(&start, 1, &other), base, "{other:?}");
        }
        assert_ne!(trail_chain(&start, 2, &event()), base);
        assert_ne!(trail_chain(&base, 1, &event()), base);
    }
}
