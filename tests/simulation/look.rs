//! Contents of the databases of phones and keeper, read past the code under test. Read only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Once;

use diary_core::hash::sha256;
use diary_core::ids::{Hash, Incarnation, RevisionId, VaultId};
use diary_core::parcel::LogKind;
use diary_core::parcel::log::{CHAIN_START, chain_next};
use diary_core::sqlcipher::{Missing, connect};
use diary_core::store::StoreError;
use diary_server::data_folder::DataFolder;
use diary_server::keys::KeeperKeys;
use diary_store::sqlite::SqliteStore;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Row};

/// File of a phone's diary in its folder.
pub const DIARY: &str = "diary.db";
/// File of the keeper's database in its folder.
pub const KEEPER: &str = "diary-server.db";

/// A sealed parcel on a phone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldParcel {
    /// Hash of the grant that it is sealed under.
    pub grant: Hash,
    /// Revisions whose outbox row names it.
    pub revisions: BTreeSet<RevisionId>,
    /// The phone has a receipt for it.
    pub received: bool,
}

/// Contents of a phone's database.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PhoneLook {
    /// Versions with the hash of their bytes.
    pub revisions: BTreeSet<(RevisionId, Hash)>,
    /// Versions made here, which it will send.
    pub outbox: BTreeSet<RevisionId>,
    /// Sealed parcels by core.
    pub parcels: BTreeMap<Hash, HeldParcel>,
    /// Hashes of its grants.
    pub grants: BTreeSet<Hash>,
    /// Versions that cannot be sealed.
    pub stuck: u64,
    /// Epoch, number and chain of its cursor.
    pub cursor: Option<(u64, Hash)>,
}

/// A parcel on the keeper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredParcel {
    /// Number of its record in the log.
    pub n: u64,
    /// 0 to be merged, 1 merged, 2 in quarantine, 3 held back.
    pub state: u8,
    /// Hash of its grant, and true if the keeper has that grant.
    pub grant: (Hash, bool),
    /// It is of a device.
    pub of_device: bool,
}

/// Contents of the keeper's database for one vault.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VaultLook {
    /// Last record of the log.
    pub n: u64,
    /// The chain at each record, from 0.
    pub chains: Vec<Hash>,
    /// Parcels by the hash of their core.
    pub parcels: BTreeMap<Hash, StoredParcel>,
    /// Versions in the record, each with its bytes' hash and the parcel's record.
    pub revisions: BTreeSet<(RevisionId, Hash, u64)>,
}

/// Contents of the keeper's database.
pub type KeeperLook = BTreeMap<VaultId, VaultLook>;

/// What was seen of one database since its store was opened. It is read again only where something was written, on the
/// connection of the store: another one would parse the schema and decrypt every page once more.
#[derive(Debug)]
pub struct Eye<T> {
    seen: Option<((i64, u64), T)>,
}

impl<T> Default for Eye<T> {
    fn default() -> Self {
        Self { seen: None }
    }
}

impl<T: Clone> Eye<T> {
    /// Contents of the database: read by `read` if it was written since the last time, else as they were then.
    fn look(
        &mut self,
        connection: &Connection,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        assert!(connection.is_autocommit(), "a transaction was left open: its rows are not on the disk");
        // The first number counts what other connections have written.
        let others = connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        let version = (others, connection.total_changes());
        if let Some((_, seen)) = self.seen.as_ref().filter(|(at, _)| *at == version) {
            return Ok(seen.clone());
        }
        let seen = read(connection)?;
        self.seen = Some((version, seen.clone()));
        Ok(seen)
    }
}

/// Leaves the write-ahead log as it is when the connection closes. A checkpoint would write to a folder that is not read again,
/// at the cost of a copy.
///
/// # Errors
/// Those of SQLite.
pub fn close_as_it_is(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map(drop)
}

/// [`close_as_it_is`] for the database of a server.
///
/// # Errors
/// Those of SQLite.
pub fn close_store_as_it_is(store: &SqliteStore) -> Result<(), rusqlite::Error> {
    store.with_connection(close_as_it_is).unwrap_or(Ok(()))
}

/// As [`close_as_it_is`], for a database that nothing else of a run opens: it is locked once, not for each statement.
///
/// # Errors
/// Those of SQLite.
pub fn held_by_one(connection: &Connection) -> Result<(), rusqlite::Error> {
    close_as_it_is(connection)?;
    connection.query_row("PRAGMA locking_mode = EXCLUSIVE", [], |_| Ok(()))
}

fn open(path: &Path, key: &[u8; 32]) -> Result<Connection, StoreError> {
    let connection = connect(path, key, Missing::Refuse)?;
    connection.execute_batch("PRAGMA busy_timeout = 10000")?;
    Ok(connection)
}

