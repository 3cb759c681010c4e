//! Connections to encrypted databases, of the phone and of the server.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use super::StoreError;

/// Page size in bytes, fixed so that a database opens in the same way on every platform.
const PAGE_BYTES: u32 = 4096;

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
/// [`StoreError::Database`] if the file does not open, [`StoreError::NoCipher`] if this program was built without
/// encryption.
pub fn connect(path: &Path, key: &[u8; 32], missing: Missing) -> Result<Connection, StoreError> {
    make_ready()?;
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if missing == Missing::Create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    with_key(Connection::open_with_flags(path, flags)?, key)
}

/// Connects to the database at `path` for reading alone, without SQLite's file locks.
#[cfg(all(unix, not(target_family = "wasm")))]
pub(super) fn connect_to_read(path: &Path, key: &[u8; 32]) -> Result<Connection, StoreError> {
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
    with_key(connection, key)
}

/// SQLite URI of a file that no other program changes.
#[cfg(all(unix, not(target_family = "wasm")))]
fn uri(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;

    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'_').remove(b'-');
    format!("file:{}?immutable=1", percent_encode(path.as_os_str().as_bytes(), ENCODED))
}

fn with_key(connection: Connection, key: &[u8; 32]) -> Result<Connection, StoreError> {
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
    cipher.map(|_| connection).ok_or(StoreError::NoCipher)
}

/// Initializes SQLite and SQLCipher from one thread before any database is opened. SQLite reports itself
/// initialized a moment before SQLCipher is, and a thread that opens a database in between is refused its
/// key.
fn make_ready() -> Result<(), StoreError> {
    static READY: Mutex<bool> = Mutex::new(false);
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if !*ready {
        Connection::open_in_memory()?.execute_batch("PRAGMA key = 'none'")?;
        *ready = true;
    }
    Ok(())
}
