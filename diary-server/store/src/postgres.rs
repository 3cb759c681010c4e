//! PostgreSQL as the database of a server: the connections, and how transactions run on them. The statements are those
//! of the tables, which are the same for every database.

mod address;
mod each;
mod migrate;
mod refused;
mod roles;
mod seal;
mod session;
mod tls;
mod tx;
mod value;

pub use address::{Address, AddressError};
pub use roles::{RoleName, Roles, RolesError};

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, Manager, ManagerConfig, Pool as Clients, RecyclingMethod, Runtime,
};
use diary_core::entropy::Entropy;
use diary_core::ids::to_hex;
use diary_core::retry::ATTEMPTS;
use refused::unconnected;
use seal::Seal;
use session::{Connector, set_up};
use tls::Tls;
use tokio::runtime::Handle;
use tx::{Begin, PgTx, Shared};

use super::StoreError;
use super::error::Cause;
use super::sql::{Engine, Fault, Refused, Step, Trouble, Tx};
use super::store::Store;

/// Time limit for a free connection from the pool, and for opening one.
const CLIENT_WITHIN: Duration = Duration::from_secs(5);

/// Larger than in SQLite: a merge does not block pushes here, and the cost is in the query for waiting parcels, once
/// per transaction.
const MERGED_AT_ONCE: u32 = 256;

const OUTSIDE_VERSION: &str = "-- store::postgres::outside_version
SELECT hashtextextended(CAST(pg_current_snapshot() AS TEXT), 0)";

/// One PostgreSQL database behind the store.
pub type PostgresStore = Store<Pool>;

impl PostgresStore {
    /// Connects, and brings the schema up to date. Connections are replaced when they break.
    ///
    /// # Errors
    /// As [`Pool::connect`].
    pub async fn connect(
        address: &Address,
        secret: &[u8; 32],
        entropy: Arc<dyn Entropy + Send + Sync>,
    ) -> Result<Self, StoreError> {
        Ok(Self::on(Pool::connect(address, secret, entropy).await?))
    }
}

/// One PostgreSQL database: connections that are opened on demand and replaced when they break.
pub struct Pool {
    clients: Clients,
    shared: Shared,
}

impl Pool {
    /// Connects, and brings the schema up to date. Connections are replaced when they break.
    ///
    /// # Errors
    /// [`StoreError::Away`] where it does not answer, [`StoreError::NewerVersion`], [`StoreError::KeyOrFile`] where it
    /// was made under another `secret`, or what the database says. It is left as it is then.
    pub async fn connect(
        address: &Address,
        secret: &[u8; 32],
        entropy: Arc<dyn Entropy + Send + Sync>,
    ) -> Result<Self, StoreError> {
        let pool = Self::connect_as_is(address, secret, entropy).await?;
        pool.prepared(migrate::migrate).await?;
        Ok(pool)
    }

    /// As [`Self::connect`], for a database that must have the tables of a server.
    ///
    /// # Errors
    /// [`StoreError::Empty`] if it has none, or as [`Self::connect`]; nothing is written then.
    pub async fn connect_existing(
        address: &Address,
        secret: &[u8; 32],
        entropy: Arc<dyn Entropy + Send + Sync>,
    ) -> Result<Self, StoreError> {
        let pool = Self::connect_as_is(address, secret, entropy).await?;
        if !pool.has_tables().await? {
            return Err(StoreError::Empty);
        }
        pool.prepared(migrate::migrate).await?;
        Ok(pool)
    }

    /// Connects to a database without changing its schema, for tools that only read.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub async fn connect_as_is(
        address: &Address,
        secret: &[u8; 32],
        entropy: Arc<dyn Entropy + Send + Sync>,
    ) -> Result<Self, StoreError> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Database {
            during: "open",
            source: Cause(error),
        };
        let connector = Connector(Tls::new(&address.authorities).map_err(|error| failed(error.into()))?);
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let claimant: [u8; 16] = (&*entropy as &dyn Entropy).array();
        // A name of its own for each run, so that an administrator can distinguish connections in `pg_stat_activity`.
        let mut client = address.config.clone();
        client.application_name(format!("diary-server {}", to_hex(&claimant)));
        let clients = Clients::builder(Manager::from_connect(client, connector, config))
            .max_size(address.connections)
            .wait_timeout(Some(CLIENT_WITHIN))
            .create_timeout(Some(CLIENT_WITHIN))
            .runtime(Runtime::Tokio1)
            .post_create(Hook::async_fn(|client, _| Box::pin(set_up(client))))
            .build()
            .map_err(|error| failed(error.into()))?;
        let seal = Arc::new(Seal::new(secret, entropy));
        let shared = Shared { texts: Arc::default(), seal, claimant };
        let pool = Self { clients, shared };
        pool.prepared(migrate::version).await?;
        Ok(pool)
    }

    /// True if the database has the tables of a server.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub async fn has_tables(&self) -> Result<bool, StoreError> {
        Ok(self.prepared(migrate::version).await? > 0)
    }

    /// Reads or changes the schema on a fresh connection.
    async fn prepared<T>(
        &self,
        what: impl AsyncFn(&ClientWrapper, &Seal) -> Step<T>,
    ) -> Result<T, StoreError> {
        let client = self.clients.get().await.map_err(|error| unconnected(error).named("open"))?;
        what(&client, &self.shared.seal).await.map_err(|fault| fault.named("open"))
    }

    /// Runs `work` in a transaction, and again from its beginning after a serialization failure or a deadlock. `work`
    /// blocks a thread on each answer; the thread is taken only once there is a connection.
    async fn run<T: Send + 'static>(
        &self,
        begin: Begin,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut work = work;
        for left in (0..ATTEMPTS).rev() {
            let client = self.clients.get().await.map_err(|error| unconnected(error).named(verb))?;
            let (handle, shared) = (Handle::current(), self.shared.clone());
            let task = tokio::task::spawn_blocking(move || {
                let run = || -> Step<T> {
                    let tx = PgTx::begin(client, handle, shared, begin)?;
                    let outcome = work(&tx);
                    tx.end(outcome)
                };
                let outcome = run();
                (work, outcome)
            });
            let (back, outcome) = task.await.map_err(|_| StoreError::Stopped)?;
            work = back;
            match outcome {
                // The row in the way of a unique key may have just been inserted by another transaction: the repeated
                // work reads it. A lasting violation is reported by the last attempt.
                Err(Fault::Sql(Refused { trouble: Trouble::Again | Trouble::Taken, .. })) if left > 0 => {
                    tracing::debug!(verb, "another transaction came between");
                }
                outcome => return outcome.map_err(|fault| fault.named(verb)),
            }
        }
        Err(StoreError::Busy)
    }
}

impl Engine for Pool {
    fn merged_at_once(&self) -> u32 {
        MERGED_AT_ONCE
    }

    async fn write<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run(Begin::Write, verb, work).await
    }

    async fn read<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run(Begin::Read, verb, work).await
    }

    async fn peek<T: Send + 'static>(
        &self,
        verb: &'static str,
        work: impl Fn(&dyn Tx) -> Step<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run(Begin::Note, verb, work).await
    }

    async fn outside_version(&self) -> Result<i64, StoreError> {
        self.run(Begin::Read, "outside_version", |t| t.one(OUTSIDE_VERSION, (), |row| row.only())).await
    }
}

#[cfg(test)]
mod tests;
