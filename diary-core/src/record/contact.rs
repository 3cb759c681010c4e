//! Meaning of an empty slot, *missed*, *still on the phone* or *unknown*, from sequence numbers and
//! statements.

use std::collections::{BTreeMap, BTreeSet};

use super::succession::{Voice, over};
use super::{Chain, RecordedStatement, TrialRecord};
use crate::ids::{Hash, Incarnation, KeyId};
use crate::time::{DiaryDay, UtcMillis};

/// Bounds of the order of hashes.
const FIRST: Hash = Hash::from_bytes([0; 32]);
const LAST: Hash = Hash::from_bytes([0xff; 32]);

/// Meaning of a slot without an entry.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum Missing {
    /// Every phone that could have an entry has since stated that it has none.
    Missed,
    /// A phone has stated that it holds unsent entries of that day, or one of its parcels is missing in
    /// between.
    StillOnPhone {
        /// The phone.
        device: KeyId,
    },
    /// A phone that could have an entry has made no statement since the slot closed.
    Unknown {
        /// Time of the last statement, if there was one.
        since: Option<UtcMillis>,
        /// Phone without a later statement, if one is known.
        device: Option<KeyId>,
    },
}

/// Last contact of one incarnation of a device's store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contact {
    /// The device.
    pub device: KeyId,
    /// Instant from which on it could record entries.
    pub start: UtcMillis,
    /// Instant up to which it could: it was followed by another incarnation, or revoked.
    pub end: Option<UtcMillis>,
    /// True if a parcel before the last received one is missing.
    pub gap: bool,
    /// Last statement before the first gap: the earlier of its own time and its receipt, and its list of
    /// unsent days.
    pub last: Option<(UtcMillis, BTreeSet<DiaryDay>)>,
}

impl TrialRecord {
    /// Last contact of each incarnation of each device. `devices` holds the signing keys of the participant's
    /// devices (not the keeper's own), with the instant of revocation if they were revoked.
    #[must_use]
    pub fn contacts(&self, devices: &BTreeMap<KeyId, Option<UtcMillis>>) -> Vec<Contact> {
        let (over, made) = (over(&self.voices()), self.first_made());
        self.chains
            .iter()
            .filter_map(|(incarnation, chain)| {
                let revoked = *devices.get(&chain.author)?;
                // An incarnation that was followed by another but stated something later counts again; the
                // end of a revoked device is final.
                let succeeded = over.get(incarnation).copied();
                let end = [revoked, succeeded].into_iter().flatten().min();
                Some(self.contact(*incarnation, chain, end, made.get(incarnation).copied()))
            })
            .collect()
    }

    /// Statements and entries of each incarnation, for [`over`].
    fn voices(&self) -> BTreeMap<Incarnation, Voice> {
        let mut voices: BTreeMap<Incarnation, Voice> = self
            .chains
            .iter()
            .map(|(incarnation, chain)| {
                (*incarnation, Voice { follows: chain.follows, ..Voice::new(chain.first_received.0) })
            })
            .collect();
        for ((incarnation, _, _), held) in &self.statements {
            if let Some(voice) = voices.get_mut(incarnation) {
                voice.states(heard(held));
            }
        }
        for held in self.revisions.values() {
            let at = held.encoded.revision().recorded.utc.min(held.received.0);
            for incarnation in held.sources.iter().map(|source| source.incarnation) {
                if let Some(voice) = voices.get_mut(&incarnation) {
                    voice.enters(at);
                }
            }
        }
        voices
    }

    /// Instant of the first entry in the first parcel of each incarnation. In the order of counters, so that
    /// a clock that went back later does not move the beginning.
    fn first_made(&self) -> BTreeMap<Incarnation, UtcMillis> {
        let mut made = BTreeMap::new();
        for held in self.revisions.values() {
            for source in &held.sources {
                let chain = self.chains.get(&source.incarnation);
                if chain.is_some_and(|chain| chain.seqs.first() == Some(&source.seq)) {
                    made.entry(source.incarnation).or_insert(held.encoded.revision().recorded.utc);
                }
            }
        }
        made
    }

    fn contact(
        &self,
        incarnation: Incarnation,
        chain: &Chain,
        end: Option<UtcMillis>,
        made: Option<UtcMillis>,
    ) -> Contact {
        let whole = chain.whole_up_to();
        let said = |up_to| {
            self.statements
                .range((incarnation, 0, FIRST)..=(incarnation, up_to, LAST))
                .map(|(_, held)| held)
                .max_by_key(|held| heard(held))
        };
        let first = self.statements.range((incarnation, 0, FIRST)..=(incarnation, u64::MAX, LAST)).next();
        let start = first.map_or(chain.first_received.0, |(_, held)| heard(held)).min(chain.first_received.0);
        Contact {
            device: chain.author,
            start: made.map_or(start, |entry| entry.min(start)),
            end,
            gap: chain.has_gap(),
            last: said(whole).map(|held| (heard(held), held.statement.unsent_days.iter().copied().collect())),
        }
    }
}

/// Instant up to which a statement counts: the earlier of its own clock and its receipt, because a phone
/// whose clock runs ahead cannot vouch for the future.
fn heard(held: &RecordedStatement) -> UtcMillis {
    held.statement.as_of.utc.min(held.received.0)
}

/// Meaning of the missing entry of a slot on `day`, which closed for good at `late_until`.
#[must_use]
pub fn missing(contacts: &[Contact], day: DiaryDay, late_until: UtcMillis) -> Missing {
    let counting: Vec<&Contact> = contacts
        .iter()
        .filter(|c| c.start <= late_until && c.end.is_none_or(|end| end > late_until))
        .collect();
    // A gap means "still on the phone": the missing parcel may hold the entry.
    let holds = |c: &&&Contact| c.gap || c.last.as_ref().is_some_and(|(_, unsent)| unsent.contains(&day));
    if let Some(contact) = counting.iter().find(holds) {
        return Missing::StillOnPhone { device: contact.device };
    }
    let silent = |c: &&&Contact| c.last.as_ref().is_none_or(|(heard, _)| *heard <= late_until);
    if let Some(contact) = counting.iter().find(silent) {
        let since = contact.last.as_ref().map(|(heard, _)| *heard);
        return Missing::Unknown { since, device: Some(contact.device) };
    }
    if counting.is_empty() {
        let last = contacts.iter().filter_map(|c| c.last.as_ref().map(|(heard, _)| *heard)).max();
        return Missing::Unknown { since: last, device: None };
    }
    Missing::Missed
}
