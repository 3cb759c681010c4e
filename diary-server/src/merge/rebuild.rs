//! Rebuild of a participant's record from the vault's log, beside the live rows: from the kept plaintexts, or by
//! opening everything again. Reports the differences; the rebuilt rows replace the live ones only on request.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use diary_core::entry::EncodedRevision;
use diary_core::ids::{Hash, VaultId};
use diary_core::keys::{Bundle, SealingKey};
use diary_core::merge::{AuthorRole, Change, MergePlan, merge_v1};
use diary_core::parcel::{QuarantineCode, SealedParcel};
use diary_core::record::{TrialRecord, accepted};
use diary_core::steps::steps;
use diary_core::time::UtcMillis;

use crate::keys::GrantKeys;
use crate::merge::triage::Triage;
use diary_store::{
    MergeOutcome, Rebuilt, StoreError, StoredParcel, StoredQuery, TrialStore, VaultRecord, Verdict,
    WaitingParcel, blocking,
};

/// Source of the plaintexts for a rebuild.
#[derive(Clone)]
pub enum From {
    /// Plaintexts that were kept when parcels were first opened; needs no private key.
    Opened,
    /// The sealed parcels, opened again with any of these keys: the site's, or its recovery key.
    Sealed(Arc<Vec<SealingKey>>),
}

/// Result of the rebuild of one vault.
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
    /// Differences, parcel by parcel.
    pub differences: Vec<Difference>,
    /// Parcels that were opened before and did not open now: replacing the live rows would lose their content.
    pub unopened: Vec<u64>,
    /// Time of the rebuild.
    pub at: UtcMillis,
}

/// One parcel about which live and rebuilt record differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Its record in the vault's log.
    pub n: u64,
    /// Kind of the difference.
    pub what: What,
}

/// Kind of a difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// Verdicts differ: merged in one and quarantined in the other, or quarantined for another reason (live,
    /// rebuilt).
    Fate(Option<QuarantineCode>, Option<QuarantineCode>),
    /// Its rows are not those that its content makes.
    Rows,
    /// Its kept plaintext is not the one that was sealed.
    Plaintext,
}

impl Comparison {
    /// True if the rebuilt rows differ and may take the place of the live ones.
    #[must_use]
    pub fn may_replace(&self) -> bool {
        !self.is_same() && self.unopened.is_empty()
    }

    /// True if live and rebuilt record are the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.live == self.rebuilt && self.differences.is_empty()
    }
}

/// Rebuilds one vault's record and compares it with the live one, some parcels at a time.
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
    let live = match store.load_record(vault).await {
        Ok(record) => record,
        // Unreadable rows must not stop a rebuild, which is what replaces them.
        Err(StoreError::Corrupt { .. }) => VaultRecord::default(),
        Err(other) => return Err(other),
    };
    let rows = store.record_rows(vault).await?;
    let mut comparing = Comparing::new(&live, rows);
    drop(live);
    Rebuilding::new(store, bundle, vault, from).run(|one| comparing.add(one)).await?;
    Ok(comparing.done(vault, at))
}

/// The rebuilt rows of one vault, for [`diary_store::MergeStore::replace_record`].
///
/// # Errors
/// As [`rebuild`].
pub async fn rebuilt(
    store: &Arc<dyn TrialStore>,
    bundle: Bundle,
    vault: VaultId,
    from: From,
    at: UtcMillis,
) -> Result<Rebuilt, StoreError> {
    let mut outcomes = Vec::new();
    Rebuilding::new(store, bundle, vault, from).run(|one| outcomes.push(one.outcome)).await?;
    outcomes.sort_by_key(|outcome| outcome.n);
    Ok(Rebuilt { vault, outcomes, at })
}

/// A settled parcel that was judged once more.
struct Rejudged {
    stored: StoredParcel,
    fate: Result<(), QuarantineCode>,
    outcome: MergeOutcome,
}

/// Judges every settled parcel of a vault once more.
struct Rebuilding<'s> {
    store: &'s Arc<dyn TrialStore>,
    vault: VaultId,
    with: Arc<With>,
}

/// Keys and sources of a judgement.
struct With {
    bundle: Bundle,
    from: From,
    grants: GrantKeys,
}

