//! Errors of the store, distinguished by the reaction they allow: retry, give up, or stop the process.

use std::fmt;

use diary_core::time::UtcMillis;

/// Error of a verb of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row.
    #[error("no such {what}")]
    NotFound {
        /// Kind of the row.
        what: &'static str,
    },
    /// A row exists already, or has changed since it was read.
    #[error("{what}")]
    Conflict {
        /// Reason, as a sentence.
        what: &'static str,
    },
    /// Another process has held the database for too long.
    #[error("the database is held by another process")]
    Busy,
    /// The database cannot be reached, or the connection broke: it is unknown if the last changes were committed, so no
    /// caller is told that they were. May be temporary.
    #[error("{during}: the database does not answer")]
    Away {
        /// Step that failed.
        during: &'static str,
        /// Last error of the connection.
        source: Cause,
    },
    /// No room is left. Nothing was written.
    #[error("no room left for the database")]
    Full,
    /// Reading or writing the disk failed, so the state of the file is unknown. The process must stop.
    #[error("{during}: the disk failed; whether the last changes are on it is not known")]
    Fatal {
        /// Step that failed.
        during: &'static str,
        /// Error of the database.
        source: Cause,
    },
    /// The database is empty where the tables of a founded server are expected. It is left as it is.
    #[error("database is empty")]
    Empty,
    /// This account may not open it, or may not write to it. It is left as it is.
    #[error("{during}: no access to the database: {source}")]
    NoAccess {
        /// Step that failed.
        during: &'static str,
        /// Error of the database.
        source: Cause,
    },
    /// The key does not fit, or the file is no database. It is left as it is.
    #[error("database of another key, or no database")]
    KeyOrFile,
    /// The library was built without encryption; it would write everything in the clear.
    #[error("built without SQLCipher")]
    NoCipher,
    /// Made by a newer program. It is left as it is.
    #[error("database version {found} is newer than {newest}")]
    NewerVersion {
        /// Its version.
        found: i64,
        /// The newest that is known.
        newest: i64,
    },
    /// Made by an older program, and this account may not bring it up to date. It is left as it is.
    #[error("tables older than the program")]
    OlderTables,
    /// A row that no version of this program wrote. It is left as it is.
    #[error("the database is damaged: {what}")]
    Corrupt {
        /// Description of the damage.
        what: &'static str,
    },
    /// The study is being moved to or from this database, and nothing is written meanwhile.
    #[error("study is being moved")]
    Moving,
    /// The study was moved to another database.
    #[error("study was moved")]
    Moved,
    /// The server's clock is in doubt, and nothing is signed under it.
    #[error("clock shows {shown}, newest signed time is {newest}")]
    Clock {
        /// The time that it shows.
        shown: UtcMillis,
        /// The newest time that was signed.
        newest: UtcMillis,
    },
    /// The thread that writes has ended, after the disk failed or because the server is stopping.
    #[error("the database is closed")]
    Stopped,
    /// Anything else that the database refused.
    #[error("{during}: the database refused")]
    Database {
        /// Step that failed.
        during: &'static str,
        /// Error of the database.
        source: Cause,
    },
}

/// Underlying error of either engine.
pub struct Cause(pub(crate) Box<dyn std::error::Error + Send + Sync>);

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Cause {}

impl StoreError {
    /// True if the process must stop: the state of the disk is unknown, or writing has ended.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Fatal { .. } | Self::Stopped)
    }

    /// True if one item of a batch may have caused the error, so that the rest is worth a try without it.
    #[must_use]
    pub const fn may_be_of_one(&self) -> bool {
        !self.is_fatal()
            && !matches!(
                self,
                Self::Full | Self::Busy | Self::Away { .. } | Self::Clock { .. } | Self::Moving | Self::Moved
            )
    }
}
