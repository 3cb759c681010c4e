//! Makes a relay, in three steps that two people carry between two machines: the relay makes its keys (`make_relay`),
//! the site's root names them in the bundle (`SiteServices::add_relay`), the relay takes that bundle (`take_bundle_file`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diary_core::api::{HandedFile, HandoverRequest};
use diary_core::entropy::Entropy;
use diary_core::files;
use diary_core::ids::{Epoch, Hash, Incarnation, KeyId, Nonce, SiteId, StudyId};
use diary_core::keys::{
    ApiHost, Bundle, BundleError, ServerKey, ServerRole, SigningKey, VerifyingKey, root_fingerprint,
};
use diary_core::time::Clock;
use diary_core::wire::{self, WireError};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::verify::named_files;
use crate::audit as trail;
use crate::audit::Account;
use crate::config::Database;
use crate::data_folder::{DataFolder, FolderError, io_error};
use crate::keys::{KeysError, ServerKeys};
use crate::ops::setup::{BUNDLE_LIFE_MS, sample_config};
use crate::site::{SiteServices, StaffError};
use diary_core::entropy::SharedEntropy;
use diary_store::sqlite::Missing;
use diary_store::{LocationError, NewServer, StoreError};

/// Name of the file that a new relay writes for the hospital.
pub const RELAY_FILE: &str = "relay.toml";
const FORMAT: &str = "diary/relay/v1";
/// Most bytes of a file with bundle and study.
const BUNDLE_FILE_MAX_BYTES: usize = 64 * 1024 * 1024;

/// Public description of a relay, which it gives to the hospital.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayCard {
    format: String,
    /// The study.
    pub study: StudyId,
    /// The site.
    pub site: SiteId,
    /// The public key it signs with.
    key: String,
    /// Host under which phones reach it.
    host: String,
}

/// Reason for which a relay was not made or not named.
#[derive(Debug, thiserror::Error)]
pub enum RelaySetupError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database that was named cannot be one.
    #[error("database: {0}")]
    Location(#[from] LocationError),
    /// Keys cannot be read or written.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The database failed.
    #[error("database: {0}")]
    Store(#[from] StoreError),
    /// A file cannot be read or written.
    #[error("{path}: {reason}")]
    File {
        /// Path of the file.
        path: String,
        /// Error of the operating system.
        reason: String,
    },
    /// Not the file of a relay.
    #[error("{path}: not a {RELAY_FILE}")]
    NotACard {
        /// Path of the file.
        path: String,
    },
    /// The relay of another study or site.
    #[error("relay of {study}, site {site}")]
    OtherStudy {
        /// The relay's study.
        study: StudyId,
        /// The relay's site.
        site: SiteId,
    },
    /// The root key is another one.
    #[error("other root key")]
    OtherRoot,
    /// The relay is named already.
    #[error("relay named already")]
    Named,
    /// Not a bundle file.
    #[error("not a bundle file: {0}")]
    NotABundleFile(WireError),
    /// The bundle is not to be trusted.
    #[error("bundle: {0}")]
    Bundle(#[from] BundleError),
    /// The bundle is of another root than the one before.
    #[error("bundle of another root")]
    RootChanged,
    /// The bundle does not name this relay.
    #[error("bundle does not name the key {key}")]
    NotNamed {
        /// The relay's key.
        key: KeyId,
    },
    /// The bundle is no newer.
    #[error("bundle is not newer")]
    NotNewer,
    /// The keeper refused.
    #[error(transparent)]
    Staff(#[from] StaffError),
}

impl RelayCard {
    /// Reads a card.
    ///
    /// # Errors
    /// [`RelaySetupError::NotACard`].
    pub fn read(path: &Path) -> Result<Self, RelaySetupError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|e| RelaySetupError::File { path: name.clone(), reason: e.to_string() })?;
        let card: Self =
            toml::from_str(&text).map_err(|_| RelaySetupError::NotACard { path: name.clone() })?;
        let readable = card.format == FORMAT && card.key().is_some() && card.host().is_some();
        if readable { Ok(card) } else { Err(RelaySetupError::NotACard { path: name }) }
    }

    /// The public key it signs with.
    #[must_use]
    pub fn key(&self) -> Option<VerifyingKey> {
        self.key.parse().ok()
    }

    /// Host under which phones reach it.
    #[must_use]
    pub fn host(&self) -> Option<ApiHost> {
        self.host.parse().ok()
    }
}

/// A relay that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MadeRelay {
    /// Its data folder.
    pub folder: DataFolder,
    /// The file to carry to the hospital.
    pub card: PathBuf,
    /// Id of its signing key.
    pub key: KeyId,
}