impl<'s> Rebuilding<'s> {
    fn new(store: &'s Arc<dyn TrialStore>, bundle: Bundle, vault: VaultId, from: From) -> Self {
        Self { store, vault, with: Arc::new(With { bundle, from, grants: GrantKeys::default() }) }
    }

    /// Gives every parcel to `each`, those of the keeper first.
    async fn run(&self, mut each: impl FnMut(Rejudged)) -> Result<(), StoreError> {
        // Decisions of staff come first, since parcels of revoked devices are triaged by them, at any place in the
        // log. A decision may accept parcels signed by a replaced key, which may hold further decisions: repeated
        // until nothing new is accepted.
        let mut accepted = Arc::new(BTreeSet::new());
        loop {
            let mut found = BTreeSet::new();
            self.of(AuthorRole::Keeper, &accepted, |one| found.extend(accepted_by(&one.outcome))).await?;
            if found.is_subset(&accepted) {
                break;
            }
            accepted = Arc::new(found);
        }
        self.of(AuthorRole::Keeper, &accepted, &mut each).await?;
        self.of(AuthorRole::Device, &accepted, &mut each).await
    }

    async fn of(
        &self,
        role: AuthorRole,
        accepted: &Arc<BTreeSet<Hash>>,
        mut each: impl FnMut(Rejudged),
    ) -> Result<(), StoreError> {
        let mut query = StoredQuery::of(self.vault, role);
        loop {
            let page = self.store.stored_page(query).await?;
            let Some(last) = page.last() else { return Ok(()) };
            query.after = Some(last.parcel.row);
            let (with, accepted) = (Arc::clone(&self.with), Arc::clone(accepted));
            let judged = blocking::run(move || with.judge(page, &accepted)).await?;
            judged.into_iter().for_each(&mut each);
        }
    }
}

impl With {
    fn judge(&self, page: Vec<StoredParcel>, accepted: &BTreeSet<Hash>) -> Vec<Rejudged> {
        let sealing: Vec<&SealingKey> = match &self.from {
            From::Opened => Vec::new(),
            From::Sealed(keys) => keys.iter().collect(),
        };
        let judge = Triage { bundle: &self.bundle, sealing: &sealing, grants: &self.grants };
        let settled = page.into_iter().filter_map(|stored| Some((stored.settled?, stored)));
        settled
            .map(|(fate, stored)| {
                let outcome = judged(&judge, &self.from, &stored, fate, accepted);
                Rejudged { stored, fate, outcome }
            })
            .collect()
    }
}

/// A comparison that goes on parcel by parcel.
struct Comparing {
    live: Hash,
    /// Parcels that the live record leaves out, since its limits are reached.
    left_out: BTreeSet<u64>,
    /// Number of rows of each parcel.
    rows: BTreeMap<u64, u64>,
    /// Revisions of the live record, so that equal ones are held in memory once.
    held: HashMap<Hash, Arc<EncodedRevision>>,
    rebuilt: TrialRecord,
    parcels: usize,
    differences: Vec<Difference>,
    unopened: Vec<u64>,
}

impl Comparing {
    fn new(live: &VaultRecord, rows: BTreeMap<u64, u64>) -> Self {
        let revisions = live.plans.iter().flat_map(|plan| &plan.changes).filter_map(|change| match change {
            Change::Revision(encoded) => Some((encoded.hash(), Arc::clone(encoded))),
            Change::Act { .. } | Change::Statement(_) | Change::Follows(_) | Change::Challenge(_) => None,
        });
        Self {
            live: merge_v1(&live.plans).digest(),
            left_out: live.left_out.iter().flat_map(|one| one.parcels.iter().copied()).collect(),
            rows,
            held: revisions.collect(),
            rebuilt: TrialRecord::default(),
            parcels: 0,
            differences: Vec::new(),
            unopened: Vec::new(),
        }
    }

    fn add(&mut self, one: Rejudged) {
        let n = one.outcome.n;
        self.parcels += 1;
        steps(1 + plan_of(&one.outcome).map_or(0, |plan| plan.changes.len() as u64));
        let rows = self.rows.get(&n).copied().unwrap_or(0);
        if lacks_content(&one.stored, one.fate, &one.outcome) {
            self.unopened.push(n);
        }
        self.differences.extend(difference(&one, rows).map(|what| Difference { n, what }));
        if let (Verdict::Merged(mut plan), false) = (one.outcome.verdict, self.left_out.contains(&n)) {
            for change in &mut plan.changes {
                if let Change::Revision(encoded) = change
                    && let Some(same) = self.held.get(&encoded.hash())
                {
                    *encoded = Arc::clone(same);
                }
            }
            self.rebuilt.apply(&plan);
        }
    }

