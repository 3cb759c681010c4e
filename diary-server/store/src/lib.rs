//! The server's database behind one trait, in which each verb is a whole transaction. No rule about diaries is decided
//! here, and no SQL leaves this crate.

mod audit;
mod backups;
pub mod blocking;
mod clock;
mod devices;
mod epoch;
pub mod error;
mod feed;
mod intake;
pub mod joining;
mod keeper_chain;
pub mod keeper_rows;
pub mod location;
mod lock;
mod log;
mod merge;
pub mod merge_rows;
mod migration_state;
pub mod moving;
mod notices;
mod participants;
pub mod people_rows;
mod place;
pub mod postgres;
pub mod push_rows;
mod quarantine;
mod rebuild;
mod record;
mod relay;
pub mod relay_rows;
mod release;
mod rewraps;
mod sql;
pub mod sqlite;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod waiting;

pub use diary_core::audit_trail::{AuditRow, TrailEvent, trail_chain};
pub use diary_core::unmerged::{LeftOut, UnmergedState};
pub use error::StoreError;
pub use keeper_rows::{Authored, HeadGrant, KeeperHead};
pub use location::{Location, LocationError};
pub use merge_rows::{
    BackedUp, GrantBytes, Held, JUDGE, KeeperAppend, KeeperParcel, KeeperState, OpenedPlain, Outcome,
    ParcelRef, PendingNotice, Quarantined, Rebuilt, RecordSize, StoredParcel, StoredQuery, UnmergedParcel,
    UnmergedQuery, VaultMerge, VaultRecord, Verdict, Waiting, WaitingBatch, WaitingParcel, unmerged_state,
};
pub use people_rows::{
    Allowance, AllowanceChange, Amount, DeviceChange, DeviceRow, DeviceState, Devices, JoinOutcome,
    JoinToTake, KeptStanding, NewEnrolment, NewParticipant, NewRewraps, NewServer, NewStanding, Participant,
    Participants, PeopleChange, PeopleDeed, PeopleRow, Requeue, ServerState, StaffChange, StudyFile, Used,
};
pub use push_rows::{
    DeviceProof, EvidenceToTake, GrantToStore, IncarnationAt, LogQuery, LogReader, ParcelOutcome,
    ParcelToStore, PushOutcome, PushToCommit, StoredPage, VaultHead,
};
pub use relay_rows::{
    FeedQuery, LeftOver, Put, PutFrom, PutOutcome, PutReport, RecordToPut, RecordsToPut, StoredFeed,
};
pub use store::Tables;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use diary_core::ids::{Epoch, KeyId, VaultId};
use diary_core::keys::SigningKey;
use diary_core::parcel::{Receipt, ReceiptBody, sign_group};
use diary_core::signed::Signed;

/// Progress of a database, compared to detect that it was put back to an earlier state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DatabaseStanding {
    /// Epoch of the database: a random id, drawn anew after each restore.
    pub epoch: Epoch,
    /// Records of all its logs.
    pub records: u64,
    /// Rows of its audit trail.
    pub trail: u64,
}

/// Signs the receipts of a transaction before it is committed.
pub trait SignReceipts: Send + Sync {
    /// The key it signs with.
    fn key(&self) -> KeyId;
    /// Signs a group together; the receipts are returned in the order of `bodies`.
    fn sign(&self, bodies: &[ReceiptBody]) -> Vec<Receipt>;
}

impl SignReceipts for SigningKey {
    fn key(&self) -> KeyId {
        self.id()
    }

    fn sign(&self, bodies: &[ReceiptBody]) -> Vec<Receipt> {
        sign_group(bodies, self)
    }
}

/// Signs receipts for a store; shared with the threads that write.
pub type Signer = Arc<dyn SignReceipts>;

/// A server's database. Every verb is one transaction, seen whole or not at all, also by other processes on the same
/// database; what a verb returns after writing is on disk.
#[async_trait]
pub trait TrialStore: Send + Sync {
    /// State of the server: epoch, bundle, study files. `None` before [`Self::put_bundle`] has founded it.
    async fn server_state(&self) -> Result<Option<ServerState>, StoreError>;

    /// Stores a newer bundle and the study files that are missing; with `found`, founds the server first.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the server is founded twice, or the bundle is no newer than the stored one.
    async fn put_bundle(
        &self,
        found: Option<NewServer>,
        bundle: Signed,
        files: Vec<StudyFile>,
        event: TrailEvent,
    ) -> Result<(), StoreError>;

    /// Makes one change by staff, with its row of the audit trail.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if a subject number is taken, or a device's log has grown since it was read;
    /// [`StoreError::NotFound`] if there is no such vault or device.
    async fn staff_change(&self, change: StaffChange, event: TrailEvent) -> Result<(), StoreError>;

    /// Size of the record of a vault. Counting stops after `rows` rows of each kind.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn record_size(&self, vault: VaultId, rows: u32) -> Result<RecordSize, StoreError>;

    /// Participants, by subject number.
    async fn participants(&self, which: Participants) -> Result<Vec<Participant>, StoreError>;

