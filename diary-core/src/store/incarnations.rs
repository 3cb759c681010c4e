//! Incarnations of the store. A store that was restored, copied or rolled back goes on in a new incarnation
//! under the same keys, because another copy may have used places in the old chain. The decision is taken
//! elsewhere.

use rusqlite::{Transaction, named_params};

use super::parcels::HeldParcel;
use super::row::{bytes, instant, number, unsigned};
use super::statement::Statements;
use super::{Store, StoreError};
use crate::ids::{Hash, Incarnation};
use crate::time::UtcMillis;

/// Reason for the end of an incarnation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncarnationEndReason {
    /// The file beside the database belongs to another state of it: the database was copied or restored.
    Copied,
    /// The server has parcels of this incarnation that this store never sealed.
    Ahead,
    /// The server has another parcel at a place in the chain that this store has used.
    Forked,
}

impl IncarnationEndReason {
    const fn text(self) -> &'static str {
        match self {
            Self::Copied => "copied",
            Self::Ahead => "ahead",
            Self::Forked => "forked",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        [Self::Copied, Self::Ahead, Self::Forked]
            .into_iter()
            .find(|why| why.text() == text)
            .ok_or(StoreError::Row { what: "past incarnation" })
    }
}

/// An incarnation that has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PastIncarnation {
    /// Its identifier.
    pub incarnation: Incarnation,
    /// Instant of its end, by the device's clock.
    pub ended: UtcMillis,
    /// Reason of its end.
    pub why: IncarnationEndReason,
}

// -- store::incarnations::reopen
// Revisions in parcels without a keeper's receipt are sealed again. They keep their ids and bytes, so that a
// copy that arrives in both parcels counts once.
const REOPEN: &str = "
    UPDATE outbox SET incarnation = NULL, seq = NULL
     WHERE seq IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM parcel p JOIN receipt r ON r.core_hash = p.core_hash AND r.role = 'keeper'
                        WHERE p.incarnation = outbox.incarnation AND p.seq = outbox.seq)";

// -- store::incarnations::last_receipted
const LAST_RECEIPTED: &str = "
    SELECT coalesce(max(p.seq), 0) FROM parcel p
     WHERE p.incarnation = ?1 AND EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash)";

// -- store::incarnations::recheck
// Another copy's parcels in these places may stand where a keeper once had this store's: those may be lost.
const RECHECK: &str = "
    INSERT OR IGNORE INTO recheck SELECT ?1 WHERE EXISTS (
        SELECT 1 FROM parcel p JOIN receipt r ON r.core_hash = p.core_hash AND r.role = 'keeper' WHERE p.incarnation = ?1)";

// -- store::incarnations::recheck_unsettled
const RECHECK_UNSETTLED: &str = "
    INSERT OR IGNORE INTO recheck SELECT DISTINCT p.incarnation FROM parcel p
     WHERE EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper' AND r.at < ?1)
       AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper'
                                                 AND r.level IN ('merged', 'quarantined'))";

// -- store::incarnations::to_offer_again
// Of a past incarnation only parcels that a keeper had: the revisions of the others were sealed again in a
// later one.
const AGAIN: &str = "
    SELECT p.* FROM parcel p
     WHERE p.incarnation = :incarnation AND p.seq > :after
       AND (p.incarnation = (SELECT incarnation FROM device)
            OR EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper'))
     ORDER BY p.seq LIMIT :limit";

// -- store::incarnations::offer_unsettled
const OFFER_UNSETTLED: &str = "
    UPDATE contact SET grants_wanted = max(grants_wanted, 1)
     WHERE EXISTS (SELECT 1 FROM parcel p
         WHERE EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper' AND r.at < ?1)
           AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper'
                                                     AND r.level IN ('merged', 'quarantined')))";

impl Store {
    /// Ends the present incarnation and begins `new`. Revisions without a keeper's receipt return to the
    /// outbox. Parcels that were sealed stay; only those that a keeper had are compared with its log again.
    /// `server_has` is the last sequence number of the old incarnation that the server reported.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] or [`StoreError::SideFile`] if a write fails; the old incarnation goes on if
    /// the database was not written.
    pub fn begin_incarnation(
        &mut self,
        new: Incarnation,
        server_has: u64,
        why: IncarnationEndReason,
        now: UtcMillis,
    ) -> Result<(), StoreError> {
        self.write(|t| {
            let old: [u8; 16] = t.one("SELECT incarnation FROM device", [], |row| row.get(0))?;
            let receipted: i64 = t.one(LAST_RECEIPTED, [old], |row| row.get(0))?;
            t.run("INSERT INTO past_incarnation (incarnation, ended, why) VALUES (?1, ?2, ?3)", (old, now.0, why.text()))?;
            t.run(
                "UPDATE device SET incarnation = :new, follows = :old, follows_seq = :seq",
                named_params! { ":new": new.as_bytes(), ":old": old, ":seq": number(server_has).max(receipted) },
            )?;
            t.run(REOPEN, [])?;
            t.run(RECHECK, [old])?;
            Ok(())
        })?;
        // Only after the commit: if the program stops in between, the mark still names an earlier parcel of
        // this store.
        self.mark_incarnation()
    }