/// Makes a relay's folder, keys and empty database.
///
/// # Errors
/// [`RelaySetupError`]; nothing that exists is overwritten.
pub async fn make_relay(
    data: &Path,
    (study, site): (&StudyId, &SiteId),
    host: &ApiHost,
    (database, demo): (Option<&Database>, bool),
    entropy: &SharedEntropy,
) -> Result<MadeRelay, RelaySetupError> {
    let elsewhere = database.map(Database::location).transpose()?;
    DataFolder::check_vacant(data)?;
    // The root to trust is unknown before the hospital's bundle arrives. Until then the relay's own key takes its
    // place, and no root is written to the folder.
    let signing = SigningKey::generate(&**entropy);
    let (role, root) = (ServerRole::Relay, signing.verifying_key());
    let keys = ServerKeys::generate(study.clone(), site.clone(), root, role, &**entropy);
    if let Some(elsewhere) = &elsewhere {
        elsewhere.check_free(keys.database_secret(), Arc::clone(entropy)).await?;
    }
    let folder = DataFolder::create(data, demo)?;
    keys.write_secrets(&folder.keys())?;
    let config = folder.config_file();
    files::create(&config, sample_config(Some(host), database).as_bytes())
        .map_err(|e| io_error(&config, &e))?;
    let key = Zeroizing::new(*keys.database_secret());
    let location = elsewhere.as_ref().unwrap_or_else(|| folder.location());
    drop(location.open(&key, Missing::Create, Arc::clone(entropy)).await?);
    let card = RelayCard {
        format: FORMAT.to_owned(),
        study: study.clone(),
        site: site.clone(),
        key: keys.signing.verifying_key().to_string(),
        host: host.to_string(),
    };
    let path = data.join(RELAY_FILE);
    let text = toml::to_string(&card).expect("plain fields are always TOML");
    files::create(&path, text.as_bytes()).map_err(|e| io_error(&path, &e))?;
    Ok(MadeRelay { folder, card: path, key: keys.signing.id() })
}

/// A bundle that names a relay, to be carried to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddedRelay {
    /// Version of the bundle.
    pub version: u64,
    /// Host under which phones reach the relay.
    pub host: ApiHost,
    /// Fingerprint of the root, to be compared at the relay.
    pub root: Hash,
    /// The file to carry: bundle and study.
    pub file: Vec<u8>,
}

