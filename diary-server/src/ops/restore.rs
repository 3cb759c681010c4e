//! Restores a backup into a new folder, with the keys in it or those that survived, under a new epoch of the database
//! and a new incarnation of the keeper. The folder is completed under another name first, so that a failure leaves
//! nothing behind.

use std::path::{Path, PathBuf};

use diary_core::entropy::Entropy;
use diary_core::files;
use diary_core::ids::{Epoch, Incarnation, KeyId, SiteId};
use diary_core::keys::{Bundle, BundleError, SealingKey, SigningKey};
use diary_core::time::UtcMillis;
use zeroize::Zeroizing;

use crate::audit::Account;
use crate::audit::{Code, event};
use crate::data_folder::{DataFolder, FolderError, io_error};
use crate::key_file::{KeyFile, KeyFileError, Purpose};
use crate::keys::rotation::{Change, RotationError, next_bundle};
use crate::keys::{KeeperKeys, KeysError};
use crate::ops::backup::file::{self, BackupError, KeyPurpose, Manifest};
use crate::ops::backup::{open_key, site_of};
use crate::ops::setup::BUNDLE_LIFE_MS;
use diary_store::sqlite::{Missing, SqliteStore, inspect, renew};
use diary_store::{IngestStore, SiteStore, StoreError};

/// Distance by which the version of a new bundle is ahead: versions that were signed since the backup must stay below
/// it.
const BUNDLE_LEAP: u64 = 1000;

/// Name of the file that marks a folder in which a restore is at work.
const RESTORING: &str = "restoring";

/// Source of the keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeySource {
    /// A folder of keys that has survived, the keeper's signing key among them.
    Folder(PathBuf),
    /// The backup itself, opened with the recovery keys. The keeper's signing key is in no backup: the root signs a new
    /// one.
    Backup {
        /// Files of recovery keys: that of the first site, which opens the database, and those of further sites.
        recovery: Vec<PathBuf>,
        /// File of the study's root key.
        root: PathBuf,
    },
}

/// Input of a restore.
#[derive(Clone, Debug)]
pub struct RestoreInput<'a> {
    /// The backup.
    pub backup: &'a Path,
    /// The data folder; new, or empty.
    pub data: &'a Path,
    /// The keys.
    pub keys: &'a KeySource,
    /// Account that restores.
    pub by: &'a Account,
    /// The time.
    pub now: UtcMillis,
}

/// Result of a restore.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// The data folder.
    pub folder: DataFolder,
    /// Manifest of the backup.
    pub manifest: Manifest,
    /// The new epoch of the database.
    pub epoch: Epoch,
    /// The keeper's new signing key, where it needed one.
    pub new_keeper: Option<KeyId>,
    /// Sites whose sealing keys were not opened: their parcels wait.
    pub without_keys: Vec<SiteId>,
}

