//! What can go wrong with a database, told apart by what a caller can do about it.

use std::fmt;

use diary_core::time::UtcMillis;

/// Why a verb of the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing.
    #[error("no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// It is there already, or has moved since it was looked at.
    #[error("{what}")]
    Conflict {
        /// What stands against it.
        what: &'static str,
    },
    /// Another process holds the database for too long.
    #[error("the database is held by another process")]
    Busy,
    /// The database is not to be reached, or broke off: whether the last changes are in it is not known, and nothing of
    /// them is told to anybody. It may come back.
    #[error("{during}: the database does not answer")]
    Away {
        /// What was being done.
        during: &'static str,
        /// What was heard of it last.
        source: Cause,
    },
    /// No room. What was to be written is not.
    #[error("no room left for the database")]
    Full,
    /// Reading or writing the disk failed: nobody knows what is on it. The process must stop.
    #[error("{during}: the disk failed; whether the last changes are on it is not known")]
    Fatal {
        /// What was being done.
        during: &'static str,
        /// What the database said.
        source: Cause,
    },
    /// Nothing is in it, where a server's database is to be. It is left as it is.
    #[error(
        "the database is empty, so it is not the one that this server's keys belong to. Nothing was written to it; keep \
         the keys. Name the right one with --database, or as url in [database] of diary-server.toml; where it is lost, \
         `diary-server restore`"
    )]
    Empty,
    /// This account may not open it, or may not write to it. It is left as it is.
    #[error(
        "{during}: this account may not use the database, or it cannot be opened: {source}. Nothing was written. Let the \
         account that runs diary-server own the file and its folder; a PostgreSQL needs the right account, password and \
         name of the database"
    )]
    NoAccess {
        /// What was being done.
        during: &'static str,
        /// What the database said.
        source: Cause,
    },
    /// The key does not fit, or the file is no database. It is left as it is.
    #[error(
        "the database cannot be read: it is of another keeper with another key, or not a database. Nothing was written to \
         it. Name the database that this folder's keys belong to"
    )]
    KeyOrFile,
    /// The library was built without encryption; it would write everything in the clear.
    #[error("this program was built without SQLCipher")]
    NoCipher,
    /// Made by a newer program. It is left as it is.
    #[error("the database is of version {found}, this program knows versions up to {newest}")]
    NewerVersion {
        /// Its version.
        found: i64,
        /// The newest that is known.
        newest: i64,
    },
    /// Made by an older program, and this account may not bring it up to date. It is left as it is.
    #[error(
        "the tables are older than this program, and this account may not change them: run `diary-server database \
         roles` with the account that owns them"
    )]
    OlderTables,
    /// A row that no program of ours wrote. It is left as it is.
    #[error("the database is damaged: {what}")]
    Corrupt {
        /// Which.
        what: &'static str,
    },
    /// The study is being moved to or from this database, and nothing is written meanwhile.
    #[error(
        "the study is being moved, and nothing is written meanwhile. Finish it: give the same `diary-server move` once \
         more. Or let it stay where it was: `diary-server move --give-up`"
    )]
    Moving,
    /// The study was moved to another database.
    #[error(
        "the study was moved to another database and goes on there. Name that one: --database, or url in [database] of \
         diary-server.toml"
    )]
    Moved,
    /// The server's clock is to be doubted, and nothing is signed under it.
    #[error(
        "the server's clock shows {shown}, and the newest time that it has signed is {newest}: nothing is signed until that \
         is settled. Set the clock right; if it is right now: `diary-server clock accept --reason TEXT`"
    )]
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
        /// What was being done.
        during: &'static str,
        /// What the database said.
        source: Cause,
    },
}

/// What a database said, whichever it is.
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
    /// Whether the process must stop: nobody knows what is on the disk, or nothing is written any more.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        matches!(self, Self::Fatal { .. } | Self::Stopped)
    }

    /// Whether something among what was to be written may be to blame, so that the rest is worth trying without it.
    #[must_use]
    pub const fn may_be_of_one(&self) -> bool {
        !self.is_fatal()
            && !matches!(
                self,
                Self::Full | Self::Busy | Self::Away { .. } | Self::Clock { .. } | Self::Moving | Self::Moved
            )
    }
}
