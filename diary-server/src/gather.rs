//! Reads what is known of one participant from the database, once, for everything that is worked out from it: the report,
//! how they stand, the tables of an export.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::act::ActContent;
use diary_core::ids::{Hash, KeyId, VaultId};
use diary_core::merge::{MergePlan, merge_v1, plan};
use diary_core::parcel::{ParcelContent, QuarantineCode};
use diary_core::record::TrialRecord;
use diary_core::time::{UtcMillis, Zone};

use crate::report::{DeviceInfo, Fork, QuarantinedItem, ReportInput};
use crate::store::{
    Aside, DeviceRow, DeviceState, Devices, LeftOut, Participant, SetAside, SetAsideQuery, StoreError,
    StoredParcel, TrialStore, VaultRecord,
};
use crate::studies::Studies;
use crate::worklist::standing::Beside;

/// What is known of one participant.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// Who it is.
    pub participant: Participant,
    /// The merged record.
    pub record: TrialRecord,
    /// The phones, by signing key.
    pub devices: BTreeMap<KeyId, DeviceInfo>,
    /// What could not be merged.
    pub quarantined: Vec<QuarantinedItem>,
    /// Parcels that there was no room to read.
    pub left_out: Vec<LeftOut>,
    /// Places of which two merged parcels stand in the log.
    pub forks: Vec<Fork>,
    /// What else a list of participants tells.
    pub beside: Beside,
    /// Parcels that are not in the record.
    pub aside: Vec<NotInRecord>,
}

/// A parcel that is stored and not in the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotInRecord {
    /// Its record in the vault's log.
    pub n: u64,
    /// Why.
    pub why: Why,
}

/// Why a parcel is not in the record, as a person reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Why {
    /// It could not be merged.
    #[error("in quarantine: {}. `quarantine show` says more", .0.name())]
    Quarantined(QuarantineCode),
    /// Nobody has come to it yet.
    #[error("it waits to be merged; try again in a moment")]
    Waiting,
    /// It waits for its grant.
    #[error("it waits for its grant, which has not come")]
    GrantNeeded,
    /// It waits for its phone.
    #[error("its phone waits to be confirmed: `pending` shows it")]
    PhonePending,
    /// There was no room to read it: its phone sent more than is read of one at once.
    #[error(
        "merged, and left out here: its phone sent more than is read of one at once; `export files` writes it"
    )]
    LeftOut,
    /// It was merged, and its plaintext cannot be read.
    #[error("its plaintext cannot be read; `rebuild --from-sealed` works it out again")]
    Unreadable,
}

/// Under what a participant is looked at.
#[derive(Clone, Copy)]
pub struct Light<'a> {
    /// The study, in every version at hand.
    pub studies: &'a Studies,
    /// When.
    pub now: UtcMillis,
    /// How many days are looked at.
    pub days: u16,
    /// The site's zone.
    pub zone: Zone,
}

impl Gathered {
    /// Everything that the database has of `participant`.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn of(store: &dyn TrialStore, participant: &Participant) -> Result<Self, StoreError> {
        let vault = participant.vault;
        let stored = store.load_record(vault).await?;
        let rows = store.devices(Devices::OfVault(vault)).await?;
        let aside = match stored.quarantined.is_empty() {
            true => Vec::new(),
            false => store.quarantined(SetAsideQuery { vault: Some(vault), n: None }).await?,
        };
        Ok(Self::from_rows(participant, &stored, &rows, &aside))
    }

    /// The same from the parcels themselves, for a participant whose rows of the record cannot be read. What is in
    /// parcels that cannot be read either is named in [`Self::aside`].
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn salvaged(store: &dyn TrialStore, participant: &Participant) -> Result<Self, StoreError> {
        let vault = participant.vault;
        let parcels = store.stored_parcels(vault).await?;
        let rows = store.devices(Devices::OfVault(vault)).await?;
        let (plans, aside) = readable(&parcels);
        let stored = VaultRecord { plans, ..VaultRecord::default() };
        Ok(Self { aside, ..Self::from_rows(participant, &stored, &rows, &[]) })
    }

    fn from_rows(
        participant: &Participant,
        stored: &VaultRecord,
        rows: &[DeviceRow],
        aside: &[SetAside],
    ) -> Self {
        let record = merge_v1(&stored.plans);
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let phones: BTreeSet<KeyId> = rows.iter().map(|row| row.key).collect();
        let beside = Beside {
            last_contact: last_contact(&record, stored, |key| phones.contains(&key)),
            quarantined: undecided(&record, aside),
            held: count(stored.held.iter().filter(|held| held.grant_needed).count()),
            left_out: stored.left_out.iter().map(|one| one.entries).sum(),
        };
        let quarantined = stored.quarantined.iter().map(|one| QuarantinedItem {
            author: one.author,
            seq: one.seq,
            code: one.code,
            received: one.received,
        });
        Self {
            participant: participant.clone(),
            devices: numbered(rows),
            quarantined: quarantined.collect(),
            left_out: stored.left_out.clone(),
            forks: forks(&stored.plans),
            beside,
            aside: not_merged(stored),
            record,
        }
    }

    /// What a report is made of.
    #[must_use]
    pub fn input<'a>(&'a self, light: &Light<'a>) -> ReportInput<'a> {
        ReportInput {
            record: &self.record,
            studies: light.studies,
            participant: &self.participant.subject,
            site: &self.participant.site,
            devices: &self.devices,
            quarantined: &self.quarantined,
            left_out: &self.left_out,
            forks: &self.forks,
            now: light.now,
            days: light.days,
            zone: light.zone,
        }
    }
}

