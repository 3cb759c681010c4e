//! Merging of stored parcels, after their receipt: takes waiting parcels, triages them and commits the results, vault
//! by vault. Also returns the challenges of phones, which prove that the keeper can read them, and makes the
//! downlink. It holds no state that a restart loses; two workers on one database at worst do the same work twice.

pub mod rebuild;
pub mod triage;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use diary_core::counter::Counter;
use diary_core::ids::{KeyId, VaultId};
use diary_core::keys::Bundle;
use diary_core::parcel::{Item, QuarantineCode, SealedParcel};
use diary_core::time::UtcMillis;

use crate::context::Context;
use crate::context::notifications::Ended;
use crate::downlink::Teller;
use crate::ingest::quotas::Quota;
use crate::keys::GrantKeys;
use crate::keys::KeeperKeys;
use diary_store::{
    Amount, KeeperAppend, OpenedPlain, PendingNotice, StoreError, VaultMerge, WaitingBatch, WaitingParcel,
    blocking,
};
use triage::{Triage, Triaged};

/// Parcels that are triaged and committed together, unless the database takes fewer at once.
const BATCH: u32 = 256;

/// Bytes of plaintexts that are held while a batch is triaged and committed; the rest waits for the next batch.
const OPENED_AT_ONCE: u64 = 3 * 1024 * 1024;

/// Interval after which it looks for waiting parcels without a notification.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// Least time between two rounds of merging.
const GATHER: Duration = Duration::from_millis(100);
/// Number of times that [`MergeWorker::settle`] waits for parcels that other servers have claimed: slightly longer
/// than a claim lasts.
const OTHERS_WAITS: u32 = 120;

/// Rounds over one vault that settle nothing although parcels wait, after which they are left to the next merge.
const IDLE_ROUNDS: u32 = 4;

/// Amounts opened of devices in one batch, on top of those that the database has.
#[derive(Default)]
struct OpenedAmounts(BTreeMap<KeyId, Amount>);

impl OpenedAmounts {
    /// True if the device has used up its quota of opened content. Parcels of the keeper are not limited.
    fn is_used_up(&self, parcel: &WaitingParcel) -> bool {
        let Some(allowance) = parcel.allowance else { return false };
        let now = self.0.get(&parcel.author).copied().unwrap_or_default();
        Quota::is_reached(allowance.opened.plus(now), Quota::most_opened(allowance.times))
    }

    fn add(&mut self, parcel: &WaitingParcel, cost: Amount) {
        let sum = self.0.entry(parcel.author).or_default();
        *sum = sum.plus(cost);
    }
}

/// Merges what waits.
#[derive(Clone)]
pub struct MergeWorker {
    context: Context,
    keys: Arc<KeeperKeys>,
    grants: Arc<GrantKeys>,
}

impl std::fmt::Debug for MergeWorker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MergeWorker(..)")
    }
}

impl MergeWorker {
    /// A worker with the keys of its keeper.
    #[must_use]
    pub fn new(context: Context, keys: Arc<KeeperKeys>) -> Self {
        Self { context, keys, grants: Arc::default() }
    }

    /// Number of grants that were opened to decrypt parcels.
    #[cfg(test)]
    pub(crate) fn opened_grants(&self) -> usize {
        self.grants.len()
    }

    /// Keys of its keeper.
    #[must_use]
    pub const fn keys(&self) -> &Arc<KeeperKeys> {
        &self.keys
    }

