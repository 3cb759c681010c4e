//! Records received from the server's log: acts of staff, certificate, receipts, and the read position. The
//! cursor moves in the same transaction as the records it covers.

use rusqlite::{OptionalExtension, named_params};
use zeroize::Zeroizing;

use super::device::REVOKED;
use super::entries::receive;
use super::kept::keep;
use super::other_devices::{self, PhoneNews};
use super::parcels::{HeldReceipt, insert_receipts};
use super::row::{decode, hash, number, unsigned};
use super::statement::Statements;
use super::{Store, StoreError};
use crate::act::Act;
use crate::api::Cursor;
use crate::entry::EncodedRevision;
use crate::hash::sha256;
use crate::ids::{Epoch, Hash, KeyId, SiteId};
use crate::parcel::LogRecord;
use crate::time::UtcMillis;

/// An opened grant of the keeper.
#[derive()]
pub struct OpenedGrant {
    /// SHA-256 of the signed grant.
    pub hash: Hash,
    /// Id of the key that signed it.
    pub author: KeyId,
    /// The signed grant.
    pub bytes: Vec<u8>,
    /// Key under which parcels of this grant are sealed.
    pub secret: Zeroizing<[u8; 32]>,
}

/// Contents of one page of the log, verified and opened.
#[derive(Default)]
pub struct DownlinkPage {
    /// Instant of the page's arrival, by the device's clock.
    pub at: UtcMillis,
    /// Revisions that the keeper sent: of other phones, or of an earlier incarnation of this one.
    pub revisions: Vec<EncodedRevision>,
    /// Encoded acts of staff.
    pub acts: Vec<Vec<u8>>,
    /// Signed certificate.
    pub certificate: Option<Vec<u8>>,
    /// Site named by the certificate, if it is not this device's.
    pub other_site: Option<SiteId>,
    /// Signed revocation of this device.
    pub revocation: Option<Vec<u8>>,
    /// Records signed by keepers, kept for a server that loses them.
    pub kept: Vec<LogRecord>,
    /// News about the participant's other phones, signed by keepers.
    pub phones: Vec<PhoneNews>,
    /// Instant at which the key check was answered with this device's challenge.
    pub challenge_returned: Option<UtcMillis>,
    /// Package hash of an announced study version.
    pub study: Option<Hash>,
    /// Receipts for this device's parcels.
    pub receipts: Vec<HeldReceipt>,
    /// Grants of keepers, opened.
    pub grants: Vec<OpenedGrant>,
    /// Position after this page.
    pub cursor: Option<Cursor>,
    /// Version of the bundle under which a record could not be verified, if there was one.
    pub unjudged: Option<u64>,
}

