//! Revisions: saved with their outbox row in one transaction, found by diary day.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Transaction, named_params};

use super::outbox::{Urgency, queue};
use super::row::{day, day_number, hash, unsigned};
use super::statement::Statements;
use super::{Store, StoreError};
use crate::counter::{Counter, FOLLOWED};
use crate::entry::EncodedRevision;
use crate::hash::sha256;
use crate::ids::{EntryId, RevisionId};
use crate::record::clock::{Recording, TOLERANCE_MS};
use crate::time::{DiaryDay, UtcMillis};

/// Recordings of one device in its order; `None` stands for a reading of its clock without an entry.
pub type OfDevice = Vec<(Option<RevisionId>, Recording)>;

/// Progress of the revisions of one diary day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct DayState {
    /// Revisions made here.
    pub made: u32,
    /// Of these, those in parcels with a receipt of a server, relay or keeper.
    pub sent: u32,
    /// Of these, those in parcels with a receipt of a keeper.
    pub received: u32,
    /// Of these, those in the trial record.
    pub merged: u32,
    /// Of these, those in quarantine at the site.
    pub quarantined: u32,
    /// Of these, those in a backup at the hospital.
    pub backed_up: u32,
    /// Revisions that the keeper sent: of other phones, or of an earlier incarnation of this one.
    pub from_hospital: u32,
    /// Keeper's clock at the receipt of the last one; set once all are received.
    pub received_at: Option<UtcMillis>,
}

// -- store::entries::insert
const INSERT: &str = "
    INSERT INTO revision (id, hash, entry, counter, day, kind, bytes)
    VALUES (:id, :hash, :entry, :counter, :day, :kind, :bytes)";

// -- store::entries::receive
// A revision made here, or received before, stays as it is.
const RECEIVE: &str = "
    INSERT OR IGNORE INTO revision (id, hash, entry, counter, day, kind, bytes, received)
    VALUES (:id, :hash, :entry, :counter, :day, :kind, :bytes, :received)";

// -- store::entries::made
const MADE: &str = "
    SELECT day, count(*) AS made, sum(sent) AS sent, count(received_at) AS received, sum(merged) AS merged,
           sum(quarantined) AS quarantined, sum(backed_up) AS backed_up, max(received_at) AS received_at
      FROM (SELECT o.day,
                   EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash) AS sent,
                   (SELECT min(r.at) FROM receipt r
                     WHERE r.core_hash = p.core_hash AND r.role = 'keeper') AS received_at,
                   EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash
                       AND r.role = 'keeper' AND r.level = 'merged') AS merged,
                   EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash
                       AND r.role = 'keeper' AND r.level = 'quarantined') AS quarantined,
                   EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash
                       AND r.role = 'keeper' AND r.level = 'backed-up') AS backed_up
              FROM outbox o LEFT JOIN parcel p ON p.incarnation = o.incarnation AND p.seq = o.seq
             WHERE o.day BETWEEN :from AND :to)
     GROUP BY day";

// -- store::entries::from_hospital
const FROM_HOSPITAL: &str = "
    SELECT day, count(*) AS count FROM revision
     WHERE day BETWEEN :from AND :to AND received IS NOT NULL GROUP BY day";

// -- store::entries::recordings
// A relay's receipt, too, gives a latest instant for the making of an entry.
const RECORDINGS: &str = "
    SELECT r.id, r.counter, r.bytes, r.received AS came, o.revision IS NOT NULL AS own, o.seq,
           (SELECT min(k.at) FROM parcel p JOIN receipt k ON k.core_hash = p.core_hash
             WHERE p.incarnation = o.incarnation AND p.seq = o.seq) AS received
      FROM revision r LEFT JOIN outbox o ON o.revision = r.id
     WHERE r.counter >= :first ORDER BY r.counter, r.id";

pub(super) fn insert(t: &Transaction<'_>, encoded: &EncodedRevision) -> Result<(), StoreError> {
    let revision = encoded.revision();
    t.prepare_cached(INSERT)?.execute(named_params! {
        ":id": revision.id.as_bytes(),
        ":hash": encoded.hash().as_bytes(),
        ":entry": revision.entry.as_bytes(),
        ":counter": revision.counter.column(),
        ":day": day_number(revision.day),
        ":kind": revision.content.kind(),
        ":bytes": encoded.bytes(),
    })?;
    Ok(())
}

/// Stores a revision that the keeper sent. It gets no outbox row, since the device that made it has sent it.
pub(super) fn receive(
    t: &Transaction<'_>,
    encoded: &EncodedRevision,
    at: UtcMillis,
) -> Result<(), StoreError> {
    let revision = encoded.revision();
    t.prepare_cached(RECEIVE)?.execute(named_params! {
        ":id": revision.id.as_bytes(),
        ":hash": encoded.hash().as_bytes(),
        ":entry": revision.entry.as_bytes(),
        ":counter": revision.counter.column(),
        ":day": day_number(revision.day),
        ":kind": revision.content.kind(),
        ":bytes": encoded.bytes(),
        ":received": at.0,
    })?;
    Ok(())
}

