//! Connections to encrypted databases, of the phone and of the server.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use super::StoreError;

/// Pages of this size, fixed so that a database opens the same on every platform.
const PAGE_BYTES: u32 = 4096;

/// Whether a database may be made where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// Make it.
    Create,
    /// Refuse.
    Refuse,
}

/// Connects to the database at `path` with the 32 bytes of its `key`. Nothing is read yet: a wrong key shows at the first
/// read, and nothing is written before it. A row that is replaced counts as deleted, so that rules against deleting hold
/// for it: triggers are recursive.
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

/// Connects to the database at `path` for reading alone, without the locks that SQLite writes.
#[cfg(all(unix, not(target_family = "wasm")))]
pub(super) fn connect_to_read(path: &Path, key: &[u8; 32]) -> Result<Connection, StoreError> {
    make_ready()?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // A write-ahead log is read where it lies. Where there is none and none can be made, there is nothing beside the file.
    let log = |of: &Path| std::path::PathBuf::from(format!("{}-wal", of.display()));
    let connection = if std::fs::metadata(log(path)).is_ok_and(|log| log.len() > 0) {
        Connection::open_with_flags_and_vfs(path, flags, "unix-none")?
    } else {
        Connection::open_with_flags(uri(path), flags | OpenFlags::SQLITE_OPEN_URI)?
    };
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    with_key(connection, key)
}

/// A file that nothing changes, as SQLite names it.
#[cfg(all(unix, not(target_family = "wasm")))]
fn uri(path: &Path) -> String {
    use std::fmt::Write;
    use std::os::unix::ffi::OsStrExt;
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                uri.push(char::from(*byte));
            }
            byte => write!(uri, "%{byte:02x}").expect("memory takes everything"),
        }
    }
    uri + "?immutable=1"
}

fn with_key(connection: Connection, key: &[u8; 32]) -> Result<Connection, StoreError> {
    // A plan that may depend on a bound value, as with `LIMIT ?`, would be made anew for each value.
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
    // A library without SQLCipher ignores the key and would write everything in the clear.
    cipher.map(|_| connection).ok_or(StoreError::NoCipher)
}

/// Lets one thread make the library ready before any other opens a database. SQLite counts itself ready a moment before
/// SQLCipher is: a thread that comes in between would be refused its key. So is this one, where it comes in between.
fn make_ready() -> Result<(), StoreError> {
    static READY: Mutex<bool> = Mutex::new(false);
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    if !*ready {
        Connection::open_in_memory()?.execute_batch("PRAGMA key = 'none'")?;
        *ready = true;
    }
    Ok(())
}
