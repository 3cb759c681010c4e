//! Epochs of a database that is not being served: reading its progress, and beginning a new epoch.

use std::path::Path;

use diary_core::ids::{Epoch, Hash, Incarnation};
use rusqlite::Connection;

use super::fault::refused;
use super::open::{DatabaseKey, Missing, Use, open};
use super::threads::commit;
use super::tx::SqliteTx;
use crate::sql::Step;
use crate::{DatabaseProgress, StoreError, TrailEvent};
use crate::{epoch, migration_state};

const TABLES: &str = "-- store::epoch::tables
SELECT count(*) FROM sqlite_master WHERE name IN ('server', 'trail', 'head')";

/// Progress of the database at `path`, and the audit trail's chain at row `row`; `None` before it was founded.
///
/// # Errors
/// [`StoreError`] where it cannot be read.
pub fn progress(
    path: &Path,
    key: &DatabaseKey,
    row: u64,
) -> Result<Option<(DatabaseProgress, Option<Hash>)>, StoreError> {
    let connection = open(path, key, Missing::Refuse, Use::Look)?;
    read(&connection, row).map_err(|fault| fault.named("progress"))
}

/// Progress of the database at `path`, with the chain at the last row of its audit trail.
///
/// # Errors
/// [`StoreError`] where it cannot be read.
pub fn progress_now(
    path: &Path,
    key: &DatabaseKey,
) -> Result<Option<(DatabaseProgress, Option<Hash>)>, StoreError> {
    let connection = open(path, key, Missing::Refuse, Use::Look)?;
    let now = || match read(&connection, 0)? {
        Some((at, _)) => read(&connection, at.trail),
        None => Ok(None),
    };
    now().map_err(|fault| fault.named("progress"))
}

fn read(connection: &Connection, row: u64) -> Step<Option<(DatabaseProgress, Option<Hash>)>> {
    let tables: i64 = connection.query_row(TABLES, [], |row| row.get(0)).map_err(refused)?;
    if tables < 3 { Ok(None) } else { epoch::progress(&SqliteTx(connection), row) }
}

/// True if the database at `path`, whose schema must be the newest, has the study, and no move of it has begun or
/// ended.
///
/// # Errors
/// [`StoreError`] where it cannot be read.
pub fn is_here(path: &Path, key: &DatabaseKey) -> Result<bool, StoreError> {
    let connection = open(path, key, Missing::Refuse, Use::Look)?;
    let state =
        migration_state::state(&SqliteTx(&connection)).map_err(|fault| fault.named("migration_state"))?;
    Ok(state.is_some_and(|state| state.check().is_ok()))
}

/// Begins a new epoch of the database at `path`.
///
/// # Errors
/// [`StoreError`]; nothing is changed then.
pub fn renew(
    path: &Path,
    key: &DatabaseKey,
    (epoch, incarnation): (Epoch, Incarnation),
    event: &TrailEvent,
) -> Result<(), StoreError> {
    let mut connection = open(path, key, Missing::Refuse, Use::Write)?;
    commit(&mut connection, "renew", &|t| epoch::renew_in(t, (epoch, incarnation), event))
}