    /// Every change of a subject number, oldest first.
    async fn people_changes(&self) -> Result<Vec<PeopleRow>, StoreError>;

    /// Takes a verified join request; the same request gets the same answer again. Writes its row of the audit trail.
    async fn take_join(&self, join: JoinToTake) -> Result<JoinOutcome, StoreError>;

    /// The devices of a vault, or one of them.
    async fn devices(&self, which: Devices) -> Result<Vec<DeviceRow>, StoreError>;

    /// Commits verified pushes as one group: log rows, index and signed STORED receipts. The outcomes are in the order
    /// of the group. A push that the database refuses gets an error of its own and does not affect the others.
    ///
    /// # Errors
    /// [`StoreError::Full`]: nothing of the group is stored. [`StoreError::Fatal`]: it is unknown how much of it is.
    async fn commit_group(
        &self,
        group: Vec<PushToCommit>,
        signer: Signer,
    ) -> Result<Vec<Result<PushOutcome, StoreError>>, StoreError>;

    /// A page of a vault's log, without gaps. Starts at the beginning if the cursor is of another epoch or chain.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn log_page(&self, query: LogQuery) -> Result<StoredPage, StoreError>;

    /// Up to `limit` parcels to be merged, in batches of one vault each, after the mark of the last call (0 for the
    /// first). Marks let the worker pass over a batch that cannot be merged.
    async fn waiting(&self, mark: u64, limit: u32) -> Result<Waiting, StoreError>;

    /// Writes the outcomes of waiting parcels: plaintexts, rows of the record, MERGED and QUARANTINED receipts, and the
    /// keeper's replies. All or nothing for each vault: if the keeper's head has moved, the vault's parcels stay
    /// waiting. Returns the number of settled parcels and of notices to phones.
    async fn commit_merge(&self, merges: Vec<VaultMerge>, signer: Signer) -> Result<usize, StoreError>;

    /// State of the keeper's own chain in a vault, and the sealing keys that must be able to open its next parcel.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn keeper_state(&self, vault: VaultId) -> Result<KeeperState, StoreError>;

    /// Appends parcels authored by the keeper; they wait to be merged like all others.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the keeper's head is no longer the one they were authored for: read the state again.
    async fn append_keeper(
        &self,
        append: KeeperAppend,
        signer: Signer,
        event: Option<TrailEvent>,
    ) -> Result<(), StoreError>;

    /// Parcels that are stored and not merged, by subject number and record.
    async fn quarantined(&self, query: UnmergedQuery) -> Result<Vec<UnmergedParcel>, StoreError>;

    /// A participant's record as the plans of its merged parcels, with what is in quarantine or held back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault, [`StoreError::Corrupt`] where a row does not decode.
    async fn load_record(&self, vault: VaultId) -> Result<VaultRecord, StoreError>;

    /// Parcels of a vault in the order of incarnation and number, a few MiB per page, each with its grant and, if
    /// opened, its plaintext: the input of a rebuild. Empty after the last page.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn stored_page(&self, query: StoredQuery) -> Result<Vec<StoredParcel>, StoreError>;

    /// Every parcel of a vault as [`Self::stored_page`] gives them, in log order.
    ///
    /// # Errors
    /// As [`Self::stored_page`].
    async fn stored_parcels(&self, vault: VaultId) -> Result<Vec<StoredParcel>, StoreError> {
        let (mut all, mut query) = (Vec::new(), StoredQuery::all(vault));
        loop {
            let page = self.stored_page(query).await?;
            let Some(last) = page.last() else { break };
            query.after = Some(last.parcel.row);
            all.extend(page);
        }
        all.sort_by_key(|one: &StoredParcel| one.parcel.n);
        Ok(all)
    }

    /// Number of rows of the record of each parcel of a vault, by its record.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such vault.
    async fn record_rows(&self, vault: VaultId) -> Result<BTreeMap<u64, u64>, StoreError>;

    /// The parcels of these rows, in their order.
    async fn parcels_at(&self, rows: Vec<ParcelRef>) -> Result<Vec<StoredParcel>, StoreError>;

    /// Replaces the rows of a vault's record by rebuilt ones.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where a parcel was settled since the rebuild began.
    async fn replace_record(
        &self,
        rebuilt: Rebuilt,
        signer: Signer,
        event: TrailEvent,
    ) -> Result<(), StoreError>;

    /// Rows of the trail after `after`, at most `limit`.
    async fn trail(&self, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError>;

    /// Records between a relay and its keeper: those received, those to hand over, and the progress of both.
    async fn feed(&self, query: FeedQuery) -> Result<StoredFeed, StoreError>;

    /// Takes records of another server, each once; at a keeper, the place in the relay's feed moves in the same
    /// transaction.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is stored then.
    async fn put_records(&self, put: RecordsToPut, signer: Signer) -> Result<PutReport, StoreError>;

    /// A number that changes whenever another process has written. Fails if the database does not answer.
    async fn outside_version(&self) -> Result<i64, StoreError>;
}
