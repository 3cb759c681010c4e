//! Acts of staff and versions of the study, as each phone in use says that it has received them.

use std::collections::BTreeMap;

use diary_core::ids::{ActId, KeyId};
use diary_core::record::TrialRecord;
use diary_core::time::UtcMillis;
use diary_store::{DeviceRow, DeviceState, Participant, VaultRecord};

use super::access::views;
use crate::site::snapshot::last_contact;
use crate::site::{DeviceService, StaffError};

/// What one phone has received.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PhoneReceipts {
    /// Its number on the report.
    pub number: Option<u16>,
    /// Time at which its last parcel was received here.
    pub last_contact: Option<UtcMillis>,
    /// Versions of the study, each with the phone's clock when it first named it as the one in force.
    pub studies: BTreeMap<u32, UtcMillis>,
    /// Acts, each with the phone's clock at its arrival.
    pub acts: BTreeMap<ActId, UtcMillis>,
}

impl DeviceService<'_> {
    /// What the phones in use have received, in the order in which they joined.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn receipts(self, participant: &Participant) -> Result<Vec<PhoneReceipts>, StaffError> {
        let devices = self.store().devices(participant.vault).await?;
        let stored = self.store().load_record(participant.vault).await?;
        Ok(receipts(&devices, &diary_core::merge::merge_v1(&stored.plans), &stored))
    }
}

fn receipts(devices: &[DeviceRow], record: &TrialRecord, stored: &VaultRecord) -> Vec<PhoneReceipts> {
    let in_use = views(devices).into_iter().filter(|view| view.state == DeviceState::Confirmed);
    in_use
        .map(|view| {
            let (studies, acts) = of_phone(record, view.device);
            let last_contact = last_contact(record, stored, |key| key == view.device);
            PhoneReceipts { number: view.number, last_contact, studies, acts }
        })
        .collect()
}

/// The earliest statement counts, since a restored phone names again what it had before.
fn of_phone(record: &TrialRecord, device: KeyId) -> (BTreeMap<u32, UtcMillis>, BTreeMap<ActId, UtcMillis>) {
    let (mut studies, mut acts) = (BTreeMap::new(), BTreeMap::new());
    for ((incarnation, ..), held) in record.statements() {
        if record.chains().get(incarnation).is_none_or(|chain| chain.author != device) {
            continue;
        }
        let statement = &held.statement;
        if let Some(version) = statement.study {
            earliest(&mut studies, version, statement.as_of.utc);
        }
        for known in &statement.known_acts {
            earliest(&mut acts, known.act, known.at);
        }
    }
    (studies, acts)
}

fn earliest<K: Ord>(all: &mut BTreeMap<K, UtcMillis>, key: K, at: UtcMillis) {
    let first = all.entry(key).or_insert(at);
    *first = at.min(*first);
}

#[cfg(test)]
mod tests {
    use diary_core::ids::{Incarnation, RunId, VaultId};
    use diary_core::merge::{AuthorRole, merge_v1, plan};
    use diary_core::parcel::{Item, KnownAct, ParcelContent, Statement};
    use diary_core::time::{Reading, ReceivedAt, Zone};

    use super::*;

    const PHONE: KeyId = KeyId::from_bytes([1; 16]);

    /// A statement of one incarnation of a phone's store at an hour.
    fn says(store: u8, hour: i64, study: u32, acts: &[(u8, i64)]) -> diary_core::merge::MergePlan {
        let at = |hour: i64| UtcMillis(1_790_000_000_000 + hour * 3_600_000);
        let known = |(act, hour): &(u8, i64)| KnownAct { act: ActId::from_bytes([*act; 16]), at: at(*hour) };
        let statement = Statement {
            as_of: Reading::new(at(hour), Zone::UTC, RunId::from_bytes([7; 16]), None),
            entries_made: 0,
            unsent_days: Vec::new(),
            open_drafts: 0,
            clock: None,
            known_acts: acts.iter().map(known).collect(),
            study: Some(study),
        };
        let content = ParcelContent {
            schema: 1,
            study: "S".parse().unwrap(),
            vault: VaultId::from_bytes([1; 16]),
            author: if store < 9 { PHONE } else { KeyId::from_bytes([9; 16]) },
            incarnation: Incarnation::from_bytes([store; 16]),
            seq: u64::try_from(hour).unwrap() + 1,
            items: vec![Item::Statement(statement)],
        };
        plan(AuthorRole::Device, &content, ReceivedAt(at(hour))).unwrap()
    }

    #[test]
    fn a_phone_has_what_it_named_first_and_nothing_that_another_phone_named() {
        let plans = [
            says(1, 0, 1, &[(5, 0)]),
            says(1, 30, 2, &[(6, 29)]),
            says(2, 60, 2, &[(5, 60), (6, 60)]),
            says(9, 10, 3, &[(7, 10)]),
        ];
        let (studies, acts) = of_phone(&merge_v1(&plans), PHONE);
        let at = |hour: i64| UtcMillis(1_790_000_000_000 + hour * 3_600_000);
        assert_eq!(studies, BTreeMap::from([(1, at(0)), (2, at(30))]));
        let acts: Vec<_> = acts.into_iter().collect();
        assert_eq!(acts, [(ActId::from_bytes([5; 16]), at(0)), (ActId::from_bytes([6; 16]), at(29))]);
    }
}
