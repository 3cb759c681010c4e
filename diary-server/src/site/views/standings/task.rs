//! Brings standings up to date after merging, which never waits for them: the vault whose standing is the oldest
//! comes first, and the task pauses in proportion to what it read, so that a vault that changes all the time delays
//! no other vault and does not occupy the machine.

use std::sync::Arc;
use std::time::Duration;

use diary_core::keys::Bundle;
use diary_core::time::{DAY_MS, UtcMillis};

use super::Refresher;
use crate::context::Context;
use crate::context::active::StartError;
use crate::context::notifications::Ended;
use crate::keys::KeeperKeys;
use diary_report::report::outlook::LAST_DAYS;
use diary_report::worklist::status::version;
use diary_store::StoreError;

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
    context: Context,
    keys: Arc<KeeperKeys>,
}

impl std::fmt::Debug for Standings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Standings(..)")
    }
}

impl Standings {
    /// Task on a context, with the keys of its keeper.
    #[must_use]
    pub const fn new(context: Context, keys: Arc<KeeperKeys>) -> Self {
        Self { context, keys }
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
        let outdated = self.context.store().outdated_participants(version(newest), since, REFRESHED);
        let participants = outdated.await?;
        if participants.is_empty() {
            return Ok(Refreshed::default());
        }
        let studies = match self.context.active().await {
            Ok(active) => Arc::clone(active.studies()),
            Err(StartError::Store(error)) => return Err(error),
            Err(_) => return Ok(Refreshed::default()),
        };
        let (store, keys) = (Arc::clone(self.context.store()), Arc::clone(&self.keys));
        let refresher = Refresher::new(store, keys, bundle.clone(), studies, newest);
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
        self.context.store().commit_merge(merges, self.context.signer()).await?;
        Ok(Refreshed { standings, rows })
    }
}

/// Brings standings up to date until the server has ended or the disk has failed.
pub async fn run(standings: Standings, mut ended: Ended) {
    let context = standings.context.clone();
    while !ended.is_over() {
        let Some(active) = context.served() else { return };
        let refreshed = match standings.refresh(&active.bundle, context.now()).await {
            Ok(refreshed) => refreshed,
            Err(error) if error.is_fatal() => {
                context.disk_failed();
                return;
            }
            Err(error) => {
                // Standings that are missing are computed when the worklist is asked for.
                tracing::error!(%error, "standings were not brought up to date");
                Refreshed::default()
            }
        };
        tokio::time::sleep(refreshed.rest()).await;
        if refreshed.standings == 0 {
            tokio::select! {
                () = context.standings_wanted().notified() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                () = ended.over() => {}
            }
        }
    }
}
