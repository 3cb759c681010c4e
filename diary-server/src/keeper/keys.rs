//! The keys that a keeper holds, as files of its data folder: the site's sealing keys of every generation, its own
//! signing key, the key of its database and that of device tokens. The root and the recovery key are never among them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use diary_core::entropy::Entropy;
use diary_core::ids::{Hash, KeyId, SiteId, StudyId};
use diary_core::keys::{Bundle, SealingKey, SigningKey, VerifyingKey, root_fingerprint};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::key_file::{KeyFile, KeyFileError, Purpose};

const TRUST: &str = "trust.toml";
const SIGNING: &str = "keeper-signing.key";
const DATABASE: &str = "database.key";
const TOKEN: &str = "token.key";
const SEALING_PREFIX: &str = "site-sealing-";
const KEY_SUFFIX: &str = ".key";

/// Keys of one keeper.
pub struct KeeperKeys {
    /// The study.
    pub study: StudyId,
    /// The site.
    pub site: SiteId,
    /// The public key of the study's root.
    pub root: VerifyingKey,
    /// Signs receipts, certificates, and what phones are told.
    pub signing: SigningKey,
    sealing: BTreeMap<u32, SealingKey>,
    token: Zeroizing<[u8; 32]>,
    database: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for KeeperKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let generations: Vec<_> = self.sealing.keys().collect();
        write!(
            f,
            "KeeperKeys({} {}, {}, generations {generations:?}, ..)",
            self.study,
            self.site,
            self.signing.id()
        )
    }
}

/// Whom the keeper is for: public, and pinned so that a foreign database is noticed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trust {
    study: StudyId,
    site: SiteId,
    root: String,
}

/// Why the keeper's keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// One key file cannot be read or written.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The folder or the file that names the study cannot be read or written.
    #[error("{path}: {problem}")]
    Trust {
        /// Which.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// There is no sealing key.
    #[error(
        "{path}: no site-sealing-*.key here. Without it nothing that phones send can be opened: take it from the \
         backup, or open the backup with the recovery key"
    )]
    NoSealingKey {
        /// The folder.
        path: String,
    },
}

impl KeeperKeys {
    /// New keys: generation 1 of the sealing key. Nothing is written.
    #[must_use]
    pub fn generate(study: StudyId, site: SiteId, root: VerifyingKey, entropy: &dyn Entropy) -> Self {
        Self {
            study,
            site,
            root,
            signing: SigningKey::generate(entropy),
            sealing: BTreeMap::from([(1, SealingKey::generate(entropy))]),
            token: Zeroizing::new(entropy.array()),
            database: Zeroizing::new(entropy.array()),
        }
    }

    /// The same keys with one more sealing key.
    #[cfg(test)]
    pub(crate) fn with_sealing(&self, generation: u32, key: SealingKey) -> Self {
        let copy = |key: &SealingKey| SealingKey::from_bytes(key.private_bytes());
        let mut sealing: BTreeMap<u32, SealingKey> =
            self.sealing.iter().map(|(generation, key)| (*generation, copy(key))).collect();
        sealing.insert(generation, key);
        Self {
            study: self.study.clone(),
            site: self.site.clone(),
            root: self.root,
            signing: SigningKey::from_seed(self.signing.seed()),
            sealing,
            token: self.token.clone(),
            database: self.database.clone(),
        }
    }

    /// Writes every key to a file of its own in `folder`, which has none yet.
    ///
    /// # Errors
    /// [`KeysError`]; nothing that exists is overwritten.
    pub fn write_new(&self, folder: &Path) -> Result<(), KeysError> {
        let file = |purpose, generation, secret: &[u8; 32]| KeyFile {
            purpose,
            study: self.study.clone(),
            site: self.site.clone(),
            generation,
            secret: Zeroizing::new(*secret),
        };
        for (generation, key) in &self.sealing {
            file(Purpose::SiteSealing, Some(*generation), key.private_bytes()).write_new(
                &folder.join(format!("{SEALING_PREFIX}{generation}{KEY_SUFFIX}")),
                "Opens every diary that phones seal to this site. Belongs on this server and, sealed to the recovery\n\
                 key, in its backups. Never send it by mail or chat.",
            )?;
        }
        file(Purpose::KeeperSigning, None, self.signing.seed()).write_new(
            &folder.join(SIGNING),
            "Signs what this server says. Belongs on this server alone, in no backup: after a loss the study root\n\
             signs a new one.",
        )?;
        file(Purpose::Database, None, &self.database).write_new(
            &folder.join(DATABASE),
            "Encrypts this server's database. Without it the database is lost: it belongs in the backup, apart from\n\
             the database.",
        )?;
        file(Purpose::Token, None, &self.token).write_new(
            &folder.join(TOKEN),
            "Authenticates short-lived tokens of devices. If it is lost, put a new one in its place.",
        )?;
        let trust = Trust { study: self.study.clone(), site: self.site.clone(), root: self.root.to_string() };
        let path = folder.join(TRUST);
        let text = toml::to_string(&trust).expect("plain fields are always TOML");
        std::fs::write(&path, text).map_err(|e| trust_error(&path, &e.to_string()))
    }

