//! A database of either kind, as a move has one at each end.

use std::sync::Arc;

use diary_core::entropy::Entropy;
use zeroize::Zeroizing;

use crate::location::pool;
use crate::postgres::Pool;
use crate::sql::{Engine, Step, Tx};
use crate::sqlite::{Missing, Threads};
use crate::{Location, StoreError};

/// One of the two.
pub(super) enum Either {
    Sqlite(Threads),
    Postgres(Pool),
}

impl Either {
    /// Opens a database, and brings its schema up to date.
    pub(super) async fn open(
        location: &Location,
        secret: &[u8; 32],
        missing: Missing,
        entropy: Arc<dyn Entropy + Send + Sync>,
    ) -> Result<Self, StoreError> {
        Ok(match location {
            Location::Sqlite(path) => Self::Sqlite(Threads::start(path, &Zeroizing::new(*secret), missing)?),
            Location::Postgres(address) => Self::Postgres(pool(address, secret, missing, entropy).await?),
        })
    }
}

impl Engine for Either {
    fn merged_at_once(&self) -> u32 {
        match self {
            Self::Sqlite(threads) => threads.merged_at_once(),
            Self::Postgres(pool) => pool.merged_at_once(),
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(threads) => threads.write(verb, work).await,
            Self::Postgres(pool) => pool.write(verb, work).await,
        }
    }

    async fn read<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(threads) => threads.read(verb, work).await,
            Self::Postgres(pool) => pool.read(verb, work).await,
        }
    }

    async fn peek<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(threads) => threads.peek(verb, work).await,
            Self::Postgres(pool) => pool.peek(verb, work).await,
        }
    }

    async fn outside_version(&self) -> Result<i64, StoreError> {
        match self {
            Self::Sqlite(threads) => threads.outside_version().await,
            Self::Postgres(pool) => pool.outside_version().await,
        }
    }
}
