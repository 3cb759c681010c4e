//! Opening of the device's database: pragmas, integrity, migrations. A database that cannot be read is
//! refused and left exactly as it is; nothing here deletes or recreates one.

use std::path::Path;

use rusqlite::{Connection, ErrorCode};
use zeroize::Zeroizing;

use super::{Obstacle, StoreError, statement};
use crate::sqlcipher::{self, Missing};

/// Migrations in order, one change of the schema each; the version is the number of those applied.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_diary.sql"),
    include_str!("../../migrations/0002_received_revisions.sql"),
    include_str!("../../migrations/0003_lives.sql"),
    include_str!("../../migrations/0004_other_phones.sql"),
    include_str!("../../migrations/0005_known.sql"),
    include_str!("../../migrations/0006_entry_numbers.sql"),
    include_str!("../../migrations/0007_notices.sql"),
    include_str!("../../migrations/0008_upkeep.sql"),
    include_str!("../../migrations/0009_owed.sql"),
    include_str!("../../migrations/0010_names.sql"),
];

/// Key of the database, 32 random bytes. `Debug` does not print it.
pub struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    /// The key with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseKey(..)")
    }
}

/// Largest database, in pages (16 MiB in all), that is checked at each opening: more than a year's diary,
/// read in about 55 ms of the 100 ms that opening may take. A larger one is checked once a day.
const QUICK_CHECK_MAX_PAGES: i64 = 4096;

/// Opens or creates the database at `path`, checks it quickly and migrates its schema. If nothing can be
/// written, an existing database is opened for reading, with the cause.
pub(super) fn open(
    path: &str,
    key: &DatabaseKey,
    missing: Missing,
) -> Result<(Connection, Option<Obstacle>), StoreError> {
    #[cfg(not(target_family = "wasm"))]
    if missing == Missing::Refuse && std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        return Err(StoreError::NoFile);
    }
    let error = match open_to_write(path, key, missing) {
        Ok(connection) => return Ok((connection, None)),
        Err(error) => error,
    };
    #[cfg(all(unix, not(target_family = "wasm")))]
    if missing == Missing::Refuse {
        use std::io::ErrorKind;
        // The file system reports the cause more exactly than SQLite.
        let opened = std::fs::OpenOptions::new().append(true).open(path);
        let why = match (opened.map_err(|error| error.kind()), error.obstacle()) {
            (Err(ErrorKind::NotFound), _) => return Err(StoreError::NoFile),
            (_, None | Some(Obstacle::InUse | Obstacle::Damaged)) => return Err(error),
            (Err(kind), Some(_)) => Obstacle::of_io(kind),
            (Ok(_), Some(why)) => why,
        };
        return match open_to_read(path, key) {
            Ok(connection) => Ok((connection, Some(why))),
            // A wrong key or damage explains the failure better than the failed write.
            Err(found @ (StoreError::KeyOrFile | StoreError::Corrupt | StoreError::NewerVersion { .. })) => {
                Err(found)
            }
            Err(_) => Err(error),
        };
    }
    Err(error)
}

/// Opens the database for reading if SQLite finds no room for its own files or may not write at all.
#[cfg(all(unix, not(target_family = "wasm")))]
fn open_to_read(path: &str, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let connection = sqlcipher::open_to_read(Path::new(path), key.as_bytes())?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;")?;
    check_quickly(&connection)?;
    connection.set_prepared_statement_cache_capacity(statement::KEPT);
    // Migrating an older schema would have to write.
    let is_newest = sqlcipher::is_newest(&connection, MIGRATIONS)?;
    if is_newest { Ok(connection) } else { Err(StoreError::ReadingOnly(Obstacle::Other)) }
}

fn open_to_write(path: &str, key: &DatabaseKey, missing: Missing) -> Result<Connection, StoreError> {
    let mut connection = sqlcipher::open(Path::new(path), key.as_bytes(), missing)?;
    connection.execute_batch(pragmas())?;
    check_quickly(&connection)?;
    connection.set_prepared_statement_cache_capacity(statement::KEPT);
    sqlcipher::migrate(&mut connection, MIGRATIONS)?;
    Ok(connection)
}

/// Pragmas of a connection that writes: a rollback journal in the browser, which has no shared memory,
/// otherwise a write-ahead log. Every commit is flushed to the disk before it returns.
const fn pragmas() -> &'static str {
    if cfg!(target_family = "wasm") {
        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
    } else {
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 10000;"
    }
}

/// Checks pages and tables, without the indexes; skipped for databases above [`QUICK_CHECK_MAX_PAGES`].
fn check_quickly(connection: &Connection) -> Result<(), StoreError> {
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).map_err(damaged)?;
    if pages > QUICK_CHECK_MAX_PAGES { Ok(()) } else { expect_ok(connection, "PRAGMA quick_check(1)") }
}

/// Reads every page and checks every index and reference.
///
/// # Errors
/// [`StoreError::Corrupt`] if a check fails.
pub(super) fn check_integrity(connection: &Connection) -> Result<(), StoreError> {
    let found = |sql: &str| Ok(connection.prepare(sql)?.query([])?.next()?.is_some());
    let broken_page = found("PRAGMA cipher_integrity_check").map_err(damaged)?;
    expect_ok(connection, "PRAGMA integrity_check(1)")?;
    let dangling = found("PRAGMA foreign_key_check").map_err(damaged)?;
    if broken_page || dangling { Err(StoreError::Corrupt) } else { Ok(()) }
}

fn expect_ok(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let verdict: String = connection.query_row(sql, [], |row| row.get(0)).map_err(damaged)?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Corrupt) }
}

/// Maps "not a database" to damage: after the key has opened the first page, a page that does not open is
/// damaged.
fn damaged(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Corrupt,
        _ => StoreError::Database(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_an_older_diary_keep_the_numbers_that_were_shown() {
        let mut connection = Connection::open_in_memory().unwrap();
        for migration in &MIGRATIONS[..5] {
            connection.execute_batch(migration).unwrap();
        }
        connection.pragma_update(None, "user_version", 5).unwrap();
        // Entry 2 was made first; entry 1 has a later version, entry 3 came last.
        for (id, entry, counter) in [(11u8, 1u8, 2), (12, 2, 1), (13, 1, 3), (14, 3, 4)] {
            let row = ([id; 16], [id; 32], [entry; 16], counter);
            let insert = "INSERT INTO revision (id, hash, entry, counter, day, kind, bytes) VALUES (?1, ?2, ?3, ?4, 0, 'note', x'00')";
            connection.execute(insert, row).unwrap();
        }
        sqlcipher::migrate(&mut connection, MIGRATIONS).unwrap();
        let mut statement = connection.prepare("SELECT entry, n FROM entry_number ORDER BY n").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get::<_, [u8; 16]>(0)?[0], row.get::<_, u32>(1)?)));
        let numbers: Vec<(u8, u32)> = rows.unwrap().map(Result::unwrap).collect();
        assert_eq!(numbers, [(2, 1), (1, 2), (3, 3)]);
    }
}
