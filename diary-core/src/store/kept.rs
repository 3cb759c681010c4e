//! Signed records that the server may lose: its last head, and records of its log that keepers signed. They
//! are sent to a server whose log has fallen back.

use rusqlite::{Transaction, named_params};

use super::incarnations::recheck_all;
use super::row::number;
use super::statement::Statements;
use super::{Store, StoreError};
use crate::hash::sha256;
use crate::ids::Hash;
use crate::parcel::{LogKind, LogRecord};

/// Records to send with the next push to a server that fell back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ToHandBack {
    /// Last signed head before the fall-back.
    pub head: Option<Vec<u8>>,
    /// Next kept records.
    pub records: Vec<LogRecord>,
    /// Row id after which the next records follow; `None` if these are the last.
    pub next: Option<i64>,
}

// -- store::kept::keep
const KEEP: &str = "
    INSERT OR IGNORE INTO kept_record (hash, n, kind, record) VALUES (:hash, :n, :kind, :record)";

// -- store::kept::receipts
const RECEIPTS: &str = "SELECT bytes FROM receipt WHERE core_hash = ?1 AND role = 'keeper' ORDER BY level";

pub(super) fn keep(t: &Transaction<'_>, record: &LogRecord) -> Result<(), StoreError> {
    t.prepare_cached(KEEP)?.execute(named_params! {
        ":hash": sha256(&record.record).as_bytes(),
        ":n": number(record.n),
        ":kind": record.kind.number(),
        ":record": record.record,
    })?;
    Ok(())
}

impl Store {
    /// Last signed head of the server's log.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn last_head(&self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.connection.one("SELECT head FROM contact", [], |row| row.get(0))?)
    }

    /// Keeps the server's verified, signed head. If `fell_back`, it knows less than the one before: all
    /// parcels are then compared with it again, and the kept records are sent to it.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn take_head(&mut self, head: &[u8], fell_back: bool) -> Result<(), StoreError> {
        self.write(|t| {
            if fell_back {
                t.run("UPDATE contact SET lost_head = coalesce(lost_head, head), evidence_after = 0", [])?;
                // The server may have lost the sealed recovery secret, too, which the next push then sends
                // again.
                t.run("UPDATE device SET recovery_stored = NULL", [])?;
                recheck_all(t)?;
            }
            Ok(t.run("UPDATE contact SET head = ?1", [head]).map(|_| ())?)
        })
    }

    /// Next records for a server that fell back, at most `max_records` and `max_bytes`; `None` if there is
    /// nothing to send.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn to_hand_back(
        &self,
        max_records: usize,
        max_bytes: usize,
    ) -> Result<Option<ToHandBack>, StoreError> {
        let (after, head): (Option<i64>, Option<Vec<u8>>) =
            self.connection.one("SELECT evidence_after, lost_head FROM contact", [], |row| {
                Ok((row.get("evidence_after")?, row.get("lost_head")?))
            })?;
        let Some(after) = after else { return Ok(None) };
        let mut statement =
            self.connection.prepare_cached("SELECT * FROM kept_record WHERE id > ?1 ORDER BY id")?;
        let mut rows = statement.query([after])?;
        let (mut out, mut bytes, mut last) = (ToHandBack { head, ..ToHandBack::default() }, 0, after);
        while let Some(row) = rows.next()? {
            let record: Vec<u8> = row.get("record")?;
            // 24 bytes for number, kind and CBOR framing.
            bytes += record.len() + 24;
            let full = out.records.len() >= max_records || bytes > max_bytes;
            // A record too large by itself is skipped; otherwise no later one would ever be sent.
            if full && !out.records.is_empty() {
                out.next = Some(last);
                return Ok(Some(out));
            }
            last = row.get("id")?;
            if !full {
                let kind = LogKind::from_number(row.get("kind")?);
                out.records.push(LogRecord { n: super::row::unsigned(row.get("n")?), kind, record });
            }
        }
        Ok(Some(out))
    }

    /// Notes that the records of [`Self::to_hand_back`] were sent; the rest follows after `next`.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn handed_back(&mut self, next: Option<i64>) -> Result<(), StoreError> {
        self.write(|t| {
            t.run(
                "UPDATE contact SET evidence_after = :next, lost_head = iif(:next IS NULL, NULL, lost_head)",
                named_params! { ":next": next },
            )?;
            Ok(())
        })
    }

    /// Keepers' receipts for the parcel with this core, by level.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn keeper_receipts(&self, core: &Hash) -> Result<Vec<Vec<u8>>, StoreError> {
        self.connection
            .prepare_cached(RECEIPTS)?
            .query_map([core.as_bytes()], |row| row.get(0))?
            .map(|bytes| Ok(bytes?))
            .collect()
    }
}
