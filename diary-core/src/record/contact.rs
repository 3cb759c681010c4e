//! *Missed*, *still on the phone* or *unknown*: what an empty slot means, from sequence numbers and statements.

use std::collections::{BTreeMap, BTreeSet};

use super::succession::{Voice, over};
use super::{Chain, RecordedStatement, TrialRecord};
use crate::ids::{Hash, Incarnation, KeyId};
use crate::time::{DiaryDay, UtcMillis};

/// Ends of the order of hashes.
const FIRST: Hash = Hash::from_bytes([0; 32]);
const LAST: Hash = Hash::from_bytes([0xff; 32]);

/// What a slot without an entry means.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum Missing {
    /// Every phone that could hold it has said since that it holds nothing.
    Missed,
    /// A phone says it holds something unsent of that day, or a parcel in between has not arrived.
    StillOnPhone {
        /// The phone.
        device: KeyId,
    },
    /// No phone has said anything since its time was over.
    Unknown {
        /// The last statement, where there was one.
        since: Option<UtcMillis>,
        /// The phone that is silent, where one is known.
        device: Option<KeyId>,
    },
}

/// The last that was heard of one life of a device's store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contact {
    /// The device.
    pub device: KeyId,
    /// From when on it could record something.
    pub start: UtcMillis,
    /// Until when: succeeded by another life, or revoked.
    pub end: Option<UtcMillis>,
    /// It says that a parcel exists which has not arrived.
    pub gap: bool,
    /// Last statement before which nothing is missing: the earlier of its own time and the time of receipt, and the
    /// days it listed as unsent.
    pub last: Option<(UtcMillis, BTreeSet<DiaryDay>)>,
}

impl TrialRecord {
    /// What was last heard of each life of each device. `devices` are the signing keys of participants' devices
    /// (the keeper's own chain is none), with the time of revocation where they were revoked.
    #[must_use]
    pub fn contacts(&self, devices: &BTreeMap<KeyId, Option<UtcMillis>>) -> Vec<Contact> {
        let (over, made) = (over(&self.voices()), self.first_made());
        self.chains
            .iter()
            .filter_map(|(incarnation, chain)| {
                let revoked = *devices.get(&chain.author)?;
                // A life that was succeeded but spoke since counts again; a revoked device's end is final.
                let succeeded = over.get(incarnation).copied();
                let end = [revoked, succeeded].into_iter().flatten().min();
                Some(self.contact(*incarnation, chain, end, made.get(incarnation).copied()))
            })
            .collect()
    }

    /// When each life was heard.
    fn voices(&self) -> BTreeMap<Incarnation, Voice> {
        let mut voices: BTreeMap<Incarnation, Voice> = self
            .chains
            .iter()
            .map(|(life, chain)| {
                (*life, Voice { follows: chain.follows, ..Voice::new(chain.first_received.0) })
            })
            .collect();
        for ((life, _, _), held) in &self.statements {
            if let Some(voice) = voices.get_mut(life) {
                voice.states(heard(held));
            }
        }
        for held in self.revisions.values() {
            let at = held.encoded.revision().recorded.utc.min(held.received.0);
            for life in held.sources.iter().map(|source| source.incarnation) {
                if let Some(voice) = voices.get_mut(&life) {
                    voice.enters(at);
                }
            }
        }
        voices
    }

    /// The time at which the first entry of each life was made, of its first parcel alone, and there of what was made
    /// first: a clock that went back and stamped later does not move the beginning.
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

/// A statement speaks for the time before the earlier of its own clock and the time of receipt: a phone whose clock
/// runs ahead cannot vouch for the future.
fn heard(held: &RecordedStatement) -> UtcMillis {
    held.statement.as_of.utc.min(held.received.0)
}

/// What it means that the slot of `day`, which closed for good at `late_until`, has no entry.
#[must_use]
pub fn missing(contacts: &[Contact], day: DiaryDay, late_until: UtcMillis) -> Missing {
    let counting: Vec<&Contact> = contacts
        .iter()
        .filter(|c| c.start <= late_until && c.end.is_none_or(|end| end > late_until))
        .collect();
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
