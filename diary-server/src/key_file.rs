//! One private key in one file: a few lines of TOML that state its purpose, readable by their owner alone. The set of
//! keys and their holders are decided in `ops::setup` and `keys`.

use std::fmt;
use std::path::Path;

use diary_core::files;
use diary_core::ids::{KeyId, SiteId, StudyId, from_hex, to_hex};
use diary_core::keys::{SealingKey, SigningKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const FORMAT: &str = "diary/key-file/v1";

/// Purpose of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Signs the bundle. Offline.
    StudyRoot,
    /// Opens everything that is sealed to the site when its own key is lost. Offline.
    Recovery,
    /// Opens what phones seal to the site, one key a generation.
    SiteSealing,
    /// Signs receipts, certificates and the keeper's parcels.
    KeeperSigning,
    /// Encrypts the database.
    Database,
    /// Authenticates the short tokens of devices.
    Token,
    /// Signs that a relay has stored something.
    RelaySigning,
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StudyRoot => "study root key",
            Self::Recovery => "recovery key",
            Self::SiteSealing => "site sealing key",
            Self::KeeperSigning => "keeper signing key",
            Self::Database => "database key",
            Self::Token => "token key",
            Self::RelaySigning => "relay signing key",
        })
    }
}

/// 32 secret bytes with what they are for.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// Purpose of the key.
    pub purpose: Purpose,
    /// The study.
    pub study: StudyId,
    /// The site.
    pub site: SiteId,
    /// Its generation, of a site sealing key.
    pub generation: Option<u32>,
    /// The secret.
    pub secret: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFile({}, ..)", self.purpose)
    }
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: String,
    purpose: Purpose,
    study: StudyId,
    site: SiteId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generation: Option<u32>,
    /// Id of the public key, by which a damaged secret is detected; `None` for a key that is no key pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<KeyId>,
    secret: String,
}

impl Drop for Written {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.secret);
    }
}

/// Damage of a key file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyDamage {
    /// It is of another version.
    #[error("other version")]
    OtherVersion,
    /// Its secret is not 64 hexadecimal digits.
    #[error("malformed secret")]
    NotHex,
    /// Its secret does not fit its id.
    #[error("id of another secret")]
    OtherId,
    /// It is empty, as a power cut leaves a file.
    #[error("empty file")]
    Empty,
    /// It is cut off, as a power cut or a full disk leaves a file.
    #[error("truncated file")]
    CutOff,
    /// It is something else.
    #[error("no key file")]
    NoKeyFile,
}

/// Error of a key file. Never repeats its content.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Exists already, and is never overwritten.
    #[error("{path}: exists already")]
    Exists {
        /// The file.
        path: String,
    },
    /// The file system refused.
    #[error("{path}: {reason}")]
    Io {
        /// The file.
        path: String,
        /// Error of the operating system.
        reason: String,
    },
    /// Others than its owner may read it.
    #[error("{path}: accessible to others (mode {mode:03o})")]
    Readable {
        /// The file.
        path: String,
        /// Its mode.
        mode: u32,
    },
    /// Not a key file of this version, or damaged.
    #[error("{path}: not a readable {expected}: {problem}")]
    Damaged {
        /// The file.
        path: String,
        /// Purpose that was expected.
        expected: Purpose,
        /// Kind of the damage.
        problem: KeyDamage,
    },
    /// A key of another kind, study or site.
    #[error("{path}: {found} of {study}, site {site}, in place of a {expected}")]
    Other {
        /// The file.
        path: String,
        /// Purpose that was found.
        found: Purpose,
        /// Its study.
        study: StudyId,
        /// Its site.
        site: SiteId,
        /// Purpose that was expected.
        expected: Purpose,
    },
}

