//! The verbs of the store on the tables of either database: each verb is given its transaction here; its statements are
//! in one module per table.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use diary_core::ids::VaultId;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use crate::devices::{self, join};
use crate::intake::push;
use crate::participants::{self, changes, status};
use crate::relay::{self, import};
use crate::sql::{Engine, Step, Tx};
use crate::{
    DeviceRow, Devices, FeedQuery, JoinOutcome, JoinToTake, KeeperAppend, KeeperState, LogQuery, NewServer,
    ParcelRef, Participant, Participants, PeopleRow, PushOutcome, PushToCommit, PutReport, Rebuilt,
    RecordSize, RecordsToPut, ServerState, Signer, StaffChange, StoreError, StoredFeed, StoredPage,
    StoredParcel, StoredQuery, StudyFile, TrailEvent, AuditRow, TrialStore, UnmergedParcel, UnmergedQuery,
    VaultMerge, VaultRecord, Waiting,
};
use crate::{
    audit, clock, keeper_chain, log, merge, migration_state, quarantine, rebuild, record, rewraps, waiting,
};

/// The tables in the database of `E`.
pub struct Tables<E> {
    engine: E,
}

impl<E> Tables<E> {
    /// The tables in this database.
    pub(super) const fn on(engine: E) -> Self {
        Self { engine }
    }

    /// The engine that runs the transactions.
    pub(super) const fn engine(&self) -> &E {
        &self.engine
    }
}

/// Runs a verb that writes, if the study is in this database.
async fn write<E: Engine, T: Send + 'static>(
    engine: &E,
    verb: &'static str,
    work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
) -> Result<T, StoreError> {
    let here = move |t: &dyn Tx| {
        // In the same transaction, so that no write is committed after a move has begun.
        migration_state::check(t)?;
        work(t)
    };
    engine.write(verb, here).await
}

/// As [`write`], for a verb that signs something under the time `at`.
async fn sign<E: Engine, T: Send + 'static>(
    engine: &E,
    verb: &'static str,
    at: Option<UtcMillis>,
    work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
) -> Result<T, StoreError> {
    let checked = move |t: &dyn Tx| {
        at.map_or(Ok(()), |at| clock::keep(t, at))?;
        work(t)
    };
    write(engine, verb, checked).await
}

/// Writes `count` things in one transaction; if the database refuses one of them, repeats each in a transaction of its
/// own, so that only that one fails. Costs nothing as long as none is refused. The outcomes are of one range or of
/// many.
async fn together_or_alone<T, F: Future<Output = Result<T, StoreError>>>(
    count: usize,
    write: impl Fn(Range<usize>) -> F,
) -> Result<Vec<Result<T, StoreError>>, StoreError> {
    let error = match write(0..count).await {
        Err(error) if error.may_be_of_one() => error,
        outcome => return Ok(vec![Ok(outcome?)]),
    };
    if count == 1 {
        return Ok(vec![Err(error)]);
    }
    tracing::warn!(%error, "what was to be written together is written one by one");
    let mut outcomes = Vec::with_capacity(count);
    for one in 0..count {
        outcomes.push(match write(one..one + 1).await {
            Err(error) if !error.may_be_of_one() => return Err(error),
            outcome => outcome,
        });
    }
    Ok(outcomes)
}

#[async_trait]
impl<E: Engine> TrialStore for Tables<E> {
    async fn server_state(&self) -> Result<Option<ServerState>, StoreError> {
        self.engine.read("server_state", participants::server_state).await
    }

    async fn put_bundle(
        &self,
        found: Option<NewServer>,
        bundle: Signed,
        files: Vec<StudyFile>,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        let at = Some(event.at);
        let work = move |t: &dyn Tx| participants::put_bundle(t, found.as_ref(), &bundle, &files, &event);
        sign(&self.engine, "put_bundle", at, work).await
    }

    async fn staff_change(&self, change: StaffChange, event: TrailEvent) -> Result<(), StoreError> {
        let at = change.signs().then_some(event.at);
        let work = move |t: &dyn Tx| {
            match &change {
                StaffChange::Nothing => {}
                StaffChange::Clock => clock::accept(t, event.at)?,
                StaffChange::Participant(new) => participants::add_participant(t, new)?,
                StaffChange::Enrolment(new) => participants::add_enrolment(t, new)?,
                StaffChange::WrongDigits(link) => devices::count_wrong_digits(t, *link)?,
                StaffChange::Device(change) => devices::set_device(t, change)?,
                StaffChange::Allowance(change) => devices::set_allowance(t, change)?,
                StaffChange::Requeue(which) => quarantine::requeue(t, which)?,
                StaffChange::Attach(new) => participants::attach(t, new)?,
                StaffChange::Rewrap(new) => rewraps::append(t, new)?,
                StaffChange::People(change) => {
                    let row = audit::append_numbered(t, &event)?;
                    return changes::change(t, row, change);
                }
            }
            audit::append(t, &event)
        };
        sign(&self.engine, "staff_change", at, work).await
    }

    async fn participants(&self, which: Participants) -> Result<Vec<Participant>, StoreError> {
        self.engine.read("participants", move |t| status::participants(t, which)).await
    }

    async fn people_changes(&self) -> Result<Vec<PeopleRow>, StoreError> {
        self.engine.read("people_changes", changes::all).await
    }

    async fn take_join(&self, join: JoinToTake) -> Result<JoinOutcome, StoreError> {
        let at = Some(join.received);
        sign(&self.engine, "take_join", at, move |t| join::take_join_alone(t, &join)).await
    }

    async fn devices(&self, which: Devices) -> Result<Vec<DeviceRow>, StoreError> {
        self.engine.read("devices", move |t| devices::devices(t, which)).await
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

    async fn waiting(&self, mark: u64, limit: u32) -> Result<Waiting, StoreError> {
        let limit = limit.min(self.engine.merged_at_once());
        self.engine.peek("waiting", move |t| waiting::waiting(t, mark, limit)).await
    }

    /// Commits the outcomes of waiting parcels, of several vaults in one transaction.
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

    async fn quarantined(&self, query: UnmergedQuery) -> Result<Vec<UnmergedParcel>, StoreError> {
        self.engine.read("quarantined", move |t| quarantine::set_aside(t, &query)).await
    }

    async fn load_record(&self, vault: VaultId) -> Result<VaultRecord, StoreError> {
        self.engine.read("load_record", move |t| record::load(t, vault)).await
    }

    async fn record_size(&self, vault: VaultId, rows: u32) -> Result<RecordSize, StoreError> {
        self.engine.read("record_size", move |t| record::size(t, vault, rows)).await
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

    async fn trail(&self, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.engine.read("trail", move |t| audit::page(t, after, limit)).await
    }

    async fn feed(&self, query: FeedQuery) -> Result<StoredFeed, StoreError> {
        self.engine.read("feed", move |t| relay::feed(t, &query)).await
    }

    async fn put_records(&self, put: RecordsToPut, signer: Signer) -> Result<PutReport, StoreError> {
        let at = Some(put.at);
        sign(&self.engine, "put_records", at, move |t| import::put_records(t, &put, &signer)).await
    }

    async fn outside_version(&self) -> Result<i64, StoreError> {
        self.engine.outside_version().await
    }
}
