//! Opening of the device's database: pragmas, integrity, migrations. A database that cannot be read is
//! refused and left exactly as it is; nothing here deletes or recreates one.

use std::path::Path;

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::cipher::{Missing, connect};
use super::{Obstacle, StoreError, statement};

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

/// Opens the database for reading if SQLite finds no room for its own files or may not write at all, with the
/// index of the write-ahead log in memory. Without SQLite's locks, which would have to be written; the
/// caller's own lock keeps other processes out.
#[cfg(all(unix, not(target_family = "wasm")))]
fn open_to_read(path: &str, key: &DatabaseKey) -> Result<Connection, StoreError> {
    let path = Path::new(path);
    let connection = super::cipher::connect_to_read(path, key.as_bytes())?;
    connection.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;",
    )?;
    connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0))
        .map_err(unreadable)?;
    check_quickly(&connection)?;
    connection.set_prepared_statement_cache_capacity(statement::KEPT);
    let newest = newest();
    match version(&connection)? {
        found if found == newest => Ok(connection),
        found if found > newest => Err(StoreError::NewerVersion { found, newest }),
        // The schema is older, and migrating it would have to write.
        _ => Err(StoreError::ReadingOnly(Obstacle::Other)),
    }
}

fn open_to_write(path: &str, key: &DatabaseKey, missing: Missing) -> Result<Connection, StoreError> {
    let mut connection = connect(Path::new(path), key.as_bytes(), missing)?;
    // The first read fails with a wrong key or on a file that is no database, before anything was written.
    connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0))
        .map_err(unreadable)?;
    connection.execute_batch(pragmas())?;
    check_quickly(&connection)?;
    connection.set_prepared_statement_cache_capacity(statement::KEPT);
    migrate(&mut connection)?;
    Ok(connection)
}

fn unreadable(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::KeyOrFile,
        Some(rusqlite::ErrorCode::DatabaseCorrupt) => StoreError::Corrupt,
        _ => StoreError::Database(error),
    }
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

fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).expect("there are few migrations")
}

fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Migrates the schema to the newest version in one transaction. A database of a newer program is refused
/// unchanged.
fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let newest = newest();
    match version(connection)? {
        found if found == newest => return Ok(()),
        found if found > newest => return Err(StoreError::NewerVersion { found, newest }),
        _ => {}
    }
    // One transaction for all migrations: if the program stops in between, the earlier version is intact.
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Read again under the lock: another process may have migrated meanwhile.
    let found = version(&transaction)?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", newest)?;
    transaction.commit()?;
    Ok(())
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
    match unreadable(error) {
        StoreError::KeyOrFile => StoreError::Corrupt,
        other => other,
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
        migrate(&mut connection).unwrap();
        let mut statement = connection.prepare("SELECT entry, n FROM entry_number ORDER BY n").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get::<_, [u8; 16]>(0)?[0], row.get::<_, u32>(1)?)));
        let numbers: Vec<(u8, u32)> = rows.unwrap().map(Result::unwrap).collect();
        assert_eq!(numbers, [(2, 1), (1, 2), (3, 3)]);
    }
}