impl Store {
    /// Position up to which the server's log was read; `None` before the first page.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn cursor(&self) -> Result<Option<Cursor>, StoreError> {
        Ok(self
            .connection
            .one("SELECT epoch, n, chain FROM log_cursor", [], |row| {
                Ok(Cursor {
                    epoch: Epoch::from_bytes(row.get("epoch")?),
                    n: unsigned(row.get("n")?),
                    chain: hash(row, "chain")?,
                })
            })
            .optional()?)
    }

    /// Writes one page in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Row`] if an act does not decode, [`StoreError::NotSaved`] if SQLite reports an error;
    /// the cursor is not moved then.
    pub fn take_page(&mut self, page: &DownlinkPage) -> Result<(), StoreError> {
        let acts = page
            .acts
            .iter()
            .map(|bytes| Ok((decode::<Act>("act", bytes)?, bytes)))
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.write(|t| {
            for (act, bytes) in &acts {
                t.run(
                    "INSERT OR IGNORE INTO act (id, hash, counter, bytes, known)
                     VALUES (:id, :hash, :counter, :bytes, :known)",
                    named_params! {
                        ":id": act.id.as_bytes(), ":hash": sha256(bytes).as_bytes(),
                        ":counter": act.counter.column(), ":bytes": bytes, ":known": page.at.0,
                    },
                )?;
            }
            for revision in &page.revisions {
                receive(t, revision, page.at)?;
            }
            if let Some(certificate) = &page.certificate {
                t.run("UPDATE device SET certificate = ?1", [certificate])?;
                let site = page.other_site.as_ref().map(SiteId::as_str);
                t.run("UPDATE contact SET other_site = ?1", [site])?;
            }
            if let Some(revocation) = &page.revocation {
                t.run(REVOKED, [revocation])?;
            }
            for record in &page.kept {
                keep(t, record)?;
            }
            for news in &page.phones {
                other_devices::take(t, news)?;
            }
            if let Some(at) = page.challenge_returned {
                t.run("UPDATE device SET challenge_returned = coalesce(challenge_returned, ?1)", [at.0])?;
            }
            if let Some(study) = &page.study {
                t.run("UPDATE contact SET study_wanted = ?1", [study.as_bytes()])?;
            }
            for grant in &page.grants {
                t.run(
                    "INSERT OR IGNORE INTO open_grant (hash, author, bytes, secret) VALUES (?1, ?2, ?3, ?4)",
                    (grant.hash.as_bytes(), grant.author.as_bytes(), &grant.bytes, *grant.secret),
                )?;
            }
            insert_receipts(t, &page.receipts)?;
            // The smallest version is kept, since any newer bundle may verify the record.
            if let Some(bundle) = page.unjudged {
                t.execute("UPDATE contact SET unjudged = min(coalesce(unjudged, ?1), ?1)", [number(bundle)])?;
            }
            // Last, and in the same transaction: a cursor ahead of its records would lose them for good.
            if let Some(cursor) = &page.cursor {
                t.run(
                    "INSERT INTO log_cursor (one, epoch, n, chain) VALUES (1, :epoch, :n, :chain)
                     ON CONFLICT (one) DO UPDATE SET epoch = :epoch, n = :n, chain = :chain",
                    named_params! {
                        ":epoch": cursor.epoch.as_bytes(), ":n": number(cursor.n), ":chain": cursor.chain.as_bytes(),
                    },
                )?;
            }
            Ok(())
        })
    }

    /// True if a record of the log could not be verified under a bundle older than `bundle`.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn is_to_judge_again(&self, bundle: u64) -> Result<bool, StoreError> {
        let unjudged: Option<i64> =
            self.connection.one("SELECT unjudged FROM contact", [], |row| row.get(0))?;
        Ok(unjudged.is_some_and(|under| under < number(bundle)))
    }

    /// Clears the cursor if a record could not be verified under a bundle older than `bundle`, so that the
    /// log is read again from its beginning. Records that were stored before are not stored twice.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn judge_again(&mut self, bundle: u64) -> Result<(), StoreError> {
        if !self.is_to_judge_again(bundle)? {
            return Ok(());
        }
        self.write(|t| {
            t.execute("DELETE FROM log_cursor", [])?;
            t.execute("UPDATE contact SET unjudged = NULL", [])?;
            Ok(())
        })
    }

    /// Grant that was opened before, by its hash.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn opened_grant(&self, hash: &Hash) -> Result<Option<OpenedGrant>, StoreError> {
        Ok(self
            .connection
            .one("SELECT author, bytes, secret FROM open_grant WHERE hash = ?1", [hash.as_bytes()], |row| {
                Ok(OpenedGrant {
                    hash: *hash,
                    author: KeyId::from_bytes(row.get("author")?),
                    bytes: row.get("bytes")?,
                    secret: Zeroizing::new(row.get("secret")?),
                })
            })
            .optional()?)
    }

    /// Acts of staff in their order, each with the instant of its arrival by the device's clock.
    ///
    /// # Errors
    /// [`StoreError::Row`] if a row does not decode, [`StoreError::Database`] if SQLite reports an error.
    pub fn known_acts(&self) -> Result<Vec<(Act, Option<UtcMillis>)>, StoreError> {
        self.connection
            .prepare_cached("SELECT bytes, known FROM act ORDER BY counter, id, hash")?
            .query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<i64>>(1)?)))?
            .map(|row| {
                let (bytes, known) = row?;
                Ok((decode("act", &bytes)?, known.map(UtcMillis)))
            })
            .collect()
    }

    /// Acts of staff in their order.
    ///
    /// # Errors
    /// [`StoreError::Row`] if a row does not decode, [`StoreError::Database`] if SQLite reports an error.
    pub fn acts(&self) -> Result<Vec<Act>, StoreError> {
        self.connection
            .prepare_cached("SELECT bytes FROM act ORDER BY counter, id, hash")?
            .query_map([], |row| row.get::<_, Vec<u8>>(0))?
            .map(|bytes| decode("act", &bytes?))
            .collect()
    }
}

crate::log_safe::redacted!(OpenedGrant, DownlinkPage);
