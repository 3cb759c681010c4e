//! The device: one row, written when it joins, and the study packages it has.

use std::sync::{Arc, OnceLock};

use rusqlite::{OptionalExtension, Row, named_params};
use zeroize::Zeroizing;

use super::row::{bytes, day, day_number, hash, optional_instant, unsigned};
use super::statement::Statements;
use super::{Store, StoreError};
use crate::ids::{Hash, Incarnation, SiteId, StudyId, VaultId};
use crate::keys::{SealingKey, SigningKey};
use crate::text::Lang;
use crate::time::{DiaryDay, UtcMillis};

/// Fields of the device's row at joining.
#[derive()]
pub struct NewDevice {
    /// The study.
    pub study: StudyId,
    /// The participant's site.
    pub site: SiteId,
    /// The participant's vault.
    pub vault: VaultId,
    /// Base URL of the server, with scheme.
    pub api_host: String,
    /// Fingerprint of the root key that the enrolment link pinned.
    pub root: Hash,
    /// Secret of the enrolment link, as bytes.
    pub enrolment_secret: Vec<u8>,
    /// The device's signing key.
    pub signing: SigningKey,
    /// The device's sealing key.
    pub sealing: SealingKey,
    /// Signed join request, as sent.
    pub join_request: Vec<u8>,
    /// First incarnation of the store.
    pub incarnation: Incarnation,
    /// First diary day.
    pub first_day: DiaryDay,
    /// Language of the texts shown.
    pub lang: Lang,
    /// Random challenge for the key check.
    pub challenge: [u8; 32],
    /// The recovery secret, sealed to the site: a record of the vault log.
    pub recovery_record: Vec<u8>,
    /// Signed bundle.
    pub bundle: Vec<u8>,
    /// Package hash of the study version in force.
    pub study_hash: Hash,
    /// Bytes of that package.
    pub study_bytes: Vec<u8>,
}

/// The device as it was set up, with what keepers signed about it since.
#[derive()]
pub struct Device {
    /// The study.
    pub study: StudyId,
    /// The participant's site.
    pub site: SiteId,
    /// The participant's vault.
    pub vault: VaultId,
    /// Base URL of the server, with scheme.
    pub api_host: String,
    /// Fingerprint of the pinned root key.
    pub root: Hash,
    /// Secret of the link.
    pub enrolment_secret: Vec<u8>,
    /// Key that signs parcels.
    pub signing: Arc<SigningKey>,
    /// Private half of the sealing key, as stored; see [`Device::sealing`].
    sealing_seed: Zeroizing<[u8; 32]>,
    sealing: Arc<OnceLock<SealingKey>>,
    /// Signed join request.
    pub join_request: Vec<u8>,
    /// Present incarnation of the store.
    pub incarnation: Incarnation,
    /// Incarnation that it follows.
    pub follows: Option<Incarnation>,
    /// Last sequence number of that incarnation which a server is known to have; 0 without one.
    pub follows_seq: u64,
    /// Signed revocation, if the site has revoked this device.
    pub revocation: Option<Vec<u8>>,
    /// First diary day.
    pub first_day: DiaryDay,
    /// Language.
    pub lang: Lang,
    /// Challenge of the key check.
    pub challenge: [u8; 32],
    /// Instant at which the keeper returned the challenge, by the device's clock.
    pub challenge_returned: Option<UtcMillis>,
    /// Recovery secret sealed to the site.
    pub recovery_record: Vec<u8>,
    /// Instant at which a server first had it.
    pub recovery_stored: Option<UtcMillis>,
    /// Signed certificate; `None` while pending.
    pub certificate: Option<Vec<u8>>,
    /// Signed bundle.
    pub bundle: Vec<u8>,
    /// Package hash of the study version in force.
    pub study_hash: Hash,
}

impl Device {
    /// Key that opens values sealed to this device. Derived at its first use, because the post-quantum half
    /// takes time.
    pub fn sealing(&self) -> &SealingKey {
        self.sealing.get_or_init(|| SealingKey::from_bytes(&self.sealing_seed))
    }
}

// -- store::device::insert
const INSERT: &str = "
    INSERT INTO device (one, study, site, vault, api_host, root, enrolment_secret, signing_seed, sealing_seed, join_request,
        incarnation, first_day, lang, challenge, recovery_record, bundle, study_hash)
    VALUES (1, :study, :site, :vault, :api_host, :root, :enrolment_secret, :signing_seed, :sealing_seed, :join_request,
        :incarnation, :first_day, :lang, :challenge, :recovery_record, :bundle, :study_hash)";

