//! Makes a new keeper: its folder, its keys, the signed bundle, and the database that holds the study. Everything is
//! checked before anything is written, and nothing that exists is overwritten.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use diary_core::entropy::Entropy;
use diary_core::files;
use diary_core::ids::{Epoch, Incarnation, KeyId, SiteId, StudyId};
use diary_core::keys::{
    ApiHost, Bundle, RecoveryKey, SealingKey, ServerKey, ServerRole, SigningKey, SiteKey, SiteKeyStatus,
    StudyVersionRef,
};
use diary_core::study::{Study, StudyErrors, StudyPackage};
use diary_core::time::{Clock, DAY_MS, UtcMillis};
use zeroize::Zeroizing;

use crate::audit as trail;
use crate::audit::Account;
use crate::config::Database;
use crate::data_folder::{DataFolder, FolderError, private_folder};
use crate::key_file::{KeyFile, KeyFileError, Purpose};
use crate::keys::{KeeperKeys, KeysError};
use diary_core::entropy::SharedEntropy;
use diary_store::sqlite::Missing;
use diary_store::{LocationError, NewServer, StoreError, StudyFile};

/// Validity of a bundle, in milliseconds. After that phones warn and go on working.
pub const BUNDLE_LIFE_MS: i64 = 365 * DAY_MS;
/// Name of the file that holds the study's root key.
pub const ROOT_FILE: &str = "study-root.key";
/// Name of the file that holds the recovery key of the first site.
pub const RECOVERY_FILE: &str = "recovery.key";

/// Name of the file that holds the recovery key of a further site.
#[must_use]
pub fn recovery_file(site: &SiteId) -> String {
    format!("recovery-{site}.key")
}

/// Input for the founding of a keeper.
#[derive(Clone, Debug)]
pub struct SetupInput<'a> {
    /// The data folder; new, or empty.
    pub data: &'a Path,
    /// Folder for the keys that must not stay on the server.
    pub offline: &'a Path,
    /// The study.
    pub package: &'a StudyPackage,
    /// The first site.
    pub site: &'a SiteId,
    /// Name under which phones reach the server, where it is known.
    pub public: Option<&'a ApiHost>,
    /// Database of the keeper, if it is not the one in the data folder.
    pub database: Option<&'a Database>,
    /// Made-up patients: the folder is marked, and the offline keys may lie in it.
    pub demo: bool,
    /// Account that makes it.
    pub by: &'a Account,
}

/// Result of the founding of a keeper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundedKeeper {
    /// The data folder.
    pub folder: DataFolder,
    /// The root key's file.
    pub root_file: PathBuf,
    /// The recovery key's file.
    pub recovery_file: PathBuf,
    /// Ids of the root, the recovery key, the site's sealing key and the keeper's signing key.
    pub ids: [KeyId; 4],
    /// The study.
    pub study: StudyId,
    /// Its version.
    pub study_version: u32,
    /// Time by which the bundle is due to be renewed.
    pub expires: UtcMillis,
    /// The offline keys were written to the disk of the server itself.
    pub same_disk: bool,
}

