//! Keys of a keeper, as files of its data folder: the sealing keys of its sites in every generation, beside those that
//! every server has. The root and the recovery keys are never among them.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use diary_core::entropy::Entropy;
use diary_core::ids::{KeyId, SiteId, StudyId};
use diary_core::keys::{Bundle, SealingKey, ServerRole, SiteKeyStatus, VerifyingKey};
use zeroize::Zeroizing;

use super::authored::AuthoredPlains;
use super::error::{KeysError, trust_error};
use super::grant_keys::GrantKeys;
use super::server_keys::{ServerKeys, of_study};
use crate::key_file::{KeyFile, Purpose};

const SEALING_PREFIX: &str = "site-sealing-";
const KEY_SUFFIX: &str = ".key";

/// A site's sealing key of one generation, by which it is found.
pub type Generation = (SiteId, u32);

/// Keys of one keeper: those of a server, and the sealing keys of its sites.
pub struct KeeperKeys {
    server: Arc<ServerKeys>,
    /// Grows while a server runs: a command beside it may make a new generation, or add a site.
    sealing: RwLock<BTreeMap<Generation, Arc<SealingKey>>>,
    folder: Option<PathBuf>,
    pub(super) authored: AuthoredPlains,
    /// Of the grants under which this keeper seals.
    pub(super) granted: GrantKeys,
}

/// A keeper is a server that holds more keys.
impl Deref for KeeperKeys {
    type Target = ServerKeys;

    fn deref(&self) -> &ServerKeys {
        &self.server
    }
}

impl fmt::Debug for KeeperKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.all_sealing();
        let generations: Vec<_> = held.iter().map(|((site, no), _)| format!("{site}:{no}")).collect();
        write!(
            f,
            "KeeperKeys({} {}, {}, generations {}, ..)",
            self.study,
            self.site,
            self.signing.id(),
            generations.join(" ")
        )
    }
}

impl KeeperKeys {
    /// New keys: generation 1 of the sealing key. Nothing is written.
    #[must_use]
    pub fn generate(study: StudyId, site: SiteId, root: VerifyingKey, entropy: &dyn Entropy) -> Self {
        let first = (site.clone(), 1);
        Self {
            server: Arc::new(ServerKeys::generate(study, site, root, ServerRole::Keeper, entropy)),
            sealing: RwLock::new(BTreeMap::from([(first, Arc::new(SealingKey::generate(entropy)))])),
            folder: None,
            authored: AuthoredPlains::default(),
            granted: GrantKeys::default(),
        }
    }

    /// Keys from a backup, with new signing and token keys, which are in no backup.
    #[must_use]
    pub fn from_backup(
        (study, site, root): (StudyId, SiteId, VerifyingKey),
        sealing: Vec<(Generation, SealingKey)>,
        database: Zeroizing<[u8; 32]>,
        entropy: &dyn Entropy,
    ) -> Self {
        let fresh = ServerKeys::generate(study, site, root, ServerRole::Keeper, entropy);
        let server = Arc::new(fresh.with_database_secret(database));
        let sealing = sealing.into_iter().map(|(generation, key)| (generation, Arc::new(key))).collect();
        Self {
            server,
            sealing: RwLock::new(sealing),
            folder: None,
            authored: AuthoredPlains::default(),
            granted: GrantKeys::default(),
        }
    }

    /// The same keys with one more sealing key.
    #[cfg(test)]
    pub(crate) fn with_sealing(&self, generation: Generation, key: SealingKey) -> Self {
        let mut sealing: BTreeMap<_, _> = self.all_sealing().into_iter().collect();
        sealing.insert(generation, Arc::new(key));
        Self {
            server: Arc::clone(&self.server),
            sealing: RwLock::new(sealing),
            folder: None,
            authored: AuthoredPlains::default(),
            granted: GrantKeys::default(),
        }
    }

    /// Writes every key to a file of its own in `folder`, which has none yet.
    ///
    /// # Errors
    /// [`KeysError`]; nothing that exists is overwritten.
    pub fn write_new(&self, folder: &Path) -> Result<(), KeysError> {
        for (generation, key) in self.all_sealing() {
            self.write_sealing(folder, &generation, &key)?;
        }
        self.server.write_secrets(folder)?;
        self.server.write_trust(folder)
    }

