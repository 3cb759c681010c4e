//! The device's store: SQLite under SQLCipher. It saves and finds rows and holds no rule of the trial. Each
//! public method that writes is one transaction.

mod contact;
mod device;
mod downlink;
mod drafts;
mod entries;
#[cfg(not(target_family = "wasm"))]
mod incarnation_mark;
mod incarnations;
mod joining;
mod kept;
pub mod lock;
mod notices;
mod numbers;
mod obstacle;
mod open;
mod other_devices;
mod outbox;
mod parcels;
mod row;
#[cfg(not(target_family = "wasm"))]
mod side_file;
mod statement;
mod upkeep;

pub use contact::{Conversation, Direction};
pub use device::{Device, NewDevice};
pub use downlink::{DownlinkPage, OpenedGrant};
pub use drafts::{Draft, DraftPlace};
pub use entries::{DayState, OfDevice};
pub use incarnations::{IncarnationEndReason, PastIncarnation};
pub use joining::Joining;
pub use kept::ToHandBack;
pub use obstacle::Obstacle;
pub use open::DatabaseKey;
pub use other_devices::PhoneNews;
pub use outbox::{Queued, StuckRevision, Unsealed, Urgency};
pub use parcels::{
    HeldGrant, HeldParcel, HeldReceipt, NewParcel, RELAYED_ANSWERS, ReceiptLevel, ReceiptRole,
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::entry::EntryError;
use crate::sqlcipher::{Missing, OpenError};

/// Failure of the store. Holds no answer, name or key, so that it may be logged.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Wrong key, or the file is no diary.
    #[error("the diary does not open: wrong key, or the file is not a diary. The file was left unchanged")]
    KeyOrFile,
    /// There is no file, or an empty one.
    #[error("the diary's file is missing or empty")]
    NoFile,
    /// Pages or indexes do not hold together.
    #[error("the diary's file is damaged. It was left unchanged; keep it and ask the site for help")]
    Corrupt,
    /// Written by a newer program.
    #[error(
        "the diary was written by a newer version (schema {found}, this program knows {newest}): update the program"
    )]
    NewerVersion {
        /// Version of the file.
        found: i64,
        /// Newest version known here.
        newest: i64,
    },
    /// SQLite was built without encryption.
    #[error("this program was built without database encryption and refuses to write a diary in the clear")]
    NoCipher,
    /// No device has been set up here.
    #[error("this diary has not joined a study yet")]
    NotJoined,
    /// A device has been set up here already.
    #[error("this diary has joined a study already")]
    AlreadyJoined,
    /// A stored row does not decode.
    #[error("a stored {what} cannot be read. It was left unchanged; keep the file and ask the site for help")]
    Row {
        /// Kind of row: `entry`, `act`, `draft`, ...
        what: &'static str,
    },
    /// No counter is left for another entry.
    #[error("the order of this diary has no place left for another entry. Ask the site for help")]
    CounterSpent,
    /// An entry is not acceptable.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The file beside the database cannot be written.
    #[error("the file of sealed entries beside the diary cannot be written")]
    SideFile(#[source] std::io::Error),
    /// SQLite refused to read.
    #[error("the diary's database cannot be read")]
    Database(#[from] rusqlite::Error),
    /// The database was opened for reading alone, since nothing can be written: nothing was saved.
    #[error("the diary can only be read: {0:?}")]
    ReadingOnly(Obstacle),
    /// SQLite refused to write; nothing was saved.
    #[error("the diary's database cannot be written")]
    NotSaved(#[source] rusqlite::Error),
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::KeyOrFile => Self::KeyOrFile,
            OpenError::Corrupt => Self::Corrupt,
            OpenError::NewerVersion { found, newest } => Self::NewerVersion { found, newest },
            OpenError::NoCipher => Self::NoCipher,
            OpenError::Database(error) => Self::Database(error),
        }
    }
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    /// Reason for which nothing can be written, if the database could be opened for reading alone.
    reading_only: Option<Obstacle>,
    #[cfg(not(target_family = "wasm"))]
    side_file: side_file::SideFile,
    #[cfg(not(target_family = "wasm"))]
    incarnation_mark: incarnation_mark::IncarnationMark,
}

/// One state of a store, for several reads. While it is held the store is borrowed, so that nothing is written meanwhile.
#[derive(Debug)]
#[must_use]
pub struct Snapshot<'a> {
    _transaction: Transaction<'a>,
}

impl Store {
    /// Opens the store at `path`, or creates it. If the disk is full or cannot be written, an existing store
    /// is opened for reading.
    ///
    /// # Errors
    /// [`StoreError::NoFile`] if the file is missing or empty and `missing` is [`Missing::Refuse`],
    /// [`StoreError::KeyOrFile`] with a wrong key or a file that is no diary, [`StoreError::Corrupt`],
    /// [`StoreError::NewerVersion`]; the file is left unchanged in each case.
    pub fn open(path: &str, key: &DatabaseKey, missing: Missing) -> Result<Self, StoreError> {
        let (connection, reading_only) = open::open(path, key, missing)?;
        Ok(Self {
            connection,
            reading_only,
            #[cfg(not(target_family = "wasm"))]
            side_file: side_file::SideFile::beside(path),
            #[cfg(not(target_family = "wasm"))]
            incarnation_mark: incarnation_mark::IncarnationMark::beside(path),
        })
    }

    /// The connection, for tests that look at the tables past the store's functions.
    #[cfg(feature = "testing")]
    #[must_use]
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Holds the state of the database for what is read until the snapshot is dropped. Each read by itself would lock the
    /// file and look for the newest state again.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        Ok(Snapshot { _transaction: self.connection.unchecked_transaction()? })
    }

    /// Reads every page of the database and checks pages, indexes and references.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if a check fails.
    pub fn check_integrity(&self) -> Result<(), StoreError> {
        open::check_integrity(&self.connection)
    }

    /// Reason for which nothing can be saved, if the store could be opened for reading alone.
    #[must_use]
    pub const fn reading_only(&self) -> Option<Obstacle> {
        self.reading_only
    }

    fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let not_saved = |error| match error {
            StoreError::Database(error) => StoreError::NotSaved(error),
            other => other,
        };
        if let Some(why) = self.reading_only {
            return Err(StoreError::ReadingOnly(why));
        }
        // The write lock is taken at the beginning: a deferred transaction that reads first and writes later
        // fails with "busy" when another process has written in between.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::NotSaved)?;
        let out = work(&transaction).map_err(not_saved)?;
        transaction.commit().map_err(StoreError::NotSaved)?;
        Ok(out)
    }
}

#[cfg(test)]
mod tests;
