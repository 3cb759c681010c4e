//! Signed checkpoints of the study trail: rows of the trail itself, in which the keeper signs how far it had come. Once
//! one is outside, in an export or a backup, no later rewriting of the trail goes unnoticed.

use std::time::Duration;

use diary_core::ids::Epoch;
use diary_core::trail::{CHECKPOINT_EVENT, Checkpoint};

use super::{Desk, Setting, StaffError};
use crate::store::TrailEvent;

/// How often a running server signs one, where something happened since the last.
pub const EVERY: Duration = Duration::from_secs(3600);
/// How long after its start it signs the first.
const FIRST: Duration = Duration::from_secs(60);

impl Desk {
    /// Signs how far the trail has come, unless the last row is a checkpoint already. Says the number of the row that
    /// is vouched for.
    ///
    /// # Errors
    /// [`StaffError`] of the database.
    pub async fn checkpoint(&self) -> Result<u64, StaffError> {
        let Setting { state, .. } = self.setting().await?;
        self.checkpoint_of(state.epoch).await
    }

    async fn checkpoint_of(&self, epoch: Epoch) -> Result<u64, StaffError> {
        let rows = self.trail().await?.rows;
        let Some(last) = rows.last() else { return Ok(0) };
        if last.event.what == CHECKPOINT_EVENT {
            return Ok(last.n);
        }
        let (at, by) = (self.now(), self.keys.signing.id());
        let checkpoint = Checkpoint { epoch, n: last.n, chain: last.chain, at, by };
        let target = checkpoint.target(&checkpoint.sign(&self.keys.signing));
        let (who, role, what) = (by.to_string(), "server".to_owned(), CHECKPOINT_EVENT.to_owned());
        self.note(TrailEvent { at, who, role, what, target, reason: None }).await?;
        Ok(last.n)
    }
}

/// Signs checkpoints until the task is dropped.
pub async fn sign_regularly(desk: Desk) {
    tokio::time::sleep(FIRST).await;
    loop {
        if let Err(error) = desk.checkpoint().await {
            tracing::error!(%error, "the trail has no new checkpoint");
        }
        tokio::time::sleep(EVERY).await;
    }
}