    fn write_sealing(&self, folder: &Path, of: &Generation, key: &SealingKey) -> Result<(), KeysError> {
        let file = KeyFile {
            purpose: Purpose::SiteSealing,
            study: self.study.clone(),
            site: of.0.clone(),
            generation: Some(of.1),
            secret: Zeroizing::new(*key.private_bytes()),
        };
        file.write_new(
            &folder.join(self.sealing_name(of)),
            "Opens every diary that phones seal to this site. Belongs on this server and, sealed to the site's recovery\n\
             key, in its backups. Kept for ever, also when newer ones are in use. Never send it by mail or chat.",
        )?;
        Ok(())
    }

    /// Name of a sealing key in that of its file. Those of the first site are named by their generation alone, as they
    /// were before there were others.
    #[must_use]
    pub fn name_of(&self, (site, generation): &Generation) -> String {
        match *site == self.site {
            true => generation.to_string(),
            false => format!("{site}-{generation}"),
        }
    }

    fn sealing_name(&self, of: &Generation) -> String {
        format!("{SEALING_PREFIX}{}{KEY_SUFFIX}", self.name_of(of))
    }

    /// Sealing key of a generation that the study does not name yet: the one whose file exists already after an
    /// interrupted attempt, or a new one, which is synced to the disk before this returns.
    ///
    /// # Errors
    /// [`KeysError`] where its file cannot be read or written, or these keys are of no folder.
    pub fn new_generation(
        &self,
        of: &Generation,
        entropy: &dyn Entropy,
    ) -> Result<Arc<SealingKey>, KeysError> {
        if let Some(there) = self.sealing(&of.0, of.1) {
            return Ok(there);
        }
        let folder = self.folder.as_deref().ok_or(KeysError::NoFolder)?;
        let key = if folder.join(self.sealing_name(of)).exists() {
            self.read_sealing(folder, of)?
        } else {
            let key = SealingKey::generate(entropy);
            self.write_sealing(folder, of, &key)?;
            key
        };
        Ok(self.hold(of.clone(), key))
    }

    /// Loads the generations that `bundle` names and whose files have appeared since these keys were read. Returns
    /// those that are still missing.
    pub fn catch_up(&self, bundle: &Bundle) -> Vec<Generation> {
        let named = bundle.sites.iter().map(|key| (key.site.clone(), key.generation));
        let missing: Vec<Generation> = named.filter(|of| self.sealing(&of.0, of.1).is_none()).collect();
        let Some(folder) = self.folder.as_deref() else { return missing };
        let mut still = Vec::new();
        for of in missing {
            match self.read_sealing(folder, &of) {
                Ok(key) => {
                    self.hold(of, key);
                }
                Err(error) => {
                    tracing::debug!(site = %of.0, generation = of.1, %error, "a generation of a site's key is not here");
                    still.push(of);
                }
            }
        }
        still
    }

    /// Ids of the keys that phones seal to and that are missing here, which happens when they were made on another
    /// server, or were not restored.
    #[must_use]
    pub fn missing_in_use(&self, bundle: &Bundle) -> Vec<KeyId> {
        let in_use = bundle.sites.iter().filter(|key| key.status != SiteKeyStatus::Expired);
        in_use
            .filter(|key| self.sealing(&key.site, key.generation).is_none())
            .map(|key| key.key.id())
            .collect()
    }

    fn hold(&self, of: Generation, key: SealingKey) -> Arc<SealingKey> {
        let key = Arc::new(key);
        let mut held = self.sealing.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(held.entry(of).or_insert(key))
    }

    fn read_sealing(&self, folder: &Path, of: &Generation) -> Result<SealingKey, KeysError> {
        let path = folder.join(self.sealing_name(of));
        let key = KeyFile::read(&path, Purpose::SiteSealing)?;
        Ok(of_study(&path, key, &(self.study.clone(), of.0.clone()))?.sealing_key())
    }

    /// The keys in `folder`.
    ///
    /// # Errors
    /// [`KeysError`], which names the file and what to do.
    pub fn load(folder: &Path) -> Result<Self, KeysError> {
        let server = ServerKeys::load(folder, ServerRole::Keeper)?;
        let mut sealing = BTreeMap::new();
        for name in sealing_files(folder)? {
            let path = folder.join(name);
            let key = KeyFile::read(&path, Purpose::SiteSealing)?;
            // A keeper has keys of several sites, all of its own study.
            let of = (server.study.clone(), key.site.clone());
            let key = of_study(&path, key, &of)?;
            sealing.insert((of.1, key.generation.unwrap_or(1)), Arc::new(key.sealing_key()));
        }
        if sealing.is_empty() {
            return Err(KeysError::NoSealingKey { path: folder.display().to_string() });
        }
        let (server, folder) = (Arc::new(server), Some(folder.to_owned()));
        Ok(Self {
            server,
            sealing: RwLock::new(sealing),
            folder,
            authored: AuthoredPlains::default(),
            granted: GrantKeys::default(),
        })
    }

