//! State of a site's diaries: participants with phones, their last contact, parcels that wait or are in quarantine.
//! Numbers and times only, no answers.

use std::collections::BTreeSet;

use diary_core::ids::{KeyId, SiteId};
use diary_core::merge::merge_v1;
use diary_core::record::TrialRecord;
use diary_core::time::{DAY_MS, UtcMillis};
use serde::Serialize;

use crate::audit::Code;
use crate::config::Limits;
use crate::ingest::quotas::{Counted, Quota, counted, day_start};
use crate::site::devices::access::views;
use crate::site::keys::drill::{LastDrill, last_drill};
use crate::site::snapshot::last_contact;
use crate::site::{StaffError, Unattached, ViewService};
use diary_core::server_clock::ClockDoubt;
use diary_report::report::outlook::studies;
use diary_store::{Amount, AuditRow, DeviceRow, DeviceState, Participant};

/// Time for which the overview reports that the database was put back, in milliseconds.
const NOTICE_MS: i64 = 30 * DAY_MS;

/// The site at a glance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Overview {
    /// The study.
    pub study: String,
    /// The sites.
    pub sites: Vec<SiteId>,
    /// Reason to doubt the server's clock.
    pub server_clock: Option<ClockDoubt>,
    /// Newest version of the study.
    pub study_version: u32,
    /// The file of the newest version is not in the database: phones cannot fetch it until it is published again.
    pub study_missing: bool,
    /// Time by which the bundle is due to be renewed.
    pub bundle_expires: UtcMillis,
    /// True if that time has passed. Every operation still works then; phones warn.
    pub bundle_expired: bool,
    /// Last drill of each site's recovery key, with its result.
    pub drills: Vec<SiteDrill>,
    /// The participants, by subject number.
    pub participants: Vec<OverviewRow>,
    /// Vaults that came back without their participant.
    pub unattached: Vec<Unattached>,
    /// Records that were offered to relays and not taken, so that phones behind these relays lack them.
    pub not_handed_over: u64,
    /// Keepers that the root has named in a bundle that was lost, and the newest one does not name: what they signed waits on
    /// phones until the root signs the next bundle.
    pub lost_keepers: Vec<KeyId>,
    /// The last time that the database was put back to an earlier state, for a month.
    pub put_back: Option<PutBack>,
}

/// The database was put back to an earlier state.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PutBack {
    /// Time of the restore, or of its detection.
    pub at: UtcMillis,
    /// By a restore; else it was noticed.
    pub by_restore: bool,
    /// Details from the audit trail.
    pub detail: String,
    /// Parcels of the keeper (acts of staff, downlink) that were lost and that phones have brought back since.
    pub brought_back: u64,
    /// Parcels whose receipts phones have shown and that were not here then. They come again by themselves.
    pub receipts_shown: u64,
}

/// Last drill of a site's recovery key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SiteDrill {
    /// The site.
    pub site: SiteId,
    /// The drill, with its result.
    pub last: Option<LastDrill>,
}

/// One participant at a glance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OverviewRow {
    /// Subject number.
    pub subject: String,
    /// Site.
    pub site: SiteId,
    /// Confirmed phones.
    pub devices: u64,
    /// Phones that wait to be confirmed.
    pub pending: u64,
    /// Time at which the last parcel of a phone was received.
    pub last_contact: Option<UtcMillis>,
    /// Entries in the record.
    pub entries: u64,
    /// Parcels that wait to be merged, or for their phone to be confirmed, or for their grant.
    pub waiting: u64,
    /// Parcels that could not be merged.
    pub quarantined: u64,
    /// Parcels of the keeper (acts of staff, downlink) that are known to be lost.
    pub keeper_missing: u64,
    /// Amount stored by its phones: parcels, grants and recovery secrets.
    pub stored: Amount,
    /// Quotas that are reached, or nearly.
    pub quotas: Vec<QuotaRow>,
    /// Phones in use that have not reported the newest version of the study.
    pub study_behind: Vec<StudyBehind>,
}

/// A phone that has not reported the newest version of the study.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct StudyBehind {
    /// Its number on the report.
    pub number: Option<u16>,
    /// The phone.
    pub device: KeyId,
    /// Version that it reported last, or entered something under; `None` where it has reported nothing yet.
    pub version: Option<u32>,
}

/// A quota that is reached, or nearly.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct QuotaRow {
    /// Quota that is meant.
    pub quota: Quota,
    /// The phone, where it is a phone's.
    pub device: Option<KeyId>,
    /// True if it is reached: further pushes are deferred and stay on the phone.
    pub reached: bool,
    /// Amount that counts: records and bytes that were stored, or items and bytes that were opened.
    pub stored: Amount,
    /// Limit of that amount.
    pub most: Amount,
}

