//! Moves everything from one database to another, of either kind. Writing to the source is closed meanwhile, and the
//! target serves only after both were found to have the same contents; so an interrupted move continues where it
//! stopped.

mod check;
mod either;
mod rows;
mod tables;

pub use super::migration_state::MigrationState;

use std::sync::Arc;
use std::time::Duration;

use diary_core::entropy::Entropy;
use diary_core::ids::VaultId;
use diary_core::time::UtcMillis;

use super::migration_state;
use super::sql::{Dialect, Engine, Tx, Value};
use super::sqlite::Missing;
use super::store::Store;
use super::{Location, StoreError, TrailEvent, TrialStore};
use check::{LogChains, TrailChain};
use either::Either;
use rows::named;

/// Default size of a batch of rows, in bytes.
pub const BATCH_BYTES: usize = 4 << 20;

/// Number of checks for other connections, and the time between two of them: the connection of a process that has just
/// ended remains for an instant.
const LOOKS: u32 = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

const OTHERS: &str = "-- store::moving::others
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name LIKE 'diary-server %' AND application_name <> current_setting('application_name')";

/// A database at one end of a move.
pub struct End {
    tables: Store<Either>,
    bytes: usize,
}

/// Progress of a move.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    /// The file that an earlier move had left was renamed.
    SetAside {
        /// New name of the file.
        name: String,
    },
    /// Rows of a table were copied.
    Copied {
        /// The table.
        table: &'static str,
        /// Rows that were copied now.
        rows: u64,
    },
    /// The table is the same at both ends.
    Same {
        /// The table.
        table: &'static str,
        /// Its rows.
        rows: u64,
    },
}

impl End {
    /// Opens a database. Rows are read and written about `bytes` at a time.
    ///
    /// # Errors
    /// [`StoreError`]; the database is left as it is then.
    pub async fn open(
        location: &Location,
        secret: &[u8; 32],
        missing: Missing,
        bytes: usize,
        entropy: Arc<dyn Entropy + Send + Sync>,
    ) -> Result<Self, StoreError> {
        let engine = Either::open(location, secret, missing, entropy).await?;
        Ok(Self { tables: Store::on(engine), bytes })
    }

    /// The store on this database.
    #[must_use]
    pub fn store(&self) -> &dyn TrialStore {
        &self.tables
    }

    fn engine(&self) -> &Either {
        self.tables.engine()
    }

