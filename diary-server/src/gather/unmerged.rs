//! What is in parcels that are stored and not in the record, as far as this keeper can open them: looked at in memory, so
//! that an alert in one of them is seen while the parcel waits for a decision. Nothing of it is merged.

use std::collections::BTreeSet;
use std::sync::Arc;

use diary_core::act::ActContent;
use diary_core::ids::Hash;
use diary_core::keys::{Bundle, SealingKey, SignatureCache};
use diary_core::merge::{AuthorRole, MergePlan, merge_v1, plan};
use diary_core::parcel::{ParcelContent, SealedParcel};
use diary_core::record::TrialRecord;

use crate::keeper::KeeperKeys;
use crate::merge_worker::judge::{GrantKeys, Judge};
use crate::store::{ParcelRef, StoreError, StoredParcel, TrialStore, VaultRecord};

/// Parcels that are read together.
const PAGE: usize = 64;

/// By what a keeper reads its database.
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
    /// The record as it would be with everything that can be opened merged; `None` where nothing can. What the site has
    /// rejected is left out, and so is what no phone authored.
    pub(super) async fn with_unmerged(
        &self,
        stored: &VaultRecord,
        record: &TrialRecord,
    ) -> Result<Option<TrialRecord>, StoreError> {
        let (sealing, bundle) = (Arc::new(self.keys.all_sealing()), Arc::new(self.bundle.clone()));
        let rejected = Arc::new(rejected(record));
        let quarantined = stored.quarantined.iter().map(|one| one.row);
        let held = stored.held.iter().filter(|one| !one.grant_needed).map(|one| one.row);
        let waiting = stored.waiting.iter().map(|one| one.row);
        let rows: Vec<ParcelRef> = quarantined.chain(held).chain(waiting).collect();
        let mut all = Vec::new();
        for page in rows.chunks(PAGE) {
            let page = self.store.parcels_at(page.to_vec()).await?;
            let (sealing, bundle, rejected) =
                (Arc::clone(&sealing), Arc::clone(&bundle), Arc::clone(&rejected));
            // Opening a grant takes hundreds of microseconds.
            let open = move || {
                let sealing: Vec<&SealingKey> = sealing.iter().map(|(_, key)| &**key).collect();
                open_all(&sealing, &bundle, &rejected, &page)
            };
            all.extend(tokio::task::spawn_blocking(open).await.map_err(|_| StoreError::Stopped)?);
        }
        if all.is_empty() {
            return Ok(None);
        }
        all.extend_from_slice(&stored.plans);
        Ok(Some(merge_v1(&all)))
    }
}

fn open_all(
    sealing: &[&SealingKey],
    bundle: &Bundle,
    rejected: &BTreeSet<Hash>,
    parcels: &[StoredParcel],
) -> Vec<MergePlan> {
    let (grants, signatures) = (GrantKeys::default(), SignatureCache::default());
    let judge = Judge { sealing, bundle, grants: &grants, signatures: &signatures };
    let open = |one: &StoredParcel| {
        let core = SealedParcel::from_bytes(&one.parcel.bytes).ok()?.core_hash();
        if one.role != AuthorRole::Device || rejected.contains(&core) {
            return None;
        }
        let opened = match &one.opened {
            Some(kept) => kept.clone(),
            None => judge.open(&one.parcel, one.grant.as_ref()?).ok()?,
        };
        let content = ParcelContent::decode(&opened.plain).ok()?;
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
