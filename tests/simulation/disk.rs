//! The keeper's database on a disk with injected failures: the real store behind, method by method.

mod lies;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use diary_core::api::{Cursor, FeedRecord, LinkOffer};
use diary_core::ids::{EnrolmentId, Hash, KeyId, SiteId, VaultId};
use diary_core::keys::VerifyingKey;
use diary_core::server_clock::ClockMark;
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;
use diary_store::{
    AccountRow, AccountStore, AllowanceChange, AuditRow, AuditStore, Credentials, DeviceChange, DeviceRow,
    FeedRecords, Handover, ImportReport, IngestStore, Invitation, JoinOutcome, JoinToTake, KeeperAppend,
    KeeperState, KeptForm, LoanChange, LogQuery, LostKeepers, MergeStore, MigrationState, NewEnrolment,
    NewParticipant, NewRewraps, NewServer, NewSession, Outgoing, OutgoingQuery, ParcelRef, Participant,
    PeopleChange, PeopleRow, PushOutcome, PushToCommit, Rebuilt, RecordSize, RecordToImport, RejectedRecord,
    RelayStore, Roles, SecondFactor, ServerState, SessionRow, Signer, SiteQuery, SiteStore, StoreError,
    StoredFeed, StoredPage, StoredParcel, StoredQuery, StudyFile, TrailEvent, TrialStore, UnmergedParcel,
    VaultMerge, VaultRecord, Waiting,
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
impl IngestStore for FailingStore {
    async fn server_state(&self) -> Result<Option<ServerState>, StoreError> {
        self.read(self.inner.server_state()).await
    }

    async fn outside_version(&self) -> Result<i64, StoreError> {
        self.read(self.inner.outside_version()).await
    }

    async fn take_join(&self, join: JoinToTake) -> Result<JoinOutcome, StoreError> {
        self.write(self.inner.take_join(join)).await
    }

    async fn device(&self, vault: VaultId, device: KeyId) -> Result<Option<DeviceRow>, StoreError> {
        self.read(self.inner.device(vault, device)).await
    }

    async fn devices_with_usage(
        &self,
        vault: VaultId,
        since: UtcMillis,
    ) -> Result<Vec<DeviceRow>, StoreError> {
        self.read(self.inner.devices_with_usage(vault, since)).await
    }

    async fn keep_lost_keepers(&self, found: LostKeepers) -> Result<(), StoreError> {
        self.write(self.inner.keep_lost_keepers(found)).await
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
}

#[async_trait]
impl MergeStore for FailingStore {
    async fn waiting(&self, mark: u64, limit: u32) -> Result<Waiting, StoreError> {
        self.read(self.inner.waiting(mark, limit)).await
    }

    async fn waiting_in(&self, vault: VaultId, limit: u32) -> Result<Waiting, StoreError> {
        self.read(self.inner.waiting_in(vault, limit)).await
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

    async fn outdated_participants(
        &self,
        version: i64,
        since: UtcMillis,
        limit: u32,
    ) -> Result<Vec<Participant>, StoreError> {
        self.read(self.inner.outdated_participants(version, since, limit)).await
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
}

#[async_trait]
impl AccountStore for FailingStore {
    async fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        self.read(self.inner.accounts()).await
    }

    async fn account(&self, name: String) -> Result<Option<AccountRow>, StoreError> {
        self.read(self.inner.account(name)).await
    }

    async fn invite(&self, new: Invitation, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.invite(new, event)).await
    }

    async fn account_of_link(&self, link: Hash, at: UtcMillis) -> Result<Option<String>, StoreError> {
        self.read(self.inner.account_of_link(link, at)).await
    }

    async fn enable_account(
        &self,
        link: Hash,
        proofs: Credentials,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        self.write(self.inner.enable_account(link, proofs, event)).await
    }

    async fn set_roles(&self, name: String, roles: Roles, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.set_roles(name, roles, event)).await
    }

    async fn disable_account(&self, name: String, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.disable_account(name, event)).await
    }

    async fn set_language(&self, name: String, language: String) -> Result<(), StoreError> {
        self.write(self.inner.set_language(name, language)).await
    }

    async fn set_password(
        &self,
        name: String,
        password: String,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        self.write(self.inner.set_password(name, password, event)).await
    }

    async fn count_failed_sign_in(&self, name: String, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.count_failed_sign_in(name, event)).await
    }

    async fn sign_in(
        &self,
        session: NewSession,
        factor: SecondFactor,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        self.write(self.inner.sign_in(session, factor, event)).await
    }

    async fn session(&self, hash: Hash) -> Result<Option<(SessionRow, AccountRow)>, StoreError> {
        self.read(self.inner.session(hash)).await
    }

    async fn touch_session(&self, hash: Hash, at: UtcMillis) -> Result<(), StoreError> {
        self.write(self.inner.touch_session(hash, at)).await
    }

    async fn sessions(&self, name: String) -> Result<Vec<SessionRow>, StoreError> {
        self.read(self.inner.sessions(name)).await
    }

    async fn end_session(&self, name: String, hash: Hash, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.end_session(name, hash, event)).await
    }

    async fn end_other_sessions(
        &self,
        name: String,
        kept: Hash,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        self.write(self.inner.end_other_sessions(name, kept, event)).await
    }

    async fn keep_form(&self, name: String, form: KeptForm) -> Result<(), StoreError> {
        self.write(self.inner.keep_form(name, form)).await
    }

    async fn kept_form(&self, name: String) -> Result<Option<KeptForm>, StoreError> {
        self.read(self.inner.kept_form(name)).await
    }

    async fn drop_form(&self, name: String) -> Result<(), StoreError> {
        self.write(self.inner.drop_form(name)).await
    }

    async fn note_look(&self, name: String, vault: VaultId, at: UtcMillis) -> Result<(), StoreError> {
        self.write(self.inner.note_look(name, vault, at)).await
    }

    async fn looks(&self, name: String) -> Result<Vec<(VaultId, UtcMillis)>, StoreError> {
        self.read(self.inner.looks(name)).await
    }
}

