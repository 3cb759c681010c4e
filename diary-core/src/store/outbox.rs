//! The outbox: which revisions made here are not yet sealed, and which days are not yet with the hospital.

use rusqlite::{Transaction, named_params};

use super::row::{bytes, day, day_number, hash, unsigned};
use super::statement::Statements;
use super::{Store, StoreError};
use crate::entry::EncodedRevision;
use crate::hash::sha256;
use crate::ids::RevisionId;
use crate::time::{DiaryDay, UtcMillis};

/// How soon a revision is to leave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Urgency {
    /// Gathered with others for a while.
    Gather,
    /// At once: a finished assessment, a red flag.
    Now,
}

/// What waits to be sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Queued {
    /// Revisions without a parcel.
    pub count: u64,
    /// When the oldest of them was queued.
    pub oldest: Option<UtcMillis>,
    /// One of them is to leave at once.
    pub urgent: bool,
    /// The earliest diary day among them.
    pub earliest_day: Option<DiaryDay>,
    /// Revisions that cannot be sealed and wait for help.
    pub wedged: u64,
}

/// The next revisions to seal.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unsealed {
    /// Those that can be.
    pub ready: Vec<EncodedRevision>,
    /// Those whose bytes cannot be read, or are not the ones that were saved.
    pub unreadable: Vec<RevisionId>,
}

/// A revision that cannot be sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wedged {
    /// Which.
    pub revision: RevisionId,
    /// Its diary day.
    pub day: DiaryDay,
    /// Why, as a code.
    pub code: String,
}

// -- store::outbox::queue
const QUEUE: &str = "
    INSERT INTO outbox (revision, day, urgency, queued) VALUES (:revision, :day, :urgency, :queued)";

// -- store::outbox::queued
const QUEUED: &str = "
    SELECT count(*) FILTER (WHERE wedged IS NULL) AS count,
           min(queued) FILTER (WHERE wedged IS NULL) AS oldest,
           coalesce(max(urgency) FILTER (WHERE wedged IS NULL), 0) AS urgent,
           min(day) FILTER (WHERE wedged IS NULL) AS earliest_day,
           count(wedged) AS wedged
      FROM outbox WHERE seq IS NULL";

// -- store::outbox::unsealed
const UNSEALED: &str = "
    SELECT r.id, r.hash, r.bytes FROM outbox o JOIN revision r ON r.id = o.revision AND r.received IS NULL
     WHERE o.seq IS NULL AND o.wedged IS NULL ORDER BY r.counter, r.id LIMIT :limit";

// -- store::outbox::wedged
const WEDGED: &str = "
    SELECT revision, day, wedged FROM outbox WHERE wedged IS NOT NULL AND seq IS NULL ORDER BY queued, revision";

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
     WHERE o.wedged IS NULL
       AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper'
                                                 AND r.level IN ('merged', 'quarantined'))";

// -- store::outbox::unwedge
const UNWEDGE: &str = "UPDATE outbox SET wedged = NULL WHERE wedged IS NOT NULL";

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
    /// What waits to be sealed.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn queued(&self) -> Result<Queued, StoreError> {
        let (queued, earliest_day) = self.connection.prepare_cached(QUEUED)?.query_row([], |row| {
            let queued = Queued {
                count: unsigned(row.get("count")?),
                oldest: row.get::<_, Option<i64>>("oldest")?.map(UtcMillis),
                urgent: row.get::<_, i64>("urgent")? > 0,
                earliest_day: None,
                wedged: unsigned(row.get("wedged")?),
            };
            Ok((queued, row.get::<_, Option<i64>>("earliest_day")?))
        })?;
        Ok(Queued { earliest_day: earliest_day.map(day).transpose()?, ..queued })
    }

    /// The next revisions to seal, in order, at most `limit`, and those among them that cannot be read.
    ///
    /// # Errors
    /// When the database refuses.
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

    /// What cannot be sealed, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn wedged(&self) -> Result<Vec<Wedged>, StoreError> {
        let mut statement = self.connection.prepare_cached(WEDGED)?;
        let rows = statement.query_map([], |row| {
            Ok((bytes(row, "revision")?, row.get::<_, i64>("day")?, row.get::<_, String>("wedged")?))
        })?;
        rows.map(|row| {
            let (id, number, code) = row?;
            Ok(Wedged { revision: RevisionId::from_bytes(id), day: day(number)?, code })
        })
        .collect()
    }

    /// Diary days of which something has no receipt of the hospital yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn days_not_received(&self) -> Result<Vec<DiaryDay>, StoreError> {
        self.days(UNSENT_DAYS)
    }

    /// Diary days of which something is not sealed yet: what a statement lists, since sealed parcels show as gaps.
    ///
    /// # Errors
    /// When the database refuses.
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

    /// Revisions that no keeper has received yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn not_received(&self) -> Result<u64, StoreError> {
        self.count(NOT_RECEIVED)
    }

    /// Revisions that a relay has received and no keeper yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn waiting_at_relay(&self) -> Result<u64, StoreError> {
        self.count(WAITING_AT_RELAY)
    }

    /// Revisions that a keeper has received and put aside, and not merged since.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_aside(&self) -> Result<u64, StoreError> {
        self.count(SET_ASIDE)
    }

    /// Revisions that are neither in the record nor put aside by the site yet, but for those that cannot be sealed:
    /// nothing can be waited for there.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn not_settled(&self) -> Result<u64, StoreError> {
        self.count(NOT_SETTLED)
    }

    fn count(&self, sql: &str) -> Result<u64, StoreError> {
        Ok(unsigned(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?))
    }

    /// Notes why a revision cannot be sealed, so that it is shown and the others go on.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn wedge(&mut self, revision: RevisionId, code: &str) -> Result<(), StoreError> {
        self.write(|t| {
            t.run(
                "UPDATE outbox SET wedged = :code WHERE revision = :revision AND seq IS NULL",
                named_params! { ":code": code, ":revision": revision.as_bytes() },
            )?;
            Ok(())
        })
    }

    /// Offers wedged revisions for sealing again.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn unwedge(&mut self) -> Result<(), StoreError> {
        self.write(|t| Ok(t.run(UNWEDGE, []).map(|_| ())?))
    }

    /// Notes which program opens the diary. Another version may seal what the one before could not, and read of the
    /// server's log what it could not: both are tried again.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn opened_by(&mut self, program: &str) -> Result<(), StoreError> {
        let before: Option<String> =
            self.connection.one("SELECT program FROM contact", [], |row| row.get(0))?;
        if before.as_deref() == Some(program) {
            return Ok(());
        }
        let noted = self.write(|t| {
            t.run("UPDATE contact SET program = ?1", [program])?;
            if before.is_some() {
                t.run(UNWEDGE, [])?;
                t.run("DELETE FROM log_cursor", [])?;
            }
            Ok(())
        });
        match noted {
            // Where nothing can be written the diary can still be read; it is noted at the next opening.
            Err(error) if error.is_of_writing() => Ok(()),
            noted => noted,
        }
    }

    /// Revisions made in this life, those that wait to be sealed included: what a statement says.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn entries_made(&self) -> Result<u64, StoreError> {
        self.count(MADE)
    }
}