impl ViewService<'_> {
    /// All sites at a glance; what phones may store is in `limits`.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn overview(self, limits: &Limits) -> Result<Overview, StaffError> {
        self.overview_of(limits, None).await
    }

    /// As [`Self::overview`], of some sites, or of all.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn overview_of(
        self,
        limits: &Limits,
        sites: Option<&BTreeSet<SiteId>>,
    ) -> Result<Overview, StaffError> {
        let is_asked = |site: &SiteId| sites.is_none_or(|sites| sites.contains(site));
        let setting = self.setting().await?;
        let newest = setting.bundle.newest_study().map_or(0, |study| study.version);
        let mut participants = Vec::new();
        for participant in self.store().participants().await?.iter().filter(|one| is_asked(&one.site)) {
            participants.push(self.overview_row(participant, limits, newest).await?);
        }
        Ok(Overview { participants, ..self.overview_without_participants(sites).await? })
    }

    /// The same without a row for each participant, so that no record is read.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn overview_without_participants(
        self,
        sites: Option<&BTreeSet<SiteId>>,
    ) -> Result<Overview, StaffError> {
        let is_asked = |site: &SiteId| sites.is_none_or(|sites| sites.contains(site));
        let setting = self.setting().await?;
        let newest = setting.bundle.newest_study().map_or(0, |study| study.version);
        let trail = self.store().audit_restores_and_drills().await?;
        let shown: Vec<SiteId> = setting.bundle.kept_sites().filter(|site| is_asked(site)).cloned().collect();
        let drill =
            |site: &SiteId| SiteDrill { last: last_drill(&trail, &setting.bundle, site), site: site.clone() };
        let unattached = self.participants().unattached().await?.into_iter();
        let lost = self.store().lost_keepers().await?.into_iter().map(|key| key.id());
        Ok(Overview {
            study: self.keeper_keys().study.to_string(),
            server_clock: self.upkeep().clock().await?.doubt(self.now()),
            study_version: newest,
            study_missing: setting.study.version() != newest,
            bundle_expires: setting.bundle.expires,
            bundle_expired: setting.bundle.is_expired(self.now()),
            participants: Vec::new(),
            unattached: unattached.filter(|one| is_asked(&one.site)).collect(),
            not_handed_over: self.store().owed_count().await?,
            lost_keepers: lost.filter(|key| setting.bundle.server(*key).is_none()).collect(),
            put_back: put_back(&trail, self.now()),
            drills: shown.iter().map(drill).collect(),
            sites: shown,
        })
    }

    async fn overview_row(
        &self,
        participant: &Participant,
        limits: &Limits,
        newest: u32,
    ) -> Result<OverviewRow, StaffError> {
        let since = day_start(self.now());
        let devices = self.store().devices_with_usage(participant.vault, since).await?;
        let stored = self.store().load_record(participant.vault).await?;
        let record = merge_v1(&stored.plans);
        let in_state = |state| devices.iter().filter(|device| device.state == state).count() as u64;
        Ok(OverviewRow {
            subject: participant.subject.clone(),
            site: participant.site.clone(),
            devices: in_state(DeviceState::Confirmed),
            pending: in_state(DeviceState::Pending),
            last_contact: last_contact(&record, &stored, |key| {
                devices.iter().any(|device| device.key == key)
            }),
            entries: record.histories().len() as u64,
            waiting: (stored.waiting.len() + stored.held_parcels.len()) as u64,
            quarantined: stored.quarantined.len() as u64,
            keeper_missing: self.store().keeper_state(participant.vault).await?.missing,
            stored: stored_by(&devices),
            quotas: quotas(&devices, limits),
            study_behind: study_behind(&devices, &record, newest),
        })
    }
}

/// Phones in use that have not reported version `newest` of the study.
fn study_behind(devices: &[DeviceRow], record: &TrialRecord, newest: u32) -> Vec<StudyBehind> {
    let studies = studies(record);
    let in_use = views(devices).into_iter().filter(|view| view.state == DeviceState::Confirmed);
    in_use
        .map(|view| StudyBehind {
            number: view.number,
            device: view.device,
            version: studies.get(&view.device).copied(),
        })
        .filter(|phone| phone.version.is_none_or(|version| version < newest))
        .collect()
}

fn stored_by(devices: &[DeviceRow]) -> Amount {
    let of = |device: &DeviceRow| device.used.unwrap_or_default().all;
    devices.iter().fold(Amount::default(), |sum, device| sum.plus(of(device)))
}

/// Quotas of a participant's phones that are reached, or nearly.
fn quotas(devices: &[DeviceRow], limits: &Limits) -> Vec<QuotaRow> {
    let near = counted(devices, limits).into_iter().filter(|one| Quota::is_near(one.amount, one.most));
    near.map(|Counted { quota, device, amount, most }| {
        let reached = Quota::is_reached(amount, most);
        QuotaRow { quota, device, reached, stored: amount, most }
    })
    .collect()
}

/// Last time that the database was put back, from the audit trail, with what came back since.
fn put_back(rows: &[AuditRow], now: UtcMillis) -> Option<PutBack> {
    let codes = [Code::ServerRestore.as_str(), Code::ServerRolledBack.as_str()];
    let last = rows.iter().rposition(|row| codes.contains(&row.event.what.as_str()))?;
    let event = &rows[last].event;
    if now.since_ms(event.at) > NOTICE_MS {
        return None;
    }
    let taken = rows[last..].iter().filter(|row| row.event.what == "evidence.taken");
    let number = |row: &AuditRow, name: &str| -> u64 {
        let values = row.event.target.split(' ').filter_map(|part| part.strip_prefix(name));
        values.filter_map(|value| value.parse::<u64>().ok()).sum()
    };
    let sum = |name: &str| taken.clone().map(|row| number(row, name)).sum();
    Some(PutBack {
        at: event.at,
        by_restore: event.what == Code::ServerRestore.as_str(),
        detail: event.target.clone(),
        brought_back: sum("keeper-parcels="),
        receipts_shown: sum("receipted-parcels-lost="),
    })
}
