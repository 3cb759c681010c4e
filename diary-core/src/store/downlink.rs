//! What came down: acts of staff, certificate, receipts, and how far the server's log was read. The cursor moves in
//! the same transaction as what it covers.

use rusqlite::{OptionalExtension, named_params};
use zeroize::Zeroizing;

use super::device::REVOKED;
use super::entries::receive;
use super::kept::keep;
use super::parcels::{HeldReceipt, insert_receipts};
use super::phones::{self, PhoneNews};
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

/// The key of a grant of the keeper that was opened.
#[derive()]
pub struct OpenedGrant {
    /// SHA-256 of the signed grant.
    pub hash: Hash,
    /// Who made it.
    pub author: KeyId,
    /// The signed grant.
    pub bytes: Vec<u8>,
    /// Its key.
    pub secret: Zeroizing<[u8; 32]>,
}

/// Everything one page of the log brought, verified and opened.
#[derive(Default)]
pub struct DownlinkPage {
    /// When it came, by the device's clock.
    pub at: UtcMillis,
    /// Revisions that the keeper sent: of other phones, or of an earlier life of this one.
    pub revisions: Vec<EncodedRevision>,
    /// Bytes of acts.
    pub acts: Vec<Vec<u8>>,
    /// The signed certificate.
    pub certificate: Option<Vec<u8>>,
    /// The site that it names, where it is not this device's.
    pub other_site: Option<SiteId>,
    /// The signed revocation of this device.
    pub revocation: Option<Vec<u8>>,
    /// Records that keepers signed, kept for a server that loses them.
    pub kept: Vec<LogRecord>,
    /// What keepers signed about the participant's other phones.
    pub phones: Vec<PhoneNews>,
    /// The key check was answered rightly at this time.
    pub challenge_returned: Option<UtcMillis>,
    /// A version of the study was announced.
    pub study: Option<Hash>,
    /// Receipts.
    pub receipts: Vec<HeldReceipt>,
    /// Grants that were opened.
    pub grants: Vec<OpenedGrant>,
    /// Where the log stands now.
    pub cursor: Option<Cursor>,
    /// Version of the bundle under which something in it could not be judged, where that was so.
    pub unjudged: Option<u64>,
}

impl Store {
    /// How far the log was read.
    ///
    /// # Errors
    /// When the database refuses.
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

    /// Takes one page over, all or nothing.
    ///
    /// # Errors
    /// When the database refuses; the cursor stays where it was then.
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
                phones::take(t, news)?;
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
            if let Some(bundle) = page.unjudged {
                t.execute("UPDATE contact SET unjudged = min(coalesce(unjudged, ?1), ?1)", [number(bundle)])?;
            }
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

    /// Has the log read once more from its beginning where something in it could not be judged under an earlier bundle than
    /// `bundle`, the version at hand. What was taken before is taken once.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn judge_again(&mut self, bundle: u64) -> Result<(), StoreError> {
        let unjudged: Option<i64> =
            self.connection.query_row("SELECT unjudged FROM contact", [], |row| row.get(0))?;
        if unjudged.is_none_or(|under| under >= number(bundle)) {
            return Ok(());
        }
        self.write(|t| {
            t.execute("DELETE FROM log_cursor", [])?;
            t.execute("UPDATE contact SET unjudged = NULL", [])?;
            Ok(())
        })
    }

    /// The key of a grant that was opened before.
    ///
    /// # Errors
    /// When the database refuses.
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

    /// Acts of staff, in order, each with the time at which it came down, by the device's clock.
    ///
    /// # Errors
    /// When a row does not decode or the database refuses.
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

    /// Acts of staff, in order.
    ///
    /// # Errors
    /// When a row does not decode or the database refuses.
    pub fn acts(&self) -> Result<Vec<Act>, StoreError> {
        self.connection
            .prepare_cached("SELECT bytes FROM act ORDER BY counter, id, hash")?
            .query_map([], |row| row.get::<_, Vec<u8>>(0))?
            .map(|bytes| decode("act", &bytes?))
            .collect()
    }
}

crate::log_safe::redacted!(OpenedGrant, DownlinkPage);
