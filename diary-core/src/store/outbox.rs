//! The outbox: revisions made here, until they are sealed and a keeper has received them.

use rusqlite::{Transaction, named_params};

use super::row::{bytes, day, day_number, hash, unsigned};
use super::statement::Statements;
use super::{Store, StoreError};
use crate::entry::EncodedRevision;
use crate::hash::sha256;
use crate::ids::RevisionId;
use crate::time::{DiaryDay, UtcMillis};

/// Urgency of sending a revision.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Urgency {
    /// Waits for others, to share a parcel with them.
    Gather,
    /// Sent at once: a finished assessment, a red flag.
    Now,
}

/// Summary of the revisions that wait to be sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Queued {
    /// Revisions without a parcel.
    pub count: u64,
    /// Instant at which the oldest of them was queued.
    pub oldest: Option<UtcMillis>,
    /// True if one of them is to be sent at once.
    pub urgent: bool,
    /// Earliest diary day among them.
    pub earliest_day: Option<DiaryDay>,
    /// Number of revisions that cannot be sealed and need help.
    pub stuck: u64,
}

/// Next revisions to seal, those with unreadable bytes apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unsealed {
    /// Revisions that can be sealed.
    pub ready: Vec<EncodedRevision>,
    /// Revisions whose bytes do not decode or differ from their stored hash.
    pub unreadable: Vec<RevisionId>,
}

/// A revision that cannot be sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StuckRevision {
    /// Its identifier.
    pub revision: RevisionId,
    /// Its diary day.
    pub day: DiaryDay,
    /// Code of the reason.
    pub code: String,
}

// -- store::outbox::queue
const QUEUE: &str = "
    INSERT INTO outbox (revision, day, urgency, queued) VALUES (:revision, :day, :urgency, :queued)";

// -- store::outbox::queued
const QUEUED: &str = "
    SELECT count(*) FILTER (WHERE stuck IS NULL) AS count,
           min(queued) FILTER (WHERE stuck IS NULL) AS oldest,
           coalesce(max(urgency) FILTER (WHERE stuck IS NULL), 0) AS urgent,
           min(day) FILTER (WHERE stuck IS NULL) AS earliest_day,
           count(stuck) AS stuck
      FROM outbox WHERE seq IS NULL";

// -- store::outbox::unsealed
const UNSEALED: &str = "
    SELECT r.id, r.hash, r.bytes FROM outbox o JOIN revision r ON r.id = o.revision AND r.received IS NULL
     WHERE o.seq IS NULL AND o.stuck IS NULL ORDER BY r.counter, r.id LIMIT :limit";

// -- store::outbox::stuck
const STUCK: &str = "
    SELECT revision, day, stuck FROM outbox WHERE stuck IS NOT NULL AND seq IS NULL ORDER BY queued, revision";

// -- store::outbox::unsent_days
const UNSENT_DAYS: &str = "
    SELECT DISTINCT o.day FROM outbox o
      LEFT JOIN parcel p ON p.incarnation = o.incarnation AND p.seq = o.seq
     WHERE NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper')
     ORDER BY o.day";

// -- store::outbox::unsealed_days
const UNSEALED_DAYS: &str = "SELECT DISTINCT day FROM outbox WHERE seq IS NULL ORDER BY day";

// -- store::outbox::not_received
const NOT_RECEIVED: &str = "
    SELECT count(*) FROM outbox o LEFT JOIN parcel p ON p.incarnation = o.incarnation AND p.seq = o.seq
     WHERE NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper')";

// -- store::outbox::waiting_at_relay
const WAITING_AT_RELAY: &str = "
    SELECT count(*) FROM outbox o JOIN parcel p ON p.incarnation = o.incarnation AND p.seq = o.seq
     WHERE EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'relay')
       AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper')";

// -- store::outbox::set_aside
const SET_ASIDE: &str = "
    SELECT count(*) FROM outbox o JOIN parcel p ON p.incarnation = o.incarnation AND p.seq = o.seq
     WHERE EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper'
                                             AND r.level = 'quarantined')
       AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper'
                                                 AND r.level = 'merged')";

// -- store::outbox::not_settled
const NOT_SETTLED: &str = "
    SELECT count(*) FROM outbox o LEFT JOIN parcel p ON p.incarnation = o.incarnation AND p.seq = o.seq
     WHERE o.stuck IS NULL
       AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper'
                                                 AND r.level IN ('merged', 'quarantined'))";

// -- store::outbox::unstick
const UNSTICK: &str = "UPDATE outbox SET stuck = NULL WHERE stuck IS NOT NULL";

// -- store::outbox::made
const MADE: &str = "
    SELECT count(*) FROM outbox WHERE incarnation IS NULL OR incarnation = (SELECT incarnation FROM device)";

pub(super) fn queue(
    t: &Transaction<'_>,
    encoded: &EncodedRevision,
    urgency: Urgency,
    now: UtcMillis,
) -> Result<(), StoreError> {
    let revision = encoded.revision();
    t.prepare_cached(QUEUE)?.execute(named_params! {
        ":revision": revision.id.as_bytes(),
        ":day": day_number(revision.day),
        ":urgency": i64::from(urgency == Urgency::Now),
        ":queued": now.0,
    })?;
    Ok(())
}