impl KeyFile {
    /// The secret as a signing key.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_seed(&self.secret)
    }

    /// The secret as a sealing key.
    #[must_use]
    pub fn sealing_key(&self) -> SealingKey {
        SealingKey::from_bytes(&self.secret)
    }

    /// The recovery key of a site.
    #[must_use]
    pub fn recovery(study: StudyId, site: SiteId, key: &SealingKey) -> Self {
        let secret = Zeroizing::new(*key.private_bytes());
        Self { purpose: Purpose::Recovery, study, site, generation: None, secret }
    }

    /// Writes a new recovery key with a description of it to people.
    ///
    /// # Errors
    /// As [`Self::write_new`].
    pub fn write_recovery(&self, path: &Path) -> Result<(), KeyFileError> {
        self.write_new(
            path,
            "RECOVERY KEY. Opens every diary of this site when the server's own key is lost.\n\
             Keep it offline, in two places, under lock, at the site and never at the sponsor. Try it once a year.\n\
             Lost together with the server: what phones no longer hold is lost for ever. Stolen: every diary is readable.",
        )
    }

    fn id(&self) -> Option<KeyId> {
        match self.purpose {
            Purpose::StudyRoot | Purpose::KeeperSigning | Purpose::RelaySigning => {
                Some(self.signing_key().id())
            }
            Purpose::Recovery | Purpose::SiteSealing => Some(self.sealing_key().id()),
            Purpose::Database | Purpose::Token => None,
        }
    }

    /// Writes a new file, readable by its owner alone, and syncs it to the disk. `note` describes the file to people,
    /// line by line.
    ///
    /// # Errors
    /// [`KeyFileError::Exists`] where a file of this name exists, [`KeyFileError::Io`].
    pub fn write_new(&self, path: &Path, note: &str) -> Result<(), KeyFileError> {
        let io = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::AlreadyExists => KeyFileError::Exists { path: path.display().to_string() },
            _ => KeyFileError::Io { path: path.display().to_string(), reason: e.to_string() },
        };
        let written = Written {
            format: FORMAT.to_owned(),
            purpose: self.purpose,
            study: self.study.clone(),
            site: self.site.clone(),
            generation: self.generation,
            id: self.id(),
            secret: to_hex(self.secret.as_slice()),
        };
        let body = Zeroizing::new(toml::to_string(&written).expect("plain fields are always TOML"));
        let note: String = note.lines().map(|line| format!("# {line}\n")).collect();
        let text = Zeroizing::new([note.as_str(), &body].concat());
        files::create(path, text.as_bytes()).map_err(io)
    }

    /// Reads a key file and checks that it is the key that is needed.
    ///
    /// # Errors
    /// [`KeyFileError`], which names the file and what to do.
    pub fn read(path: &Path, expected: Purpose) -> Result<Self, KeyFileError> {
        let name = || path.display().to_string();
        let io = |e: std::io::Error| KeyFileError::Io { path: name(), reason: e.to_string() };
        check_mode(path)?;
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(io)?);
        let damaged = |problem| KeyFileError::Damaged { path: name(), expected, problem };
        let written: Written = toml::from_str(&text).map_err(|_| damaged(unreadable(&text)))?;
        if written.format != FORMAT {
            return Err(damaged(KeyDamage::OtherVersion));
        }
        let secret = from_hex(&written.secret).ok_or_else(|| damaged(KeyDamage::NotHex))?;
        let key = Self {
            purpose: written.purpose,
            study: written.study.clone(),
            site: written.site.clone(),
            generation: written.generation,
            secret: Zeroizing::new(secret),
        };
        if key.purpose != expected {
            let (found, study, site) = (key.purpose, key.study, key.site);
            return Err(KeyFileError::Other { path: name(), found, study, site, expected });
        }
        if key.id() != written.id {
            return Err(damaged(KeyDamage::OtherId));
        }
        Ok(key)
    }
}

/// Problem with a text that is not a key file. A power cut leaves a truncated file, or one filled with zeros.
fn unreadable(text: &str) -> KeyDamage {
    let said = text.trim_matches('\0');
    if said.trim().is_empty() {
        KeyDamage::Empty
    } else if said.len() < text.len() || !said.ends_with('\n') {
        KeyDamage::CutOff
    } else {
        KeyDamage::NoKeyFile
    }
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt;
    let name = || path.display().to_string();
    let metadata =
        std::fs::metadata(path).map_err(|e| KeyFileError::Io { path: name(), reason: e.to_string() })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyFileError::Readable { path: name(), mode }) }
}

#[cfg(not(unix))]
const fn check_mode(_: &Path) -> Result<(), KeyFileError> {
    Ok(())
}

#[cfg(test)]
mod tests;