// -- store::device::add_package
const ADD_PACKAGE: &str = "INSERT OR IGNORE INTO study_package (hash, bytes) VALUES (:hash, :bytes)";

// -- store::device::revoked
pub(super) const REVOKED: &str = "UPDATE device SET revocation = coalesce(revocation, ?1)";

impl Store {
    /// Writes the device's row and its study package, and removes the keys that were kept for joining.
    ///
    /// # Errors
    /// [`StoreError::AlreadyJoined`] where a device was set up before.
    pub fn join(&mut self, new: &NewDevice) -> Result<(), StoreError> {
        self.write(|t| {
            let joined: i64 = t.one("SELECT count(*) FROM device", [], |row| row.get(0))?;
            if joined > 0 {
                return Err(StoreError::AlreadyJoined);
            }
            t.run(
                INSERT,
                named_params! {
                    ":study": new.study.as_str(),
                    ":site": new.site.as_str(),
                    ":vault": new.vault.as_bytes(),
                    ":api_host": new.api_host,
                    ":root": new.root.as_bytes(),
                    ":enrolment_secret": new.enrolment_secret,
                    ":signing_seed": new.signing.seed(),
                    ":sealing_seed": new.sealing.private_bytes(),
                    ":join_request": new.join_request,
                    ":incarnation": new.incarnation.as_bytes(),
                    ":first_day": day_number(new.first_day),
                    ":lang": new.lang.tag(),
                    ":challenge": new.challenge,
                    ":recovery_record": new.recovery_record,
                    ":bundle": new.bundle,
                    ":study_hash": new.study_hash.as_bytes(),
                },
            )?;
            t.run(
                ADD_PACKAGE,
                named_params! { ":hash": new.study_hash.as_bytes(), ":bytes": new.study_bytes },
            )?;
            t.run("DELETE FROM joining", [])?;
            Ok(())
        })
    }

    /// The device's row.
    ///
    /// # Errors
    /// [`StoreError::NotJoined`] where no device was set up.
    pub fn device(&self) -> Result<Device, StoreError> {
        self.device_again(None)
    }

    /// The device's row again. Keys that were derived from the same seeds are taken from `held`: deriving them takes longer
    /// than reading the row.
    ///
    /// # Errors
    /// [`StoreError::NotJoined`] where no device was set up.
    pub fn device_again(&self, held: Option<&Device>) -> Result<Device, StoreError> {
        let found = self
            .connection
            .prepare_cached("SELECT * FROM device")?
            .query_row([], |row| Ok((device(row, held)?, Words::of(row)?)))
            .optional()?;
        let (mut device, words) = found.ok_or(StoreError::NotJoined)?;
        let broken = |_| StoreError::Row { what: "device" };
        device.study = words.study.parse().map_err(broken)?;
        device.site = words.site.parse().map_err(broken)?;
        device.first_day = day(words.first_day)?;
        device.lang = words.lang.parse().map_err(broken)?;
        Ok(device)
    }