    /// Context of the worker.
    #[must_use]
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Merges everything that waits now. Returns the number of settled parcels. A vault whose batch cannot be
    /// committed now keeps waiting and blocks no other.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn settle(&self, bundle: &Bundle, now: UtcMillis) -> Result<usize, StoreError> {
        let (mut settled, mut waits) = (0, OTHERS_WAITS);
        // A round skips the rest of a long incarnation, which the next round takes.
        loop {
            match self.round_beside_others(bundle, now).await? {
                (0, true) if waits > 0 => {
                    waits -= 1;
                    tokio::time::sleep(GATHER).await;
                }
                (0, _) => return Ok(settled),
                (more, _) => settled += more,
            }
        }
    }

    /// Merges what waits of one vault, and makes its downlink; nothing is read of any other. Returns the number of
    /// settled parcels.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn settle_vault(
        &self,
        bundle: &Bundle,
        vault: VaultId,
        now: UtcMillis,
    ) -> Result<usize, StoreError> {
        let shared = Arc::new(bundle.clone());
        let (mut settled, mut idle) = (0, 0);
        while idle < IDLE_ROUNDS {
            let waiting = self.context.store().waiting_in(vault, BATCH).await?;
            let waits = waiting.batches.iter().any(|batch| !batch.parcels.is_empty());
            let merged = self.merge_batches(&shared, waiting.batches, now).await?;
            let told = self.tell(bundle, &waiting.pending_notices, now).await?;
            settled += merged + told;
            // Another worker may have settled this very batch; what lies behind it is still to be merged.
            idle = match (merged + told, waits) {
                (0, true) => idle + 1,
                (0, false) => IDLE_ROUNDS,
                (_, _) => 0,
            };
        }
        Ok(settled)
    }

    /// One round over waiting parcels: merges, then makes the downlink.
    async fn round(&self, bundle: &Bundle, now: UtcMillis) -> Result<usize, StoreError> {
        Ok(self.round_beside_others(bundle, now).await?.0)
    }

    /// As [`Self::round`]; also returns true if another server has claimed waiting parcels.
    async fn round_beside_others(
        &self,
        bundle: &Bundle,
        now: UtcMillis,
    ) -> Result<(usize, bool), StoreError> {
        let (settled, pending_notices, elsewhere) = self.merge_waiting(bundle, now).await?;
        Ok((settled + self.tell(bundle, &pending_notices, now).await?, elsewhere))
    }

    /// Merges waiting parcels, once. Returns the number of settled parcels, the vaults for which a downlink was due
    /// before, and true if another server has claimed parcels.
    pub(crate) async fn merge_waiting(
        &self,
        bundle: &Bundle,
        now: UtcMillis,
    ) -> Result<(usize, Vec<PendingNotice>, bool), StoreError> {
        let bundle = Arc::new(bundle.clone());
        let (mut settled, mut mark, mut pending_notices, mut elsewhere) = (0, 0, Vec::new(), false);
        loop {
            let waiting = self.context.store().waiting(mark, BATCH).await?;
            pending_notices.extend(waiting.pending_notices);
            elsewhere |= waiting.elsewhere;
            settled += self.merge_batches(&bundle, waiting.batches, now).await?;
            mark = waiting.mark;
            if mark == 0 {
                return Ok((settled, pending_notices, elsewhere));
            }
        }
    }

    /// Triages these batches and commits the outcomes. Returns the number of settled parcels.
    async fn merge_batches(
        &self,
        bundle: &Arc<Bundle>,
        batches: Vec<WaitingBatch>,
        now: UtcMillis,
    ) -> Result<usize, StoreError> {
        let vaults: Vec<VaultId> = batches.iter().map(|batch| batch.vault).collect();
        let mut merges = Vec::with_capacity(vaults.len());
        for (vault, judged) in self.judge(Arc::clone(bundle), batches).await? {
            merges.push(self.merge(bundle, vault, judged, now).await?);
        }
        let settled = match merges.is_empty() {
            true => 0,
            false => self.context.store().commit_merge(merges, self.context.signer()).await?,
        };
        vaults.into_iter().for_each(|vault| self.context.waiters().wake(vault));
        Ok(settled)
    }

    /// Makes the downlink. Entries merged in this round follow in the next one, so that more of them share a parcel.
    async fn tell(
        &self,
        bundle: &Bundle,
        pending_notices: &[PendingNotice],
        now: UtcMillis,
    ) -> Result<usize, StoreError> {
        let mut told = 0;
        for one in pending_notices {
            let teller = Teller { context: &self.context, keys: &self.keys, bundle };
            if let Some(merge) = teller.next(one, now).await? {
                told += self.context.store().commit_merge(vec![merge], self.context.signer()).await?;
                self.context.waiters().wake(one.vault);
            }
        }
        Ok(told)
    }

    /// Triages on a blocking thread: opening a grant takes hundreds of microseconds.
    async fn judge(
        &self,
        bundle: Arc<Bundle>,
        batches: Vec<WaitingBatch>,
    ) -> Result<Vec<(VaultId, Vec<Triaged>)>, StoreError> {
        let (keys, grants) = (Arc::clone(&self.keys), Arc::clone(&self.grants));
        let judge_all = move || {
            keys.catch_up(&bundle);
            let missing = keys.missing_in_use(&bundle);
            let held = keys.all_sealing();
            let sealing: Vec<_> = held.iter().map(|(_, key)| &**key).collect();
            let judge = Triage { sealing: &sealing, bundle: &bundle, grants: &grants };
            let (mut opened, share) =
                (OpenedAmounts::default(), OPENED_AT_ONCE / batches.len().max(1) as u64);
            // Parcels without a grant keep waiting, and so do those beyond the vault's share of memory in this batch.
            let mut judge_one = |batch: &WaitingBatch| {
                let mut room = share;
                let mut out = Vec::with_capacity(batch.parcels.len());
                for parcel in &batch.parcels {
                    let Some(grant) = batch.grants.get(&parcel.grant).filter(|_| room > 0) else { continue };
                    let judged = match (opened.is_used_up(parcel), just_sealed(&keys, parcel)) {
                        (true, _) => Triaged::not_opened(parcel, QuarantineCode::Allowance),
                        (false, Some(plain)) => judge.judge_opened(parcel, &plain),
                        (false, None) => judge.judge(parcel, grant),
                    };
                    // Another server may hold the missing key, so the parcel stays in the queue instead of being
                    // quarantined.
                    let needs = |key: &KeyId| judge.is_wrapped_to(grant, *key);
                    if judged.is_without_key() && missing.iter().any(needs) {
                        continue;
                    }
                    let cost = judged.outcome.opened.as_ref().map(OpenedPlain::cost).unwrap_or_default();
                    opened.add(parcel, cost);
                    room = room.saturating_sub(cost.bytes);
                    out.push(judged);
                }
                out
            };
            batches.iter().map(|batch| (batch.vault, judge_one(batch))).collect()
        };
        blocking::run(judge_all).await
    }

    async fn merge(
        &self,
        bundle: &Bundle,
        vault: VaultId,
        judged: Vec<Triaged>,
        now: UtcMillis,
    ) -> Result<VaultMerge, StoreError> {
        let asked: BTreeSet<[u8; 32]> =
            judged.iter().flat_map(|one| one.challenges.iter().copied()).collect();
        let challenges: Vec<Item> = asked.into_iter().map(Item::ChallengeReply).collect();
        let reply =
            if challenges.is_empty() { None } else { self.reply(bundle, vault, &challenges, now).await? };
        let outcomes = judged.into_iter().map(|one| one.outcome).collect();
        Ok(VaultMerge { vault, outcomes, reply, notice: None, backed_up: None, status: None, at: now })
    }

    /// Answers of the keeper, sealed for the vault's devices. Where they cannot be sealed (a key that the bundle
    /// names is missing), merging goes on: a device repeats an unanswered challenge, while an unmerged entry would
    /// stay invisible.
    async fn reply(
        &self,
        bundle: &Bundle,
        vault: VaultId,
        items: &[Item],
        now: UtcMillis,
    ) -> Result<Option<KeeperAppend>, StoreError> {
        let state = self.context.store().keeper_state(vault).await?;
        let entropy = self.context.random();
        let authored = self.keys.author_parcel(bundle, vault, &state, &state.devices, items, now, entropy);
        match authored {
            Ok(authored) => {
                Ok(Some(KeeperAppend { vault, after: state.head, authored, counter: Counter::ZERO, at: now }))
            }
            Err(error) => {
                tracing::error!(%vault, %error, "a phone's key check cannot be answered");
                Ok(None)
            }
        }
    }
}

