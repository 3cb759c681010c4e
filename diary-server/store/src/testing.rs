//! Access below the verbs of the trait, for tests: counted steps of statements, the bare database, a failing disk.

use std::path::Path;

use diary_core::ids::{Incarnation, KeyId, VaultId};
use diary_core::steps;
use rusqlite::Connection;

use crate::sql::{Engine, Fault, Tx};
use crate::sqlite::bare_connection;
pub use crate::sqlite::{DatabaseKey, Missing, SqliteStore};
use crate::{StoreError, StoredQuery};
use crate::{rebuild, waiting};

/// A connection without the store in front, and without enforcement of foreign keys.
///
/// # Errors
/// As [`SqliteStore::open`].
pub fn bare(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    bare_connection(path, key)
}

/// Number of steps of the writing thread so far.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn steps(store: &SqliteStore) -> Result<u64, StoreError> {
    store.engine().write("steps", |_| Ok(steps::taken())).await
}

/// Number up to which the chain of an incarnation of a phone has no gap.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn whole(
    store: &SqliteStore,
    vault: VaultId,
    incarnation: Incarnation,
    author: KeyId,
) -> Result<i64, StoreError> {
    let read = move |t: &dyn Tx| {
        let sql = "-- store::testing::whole
            SELECT l.whole FROM incarnation l JOIN vault v ON v.no = l.vault
            WHERE v.id = ?1 AND l.incarnation = ?2 AND l.author = ?3";
        t.one(sql, (vault.as_bytes(), incarnation.as_bytes(), author.as_bytes()), |row| row.only())
    };
    store.engine().read("whole", read).await
}

/// Parcels that wait, and the steps it takes to read them.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn waiting_steps(store: &SqliteStore, limit: u32) -> Result<(u64, u64), StoreError> {
    let read = move |t: &dyn Tx| {
        let before = steps::taken();
        let waiting = waiting::waiting(t, 0, limit)?;
        let found = waiting.batches.iter().map(|batch| batch.parcels.len() as u64).sum::<u64>();
        Ok((found, steps::taken() - before))
    };
    store.engine().write("waiting", read).await
}

/// Parcels of a vault, and the steps it takes to read them page by page.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn stored_steps(store: &SqliteStore, vault: VaultId) -> Result<(u64, u64), StoreError> {
    let read = move |t: &dyn Tx| {
        let before = steps::taken();
        let (mut found, mut query) = (0, StoredQuery::all(vault));
        loop {
            let page = rebuild::stored_page(t, &query)?;
            let Some(last) = page.last() else { break };
            query.after = Some(last.parcel.row);
            found += page.len() as u64;
        }
        Ok((found, steps::taken() - before))
    };
    store.engine().write("stored", read).await
}

/// Limits the pages of the database.
///
/// # Errors
/// [`StoreError`] of the database.
pub async fn limit_pages(store: &SqliteStore, pages: i64) -> Result<(), StoreError> {
    let set = move |connection: &mut Connection| {
        let set = connection.pragma_update(None, "max_page_count", pages).map_err(Fault::from);
        set.map_err(|fault| fault.named("limit_pages"))
    };
    store.engine().on_writer(set).await
}

/// Fails a transaction as after a disk error on commit.
///
/// # Errors
/// Always: the resulting error.
pub async fn fail_disk(store: &SqliteStore, verb: &'static str) -> Result<(), StoreError> {
    let failure = |_: &dyn Tx| {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
        Err::<(), _>(Fault::from(rusqlite::Error::SqliteFailure(code, None)))
    };
    store.engine().write(verb, failure).await
}
