//! The trait for the processing of parcels after their receipt.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use diary_core::ids::VaultId;
use diary_core::time::UtcMillis;

use super::{Store, sign, together_or_alone, write};
use crate::participants::status;
use crate::sql::{Engine, Tx};
use crate::{
    KeeperAppend, KeeperState, ParcelRef, Participant, Rebuilt, RecordSize, Signer, StoreError, StoredParcel,
    StoredQuery, TrailEvent, VaultMerge, VaultRecord, Waiting, keeper_chain, merge, rebuild, record, waiting,
};

/// The merge worker, the tasks beside it, and the rebuild.
#[async_trait]
pub trait MergeStore: Send + Sync {
    /// Up to `limit` parcels to be merged, in batches of one vault each, after the mark of the last call (0 for the
    /// first). Marks let the worker pass over a batch that cannot be merged.
    async fn waiting(&self, mark: u64, limit: u32) -> Result<Waiting, StoreError>;

    /// Up to `limit` waiting parcels of one vault, in one batch, and the notice that its phones may need. The vault is not
    /// claimed: another server may merge them at the same time, and each parcel is settled once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn waiting_in(&self, vault: VaultId, limit: u32) -> Result<Waiting, StoreError>;

    /// Writes the outcomes of waiting parcels: plaintexts, rows of the record, MERGED and QUARANTINED receipts, and the
    /// keeper's replies. All or nothing for each vault: if the keeper's head has moved, the vault's parcels stay
    /// waiting. Returns the number of settled parcels and of notices to phones.
    async fn commit_merge(&self, merges: Vec<VaultMerge>, signer: Signer) -> Result<usize, StoreError>;

    /// State of the keeper's own chain in a vault, and the sealing keys that must be able to open its next parcel.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn keeper_state(&self, vault: VaultId) -> Result<KeeperState, StoreError>;

    /// Appends parcels authored by the keeper; they wait to be merged like all others.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the keeper's head is no longer the one they were authored for: read the state again.
    async fn append_keeper(
        &self,
        append: KeeperAppend,
        signer: Signer,
        event: Option<TrailEvent>,
    ) -> Result<(), StoreError>;

    /// Up to `limit` participants whose status does not cover the last change, is of another `version` or older than
    /// `since`.
    async fn outdated_participants(
        &self,
        version: i64,
        since: UtcMillis,
        limit: u32,
    ) -> Result<Vec<Participant>, StoreError>;

    /// Size of the record of a vault. Counting stops after `rows` rows of each kind.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn record_size(&self, vault: VaultId, rows: u32) -> Result<RecordSize, StoreError>;

    /// A participant's record as the plans of its merged parcels, with what is in quarantine or held back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault, [`StoreError::Corrupt`] where a row does not decode.
    async fn load_record(&self, vault: VaultId) -> Result<VaultRecord, StoreError>;

    /// Parcels of a vault in the order of incarnation and number, a few MiB per page, each with its grant and, if
    /// opened, its plaintext: the input of a rebuild. Empty after the last page.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn stored_page(&self, query: StoredQuery) -> Result<Vec<StoredParcel>, StoreError>;

    /// Every parcel of a vault as [`Self::stored_page`] gives them, in log order.
    ///
    /// # Errors
    /// As [`Self::stored_page`].
    async fn stored_parcels(&self, vault: VaultId) -> Result<Vec<StoredParcel>, StoreError> {
        let (mut all, mut query) = (Vec::new(), StoredQuery::all(vault));
        loop {
            let page = self.stored_page(query).await?;
            let Some(last) = page.last() else { break };
            query.after = Some(last.parcel.row);
            all.extend(page);
        }
        all.sort_by_key(|one: &StoredParcel| one.parcel.n);
        Ok(all)
    }

    /// Number of rows of the record of each parcel of a vault, by its record.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn record_rows(&self, vault: VaultId) -> Result<BTreeMap<u64, u64>, StoreError>;

    /// The parcels of these rows, in their order.
    async fn parcels_at(&self, rows: Vec<ParcelRef>) -> Result<Vec<StoredParcel>, StoreError>;

