//! Keys of every server, keeper or relay, as files of its data folder: its signing key, its database key and its
//! token key. None of them opens a diary.

use std::fmt;
use std::path::Path;

use diary_core::entropy::Entropy;
use diary_core::files;
use diary_core::ids::{Hash, SiteId, StudyId};
use diary_core::keys::{ServerRole, SigningKey, VerifyingKey, root_fingerprint};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::{KeysError, trust_error};
use crate::key_file::{KeyFile, KeyFileError, Purpose};

const TRUST: &str = "trust.toml";
const DATABASE: &str = "database.key";
const TOKEN: &str = "token.key";

/// Keys of one server.
pub struct ServerKeys {
    /// The study.
    pub study: StudyId,
    /// The site.
    pub site: SiteId,
    /// The public key of the study's root.
    pub root: VerifyingKey,
    /// Role of the server, which limits what it may sign.
    pub role: ServerRole,
    /// Signs receipts and the keeper's parcels; a keeper's key also signs certificates.
    pub signing: SigningKey,
    token: Zeroizing<[u8; 32]>,
    database: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for ServerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerKeys({} {}, {:?}, {}, ..)", self.study, self.site, self.role, self.signing.id())
    }
}

/// Study, site and root of the server: public, and pinned so that a foreign database is detected.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trust {
    study: StudyId,
    site: SiteId,
    root: String,
}

/// Name of the file of a server's signing key.
const fn signing_file(role: ServerRole) -> (&'static str, Purpose, &'static str) {
    match role {
        ServerRole::Keeper => (
            "keeper-signing.key",
            Purpose::KeeperSigning,
            "Signs what this server says. Belongs on this server alone, in no backup: after a loss the study root\n\
             signs a new one.",
        ),
        ServerRole::Relay => (
            "relay-signing.key",
            Purpose::RelaySigning,
            "Signs that this relay has stored something, and nothing else. Belongs on this relay alone, in no backup:\n\
             after a loss make a new relay and let the study root name it.",
        ),
    }
}

/// True if `folder` holds the signing key of a server of `role`.
#[must_use]
pub fn is_of_role(folder: &Path, role: ServerRole) -> bool {
    folder.join(signing_file(role).0).is_file()
}

impl ServerKeys {
    /// New keys. Nothing is written.
    #[must_use]
    pub fn generate(
        study: StudyId,
        site: SiteId,
        root: VerifyingKey,
        role: ServerRole,
        entropy: &dyn Entropy,
    ) -> Self {
        Self {
            study,
            site,
            root,
            role,
            signing: SigningKey::generate(entropy),
            token: Zeroizing::new(entropy.array()),
            database: Zeroizing::new(entropy.array()),
        }
    }

    /// The same keys for a database that is there already.
    #[must_use]
    pub fn with_database_secret(self, database: Zeroizing<[u8; 32]>) -> Self {
        Self { database, ..self }
    }

    /// Writes every key to a file of its own in `folder`, which has none yet. The root is not written: a relay
    /// receives it later.
    ///
    /// # Errors
    /// [`KeysError`]; nothing that exists is overwritten.
    pub fn write_secrets(&self, folder: &Path) -> Result<(), KeysError> {
        let file = |purpose, secret: &[u8; 32]| KeyFile {
            purpose,
            study: self.study.clone(),
            site: self.site.clone(),
            generation: None,
            secret: Zeroizing::new(*secret),
        };
        let (name, purpose, note) = signing_file(self.role);
        file(purpose, self.signing.seed()).write_new(&folder.join(name), note)?;
        file(Purpose::Database, &self.database).write_new(
            &folder.join(DATABASE),
            "Encrypts this server's database. Without it the database is lost: it belongs in the backup, apart from\n\
             the database.",
        )?;
        file(Purpose::Token, &self.token).write_new(
            &folder.join(TOKEN),
            "Authenticates short-lived tokens of devices. If it is lost, put a new one in its place.",
        )?;
        Ok(())
    }

    /// Pins study, site and root in `folder`.
    ///
    /// # Errors
    /// [`KeysError::Trust`].
    pub fn write_trust(&self, folder: &Path) -> Result<(), KeysError> {
        let trust = Trust { study: self.study.clone(), site: self.site.clone(), root: self.root.to_string() };
        let path = folder.join(TRUST);
        let text = toml::to_string(&trust).expect("plain fields are always TOML");
        files::replace(&path, text.as_bytes()).map_err(|e| trust_error(&path, &e.to_string()))
    }

    /// The keys in `folder` of a server of `role`.
    ///
    /// # Errors
    /// [`KeysError`], which names the file and what to do.
    pub fn load(folder: &Path, role: ServerRole) -> Result<Self, KeysError> {
        let path = folder.join(TRUST);
        let text = std::fs::read_to_string(&path).map_err(|e| trust_error(&path, &e.to_string()))?;
        let trust: Trust = toml::from_str(&text).map_err(|e| trust_error(&path, e.message()))?;
        let root = trust.root.parse().map_err(|_| trust_error(&path, "root is not a public key"))?;
        Self::load_under(folder, role, Some(&(trust.study, trust.site)), root)
    }

    /// Keys in `folder` of a relay that has not received its root yet, to be bound to `root`.
    ///
    /// # Errors
    /// [`KeysError`], which names the file and what to do.
    pub fn load_under(
        folder: &Path,
        role: ServerRole,
        expected: Option<&(StudyId, SiteId)>,
        root: VerifyingKey,
    ) -> Result<Self, KeysError> {
        let (name, purpose, _) = signing_file(role);
        let signing = KeyFile::read(&folder.join(name), purpose)?;
        let of = expected.cloned().unwrap_or_else(|| (signing.study.clone(), signing.site.clone()));
        let same = |name: &str, key: KeyFile| of_study(&folder.join(name), key, &of);
        let signing = same(name, signing)?;
        let read = |name: &str, purpose| same(name, KeyFile::read(&folder.join(name), purpose)?);
        Ok(Self {
            token: read(TOKEN, Purpose::Token)?.secret,
            database: read(DATABASE, Purpose::Database)?.secret,
            signing: signing.signing_key(),
            root,
            role,
            study: of.0.clone(),
            site: of.1.clone(),
        })
    }

    /// Fingerprint of the study's root, as enrolment links carry it.
    #[must_use]
    pub fn root_fingerprint(&self) -> Hash {
        root_fingerprint(&self.root)
    }

    /// Authenticates tokens.
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

/// A key of this study and site; any other is refused.
pub(crate) fn of_study(path: &Path, key: KeyFile, of: &(StudyId, SiteId)) -> Result<KeyFile, KeysError> {
    if (&key.study, &key.site) == (&of.0, &of.1) {
        return Ok(key);
    }
    let (study, site, expected) = (key.study, key.site, key.purpose);
    Err(KeyFileError::Other { path: path.display().to_string(), found: expected, study, site, expected }
        .into())
}