    fn done(mut self, vault: VaultId, at: UtcMillis) -> Comparison {
        self.differences.sort_by_key(|one| one.n);
        self.unopened.sort_unstable();
        Comparison {
            vault,
            live: self.live,
            rebuilt: self.rebuilt.digest(),
            parcels: self.parcels,
            revisions: self.rebuilt.revision_count(),
            differences: self.differences,
            unopened: self.unopened,
            at,
        }
    }
}

fn judged(
    judge: &Triage<'_>,
    from: &From,
    one: &StoredParcel,
    fate: Result<(), QuarantineCode>,
    accepted: &BTreeSet<Hash>,
) -> MergeOutcome {
    let core = SealedParcel::from_bytes(&one.parcel.bytes).map(|sealed| sealed.core_hash());
    let is_accepted = core.is_ok_and(|core| accepted.contains(&core));
    let parcel = WaitingParcel { accepted: is_accepted, ..one.parcel.clone() };
    // A parcel over its device's quota stays unopened: raising the quota is a decision of staff.
    if fate == Err(QuarantineCode::Allowance) {
        return unopened(one, fate);
    }
    match (from, &one.opened) {
        (From::Sealed(_), _) => match &one.grant {
            Some(grant) => judge.judge(&parcel, grant).outcome,
            None => unopened(one, fate),
        },
        (From::Opened, Some(opened)) => judge.judge_opened(&parcel, opened).outcome,
        // It never opened, so there is no plaintext to start from; its verdict stays.
        (From::Opened, None) => unopened(one, fate),
    }
}

/// Parcels that the acts in this one accept.
fn accepted_by(outcome: &MergeOutcome) -> BTreeSet<Hash> {
    let changes = plan_of(outcome).into_iter().flat_map(|plan| &plan.changes);
    accepted(changes.filter_map(|change| match change {
        Change::Act { act, .. } => Some(act),
        Change::Revision(_) | Change::Statement(_) | Change::Follows(_) | Change::Challenge(_) => None,
    }))
}

fn unopened(one: &StoredParcel, fate: Result<(), QuarantineCode>) -> MergeOutcome {
    let code = fate.err().unwrap_or(QuarantineCode::Decrypt);
    MergeOutcome { row: one.parcel.row, n: one.parcel.n, opened: None, verdict: Verdict::Quarantined(code) }
}

/// True if the content of a parcel that was opened before would be lost.
fn lacks_content(one: &StoredParcel, fate: Result<(), QuarantineCode>, outcome: &MergeOutcome) -> bool {
    let content = [QuarantineCode::Grant, QuarantineCode::Decrypt, QuarantineCode::Commit];
    let is_shut = matches!(&outcome.verdict, Verdict::Quarantined(code) if content.contains(code));
    (outcome.opened.is_none() && (fate.is_ok() || one.opened.is_some())) || (fate.is_ok() && is_shut)
}

fn plan_of(outcome: &MergeOutcome) -> Option<&MergePlan> {
    match &outcome.verdict {
        Verdict::Merged(plan) => Some(plan),
        Verdict::Quarantined(_) => None,
    }
}

fn difference(one: &Rejudged, rows: u64) -> Option<What> {
    let Rejudged { stored, fate, outcome } = one;
    let rebuilt = match &outcome.verdict {
        Verdict::Merged(_) => None,
        Verdict::Quarantined(code) => Some(*code),
    };
    if fate.err() != rebuilt {
        return Some(What::Fate(fate.err(), rebuilt));
    }
    if outcome.opened.is_some() && stored.opened != outcome.opened {
        return Some(What::Plaintext);
    }
    (rows != plan_of(outcome).map_or(0, rows_of)).then_some(What::Rows)
}

/// Number of rows of the record that a plan makes.
fn rows_of(plan: &MergePlan) -> u64 {
    let has_row = |change: &&Change| match change {
        Change::Revision(_) | Change::Act { .. } | Change::Follows(_) => true,
        Change::Statement(_) | Change::Challenge(_) => false,
    };
    plan.changes.iter().filter(has_row).count() as u64
}

#[cfg(test)]
mod tests;
