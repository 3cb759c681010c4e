//! Backups: one file that holds a checked copy of the database with all sites, the database's key sealed to the recovery
//! key of the first site, each site's sealing keys sealed to its own recovery key, the configuration and the study root
//! that the server trusts. The keeper's signing key is never in it. Backups are restored by `restore`.

pub mod file;
pub mod schedule;

pub use file::{BackupError, Manifest};

use std::io;
use std::path::{Path, PathBuf};

use diary_core::entropy::Entropy;
use diary_core::files::{folder_of, name_new};
use diary_core::hash::sha256_of;
use diary_core::ids::{Hash, SiteId, StudyId};
use diary_core::keys::{Bundle, Wrap};
use diary_core::time::UtcMillis;
use zeroize::Zeroizing;

use crate::data_folder::{DataFolder, io_error, private_folder};
use crate::keys::KeeperKeys;
use diary_store::sqlite::{Holding, copy, inspect};
use file::{BackupDamage, KeyPurpose, WrappedKey};
use schedule::Ours;

/// Extension of a backup's file name.
pub const EXTENSION: &str = "backup";
/// Ending added to the name while the backup is being made.
const PART_ENDING: &str = ".part";
const WRAP_INFO: &[u8] = b"diary/backup-key/v1";

/// Destination of a backup.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// Into this folder, under a name of its own.
    Folder(PathBuf),
    /// To this file, which must not exist.
    File(PathBuf),
}

impl Target {
    /// A folder where there is one of that name, else a file.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let ends_open = path.as_os_str().to_string_lossy().ends_with(std::path::MAIN_SEPARATOR);
        if path.is_dir() || ends_open { Self::Folder(path.to_owned()) } else { Self::File(path.to_owned()) }
    }

    fn path(&self, site: &SiteId, now: UtcMillis) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.join(schedule::name(site, now)),
            Self::File(file) => file.clone(),
        }
    }
}

/// A backup that was made and checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backup {
    /// Path of the file.
    pub path: PathBuf,
    /// Manifest in the file.
    pub manifest: Manifest,
    /// Contents of its database.
    pub holding: Holding,
}

/// Input of a backup.
#[derive(Clone, Copy, Debug)]
pub struct BackupInput<'a> {
    /// The data folder.
    pub folder: &'a DataFolder,
    /// The keeper's keys.
    pub keys: &'a KeeperKeys,
    /// The newest bundle, for the recovery keys.
    pub bundle: &'a Bundle,
    /// The time.
    pub now: UtcMillis,
}

/// Makes a backup while other processes go on using the database: copied under another name, opened and checked,
/// synced to the disk with its folder, and only then renamed.
///
/// # Errors
/// [`BackupError`]; no file of the name is there then.
pub fn make(input: BackupInput<'_>, to: &Target, entropy: &dyn Entropy) -> Result<Backup, BackupError> {
    let path = to.path(&input.keys.site, input.now);
    if path.exists() {
        return Err(BackupError::Exists { path: path.display().to_string() });
    }
    let folder = folder_of(&path);
    private_if_new(folder)?;
    let part = part_of(&path);
    if part.exists() {
        return Err(BackupError::Exists { path: part.display().to_string() });
    }
    let made = write_part(input, &part, entropy).and_then(|made| {
        name_new(&part, &path).map_err(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists { path: path.display().to_string() },
            _ => io_error(&path, &e).into(),
        })?;
        Ok(made)
    });
    match made {
        Ok((manifest, holding)) => Ok(Backup { path, manifest, holding }),
        Err(error) => {
            // The remains of a failed attempt are useless, so failing to remove them is no error.
            if let Err(e) = remove_part(&part) {
                tracing::warn!(path = %part.display(), error = %e, "a half-made backup could not be removed");
            }
            Err(error)
        }
    }
}

