//! Brings standings up to date after merging, which never waits for them: the vault whose standing is the oldest
//! comes first, and the task pauses in proportion to what it read, so that a vault that changes all the time delays
//! no other vault and does not occupy the machine.

use std::sync::Arc;
use std::time::Duration;

use diary_core::keys::Bundle;
use diary_core::time::{DAY_MS, UtcMillis};

use super::Refresher;
use crate::app::WeakApp;
use crate::keys::KeeperKeys;
use crate::merge_worker::MergeWorker;
use crate::studies::StudyCache;
use diary_report::report::outlook::LAST_DAYS;
use diary_report::worklist::status::version;
use diary_store::{Signer, StoreError, TrialStore};

/// Standings that are brought up to date together, at most.
const REFRESHED: u32 = 16;
/// Rows of records after which computed standings are stored: small ones never wait long for a large one.
const ROWS_TOGETHER: u64 = 5_000;
/// Interval after which it looks for standings that have become too old.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// Least rest between two rounds.
const REST: Duration = Duration::from_millis(100);
/// Pause for each row that was read: about three times as long as reading it takes.
const REST_PER_ROW: Duration = Duration::from_micros(60);
/// Rows that a standing counts for beside those of its record: the days of the schedule.
const OF_SCHEDULE: u64 = 50;

/// The work of one round.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Refreshed {
    /// Standings that were brought up to date.
    pub standings: usize,
    /// Rows of records that were read for them.
    pub rows: u64,
}

impl Refreshed {
    pub(super) fn rest(self) -> Duration {
        let rows = self.rows.saturating_add(OF_SCHEDULE.saturating_mul(self.standings as u64));
        REST.max(REST_PER_ROW.saturating_mul(u32::try_from(rows).unwrap_or(u32::MAX)))
    }
}

/// Works out standings and keeps them.
#[derive(Clone)]
pub struct Standings {
    store: Arc<dyn TrialStore>,
    keys: Arc<KeeperKeys>,
    signer: Signer,
    studies: Arc<StudyCache>,
}

impl std::fmt::Debug for Standings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Standings(..)")
    }
}

impl Standings {
    /// On the database of a worker, with its keys.
    #[must_use]
    pub fn of(worker: &MergeWorker) -> Self {
        Self {
            store: Arc::clone(&worker.store),
            keys: Arc::clone(&worker.keys),
            signer: worker.signer.clone(),
            studies: Arc::clone(&worker.studies),
        }
    }

    /// Brings some standings up to date that are not.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn refresh(&self, bundle: &Bundle, now: UtcMillis) -> Result<Refreshed, StoreError> {
        let Some(newest) = bundle.newest_study().map(|study| study.version) else {
            return Ok(Refreshed::default());
        };
        let since = now.plus_ms(-i64::from(LAST_DAYS) * DAY_MS);
        let participants = self.store.outdated_participants(version(newest), since, REFRESHED).await?;
        if participants.is_empty() {
            return Ok(Refreshed::default());
        }
        let Some(state) = self.store.server_state().await? else { return Ok(Refreshed::default()) };
        let studies = self.studies.all(&bundle.studies, &state.files);
        let refresher =
            Refresher::new(Arc::clone(&self.store), Arc::clone(&self.keys), bundle.clone(), studies, newest);
        let (mut merges, mut rows) = (Vec::with_capacity(participants.len()), 0);
        for participant in &participants {
            let made = refresher.work_out(participant, now).await?;
            merges.push(made.merge);
            rows += made.rows;
            if rows > ROWS_TOGETHER {
                break;
            }
        }
        let standings = merges.len();
        self.store.commit_merge(merges, self.signer.clone()).await?;
        Ok(Refreshed { standings, rows })
    }
}

/// Brings standings up to date, whenever something was merged, until the app is dropped or the disk has failed.
pub async fn run(app: WeakApp, standings: Standings) {
    loop {
        let (wanted, refreshed) = {
            let Some(app) = app.get() else { return };
            let refreshed = match standings.refresh(&app.facts().bundle, app.now()).await {
                Ok(refreshed) => refreshed,
                Err(error) if error.is_fatal() => {
                    app.disk_failed();
                    return;
                }
                Err(error) => {
                    // Standings that are missing are computed when the worklist is asked for.
                    tracing::error!(%error, "standings were not brought up to date");
                    Refreshed::default()
                }
            };
            (Arc::clone(app.standings_wanted()), refreshed)
        };
        tokio::time::sleep(refreshed.rest()).await;
        if refreshed.standings == 0 {
            tokio::select! {
                () = wanted.notified() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }
}