    /// The keys in `folder`.
    ///
    /// # Errors
    /// [`KeysError`], which names the file and what to do.
    pub fn load(folder: &Path) -> Result<Self, KeysError> {
        let path = folder.join(TRUST);
        let text = std::fs::read_to_string(&path).map_err(|e| trust_error(&path, &e.to_string()))?;
        let trust: Trust = toml::from_str(&text).map_err(|e| trust_error(&path, e.message()))?;
        let root = trust.root.parse().map_err(|_| trust_error(&path, "root is not a public key"))?;
        let read = |name: &str, purpose| -> Result<KeyFile, KeysError> {
            let path = folder.join(name);
            let key = KeyFile::read(&path, purpose)?;
            if key.study == trust.study && key.site == trust.site {
                Ok(key)
            } else {
                let (study, site) = (key.study, key.site);
                let path = path.display().to_string();
                Err(KeyFileError::Other { path, found: purpose, study, site, expected: purpose }.into())
            }
        };
        let mut sealing = BTreeMap::new();
        for name in sealing_files(folder)? {
            let key = read(&name, Purpose::SiteSealing)?;
            sealing.insert(key.generation.unwrap_or(1), key.sealing_key());
        }
        if sealing.is_empty() {
            return Err(KeysError::NoSealingKey { path: folder.display().to_string() });
        }
        Ok(Self {
            signing: read(SIGNING, Purpose::KeeperSigning)?.signing_key(),
            token: read(TOKEN, Purpose::Token)?.secret,
            database: read(DATABASE, Purpose::Database)?.secret,
            sealing,
            root,
            study: trust.study,
            site: trust.site,
        })
    }

    /// Fingerprint of the study's root, as enrolment links carry it.
    #[must_use]
    pub fn root_fingerprint(&self) -> Hash {
        root_fingerprint(&self.root)
    }

    /// The site's sealing key of a generation. Every generation is kept for ever.
    #[must_use]
    pub fn sealing(&self, generation: u32) -> Option<&SealingKey> {
        self.sealing.get(&generation)
    }

    /// The site's sealing key of an id.
    #[must_use]
    pub fn sealing_by_id(&self, id: KeyId) -> Option<&SealingKey> {
        self.sealing.values().find(|key| key.id() == id)
    }

    /// Every sealing key, newest first.
    pub fn all_sealing(&self) -> impl Iterator<Item = (u32, &SealingKey)> {
        self.sealing.iter().rev().map(|(generation, key)| (*generation, key))
    }

    /// The sealing key that `bundle` says is in use, with its generation; `None` where this keeper does not hold it.
    #[must_use]
    pub fn sealing_in_use(&self, bundle: &Bundle) -> Option<(u32, &SealingKey)> {
        let generation = bundle.site_key(&self.site)?.generation;
        self.sealing(generation).map(|key| (generation, key))
    }

    /// Authenticates device tokens.
    #[must_use]
    pub fn token_secret(&self) -> &[u8; 32] {
        &self.token
    }

    /// Encrypts the database.
    #[must_use]
    pub fn database_secret(&self) -> &[u8; 32] {
        &self.database
    }
}

fn trust_error(path: &Path, problem: &str) -> KeysError {
    KeysError::Trust { path: path.display().to_string(), problem: problem.to_owned() }
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
    use diary_core::entropy::SeededEntropy;

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
        assert_eq!(read.sealing(1).unwrap().private_bytes(), made.sealing(1).unwrap().private_bytes());
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
        let error = KeeperKeys::load(folder.path()).unwrap_err().to_string();
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