#[async_trait]
impl SiteStore for FailingStore {
    async fn put_bundle(
        &self,
        found: Option<NewServer>,
        bundle: Signed,
        files: Vec<StudyFile>,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        self.write(self.inner.put_bundle(found, bundle, files, event)).await
    }

    async fn lost_keepers(&self) -> Result<Vec<VerifyingKey>, StoreError> {
        self.read(self.inner.lost_keepers()).await
    }

    async fn participants(&self) -> Result<Vec<Participant>, StoreError> {
        self.read(self.inner.participants()).await
    }

    async fn participants_with_status(&self) -> Result<Vec<Participant>, StoreError> {
        self.read(self.inner.participants_with_status()).await
    }

    async fn participant_named(
        &self,
        key: String,
        subject: String,
    ) -> Result<Option<Participant>, StoreError> {
        self.read(self.inner.participant_named(key, subject)).await
    }

    async fn participants_at(&self, query: SiteQuery) -> Result<Vec<Participant>, StoreError> {
        self.read(self.inner.participants_at(query)).await
    }

    async fn participant_named_at(
        &self,
        key: String,
        subject: String,
        sites: BTreeSet<SiteId>,
    ) -> Result<Option<Participant>, StoreError> {
        self.read(self.inner.participant_named_at(key, subject, sites)).await
    }

    async fn participant_of(&self, vault: VaultId) -> Result<Option<Participant>, StoreError> {
        self.read(self.inner.participant_of(vault)).await
    }

    async fn devices(&self, vault: VaultId) -> Result<Vec<DeviceRow>, StoreError> {
        self.read(self.inner.devices(vault)).await
    }

    async fn pending_devices(&self) -> Result<Vec<DeviceRow>, StoreError> {
        self.read(self.inner.pending_devices()).await
    }
    async fn lent_devices(&self) -> Result<Vec<DeviceRow>, StoreError> {
        self.read(self.inner.lent_devices()).await
    }

    async fn unattached_devices(&self) -> Result<Vec<DeviceRow>, StoreError> {
        self.read(self.inner.unattached_devices()).await
    }

    async fn unmerged(&self) -> Result<Vec<UnmergedParcel>, StoreError> {
        self.read(self.inner.unmerged()).await
    }

    async fn unmerged_in(&self, vault: VaultId) -> Result<Vec<UnmergedParcel>, StoreError> {
        self.read(self.inner.unmerged_in(vault)).await
    }

    async fn migration_state(&self) -> Result<Option<MigrationState>, StoreError> {
        self.read(self.inner.migration_state()).await
    }

    async fn clock_mark(&self) -> Result<Option<ClockMark>, StoreError> {
        self.read(self.inner.clock_mark()).await
    }