/// The plans of merged parcels that can be read, and the other parcels.
pub(crate) fn readable(parcels: &[StoredParcel]) -> (Vec<MergePlan>, Vec<NotInRecord>) {
    let (mut plans, mut aside) = (Vec::new(), Vec::new());
    for one in parcels {
        let read = || {
            let content = ParcelContent::decode(&one.opened.as_ref()?.plain).ok()?;
            plan(one.role, &content, one.parcel.received).ok()
        };
        let why = match one.settled {
            Some(Ok(())) => match read() {
                Some(plan) => {
                    plans.push(plan);
                    continue;
                }
                None => Why::Unreadable,
            },
            Some(Err(code)) => Why::Quarantined(code),
            None if one.grant.is_none() => Why::GrantNeeded,
            None => Why::PhonePending,
        };
        aside.push(NotInRecord { n: one.parcel.n, why });
    }
    (plans, aside)
}

fn not_merged(stored: &VaultRecord) -> Vec<NotInRecord> {
    let quarantined = stored.quarantined.iter().map(|one| (one.n, Why::Quarantined(one.code)));
    let held = stored
        .held
        .iter()
        .map(|one| (one.n, if one.grant_needed { Why::GrantNeeded } else { Why::PhonePending }));
    let waiting = stored.waiting.iter().map(|n| (*n, Why::Waiting));
    let left_out = stored.left_out.iter().flat_map(|one| &one.parcels).map(|n| (*n, Why::LeftOut));
    let mut all: Vec<_> = quarantined
        .chain(held)
        .chain(waiting)
        .chain(left_out)
        .map(|(n, why)| NotInRecord { n, why })
        .collect();
    all.sort_by_key(|one| one.n);
    all
}

/// Places of which two parcels were merged.
fn forks(plans: &[MergePlan]) -> Vec<Fork> {
    let mut seen = BTreeSet::new();
    let twice = plans.iter().filter(|plan| !seen.insert(plan.source));
    twice.map(|plan| Fork { at: plan.source, received: plan.received }).collect()
}

/// The phones in the order in which they joined, numbered from 1; those that were never confirmed are left out.
pub(crate) fn numbered(rows: &[DeviceRow]) -> BTreeMap<KeyId, DeviceInfo> {
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

/// The last time a parcel of a phone was received, merged or not. The keeper's own parcels are no contact.
pub(crate) fn last_contact(
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

/// Parcels in quarantine that the site has not decided about: how many, and when the last came.
fn undecided(record: &TrialRecord, aside: &[SetAside]) -> Option<(u32, UtcMillis)> {
    let decided: BTreeSet<Hash> = record
        .acts()
        .filter_map(|(act, _)| match &act.content {
            ActContent::QuarantineDecision { core, .. } => Some(*core),
            _ => None,
        })
        .collect();
    let open = || {
        let waits = |one: &&SetAside| match one.why {
            Aside::Quarantined(_) => !decided.contains(&one.core_hash),
            Aside::Pending | Aside::GrantNeeded => false,
        };
        aside.iter().filter(waits)
    };
    let last = open().map(|one| one.received.0).max()?;
    Some((u32::try_from(open().count()).unwrap_or(u32::MAX), last))
}

/// The vaults of phones that wait to be confirmed, each with how many do and since when the first does.
#[must_use]
pub fn waiting_phones(pending: &[DeviceRow]) -> BTreeMap<VaultId, (u32, UtcMillis)> {
    let mut by_vault: BTreeMap<VaultId, (u32, UtcMillis)> = BTreeMap::new();
    for row in pending {
        let (count, since) = by_vault.entry(row.vault).or_insert((0, row.joined));
        (*count, *since) = (count.saturating_add(1), row.joined.min(*since));
    }
    by_vault
}
