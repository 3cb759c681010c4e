//! The trait for the device API: taking pushes and join requests, and reading pages of the log.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use diary_core::ids::{KeyId, VaultId};
use diary_core::time::UtcMillis;

use super::{Store, sign, together_or_alone, write};
use crate::devices::join;
use crate::intake::push;
use crate::sql::{Engine, Tx};
use crate::{
    DeviceRow, JoinOutcome, JoinToTake, LogQuery, LostKeepers, PushOutcome, PushToCommit, ServerState,
    Signer, StoreError, StoredPage, devices, log, lost_keepers, server,
};

/// The device API.
#[async_trait]
pub trait IngestStore: Send + Sync {
    /// State of the server: epoch, bundle, study files. `None` before [`super::SiteStore::put_bundle`] has founded it.
    async fn server_state(&self) -> Result<Option<ServerState>, StoreError>;

    /// A number that changes whenever another process has written. Fails if the database does not answer.
    async fn outside_version(&self) -> Result<i64, StoreError>;

    /// Takes a verified join request; the same request gets the same answer again. Writes its row of the audit trail.
    async fn take_join(&self, join: JoinToTake) -> Result<JoinOutcome, StoreError>;

    /// A device of a vault.
    async fn device(&self, vault: VaultId, device: KeyId) -> Result<Option<DeviceRow>, StoreError>;

    /// The devices of a vault with the storage that each uses, in total and since `since`.
    async fn devices_with_usage(
        &self,
        vault: VaultId,
        since: UtcMillis,
    ) -> Result<Vec<DeviceRow>, StoreError>;

    /// Keeps the keys of keepers that the root has named in a bundle that this database has lost, up to a fixed number.
    async fn keep_lost_keepers(&self, found: LostKeepers) -> Result<(), StoreError>;

    /// Commits verified pushes as one group: log rows, index and signed STORED receipts. The outcomes are in the order
    /// of the group. A push that the database refuses gets an error of its own and does not affect the others.
    ///
    /// # Errors
    /// [`StoreError::Full`]: nothing of the group is stored. [`StoreError::Fatal`]: it is unknown how much of it is.
    async fn commit_group(
        &self,
        group: Vec<PushToCommit>,
        signer: Signer,
    ) -> Result<Vec<Result<PushOutcome, StoreError>>, StoreError>;

    /// A page of a vault's log, without gaps. Starts at the beginning if the cursor is of another epoch or chain.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn log_page(&self, query: LogQuery) -> Result<StoredPage, StoreError>;
}

#[async_trait]
impl<E: Engine> IngestStore for Store<E> {
    async fn server_state(&self) -> Result<Option<ServerState>, StoreError> {
        self.engine.read("server_state", server::server_state).await
    }

    async fn outside_version(&self) -> Result<i64, StoreError> {
        self.engine.outside_version().await
    }

    async fn take_join(&self, join: JoinToTake) -> Result<JoinOutcome, StoreError> {
        let at = Some(join.received);
        sign(&self.engine, "take_join", at, move |t| join::take_join_alone(t, &join)).await
    }

    async fn device(&self, vault: VaultId, device: KeyId) -> Result<Option<DeviceRow>, StoreError> {
        self.engine.read("device", move |t| devices::one(t, vault, device)).await
    }

    async fn devices_with_usage(
        &self,
        vault: VaultId,
        since: UtcMillis,
    ) -> Result<Vec<DeviceRow>, StoreError> {
        self.engine.read("devices_with_usage", move |t| devices::with_usage(t, vault, since)).await
    }

    async fn keep_lost_keepers(&self, found: LostKeepers) -> Result<(), StoreError> {
        write(&self.engine, "keep_lost_keepers", move |t| lost_keepers::keep(t, &found)).await
    }

    async fn commit_group(
        &self,
        group: Vec<PushToCommit>,
        signer: Signer,
    ) -> Result<Vec<Result<PushOutcome, StoreError>>, StoreError> {
        let group: Arc<[PushToCommit]> = group.into();
        let take = |range: Range<usize>| {
            let (group, signer) = (Arc::clone(&group), Arc::clone(&signer));
            let at = group[range.clone()].iter().map(|push| push.received).max();
            let work = move |t: &dyn Tx| push::take_group(t, &group[range.clone()], &signer);
            sign(&self.engine, "commit_group", at, work)
        };
        let mut outcomes = Vec::with_capacity(group.len());
        for taken in together_or_alone(group.len(), take).await? {
            match taken {
                Ok(taken) => outcomes.extend(taken.into_iter().map(Ok)),
                Err(error) => outcomes.push(Err(error)),
            }
        }
        Ok(outcomes)
    }

    async fn log_page(&self, query: LogQuery) -> Result<StoredPage, StoreError> {
        self.engine.read("log_page", move |t| log::page(t, &query)).await
    }
}
