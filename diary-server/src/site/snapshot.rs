//! Reads the stored data of one participant, once, for everything that is computed from it: the report, the standing
//! on the worklist, the tables of an export.

mod unmerged;

pub use unmerged::Reader;

use std::collections::{BTreeMap, BTreeSet};

use diary_core::act::ActContent;
use diary_core::ids::{Hash, KeyId, VaultId};
use diary_core::merge::{MergePlan, merge_v1, plan};
use diary_core::parcel::ParcelContent;
use diary_core::record::TrialRecord;
use diary_core::time::UtcMillis;

use diary_report::report::{DeviceInfo, Fork, NotMerged};
use diary_report::snapshot::{ContactSummary, NotInRecord, ParticipantSnapshot, Subject, UnmergedReason};
use diary_report::worklist::LentPhone;
use diary_store::{
    DeviceRow, DeviceState, HeldParcel, Participant, StoreError, StoredParcel, TrialStore, UnmergedState,
    VaultRecord, unmerged_state,
};

/// Everything that the database has of `participant`.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn gathered(
    reader: Reader<'_>,
    participant: &Participant,
) -> Result<ParticipantSnapshot, StoreError> {
    let (store, vault) = (reader.store, participant.vault);
    let stored = store.load_record(vault).await?;
    let rows = store.devices(vault).await?;
    let mut gathered = from_rows(participant, &stored, &rows);
    if !gathered.not_merged.is_empty() {
        gathered.with_unmerged = reader.with_unmerged(stored, &gathered.record).await?;
    }
    Ok(gathered)
}

/// As above from the parcels themselves, for a participant whose rows of the record cannot be read. Parcels that
/// cannot be read either are listed in [`ParticipantSnapshot::aside`].
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn salvaged(
    store: &dyn TrialStore,
    participant: &Participant,
) -> Result<ParticipantSnapshot, StoreError> {
    let vault = participant.vault;
    let parcels = store.stored_parcels(vault).await?;
    let rows = store.devices(vault).await?;
    let (plans, aside) = readable(&parcels);
    let stored = VaultRecord { plans, ..VaultRecord::default() };
    Ok(ParticipantSnapshot { aside, ..from_rows(participant, &stored, &rows) })
}

fn from_rows(participant: &Participant, stored: &VaultRecord, rows: &[DeviceRow]) -> ParticipantSnapshot {
    let Participant { subject, site, vault, added, status: _ } = participant.clone();
    let record = merge_v1(&stored.plans);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let phones: BTreeSet<KeyId> = rows.iter().map(|row| row.key).collect();
    let beside = ContactSummary {
        last_contact: last_contact(&record, stored, |key| phones.contains(&key)),
        quarantined: undecided(&record, stored),
        held: count(stored.held_parcels.iter().filter(|held| held.grant_needed).count()),
        left_out: stored.left_out.iter().map(|one| one.entries).sum(),
        to_merge: count(stored.waiting.len()),
    };
    ParticipantSnapshot {
        participant: Subject { subject, site, vault, added },
        devices: numbered(rows),
        not_merged: not_merged(stored),
        with_unmerged: None,
        left_out: stored.left_out.clone(),
        forks: forks(&stored.plans),
        beside,
        aside: aside(stored),
        record,
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
                None => UnmergedReason::Unreadable,
            },
            Some(Err(code)) => UnmergedReason::NotMerged(UnmergedState::Quarantined(code)),
            None => {
                UnmergedReason::NotMerged(unmerged_state(None, one.grant.is_some(), one.parcel.device_state))
            }
        };
        aside.push(NotInRecord { n: one.parcel.n, why });
    }
    (plans, aside)
}

/// Parcels that are not in the record, or were left out of it, in log order.
fn aside(stored: &VaultRecord) -> Vec<NotInRecord> {
    let not_merged = not_merged(stored).into_iter().map(|one| (one.n, UnmergedReason::NotMerged(one.why)));
    let left_out = stored.left_out.iter().flat_map(|one| &one.parcels).map(|n| (*n, UnmergedReason::LeftOut));
    let mut all: Vec<_> = not_merged.chain(left_out).map(|(n, why)| NotInRecord { n, why }).collect();
    all.sort_by_key(|one| one.n);
    all
}