// -- store::entries::last_seen
const LAST_SEEN: &str = "
    SELECT max(coalesce((SELECT max(counter) FROM revision WHERE counter <= ?1), 0),
               coalesce((SELECT max(counter) FROM act WHERE counter <= ?1), 0))";

// -- store::entries::last_own
const LAST_OWN: &str = "
    SELECT coalesce(max(r.counter), 0) FROM outbox o JOIN revision r ON r.id = o.revision WHERE r.counter <= ?1";

impl Store {
    /// Lamport counter for the revision after `count` more: above those made here, and above those received,
    /// as far as a device follows them.
    ///
    /// # Errors
    /// [`StoreError::CounterSpent`] if no counter is left, [`StoreError::Database`] if SQLite reports an
    /// error.
    pub fn counter_after(&self, count: u64) -> Result<Counter, StoreError> {
        let last: i64 = self
            .connection
            .prepare_cached(LAST_SEEN)?
            .query_row([FOLLOWED.cast_signed()], |row| row.get(0))?;
        let mut last = Counter::from_column(last);
        if last.get() == FOLLOWED {
            // A counter from outside beyond this limit is not followed: one wrong value would use up the
            // counters of every device. Beyond it, only revisions made here raise the counter.
            let most = Counter::of_device(1).column();
            let own: i64 = self.connection.prepare_cached(LAST_OWN)?.query_row([most], |row| row.get(0))?;
            last = last.max(Counter::from_column(own));
        }
        let next = last.after(count).and_then(Counter::next).map_err(|_| StoreError::CounterSpent)?;
        if next.fits_device(1) { Ok(next) } else { Err(StoreError::CounterSpent) }
    }

    /// The Lamport counter for the next revision.
    ///
    /// # Errors
    /// Those of [`Self::counter_after`].
    pub fn next_counter(&self) -> Result<Counter, StoreError> {
        self.counter_after(0)
    }

    /// Saves revisions with their outbox rows in one transaction, for example an entry and the instruction
    /// that it triggered. They are on the disk on return.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, a full disk included; nothing is saved then.
    pub fn save(
        &mut self,
        revisions: &[EncodedRevision],
        urgency: Urgency,
        now: UtcMillis,
    ) -> Result<(), StoreError> {
        self.write(|t| {
            for encoded in revisions {
                insert(t, encoded)?;
                queue(t, encoded, urgency, now)?;
            }
            Ok(())
        })
    }