/// Reason for which no keeper was made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The study is not readable.
    #[error("study: {0}")]
    Study(StudyErrors),
    /// The study has no such site.
    #[error("unknown site {site}")]
    UnknownSite {
        /// Site that was asked for.
        site: SiteId,
        /// Those it has.
        known: Vec<SiteId>,
    },
    /// The offline keys would lie on the server.
    #[error("{path}: inside the data folder")]
    OfflineInside {
        /// The folder.
        path: String,
    },
    /// A file in the way.
    #[error("{path}: exists already")]
    OfflineExists {
        /// The file.
        path: String,
    },
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database that was named cannot be one.
    #[error("database: {0}")]
    Location(#[from] LocationError),
    /// A key cannot be written.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The keeper's keys cannot be written.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The database failed.
    #[error("database: {0}")]
    Store(#[from] StoreError),
}

/// Makes a keeper.
///
/// # Errors
/// [`SetupError`]; where it is not about the database or a disk, nothing was written.
pub async fn set_up(
    input: &SetupInput<'_>,
    clock: &dyn Clock,
    shared: &SharedEntropy,
) -> Result<FoundedKeeper, SetupError> {
    let entropy = &**shared;
    let study = Study::load(input.package).map_err(SetupError::Study)?;
    if study.site(input.site).is_none() {
        let known = study.sites().iter().map(|site| site.id.clone()).collect();
        return Err(SetupError::UnknownSite { site: input.site.clone(), known });
    }
    let elsewhere = input.database.map(Database::location).transpose()?;
    let files = [ROOT_FILE, RECOVERY_FILE].map(|name| input.offline.join(name));
    check_offline(input, &files)?;
    let now = clock.now();
    let (root, recovery) = (SigningKey::generate(entropy), SealingKey::generate(entropy));
    let keys = KeeperKeys::generate(study.id().clone(), input.site.clone(), root.verifying_key(), entropy);
    let bundle = first_bundle(&study, &keys, &root, &recovery, now);

    DataFolder::check_vacant(input.data)?;
    if let Some(elsewhere) = &elsewhere {
        elsewhere.check_free(keys.database_secret(), Arc::clone(shared)).await?;
    }
    let inside = is_inside(input.offline, input.data);
    let offline = || -> Result<(), SetupError> {
        private_folder(input.offline)?;
        write_offline(&keys, &files, &root, &recovery)
    };
    // The step that fails most easily comes first: a removable disk that is read-only or absent.
    if !inside {
        offline()?;
    }
    let folder = DataFolder::create(input.data, input.demo)?;
    if inside {
        offline()?;
    }
    keys.write_new(&folder.keys())?;
    write_config(&folder, input.public, input.database)?;
    let location = elsewhere.as_ref().unwrap_or_else(|| folder.location());
    let store = location.open(keys.database_secret(), Missing::Create, Arc::clone(shared)).await?;
    let server = NewServer {
        epoch: Epoch::from_bytes(entropy_array(entropy)),
        incarnation: Incarnation::from_bytes(entropy_array(entropy)),
        study: study.id().clone(),
        relay_of: None,
        at: now,
    };
    let file = StudyFile { hash: study.hash(), version: study.version(), bytes: input.package.encode() };
    let target = format!("study={} site={} bundle=1", study.id(), input.site);
    let event = trail::event(input.by, now, trail::Code::ServerInit, target, None);
    store.put_bundle(Some(server), bundle.sign(&root), vec![file], event).await?;
    let [root_file, recovery_file] = files;
    let sealing = keys.sealing(&keys.site, 1).map_or(recovery.id(), |key| key.id());
    Ok(FoundedKeeper {
        folder,
        root_file,
        recovery_file,
        ids: [root.id(), recovery.id(), sealing, keys.signing.id()],
        study: study.id().clone(),
        study_version: study.version(),
        expires: bundle.expires,
        same_disk: on_same_disk(input.data, input.offline),
    })
}

fn entropy_array<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    entropy.array()
}

fn check_offline(input: &SetupInput<'_>, files: &[PathBuf; 2]) -> Result<(), SetupError> {
    if !input.demo && is_inside(input.offline, input.data) {
        return Err(SetupError::OfflineInside { path: input.offline.display().to_string() });
    }
    match files.iter().find(|file| file.exists()) {
        Some(file) => Err(SetupError::OfflineExists { path: file.display().to_string() }),
        None => Ok(()),
    }
}

/// True if two folders are known to lie in one file system, so that a loss of the disk takes both. False where it
/// cannot be determined.
fn on_same_disk(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |path: &Path| path.metadata().ok().map(|metadata| metadata.dev());
        device(one).is_some_and(|device_of_one| device(other) == Some(device_of_one))
    }
    #[cfg(not(unix))]
    false
}

/// True if `inner` is `outer` or lies in it, also by way of links and `..`.
pub(crate) fn is_inside(inner: &Path, outer: &Path) -> bool {
    resolved(inner).starts_with(resolved(outer))
}

/// The path without links as far as it exists, and without `..`.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = absolute.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let (above, mut out) = existing.unwrap_or((Path::new(""), PathBuf::new()));
    for part in absolute.strip_prefix(above).unwrap_or(&absolute).components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => out.push(part),
        }
    }
    out
}

fn first_bundle(
    study: &Study,
    keys: &KeeperKeys,
    root: &SigningKey,
    recovery: &SealingKey,
    now: UtcMillis,
) -> Bundle {
    let site = &keys.site;
    let sealing = keys.all_sealing().into_iter().map(|((site, generation), key)| SiteKey {
        site,
        generation,
        status: SiteKeyStatus::Active,
        key: key.public().clone(),
    });
    Bundle {
        version: 1,
        study: study.id().clone(),
        root: root.verifying_key(),
        issued: now,
        expires: now.plus_ms(BUNDLE_LIFE_MS),
        servers: vec![ServerKey {
            key: keys.signing.verifying_key(),
            role: ServerRole::Keeper,
            retired: None,
        }],
        sites: sealing.collect(),
        recovery: vec![RecoveryKey { site: site.clone(), key: recovery.public().clone() }],
        studies: vec![StudyVersionRef { version: study.version(), hash: study.hash() }],
    }
}

