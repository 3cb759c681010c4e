//! The tables `log` and `head`: appending records under the chain, and reading pages.

use std::collections::BTreeMap;

use diary_core::api::Cursor;
use diary_core::ids::{Epoch, Hash, KeyId, VaultId};
use diary_core::parcel::log::CHAIN_START;
use diary_core::parcel::pad::decompress;
use diary_core::parcel::{LogKind, LogRecord, PARCEL_MAX_PLAIN_BYTES, chain_next, items_in};
use diary_core::time::UtcMillis;
use zeroize::Zeroizing;

use crate::epoch::epoch;
use crate::feed::{self, Appended};
use crate::place::{n_of, place};
use crate::sealed::{OPENED_PLAIN, OPENED_SALT};
use crate::sql::{Dialect, Each, Piece, Row, Step, Tx, Type, corrupt, not_found};
use crate::{Amount, lock};

const VAULT: Each = Each {
    sql: "-- store::log::vault
SELECT no FROM vault WHERE id = ?1",
    types: &[Type::Blob],
};
const HEAD: Each = Each {
    sql: "-- store::log::head
SELECT n, chain FROM head WHERE vault = ?1",
    types: &[Type::Int],
};
// The head is read under its lock, so that numbers of records are neither repeated nor skipped.
const HEAD_ALONE: Each = Each {
    sql: "-- store::log::head_alone
SELECT n, chain FROM head WHERE vault = ?1 FOR UPDATE",
    types: &[Type::Int],
};
const SET_HEAD: Each = Each {
    sql: "-- store::log::set_head
UPDATE head SET n = ?2, chain = ?3 WHERE vault = ?1",
    types: &[Type::Int, Type::Int, Type::Blob],
};
const APPEND: Each = Each {
    sql: "-- store::log::append
INSERT INTO log (place, kind, record, chain, at) VALUES (?1, ?2, ?3, ?4, ?5)",
    types: &[Type::Int, Type::Int, Type::Blob, Type::Blob, Type::Int],
};
const RECORD: Each = Each {
    sql: "-- store::log::record
SELECT record FROM log WHERE place = ?1",
    types: &[Type::Int],
};
const CHAIN_AT: &str = "-- store::log::chain_at
SELECT chain FROM log WHERE place = ?1";
const PAGE_ROWS: &str = "-- store::log::page
SELECT place, kind, record FROM log WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3";
const PAGE: Piece = Piece {
    sizes: "-- store::log::page_sizes
SELECT length(l.record) FROM log l WHERE l.place > ?1 AND l.place <= ?2 ORDER BY l.place LIMIT ?3",
    rows: PAGE_ROWS,
};
// With the opened plaintexts, by their uncompressed size.
const PAGE_OPENED: Piece = Piece {
    sizes: "-- store::log::page_sizes_opened
SELECT length(l.record)
    + coalesce((SELECT coalesce(o.size, length(o.plain)) FROM opened o WHERE o.place = l.place), 0)
FROM log l WHERE l.place > ?1 AND l.place <= ?2 ORDER BY l.place LIMIT ?3",
    rows: PAGE_ROWS,
};
const OPENED: Each = Each {
    sql: "-- store::log::opened
SELECT salt, plain, size FROM opened WHERE place = ?1",
    types: &[Type::Int],
};
const READER: &str = "-- store::log::reader
SELECT confirmed IS NOT NULL FROM device WHERE key = ?1 AND vault = ?2 AND revoked IS NULL";

/// Plaintexts read per query.
const OPENED_AT_ONCE: usize = 32;

/// A plaintext with the salt of its commitment.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedPlain {
    /// The salt.
    pub salt: [u8; 32],
    /// The exact plaintext.
    pub plain: Zeroizing<Vec<u8>>,
}

impl OpenedPlain {
    /// Cost of reading it: its items and its bytes.
    #[must_use]
    pub fn cost(&self) -> Amount {
        Amount { records: items_in(&self.plain), bytes: self.plain.len() as u64 }
    }
}

impl std::fmt::Debug for OpenedPlain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenedPlain({} bytes)", self.plain.len())
    }
}

