//! Rebuilding a participant's record from the vault's log, beside the live rows: from the plaintexts that were kept,
//! or by opening everything again. Says what differs; puts the rebuilt rows in place only when asked to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diary_core::ids::{Hash, VaultId};
use diary_core::keys::{Bundle, SealingKey, SignatureCache};
use diary_core::merge::{AuthorRole, Change, MergePlan, merge_v1};
use diary_core::parcel::{QuarantineCode, SealedParcel};
use diary_core::record::accepted;
use diary_core::time::UtcMillis;

use crate::merge_worker::judge::{GrantKeys, Judge};
use crate::store::{Outcome, Rebuilt, StoreError, StoredParcel, TrialStore, Verdict, WaitingParcel};

/// Where a rebuild takes its plaintexts from.
#[derive(Clone)]
pub enum From {
    /// Those that were kept when parcels were first opened; needs no private key.
    Opened,
    /// The sealed parcels, opened again with any of these keys: the site's, or its recovery key.
    Sealed(Arc<Vec<SealingKey>>),
}

/// What a rebuild of one vault found.
#[derive(Debug)]
pub struct Comparison {
    /// The vault.
    pub vault: VaultId,
    /// Digest of the live record.
    pub live: Hash,
    /// Digest of the rebuilt one.
    pub rebuilt: Hash,
    /// Parcels that were looked at.
    pub parcels: usize,
    /// Entries' versions in the rebuilt record.
    pub revisions: usize,
    /// What differs, parcel by parcel.
    pub differences: Vec<Difference>,
    /// Parcels that were opened before and did not open now: to put the rebuilt rows in place would lose their content.
    pub unopened: Vec<u64>,
    /// The rebuilt rows, for [`TrialStore::replace_record`].
    pub rows: Rebuilt,
}

/// One parcel about which live and rebuilt record differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Its record in the vault's log.
    pub n: u64,
    /// What differs.
    pub what: What,
}

/// What differs about a parcel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// It is merged in one and in quarantine in the other, or there for another reason: live, rebuilt.
    Fate(Option<QuarantineCode>, Option<QuarantineCode>),
    /// Its rows are not those that its content makes.
    Rows,
    /// Its kept plaintext is not the one that was sealed.
    Plaintext,
}

impl Comparison {
    /// Whether the rebuilt rows differ and may take the place of the live ones.
    #[must_use]
    pub fn may_replace(&self) -> bool {
        !self.is_same() && self.unopened.is_empty()
    }

    /// Whether live and rebuilt record are the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.live == self.rebuilt && self.differences.is_empty()
    }
}

/// Rebuilds one vault's record and compares it with the live one.
///
/// # Errors
/// [`StoreError`] where the database does not answer or a parcel's row does not decode.
pub async fn rebuild(
    store: &Arc<dyn TrialStore>,
    bundle: Bundle,
    vault: VaultId,
    from: From,
    at: UtcMillis,
) -> Result<Comparison, StoreError> {
    let stored = store.stored_parcels(vault).await?;
    let live = match store.load_record(vault).await {
        Ok(record) => record.plans,
        // Rows that cannot be read are what a rebuild is to replace.
        Err(StoreError::Corrupt { .. }) => Vec::new(),
        Err(other) => return Err(other),
    };
    tokio::task::spawn_blocking(move || compare(&bundle, vault, &stored, &live, &from, at))
        .await
        .map_err(|_| StoreError::Stopped)
}

