//! The database inside the server: SQLite, encrypted by SQLCipher. Here each verb finds its transaction; what happens
//! in it stands in one file per table.

mod backed_up;
mod copy;
mod devices;
mod evidence;
mod feed;
mod intake;
mod join;
mod keeper_chain;
mod life;
mod log;
mod merge;
mod open;
mod people;
mod push;
mod put;
mod quarantine;
mod rebuild;
mod record;
mod relay;
mod rewraps;
mod row;
mod telling;
mod threads;
mod trail;
mod used;
mod writer;

pub use copy::{Holding, copy, inspect};
pub use life::{DatabaseStanding, renew, standing, standing_now};
pub use open::{DatabaseKey, Missing};

use std::path::Path;

use async_trait::async_trait;
use diary_core::ids::VaultId;
use diary_core::signed::Signed;
use rusqlite::Transaction;
use threads::Threads;

use super::{
    DeviceRow, Devices, FeedQuery, JoinOutcome, JoinToTake, KeeperAppend, KeeperState, LogQuery, NewServer,
    Participant, PushOutcome, PushToCommit, PutReport, Rebuilt, RecordsToPut, ServerState, SetAside,
    SetAsideQuery, Signer, StaffChange, StoreError, StoredFeed, StoredPage, StoredParcel, StudyFile,
    TrailEvent, TrailRow, TrialStore, VaultMerge, VaultRecord, Waiting,
};

/// One SQLite database.
pub struct SqliteStore {
    threads: Threads,
}

impl SqliteStore {
    /// Opens the database at `path`, or makes it where asked to, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::KeyOrFile`] for a wrong key or another file, [`StoreError::NewerVersion`], or what the disk says.
    /// The file is left as it is then.
    pub fn open(path: &Path, key: &DatabaseKey, missing: Missing) -> Result<Self, StoreError> {
        Ok(Self { threads: Threads::start(path, key, missing)? })
    }
}

#[async_trait]
impl TrialStore for SqliteStore {
    async fn server_state(&self) -> Result<Option<ServerState>, StoreError> {
        self.threads.read("server_state", people::server_state).await
    }

    async fn put_bundle(
        &self,
        found: Option<NewServer>,
        bundle: Signed,
        files: Vec<StudyFile>,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        let work = move |t: &Transaction<'_>| people::put_bundle(t, found.as_ref(), &bundle, &files, &event);
        self.threads.write("put_bundle", work).await
    }

    async fn staff_change(&self, change: StaffChange, event: TrailEvent) -> Result<(), StoreError> {
        let work = move |t: &Transaction<'_>| {
            match &change {
                StaffChange::Nothing => {}
                StaffChange::Participant(new) => people::add_participant(t, new)?,
                StaffChange::Enrolment(new) => people::add_enrolment(t, new)?,
                StaffChange::Device(change) => devices::set_device(t, change)?,
                StaffChange::Requeue(which) => quarantine::requeue(t, which)?,
                StaffChange::Attach(new) => people::attach(t, new)?,
                StaffChange::Rewrap(new) => rewraps::append(t, new)?,
            }
            trail::append(t, &event)
        };
        self.threads.write("staff_change", work).await
    }

    async fn participants(&self) -> Result<Vec<Participant>, StoreError> {
        self.threads.read("participants", people::participants).await
    }

    async fn take_join(&self, join: JoinToTake) -> Result<JoinOutcome, StoreError> {
        self.threads.write("take_join", move |t| join::take_join_alone(t, &join)).await
    }

    async fn devices(&self, which: Devices) -> Result<Vec<DeviceRow>, StoreError> {
        self.threads.read("devices", move |t| devices::devices(t, which)).await
    }

    async fn commit_group(
        &self,
        group: Vec<PushToCommit>,
        signer: Signer,
    ) -> Result<Vec<Result<PushOutcome, StoreError>>, StoreError> {
        self.threads.on_writer(move |connection| push::commit_group(connection, &group, &signer)).await
    }

    async fn log_page(&self, query: LogQuery) -> Result<StoredPage, StoreError> {
        self.threads.read("log_page", move |t| log::page(t, &query)).await
    }

    async fn waiting(&self, mark: u64, limit: u32) -> Result<Waiting, StoreError> {
        self.threads.peek("waiting", move |t| merge::waiting(t, mark, limit)).await
    }

    async fn commit_merge(&self, merges: Vec<VaultMerge>, signer: Signer) -> Result<usize, StoreError> {
        self.threads.on_writer(move |connection| merge::commit_merge(connection, &merges, &signer)).await
    }

    async fn keeper_state(&self, vault: VaultId) -> Result<KeeperState, StoreError> {
        self.threads.read("keeper_state", move |t| keeper_chain::keeper_state(t, vault)).await
    }

    async fn append_keeper(
        &self,
        append: KeeperAppend,
        signer: Signer,
        event: Option<TrailEvent>,
    ) -> Result<(), StoreError> {
        let work = move |t: &Transaction<'_>| keeper_chain::append_keeper(t, &append, signer, event.as_ref());
        self.threads.write("append_keeper", work).await
    }

    async fn quarantined(&self, query: SetAsideQuery) -> Result<Vec<SetAside>, StoreError> {
        self.threads.read("quarantined", move |t| quarantine::set_aside(t, &query)).await
    }

    async fn load_record(&self, vault: VaultId) -> Result<VaultRecord, StoreError> {
        self.threads.read("load_record", move |t| record::load(t, vault)).await
    }

    async fn stored_parcels(&self, vault: VaultId) -> Result<Vec<StoredParcel>, StoreError> {
        self.threads.read("stored_parcels", move |t| rebuild::stored_parcels(t, vault)).await
    }

    async fn replace_record(
        &self,
        rebuilt: Rebuilt,
        signer: Signer,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        let work = move |t: &Transaction<'_>| rebuild::replace_record(t, &rebuilt, signer, &event);
        self.threads.write("replace_record", work).await
    }

    async fn trail(&self, after: u64, limit: u32) -> Result<Vec<TrailRow>, StoreError> {
        self.threads.read("trail", move |t| trail::page(t, after, limit)).await
    }

    async fn feed(&self, query: FeedQuery) -> Result<StoredFeed, StoreError> {
        self.threads.read("feed", move |t| relay::feed(t, &query)).await
    }

    async fn put_records(&self, put: RecordsToPut, signer: Signer) -> Result<PutReport, StoreError> {
        self.threads.write("put_records", move |t| put::put_records(t, &put, signer)).await
    }

    async fn outside_version(&self) -> Result<i64, StoreError> {
        let version = |t: &Transaction<'_>| Ok(t.query_row("PRAGMA data_version", [], |row| row.get(0))?);
        self.threads.peek("outside_version", version).await
    }
}

#[cfg(test)]
mod tests;