    /// Ended incarnations, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn past_incarnations(&self) -> Result<Vec<PastIncarnation>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT * FROM past_incarnation ORDER BY rowid")?;
        let rows = statement.query_map([], |row| {
            Ok((bytes(row, "incarnation")?, instant(row, "ended")?, row.get::<_, String>("why")?))
        })?;
        rows.map(|row| {
            let (incarnation, ended, why) = row?;
            let incarnation = Incarnation::from_bytes(incarnation);
            Ok(PastIncarnation { incarnation, ended, why: IncarnationEndReason::parse(&why)? })
        })
        .collect()
    }

    /// True if the file beside the database names a parcel that the database does not have: the database is
    /// then a copy, or was restored to an earlier state. A file older than the database says nothing, because
    /// the program may have been stopped between the two writes.
    ///
    /// # Errors
    /// [`StoreError::Database`] or [`StoreError::SideFile`] if the database or the file cannot be read.
    pub fn is_a_copy(&self) -> Result<bool, StoreError> {
        #[cfg(not(target_family = "wasm"))]
        {
            let parcels: i64 = self.connection.one("SELECT count(*) FROM parcel", [], |row| row.get(0))?;
            match self.incarnation_mark.read()? {
                super::incarnation_mark::Mark::Parcel(core) => Ok(self.core_at(&core)?.is_none()),
                super::incarnation_mark::Mark::Nothing => Ok(false),
                // Both files beside a database with parcels are missing: it was taken elsewhere alone.
                super::incarnation_mark::Mark::Missing => Ok(parcels > 0 && !self.side_file.exists()),
            }
        }
        #[cfg(target_family = "wasm")]
        Ok(false)
    }

    /// Writes the core hash of the parcel sealed last to the file beside the database.
    pub(super) fn mark_incarnation(&self) -> Result<(), StoreError> {
        #[cfg(not(target_family = "wasm"))]
        {
            use rusqlite::OptionalExtension;
            let last = self
                .connection
                .prepare_cached("SELECT core_hash FROM parcel ORDER BY rowid DESC LIMIT 1")?
                .query_row([], |row| super::row::hash(row, "core_hash"))
                .optional()?;
            self.incarnation_mark.write(last.as_ref())?;
        }
        Ok(())
    }

    /// Core hash of the parcel at `seq` of `incarnation`.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn core_hash_at(&self, incarnation: Incarnation, seq: u64) -> Result<Option<Hash>, StoreError> {
        use rusqlite::OptionalExtension;
        Ok(self
            .connection
            .prepare_cached("SELECT core_hash FROM parcel WHERE incarnation = ?1 AND seq = ?2")?
            .query_row((incarnation.as_bytes(), number(seq)), |row| super::row::hash(row, "core_hash"))
            .optional()?)
    }

    /// Incarnation and sequence number of the parcel with this core.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn core_at(&self, core: &Hash) -> Result<Option<(Incarnation, u64)>, StoreError> {
        use rusqlite::OptionalExtension;
        Ok(self
            .connection
            .prepare_cached("SELECT incarnation, seq FROM parcel WHERE core_hash = ?1")?
            .query_row([core.as_bytes()], |row| {
                Ok((Incarnation::from_bytes(bytes(row, "incarnation")?), unsigned(row.get("seq")?)))
            })
            .optional()?)
    }

    /// Sealed bytes of the parcel with this core, if this store has it.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn sealed_parcel(&self, core: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        use rusqlite::OptionalExtension;
        Ok(self
            .connection
            .prepare_cached("SELECT bytes FROM parcel WHERE core_hash = ?1")?
            .query_row([core.as_bytes()], |row| row.get(0))
            .optional()?)
    }

    /// Parcels of an incarnation after `after` that are offered again to a server that fell back, oldest
    /// first.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn parcels_again(
        &self,
        incarnation: Incarnation,
        after: u64,
        limit: u32,
    ) -> Result<Vec<HeldParcel>, StoreError> {
        let incarnation = incarnation.as_bytes();
        self.parcels(
            AGAIN,
            named_params! { ":incarnation": incarnation, ":after": number(after), ":limit": limit },
        )
    }

    /// Incarnations whose parcels are to be compared with the server's log, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn rechecks(&self) -> Result<Vec<Incarnation>, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT r.incarnation FROM recheck r LEFT JOIN past_incarnation p ON p.incarnation = r.incarnation
                  ORDER BY p.rowid IS NULL, p.rowid",
            )?
            .query_map([], |row| Ok(Incarnation::from_bytes(bytes(row, "incarnation")?)))?
            .map(|incarnation| Ok(incarnation?))
            .collect()
    }

    /// Marks incarnations with parcels that a keeper received before `before` and neither merged nor
    /// quarantined since, and offers their grants with the next push. The keeper may have lost either with an earlier state
    /// of its database, while its log has grown past that point again.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn recheck_unsettled(&mut self, before: UtcMillis) -> Result<(), StoreError> {
        self.write(|t| {
            t.run(RECHECK_UNSETTLED, [before.0])?;
            t.run(OFFER_UNSETTLED, [before.0])?;
            Ok(())
        })
    }

    /// Marks every incarnation with parcels for comparison with the server's log, which has lost parcels of one of them.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn recheck_all(&mut self) -> Result<(), StoreError> {
        self.write(recheck_all)
    }

    /// Notes that the server has every parcel of an incarnation that a keeper once had.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn rechecked(&mut self, incarnation: Incarnation) -> Result<(), StoreError> {
        self.write(|t| {
            t.run("DELETE FROM recheck WHERE incarnation = ?1", [incarnation.as_bytes()])?;
            Ok(())
        })
    }
}

/// Marks every incarnation with parcels for comparison with the server's log, and every grant to be offered again: the
/// comparison shows that a parcel is there, not that its grant is.
pub(super) fn recheck_all(t: &Transaction<'_>) -> Result<(), StoreError> {
    t.run("INSERT OR IGNORE INTO recheck SELECT DISTINCT incarnation FROM parcel", [])?;
    t.run("UPDATE contact SET grants_wanted = 2", [])?;
    Ok(())
}
