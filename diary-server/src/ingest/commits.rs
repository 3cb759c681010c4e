//! Group commit of pushes: one task commits everything that is queued in the next transaction. While one group is
//! synced to the disk the next one gathers, so that many pushes share one sync.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::http::error::Refusal;
use crate::http::state::WeakApp;
use diary_store::{PushOutcome, PushToCommit, Signer, StoreError, TrialStore};

/// Pushes that wait to be committed.
const QUEUE: usize = 1024;

/// Most pushes of one transaction.
const GROUP_MAX: usize = 256;

/// A push that waits to be committed, and who waits for it.
pub struct Queued {
    push: PushToCommit,
    answer: oneshot::Sender<Result<PushOutcome, Refusal>>,
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
    /// [`Refusal`] where there is no place in the queue or the database does not take it.
    pub async fn commit(&self, push: PushToCommit) -> Result<PushOutcome, Refusal> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Queued { push, answer }).map_err(|_| Refusal::busy())?;
        answered.await.map_err(|_| Refusal::busy())?
    }
}

/// Commits queued pushes until all senders are dropped.
pub async fn run(
    mut queue: mpsc::Receiver<Queued>,
    store: Arc<dyn TrialStore>,
    signer: Signer,
    app: WeakApp,
) {
    let mut queued = Vec::with_capacity(GROUP_MAX);
    while queue.recv_many(&mut queued, GROUP_MAX).await > 0 {
        let (group, answers): (Vec<_>, Vec<_>) =
            queued.drain(..).map(|Queued { push, answer }| (push, answer)).unzip();
        let vaults: Vec<_> = group.iter().map(|push| push.vault).collect();
        let committed = store.commit_group(group, Arc::clone(&signer)).await;
        if let Some(app) = app.get() {
            app.had_room(!matches!(committed, Err(StoreError::Full)));
            match &committed {
                Ok(_) => app.clock_holds(true),
                Err(StoreError::Clock { .. }) => app.clock_holds(false),
                Err(_) => {}
            }
        }
        let outcomes = match committed {
            Ok(outcomes) => outcomes.into_iter().map(|one| one.map_err(|error| refused(&error))).collect(),
            Err(error) => {
                if error.is_fatal()
                    && let Some(app) = app.get()
                {
                    app.disk_failed();
                }
                let refusal = refused(&error);
                vec![Err(refusal); answers.len()]
            }
        };
        // Answered only after the commit: no receipt may be sent for data that a crash could lose.
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            if answer.send(outcome).is_err() {
                // The phone has disconnected; its push is stored, and a repeated push gets the receipts.
                tracing::debug!("a push was committed after its sender had gone");
            }
        }
        if let Some(app) = app.get() {
            vaults.into_iter().for_each(|vault| app.waiters().wake(vault));
            app.merge_wanted().notify_one();
        }
    }
}

fn refused(error: &StoreError) -> Refusal {
    tracing::error!(%error, "pushes were not committed");
    Refusal::from(error)
}