    /// Replaces the rows of a vault's record by rebuilt ones.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where a parcel was settled since the rebuild began.
    async fn replace_record(
        &self,
        rebuilt: Rebuilt,
        signer: Signer,
        event: TrailEvent,
    ) -> Result<(), StoreError>;
}

#[async_trait]
impl<E: Engine> MergeStore for Store<E> {
    async fn waiting(&self, mark: u64, limit: u32) -> Result<Waiting, StoreError> {
        let limit = limit.min(self.engine.merged_at_once());
        self.engine.peek("waiting", move |t| waiting::waiting(t, mark, limit)).await
    }

    async fn waiting_in(&self, vault: VaultId, limit: u32) -> Result<Waiting, StoreError> {
        let limit = limit.min(self.engine.merged_at_once());
        self.engine.peek("waiting_in", move |t| waiting::waiting_in(t, vault, limit)).await
    }

    async fn commit_merge(&self, merges: Vec<VaultMerge>, signer: Signer) -> Result<usize, StoreError> {
        let merges: Arc<[VaultMerge]> = merges.into();
        let settle = |range: Range<usize>| {
            let (merges, signer) = (Arc::clone(&merges), Arc::clone(&signer));
            let at = merges[range.clone()].iter().map(|merge| merge.at).max();
            let work = move |t: &dyn Tx| merge::settle_all(t, &merges[range.clone()], &signer);
            sign(&self.engine, "commit_merge", at, work)
        };
        let outcomes = together_or_alone(merges.len(), settle).await?;
        let mut settled = 0;
        for (merge, outcome) in merges.iter().zip(outcomes) {
            match outcome {
                Ok(count) => settled += count,
                Err(error) if merges.len() == 1 => return Err(error),
                Err(error) => tracing::error!(vault = %merge.vault, %error, "a merge was not written"),
            }
        }
        Ok(settled)
    }

    async fn keeper_state(&self, vault: VaultId) -> Result<KeeperState, StoreError> {
        self.engine.read("keeper_state", move |t| keeper_chain::keeper_state(t, vault)).await
    }

    async fn append_keeper(
        &self,
        append: KeeperAppend,
        signer: Signer,
        event: Option<TrailEvent>,
    ) -> Result<(), StoreError> {
        let at = Some(append.at);
        let work = move |t: &dyn Tx| keeper_chain::append_keeper(t, &append, &signer, event.as_ref());
        sign(&self.engine, "append_keeper", at, work).await
    }

    async fn outdated_participants(
        &self,
        version: i64,
        since: UtcMillis,
        limit: u32,
    ) -> Result<Vec<Participant>, StoreError> {
        let work = move |t: &dyn Tx| status::outdated(t, version, since, limit);
        self.engine.read("outdated_participants", work).await
    }

    async fn record_size(&self, vault: VaultId, rows: u32) -> Result<RecordSize, StoreError> {
        self.engine.read("record_size", move |t| record::size(t, vault, rows)).await
    }

    async fn load_record(&self, vault: VaultId) -> Result<VaultRecord, StoreError> {
        self.engine.read("load_record", move |t| record::load(t, vault)).await
    }

    async fn stored_page(&self, query: StoredQuery) -> Result<Vec<StoredParcel>, StoreError> {
        self.engine.read("stored_page", move |t| rebuild::stored_page(t, &query)).await
    }

    async fn record_rows(&self, vault: VaultId) -> Result<BTreeMap<u64, u64>, StoreError> {
        self.engine.read("record_rows", move |t| rebuild::record_rows(t, vault)).await
    }

    async fn parcels_at(&self, rows: Vec<ParcelRef>) -> Result<Vec<StoredParcel>, StoreError> {
        self.engine.read("parcels_at", move |t| rebuild::parcels_at(t, &rows)).await
    }

    async fn replace_record(
        &self,
        rebuilt: Rebuilt,
        signer: Signer,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        let work = move |t: &dyn Tx| rebuild::replace_record(t, &rebuilt, &signer, &event);
        write(&self.engine, "replace_record", work).await
    }
}
