//! The file of a backup: the bytes of the database, then the manifest, its length, and a mark by which the file is known.
//! The manifest comes last, so that the database is written once and in its place.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use diary_core::files::{folder_of, private, sync_folder};
use diary_core::ids::{Epoch, Hash, KeyId, SiteId, StudyId};
use diary_core::keys::{SealingError, VerifyingKey, Wrap};
use diary_core::time::UtcMillis;
use diary_core::wire;
use ring::digest::{Context, SHA256};

use crate::data_folder::{FolderError, io_error};
use diary_store::StoreError;

/// The version of the format.
pub const VERSION: u32 = 1;
const MARK: &[u8; 16] = b"diary-backup/v1\n";
const MANIFEST_MAX_BYTES: usize = 1024 * 1024;
const CHUNK_BYTES: usize = 64 * 1024;

/// Manifest of a backup.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Manifest {
    /// Version of the format.
    #[n(0)]
    pub version: u32,
    /// The study.
    #[n(1)]
    pub study: StudyId,
    /// The first site of the keeper.
    #[n(2)]
    pub site: SiteId,
    /// Public key of the study's root.
    #[n(3)]
    pub root: VerifyingKey,
    /// Id of the signing key that the keeper had.
    #[n(4)]
    pub keeper: KeyId,
    /// Epoch of the database.
    #[n(5)]
    pub epoch: Epoch,
    /// Time at which it was made.
    #[n(6)]
    pub made: UtcMillis,
    /// It holds made-up patients.
    #[n(7)]
    pub demo: bool,
    /// Version of the database's schema.
    #[n(8)]
    pub schema: u32,
    /// Vaults in it.
    #[n(9)]
    pub vaults: u64,
    /// Participants in it.
    #[n(10)]
    pub participants: u64,
    /// Parcels in it.
    #[n(11)]
    pub parcels: u64,
    /// SHA-256 of the database's bytes.
    #[n(12)]
    pub database: Hash,
    /// Number of these bytes.
    #[n(13)]
    pub bytes: u64,
    /// The configuration file.
    #[n(14)]
    pub config: String,
    /// The database's key, sealed to the recovery key of the first site, and every generation of each site's sealing key,
    /// sealed to that site's recovery key.
    #[n(15)]
    pub keys: Vec<WrappedKey>,
    /// Number among the backups of this epoch in the folder where it was made, from 1. Later backups have higher
    /// numbers, regardless of clocks.
    #[n(16)]
    pub number: Option<u64>,
}

/// A key in a backup.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct WrappedKey {
    /// Purpose of the key.
    #[n(0)]
    pub purpose: KeyPurpose,
    /// Generation of a sealing key; 0 of others.
    #[n(1)]
    pub generation: u32,
    /// The key, sealed to a recovery key.
    #[n(2)]
    pub wrap: Wrap,
    /// Site of a sealing key, if it is not the first.
    #[n(3)]
    pub site: Option<SiteId>,
}

/// Purpose of a key in a backup. Signing keys are in no backup.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum KeyPurpose {
    /// Encrypts the database.
    #[n(1)]
    Database = 1,
    /// Opens what phones seal to the site.
    #[n(2)]
    SiteSealing = 2,
}

/// Damage of a backup.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BackupDamage {
    /// Its manifest is cut off.
    #[error("truncated manifest")]
    ManifestCutOff,
    /// Its manifest is too long.
    #[error("manifest too long")]
    ManifestTooLong,
    /// Its manifest cannot be read.
    #[error("malformed manifest")]
    ManifestUnreadable,
    /// Its database has another length than the manifest says.
    #[error("database of another length")]
    DatabaseLength,
    /// Its database has another hash than the manifest says.
    #[error("altered database")]
    DatabaseAltered,
    /// It does not read back.
    #[error("not readable after writing")]
    NotReadBack,
}

