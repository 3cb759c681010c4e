//! Contents of parcels that are stored and not in the record, as far as this keeper can open them. They are read in
//! memory alone, so that an alert in one of them is seen while the parcel waits for a decision. Nothing is merged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diary_core::act::ActContent;
use diary_core::ids::{Hash, KeyId};
use diary_core::keys::{Bundle, SealingKey};
use diary_core::merge::{AuthorRole, MergePlan, merge_v1, plan};
use diary_core::parcel::{ParcelContent, SealedParcel};
use diary_core::record::TrialRecord;

use crate::keys::GrantKeys;
use crate::keys::KeeperKeys;
use crate::merge::triage::Triage;
use diary_store::{ParcelRef, StoreError, StoredParcel, TrialStore, VaultRecord, blocking};

/// Parcels that are read together.
const PAGE: usize = 64;
/// Most content that is opened of one author, the newest first: years of an honest diary. Everything beyond is listed
/// as waiting, so that a flood costs no more than this.
const AUTHOR_PARCELS: usize = 2_000;
const AUTHOR_BYTES: usize = 2 * 1024 * 1024;

/// Bytes that were opened of each author.
type Opened = BTreeMap<KeyId, usize>;

/// Database and keys with which a keeper reads diaries.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// The database.
    pub store: &'a dyn TrialStore,
    /// The site's keys.
    pub keys: &'a KeeperKeys,
    /// The newest bundle.
    pub bundle: &'a Bundle,
}

impl Reader<'_> {
    /// Record as if everything that can be opened were merged; `None` where nothing can. Content that the site has
    /// rejected is left out, and so is content that was not authored by a phone.
    pub(super) async fn with_unmerged(
        &self,
        stored: VaultRecord,
        record: &TrialRecord,
    ) -> Result<Option<TrialRecord>, StoreError> {
        let (sealing, bundle) = (Arc::new(self.keys.all_sealing()), Arc::new(self.bundle.clone()));
        let rejected = Arc::new(rejected(record));
        let rows = looked_into(&stored);
        let (mut all, mut opened) = (Vec::new(), Opened::new());
        for page in rows.chunks(PAGE) {
            let page: Vec<ParcelRef> =
                page.iter().filter(|one| has_room(&opened, one.author)).map(|one| one.row).collect();
            let page = self.store.parcels_at(page).await?;
            let (sealing, bundle, rejected) =
                (Arc::clone(&sealing), Arc::clone(&bundle), Arc::clone(&rejected));
            // Runs on a blocking thread: opening a grant takes hundreds of microseconds.
            let open = move || {
                let sealing: Vec<&SealingKey> = sealing.iter().map(|(_, key)| &**key).collect();
                let plans = open_all(&sealing, &bundle, &rejected, &page, &mut opened);
                (plans, opened)
            };
            let (plans, now) = blocking::run(open).await?;
            all.extend(plans);
            opened = now;
        }
        if all.is_empty() {
            return Ok(None);
        }
        // They are moved: a copy of the whole record is not needed.
        all.extend(stored.plans);
        Ok(Some(merge_v1(&all)))
    }
}

/// A parcel that is not in the record.
struct Row {
    n: u64,
    author: KeyId,
    row: ParcelRef,
}

/// The parcels that are looked into, the newest first.
fn looked_into(stored: &VaultRecord) -> Vec<Row> {
    let held = stored.held_parcels.iter().filter(|one| !one.grant_needed).chain(&stored.waiting);
    let held = held.map(|one| Row { n: one.n, author: one.author, row: one.row });
    let quarantined = stored.quarantined.iter();
    let quarantined = quarantined.map(|one| Row { n: one.n, author: one.author, row: one.row });
    let mut rows: Vec<Row> = quarantined.chain(held).collect();
    rows.sort_by_key(|one| std::cmp::Reverse(one.n));
    let mut counted: BTreeMap<KeyId, usize> = BTreeMap::new();
    rows.retain(|one| {
        let count = counted.entry(one.author).or_default();
        *count += 1;
        *count <= AUTHOR_PARCELS
    });
    rows
}

fn has_room(opened: &Opened, author: KeyId) -> bool {
    opened.get(&author).is_none_or(|bytes| *bytes < AUTHOR_BYTES)
}

fn open_all(
    sealing: &[&SealingKey],
    bundle: &Bundle,
    rejected: &BTreeSet<Hash>,
    parcels: &[StoredParcel],
    opened: &mut Opened,
) -> Vec<MergePlan> {
    let grants = GrantKeys::default();
    let judge = Triage { sealing, bundle, grants: &grants };
    let open = |one: &StoredParcel| {
        if !has_room(opened, one.parcel.author) {
            return None;
        }
        let core = SealedParcel::from_bytes(&one.parcel.bytes).ok()?.core_hash();
        if one.role != AuthorRole::Device || rejected.contains(&core) {
            return None;
        }
        let plain = match &one.opened {
            Some(kept) => kept.clone(),
            None => judge.open(&one.parcel, one.grant.as_ref()?).ok()?,
        }
        .plain;
        *opened.entry(one.parcel.author).or_default() += plain.len();
        let content = ParcelContent::decode(&plain).ok()?;
        plan(one.role, &content, one.parcel.received).ok()
    };
    parcels.iter().filter_map(open).collect()
}

/// Parcels that acts in the record reject and none accepts.
fn rejected(record: &TrialRecord) -> BTreeSet<Hash> {
    let decided = |accepts: bool| {
        record.acts().filter_map(move |(act, _)| match &act.content {
            ActContent::QuarantineDecision { core, accept } if *accept == accepts => Some(*core),
            _ => None,
        })
    };
    let accepted: BTreeSet<Hash> = decided(true).collect();
    decided(false).filter(|core| !accepted.contains(core)).collect()
}