fn compare(
    bundle: &Bundle,
    vault: VaultId,
    stored: &[StoredParcel],
    live: &[MergePlan],
    from: &From,
    at: UtcMillis,
) -> Comparison {
    let grants = GrantKeys::default();
    let keys: Vec<&SealingKey> = match from {
        From::Opened => Vec::new(),
        From::Sealed(keys) => keys.iter().collect(),
    };
    let judge = Judge { bundle, sealing: &keys, grants: &grants, signatures: &SignatureCache::default() };
    let settled = |role| {
        let of_role = stored.iter().filter(move |one| one.role == role);
        of_role.filter_map(|one| one.settled.map(|fate| (one, fate)))
    };
    // What staff decided first: parcels of revoked devices are judged by it, wherever in the log it stands.
    let decide = |(one, fate): (&StoredParcel, _), accepted: &BTreeSet<Hash>| {
        let outcome = judged(&judge, from, one, fate, accepted);
        (one.parcel.n, (one.clone(), fate, outcome))
    };
    // What a replaced key has signed may be among what they accepted, and may itself accept.
    let mut accepted = BTreeSet::new();
    let mut all: BTreeMap<_, _> = loop {
        let all: BTreeMap<_, _> = settled(AuthorRole::Keeper).map(|one| decide(one, &accepted)).collect();
        let found = accepted_by(all.values().map(|(_, _, outcome)| outcome));
        if found.is_subset(&accepted) {
            break all;
        }
        accepted = found;
    };
    all.extend(settled(AuthorRole::Device).map(|one| decide(one, &accepted)));

    let mut live_plans = live.iter();
    let (mut outcomes, mut differences, mut unopened) = (Vec::new(), Vec::new(), Vec::new());
    for (one, fate, outcome) in all.into_values() {
        let live_plan = if fate.is_ok() { live_plans.next() } else { None };
        if let Some(what) = difference(&one, fate, live_plan, &outcome) {
            differences.push(Difference { n: outcome.n, what });
        }
        if lacks_content(&one, fate, &outcome) {
            unopened.push(outcome.n);
        }
        outcomes.push(outcome);
    }
    let plans: Vec<MergePlan> = outcomes.iter().filter_map(plan_of).cloned().collect();
    let record = merge_v1(&plans);
    Comparison {
        vault,
        live: merge_v1(live).digest(),
        rebuilt: record.digest(),
        parcels: outcomes.len(),
        revisions: record.revision_count(),
        differences,
        unopened,
        rows: Rebuilt { vault, outcomes, at },
    }
}

fn judged(
    judge: &Judge<'_>,
    from: &From,
    one: &StoredParcel,
    fate: Result<(), QuarantineCode>,
    accepted: &BTreeSet<Hash>,
) -> Outcome {
    let core = SealedParcel::from_bytes(&one.parcel.bytes).map(|sealed| sealed.core_hash());
    let is_accepted = core.is_ok_and(|core| accepted.contains(&core));
    let parcel = WaitingParcel { accepted: is_accepted, ..one.parcel.clone() };
    match (from, &one.opened) {
        (From::Sealed(_), _) => match &one.grant {
            Some(grant) => judge.judge(&parcel, grant).outcome,
            None => unopened(one, fate),
        },
        (From::Opened, Some(opened)) => judge.judge_opened(&parcel, opened).outcome,
        // It never opened, so there is nothing to start from; its fate stays.
        (From::Opened, None) => unopened(one, fate),
    }
}

/// Parcels that the acts in these outcomes accept.
fn accepted_by<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> BTreeSet<Hash> {
    let changes = outcomes.filter_map(plan_of).flat_map(|plan| &plan.changes);
    accepted(changes.filter_map(|change| match change {
        Change::Act { act, .. } => Some(act),
        Change::Revision(_) | Change::Statement(_) | Change::Follows(_) | Change::Challenge(_) => None,
    }))
}

fn unopened(one: &StoredParcel, fate: Result<(), QuarantineCode>) -> Outcome {
    let code = fate.err().unwrap_or(QuarantineCode::Decrypt);
    Outcome { row: one.parcel.row, n: one.parcel.n, opened: None, verdict: Verdict::Quarantined(code) }
}

/// Whether the content of a parcel that was opened before would be lost.
fn lacks_content(one: &StoredParcel, fate: Result<(), QuarantineCode>, outcome: &Outcome) -> bool {
    let content = [QuarantineCode::Grant, QuarantineCode::Decrypt, QuarantineCode::Commit];
    let is_shut = matches!(&outcome.verdict, Verdict::Quarantined(code) if content.contains(code));
    (outcome.opened.is_none() && (fate.is_ok() || one.opened.is_some())) || (fate.is_ok() && is_shut)
}

fn plan_of(outcome: &Outcome) -> Option<&MergePlan> {
    match &outcome.verdict {
        Verdict::Merged(plan) => Some(plan),
        Verdict::Quarantined(_) => None,
    }
}

fn difference(
    one: &StoredParcel,
    fate: Result<(), QuarantineCode>,
    live: Option<&MergePlan>,
    outcome: &Outcome,
) -> Option<What> {
    let rebuilt = match &outcome.verdict {
        Verdict::Merged(_) => None,
        Verdict::Quarantined(code) => Some(*code),
    };
    if fate.err() != rebuilt {
        return Some(What::Fate(fate.err(), rebuilt));
    }
    if outcome.opened.is_some() && one.opened != outcome.opened {
        return Some(What::Plaintext);
    }
    let alone = |plan: Option<&MergePlan>| merge_v1(plan.cloned().as_slice()).digest();
    (alone(live) != alone(plan_of(outcome))).then_some(What::Rows)
}

#[cfg(test)]
mod tests;
