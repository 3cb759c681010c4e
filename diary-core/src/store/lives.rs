//! Lives of the store. A store that was restored, copied or rolled back goes on in a new life under the same keys:
//! places in the old chain may have been used by somebody else. Whether that is so is not decided here.

use rusqlite::{Transaction, named_params};

use super::parcels::HeldParcel;
use super::row::{bytes, instant, number, unsigned};
use super::statement::Statements;
use super::{Store, StoreError};
use crate::ids::{Hash, Incarnation};
use crate::time::UtcMillis;

/// Why a life ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LifeEnd {
    /// The file beside the database belongs to another state of it: it was copied or put back.
    Copied,
    /// The server has parcels of this life that this store never sealed.
    Ahead,
    /// The server has another parcel in a place that this store has used.
    Forked,
}

impl LifeEnd {
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
            .ok_or(StoreError::Row { what: "past life" })
    }
}

/// A life that is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PastLife {
    /// Which.
    pub incarnation: Incarnation,
    /// When it ended, by the device's clock.
    pub ended: UtcMillis,
    /// Why.
    pub why: LifeEnd,
}

// -- store::lives::reopen
// What no keeper has is sealed again. Nothing is lost by it and nothing doubled: the revisions keep their bytes.
const REOPEN: &str = "
    UPDATE outbox SET incarnation = NULL, seq = NULL
     WHERE seq IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM parcel p JOIN receipt r ON r.core_hash = p.core_hash AND r.role = 'keeper'
                        WHERE p.incarnation = outbox.incarnation AND p.seq = outbox.seq)";

// -- store::lives::last_receipted
const LAST_RECEIPTED: &str = "
    SELECT coalesce(max(p.seq), 0) FROM parcel p
     WHERE p.incarnation = ?1 AND EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash)";

// -- store::lives::recheck
// Where another copy's parcels stand in a life's places, what a keeper once had of this one's may be lost.
const RECHECK: &str = "
    INSERT OR IGNORE INTO recheck SELECT ?1 WHERE EXISTS (
        SELECT 1 FROM parcel p JOIN receipt r ON r.core_hash = p.core_hash AND r.role = 'keeper' WHERE p.incarnation = ?1)";

// -- store::lives::recheck_unsettled
const RECHECK_UNSETTLED: &str = "
    INSERT OR IGNORE INTO recheck SELECT DISTINCT p.incarnation FROM parcel p
     WHERE EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper' AND r.at < ?1)
       AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper'
                                                 AND r.level IN ('merged', 'quarantined'))";