/// Parcels that are stored and not in the record, each with its state, in log order.
fn not_merged(stored: &VaultRecord) -> Vec<NotMerged> {
    let quarantined = stored.quarantined.iter().map(|one| NotMerged {
        n: one.n,
        author: one.author,
        incarnation: one.incarnation,
        seq: one.seq,
        received: one.received,
        why: UnmergedState::Quarantined(one.code),
    });
    let held = stored.held_parcels.iter().map(|one| {
        let why = if one.grant_needed { UnmergedState::GrantNeeded } else { UnmergedState::Pending };
        waits(one, why)
    });
    let waiting = stored.waiting.iter().map(|one| waits(one, UnmergedState::ToMerge));
    let mut all: Vec<NotMerged> = quarantined.chain(held).chain(waiting).collect();
    all.sort_by_key(|one| one.n);
    all
}

const fn waits(one: &HeldParcel, why: UnmergedState) -> NotMerged {
    let HeldParcel { row: _, n, author, incarnation, seq, received, grant_needed: _ } = *one;
    NotMerged { n, author, incarnation, seq, received, why }
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

/// Time at which the last parcel of a phone was received, merged or not. The keeper's own parcels do not count.
pub(crate) fn last_contact(
    record: &TrialRecord,
    stored: &VaultRecord,
    is_device: impl Fn(KeyId) -> bool,
) -> Option<UtcMillis> {
    let merged = record.chains().values().map(|chain| (chain.author, chain.last_received));
    let held = stored.held_parcels.iter().chain(&stored.waiting).map(|held| (held.author, held.received));
    let quarantined = stored.quarantined.iter().map(|parcel| (parcel.author, parcel.received));
    let of_devices = merged.chain(held).chain(quarantined).filter(|(author, _)| is_device(*author));
    of_devices.map(|(_, received)| received.0).max()
}

/// Parcels in quarantine that the site has not decided about: their number, and the time of the last one.
fn undecided(record: &TrialRecord, stored: &VaultRecord) -> Option<(u32, UtcMillis)> {
    let decided: BTreeSet<Hash> = record
        .acts()
        .filter_map(|(act, _)| match &act.content {
            ActContent::QuarantineDecision { core, .. } => Some(*core),
            _ => None,
        })
        .collect();
    let open = || stored.quarantined.iter().filter(|one| !decided.contains(&one.core_hash));
    let last = open().map(|one| one.received.0).max()?;
    Some((u32::try_from(open().count()).unwrap_or(u32::MAX), last))
}

/// Vaults with phones that the hospital lends.
#[must_use]
pub fn lent_phones(lent: &[DeviceRow]) -> BTreeMap<VaultId, Vec<LentPhone>> {
    let mut by_vault: BTreeMap<VaultId, Vec<LentPhone>> = BTreeMap::new();
    for row in lent {
        let label = row.loan.as_ref().map_or_else(String::new, |loan| loan.label.clone());
        let revoked = matches!(row.state, DeviceState::Revoked(_));
        by_vault.entry(row.vault).or_default().push(LentPhone { label, revoked });
    }
    by_vault
}

/// Vaults with phones that wait to be confirmed: their number, and the time since which the first has waited.
#[must_use]
pub fn waiting_phones(pending: &[DeviceRow]) -> BTreeMap<VaultId, (u32, UtcMillis)> {
    let mut by_vault: BTreeMap<VaultId, (u32, UtcMillis)> = BTreeMap::new();
    for row in pending {
        let (count, since) = by_vault.entry(row.vault).or_insert((0, row.joined));
        (*count, *since) = (count.saturating_add(1), row.joined.min(*since));
    }
    by_vault
}
