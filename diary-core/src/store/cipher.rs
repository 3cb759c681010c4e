//! Connections to encrypted databases, of the phone and of the server.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

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
/// read, and nothing is written before it.
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
    let connection = Connection::open_with_flags(path, flags)?;
    let hex = Zeroizing::new(crate::ids::to_hex(key));
    let statement = Zeroizing::new(format!(
        "PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{}'\"; PRAGMA cipher_page_size = {PAGE_BYTES};",
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