/// Lets SQLCipher encrypt the databases of this process without authenticating each page, which took a tenth of a run: no fault
/// of a run changes the bytes of a page. Databases that were made before do not open any more.
///
/// # Panics
/// Panics if SQLite is built without SQLCipher.
pub fn authenticate_no_pages() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        let connection = Connection::open_in_memory().expect("a database in memory opens");
        connection.execute_batch("PRAGMA cipher_default_use_hmac = OFF").expect("it is set");
        let read = |row: &Row<'_>| row.get::<_, String>(0);
        let set = connection.query_row("PRAGMA cipher_default_use_hmac", [], read);
        assert_eq!(set.as_deref(), Ok("0"));
    });
}

/// Moves the write-ahead log of a founded keeper into the database file, which is then the only one to copy.
///
/// # Panics
/// Panics if the database cannot be read or written.
pub fn flush(data: &DataFolder) {
    let keys = KeeperKeys::load(&data.keys()).expect("the keys were written");
    let connection = open(&data.database(), keys.database_secret()).expect("the database opens");
    let busy = |row: &Row<'_>| row.get::<_, i64>(0);
    while connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], busy).expect("it answers") != 0 {}
}

/// Lets the phone's database take `rows` more rows and then none, until [`make_room`] removes the limit.
///
/// # Errors
/// Fails if the database cannot be written.
pub fn leave_room(connection: &Connection, rows: u8) -> Result<(), StoreError> {
    let mut script = format!("CREATE TABLE room (rows INTEGER NOT NULL); INSERT INTO room VALUES ({rows});");
    for table in tables(connection)? {
        for event in ["INSERT", "UPDATE"] {
            script.push_str(&format!(
                "CREATE TRIGGER room_{event}_{table} BEFORE {event} ON {table} BEGIN
                     UPDATE room SET rows = rows - 1;
                     SELECT RAISE(ABORT, 'no room') FROM room WHERE rows < 0;
                 END;"
            ));
        }
    }
    Ok(connection.execute_batch(&format!("BEGIN; {script} COMMIT;"))?)
}

/// Removes the limit of [`leave_room`].
///
/// # Errors
/// Fails if the database cannot be written.
pub fn make_room(connection: &Connection) -> Result<(), StoreError> {
    let mut script = "DROP TABLE room;".to_owned();
    for table in tables(connection)?.iter().filter(|table| *table != "room") {
        script.push_str(&format!("DROP TRIGGER room_INSERT_{table}; DROP TRIGGER room_UPDATE_{table};"));
    }
    Ok(connection.execute_batch(&format!("BEGIN; {script} COMMIT;"))?)
}

fn tables(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

/// Contents of a phone's database.
///
/// # Errors
/// Fails if the database cannot be read.
pub fn phone(eye: &mut Eye<PhoneLook>, connection: &Connection) -> Result<PhoneLook, StoreError> {
    eye.look(connection, read_phone)
}

fn read_phone(connection: &Connection) -> Result<PhoneLook, StoreError> {
    let mut look = PhoneLook::default();
    for one in connection
        .prepare_cached("SELECT id, bytes FROM revision")?
        .query_map([], |row| Ok((revision(row, 0)?, sha256(&row.get::<_, Vec<u8>>(1)?))))?
    {
        look.revisions.insert(one?);
    }
    let mut sealed: BTreeMap<(Incarnation, i64), BTreeSet<RevisionId>> = BTreeMap::new();
    let mut rows =
        connection.prepare_cached("SELECT revision, incarnation, seq, stuck IS NOT NULL FROM outbox")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let id = revision(row, 0)?;
        look.outbox.insert(id);
        look.stuck += u64::from(row.get::<_, bool>(3)?);
        if let (Some(incarnation), Some(seq)) = (row.get::<_, Option<[u8; 16]>>(1)?, row.get(2)?) {
            sealed.entry((Incarnation::from_bytes(incarnation), seq)).or_default().insert(id);
        }
    }
    let parcels = "SELECT p.core_hash, p.grant_hash, p.incarnation, p.seq,
          EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper') FROM parcel p";
    let mut rows = connection.prepare_cached(parcels)?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let place = (Incarnation::from_bytes(row.get(2)?), row.get(3)?);
        let revisions = sealed.remove(&place).unwrap_or_default();
        let held = HeldParcel { grant: hash(row, 1)?, revisions, received: row.get(4)? };
        look.parcels.insert(hash(row, 0)?, held);
    }
    for one in connection.prepare_cached("SELECT hash FROM seal_grant")?.query_map([], |row| hash(row, 0))? {
        look.grants.insert(one?);
    }
    let mut cursor = connection.prepare_cached("SELECT n, chain FROM log_cursor")?;
    look.cursor = cursor.query_map([], |row| Ok((unsigned(row, 0)?, hash(row, 1)?)))?.next().transpose()?;
    Ok(look)
}

