//! Keeps standings up to date: computes those of participants for whom something has arrived since. The result
//! depends on the stored data alone, so several processes may do it, in any order.

pub mod task;

use std::sync::Arc;

use diary_core::ids::SiteId;
use diary_core::keys::Bundle;
use diary_core::time::{UtcMillis, Zone};

use crate::keys::KeeperKeys;
use crate::site::snapshot::{Reader, gathered};
use diary_core::study::Studies;
use diary_report::snapshot::ReportContext;
use diary_report::worklist::status::{ParticipantStatus, version};
use diary_store::{NewStatus, Participant, RecordSize, StoreError, TrialStore, VaultMerge, blocking};

/// Days of a report have no part in a standing.
const NO_DAYS: u16 = 1;

/// Largest record for which a standing is computed: ten years of a full diary. A larger record is not read, and its
/// participant is listed as urgent, since its content is unknown.
pub const BUDGET: RecordSize = RecordSize { rows: 50_000, bytes: 32 << 20 };

/// A standing that was worked out.
#[derive(Debug)]
pub struct ComputedStatus {
    /// It.
    pub standing: ParticipantStatus,
    /// The change that keeps it.
    pub merge: VaultMerge,
    /// Rows of the record that were read for it.
    pub rows: u64,
}

const fn exceeds(size: RecordSize, budget: RecordSize) -> bool {
    size.rows > budget.rows || size.bytes > budget.bytes
}

/// Stored standing of a participant, if it is up to date under this version of the study.
#[must_use]
pub fn fresh(participant: &Participant, newest: u32, now: UtcMillis) -> Option<ParticipantStatus> {
    let kept = participant.status.as_ref()?;
    let made =
        kept.made.as_ref().filter(|made| made.covers == kept.changes && made.version == version(newest))?;
    ParticipantStatus::decode(&made.bytes).ok().filter(|standing| standing.at(now).is_some())
}

/// Works out standings.
#[derive(Clone)]
pub struct Refresher {
    store: Arc<dyn TrialStore>,
    keys: Arc<KeeperKeys>,
    bundle: Bundle,
    studies: Arc<Studies>,
    newest: u32,
    budget: RecordSize,
}

impl std::fmt::Debug for Refresher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Refresher").field("newest", &self.newest).finish_non_exhaustive()
    }
}

impl Refresher {
    /// For the participants of the keeper of `keys`, under every version of the study at hand, of which `newest` is
    /// published.
    #[must_use]
    pub fn new(
        store: Arc<dyn TrialStore>,
        keys: Arc<KeeperKeys>,
        bundle: Bundle,
        studies: Arc<Studies>,
        newest: u32,
    ) -> Self {
        Self { store, keys, bundle, studies, newest, budget: BUDGET }
    }

    /// The same with another largest record.
    #[must_use]
    pub fn within(self, budget: RecordSize) -> Self {
        Self { budget, ..self }
    }

    /// Computes the present standing of a participant, to be stored. A record that is unreadable or larger than the
    /// budget gets a standing that states this, and delays no other.
    ///
    /// # Errors
    /// [`StoreError`] where the database does not answer.
    pub async fn work_out(
        &self,
        participant: &Participant,
        now: UtcMillis,
    ) -> Result<ComputedStatus, StoreError> {
        // Read after the count of changes: a change in between is already in the standing and is counted again, which
        // costs a second computation but never leaves a standing out of date.
        let covers = participant.status.as_ref().map_or(0, |kept| kept.changes);
        let size = self.store.record_size(participant.vault, self.counted()).await?;
        let (standing, rows) = if exceeds(size, self.budget) {
            tracing::warn!(vault = %participant.vault, rows = size.rows, bytes = size.bytes, "a record is too large for a standing");
            (ParticipantStatus::too_large(now), 0)
        } else {
            (self.standing(participant, now).await?, size.rows)
        };
        let new = NewStatus { covers, version: version(self.newest), at: now, bytes: standing.encode() };
        let merge = VaultMerge {
            vault: participant.vault,
            outcomes: Vec::new(),
            reply: None,
            notice: None,
            backed_up: None,
            status: Some(new),
            at: now,
        };
        Ok(ComputedStatus { standing, merge, rows })
    }

    fn zone(&self, site: &SiteId) -> Zone {
        let site = self.studies.get(&self.newest).and_then(|study| study.site(site));
        site.map_or(Zone::UTC, |site| site.zone)
    }

    /// Most rows of one kind to count: one above the limit is enough to see that it is exceeded.
    fn counted(&self) -> u32 {
        u32::try_from(self.budget.rows.saturating_add(1)).unwrap_or(u32::MAX)
    }

    async fn standing(
        &self,
        participant: &Participant,
        now: UtcMillis,
    ) -> Result<ParticipantStatus, StoreError> {
        let reader = Reader { store: &*self.store, keys: &self.keys, bundle: &self.bundle };
        let gathered = match gathered(reader, participant).await {
            Ok(gathered) => Some(gathered),
            Err(StoreError::Corrupt { what }) => {
                tracing::error!(vault = %participant.vault, what, "a record cannot be read");
                None
            }
            Err(other) => return Err(other),
        };
        let (studies, zone) = (Arc::clone(&self.studies), self.zone(&participant.site));
        let work = move || {
            let gathered = gathered?;
            let light = ReportContext { studies: &studies, now, days: NO_DAYS, until: None, zone };
            ParticipantStatus::of(&gathered.input(&light), gathered.beside).ok()
        };
        // A year's diary takes milliseconds of computation, which must not block the tasks that serve phones.
        let made = blocking::run(work).await?;
        Ok(made.unwrap_or_else(|| ParticipantStatus::unreadable(now)))
    }
}

#[cfg(test)]
mod tests;
