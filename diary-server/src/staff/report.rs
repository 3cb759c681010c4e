//! The report of one participant: gathers the record, every version of the study and what is known of the phones, and
//! notes in the trail that the diary was looked at. What the report says is worked out in `crate::report`.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::ids::KeyId;
use diary_core::merge::{MergePlan, merge_v1};

use super::trail::{self, Code};
use super::{Account, Desk, StaffError};
use crate::report::{DeviceInfo, Fork, QuarantinedItem, Report, ReportInput, build};
use crate::store::{DeviceRow, DeviceState, Devices, Participant};

impl Desk {
    /// The report of `participant` over the last `days` diary days. The trail has its row before it is made.
    ///
    /// # Errors
    /// [`StaffError`] of the database, [`StaffError::Report`].
    pub async fn report(
        &self,
        by: &Account,
        participant: &Participant,
        days: u16,
    ) -> Result<Report, StaffError> {
        let (now, vault) = (self.now(), participant.vault);
        let target = format!("vault={vault} days={days}");
        self.note(trail::event(by, now, Code::ReportView, target, None)).await?;
        let setting = self.setting().await?;
        self.settle(&setting.bundle).await?;
        let stored = self.store.load_record(vault).await?;
        let record = merge_v1(&stored.plans);
        let devices = numbered(&self.store.devices(Devices::OfVault(vault)).await?);
        let quarantined: Vec<QuarantinedItem> = stored
            .quarantined
            .iter()
            .map(|one| QuarantinedItem {
                author: one.author,
                seq: one.seq,
                code: one.code,
                received: one.received,
            })
            .collect();
        let input = ReportInput {
            record: &record,
            studies: &setting.studies(),
            participant: &participant.subject,
            site: &participant.site,
            devices: &devices,
            quarantined: &quarantined,
            forks: &forks(&stored.plans),
            now,
            days,
            zone: setting.zone(&self.keys),
        };
        build(&input).map_err(StaffError::Report)
    }
}

/// Places of which two parcels were merged.
fn forks(plans: &[MergePlan]) -> Vec<Fork> {
    let mut seen = BTreeSet::new();
    let twice = plans.iter().filter(|plan| !seen.insert(plan.source));
    twice.map(|plan| Fork { at: plan.source, received: plan.received }).collect()
}

/// The phones in the order in which they joined, numbered from 1; those that were never confirmed are left out.
pub(super) fn numbered(rows: &[DeviceRow]) -> BTreeMap<KeyId, DeviceInfo> {
    let mut confirmed: Vec<&DeviceRow> = rows.iter().filter(|row| row.certificate.is_some()).collect();
    confirmed.sort_by_key(|row| row.joined);
    let info = |(number, row): (u16, &DeviceRow)| {
        let revoked = match row.state {
            DeviceState::Revoked(at) => Some(at),
            DeviceState::Pending | DeviceState::Confirmed => None,
        };
        (row.key, DeviceInfo { number, label: String::new(), joined: row.joined, revoked })
    };
    (1..).zip(confirmed).map(info).collect()
}