/// Contents of the keeper's database; the inner error is the first inconsistency of its logs.
///
/// # Errors
/// Fails if the database cannot be read.
///
/// # Panics
/// Panics if the store was opened in a runtime of several threads.
pub fn keeper(
    eye: &mut Eye<Result<KeeperLook, String>>,
    store: &SqliteStore,
) -> Result<Result<KeeperLook, String>, StoreError> {
    let look = store.with_connection(|connection| eye.look(connection, read_keeper));
    look.expect("a run has one thread, and no disk of it fails below the store")
}

fn read_keeper(connection: &Connection) -> Result<Result<KeeperLook, String>, StoreError> {
    let mut look: KeeperLook = BTreeMap::new();
    let mut ids: BTreeMap<i64, VaultId> = BTreeMap::new();
    let heads = "SELECT v.no, v.id, h.n, h.chain FROM vault v JOIN head h ON h.vault = v.no";
    let mut heads = connection.prepare_cached(heads)?;
    let mut heads = heads.query([])?;
    while let Some(row) = heads.next()? {
        let (no, id, n) = (row.get(0)?, VaultId::from_bytes(row.get(1)?), unsigned(row, 2)?);
        let chains = match log(connection, no)? {
            Ok(chains) => chains,
            Err(problem) => return Ok(Err(format!("vault {id}: {problem}"))),
        };
        if (u64::try_from(chains.len()).ok(), chains.last()) != (n.checked_add(1), Some(&hash(row, 3)?)) {
            return Ok(Err(format!("vault {id}: the log does not end at its head {n}")));
        }
        ids.insert(no, id);
        look.insert(id, VaultLook { n, chains, ..VaultLook::default() });
    }
    let parcels = "SELECT l.vault, p.core_hash, p.n, p.state, g.hash, g.n IS NOT NULL, l.device IS NOT NULL
          FROM parcel p JOIN incarnation l ON l.no = p.incarnation_no JOIN parcel_grant g ON g.no = p.named";
    let mut rows = connection.prepare_cached(parcels)?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let Some(vault) = ids.get(&row.get(0)?).and_then(|id| look.get_mut(id)) else { continue };
        let grant = (hash(row, 4)?, row.get(5)?);
        let parcel = StoredParcel { n: unsigned(row, 2)?, state: row.get(3)?, grant, of_device: row.get(6)? };
        vault.parcels.insert(hash(row, 1)?, parcel);
    }
    let mut rows = connection.prepare_cached("SELECT vault, id, hash, n FROM revision")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let Some(vault) = ids.get(&row.get(0)?).and_then(|id| look.get_mut(id)) else { continue };
        vault.revisions.insert((revision(row, 1)?, hash(row, 2)?, unsigned(row, 3)?));
    }
    Ok(Ok(look))
}

/// The chain at each record of a vault's log.
fn log(connection: &Connection, vault: i64) -> Result<Result<Vec<Hash>, String>, rusqlite::Error> {
    let sql =
        "SELECT n, kind, record, chain FROM log WHERE place BETWEEN ?1 << 32 AND (?1 << 32) + 4294967295
                ORDER BY place";
    let mut rows = connection.prepare_cached(sql)?;
    let mut rows = rows.query([vault])?;
    let mut chains = vec![CHAIN_START];
    let mut last = (0, CHAIN_START);
    while let Some(row) = rows.next()? {
        let (n, kind) = (unsigned(row, 0)?, LogKind::from_number(row.get(1)?));
        if n != last.0 + 1 {
            return Ok(Err(format!("the log jumps from {} to {n}", last.0)));
        }
        let record: Vec<u8> = row.get(2)?;
        let chain = chain_next(&last.1, n, kind, &record);
        if chain != hash(row, 3)? {
            return Ok(Err(format!("record {n} does not chain")));
        }
        last = (n, chain);
        chains.push(chain);
    }
    Ok(Ok(chains))
}

fn hash(row: &Row<'_>, column: usize) -> Result<Hash, rusqlite::Error> {
    Ok(Hash::from_bytes(row.get(column)?))
}

fn revision(row: &Row<'_>, column: usize) -> Result<RevisionId, rusqlite::Error> {
    Ok(RevisionId::from_bytes(row.get(column)?))
}

fn unsigned(row: &Row<'_>, column: usize) -> Result<u64, rusqlite::Error> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}
