//! Grants, sealed parcels and receipts of this device. Sealed bytes are written before they are first sent,
//! and are sent again unchanged.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Row, named_params};
use zeroize::Zeroizing;

use super::row::{bytes, hash, instant, number, unsigned};
use super::statement::Statements;
use super::{Store, StoreError};
use crate::ids::{Hash, Incarnation, RevisionId};
use crate::time::UtcMillis;

/// A grant of this device.
#[derive()]
pub struct HeldGrant {
    /// SHA-256 of the signed grant.
    pub hash: Hash,
    /// Number in its incarnation, from 1.
    pub no: u32,
    /// Generation of the site key it is wrapped to.
    pub generation: u32,
    /// Instant of its making, by the device's clock.
    pub made: UtcMillis,
    /// Key under which parcels are sealed.
    pub secret: Zeroizing<[u8; 32]>,
    /// The signed grant.
    pub bytes: Vec<u8>,
    /// Number of parcels sealed under it so far.
    pub parcels: u32,
}

/// A parcel about to be written.
#[derive(Debug)]
pub struct NewParcel<'a> {
    /// Incarnation that seals it.
    pub incarnation: Incarnation,
    /// Sequence number in that incarnation's chain, from 1.
    pub seq: u64,
    /// Hash of its core.
    pub core_hash: Hash,
    /// Hash of its grant.
    pub grant: Hash,
    /// Sealed bytes.
    pub bytes: &'a [u8],
    /// Revisions that it contains.
    pub revisions: &'a [RevisionId],
    /// Time of its statement, and the version of the study named there; `None` without one.
    pub statement: Option<(UtcMillis, u32)>,
}

/// A parcel as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldParcel {
    /// Sequence number in its chain.
    pub seq: u64,
    /// Hash of its core.
    pub core_hash: Hash,
    /// Hash of its grant.
    pub grant: Hash,
    /// Sealed bytes.
    pub bytes: Vec<u8>,
}

/// Role of the server that signed a receipt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReceiptRole {
    /// A server that opens and merges.
    Keeper,
    /// A server that passes parcels on unopened.
    Relay,
}

/// State of a parcel at the server that signed a receipt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReceiptLevel {
    /// Flushed to the disk.
    Stored,
    /// In the trial record.
    Merged,
    /// Kept apart for the site's decision.
    Quarantined,
    /// In a backup.
    BackedUp,
}

impl ReceiptRole {
    const fn text(self) -> &'static str {
        match self {
            Self::Keeper => "keeper",
            Self::Relay => "relay",
        }
    }
}

impl ReceiptLevel {
    const fn text(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Merged => "merged",
            Self::Quarantined => "quarantined",
            Self::BackedUp => "backed-up",
        }
    }
}

/// A receipt that was verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldReceipt {
    /// Core hash of its parcel.
    pub core_hash: Hash,
    /// Role of its signer.
    pub role: ReceiptRole,
    /// State that it confirms.
    pub level: ReceiptLevel,
    /// Server's time in it; for a relay's, the device's clock at its first arrival.
    pub at: UtcMillis,
    /// Reason code of a quarantine.
    pub code: Option<String>,
    /// Signed bytes.
    pub bytes: Vec<u8>,
}

/// Number of servers' answers after which a parcel that only a relay has is offered again, independent of the
/// clock.
pub const RELAYED_ANSWERS: i64 = 256;

// -- store::parcels::current_grant
const CURRENT_GRANT: &str = "
    SELECT g.*, (SELECT count(*) FROM parcel p WHERE p.grant_hash = g.hash) AS parcels
      FROM seal_grant g WHERE g.incarnation = :incarnation ORDER BY g.no DESC LIMIT 1";

// -- store::parcels::insert
const INSERT: &str = "
    INSERT INTO parcel (incarnation, seq, core_hash, grant_hash, bytes, sealed, statement)
    VALUES (:incarnation, :seq, :core_hash, :grant, :bytes, :sealed, :statement)";

