//! Group commit of pushes: one task commits everything that is queued in the next transaction. While one group is
//! synced to the disk the next one gathers, so that many pushes share one sync.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::context::Context;
use diary_store::{PushOutcome, PushToCommit, StoreError};

/// Pushes that wait to be committed.
const QUEUE: usize = 1024;

/// Most pushes of one transaction.
const GROUP_MAX: usize = 256;

/// Reason for which a push was not committed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CommitError {
    /// The queue is full, or the server is ending.
    #[error("the queue of pushes is full")]
    Busy,
    /// The database did not take it; the error is shared by the pushes of one transaction.
    #[error(transparent)]
    Store(Arc<StoreError>),
}

/// A push that waits to be committed, and the way of its answer.
pub struct Queued {
    push: PushToCommit,
    answer: oneshot::Sender<Result<PushOutcome, CommitError>>,
}

/// The way of pushes to the writer.
pub struct Ingest {
    queue: mpsc::Sender<Queued>,
}

impl Ingest {
    /// The way, and its other end for [`run`].
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Queued>) {
        let (queue, committed) = mpsc::channel(QUEUE);
        (Self { queue }, committed)
    }

    /// True if the queue is full, so that a push would be refused.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.queue.capacity() == 0
    }

    /// Commits a push. What comes back is on disk.
    ///
    /// # Errors
    /// [`CommitError`] where there is no place in the queue or the database does not take it.
    pub async fn commit(&self, push: PushToCommit) -> Result<PushOutcome, CommitError> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Queued { push, answer }).map_err(|_| CommitError::Busy)?;
        answered.await.map_err(|_| CommitError::Busy)?
    }
}

/// Commits queued pushes until all senders are dropped.
pub async fn run(mut queue: mpsc::Receiver<Queued>, context: Context) {
    let mut queued = Vec::with_capacity(GROUP_MAX);
    while queue.recv_many(&mut queued, GROUP_MAX).await > 0 {
        let (group, answers): (Vec<_>, Vec<_>) =
            queued.drain(..).map(|Queued { push, answer }| (push, answer)).unzip();
        let vaults: Vec<_> = group.iter().map(|push| push.vault).collect();
        let committed = context.store().commit_group(group, context.signer()).await;
        context.had_room(!matches!(committed, Err(StoreError::Full)));
        match &committed {
            Ok(_) => context.clock_holds(true),
            Err(StoreError::Clock { .. }) => context.clock_holds(false),
            Err(error) if error.is_fatal() => context.disk_failed(),
            Err(_) => {}
        }
        let outcomes = match committed {
            Ok(outcomes) => outcomes.into_iter().map(|one| one.map_err(failed)).collect(),
            Err(error) => vec![Err(failed(error)); answers.len()],
        };
        // Answered only after the commit: no receipt may be sent for data that a crash could lose.
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            if answer.send(outcome).is_err() {
                // The phone has disconnected; its push is stored, and a repeated push gets the receipts.
                tracing::debug!("a push was committed after its sender had gone");
            }
        }
        vaults.into_iter().for_each(|vault| context.waiters().wake(vault));
        context.merge_wanted().notify_one();
    }
}

fn failed(error: StoreError) -> CommitError {
    tracing::error!(%error, "pushes were not committed");
    CommitError::Store(Arc::new(error))
}
