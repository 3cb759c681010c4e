//! The keeper's database on a disk with injected failures: the real store behind, method by method.

mod lies;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use diary_core::ids::VaultId;
use diary_core::signed::Signed;
use diary_store::{
    AuditRow, DeviceRow, Devices, FeedQuery, JoinOutcome, JoinToTake, KeeperAppend, KeeperState, LogQuery,
    NewServer, ParcelRef, Participant, Participants, PeopleRow, PushOutcome, PushToCommit, PutReport,
    Rebuilt, RecordSize, RecordsToPut, ServerState, Signer, StaffChange, StoreError, StoredFeed, StoredPage,
    StoredParcel, StoredQuery, StudyFile, TrailEvent, TrialStore, UnmergedParcel, UnmergedQuery, VaultMerge,
    VaultRecord, Waiting,
};

/// Behaviour of the disk towards transactions that write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disk {
    /// It takes them all.
    Sound,
    /// It takes so many more writes, then it is full.
    FullAfter(u8),
    /// It takes so many more, then the process is killed: before the next one or right after it.
    DiesAfter {
        /// Transactions that still go through.
        writes: u8,
        /// The one after them is committed.
        committed: bool,
    },
    /// The process was killed: no call succeeds any more.
    Dead,
}

/// Deliberate fault of the keeper, one for each kind of violation that a run must detect.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lie {
    /// Correct keeper.
    #[default]
    None,
    /// Pushes are acknowledged and not stored.
    ForgetsPushes,
    /// Merges are reported as committed and are not.
    ForgetsMerges,
    /// The last entry of each merged parcel is left out.
    MergesInPart,
    /// Each merge adds an entry that was never made.
    Invents,
    /// Merged entries differ from those that were tapped.
    Changes,
    /// Pages of the log leave a record out.
    SkipsRecords,
    /// Phones always get the reply that everything they sent is stored.
    ClaimsAll,
}

/// Outcome of the next transaction that writes.
enum Next {
    Goes,
    Refused,
    LastUnheard,
    Dead,
}

/// A store on such a disk.
pub struct FailingStore {
    inner: Arc<dyn TrialStore>,
    disk: Mutex<Disk>,
    lie: Lie,
}

impl FailingStore {
    /// A store on a sound disk.
    #[must_use]
    pub const fn new(inner: Arc<dyn TrialStore>, lie: Lie) -> Self {
        Self { inner, disk: Mutex::new(Disk::Sound), lie }
    }

    /// Present behaviour of the disk.
    ///
    /// # Panics
    /// Panics if another thread panicked while holding the lock.
    #[must_use]
    pub fn disk(&self) -> Disk {
        *self.disk.lock().expect("nobody panics with it")
    }

    /// Sets the behaviour of the disk from now on.
    ///
    /// # Panics
    /// Panics if another thread panicked while holding the lock.
    pub fn set(&self, disk: Disk) {
        *self.disk.lock().expect("nobody panics with it") = disk;
    }

    fn next(&self) -> Next {
        let (disk, next) = match self.disk() {
            Disk::Sound => (Disk::Sound, Next::Goes),
            Disk::FullAfter(0) => (Disk::FullAfter(0), Next::Refused),
            Disk::FullAfter(left) => (Disk::FullAfter(left - 1), Next::Goes),
            Disk::DiesAfter { writes: 0, committed: true } => (Disk::Dead, Next::LastUnheard),
            Disk::DiesAfter { writes: 0, committed: false } | Disk::Dead => (Disk::Dead, Next::Dead),
            Disk::DiesAfter { writes, committed } => {
                (Disk::DiesAfter { writes: writes - 1, committed }, Next::Goes)
            }
        };
        self.set(disk);
        next
    }

    async fn write<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        match self.next() {
            Next::Goes => work.await,
            Next::Refused => Err(StoreError::Full),
            Next::Dead => Err(StoreError::Stopped),
            Next::LastUnheard => {
                work.await?;
                Err(StoreError::Stopped)
            }
        }
    }

    async fn read<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        if self.disk() == Disk::Dead { Err(StoreError::Stopped) } else { work.await }
    }
}

#[async_trait]
impl TrialStore for FailingStore {
    async fn server_state(&self) -> Result<Option<ServerState>, StoreError> {
        self.read(self.inner.server_state()).await
    }

