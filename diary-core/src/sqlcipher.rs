//! Encrypted databases, of the device and of the server: opening with a key, and migration of the schema. A
//! database that cannot be read is refused and left exactly as it is.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use zeroize::Zeroizing;

/// Page size in bytes, fixed so that a database opens in the same way on every platform.
const PAGE_BYTES: u32 = 4096;

/// Failure to open or to migrate a database. The file is left unchanged.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Wrong key, or the file is no database of this kind.
    #[error("wrong key, or no encrypted database")]
    KeyOrFile,
    /// Pages do not hold together.
    #[error("the database is damaged")]
    Corrupt,
    /// Written by a newer program.
    #[error("the database has schema {found}, this program knows {newest}")]
    NewerVersion {
        /// Version of the file.
        found: i64,
        /// Newest version known here.
        newest: i64,
    },
    /// SQLite was built without encryption.
    #[error("this program was built without database encryption")]
    NoCipher,
    /// SQLite reports another error.
    #[error("the database does not open")]
    Database(#[from] rusqlite::Error),
}

/// Treatment of a missing database file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// Make it.
    Create,
    /// Refuse.
    Refuse,
}

/// Connects to the database at `path` with the 32 bytes of its `key`. Nothing is read or written yet: a wrong
/// key shows at the first read. Triggers are recursive, so that a row replaced by `INSERT OR REPLACE` fires
/// the triggers that forbid deletion.
///
/// # Errors
/// [`OpenError::Database`] if the file does not open, [`OpenError::NoCipher`] if this program was built without
/// encryption.
pub fn connect(path: &Path, key: &[u8; 32], missing: Missing) -> Result<Connection, OpenError> {
    make_ready()?;
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if missing == Missing::Create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    with_key(Connection::open_with_flags(path, flags)?, key)
}

/// Opens the database at `path`: connects and reads, which fails with a wrong key or on a file that is no
/// database before anything was written.
///
/// # Errors
/// [`OpenError::KeyOrFile`], [`OpenError::Corrupt`], or those of [`connect`].
pub fn open(path: &Path, key: &[u8; 32], missing: Missing) -> Result<Connection, OpenError> {
    read_first(connect(path, key, missing)?)
}

/// Opens the database at `path` for reading alone, without SQLite's locks, which would have to be written, and
/// with the index of the write-ahead log in memory. The caller keeps other processes out.
///
/// # Errors
/// As [`open`].
#[cfg(all(unix, not(target_family = "wasm")))]
pub fn open_to_read(path: &Path, key: &[u8; 32]) -> Result<Connection, OpenError> {
    make_ready()?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // A write-ahead log that holds pages must be read along with the file. Without one, `immutable` spares
    // SQLite the `-wal` and `-shm` files, which cannot be created on a disk that cannot be written.
    let log = |of: &Path| std::path::PathBuf::from(format!("{}-wal", of.display()));
    let connection = if std::fs::metadata(log(path)).is_ok_and(|log| log.len() > 0) {
        Connection::open_with_flags_and_vfs(path, flags, "unix-none")?
    } else {
        Connection::open_with_flags(uri(path), flags | OpenFlags::SQLITE_OPEN_URI)?
    };
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let connection = with_key(connection, key)?;
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    read_first(connection)
}

/// Version of the schema: the number of migrations that were applied.
///
/// # Errors
/// Those of SQLite.
pub fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Migrates the schema to the newest version in one transaction. `migrations` are in order, one change of the
/// schema each.
///
/// # Errors
/// [`OpenError::NewerVersion`] for a database of a newer program, or those of SQLite.
pub fn migrate(connection: &mut Connection, migrations: &[&str]) -> Result<(), OpenError> {
    if is_newest(connection, migrations)? {
        return Ok(());
    }
    // One transaction for all migrations: if the program stops in between, the earlier version is intact.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again under the lock: another process may have migrated meanwhile.
    let found = version(&transaction)?;
    for migration in migrations.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", newest(migrations))?;
    transaction.commit()?;
    Ok(())
}

/// True if every migration was applied to the schema.
///
/// # Errors
/// [`OpenError::NewerVersion`] for a database of a newer program, or those of SQLite.
pub fn is_newest(connection: &Connection, migrations: &[&str]) -> Result<bool, OpenError> {
    match (version(connection)?, newest(migrations)) {
        (found, newest) if found > newest => Err(OpenError::NewerVersion { found, newest }),
        (found, newest) => Ok(found == newest),
    }
}

fn newest(migrations: &[&str]) -> i64 {
    i64::try_from(migrations.len()).expect("there are few migrations")
}

fn read_first(connection: Connection) -> Result<Connection, OpenError> {
    let read = connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0));
    match read.map_err(|error| (error.sqlite_error_code(), error)) {
        Ok(_) => Ok(connection),
        // With a wrong key, SQLCipher may report out of memory, from a page that decrypts to noise.
        Err((Some(ErrorCode::NotADatabase | ErrorCode::OutOfMemory), _)) => Err(OpenError::KeyOrFile),
        Err((Some(ErrorCode::DatabaseCorrupt), _)) => Err(OpenError::Corrupt),
        Err((_, error)) => Err(OpenError::Database(error)),
    }
}

/// SQLite URI of a file that no other program changes.
#[cfg(all(unix, not(target_family = "wasm")))]
fn uri(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;

    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'_').remove(b'-');
    format!("file:{}?immutable=1", percent_encode(path.as_os_str().as_bytes(), ENCODED))
}

fn with_key(connection: Connection, key: &[u8; 32]) -> Result<Connection, OpenError> {
    // With a plan that depends on bound values (as for `LIMIT ?`), SQLite would prepare the statement anew
    // for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let hex = Zeroizing::new(crate::ids::to_hex(key));
    let statement = Zeroizing::new(format!(
        "PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{}'\"; PRAGMA cipher_page_size = {PAGE_BYTES};
        PRAGMA recursive_triggers = ON;",
        hex.as_str()
    ));
    connection.execute_batch(&statement)?;
    let cipher: Option<String> =
        connection.query_row("PRAGMA cipher_version", [], |row| row.get(0)).unwrap_or_default();
    // A library without SQLCipher ignores the key and would write everything unencrypted.
    cipher.map(|_| connection).ok_or(OpenError::NoCipher)
}

/// Initializes SQLite and SQLCipher from one thread before any database is opened. SQLite reports itself
/// initialized a moment before SQLCipher is, and a thread that opens a database in between is refused its
/// key.
fn make_ready() -> Result<(), OpenError> {
    static READY: Mutex<bool> = Mutex::new(false);
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if !*ready {
        Connection::open_in_memory()?.execute_batch("PRAGMA key = 'none'")?;
        *ready = true;
    }
    Ok(())
}