    /// State of the move; `None` if the database has no study.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn migration_state(&self) -> Result<Option<MigrationState>, StoreError> {
        self.engine().read("move", migration_state::state).await
    }

    /// True if other server processes use it. Always false for a file, where this cannot be asked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn is_in_use(&self) -> Result<bool, StoreError> {
        for _ in 0..LOOKS {
            let others = |t: &dyn Tx| match t.dialect() {
                Dialect::Sqlite => Ok(0),
                Dialect::Postgres => t.one(OTHERS, (), |row| row.only::<i64>()),
            };
            if self.engine().read("move", others).await? == 0 {
                return Ok(false);
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Ok(true)
    }

    /// Closes this database for writing.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where others go on writing for too long.
    pub async fn leave(&self, event: TrailEvent) -> Result<(), StoreError> {
        self.engine().write("move", move |t| migration_state::leave(t, &event)).await
    }

    /// Takes [`Self::leave`] back.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where no move began, [`StoreError::Moved`] where it is complete.
    pub async fn stay(&self, event: TrailEvent) -> Result<(), StoreError> {
        self.engine().write("move", move |t| migration_state::stay(t, &event)).await
    }

    /// Marks the study as moved away.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn left(&self, at: UtcMillis) -> Result<(), StoreError> {
        self.engine().write("move", move |t| migration_state::left(t, at)).await
    }

    /// Marks the study as arrived.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn arrived(&self, event: TrailEvent) -> Result<(), StoreError> {
        self.engine().write("move", move |t| migration_state::arrived(t, &event)).await
    }

    /// Copies rows that are missing at `to`; the server's row is written by [`Self::found`].
    ///
    /// # Errors
    /// [`StoreError`]; copied rows stay, and the next call continues after them.
    pub async fn copy(&self, to: &Self, told: &mut dyn FnMut(Progress)) -> Result<(), StoreError> {
        for copied in rows::tables() {
            let (mut after, mut count) = (copied.last(to.engine()).await?, 0);
            loop {
                let rows = copied.read(self.engine(), after.take(), self.bytes).await?;
                let Some(last) = rows.last().cloned() else { break };
                count += rows.len() as u64;
                copied.add(to.engine(), rows).await?;
                after = Some(last);
            }
            told(Progress::Copied { table: &copied.table.name, rows: count });
        }
        to.number_on().await
    }

    /// Sets the database's sequences after the copied rows.
    async fn number_on(&self) -> Result<(), StoreError> {
        let work = |t: &dyn Tx| {
            if t.dialect() == Dialect::Postgres {
                for copied in rows::tables() {
                    if let Some(sql) = copied.numbering() {
                        t.rows(sql, ())?;
                    }
                }
            }
            Ok(())
        };
        self.engine().write("move", work).await
    }

    /// Compares all tables with `other`: returns the name of the first table that differs, or else the number of all
    /// rows. Also verifies the chains of the logs and of the audit trail there.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if a chain does not verify.
    pub async fn compare(
        &self,
        other: &Self,
        told: &mut dyn FnMut(Progress),
    ) -> Result<Result<u64, &'static str>, StoreError> {
        let mut all = 0;
        for copied in rows::tables() {
            let table = copied.table.name.as_str();
            let (here, there) = tokio::try_join!(
                check::content(copied, self.engine(), self.bytes),
                check::content(copied, other.engine(), self.bytes)
            )?;
            if here != there {
                return Ok(Err(table));
            }
            told(Progress::Same { table, rows: here.rows });
            all += here.rows;
        }
        other.check_chains().await?;
        Ok(Ok(all))
    }

    /// Recomputes the chains of every log and of the audit trail.
    async fn check_chains(&self) -> Result<(), StoreError> {
        let (mut logs, mut trail) = (LogChains::default(), TrailChain::new());
        let (engine, bytes) = (self.engine(), self.bytes);
        named("log")?.walk(engine, bytes, |row| logs.record(row)).await?;
        named("head")?.walk(engine, bytes, |row| logs.head(row)).await?;
        logs.end()?;
        named("trail")?.walk(engine, bytes, |row| trail.row(row)).await?;
        Ok(())
    }

    /// Every vault.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn vaults(&self) -> Result<Vec<VaultId>, StoreError> {
        let mut vaults = Vec::new();
        let look = |row: rows::Record<'_>| {
            vaults.push(VaultId::from_bytes(row.get("id").map_err(|fault| fault.named("move"))?));
            Ok(())
        };
        named("vault")?.walk(self.engine(), self.bytes, look).await?;
        Ok(vaults)
    }

    /// Writes the server's row at `to`, in the state of an incomplete arrival.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn found(&self, to: &Self) -> Result<(), StoreError> {
        let server = named(tables::SERVER)?;
        let states = [server.place("leaving"), server.place("moved"), server.place("arriving")];
        let [Some(leaving), Some(moved), Some(arriving)] = states else {
            return Err(StoreError::NotFound { what: "column of the server's row" });
        };
        let mut rows = server.read(self.engine(), None, self.bytes).await?;
        for row in &mut rows {
            // The move was given up on another machine meanwhile: the study stays there.
            let begun = matches!((&row[leaving], &row[moved]), (Value::Int(_), Value::Null));
            if !begun {
                return Err(StoreError::Conflict { what: "the move was given up meanwhile" });
            }
            // The start of leaving here is the start of arriving there.
            row[arriving] = std::mem::replace(&mut row[leaving], Value::Null);
            row[moved] = Value::Null;
        }
        server.add(to.engine(), rows).await
    }
}

/// The tables that are moved, with their columns, and those that are left out; a test compares both with the schema.
#[must_use]
pub fn moved_tables() -> (Vec<(&'static str, Vec<&'static str>)>, &'static [&'static str]) {
    let columns =
        |table: &'static tables::MovedTable| table.columns.iter().map(|one| one.name.as_str()).collect();
    (tables::all().iter().map(|table| (table.name.as_str(), columns(table))).collect(), tables::LEFT_OUT)
}
