//! The database inside the server: SQLite, encrypted by SQLCipher. Here is who opens it and who runs transactions on
//! it; what happens in them stands in the rooms of the tables.

mod copy;
mod fault;
mod life;
mod open;
mod threads;
mod tx;
mod writer;

pub use copy::{Holding, copy, inspect};
pub use life::{is_here, renew, standing, standing_now};
pub use open::{DatabaseKey, Missing};

use std::path::Path;

use super::StoreError;
use super::tables::Tables;
pub(crate) use threads::Threads;

/// One SQLite database.
pub type SqliteStore = Tables<Threads>;

impl SqliteStore {
    /// Opens the database at `path`, or makes it where asked to, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::KeyOrFile`] for a wrong key or another file, [`StoreError::NewerVersion`], or what the disk says.
    /// The file is left as it is then.
    pub fn open(path: &Path, key: &DatabaseKey, missing: Missing) -> Result<Self, StoreError> {
        Ok(Self::on(Threads::start(path, key, missing)?))
    }
}

/// The database without the store before it, and without its references being checked.
#[cfg(feature = "testing")]
pub(crate) fn bare_connection(path: &Path, key: &DatabaseKey) -> Result<rusqlite::Connection, StoreError> {
    let connection = open::open(path, key, Missing::Refuse, open::Use::Write)?;
    let lifted = connection.execute_batch("PRAGMA foreign_keys = OFF").map_err(fault::refused);
    lifted.map_err(|fault| fault.named("open")).map(|()| connection)
}