/// Plaintext of a parcel that this process has just sealed.
fn just_sealed(keys: &KeeperKeys, parcel: &WaitingParcel) -> Option<OpenedPlain> {
    let by_keeper = parcel.device_key.is_none();
    let sealed = by_keeper.then(|| SealedParcel::from_bytes(&parcel.bytes).ok()).flatten()?;
    keys.take_authored(&sealed.core_hash())
}

/// Merges waiting parcels until the server has ended or the disk has failed. Between two rounds it pauses shortly, so
/// that a busy vault's pages are written once for several parcels.
pub async fn run(merger: MergeWorker, mut ended: Ended) {
    let context = merger.context.clone();
    while !ended.is_over() {
        let Some(active) = context.served() else { return };
        let settled = match merger.round(&active.bundle, context.now()).await {
            Ok(0) => 0,
            Ok(settled) => {
                context.standings_wanted().notify_one();
                settled
            }
            Err(error) if error.is_fatal() => {
                context.disk_failed();
                return;
            }
            Err(error) => {
                // The parcels stay in the queue; the next push, or the next look, tries again.
                tracing::error!(%error, "parcels were not merged");
                0
            }
        };
        tokio::time::sleep(GATHER).await;
        if settled == 0 {
            tokio::select! {
                () = context.merge_wanted().notified() => {}
                // Retried by time: what could not be settled may become possible without another push.
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                () = ended.over() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