    /// Those of its keys that every server has.
    #[must_use]
    pub const fn server(&self) -> &Arc<ServerKeys> {
        &self.server
    }

    /// A site's sealing key of a generation. Every generation is kept for ever.
    #[must_use]
    pub fn sealing(&self, site: &SiteId, generation: u32) -> Option<Arc<SealingKey>> {
        let held = self.sealing.read().unwrap_or_else(PoisonError::into_inner);
        held.get(&(site.clone(), generation)).cloned()
    }

    /// The sealing key of an id.
    #[must_use]
    pub fn sealing_by_id(&self, id: KeyId) -> Option<Arc<SealingKey>> {
        let held = self.sealing.read().unwrap_or_else(PoisonError::into_inner);
        held.values().find(|key| key.id() == id).cloned()
    }

    /// Every sealing key with its site and generation, the newest of each site first.
    #[must_use]
    pub fn all_sealing(&self) -> Vec<(Generation, Arc<SealingKey>)> {
        let held = self.sealing.read().unwrap_or_else(PoisonError::into_inner);
        held.iter().rev().map(|(of, key)| (of.clone(), Arc::clone(key))).collect()
    }
}

fn sealing_files(folder: &Path) -> Result<Vec<String>, KeysError> {
    let listed = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let listed = listed.map_err(|e| trust_error(folder, &e.to_string()))?;
    let name = |path: PathBuf| path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    let is_key = |name: &String| name.starts_with(SEALING_PREFIX) && name.ends_with(KEY_SUFFIX);
    Ok(listed.into_iter().filter_map(|entry| name(entry.path())).filter(is_key).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::KeyFileError;
    use diary_core::entropy::SeededEntropy;
    use diary_core::keys::SigningKey;

    fn keys() -> KeeperKeys {
        let entropy = SeededEntropy::new(7);
        let root = SigningKey::generate(&entropy).verifying_key();
        KeeperKeys::generate("S".parse().unwrap(), "A1".parse().unwrap(), root, &entropy)
    }

    #[test]
    fn keys_survive_their_files_and_files_are_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let made = keys();
        made.write_new(folder.path()).unwrap();
        let read = KeeperKeys::load(folder.path()).unwrap();
        assert_eq!(format!("{read:?}"), format!("{made:?}"));
        assert_eq!(
            read.sealing(&made.site, 1).unwrap().private_bytes(),
            made.sealing(&made.site, 1).unwrap().private_bytes()
        );
        assert_eq!(read.database_secret(), made.database_secret());
        assert_eq!(read.root_fingerprint(), made.root_fingerprint());
        assert!(matches!(made.write_new(folder.path()), Err(KeysError::File(KeyFileError::Exists { .. }))));
    }

    #[cfg(unix)]
    #[test]
    fn every_key_file_is_readable_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        keys().write_new(folder.path()).unwrap();
        let modes: Vec<u32> = ["keeper-signing.key", "site-sealing-1.key", "database.key", "token.key"]
            .map(|name| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777)
            .into();
        assert_eq!(modes, [0o600; 4]);
    }

    #[test]
    fn a_missing_sealing_key_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        keys().write_new(folder.path()).unwrap();
        std::fs::remove_file(folder.path().join("site-sealing-1.key")).unwrap();
        let error = KeeperKeys::load(folder.path()).unwrap_err();
        let error = crate::cli::words::failure::keys(diary_core::text::Lang::EN, &error);
        assert!(error.contains("no site-sealing-*.key here"), "{error}");
    }

    #[test]
    fn nothing_secret_is_in_the_debug_output() {
        let made = keys();
        let shown = format!("{made:?}");
        for secret in [made.token_secret(), made.database_secret(), made.signing.seed()] {
            assert!(!shown.contains(&diary_core::ids::to_hex(&secret[..4])));
        }
    }
}
