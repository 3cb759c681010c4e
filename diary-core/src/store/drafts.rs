//! Drafts: answers saved one by one, so that a program that was ended resumes at the same item.

use rusqlite::{OptionalExtension, Transaction, named_params};

use super::row::{day as to_day, day_number, decode, encode};
use super::statement::Statements;
use super::{Store, StoreError, entries, outbox};
use crate::entry::{Answer, EncodedRevision};
use crate::ids::{Hash, InstrumentId, SlotId};
use crate::store::Urgency;
use crate::time::{DiaryDay, UtcMillis};

/// Assessment that a draft answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DraftPlace {
    /// Instrument.
    pub instrument: InstrumentId,
    /// Slot; `None` for an assessment outside the schedule.
    pub slot: Option<SlotId>,
    /// Diary day.
    pub day: DiaryDay,
}

/// A draft as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// Assessment that it answers.
    pub place: DraftPlace,
    /// Instant at which its first answer was saved.
    pub started: UtcMillis,
    /// Answers in the order of their link ids.
    pub answers: Vec<Answer>,
    /// Number of changes to answers since the draft was started.
    pub changed: u32,
    /// Package hash of the study version in force at its start, if known.
    pub study: Option<Hash>,
}

// -- store::drafts::find
const FIND: &str =
    "SELECT id, started, study FROM draft WHERE instrument = :instrument AND slot = :slot AND day = :day";

// -- store::drafts::log_change
const LOG_CHANGE: &str = "
    INSERT INTO draft_change (instrument, slot, day, link_id, at, earlier)
    SELECT d.instrument, d.slot, d.day, a.link_id, :at, a.answer
      FROM draft_answer a JOIN draft d ON d.id = a.draft
     WHERE a.draft = :draft AND a.link_id = :link_id AND a.answer IS NOT :answer";

// -- store::drafts::put
const PUT: &str = "
    INSERT INTO draft_answer (draft, link_id, answer) VALUES (:draft, :link_id, :answer)
    ON CONFLICT (draft, link_id) DO UPDATE SET answer = excluded.answer";

/// Row of a draft.
struct Found {
    id: i64,
    started: UtcMillis,
    study: Option<Hash>,
}

impl DraftPlace {
    fn slot_text(&self) -> &str {
        self.slot.as_ref().map_or("", SlotId::as_str)
    }

    fn find(&self, t: &rusqlite::Connection) -> Result<Option<Found>, StoreError> {
        Ok(t.prepare_cached(FIND)?
            .query_row(
                named_params! {
                    ":instrument": self.instrument.as_str(), ":slot": self.slot_text(), ":day": day_number(self.day),
                },
                |row| {
                    let study = row.get::<_, Option<[u8; 32]>>("study")?.map(Hash::from_bytes);
                    Ok(Found { id: row.get("id")?, started: UtcMillis(row.get("started")?), study })
                },
            )
            .optional()?)
    }
}

impl Store {
    /// Saves one answer with the revisions that it triggered, which are queued as urgent. The replaced answer
    /// goes to the log of changes.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error; the earlier answer stands then.
    pub fn save_answer(
        &mut self,
        place: &DraftPlace,
        answer: &Answer,
        set_off: &[EncodedRevision],
        now: UtcMillis,
    ) -> Result<(), StoreError> {
        let bytes = encode("answer", answer)?;
        self.write(|t| {
            shown_now(t, set_off, now)?;
            let id = draft_for(t, place, now)?;
            let change = named_params! {
                ":draft": id, ":link_id": answer.link_id, ":answer": bytes, ":at": now.0,
            };
            // Before the answer is replaced, since the statement copies the earlier one. It logs nothing if
            // both are equal.
            t.prepare_cached(LOG_CHANGE)?.execute(change)?;
            t.prepare_cached(PUT)?.execute(named_params! {
                ":draft": id, ":link_id": answer.link_id, ":answer": bytes,
            })?;
            Ok(())
        })
    }

