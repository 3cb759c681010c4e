//! The tables `log` and `head`: appending records under the chain, and reading pages.

use std::collections::BTreeMap;

use diary_core::api::Cursor;
use diary_core::ids::{Epoch, Hash, VaultId};
use diary_core::parcel::log::CHAIN_START;
use diary_core::parcel::{LogKind, LogRecord, chain_next};
use diary_core::time::UtcMillis;
use rusqlite::{OptionalExtension, Transaction};

use super::feed::FeedWriter;
use super::row::{Step, n_of, not_found, place};
use crate::store::{LogQuery, LogReader, OpenedPlain, StoredPage, VaultHead};

const VAULT: &str = "-- store::log::vault
SELECT no FROM vault WHERE id = ?1";
const HEAD: &str = "-- store::log::head
SELECT n, chain FROM head WHERE vault = ?1";
const SET_HEAD: &str = "-- store::log::set_head
UPDATE head SET n = ?2, chain = ?3 WHERE vault = ?1";
const APPEND: &str = "-- store::log::append
INSERT INTO log (place, kind, record, chain, at) VALUES (?1, ?2, ?3, ?4, ?5)";
const RECORD: &str = "-- store::log::record
SELECT record FROM log WHERE place = ?1";
const CHAIN_AT: &str = "-- store::log::chain_at
SELECT chain FROM log WHERE place = ?1";
const PAGE: &str = "-- store::log::page
SELECT place, kind, record FROM log WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3";
const OPENED: &str = "-- store::log::opened
SELECT salt, plain FROM opened WHERE place = ?1";
const EPOCH: &str = "-- store::log::epoch
SELECT epoch FROM server";
const READER: &str = "-- store::log::reader
SELECT 1 FROM device WHERE key = ?1 AND vault = ?2 AND revoked IS NULL";

/// A vault's short name.
pub(super) fn find_vault(t: &Transaction<'_>, id: VaultId) -> Step<Option<i64>> {
    Ok(t.prepare_cached(VAULT)?.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
}

/// A vault's short name; an error where there is none.
pub(super) fn vault_no(t: &Transaction<'_>, id: VaultId) -> Step<i64> {
    find_vault(t, id)?.map_or_else(|| not_found("vault"), Ok)
}

/// Life of this database.
pub(super) fn epoch(t: &Transaction<'_>) -> Step<Epoch> {
    let epoch = t.prepare_cached(EPOCH)?.query_row([], |row| row.get(0)).optional()?;
    epoch.map_or_else(|| not_found("server; run `init` first"), |bytes| Ok(Epoch::from_bytes(bytes)))
}

/// The last record of a vault's log.
pub(super) fn head(t: &Transaction<'_>, vault: i64) -> Step<VaultHead> {
    Ok(t.prepare_cached(HEAD)?.query_row([vault], |row| {
        Ok(VaultHead { n: row.get::<_, i64>(0)?.cast_unsigned(), chain: Hash::from_bytes(row.get(1)?) })
    })?)
}

/// The bytes of one record.
pub(super) fn record(t: &Transaction<'_>, vault: i64, n: u64) -> Step<Vec<u8>> {
    Ok(t.prepare_cached(RECORD)?.query_row([place(vault, n)?], |row| row.get(0))?)
}

/// Appends to the logs of several vaults inside one transaction.
pub(super) struct LogWriter<'t> {
    t: &'t Transaction<'t>,
    heads: BTreeMap<i64, VaultHead>,
    feed: Option<FeedWriter>,
}

impl<'t> LogWriter<'t> {
    /// Begins.
    pub(super) fn new(t: &'t Transaction<'t>) -> Self {
        Self { t, heads: BTreeMap::new(), feed: None }
    }

    /// The last record of a vault's log, also of what was appended since the transaction began.
    pub(super) fn head(&mut self, vault: i64) -> Step<VaultHead> {
        if let Some(known) = self.heads.get(&vault) {
            return Ok(*known);
        }
        head(self.t, vault)
    }