/// Last record of a vault's log and the chain at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VaultHead {
    /// Number; 0 where there is none.
    pub n: u64,
    /// The chain at that number.
    pub chain: Hash,
}

/// Reader of a vault's log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogReader {
    /// A device; it must be of the vault and not revoked.
    Device(KeyId),
    /// The keeper itself, who also gets the opened plaintexts.
    Keeper,
}

/// Request for a page of a vault's log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogQuery {
    /// The vault.
    pub vault: VaultId,
    /// The reader.
    pub reader: LogReader,
    /// Place after which the page begins; `None` for the beginning.
    pub cursor: Option<Cursor>,
    /// Most records.
    pub limit: u32,
    /// Largest number of bytes of records; the first record is returned regardless of its size.
    pub max_bytes: usize,
}

/// A page of a vault's log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredPage {
    /// Epoch of this database.
    pub epoch: Epoch,
    /// The record that the page follows: the cursor's, or 0.
    pub after: u64,
    /// The records.
    pub records: Vec<LogRecord>,
    /// Opened plaintexts of the parcels among them, by record number; for the keeper only.
    pub opened: BTreeMap<u64, OpenedPlain>,
    /// The log's last record.
    pub head: VaultHead,
}

/// Row number of a vault.
pub(crate) fn find_vault(t: &dyn Tx, id: VaultId) -> Step<Option<i64>> {
    t.first(VAULT.sql, [id.as_bytes()], |row| row.only())
}

/// Row numbers of vaults; unknown vaults are left out.
pub(crate) fn find_vaults(t: &dyn Tx, ids: &[VaultId]) -> Step<BTreeMap<VaultId, i64>> {
    let sets: Vec<_> = ids.iter().map(|id| vec![id.as_bytes().into()]).collect();
    let found = t.query_each(&VAULT, &sets)?;
    let numbers = ids.iter().zip(found).filter_map(|(id, rows)| Some((*id, rows.into_iter().next()?)));
    numbers.map(|(id, row)| Ok((id, row.only()?))).collect()
}

/// Row number of a vault; an error if there is none.
pub(crate) fn vault_no(t: &dyn Tx, id: VaultId) -> Step<i64> {
    find_vault(t, id)?.map_or_else(|| not_found("vault"), Ok)
}

fn head_of(row: &Row) -> Step<VaultHead> {
    Ok(VaultHead { n: row.get::<i64>("n")?.cast_unsigned(), chain: Hash::from_bytes(row.get("chain")?) })
}

/// The last record of a vault's log.
pub(crate) fn head(t: &dyn Tx, vault: i64) -> Step<VaultHead> {
    t.one(HEAD.sql, [vault], head_of)
}

/// The bytes of one record.
pub(crate) fn record(t: &dyn Tx, vault: i64, n: u64) -> Step<Vec<u8>> {
    t.one(RECORD.sql, [place(vault, n)?], |row| row.only())
}

/// Bytes of several records, all of which must exist.
pub(crate) fn records(t: &dyn Tx, places: &[i64]) -> Step<Vec<Vec<u8>>> {
    let sets: Vec<_> = places.iter().map(|place| vec![place.into()]).collect();
    let found = t.query_each(&RECORD, &sets)?;
    found.iter().map(|rows| rows.first().map_or_else(|| not_found("record"), |row| row.only())).collect()
}

/// Appends to the logs of several vaults inside one transaction. Rows are buffered and written together;
/// [`Self::flush`] must run before anything reads the tables.
pub(crate) struct LogWriter<'t> {
    t: &'t dyn Tx,
    heads: BTreeMap<i64, VaultHead>,
    appended: Vec<Appended>,
    /// Place of each record among them.
    places: BTreeMap<(i64, u64), usize>,
    written: usize,
}

impl<'t> LogWriter<'t> {
    /// Begins.
    pub(crate) fn new(t: &'t dyn Tx) -> Self {
        Self { t, heads: BTreeMap::new(), appended: Vec::new(), places: BTreeMap::new(), written: 0 }
    }