// -- store::parcels::open
// Parcels of the present incarnation without a keeper's receipt, except those that a relay has had for less
// than the given time. That time is by the device's own clock; if it stands before the receipt, or hardly
// moves, the number of servers' answers decides instead.
macro_rules! open {
    ($columns:literal) => {
        concat!(
            "
    SELECT ",
            $columns,
            " FROM parcel p
     WHERE p.incarnation = (SELECT incarnation FROM device)
       AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper')
       AND NOT EXISTS (SELECT 1 FROM receipt r
                        WHERE r.core_hash = p.core_hash AND r.role = 'relay' AND r.at > :relayed_after AND r.at <= :now
                          AND coalesce(r.answers, 0) > (SELECT answers FROM contact) - :answers)
     ORDER BY p.rowid LIMIT :limit"
        )
    };
}
const OPEN: &str = open!("p.*");
const OPEN_HASHES: &str = open!("p.core_hash");

// -- store::parcels::one_of_each_grant
// For each grant, the first parcel that no keeper has merged or quarantined; the first of all where the keeper has gone
// back to an earlier state, since it may have lost what it had settled. Of a past incarnation only parcels that a keeper
// had: the revisions of the others were sealed again in a later one.
const ONE_OF_EACH_GRANT: &str = "
    SELECT p.* FROM parcel p WHERE p.rowid IN (
        SELECT min(q.rowid) FROM parcel q
         WHERE ((SELECT grants_wanted FROM contact) = 2
                OR NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = q.core_hash AND r.role = 'keeper'
                                                        AND r.level IN ('merged', 'quarantined')))
           AND (q.incarnation = (SELECT incarnation FROM device)
                OR EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = q.core_hash AND r.role = 'keeper'))
         GROUP BY q.grant_hash)
     ORDER BY p.rowid LIMIT :limit";

// -- store::parcels::first_open
const FIRST_OPEN: &str = "
    SELECT min(p.seq) FROM parcel p WHERE p.incarnation = ?1
       AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash)";

// -- store::parcels::add_receipt
const ADD_RECEIPT: &str = "
    INSERT OR IGNORE INTO receipt (core_hash, role, level, at, code, bytes, answers)
    SELECT :core_hash, :role, :level, :at, :code, :bytes, (SELECT answers FROM contact)
     WHERE EXISTS (SELECT 1 FROM parcel WHERE core_hash = :core_hash)";