/// Reason for which a backup was not made or cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file exists.
    #[error("{path}: exists already")]
    Exists {
        /// Path of the file.
        path: String,
    },
    /// The bundle names no recovery key for one of the sites.
    #[error("bundle without a recovery key of the site")]
    NoRecoveryKey,
    /// Not a backup of this program.
    #[error("{path}: not a backup")]
    NotABackup {
        /// Path of the file.
        path: String,
    },
    /// Of a later program.
    #[error("{path}: backup of a later version")]
    Newer {
        /// Path of the file.
        path: String,
    },
    /// Cut off or altered.
    #[error("{path}: damaged backup: {what}")]
    Damaged {
        /// Path of the file.
        path: String,
        /// Kind of the damage.
        what: BackupDamage,
    },
    /// Another recovery key is needed.
    #[error("recovery key {given} in place of {needed}")]
    RecoveryKey {
        /// Id of the key it was sealed to.
        needed: KeyId,
        /// Id of the key that was given, the first of several.
        given: KeyId,
    },
    /// The recovery key in the bundle is none.
    #[error("recovery key of the bundle: {0}")]
    Sealing(#[from] SealingError),
    /// A file or folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database.
    #[error("database: {0}")]
    Store(#[from] StoreError),
}

/// Hash and number of the bytes of a whole file.
///
/// # Errors
/// [`BackupError::Folder`] where it cannot be read.
pub fn digest(path: &Path) -> Result<(Hash, u64), BackupError> {
    let run = || {
        let mut file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Ok((hash_of(&mut file, bytes, |_| Ok(()))?, bytes))
    };
    run().map_err(|e: io::Error| io_error(path, &e).into())
}

fn hash_of(
    from: &mut impl Read,
    bytes: u64,
    mut each: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Hash> {
    let (mut context, mut left, mut chunk) = (Context::new(&SHA256), bytes, vec![0; CHUNK_BYTES]);
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        from.read_exact(&mut chunk[..most])?;
        context.update(&chunk[..most]);
        each(&chunk[..most])?;
        left -= most as u64;
    }
    let digest = context.finish();
    Ok(Hash::from_bytes(digest.as_ref().try_into().map_err(|_| io::Error::other("SHA-256 has 32 bytes"))?))
}

/// Appends the manifest to a copied database and brings both to the disk.
///
/// # Errors
/// [`BackupError::Folder`] where the disk refuses.
pub fn append_manifest(path: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let bytes = wire::encode(manifest);
    let run = || {
        let mut file = OpenOptions::new().append(true).open(path)?;
        file.write_all(&bytes)?;
        file.write_all(&(bytes.len() as u64).to_be_bytes())?;
        file.write_all(MARK)?;
        file.sync_all()
    };
    run().map_err(|e: io::Error| io_error(path, &e).into())
}

/// Reads the manifest of a backup.
///
/// # Errors
/// [`BackupError::NotABackup`], [`BackupError::Newer`], [`BackupError::Damaged`].
pub fn read_manifest(path: &Path) -> Result<Manifest, BackupError> {
    let named = || path.display().to_string();
    let not_one = || BackupError::NotABackup { path: named() };
    let damaged = |what| BackupError::Damaged { path: named(), what };
    let io = |e: io::Error| BackupError::from(io_error(path, &e));
    let mut file = File::open(path).map_err(io)?;
    let whole = file.metadata().map_err(io)?.len();
    let (tail_len, mark_len) = (24u64, MARK.len());
    let tail_at = whole.checked_sub(tail_len).ok_or_else(not_one)?;
    let mut tail = [0u8; 24];
    file.seek(SeekFrom::Start(tail_at)).and_then(|_| file.read_exact(&mut tail)).map_err(io)?;
    let (length, mark) = tail.split_at(tail.len() - mark_len);
    if mark != MARK {
        return Err(not_one());
    }
    let length = u64::from_be_bytes(length.try_into().map_err(|_| not_one())?);
    let at = tail_at.checked_sub(length).ok_or_else(|| damaged(BackupDamage::ManifestCutOff))?;
    let length = usize::try_from(length).ok().filter(|length| *length <= MANIFEST_MAX_BYTES);
    let mut bytes = vec![0; length.ok_or_else(|| damaged(BackupDamage::ManifestTooLong))?];
    file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut bytes)).map_err(io)?;
    let manifest: Manifest = wire::decode("manifest of a backup", &bytes, MANIFEST_MAX_BYTES)
        .map_err(|_| damaged(BackupDamage::ManifestUnreadable))?;
    if manifest.version > VERSION {
        return Err(BackupError::Newer { path: named() });
    }
    if manifest.bytes != at {
        return Err(damaged(BackupDamage::DatabaseLength));
    }
    Ok(manifest)
}

/// Hash of the database in a backup.
///
/// # Errors
/// [`BackupError::Folder`] where it cannot be read.
pub fn database_digest(path: &Path, manifest: &Manifest) -> Result<Hash, BackupError> {
    let run = || hash_of(&mut File::open(path)?, manifest.bytes, |_| Ok(()));
    run().map_err(|e| io_error(path, &e).into())
}

/// Writes the database of a backup to the new file `to`, and brings it to the disk.
///
/// # Errors
/// [`BackupError::Damaged`] where it is not the one that the manifest names.
pub fn extract(path: &Path, manifest: &Manifest, to: &Path) -> Result<(), BackupError> {
    let run = || {
        let mut out = private().create_new(true).open(to)?;
        let hash = hash_of(&mut File::open(path)?, manifest.bytes, |chunk| out.write_all(chunk))?;
        out.sync_all()?;
        sync_folder(folder_of(to))?;
        Ok(hash)
    };
    let hash = run().map_err(|e: io::Error| io_error(to, &e))?;
    if hash == manifest.database {
        Ok(())
    } else {
        Err(BackupError::Damaged { path: path.display().to_string(), what: BackupDamage::DatabaseAltered })
    }
}