    /// Locks vaults and reads their heads. No other transaction can append to them until this one has ended.
    pub(crate) fn take_heads(&mut self, vaults: impl IntoIterator<Item = i64>) -> Step<()> {
        let mut vaults: Vec<i64> = vaults.into_iter().filter(|no| !self.heads.contains_key(no)).collect();
        // All transactions lock in the same order, so that no two can wait for each other.
        vaults.sort_unstable();
        vaults.dedup();
        let sets: Vec<_> = vaults.iter().map(|no| vec![no.into()]).collect();
        // A writing transaction of SQLite excludes all others already; PostgreSQL needs FOR UPDATE.
        let each = if self.t.dialect() == Dialect::Postgres { &HEAD_ALONE } else { &HEAD };
        for (no, rows) in vaults.into_iter().zip(self.t.query_each(each, &sets)?) {
            let head = rows.first().map_or_else(|| not_found("vault"), head_of)?;
            self.heads.insert(no, head);
        }
        Ok(())
    }

    /// Head of a vault's log, with the records appended in this transaction.
    pub(crate) fn head(&mut self, vault: i64) -> Step<VaultHead> {
        if let Some(known) = self.heads.get(&vault) {
            return Ok(*known);
        }
        self.take_heads([vault])?;
        self.heads.get(&vault).copied().map_or_else(|| not_found("vault"), Ok)
    }

    /// Bytes of one record, also of one appended in this transaction.
    pub(crate) fn record(&self, vault: i64, n: u64) -> Step<Vec<u8>> {
        let new = self.places.get(&(vault, n)).and_then(|at| self.appended.get(*at));
        new.map_or_else(|| record(self.t, vault, n), |one| Ok(one.record.clone()))
    }

    /// Appends one record and returns its number.
    pub(crate) fn append(&mut self, vault: i64, kind: LogKind, record: &[u8], at: UtcMillis) -> Step<u64> {
        let VaultHead { n, chain } = self.head(vault)?;
        let n = n + 1;
        let chain = chain_next(&chain, n, kind, record);
        self.heads.insert(vault, VaultHead { n, chain });
        self.places.insert((vault, n), self.appended.len());
        self.appended.push(Appended { vault, n, kind, record: record.to_vec(), chain, at });
        Ok(n)
    }

    /// Writes the buffered records, but not the heads.
    pub(crate) fn flush(&mut self) -> Step<()> {
        let new = self.appended.get(self.written..).unwrap_or_default();
        let rows = new.iter().map(|one| {
            let Appended { vault, n, kind, record, chain, at } = one;
            let place = place(*vault, *n)?;
            Ok(vec![place.into(), kind.number().into(), record.into(), chain.as_bytes().into(), at.0.into()])
        });
        let rows = rows.collect::<Step<Vec<_>>>()?;
        self.t.execute_each(&APPEND, &rows)?;
        self.written = self.appended.len();
        Ok(())
    }

    /// Writes the buffered records and the heads, and returns the heads. Must be called last.
    pub(crate) fn finish(mut self) -> Step<BTreeMap<i64, VaultHead>> {
        self.flush()?;
        let moved: BTreeMap<i64, VaultHead> =
            self.appended.iter().map(|one| (one.vault, VaultHead { n: one.n, chain: one.chain })).collect();
        let rows: Vec<_> = moved
            .iter()
            .map(|(vault, head)| {
                vec![vault.into(), head.n.cast_signed().into(), head.chain.as_bytes().into()]
            })
            .collect();
        self.t.execute_each(&SET_HEAD, &rows)?;
        // Last: the feed is one sequence over all vaults of a relay, and its lock is held from here to the commit.
        feed::append(self.t, &self.appended)?;
        Ok(self.heads)
    }
}