/// Reason for which nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup cannot be used.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A key file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The backup holds no database key.
    #[error("backup without a database key")]
    NoDatabaseKey,
    /// The backup holds no sealing key of the first site.
    #[error("backup without a sealing key of the site")]
    NoSiteKey,
    /// The keys are of another study or site than the backup.
    #[error("keys of another study or site than the backup")]
    ForeignKeys,
    /// The root key is of another study than the backup.
    #[error("root key of another study than the backup")]
    ForeignRoot,
    /// The bundle in the backup is not one of this study's root.
    #[error("bundle of the backup: {0}")]
    Bundle(#[from] BundleError),
    /// No bundle can follow it.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// The database.
    #[error("database: {0}")]
    Store(#[from] StoreError),
}

/// Restores a backup.
///
/// # Errors
/// [`RestoreError`]; there is no data folder then.
pub async fn restore(
    input: RestoreInput<'_>,
    entropy: &(dyn Entropy + Send + Sync),
) -> Result<Restored, RestoreError> {
    DataFolder::check_vacant(input.data)?;
    let manifest = file::read_manifest(input.backup)?;
    let (keys, root) = keys(&manifest, input.keys, entropy)?;
    let part = part_of(input.data);
    clear_part(&part)?;
    let built = build(&input, &manifest, &keys, root.as_ref(), &part, entropy).await;
    let named = built.and_then(|epoch| {
        files::rename(&part, input.data).map_err(|e| io_error(input.data, &e))?;
        std::fs::remove_file(input.data.join(RESTORING)).map_err(|e| io_error(input.data, &e))?;
        Ok(epoch)
    });
    match named {
        Ok(epoch) => Ok(Restored {
            folder: DataFolder::open(input.data)?,
            new_keeper: root.map(|_| keys.signing.id()),
            without_keys: without_keys(&manifest, &keys),
            manifest,
            epoch,
        }),
        Err(error) => {
            if let Err(left) = clear_part(&part) {
                tracing::warn!(error = %left, "half of a restore could not be removed");
            }
            Err(error)
        }
    }
}

fn part_of(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_os_string();
    name.push(".restoring");
    data.with_file_name(name)
}

/// Removes the remains of an interrupted restore, and nothing else.
fn clear_part(part: &Path) -> Result<(), FolderError> {
    if !part.join(RESTORING).exists() {
        return DataFolder::check_vacant(part);
    }
    match std::fs::remove_dir_all(part) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(io_error(part, &e)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Sites in a backup of which the keeper's keys hold none.
fn without_keys(manifest: &Manifest, keys: &KeeperKeys) -> Vec<SiteId> {
    let mut sites: Vec<SiteId> = manifest.keys.iter().map(|one| site_of(manifest, one).clone()).collect();
    sites.sort();
    sites.dedup();
    let held = keys.all_sealing();
    sites.retain(|site| held.iter().all(|((of, _), _)| of != site));
    sites
}

/// The keeper's keys, and the root where it has to sign a new one.
fn keys(
    manifest: &Manifest,
    source: &KeySource,
    entropy: &dyn Entropy,
) -> Result<(KeeperKeys, Option<SigningKey>), RestoreError> {
    match source {
        KeySource::Folder(folder) => {
            let keys = KeeperKeys::load(folder)?;
            if (&keys.study, &keys.site, &keys.root) != (&manifest.study, &manifest.site, &manifest.root) {
                return Err(RestoreError::ForeignKeys);
            }
            Ok((keys, None))
        }
        KeySource::Backup { recovery, root } => {
            let read = |file: &PathBuf| KeyFile::read(file, Purpose::Recovery).map(|key| key.sealing_key());
            let recovery = recovery.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            let root = KeyFile::read(root, Purpose::StudyRoot)?.signing_key();
            if root.verifying_key() != manifest.root {
                return Err(RestoreError::ForeignRoot);
            }
            let mut database = None;
            let mut sealing = Vec::new();
            for wrapped in &manifest.keys {
                let fits = |key: &&SealingKey| key.id() == wrapped.wrap.key;
                let Some(key) = recovery.iter().find(fits).or_else(|| {
                    // Only the keys of further sites may be missing.
                    recovery.first().filter(|_| *site_of(manifest, wrapped) == manifest.site)
                }) else {
                    continue;
                };
                let secret = open_key(manifest, wrapped, key)?;
                match wrapped.purpose {
                    KeyPurpose::Database => database = Some(secret),
                    KeyPurpose::SiteSealing => {
                        let of = (site_of(manifest, wrapped).clone(), wrapped.generation);
                        sealing.push((of, SealingKey::from_bytes(&secret)));
                    }
                }
            }
            let database = database.ok_or(RestoreError::NoDatabaseKey)?;
            if sealing.is_empty() {
                return Err(RestoreError::NoSiteKey);
            }
            let of = (manifest.study.clone(), manifest.site.clone(), manifest.root);
            Ok((KeeperKeys::from_backup(of, sealing, database, entropy), Some(root)))
        }
    }
}

/// Makes the whole data folder at `part`.
async fn build(
    input: &RestoreInput<'_>,
    manifest: &Manifest,
    keys: &KeeperKeys,
    root: Option<&SigningKey>,
    part: &Path,
    entropy: &(dyn Entropy + Send + Sync),
) -> Result<Epoch, RestoreError> {
    let folder = DataFolder::create(part, manifest.demo)?;
    let mark = part.join(RESTORING);
    files::create(&mark, b"").map_err(|e| io_error(&mark, &e))?;
    let database = folder.database();
    file::extract(input.backup, manifest, &database)?;
    let secret = Zeroizing::new(*keys.database_secret());
    inspect(&database, &secret)?;
    keys.write_new(&folder.keys())?;
    let config = folder.config_file();
    files::create(&config, manifest.config.as_bytes()).map_err(|e| io_error(&config, &e))?;

    let (epoch, incarnation) = (Epoch::from_bytes(draw(entropy)), Incarnation::from_bytes(draw(entropy)));
    let target = format!("backup={} epoch-before={} epoch={epoch}", manifest.made, manifest.epoch);
    let restored = event(input.by, input.now, Code::ServerRestore, target, None);
    if let Some(root) = root {
        let store = SqliteStore::open(&database, &secret, Missing::Refuse)?;
        let state = store.server_state().await?.ok_or(StoreError::NotFound { what: "server" })?;
        let bundle = Bundle::verify(&state.bundle, &keys.root_fingerprint())?;
        let changes = [
            Change::ReplaceKeeper(keys.signing.verifying_key()),
            Change::NameLost(store.lost_keepers().await?),
        ];
        // Signatures of the lost key must be dated before its retirement, even where this machine's clock runs
        // behind, or the lost one's ran behind when the backup was made: phones would refuse its receipts.
        let mark = store.clock_mark().await?.unwrap_or_default();
        let signed = mark.latest_signature().unwrap_or(bundle.issued);
        let at = input.now.max(manifest.made).max(bundle.issued).max(signed);
        let mut next = next_bundle(&bundle, &keys.site, &changes, at, BUNDLE_LIFE_MS)?;
        next.version += BUNDLE_LEAP;
        let target = format!("bundle={} keeper={}", next.version, keys.signing.id());
        let signed = event(input.by, input.now, Code::KeysReplaceKeeper, target, None);
        store.put_bundle(None, next.sign(root), Vec::new(), signed).await?;
    }
    renew(&database, &secret, (epoch, incarnation), &restored)?;
    Ok(epoch)
}

fn draw<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    entropy.array()
}

#[cfg(test)]
mod tests;
