//! The server's database behind one trait for each audience, in which each verb is a whole transaction. Types, statements
//! and work of one subject stand in one module. No rule about diaries is decided here, and no SQL leaves this crate.

mod accounts;
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
pub mod location;
mod lock;
mod log;
mod lost_keepers;
mod merge;
mod migration_state;
pub mod moving;
mod notices;
mod participants;
mod place;
pub mod postgres;
mod quarantine;
mod rebuild;
mod record;
mod relay;
mod release;
mod rewraps;
mod sealed;
mod server;
mod sql;
pub mod sqlite;
mod store;
// It counts steps, which are not counted in a release build.
#[cfg(all(feature = "testing", debug_assertions))]
pub mod testing;
mod waiting;

pub use accounts::sessions::{KeptForm, NewSession, SessionRow};
pub use accounts::{AccountRow, AccountState, Credentials, Invitation, Role, Roles, SecondFactor};
pub use backups::BackedUp;
pub use devices::join::{JoinOutcome, JoinToTake, NewEnrolment};
pub use devices::loan::{Loan, LoanChange};
pub use devices::usage::{Allowance, AllowanceChange, Amount, Used};
pub use devices::{DeviceChange, DeviceRow, DeviceState};
pub use diary_core::audit_trail::{AuditRow, TrailEvent, trail_chain};
pub use diary_core::unmerged::{LeftOut, UnmergedState};
pub use error::StoreError;
pub use feed::StoredFeed;
pub use intake::evidence::EvidenceToTake;
pub use intake::push::{DeviceProof, ParcelOutcome, PushOutcome, PushToCommit};
pub use intake::{GrantToStore, IncarnationAt, JUDGE, ParcelRef, ParcelToStore};
pub use keeper_chain::{Authored, HeadGrant, KeeperAppend, KeeperHead, KeeperState};
pub use location::{Location, LocationError};
pub use log::{LogQuery, LogReader, OpenedPlain, StoredPage, VaultHead};
pub use lost_keepers::LostKeepers;
pub use merge::{MergeOutcome, VaultMerge, Verdict};
pub use migration_state::MigrationState;
pub use notices::PendingNotice;
pub use participants::changes::{PeopleChange, PeopleDeed, PeopleRow};
pub use participants::status::{NewStatus, SiteQuery, StoredStatus};
pub use participants::{NewParticipant, Participant};
pub use quarantine::{UnmergedParcel, unmerged_state};
pub use rebuild::{Rebuilt, StoredParcel, StoredQuery};
pub use record::{HeldParcel, KeeperParcel, Quarantined, RecordSize, VaultRecord};
pub use relay::import::{FeedRecords, ImportOutcome, ImportReport, RecordToImport, ReplicatedRecord};
pub use relay::{Handover, Outgoing, OutgoingQuery, RejectedRecord};
pub use rewraps::NewRewraps;
pub use server::{NewServer, ServerState, StudyFile};
pub use store::{
    AccountStore, AuditStore, IngestStore, MergeStore, RelayStore, SiteStore, Store, TrialStore,
};
pub use waiting::{GrantBytes, Waiting, WaitingBatch, WaitingParcel};

use std::sync::Arc;

use diary_core::ids::{Epoch, KeyId};
use diary_core::keys::SigningKey;
use diary_core::parcel::{Receipt, ReceiptBody, sign_group};

/// Progress of a database, compared to detect that it was put back to an earlier state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DatabaseProgress {
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

#[cfg(test)]
mod tests;