    /// Removes one answer and saves the revisions that this triggered, which are queued as urgent. The
    /// removed answer goes to the log of changes.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn clear_answer(
        &mut self,
        place: &DraftPlace,
        link_id: &str,
        set_off: &[EncodedRevision],
        now: UtcMillis,
    ) -> Result<(), StoreError> {
        self.write(|t| {
            shown_now(t, set_off, now)?;
            if let Some(Found { id, .. }) = place.find(t)? {
                let nothing: Option<Vec<u8>> = None;
                t.prepare_cached(LOG_CHANGE)?.execute(named_params! {
                    ":draft": id, ":link_id": link_id, ":answer": nothing, ":at": now.0,
                })?;
                t.run("DELETE FROM draft_answer WHERE draft = ?1 AND link_id = ?2", (id, link_id))?;
            }
            Ok(())
        })
    }

    /// Draft of an assessment, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Row`] if a row does not decode, [`StoreError::Database`] if SQLite reports an error.
    pub fn draft(&self, place: &DraftPlace) -> Result<Option<Draft>, StoreError> {
        let Some(Found { id, started, study }) = place.find(&self.connection)? else { return Ok(None) };
        let answers = self
            .connection
            .prepare_cached("SELECT answer FROM draft_answer WHERE draft = ?1 ORDER BY link_id")?
            .query_map([id], |row| row.get::<_, Vec<u8>>(0))?
            .map(|bytes| decode("answer", &bytes?))
            .collect::<Result<_, StoreError>>()?;
        // An earlier draft of the same slot may have left changes in the log, which the start excludes.
        let changed = self.connection.one(
            "SELECT count(*) FROM draft_change WHERE instrument = ?1 AND slot = ?2 AND day = ?3 AND at >= ?4",
            (place.instrument.as_str(), place.slot_text(), day_number(place.day), started.0),
            |row| row.get(0),
        )?;
        Ok(Some(Draft { place: place.clone(), started, answers, changed, study }))
    }

    /// Assessments with a draft, newest first.
    ///
    /// # Errors
    /// [`StoreError::Row`] if a row does not decode, [`StoreError::Database`] if SQLite reports an error.
    pub fn drafts(&self) -> Result<Vec<DraftPlace>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT instrument, slot, day FROM draft ORDER BY started DESC, id DESC")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        })?;
        rows.map(|row| {
            let (instrument, slot, day) = row?;
            let broken = |_| StoreError::Row { what: "draft" };
            let slot = if slot.is_empty() { None } else { Some(slot.parse().map_err(broken)?) };
            Ok(DraftPlace { instrument: instrument.parse().map_err(broken)?, slot, day: to_day(day)? })
        })
        .collect()
    }

    /// Turns a draft into entries: saves the revisions with their outbox rows and removes the draft, in one
    /// transaction. The log of changes stays.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error; the draft stands then.
    pub fn finish_draft(
        &mut self,
        place: &DraftPlace,
        revisions: &[EncodedRevision],
        urgency: Urgency,
        now: UtcMillis,
    ) -> Result<(), StoreError> {
        self.write(|t| {
            for encoded in revisions {
                entries::insert(t, encoded)?;
                outbox::queue(t, encoded, urgency, now)?;
            }
            if let Some(Found { id, .. }) = place.find(t)? {
                t.run("DELETE FROM draft WHERE id = ?1", [id])?;
            }
            Ok(())
        })
    }
}

/// Saves revisions of instructions that were shown, and queues them as urgent.
fn shown_now(t: &Transaction<'_>, set_off: &[EncodedRevision], now: UtcMillis) -> Result<(), StoreError> {
    for encoded in set_off {
        entries::insert(t, encoded)?;
        outbox::queue(t, encoded, Urgency::Now, now)?;
    }
    Ok(())
}

fn draft_for(t: &Transaction<'_>, place: &DraftPlace, now: UtcMillis) -> Result<i64, StoreError> {
    if let Some(Found { id, .. }) = place.find(t)? {
        return Ok(id);
    }
    t.run(
        "INSERT INTO draft (instrument, slot, day, started, study)
         VALUES (?1, ?2, ?3, ?4, (SELECT study_hash FROM device))",
        (place.instrument.as_str(), place.slot_text(), day_number(place.day), now.0),
    )?;
    Ok(t.last_insert_rowid())
}