    async fn put_bundle(
        &self,
        found: Option<NewServer>,
        bundle: Signed,
        files: Vec<StudyFile>,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        self.write(self.inner.put_bundle(found, bundle, files, event)).await
    }

    async fn staff_change(&self, change: StaffChange, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.staff_change(change, event)).await
    }

    async fn participants(&self, which: Participants) -> Result<Vec<Participant>, StoreError> {
        self.read(self.inner.participants(which)).await
    }

    async fn people_changes(&self) -> Result<Vec<PeopleRow>, StoreError> {
        self.read(self.inner.people_changes()).await
    }

    async fn take_join(&self, join: JoinToTake) -> Result<JoinOutcome, StoreError> {
        self.write(self.inner.take_join(join)).await
    }

    async fn devices(&self, which: Devices) -> Result<Vec<DeviceRow>, StoreError> {
        self.read(self.inner.devices(which)).await
    }

    async fn commit_group(
        &self,
        group: Vec<PushToCommit>,
        signer: Signer,
    ) -> Result<Vec<Result<PushOutcome, StoreError>>, StoreError> {
        match self.lie {
            Lie::ForgetsPushes => Ok(lies::forget(&group, &signer)),
            Lie::ClaimsAll => Ok(lies::claim_all(self.write(self.inner.commit_group(group, signer)).await?)),
            _ => self.write(self.inner.commit_group(group, signer)).await,
        }
    }

    async fn log_page(&self, query: LogQuery) -> Result<StoredPage, StoreError> {
        let page = self.read(self.inner.log_page(query)).await?;
        Ok(if self.lie == Lie::SkipsRecords { lies::skip(page) } else { page })
    }

    async fn waiting(&self, mark: u64, limit: u32) -> Result<Waiting, StoreError> {
        self.read(self.inner.waiting(mark, limit)).await
    }

    async fn commit_merge(&self, merges: Vec<VaultMerge>, signer: Signer) -> Result<usize, StoreError> {
        if self.lie == Lie::ForgetsMerges {
            return Ok(0);
        }
        let merges = merges.into_iter().map(|merge| lies::merge(self.lie, merge)).collect();
        self.write(self.inner.commit_merge(merges, signer)).await
    }

    async fn keeper_state(&self, vault: VaultId) -> Result<KeeperState, StoreError> {
        self.read(self.inner.keeper_state(vault)).await
    }

    async fn append_keeper(
        &self,
        append: KeeperAppend,
        signer: Signer,
        event: Option<TrailEvent>,
    ) -> Result<(), StoreError> {
        self.write(self.inner.append_keeper(append, signer, event)).await
    }

    async fn quarantined(&self, query: UnmergedQuery) -> Result<Vec<UnmergedParcel>, StoreError> {
        self.read(self.inner.quarantined(query)).await
    }

    async fn record_size(&self, vault: VaultId, rows: u32) -> Result<RecordSize, StoreError> {
        self.read(self.inner.record_size(vault, rows)).await
    }

    async fn load_record(&self, vault: VaultId) -> Result<VaultRecord, StoreError> {
        self.read(self.inner.load_record(vault)).await
    }

    async fn stored_page(&self, query: StoredQuery) -> Result<Vec<StoredParcel>, StoreError> {
        self.read(self.inner.stored_page(query)).await
    }

    async fn record_rows(&self, vault: VaultId) -> Result<BTreeMap<u64, u64>, StoreError> {
        self.read(self.inner.record_rows(vault)).await
    }

    async fn parcels_at(&self, rows: Vec<ParcelRef>) -> Result<Vec<StoredParcel>, StoreError> {
        self.read(self.inner.parcels_at(rows)).await
    }

    async fn replace_record(
        &self,
        rebuilt: Rebuilt,
        signer: Signer,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        self.write(self.inner.replace_record(rebuilt, signer, event)).await
    }

    async fn trail(&self, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.read(self.inner.trail(after, limit)).await
    }

    async fn feed(&self, query: FeedQuery) -> Result<StoredFeed, StoreError> {
        self.read(self.inner.feed(query)).await
    }

    async fn put_records(&self, put: RecordsToPut, signer: Signer) -> Result<PutReport, StoreError> {
        self.write(self.inner.put_records(put, signer)).await
    }

    async fn outside_version(&self) -> Result<i64, StoreError> {
        self.read(self.inner.outside_version()).await
    }
}