impl Store {
    /// Number of revisions in parcels of one incarnation beyond `seq` that a keeper has received.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn received_beyond(&self, incarnation: Incarnation, seq: u64) -> Result<u64, StoreError> {
        let count = self.connection.one(
            "SELECT count(*) FROM outbox o JOIN parcel p USING (incarnation, seq)
              WHERE o.incarnation = ?1 AND o.seq > ?2
                AND EXISTS (SELECT 1 FROM receipt r WHERE r.core_hash = p.core_hash AND r.role = 'keeper')",
            (incarnation.as_bytes(), number(seq)),
            |row| row.get::<_, i64>(0),
        )?;
        Ok(unsigned(count))
    }

    /// Newest grant of `incarnation`.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn current_grant(&self, incarnation: Incarnation) -> Result<Option<HeldGrant>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(CURRENT_GRANT)?
            .query_row(named_params! { ":incarnation": incarnation.as_bytes() }, |row| {
                Ok(HeldGrant {
                    hash: hash(row, "hash")?,
                    no: row.get("no")?,
                    generation: row.get("generation")?,
                    made: instant(row, "made")?,
                    secret: Zeroizing::new(bytes(row, "secret")?),
                    bytes: row.get("bytes")?,
                    parcels: row.get("parcels")?,
                })
            })
            .optional()?)
    }

    /// Stores a new grant.
    ///
    /// # Errors
    /// [`StoreError::SideFile`] or [`StoreError::NotSaved`] if a write fails.
    pub fn add_grant(&mut self, incarnation: Incarnation, grant: &HeldGrant) -> Result<(), StoreError> {
        // Before the database: once a row exists the bytes may be sent, and the side file must not lack what
        // was sent.
        #[cfg(not(target_family = "wasm"))]
        self.side_file.append(&grant.bytes)?;
        self.write(|t| {
            t.run(
                "INSERT INTO seal_grant (hash, incarnation, no, generation, made, secret, bytes)
                 VALUES (:hash, :incarnation, :no, :generation, :made, :secret, :bytes)",
                named_params! {
                    ":hash": grant.hash.as_bytes(),
                    ":incarnation": incarnation.as_bytes(),
                    ":no": grant.no,
                    ":generation": grant.generation,
                    ":made": grant.made.0,
                    ":secret": *grant.secret,
                    ":bytes": grant.bytes,
                },
            )?;
            Ok(())
        })
    }

    /// True if a keeper has signed a receipt for the parcel with this core.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn has_keeper_receipt(&self, core: &Hash) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM receipt WHERE core_hash = ?1 AND role = 'keeper')")?
            .query_row([core.as_bytes()], |row| row.get(0))?)
    }

    /// Last sequence number of `incarnation` up to which a server, keeper or relay, has acknowledged every
    /// parcel.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn acknowledged(&self, incarnation: Incarnation) -> Result<u64, StoreError> {
        let open: Option<i64> = self
            .connection
            .prepare_cached(FIRST_OPEN)?
            .query_row([incarnation.as_bytes()], |row| row.get(0))?;
        match open {
            Some(first) => Ok(unsigned(first) - 1),
            None => Ok(self.chain_head(incarnation)?.0),
        }
    }

    /// True if a keeper has received a parcel under this grant; the keeper then has the grant, too.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn keeper_has_grant(&self, grant: &Hash) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM parcel p JOIN receipt r ON r.core_hash = p.core_hash
                                 WHERE p.grant_hash = ?1 AND r.role = 'keeper')",
            )?
            .query_row([grant.as_bytes()], |row| row.get(0))?)
    }

    /// Signed bytes of the grants with these hashes; unknown hashes are left out.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn grant_bytes(&self, hashes: &[Hash]) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT bytes FROM seal_grant WHERE hash = ?1")?;
        let mut out = Vec::new();
        for hash in hashes {
            out.extend(statement.query_row([hash.as_bytes()], |row| row.get(0)).optional()?);
        }
        Ok(out)
    }

    /// Last sequence number and core hash of `incarnation`; `(0, None)` before its first parcel.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn chain_head(&self, incarnation: Incarnation) -> Result<(u64, Option<Hash>), StoreError> {
        let head = self
            .connection
            .prepare_cached(
                "SELECT seq, core_hash FROM parcel WHERE incarnation = ?1 ORDER BY seq DESC LIMIT 1",
            )?
            .query_row([incarnation.as_bytes()], |row| {
                Ok((unsigned(row.get("seq")?), Some(hash(row, "core_hash")?)))
            })
            .optional()?;
        Ok(head.unwrap_or((0, None)))
    }

    /// Stores a sealed parcel and marks its revisions as sealed in it, in one transaction, after the side
    /// file has it.
    ///
    /// # Errors
    /// [`StoreError::SideFile`] or [`StoreError::NotSaved`] if a write fails; nothing is marked as sealed
    /// then.
    pub fn add_parcel(&mut self, parcel: &NewParcel<'_>, now: UtcMillis) -> Result<(), StoreError> {
        #[cfg(not(target_family = "wasm"))]
        self.side_file.append(parcel.bytes)?;
        self.write(|t| {
            t.prepare_cached(INSERT)?.execute(named_params! {
                ":incarnation": parcel.incarnation.as_bytes(),
                ":seq": number(parcel.seq),
                ":core_hash": parcel.core_hash.as_bytes(),
                ":grant": parcel.grant.as_bytes(),
                ":bytes": parcel.bytes,
                ":sealed": now.0,
                ":statement": parcel.statement.map(|(at, _)| at.0),
            })?;
            if let Some((_, study)) = parcel.statement {
                t.execute("UPDATE contact SET study_stated = ?1", [study])?;
            }
            // A revision that is sealed in another parcel already keeps that place.
            // stays as sealed.
            let mut mark = t.prepare_cached(
                "UPDATE outbox SET incarnation = :incarnation, seq = :seq WHERE revision = :revision AND seq IS NULL",
            )?;
            for revision in parcel.revisions {
                mark.execute(named_params! {
                    ":incarnation": parcel.incarnation.as_bytes(),
                    ":seq": number(parcel.seq),
                    ":revision": revision.as_bytes(),
                })?;
            }
            Ok(())
        })?;
        self.mark_incarnation()
    }

    /// Parcels to offer at `now`, oldest first: without a keeper's receipt, and, if a relay has one, after
    /// `relayed_ms` by the device's clock or [`RELAYED_ANSWERS`] answers of servers.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn open_parcels(
        &self,
        now: UtcMillis,
        relayed_ms: i64,
        limit: u32,
    ) -> Result<Vec<HeldParcel>, StoreError> {
        let after = now.plus_ms(-relayed_ms);
        self.parcels(
            OPEN,
            named_params! { ":relayed_after": after.0, ":now": now.0, ":answers": RELAYED_ANSWERS, ":limit": limit },
        )
    }

    /// True if [`Self::open_parcels`] has a parcel other than `refused` ones. Reads hashes alone, in order, up to
    /// the first such parcel.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn has_open_parcels(
        &self,
        now: UtcMillis,
        relayed_ms: i64,
        limit: u32,
        refused: &BTreeSet<Hash>,
    ) -> Result<bool, StoreError> {
        let after = now.plus_ms(-relayed_ms);
        let mut statement = self.connection.prepare_cached(OPEN_HASHES)?;
        let mut rows = statement.query(
            named_params! { ":relayed_after": after.0, ":now": now.0, ":answers": RELAYED_ANSWERS, ":limit": limit },
        )?;
        while let Some(row) = rows.next()? {
            if !refused.contains(&hash(row, "core_hash")?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// For each grant that the server may miss, its first parcel: of those that no keeper has merged or quarantined, or of
    /// all where the server has gone back to an earlier state. Offered together with its grant; the answer names grants that
    /// are still missing.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn one_of_each_grant(&self, limit: u32) -> Result<Vec<HeldParcel>, StoreError> {
        self.parcels(ONE_OF_EACH_GRANT, named_params! { ":limit": limit })
    }

    pub(super) fn parcels(
        &self,
        sql: &str,
        params: &[(&str, &dyn rusqlite::ToSql)],
    ) -> Result<Vec<HeldParcel>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, held)?;
        rows.map(|row| Ok(row?)).collect()
    }

    /// Stores verified receipts. Receipts for parcels that this store does not have are left out.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn add_receipts(&mut self, receipts: &[HeldReceipt]) -> Result<(), StoreError> {
        self.write(|t| insert_receipts(t, receipts))
    }

    /// Time of the last sealed statement.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn last_statement(&self) -> Result<Option<UtcMillis>, StoreError> {
        let last: Option<i64> = self
            .connection
            .prepare_cached(
                "SELECT statement FROM parcel WHERE statement IS NOT NULL ORDER BY rowid DESC LIMIT 1",
            )?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(last.map(UtcMillis))
    }
}

pub(super) fn insert_receipts(
    t: &rusqlite::Transaction<'_>,
    receipts: &[HeldReceipt],
) -> Result<(), StoreError> {
    let mut insert = t.prepare_cached(ADD_RECEIPT)?;
    for receipt in receipts {
        insert.execute(named_params! {
            ":core_hash": receipt.core_hash.as_bytes(),
            ":role": receipt.role.text(),
            ":level": receipt.level.text(),
            ":at": receipt.at.0,
            ":code": receipt.code,
            ":bytes": receipt.bytes,
        })?;
    }
    Ok(())
}

fn held(row: &Row<'_>) -> Result<HeldParcel, rusqlite::Error> {
    Ok(HeldParcel {
        seq: unsigned(row.get("seq")?),
        core_hash: hash(row, "core_hash")?,
        grant: hash(row, "grant_hash")?,
        bytes: row.get("bytes")?,
    })
}

crate::log_safe::redacted!(HeldGrant);