// -- store::lives::to_offer_again
// Of a past life only what a keeper had: the rest was sealed again in a later one.
const AGAIN: &str = "
    SELECT p.* FROM parcel p
     WHERE p.incarnation = :incarnation AND p.seq > :after
       AND (p.incarnation = (SELECT incarnation FROM device)
            OR EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper'))
     ORDER BY p.seq LIMIT :limit";

impl Store {
    /// Ends the present life and begins `new`. What no keeper has receipted waits to be sealed again; parcels that were
    /// sealed stay and are offered no more, but for those that a keeper had: they are held against what it has now. `server_has`: the last number of the old life that the server told of.
    ///
    /// # Errors
    /// When the database or the file beside it refuses; the old life goes on then.
    pub fn begin_incarnation(
        &mut self,
        new: Incarnation,
        server_has: u64,
        why: LifeEnd,
        now: UtcMillis,
    ) -> Result<(), StoreError> {
        self.write(|t| {
            let old: [u8; 16] = t.one("SELECT incarnation FROM device", [], |row| row.get(0))?;
            let receipted: i64 = t.one(LAST_RECEIPTED, [old], |row| row.get(0))?;
            t.run("INSERT INTO past_life (incarnation, ended, why) VALUES (?1, ?2, ?3)", (old, now.0, why.text()))?;
            t.run(
                "UPDATE device SET incarnation = :new, follows = :old, follows_seq = :seq",
                named_params! { ":new": new.as_bytes(), ":old": old, ":seq": number(server_has).max(receipted) },
            )?;
            t.run(REOPEN, [])?;
            t.run(RECHECK, [old])?;
            Ok(())
        })?;
        self.mark_life()
    }

    /// Lives that are over, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn past_lives(&self) -> Result<Vec<PastLife>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT * FROM past_life ORDER BY rowid")?;
        let rows = statement.query_map([], |row| {
            Ok((bytes(row, "incarnation")?, instant(row, "ended")?, row.get::<_, String>("why")?))
        })?;
        rows.map(|row| {
            let (incarnation, ended, why) = row?;
            let incarnation = Incarnation::from_bytes(incarnation);
            Ok(PastLife { incarnation, ended, why: LifeEnd::parse(&why)? })
        })
        .collect()
    }

    /// Whether the file beside the database was written with a parcel that the database does not know: then this is a
    /// copy, or an earlier state that was put back. A file that is older than the database is no such sign: the program
    /// may have been stopped between the two.
    ///
    /// # Errors
    /// When the database or the file cannot be read.
    pub fn is_a_copy(&self) -> Result<bool, StoreError> {
        #[cfg(not(target_family = "wasm"))]
        {
            let parcels: i64 = self.connection.one("SELECT count(*) FROM parcel", [], |row| row.get(0))?;
            match self.life_mark.read()? {
                super::life_mark::Mark::Parcel(core) => Ok(self.core_at(&core)?.is_none()),
                super::life_mark::Mark::Nothing => Ok(false),
                // The database alone was taken elsewhere: both files that go with it are missing.
                super::life_mark::Mark::Missing => Ok(parcels > 0 && !self.side_file.exists()),
            }
        }
        #[cfg(target_family = "wasm")]
        Ok(false)
    }

    /// Writes beside the database which parcel was sealed last.
    pub(super) fn mark_life(&self) -> Result<(), StoreError> {
        #[cfg(not(target_family = "wasm"))]
        {
            use rusqlite::OptionalExtension;
            let last = self
                .connection
                .prepare_cached("SELECT core_hash FROM parcel ORDER BY rowid DESC LIMIT 1")?
                .query_row([], |row| super::row::hash(row, "core_hash"))
                .optional()?;
            self.life_mark.write(last.as_ref())?;
        }
        Ok(())
    }

    /// The core hash of the parcel at `seq` of `incarnation`.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn core_hash_at(&self, incarnation: Incarnation, seq: u64) -> Result<Option<Hash>, StoreError> {
        use rusqlite::OptionalExtension;
        Ok(self
            .connection
            .prepare_cached("SELECT core_hash FROM parcel WHERE incarnation = ?1 AND seq = ?2")?
            .query_row((incarnation.as_bytes(), number(seq)), |row| super::row::hash(row, "core_hash"))
            .optional()?)
    }

    /// Life and number of the parcel with this core.
    ///
    /// # Errors
    /// When the database refuses.
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

    /// The sealed parcel with this core, where it is one of this diary's.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn sealed_parcel(&self, core: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        use rusqlite::OptionalExtension;
        Ok(self
            .connection
            .prepare_cached("SELECT bytes FROM parcel WHERE core_hash = ?1")?
            .query_row([core.as_bytes()], |row| row.get(0))
            .optional()?)
    }

    /// Parcels of a life after `after` that a server which fell back is offered again, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn parcels_again(
        &self,
        incarnation: Incarnation,
        after: u64,
        limit: u32,
    ) -> Result<Vec<HeldParcel>, StoreError> {
        let life = incarnation.as_bytes();
        self.parcels(AGAIN, named_params! { ":incarnation": life, ":after": number(after), ":limit": limit })
    }

    /// Lives whose parcels are to be held against what the server has, in the order in which they were lived.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn rechecks(&self) -> Result<Vec<Incarnation>, StoreError> {
        self.connection
            .prepare_cached(
                "SELECT r.incarnation FROM recheck r LEFT JOIN past_life p ON p.incarnation = r.incarnation
                  ORDER BY p.rowid IS NULL, p.rowid",
            )?
            .query_map([], |row| Ok(Incarnation::from_bytes(bytes(row, "incarnation")?)))?
            .map(|life| Ok(life?))
            .collect()
    }

    /// Marks the lives with parcels that a keeper received before `before` and that were neither merged nor put aside
    /// since: it may have lost them with an earlier state of its database, and its log may have grown beyond them again.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn recheck_unsettled(&mut self, before: UtcMillis) -> Result<(), StoreError> {
        self.write(|t| {
            t.run(RECHECK_UNSETTLED, [before.0])?;
            Ok(())
        })
    }

    /// The server has everything of a life that a keeper once had.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn rechecked(&mut self, incarnation: Incarnation) -> Result<(), StoreError> {
        self.write(|t| {
            t.run("DELETE FROM recheck WHERE incarnation = ?1", [incarnation.as_bytes()])?;
            Ok(())
        })
    }
}

/// Marks every life with parcels to be held against what the server has.
pub(super) fn recheck_all(t: &Transaction<'_>) -> Result<(), StoreError> {
    t.run("INSERT OR IGNORE INTO recheck SELECT DISTINCT incarnation FROM parcel", [])?;
    Ok(())
}