    /// Revisions of the diary days `from` to `to`, in order. One that does not decode is left out, so that it
    /// hides no other; [`Store::unreadable`] lists its day.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn revisions(&self, from: DiaryDay, to: DiaryDay) -> Result<Vec<EncodedRevision>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT bytes FROM revision WHERE day BETWEEN ?1 AND ?2 ORDER BY counter, id")?;
        let rows = statement.query_map([day_number(from), day_number(to)], |row| row.get(0))?;
        readable(rows)
    }

    /// Diary days of revisions whose bytes do not decode or differ from their stored hash.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn unreadable(&self) -> Result<Vec<DiaryDay>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT day, bytes, hash FROM revision ORDER BY day")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, i64>("day")?, row.get::<_, Vec<u8>>("bytes")?, hash(row, "hash")?))
        })?;
        let mut days = Vec::new();
        for row in rows {
            let (number, bytes, hash) = row?;
            if sha256(&bytes) != hash || EncodedRevision::decode(&bytes).is_err() {
                days.push(day(number)?);
            }
        }
        Ok(days)
    }

    /// Revisions of all entries that have a revision of the kind (`Content::kind`), in order; those that do
    /// not decode are left out.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn revisions_of(&self, kind: &str) -> Result<Vec<EncodedRevision>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT bytes FROM revision WHERE entry IN (SELECT entry FROM revision WHERE kind = ?1) ORDER BY counter, id")?;
        let rows = statement.query_map([kind], |row| row.get(0))?;
        readable(rows)
    }

    /// Revisions of one entry, in order.
    ///
    /// # Errors
    /// [`StoreError::Row`] if a row does not decode, [`StoreError::Database`] if SQLite reports an error.
    pub fn versions(&self, entry: EntryId) -> Result<Vec<EncodedRevision>, StoreError> {
        self.connection
            .prepare_cached("SELECT bytes FROM revision WHERE entry = ?1 ORDER BY counter, id")?
            .query_map([entry.as_bytes()], |row| row.get::<_, Vec<u8>>(0))?
            .map(|bytes| decode(&bytes?))
            .collect()
    }

    /// One revision, made or received here.
    ///
    /// # Errors
    /// [`StoreError::Row`] if a row does not decode, [`StoreError::Database`] if SQLite reports an error.
    pub fn revision(&self, id: RevisionId) -> Result<Option<EncodedRevision>, StoreError> {
        self.connection
            .prepare_cached("SELECT bytes FROM revision WHERE id = ?1 ORDER BY hash LIMIT 1")?
            .query_row([id.as_bytes()], |row| row.get::<_, Vec<u8>>(0))
            .optional()?
            .map(|bytes| decode(&bytes))
            .transpose()
    }

    /// Recordings from a Lamport counter on, grouped by device and in order, with the readings at which the
    /// clock had gone back. Those of other phones are included as far as they were received.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn recordings_since(&self, first: Counter) -> Result<Vec<OfDevice>, StoreError> {
        let mut own = OfDevice::new();
        let mut groups = Vec::new();
        let mut statement = self.connection.prepare_cached(RECORDINGS)?;
        let mut rows = statement.query(named_params! { ":first": first.column() })?;
        while let Some(row) = rows.next()? {
            let Ok(encoded) = EncodedRevision::decode(&row.get::<_, Vec<u8>>("bytes")?) else { continue };
            let came: Option<i64> = row.get("came")?;
            let received: Option<i64> = row.get("received")?;
            let recording = Recording {
                counter: Counter::from_column(row.get("counter")?),
                recorded: encoded.revision().recorded.utc,
                seq: row.get::<_, Option<i64>>("seq")?.map(unsigned),
                received: received.or(came).map(UtcMillis),
            };
            let one = (Some(encoded.revision().id), recording);
            if row.get("own")? {
                own.push(one);
            } else {
                // The device of a received revision is not stored, so that each one stands alone and says
                // nothing about another's clock.
                groups.push(vec![one]);
            }
        }
        for back in self
            .connection
            .prepare_cached("SELECT counter, utc FROM clock_back WHERE counter >= ?1 ORDER BY counter")?
            .query_map([first.column()], |row| {
                Ok((Counter::from_column(row.get("counter")?), UtcMillis(row.get("utc")?)))
            })?
        {
            let (counter, recorded) = back?;
            own.push((None, Recording { counter, recorded, seq: None, received: None }));
        }
        // The sort is stable: a clock reading stays behind the revisions with the same counter, after which
        // it was taken.
        own.sort_by_key(|(_, one)| one.counter);
        groups.push(own);
        Ok(groups)
    }

    /// Notes a reading of the clock that lies before the recorded time of a recent revision: that revision
    /// was made by now at the latest.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn clock_shows(&mut self, now: UtcMillis) -> Result<(), StoreError> {
        let newest = self
            .connection
            .prepare_cached("SELECT counter, bytes FROM revision ORDER BY counter DESC LIMIT 32")?
            .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        let Some((counter, _)) = newest.first() else { return Ok(()) };
        let later = newest.iter().any(|(_, bytes)| {
            EncodedRevision::decode(bytes)
                .is_ok_and(|one| one.revision().recorded.utc.since_ms(now) > TOLERANCE_MS)
        });
        if later {
            let counter = *counter;
            self.write(|t| {
                t.run(
                    "INSERT INTO clock_back (counter, utc) VALUES (?1, ?2)
                     ON CONFLICT (counter) DO UPDATE SET utc = min(utc, excluded.utc)",
                    (counter, now.0),
                )?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Progress of the revisions of `day`.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn day_state(&self, day: DiaryDay) -> Result<DayState, StoreError> {
        Ok(self.day_states(day, day)?.remove(&day).unwrap_or_default())
    }

    /// Progress of the revisions of the diary days `from` to `to`; days without any are left out. One scan of
    /// the outbox, however many days are asked for.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn day_states(
        &self,
        from: DiaryDay,
        to: DiaryDay,
    ) -> Result<BTreeMap<DiaryDay, DayState>, StoreError> {
        let days = named_params! { ":from": day_number(from), ":to": day_number(to) };
        let mut states: BTreeMap<DiaryDay, DayState> = BTreeMap::new();
        let mut statement = self.connection.prepare_cached(MADE)?;
        let mut rows = statement.query(days)?;
        while let Some(row) = rows.next()? {
            let state = DayState {
                made: row.get("made")?,
                sent: row.get("sent")?,
                received: row.get("received")?,
                merged: row.get("merged")?,
                quarantined: row.get("quarantined")?,
                backed_up: row.get("backed_up")?,
                from_hospital: 0,
                received_at: row.get::<_, Option<i64>>("received_at")?.map(UtcMillis),
            };
            let whole = state.made > 0 && state.received == state.made;
            let state = DayState { received_at: state.received_at.filter(|_| whole), ..state };
            states.insert(day(row.get("day")?)?, state);
        }
        let mut statement = self.connection.prepare_cached(FROM_HOSPITAL)?;
        let mut rows = statement.query(days)?;
        while let Some(row) = rows.next()? {
            states.entry(day(row.get("day")?)?).or_default().from_hospital = row.get("count")?;
        }
        Ok(states)
    }
}

/// Revisions of the rows that decode.
pub(super) fn readable(
    rows: impl Iterator<Item = Result<Vec<u8>, rusqlite::Error>>,
) -> Result<Vec<EncodedRevision>, StoreError> {
    let mut out = Vec::new();
    for bytes in rows {
        out.extend(EncodedRevision::decode(&bytes?));
    }
    Ok(out)
}

fn decode(bytes: &[u8]) -> Result<EncodedRevision, StoreError> {
    EncodedRevision::decode(bytes).map_err(|_| StoreError::Row { what: "entry" })
}
