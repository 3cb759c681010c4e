//! SQLite as the database of a server, encrypted by SQLCipher: opening it, and running transactions on it. The
//! statements are in `tables`.

mod copy;
mod fault;
mod open;
mod progress;
mod threads;
mod tx;
mod writer;

pub use copy::{Holding, copy, inspect};
pub(crate) use open::empty;
pub use open::{DatabaseKey, Missing};
pub use progress::{is_here, progress, progress_now, renew};

use std::path::Path;

use super::StoreError;
use super::store::Store;
pub(crate) use threads::Threads;

/// One SQLite database.
pub type SqliteStore = Store<Threads>;

impl SqliteStore {
    /// Opens the database at `path`, creates it if `missing` says so, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::KeyOrFile`] for a wrong key or another file, [`StoreError::NewerVersion`], or an error of the
    /// disk. The file is left as it is then.
    pub fn open(path: &Path, key: &DatabaseKey, missing: Missing) -> Result<Self, StoreError> {
        Ok(Self::on(Threads::start(path, key, missing)?))
    }
}

#[cfg(feature = "testing")]
impl SqliteStore {
    /// Gives `work` the connection, for tests that look at the tables past the store's verbs. `None` outside a runtime of one
    /// thread, where that connection has a thread of its own, and after the disk has failed.
    pub fn with_connection<T>(&self, work: impl FnOnce(&rusqlite::Connection) -> T) -> Option<T> {
        self.engine().with_connection(work)
    }
}

/// A connection without the store in front, and without enforcement of foreign keys.
#[cfg(all(feature = "testing", debug_assertions))]
pub(crate) fn bare_connection(path: &Path, key: &DatabaseKey) -> Result<rusqlite::Connection, StoreError> {
    let connection = open::open(path, key, Missing::Refuse, open::Use::Write)?;
    let lifted = connection.execute_batch("PRAGMA foreign_keys = OFF").map_err(fault::refused);
    lifted.map_err(|fault| fault.named("open")).map(|()| connection)
}
