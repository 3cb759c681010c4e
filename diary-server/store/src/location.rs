//! Location of a server's database: a SQLite file, or a PostgreSQL.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use diary_core::entropy::Entropy;
use zeroize::Zeroizing;

use super::postgres::{Address, AddressError, Pool, PostgresStore};
use super::sqlite::{Missing, SqliteStore};
use super::{StoreError, TrialStore};

const TAKEN: &str =
    "something is there already. Nothing was changed; name an empty PostgreSQL, or a file that is not there";

/// Location of a server's database. Its `Debug` form contains no password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Location {
    /// In this file.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(Box<Address>),
}

/// Error of a text that names no database. It repeats nothing of the text, which may contain a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocationError {
    /// Neither of the two kinds.
    #[error("a database is named by sqlite:PATH or by postgres://USER@HOST/DATABASE")]
    Unreadable,
    /// An address of PostgreSQL that cannot be used.
    #[error(transparent)]
    Postgres(#[from] AddressError),
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(text.parse()?)));
        }
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            _ => Err(LocationError::Unreadable),
        }
    }
}

impl Location {
    /// Opens the database with the server's database secret, and brings its schema up to date. `missing` selects the
    /// behaviour for a missing file or an empty database; a PostgreSQL database must exist.
    ///
    /// # Errors
    /// [`StoreError`]; the database is left as it is then.
    pub async fn open(
        &self,
        secret: &[u8; 32],
        missing: Missing,
        entropy: Arc<dyn Entropy + Send + Sync>,
    ) -> Result<Arc<dyn TrialStore>, StoreError> {
        Ok(match self {
            Self::Sqlite(path) => Arc::new(SqliteStore::open(path, &Zeroizing::new(*secret), missing)?),
            Self::Postgres(address) => {
                Arc::new(PostgresStore::on(pool(address, secret, missing, entropy).await?))
            }
        })
    }

    /// Checks that a new server can have its database there: it can be reached, and is empty. Writes nothing.
    ///
    /// # Errors
    /// [`StoreError`], depending on the contents found.
    pub async fn check_free(
        &self,
        secret: &[u8; 32],
        entropy: Arc<dyn Entropy + Send + Sync>,
    ) -> Result<(), StoreError> {
        let taken = match self {
            Self::Sqlite(path) => std::fs::symlink_metadata(path).is_ok(),
            Self::Postgres(address) => {
                Pool::connect_as_is(address, secret, entropy).await?.has_tables().await?
            }
        };
        if taken { Err(StoreError::Conflict { what: TAKEN }) } else { Ok(()) }
    }

    /// The file, if it is one.
    #[must_use]
    pub const fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

/// Connects to a PostgreSQL database; with [`Missing::Create`], creates its tables if there are none.
pub(crate) async fn pool(
    address: &Address,
    secret: &[u8; 32],
    missing: Missing,
    entropy: Arc<dyn Entropy + Send + Sync>,
) -> Result<Pool, StoreError> {
    match missing {
        Missing::Create => Pool::connect(address, secret, entropy).await,
        Missing::Refuse => Pool::connect_existing(address, secret, entropy).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_by_a_file_or_an_address_and_no_message_repeats_a_password() {
        assert_eq!("sqlite:/d/x.db".parse(), Ok(Location::Sqlite("/d/x.db".into())));
        let there: Location = "postgres://diary:hidden@localhost/diary".parse().unwrap();
        assert!(matches!(there, Location::Postgres(_)));
        assert!(!format!("{there:?}").contains("hidden"));
        for wrong in ["", "sqlite:", "/d/x.db", "mysql://u:hidden@h/d", "postgres://u:hidden@h:port/d"] {
            let error = wrong.parse::<Location>().unwrap_err();
            assert!(!error.to_string().contains("hidden"), "{error}");
        }
    }
}