fn write_part(
    BackupInput { folder, keys, bundle, now }: BackupInput<'_>,
    part: &Path,
    entropy: &dyn Entropy,
) -> Result<(Manifest, Holding), BackupError> {
    let secret = Zeroizing::new(*keys.database_secret());
    copy(&folder.database(), &secret, part)?;
    private_file(part)?;
    let holding = inspect(part, &secret)?;
    let (database, bytes) = file::digest(part)?;
    let wrap = |purpose, (site, generation): (&SiteId, u32), secret: &[u8; 32]| {
        let recovery = bundle.recovery_key(site).ok_or(BackupError::NoRecoveryKey)?;
        let aad = wrap_aad(&keys.study, site, &database, purpose, generation);
        let wrap = Wrap::seal(recovery, WRAP_INFO, aad.as_bytes(), secret, entropy)?;
        let site = Some(site.clone()).filter(|site| *site != keys.site);
        Ok::<_, BackupError>(WrappedKey { purpose, generation, wrap, site })
    };
    // The keeper's own site holds the server, and with it the plaintexts in the database. Another site's recovery key
    // opens that site's sealing keys alone.
    let mut wrapped = vec![wrap(KeyPurpose::Database, (&keys.site, 0), &secret)?];
    keys.catch_up(bundle);
    for ((site, generation), key) in keys.all_sealing() {
        // Of a site that an interrupted `site add` has not brought into the bundle, no phone knows the key yet.
        if bundle.recovery_key(&site).is_some() {
            wrapped.push(wrap(KeyPurpose::SiteSealing, (&site, generation), key.private_bytes())?);
        }
    }
    let config = folder.config_file();
    let config = if config.is_file() { read_text(&config)? } else { String::new() };
    let manifest = Manifest {
        version: file::VERSION,
        study: keys.study.clone(),
        site: keys.site.clone(),
        root: keys.root,
        keeper: keys.signing.id(),
        epoch: holding.epoch,
        made: now,
        demo: folder.is_demo(),
        schema: holding.schema,
        vaults: holding.heads.len() as u64,
        participants: holding.participants,
        parcels: holding.parcels,
        database,
        bytes,
        config,
        keys: wrapped,
        number: Some(schedule::next_number(folder_of(part), &Ours::of(keys, holding.epoch))?),
    };
    file::append_manifest(part, &manifest)?;
    read_back(part, &manifest)?;
    Ok((manifest, holding))
}

/// Reads a backup as a restore does, and checks that it is the one that was written.
///
/// # Errors
/// [`BackupError::Damaged`] where it is not.
pub fn read_back(path: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let again = file::read_manifest(path)?;
    if again == *manifest && file::database_digest(path, &again)? == manifest.database {
        Ok(())
    } else {
        Err(BackupError::Damaged { path: path.display().to_string(), what: BackupDamage::NotReadBack })
    }
}

/// The name of a backup that is being made.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(PART_ENDING);
    path.with_file_name(name)
}

/// Associated data of a wrapped key: binds it to this copy of this site's database.
fn wrap_aad(study: &StudyId, site: &SiteId, database: &Hash, purpose: KeyPurpose, generation: u32) -> Hash {
    let (study, site) = (study.as_str().as_bytes(), site.as_str().as_bytes());
    let lengths = [study.len() as u64, site.len() as u64].map(u64::to_be_bytes).concat();
    let which = [[purpose as u8].as_slice(), &generation.to_be_bytes()].concat();
    sha256_of(&[WRAP_INFO, &lengths, study, site, database.as_bytes(), &which])
}

/// Site of a key in a backup.
#[must_use]
pub fn site_of<'a>(manifest: &'a Manifest, wrapped: &'a WrappedKey) -> &'a SiteId {
    wrapped.site.as_ref().unwrap_or(&manifest.site)
}

/// The 32 bytes of a key that a backup holds.
///
/// # Errors
/// [`BackupError::RecoveryKey`] where it was not sealed to `recovery`.
pub fn open_key(
    manifest: &Manifest,
    wrapped: &WrappedKey,
    recovery: &diary_core::keys::SealingKey,
) -> Result<Zeroizing<[u8; 32]>, BackupError> {
    let Manifest { study, database, .. } = manifest;
    let aad = wrap_aad(study, site_of(manifest, wrapped), database, wrapped.purpose, wrapped.generation);
    let plain = wrapped
        .wrap
        .open(recovery, WRAP_INFO, aad.as_bytes())
        .map_err(|_| BackupError::RecoveryKey { needed: wrapped.wrap.key, given: recovery.id() })?;
    let bytes: &[u8; 32] = plain
        .as_slice()
        .try_into()
        .map_err(|_| BackupError::RecoveryKey { needed: wrapped.wrap.key, given: recovery.id() })?;
    Ok(Zeroizing::new(*bytes))
}

fn read_text(path: &Path) -> Result<String, BackupError> {
    Ok(std::fs::read_to_string(path).map_err(|e| io_error(path, &e))?)
}

fn private_if_new(folder: &Path) -> Result<(), BackupError> {
    if folder.is_dir() { Ok(()) } else { Ok(private_folder(folder)?) }
}

fn private_file(path: &Path) -> Result<(), BackupError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
            .map_err(|e| io_error(path, &e))?;
    }
    Ok(())
}

/// Removes the remains of an attempt, with the journal that SQLite may have left beside it.
fn remove_part(part: &Path) -> io::Result<()> {
    for path in [part, &part.with_extension("part-journal")] {
        match std::fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