/// A page without gaps, from the cursor; from the beginning if the cursor is of another epoch or chain.
pub(crate) fn page(t: &dyn Tx, query: &LogQuery) -> Step<StoredPage> {
    let vault = vault_no(t, query.vault)?;
    let confirmed = match query.reader {
        LogReader::Device(device) => {
            let found: Option<bool> = t.first(READER, (device.as_bytes(), vault), |row| row.only())?;
            found.map_or_else(|| not_found("device"), Ok)?
        }
        LogReader::Keeper => true,
    };
    let epoch = epoch(t)?;
    let head = head(t, vault)?;
    let after = match query.cursor {
        Some(cursor) if cursor.epoch == epoch && stands(t, vault, &cursor, head)? => cursor.n,
        _ => 0,
    };
    if !confirmed {
        // Before its certificate a device can open nothing of the log: the page is empty, and ends at the reader's
        // place.
        let chain = query.cursor.filter(|_| after > 0).map_or(CHAIN_START, |cursor| cursor.chain);
        let (records, opened) = (Vec::new(), BTreeMap::new());
        return Ok(StoredPage { epoch, after, records, opened, head: VaultHead { n: after, chain } });
    }
    let piece = match query.reader {
        LogReader::Device(_) => &PAGE,
        LogReader::Keeper => &PAGE_OPENED,
    };
    let between = vec![place(vault, after)?.into(), place(vault, head.n)?.into()];
    let read = |row: &Row| {
        let (n, kind) = (n_of(row.get("place")?), LogKind::from_number(row.get("kind")?));
        Ok(LogRecord { n, kind, record: row.get("record")? })
    };
    let rows = t.piece(piece, between, query.limit, query.max_bytes)?;
    let mut records = rows.iter().map(read).collect::<Step<Vec<_>>>()?;
    let opened = match query.reader {
        LogReader::Device(_) => BTreeMap::new(),
        LogReader::Keeper => opened(t, vault, &mut records, query.max_bytes)?,
    };
    Ok(StoredPage { epoch, after, records, opened, head })
}

/// Opened plaintexts of the parcels among `records`. Records that would exceed `max_bytes` are left for the next page.
fn opened(
    t: &dyn Tx,
    vault: i64,
    records: &mut Vec<LogRecord>,
    max_bytes: usize,
) -> Step<BTreeMap<u64, OpenedPlain>> {
    let parcels: Vec<u64> =
        records.iter().filter(|record| record.kind == LogKind::Parcel).map(|record| record.n).collect();
    let (mut out, mut bytes) = (BTreeMap::new(), 0);
    for some in parcels.chunks(OPENED_AT_ONCE) {
        let places = some.iter().map(|n| Ok(vec![place(vault, *n)?.into()])).collect::<Step<Vec<_>>>()?;
        for (n, rows) in some.iter().zip(t.query_each(&OPENED, &places)?) {
            if bytes > max_bytes {
                records.retain(|record| record.n < *n);
                return Ok(out);
            }
            if let Some(opened) = rows.first().map(opened_at).transpose()?.flatten() {
                bytes += opened.plain.len();
                out.insert(*n, opened);
            }
        }
    }
    Ok(out)
}

/// Reads salt, plaintext and uncompressed size; `None` for damaged contents.
pub(crate) fn opened_at(row: &Row) -> Step<Option<OpenedPlain>> {
    let salt = row.sealed(OPENED_SALT, "salt")?;
    let salt = salt.as_slice().try_into().map_err(|_| corrupt("the salt of a parcel"))?;
    let kept = row.sealed(OPENED_PLAIN, "plain")?;
    let plain = match row.get::<Option<i64>>("size")? {
        None => Some(kept),
        Some(_) => decompress(&kept, PARCEL_MAX_PLAIN_BYTES),
    };
    Ok(plain.map(|plain| OpenedPlain { salt, plain: plain.into() }))
}

/// True if the log goes through the cursor.
fn stands(t: &dyn Tx, vault: i64, cursor: &Cursor, head: VaultHead) -> Step<bool> {
    if cursor.n == 0 {
        return Ok(cursor.chain == CHAIN_START);
    }
    if cursor.n > head.n {
        return Ok(false);
    }
    let chain = t.one(CHAIN_AT, [place(vault, cursor.n)?], |row| row.only())?;
    Ok(Hash::from_bytes(chain) == cursor.chain)
}

/// Locks a vault by its id.
pub(crate) fn vault_alone(t: &dyn Tx, id: VaultId) -> Step<i64> {
    let no = vault_no(t, id)?;
    lock::vault(t, no)?;
    Ok(no)
}
