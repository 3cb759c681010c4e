//! How the diaries of a site stand: who has phones, when they were last heard of, what waits and what could not be
//! merged. Numbers and times only, no answers.

use diary_core::ids::KeyId;
use diary_core::merge::merge_v1;
use diary_core::record::TrialRecord;
use diary_core::time::UtcMillis;
use serde::Serialize;

use super::{Desk, StaffError};
use crate::store::{DeviceState, Devices, Participant, VaultRecord};

/// The site at a glance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Overview {
    /// The study.
    pub study: String,
    /// The site.
    pub site: String,
    /// Newest version of the study.
    pub study_version: u32,
    /// When the bundle should be renewed.
    pub bundle_expires: UtcMillis,
    /// Whether that time has passed. Nothing stops then; phones warn.
    pub bundle_expired: bool,
    /// The participants, by subject number.
    pub participants: Vec<OverviewRow>,
}

/// One participant at a glance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OverviewRow {
    /// Subject number.
    pub subject: String,
    /// Confirmed phones.
    pub devices: u64,
    /// Phones that wait to be confirmed.
    pub pending: u64,
    /// When the last parcel of a phone was received.
    pub last_contact: Option<UtcMillis>,
    /// Entries in the record.
    pub entries: u64,
    /// Parcels that wait to be merged, or for their phone to be confirmed, or for their grant.
    pub waiting: u64,
    /// Parcels that could not be merged.
    pub quarantined: u64,
}

impl Desk {
    /// The site at a glance.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn overview(&self) -> Result<Overview, StaffError> {
        let setting = self.setting().await?;
        let mut participants = Vec::new();
        for participant in self.store.participants().await? {
            participants.push(self.overview_row(&participant).await?);
        }
        Ok(Overview {
            study: self.keys.study.to_string(),
            site: self.keys.site.to_string(),
            study_version: setting.study.version(),
            bundle_expires: setting.bundle.expires,
            bundle_expired: setting.bundle.is_expired(self.now()),
            participants,
        })
    }

    async fn overview_row(&self, participant: &Participant) -> Result<OverviewRow, StaffError> {
        let devices = self.store.devices(Devices::OfVault(participant.vault)).await?;
        let stored = self.store.load_record(participant.vault).await?;
        let record = merge_v1(&stored.plans);
        let in_state = |state| devices.iter().filter(|device| device.state == state).count() as u64;
        Ok(OverviewRow {
            subject: participant.subject.clone(),
            devices: in_state(DeviceState::Confirmed),
            pending: in_state(DeviceState::Pending),
            last_contact: last_contact(&record, &stored, |key| {
                devices.iter().any(|device| device.key == key)
            }),
            entries: record.histories().len() as u64,
            waiting: stored.waiting + stored.held.len() as u64,
            quarantined: stored.quarantined.len() as u64,
        })
    }
}

/// The last time a parcel of a phone was received, merged or not. The keeper's own parcels are no contact.
fn last_contact(
    record: &TrialRecord,
    stored: &VaultRecord,
    is_device: impl Fn(KeyId) -> bool,
) -> Option<UtcMillis> {
    let merged = record.chains().values().map(|chain| (chain.author, chain.last_received));
    let held = stored.held.iter().map(|held| (held.author, held.received));
    let quarantined = stored.quarantined.iter().map(|parcel| (parcel.author, parcel.received));
    let of_devices = merged.chain(held).chain(quarantined).filter(|(author, _)| is_device(*author));
    of_devices.map(|(_, received)| received.0).max()
}