impl SiteServices {
    /// Lets the study's root name a relay.
    ///
    /// # Errors
    /// [`RelaySetupError`].
    pub async fn add_relay(
        &self,
        by: &Account,
        card: &RelayCard,
        root: &SigningKey,
    ) -> Result<AddedRelay, RelaySetupError> {
        let setting = self.setting().await?;
        let is_ours = setting.bundle.kept_sites().any(|site| *site == card.site);
        if card.study != self.keeper_keys().study || !is_ours {
            return Err(RelaySetupError::OtherStudy { study: card.study.clone(), site: card.site.clone() });
        }
        if root.verifying_key() != setting.bundle.root {
            return Err(RelaySetupError::OtherRoot);
        }
        let not_a_card = || RelaySetupError::NotACard { path: RELAY_FILE.to_owned() };
        let (key, host) = card.key().zip(card.host()).ok_or_else(not_a_card)?;
        if setting.bundle.server(key.id()).is_some() {
            return Err(RelaySetupError::Named);
        }
        let at = self.now();
        let mut bundle = setting.bundle.clone();
        bundle.version += 1;
        bundle.issued = at;
        bundle.expires = at.plus_ms(BUNDLE_LIFE_MS);
        bundle.servers.push(ServerKey { key, role: ServerRole::Relay, retired: None });
        let signed = bundle.sign(root);
        let target = format!("relay={} bundle={}", key.id(), bundle.version);
        let event = trail::event(by, at, trail::Code::RelayAdd, target, None);
        self.context().put_bundle(signed.clone(), Vec::new(), event).await?;
        // Phones ask for the newest version only; a file has space for one of the largest.
        let newest = bundle.newest_study().map(|study| study.hash);
        let files = setting.files.iter().filter(|file| Some(file.hash) == newest);
        let files = files.map(|file| HandedFile { version: file.version, bytes: file.bytes.clone().into() });
        let handed = HandoverRequest {
            nonce: Nonce::from_bytes([0; 16]),
            bundle: Some(signed),
            files: files.collect(),
            records: Vec::new(),
            links: None,
        };
        let root = root_fingerprint(&bundle.root);
        Ok(AddedRelay { version: bundle.version, host, root, file: handed.to_bytes() })
    }
}

/// Result of taking a bundle at a relay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TakenBundle {
    /// Version of the bundle.
    pub version: u64,
    /// Fingerprint of its root.
    pub root: Hash,
    /// The relay had none before, and trusts this root from now on.
    pub first: bool,
}

/// Gives a relay the bundle that names it. The first bundle decides which root the relay trusts.
///
/// # Errors
/// [`RelaySetupError`]; nothing is changed then.
pub async fn take_bundle_file(
    folder: &DataFolder,
    by: &Account,
    file: &[u8],
    clock: &dyn Clock,
    entropy: &SharedEntropy,
) -> Result<TakenBundle, RelaySetupError> {
    let handed: HandoverRequest =
        wire::decode("relay bundle", file, BUNDLE_FILE_MAX_BYTES).map_err(RelaySetupError::NotABundleFile)?;
    let signed = handed
        .bundle
        .ok_or(RelaySetupError::NotABundleFile(WireError::Malformed { what: "relay bundle", at: 0 }))?;
    let claimed: Bundle =
        wire::decode("bundle", signed.unverified(), file.len()).map_err(BundleError::from)?;
    let root = root_fingerprint(&claimed.root);
    let bundle = Bundle::verify(&signed, &root)?;
    let keys = ServerKeys::load_under(&folder.keys(), ServerRole::Relay, None, bundle.root)?;
    let key = keys.signing.id();
    if bundle.study != keys.study || bundle.server(key).is_none_or(|named| named.role != ServerRole::Relay) {
        return Err(RelaySetupError::NotNamed { key });
    }
    let database = Zeroizing::new(*keys.database_secret());
    let store = folder.location().open(&database, Missing::Refuse, Arc::clone(entropy)).await?;
    let before = store.server_state().await?;
    if before.is_some() {
        let pinned = ServerKeys::load(&folder.keys(), ServerRole::Relay)?;
        if pinned.root != bundle.root {
            return Err(RelaySetupError::RootChanged);
        }
    }
    let at = clock.now();
    let found = before.is_none().then(|| NewServer {
        epoch: Epoch::from_bytes((&**entropy as &dyn Entropy).array()),
        incarnation: Incarnation::from_bytes((&**entropy as &dyn Entropy).array()),
        study: keys.study.clone(),
        relay_of: Some(keys.site.clone()),
        at,
    });
    let first = found.is_some();
    if first {
        keys.write_trust(&folder.keys())?;
    }
    let event = trail::event(by, at, trail::Code::RelayBundle, format!("bundle={}", bundle.version), None);
    match store.put_bundle(found, signed, named_files(&bundle, &handed.files), event).await {
        Ok(()) => Ok(TakenBundle { version: bundle.version, root, first }),
        Err(StoreError::Conflict { .. }) => Err(RelaySetupError::NotNewer),
        Err(error) => Err(error.into()),
    }
}
