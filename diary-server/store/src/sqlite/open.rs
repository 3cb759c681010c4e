//! Opening the server's database: pragmas, migrations. A database that cannot be read is refused and left exactly
//! as it is; nothing here ever deletes or recreates one.

use std::path::Path;

use diary_core::sqlcipher;
pub use diary_core::sqlcipher::Missing;
use rusqlite::{Connection, ErrorCode};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::sql::Fault;

/// The 32 random bytes that encrypt the database.
pub type DatabaseKey = Zeroizing<[u8; 32]>;

/// One change of the schema each, in order; the position is the version.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_server.sql"),
    include_str!("../../migrations/sqlite/0002_people_and_devices.sql"),
    include_str!("../../migrations/sqlite/0003_vault_log.sql"),
    include_str!("../../migrations/sqlite/0004_trial_record.sql"),
    include_str!("../../migrations/sqlite/0005_trail.sql"),
    include_str!("../../migrations/sqlite/0006_quarantine.sql"),
    include_str!("../../migrations/sqlite/0007_telling.sql"),
    include_str!("../../migrations/sqlite/0008_backups.sql"),
    include_str!("../../migrations/sqlite/0009_wrong_digits.sql"),
    include_str!("../../migrations/sqlite/0010_relay.sql"),
    include_str!("../../migrations/sqlite/0011_rewraps.sql"),
    include_str!("../../migrations/sqlite/0012_held_papers.sql"),
    include_str!("../../migrations/sqlite/0013_standing.sql"),
    include_str!("../../migrations/sqlite/0014_moving.sql"),
    include_str!("../../migrations/sqlite/0015_found_by_device.sql"),
    include_str!("../../migrations/sqlite/0016_people_changes.sql"),
    include_str!("../../migrations/sqlite/0017_indexes.sql"),
    include_str!("../../migrations/sqlite/0018_links.sql"),
    include_str!("../../migrations/sqlite/0019_clock.sql"),
    include_str!("../../migrations/sqlite/0020_allowances.sql"),
    include_str!("../../migrations/sqlite/0021_unmerged.sql"),
    include_str!("../../migrations/sqlite/0022_wrong_digits_counted.sql"),
    include_str!("../../migrations/sqlite/0023_participant_by_key.sql"),
    include_str!("../../migrations/sqlite/0024_lost_keepers.sql"),
    include_str!("../../migrations/sqlite/0025_terms.sql"),
    include_str!("../../migrations/sqlite/0026_accounts.sql"),
    include_str!("../../migrations/sqlite/0027_names.sql"),
    include_str!("../../migrations/sqlite/0028_trail_events.sql"),
    include_str!("../../migrations/sqlite/0029_loans.sql"),
];

/// Purpose of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Use {
    /// Writes.
    Write,
    /// Reads.
    Read,
    /// Inspects or copies a database as it is, without migrating it.
    Look,
}

/// A write-ahead log in which each commit is flushed to disk before it counts; `writer` checkpoints it.
const PRAGMAS: &str = "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
    PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;";
const WAIT_FOR_OTHERS: &str = "PRAGMA busy_timeout = 10000;";
const JOURNAL: &str = "PRAGMA journal_mode = WAL";
/// Processes that may be making the same database at the same time.
const MAKERS: u32 = 16;
const WRITE_PRAGMAS: &str = "PRAGMA cache_size = -32000;";
const READ_PRAGMAS: &str = "PRAGMA cache_size = -2000; PRAGMA query_only = ON;";

/// Prepared statements cached per connection; there are about sixty.
const PREPARED_STATEMENTS: usize = 128;

/// Opens one connection. The one that writes brings the schema up to date.
pub(super) fn open(
    path: &Path,
    key: &DatabaseKey,
    missing: Missing,
    purpose: Use,
) -> Result<Connection, StoreError> {
    let connect = || -> Result<Connection, Fault> {
        let mut connection = sqlcipher::open(path, key, missing)?;
        if missing == Missing::Refuse && sqlcipher::version(&connection)? == 0 {
            return Err(StoreError::Empty.into());
        }
        if purpose != Use::Look {
            connection.execute_batch(WAIT_FOR_OTHERS)?;
            use_log(&connection)?;
            connection.execute_batch(PRAGMAS)?;
        }
        connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
        match purpose {
            Use::Write => {
                sqlcipher::migrate(&mut connection, MIGRATIONS)?;
                connection.execute_batch(WRITE_PRAGMAS)?;
            }
            Use::Read => connection.execute_batch(READ_PRAGMAS)?,
            Use::Look => {}
        }
        Ok(connection)
    };
    connect().map_err(|fault| fault.named("open"))
}

/// Switches the database to a write-ahead log. The first switch needs exclusive use of the file, and SQLite's busy
/// handler does not wait for that: it is retried here.
fn use_log(connection: &Connection) -> Result<(), Fault> {
    for _ in 0..MAKERS {
        match connection.query_row(JOURNAL, [], |row| row.get::<_, String>(0)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                connection.execute_batch("BEGIN EXCLUSIVE; ROLLBACK")?;
            }
            other => return Ok(other.map(drop)?),
        }
    }
    Err(StoreError::Busy.into())
}

/// An empty database in memory with the newest schema, to read its catalogue.
pub(crate) fn empty() -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    for migration in MIGRATIONS {
        connection.execute_batch(migration)?;
    }
    Ok(connection)
}
