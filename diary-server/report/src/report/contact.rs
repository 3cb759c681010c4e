//! The phones, the last contact of each, and its consequence for data that is not here.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::{Hash, Incarnation, KeyId};
use diary_core::record::{Chain, Contact, RecordedStatement};
use diary_core::time::{DiaryDay, ReceivedAt, UtcMillis};
use serde::Serialize;

use super::entries::View;
use super::{DeviceInfo, NotMerged};

/// One phone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DeviceLine {
    /// Its number.
    pub number: u16,
    /// Name that staff gave it.
    pub label: String,
    /// Time of the last receipt of anything from it.
    pub last_contact: Option<UtcMillis>,
    /// Consequence for missing data.
    pub meaning: Meaning,
    /// Assessments that were begun on it and not finished.
    pub open_drafts: u32,
}

/// Consequence of the last contact for missing data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// Nothing was received from it.
    Never,
    /// It has sent data, and no statement about unsent entries.
    Silent,
    /// Everything it recorded up to then is here.
    Whole {
        /// Up to when.
        until: UtcMillis,
    },
    /// It holds unsent entries of these days.
    Unsent {
        /// Time of the phone's statement.
        said: UtcMillis,
        /// The days.
        days: Vec<DiaryDay>,
    },
    /// A parcel is known to exist and has not arrived.
    Gap {
        /// Last statement before which nothing is missing.
        whole_until: Option<UtcMillis>,
    },
    /// Everything that it is known to have sent is here, and some of its parcels are not merged.
    NotMerged {
        /// Number of parcels.
        count: usize,
        /// Last statement before which everything is in the record.
        whole_until: Option<UtcMillis>,
    },
    /// It was revoked.
    Revoked {
        /// Time of the revocation.
        at: UtcMillis,
        /// Last statement about unsent entries.
        until: Option<UtcMillis>,
    },
}

/// Incarnations and contacts of one phone.
#[derive(Default)]
struct OfPhone<'v> {
    /// Incarnations, each with the time of the last receipt.
    incarnations: Vec<(ReceivedAt, Incarnation)>,
    contacts: Vec<&'v Contact>,
    /// Its parcels that are stored and not in the record.
    stored: Vec<&'v NotMerged>,
}

impl View<'_> {
    /// The phones, by number.
    pub(super) fn device_lines(&self) -> Vec<DeviceLine> {
        let mut of: BTreeMap<KeyId, OfPhone<'_>> = BTreeMap::new();
        for (incarnation, chain) in self.input.record.chains() {
            of.entry(chain.author).or_default().incarnations.push((chain.last_received, *incarnation));
        }
        for contact in &self.contacts {
            of.entry(contact.device).or_default().contacts.push(contact);
        }
        for stored in self.input.not_merged {
            of.entry(stored.author).or_default().stored.push(stored);
        }
        let line = |(key, device)| self.device_line(&of.remove(key).unwrap_or_default(), device);
        let mut lines: Vec<DeviceLine> = self.input.devices.iter().map(line).collect();
        lines.sort_by_key(|line| line.number);
        lines
    }

    fn device_line(&self, of: &OfPhone<'_>, device: &DeviceInfo) -> DeviceLine {
        let newest = of.incarnations.iter().max_by_key(|(heard, _)| *heard);
        let last_contact =
            newest.map(|(heard, _)| heard.0).max(of.stored.iter().map(|one| one.received.0).max());
        let statement = newest.and_then(|(_, incarnation)| {
            let all = (*incarnation, 0, Hash::from_bytes([0; 32]))
                ..=(*incarnation, u64::MAX, Hash::from_bytes([0xff; 32]));
            let said = self.input.record.statements().range(all).map(|(_, held)| held);
            said.max_by_key(|held: &&RecordedStatement| held.statement.as_of.utc)
        });
        DeviceLine {
            number: device.number,
            label: device.label.clone(),
            last_contact,
            meaning: meaning(of, last_contact, device, of.is_here(self)),
            open_drafts: statement.map_or(0, |held| held.statement.open_drafts),
        }
    }
}

impl OfPhone<'_> {
    /// True if every number of its incarnations that is missing in the record is stored.
    fn is_here(&self, view: &View<'_>) -> bool {
        let mut stored: BTreeMap<Incarnation, Vec<u64>> = BTreeMap::new();
        for one in &self.stored {
            stored.entry(one.incarnation).or_default().push(one.seq);
        }
        let whole = |chain: &Chain, incarnation: Incarnation| {
            let mut all = chain.clone();
            all.seqs.extend(stored.get(&incarnation).into_iter().flatten().copied());
            !all.has_gap()
        };
        let chains = view.input.record.chains();
        self.incarnations.iter().all(|(_, incarnation)| {
            chains.get(incarnation).is_none_or(|chain| !chain.has_gap() || whole(chain, *incarnation))
        })
    }
}

fn meaning(of: &OfPhone<'_>, last_contact: Option<UtcMillis>, device: &DeviceInfo, is_here: bool) -> Meaning {
    let (contacts, count) = (&of.contacts, of.stored.len());
    let incarnations = || contacts.iter().filter(|contact| contact.end.is_none());
    let until = contacts.iter().filter_map(|c| c.last.as_ref().map(|(heard, _)| *heard)).max();
    if let Some(at) = device.revoked {
        return Meaning::Revoked { at, until };
    }
    if last_contact.is_none() {
        return Meaning::Never;
    }
    if incarnations().any(|contact| contact.gap) && !is_here {
        return Meaning::Gap { whole_until: until };
    }
    if count > 0 && (until.is_none() || incarnations().any(|contact| contact.gap)) {
        return Meaning::NotMerged { count, whole_until: until };
    }
    let days: BTreeSet<DiaryDay> = incarnations()
        .filter_map(|contact| contact.last.as_ref())
        .flat_map(|(_, days)| days.iter().copied())
        .collect();
    match (until, days.is_empty()) {
        (None, _) => Meaning::Silent,
        (Some(until), true) => Meaning::Whole { until },
        (Some(said), false) => Meaning::Unsent { said, days: days.into_iter().collect() },
    }
}