    /// True if a device was set up here.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn has_joined(&self) -> Result<bool, StoreError> {
        Ok(self.connection.one("SELECT count(*) FROM device", [], |row| row.get::<_, i64>(0))? > 0)
    }

    /// Bytes of a study package, if this device has it.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn study_package(&self, hash: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self
            .connection
            .one("SELECT bytes FROM study_package WHERE hash = ?1", [hash.as_bytes()], |row| row.get(0))
            .optional()?)
    }

    /// Hashes of the study packages on this device.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn study_packages(&self) -> Result<Vec<Hash>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT hash FROM study_package")?;
        let rows = statement.query_map([], |row| hash(row, "hash"))?;
        rows.map(|row| Ok(row?)).collect()
    }

    /// Package that was in force before `hash`, and the instant at which `hash` became known; `None` for the
    /// first one.
    ///
    /// # Errors
    /// [`StoreError::Database`] if SQLite reports an error.
    pub fn study_before(&self, hash: &Hash) -> Result<Option<(Hash, UtcMillis)>, StoreError> {
        let sql = "SELECT before, known FROM study_package WHERE hash = ?1 AND before IS NOT NULL AND known IS NOT NULL";
        let row = |row: &Row<'_>| Ok((self::hash(row, "before")?, UtcMillis(row.get("known")?)));
        Ok(self.connection.one(sql, [hash.as_bytes()], row).optional()?)
    }

    /// Puts a newer study package into force at `now`; earlier packages stay.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn take_study(&mut self, hash: &Hash, package: &[u8], now: UtcMillis) -> Result<(), StoreError> {
        self.write(|t| {
            t.run(ADD_PACKAGE, named_params! { ":hash": hash.as_bytes(), ":bytes": package })?;
            // An older package that comes back into force keeps the instant at which it first became known.
            t.run(
                "UPDATE study_package SET known = :now, before = (SELECT study_hash FROM device)
                  WHERE hash = :hash AND known IS NULL AND hash <> (SELECT study_hash FROM device)",
                named_params! { ":hash": hash.as_bytes(), ":now": now.0 },
            )?;
            t.run("UPDATE device SET study_hash = ?1", [hash.as_bytes()])?;
            Ok(())
        })
    }

    /// Replaces the bundle by a verified, newer one.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn take_bundle(&mut self, bundle: &[u8]) -> Result<(), StoreError> {
        self.write(|t| Ok(t.run("UPDATE device SET bundle = ?1", [bundle]).map(|_| ())?))
    }

    /// Moves the first diary day back to `day`, the day by a server's clock, if it lies later. A device whose
    /// clock ran ahead at joining would otherwise ask for nothing until that day.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn first_day_at_latest(&mut self, day: DiaryDay) -> Result<(), StoreError> {
        self.write(|t| {
            t.run("UPDATE device SET first_day = min(first_day, ?1)", [day_number(day)])?;
            Ok(())
        })
    }

    /// Notes that a server has the sealed recovery secret.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn recovery_secret_stored(&mut self, at: UtcMillis) -> Result<(), StoreError> {
        self.write(|t| {
            t.run("UPDATE device SET recovery_stored = ?1 WHERE recovery_stored IS NULL", [at.0])?;
            Ok(())
        })
    }

    /// Keeps the verified, signed revocation of this device. The first one stays.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn revoked(&mut self, revocation: &[u8]) -> Result<(), StoreError> {
        self.write(|t| Ok(t.run(REVOKED, [revocation]).map(|_| ())?))
    }

    /// Sets the language.
    ///
    /// # Errors
    /// [`StoreError::NotSaved`] if SQLite reports an error, [`StoreError::ReadingOnly`] if nothing can be written.
    pub fn set_lang(&mut self, lang: Lang) -> Result<(), StoreError> {
        self.write(|t| Ok(t.run("UPDATE device SET lang = ?1", [lang.tag()]).map(|_| ())?))
    }
}

/// Columns that need parsing.
struct Words {
    study: String,
    site: String,
    first_day: i64,
    lang: String,
}

impl Words {
    fn of(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            study: row.get("study")?,
            site: row.get("site")?,
            first_day: row.get("first_day")?,
            lang: row.get("lang")?,
        })
    }
}

/// Columns that need no parsing; the caller fills in those of [`Words`].
fn device(row: &Row<'_>, held: Option<&Device>) -> Result<Device, rusqlite::Error> {
    let follows: Option<[u8; 16]> = row.get("follows")?;
    let signing_seed = Zeroizing::new(bytes(row, "signing_seed")?);
    let sealing_seed = Zeroizing::new(bytes(row, "sealing_seed")?);
    let signing = held.map(|held| &held.signing).filter(|key| *key.seed() == *signing_seed);
    let sealing = held.filter(|held| held.sealing_seed == sealing_seed).map(|held| &held.sealing);
    Ok(Device {
        study: "-".parse().expect("a dash is a code"),
        site: "-".parse().expect("a dash is a code"),
        vault: VaultId::from_bytes(bytes(row, "vault")?),
        api_host: row.get("api_host")?,
        root: hash(row, "root")?,
        enrolment_secret: row.get("enrolment_secret")?,
        signing: signing.cloned().unwrap_or_else(|| Arc::new(SigningKey::from_seed(&signing_seed))),
        sealing: sealing.cloned().unwrap_or_default(),
        sealing_seed,
        join_request: row.get("join_request")?,
        incarnation: Incarnation::from_bytes(bytes(row, "incarnation")?),
        follows: follows.map(Incarnation::from_bytes),
        follows_seq: unsigned(row.get::<_, Option<i64>>("follows_seq")?.unwrap_or(0)),
        revocation: row.get("revocation")?,
        first_day: DiaryDay::default(),
        lang: Lang::default(),
        challenge: bytes(row, "challenge")?,
        challenge_returned: optional_instant(row, "challenge_returned")?,
        recovery_record: row.get("recovery_record")?,
        recovery_stored: optional_instant(row, "recovery_stored")?,
        certificate: row.get("certificate")?,
        bundle: row.get("bundle")?,
        study_hash: hash(row, "study_hash")?,
    })
}

crate::log_safe::redacted!(NewDevice, Device);
