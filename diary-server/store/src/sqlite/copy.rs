//! A copy of the database as it is at one instant, while others go on writing; and the contents of a copy. Encrypted
//! like the original, under the same key.

use std::path::Path;

use diary_core::ids::{Epoch, Hash, VaultId};
use rusqlite::Connection;

use super::open::{DatabaseKey, Missing, Use, open};
use crate::sql::{Fault, Step, corrupt};
use crate::{StoreError, VaultHead};

const COPY: &str = "-- store::copy::copy
VACUUM INTO ?1";
const CHECK: &str = "PRAGMA integrity_check(1)";
const EPOCH: &str = "-- store::copy::epoch
SELECT epoch FROM server";
const HEADS: &str = "-- store::copy::heads
SELECT v.id, h.n, h.chain FROM head h JOIN vault v ON v.no = h.vault ORDER BY v.no";
const PARCELS: &str = "-- store::copy::parcels
SELECT count(*) FROM parcel";
const PARTICIPANTS: &str = "-- store::copy::participants
SELECT count(*) FROM participant";

/// Contents of a copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holding {
    /// Epoch of the database.
    pub epoch: Epoch,
    /// Version of its schema.
    pub schema: u32,
    /// Head of each vault's log.
    pub heads: Vec<(VaultId, VaultHead)>,
    /// Number of parcels.
    pub parcels: u64,
    /// Number of participants.
    pub participants: u64,
}

/// Copies the database at `path` to the new file `to`, as it is at one instant; concurrent writers are not blocked.
///
/// # Errors
/// [`StoreError`]; the file at `to` is unusable then.
pub fn copy(path: &Path, key: &DatabaseKey, to: &Path) -> Result<(), StoreError> {
    let name = to.to_str().ok_or(StoreError::NotFound { what: "folder whose name is UTF-8" })?;
    let connection = open(path, key, Missing::Refuse, Use::Look)?;
    let run = || -> Step<()> {
        connection.execute(COPY, [name])?;
        Ok(())
    };
    run().map_err(|fault| fault.named("copy"))
}

/// Opens a copy, checks it page by page and returns its contents.
///
/// # Errors
/// [`StoreError::KeyOrFile`] for another key, [`StoreError::Corrupt`] for a damaged file.
pub fn inspect(path: &Path, key: &DatabaseKey) -> Result<Holding, StoreError> {
    let connection = open(path, key, Missing::Refuse, Use::Look)?;
    look(&connection).map_err(|fault| fault.named("inspect"))
}

fn look(connection: &Connection) -> Step<Holding> {
    let whole: String = connection.query_row(CHECK, [], |row| row.get(0))?;
    if whole != "ok" {
        return Err(corrupt("the copy"));
    }
    let number = |sql: &str| -> Step<u64> {
        Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.cast_unsigned())
    };
    let mut statement = connection.prepare(HEADS)?;
    let heads = statement.query_map([], |row| {
        let head =
            VaultHead { n: row.get::<_, i64>(1)?.cast_unsigned(), chain: Hash::from_bytes(row.get(2)?) };
        Ok((VaultId::from_bytes(row.get(0)?), head))
    })?;
    let epoch: [u8; 16] = connection.query_row(EPOCH, [], |row| row.get(0)).map_err(|error| match error {
        rusqlite::Error::QueryReturnedNoRows => corrupt("a database without a server"),
        other => Fault::from(other),
    })?;
    Ok(Holding {
        epoch: Epoch::from_bytes(epoch),
        schema: u32::try_from(number("PRAGMA user_version")?).unwrap_or(u32::MAX),
        heads: heads.collect::<Result<_, _>>()?,
        parcels: number(PARCELS)?,
        participants: number(PARTICIPANTS)?,
    })
}