    async fn change_participant(&self, change: PeopleChange, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.change_participant(change, event)).await
    }

    async fn add_participant(&self, new: NewParticipant, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.add_participant(new, event)).await
    }

    async fn attach_participant(&self, new: NewParticipant, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.attach_participant(new, event)).await
    }

    async fn add_enrolment(&self, new: NewEnrolment, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.add_enrolment(new, event)).await
    }

    async fn count_wrong_digits(&self, link: EnrolmentId, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.count_wrong_digits(link, event)).await
    }

    async fn change_device(&self, change: DeviceChange, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.change_device(change, event)).await
    }

    async fn change_allowance(&self, change: AllowanceChange, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.change_allowance(change, event)).await
    }
    async fn change_loan(&self, change: LoanChange, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.change_loan(change, event)).await
    }

    async fn requeue(&self, vault: VaultId, n: u64, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.requeue(vault, n, event)).await
    }

    async fn requeue_not_judged_by(&self, judge: &'static str, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.requeue_not_judged_by(judge, event)).await
    }

    async fn add_rewraps(&self, new: NewRewraps, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.add_rewraps(new, event)).await
    }

    async fn accept_clock(&self, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.accept_clock(event)).await
    }
}

#[async_trait]
impl RelayStore for FailingStore {
    async fn feed_page(
        &self,
        cursor: Option<Cursor>,
        limit: u32,
        max_bytes: usize,
    ) -> Result<StoredFeed, StoreError> {
        self.read(self.inner.feed_page(cursor, limit, max_bytes)).await
    }

    async fn import_handover(
        &self,
        records: Vec<RecordToImport>,
        at: UtcMillis,
        signer: Signer,
    ) -> Result<ImportReport, StoreError> {
        self.write(self.inner.import_handover(records, at, signer)).await
    }

    async fn put_links(&self, links: Vec<LinkOffer>, at: UtcMillis) -> Result<(), StoreError> {
        self.write(self.inner.put_links(links, at)).await
    }

    async fn open_links(&self, now: UtcMillis) -> Result<Vec<LinkOffer>, StoreError> {
        self.read(self.inner.open_links(now)).await
    }

    async fn feed_cursor(&self, relay: KeyId) -> Result<Option<Cursor>, StoreError> {
        self.read(self.inner.feed_cursor(relay)).await
    }

    async fn import_feed(&self, records: FeedRecords, signer: Signer) -> Result<ImportReport, StoreError> {
        self.write(self.inner.import_feed(records, signer)).await
    }

    async fn rejected_records(&self, relay: KeyId) -> Result<Vec<RejectedRecord>, StoreError> {
        self.read(self.inner.rejected_records(relay)).await
    }

    async fn import_rejected(
        &self,
        relay: KeyId,
        records: Vec<RecordToImport>,
        at: UtcMillis,
        signer: Signer,
    ) -> Result<ImportReport, StoreError> {
        self.write(self.inner.import_rejected(relay, records, at, signer)).await
    }

    async fn outgoing_records(&self, query: OutgoingQuery) -> Result<Outgoing, StoreError> {
        self.read(self.inner.outgoing_records(query)).await
    }

    async fn owed_records(
        &self,
        relay: KeyId,
        limit: u32,
        max_bytes: usize,
    ) -> Result<Vec<FeedRecord>, StoreError> {
        self.read(self.inner.owed_records(relay, limit, max_bytes)).await
    }

    async fn owed_count(&self) -> Result<u64, StoreError> {
        self.read(self.inner.owed_count()).await
    }

    async fn record_handover(&self, relay: KeyId, handover: Handover) -> Result<(), StoreError> {
        self.write(self.inner.record_handover(relay, handover)).await
    }

    async fn exchange_again(&self, relay: KeyId) -> Result<(), StoreError> {
        self.write(self.inner.exchange_again(relay)).await
    }
}

#[async_trait]
impl AuditStore for FailingStore {
    async fn audit_trail(&self, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.read(self.inner.audit_trail(after, limit)).await
    }

    async fn audit_trail_before(&self, before: Option<u64>, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.read(self.inner.audit_trail_before(before, limit)).await
    }

    async fn audit_restores_and_drills(&self) -> Result<Vec<AuditRow>, StoreError> {
        self.read(self.inner.audit_restores_and_drills()).await
    }

    async fn record_event(&self, event: TrailEvent) -> Result<(), StoreError> {
        self.write(self.inner.record_event(event)).await
    }

    async fn people_changes(&self) -> Result<Vec<PeopleRow>, StoreError> {
        self.read(self.inner.people_changes()).await
    }
}