fn write_offline(
    keys: &KeeperKeys,
    files: &[PathBuf; 2],
    root: &SigningKey,
    recovery: &SealingKey,
) -> Result<(), SetupError> {
    let file = KeyFile {
        purpose: Purpose::StudyRoot,
        study: keys.study.clone(),
        site: keys.site.clone(),
        generation: None,
        secret: Zeroizing::new(*root.seed()),
    };
    file.write_new(
        &files[0],
        "STUDY ROOT KEY. Every phone of this study trusts the servers and keys that this key signs.\n\
         Keep it offline, in two places, under lock. It is needed for a new version of the study and after the loss\n\
         of a server. Lost: every phone has to be enrolled again. Stolen: tell the sponsor and enrol again.",
    )?;
    let (study, site) = (keys.study.clone(), keys.site.clone());
    Ok(KeyFile::recovery(study, site, recovery).write_recovery(&files[1])?)
}

fn write_config(
    folder: &DataFolder,
    public: Option<&ApiHost>,
    database: Option<&Database>,
) -> Result<(), SetupError> {
    let path = folder.config_file();
    files::create(&path, sample_config(public, database).as_bytes())
        .map_err(|e| crate::data_folder::io_error(&path, &e).into())
}

/// The configuration file that `init` writes: every key, those that are not set as comments.
#[must_use]
pub fn sample_config(public: Option<&ApiHost>, database: Option<&Database>) -> String {
    let public = public
        .map_or_else(|| "# public = \"diary.example.org\"".to_owned(), |name| format!("public = \"{name}\""));
    let database = database.map_or_else(
        || "# [database]\n# url = \"postgres://diary@db.example.org/diary\"".to_owned(),
        |database| format!("[database]\nurl = {}", toml::Value::from(database.url.as_str())),
    );
    format!(
        "# Configuration of diary-server. Environment variables take precedence, for example DIARY_SERVER_LISTEN.\n\
         \n\
         [server]\n\
         # Address and port to listen on.\n\
         # listen = \"127.0.0.1:8440\"\n\
         # Name under which phones reach this server: HOST or HOST:PORT. Stands in enrolment links.\n\
         {public}\n\
         # Name under which the app is served, where that is another one.\n\
         # app = \"app.example.org\"\n\
         # A proxy in front of this server ends TLS. Without it plain HTTP is only spoken on loopback.\n\
         # behind_proxy = false\n\
         # Figures of the traffic at /metrics, for Prometheus: no names, but whoever reaches this server reads them.\n\
         # metrics = false\n\
         \n\
         # Pages of the site, for browsers inside the hospital: an address of their own, or off.\n\
         # [pages]\n\
         # listen = \"127.0.0.1:8441\"\n\
         # Address under which browsers reach them, for links.\n\
         # public = \"https://diary.hospital.example\"\n\
         \n\
         # The database, where it is not the one in this folder: a PostgreSQL, where one machine is not enough.\n\
         {database}\n\
         \n\
         # Certificate with its chain, and its private key, PEM. Relative paths count from this folder.\n\
         # [tls]\n\
         # certificate = \"fullchain.pem\"\n\
         # key = \"privkey.pem\"\n\
         \n\
         # Backups that the server makes by itself, best to another disk. Phones then show what is backed up.\n\
         # [backup]\n\
         # folder = \"/mnt/backup/diary\"\n\
         # Minutes from one to the next, and how many are kept.\n\
         # every_minutes = 60\n\
         # keep = 48\n\
         \n\
         # The relay in front of this keeper, where there is one: this keeper pulls from it while it serves, and links\n\
         # carry its name. `relay add` writes this.\n\
         # [relay]\n\
         # host = \"relay.example.org\"\n\
         \n\
         [log]\n\
         # text or json, on standard error.\n\
         # format = \"text\"\n\
         # A level (error, warn, info, debug) or tracing directives.\n\
         # filter = \"info\"\n"
    )
}

#[cfg(test)]
mod tests;