    /// Appends one record and says its number.
    pub(super) fn append(&mut self, vault: i64, kind: LogKind, record: &[u8], at: UtcMillis) -> Step<u64> {
        let VaultHead { n, chain } = self.head(vault)?;
        let n = n + 1;
        let chain = chain_next(&chain, n, kind, record);
        self.t.prepare_cached(APPEND)?.execute((
            place(vault, n)?,
            kind.number(),
            record,
            chain.as_bytes(),
            at.0,
        ))?;
        self.heads.insert(vault, VaultHead { n, chain });
        let feed = match &mut self.feed {
            Some(feed) => feed,
            none => none.insert(FeedWriter::new(self.t)?),
        };
        feed.append(self.t, vault, n, kind, record, at)?;
        Ok(n)
    }

    /// Writes the heads. Must come last.
    pub(super) fn finish(self) -> Step<()> {
        let mut set = self.t.prepare_cached(SET_HEAD)?;
        for (vault, head) in self.heads {
            set.execute((vault, head.n.cast_signed(), head.chain.as_bytes()))?;
        }
        self.feed.map_or(Ok(()), |feed| feed.finish(self.t))
    }
}

/// A page without gaps, from the cursor or, where it is of another epoch or chain, from the beginning.
pub(super) fn page(t: &Transaction<'_>, query: &LogQuery) -> Step<StoredPage> {
    let vault = vault_no(t, query.vault)?;
    if let LogReader::Device(device) = query.reader {
        let reads: Option<i64> =
            t.prepare_cached(READER)?.query_row((device.as_bytes(), vault), |row| row.get(0)).optional()?;
        if reads.is_none() {
            return not_found("device");
        }
    }
    let epoch = epoch(t)?;
    let head = head(t, vault)?;
    let after = match query.cursor {
        Some(cursor) if cursor.epoch == epoch && stands(t, vault, &cursor, head)? => cursor.n,
        _ => 0,
    };
    let mut statement = t.prepare_cached(PAGE)?;
    let mut rows = statement.query((place(vault, after)?, place(vault, head.n)?, query.limit))?;
    let (mut records, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let kind = LogKind::from_number(row.get(1)?);
        let record: Vec<u8> = row.get(2)?;
        bytes += record.len();
        if bytes > query.max_bytes && !records.is_empty() {
            break;
        }
        records.push(LogRecord { n: n_of(row.get(0)?), kind, record });
    }
    let opened = match query.reader {
        LogReader::Device(_) => BTreeMap::new(),
        LogReader::Keeper => opened(t, vault, &records)?,
    };
    Ok(StoredPage { epoch, after, records, opened, head })
}

/// What was in the parcels among `records`, where they were opened.
fn opened(t: &Transaction<'_>, vault: i64, records: &[LogRecord]) -> Step<BTreeMap<u64, OpenedPlain>> {
    let mut statement = t.prepare_cached(OPENED)?;
    let mut out = BTreeMap::new();
    for record in records.iter().filter(|record| record.kind == LogKind::Parcel) {
        let read = |row: &rusqlite::Row<'_>| Ok(OpenedPlain { salt: row.get(0)?, plain: row.get(1)? });
        if let Some(plain) = statement.query_row([place(vault, record.n)?], read).optional()? {
            out.insert(record.n, plain);
        }
    }
    Ok(out)
}

/// Whether the log goes through the cursor.
fn stands(t: &Transaction<'_>, vault: i64, cursor: &Cursor, head: VaultHead) -> Step<bool> {
    if cursor.n == 0 {
        return Ok(cursor.chain == CHAIN_START);
    }
    if cursor.n > head.n {
        return Ok(false);
    }
    let chain = t.prepare_cached(CHAIN_AT)?.query_row([place(vault, cursor.n)?], |row| row.get(0))?;
    Ok(Hash::from_bytes(chain) == cursor.chain)
}