impl Store {
    /// Summary of the revisions that wait to be sealed.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn queued(&self) -> Result<Queued, StoreError> {
        let (queued, earliest_day) = self.connection.prepare_cached(QUEUED)?.query_row([], |row| {
            let queued = Queued {
                count: unsigned(row.get("count")?),
                oldest: row.get::<_, Option<i64>>("oldest")?.map(UtcMillis),
                urgent: row.get::<_, i64>("urgent")? > 0,
                earliest_day: None,
                stuck: unsigned(row.get("stuck")?),
            };
            Ok((queued, row.get::<_, Option<i64>>("earliest_day")?))
        })?;
        Ok(Queued { earliest_day: earliest_day.map(day).transpose()?, ..queued })
    }

    /// Next revisions to seal, in order, at most `limit` together with those among them that cannot be read.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn unsealed(&self, limit: u32) -> Result<Unsealed, StoreError> {
        let mut statement = self.connection.prepare_cached(UNSEALED)?;
        let rows = statement.query_map(named_params! { ":limit": limit }, |row| {
            Ok((bytes(row, "id")?, hash(row, "hash")?, row.get::<_, Vec<u8>>("bytes")?))
        })?;
        let mut out = Unsealed::default();
        for row in rows {
            let (id, hash, bytes) = row?;
            match EncodedRevision::decode(&bytes) {
                Ok(revision) if sha256(&bytes) == hash => out.ready.push(revision),
                Ok(_) | Err(_) => out.unreadable.push(RevisionId::from_bytes(id)),
            }
        }
        Ok(out)
    }

    /// Revisions that cannot be sealed, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn stuck(&self) -> Result<Vec<StuckRevision>, StoreError> {
        let mut statement = self.connection.prepare_cached(STUCK)?;
        let rows = statement.query_map([], |row| {
            Ok((bytes(row, "revision")?, row.get::<_, i64>("day")?, row.get::<_, String>("stuck")?))
        })?;
        rows.map(|row| {
            let (id, number, code) = row?;
            Ok(StuckRevision { revision: RevisionId::from_bytes(id), day: day(number)?, code })
        })
        .collect()
    }

    /// Diary days with a revision that has no keeper's receipt.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn days_not_received(&self) -> Result<Vec<DiaryDay>, StoreError> {
        self.days(UNSENT_DAYS)
    }

    /// Diary days with a revision that is not sealed. A statement lists these alone, since a missing sealed
    /// parcel shows as a gap in the chain.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn days_not_sealed(&self) -> Result<Vec<DiaryDay>, StoreError> {
        self.days(UNSEALED_DAYS)
    }

    fn days(&self, sql: &str) -> Result<Vec<DiaryDay>, StoreError> {
        self.connection
            .prepare_cached(sql)?
            .query_map([], |row| row.get::<_, i64>(0))?
            .map(|number| day(number?))
            .collect()
    }

    /// Number of revisions without a keeper's receipt.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn not_received(&self) -> Result<u64, StoreError> {
        self.count(NOT_RECEIVED)
    }

    /// Number of revisions with a relay's receipt and without a keeper's.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn waiting_at_relay(&self) -> Result<u64, StoreError> {
        self.count(WAITING_AT_RELAY)
    }

    /// Number of revisions in quarantine at a keeper and not merged since.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn set_aside(&self) -> Result<u64, StoreError> {
        self.count(SET_ASIDE)
    }

    /// Number of revisions neither merged nor quarantined yet, without those that cannot be sealed, for which
    /// waiting is useless.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn not_settled(&self) -> Result<u64, StoreError> {
        self.count(NOT_SETTLED)
    }

    fn count(&self, sql: &str) -> Result<u64, StoreError> {
        Ok(unsigned(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?))
    }

    /// Notes the reason for which a revision cannot be sealed. It is shown, and the others go on.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn mark_stuck(&mut self, revision: RevisionId, code: &str) -> Result<(), StoreError> {
        self.write(|t| {
            t.run(
                "UPDATE outbox SET stuck = :code WHERE revision = :revision AND seq IS NULL",
                named_params! { ":code": code, ":revision": revision.as_bytes() },
            )?;
            Ok(())
        })
    }

    /// Offers stuck revisions for sealing again.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn unstick(&mut self) -> Result<(), StoreError> {
        self.write(|t| Ok(t.run(UNSTICK, []).map(|_| ())?))
    }

    /// Notes the version of the program that opens the diary. Another version may seal revisions and read log
    /// records that the one before could not: both are tried again.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn opened_by(&mut self, program: &str) -> Result<(), StoreError> {
        let before: Option<String> =
            self.connection.one("SELECT program FROM contact", [], |row| row.get(0))?;
        if before.as_deref() == Some(program) {
            return Ok(());
        }
        let noted = self.write(|t| {
            t.run("UPDATE contact SET program = ?1", [program])?;
            if before.is_some() {
                t.run(UNSTICK, [])?;
                t.run("DELETE FROM log_cursor", [])?;
            }
            Ok(())
        });
        match noted {
            // The diary stays readable on a disk that cannot be written; the version is noted at the next
            // opening.
            Err(error) if error.is_of_writing() => Ok(()),
            noted => noted,
        }
    }

    /// Number of revisions made in this incarnation, unsealed ones included, as a statement reports it.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn entries_made(&self) -> Result<u64, StoreError> {
        self.count(MADE)
    }
}
