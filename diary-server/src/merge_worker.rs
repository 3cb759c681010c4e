//! Behind the receipt: takes parcels that wait, judges them and commits what becomes of them, vault by vault. Also
//! returns the challenges of phones, so that they see that the keeper can read them. It holds no state that a restart
//! loses; two workers on one database do the same work twice at worst.

pub mod judge;

use std::sync::Arc;

use diary_core::entropy::Entropy;
use diary_core::keys::Bundle;
use diary_core::parcel::Item;
use diary_core::time::UtcMillis;

use crate::keeper::KeeperKeys;
use crate::store::{GrantBytes, KeeperAppend, Signer, StoreError, TrialStore, VaultMerge, WaitingBatch};
use judge::{GrantKeys, Judge, Judged};

/// Parcels that are judged and committed together.
const BATCH: u32 = 512;

/// Merges what waits.
#[derive(Clone)]
pub struct MergeWorker {
    /// The database.
    pub store: Arc<dyn TrialStore>,
    /// The site's keys.
    pub keys: Arc<KeeperKeys>,
    /// Signs receipts.
    pub signer: Signer,
    /// Randomness.
    pub entropy: Arc<dyn Entropy + Send + Sync>,
    grants: Arc<GrantKeys>,
}

impl std::fmt::Debug for MergeWorker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MergeWorker(..)")
    }
}

impl MergeWorker {
    /// A worker on `store` with the keys of its keeper.
    #[must_use]
    pub fn new(
        store: Arc<dyn TrialStore>,
        keys: Arc<KeeperKeys>,
        entropy: Arc<dyn Entropy + Send + Sync>,
    ) -> Self {
        let signer: Signer = keys.clone();
        Self { store, keys, signer, entropy, grants: Arc::default() }
    }

    /// Merges everything that waits now. Gives the number of parcels that were settled. A vault whose batch cannot be
    /// committed now keeps waiting and holds up no other.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn settle(&self, bundle: &Bundle, now: UtcMillis) -> Result<usize, StoreError> {
        let (mut settled, mut mark) = (0, 0);
        loop {
            let waiting = self.store.waiting(mark, BATCH).await?;
            if waiting.batches.is_empty() {
                return Ok(settled);
            }
            let mut merges = Vec::with_capacity(waiting.batches.len());
            for batch in waiting.batches {
                merges.push(self.merge(bundle, batch, now).await?);
            }
            settled += self.store.commit_merge(merges, self.signer.clone()).await?;
            if waiting.mark == 0 {
                return Ok(settled);
            }
            mark = waiting.mark;
        }
    }

    async fn merge(
        &self,
        bundle: &Bundle,
        batch: WaitingBatch,
        now: UtcMillis,
    ) -> Result<VaultMerge, StoreError> {
        let vault = batch.vault;
        let judged = self.judge(bundle, &batch);
        let challenges: Vec<Item> = judged
            .iter()
            .flat_map(|one| one.challenges.iter().map(|challenge| Item::ChallengeReply(*challenge)))
            .collect();
        let reply =
            if challenges.is_empty() { None } else { self.reply(bundle, vault, &challenges, now).await? };
        Ok(VaultMerge {
            vault,
            outcomes: judged.into_iter().map(|one| one.outcome).collect(),
            reply,
            at: now,
        })
    }

    /// Parcels whose grant has not come are left waiting.
    fn judge(&self, bundle: &Bundle, batch: &WaitingBatch) -> Vec<Judged> {
        let judge = Judge { keys: &self.keys, bundle, grants: &self.grants };
        let with_grant = batch.parcels.iter().filter_map(|parcel| {
            let grant: &GrantBytes = batch.grants.get(&parcel.grant)?;
            Some(judge.judge(parcel, grant))
        });
        with_grant.collect()
    }

    /// What the keeper answers, sealed for the vault's devices. Where it cannot be sealed (a key that the bundle names
    /// is missing), merging goes on: an unanswered challenge is asked again, an unmerged entry helps nobody.
    async fn reply(
        &self,
        bundle: &Bundle,
        vault: diary_core::ids::VaultId,
        items: &[Item],
        now: UtcMillis,
    ) -> Result<Option<KeeperAppend>, StoreError> {
        let state = self.store.keeper_state(vault).await?;
        let entropy: &dyn Entropy = &*self.entropy;
        let authored =
            self.keys.author_parcel(bundle, vault, &state.head, &state.devices, items, now, entropy);
        match authored {
            Ok(authored) => {
                Ok(Some(KeeperAppend { vault, after: state.head, authored, counter: 0, at: now }))
            }
            Err(error) => {
                tracing::error!(%vault, %error, "a phone's key check cannot be answered");
                Ok(None)
            }
        }
    }
}

#[cfg(test)]
mod tests;
