//! The bundle: every public key of a study with its role, signed by the study's root, whose fingerprint a device
//! pins from its enrolment link. An expired bundle or generation warns; it never stops saving or sending.

use std::cmp::Ordering;

use super::{SealingPublic, SigningKey, VerifyingKey};
use crate::hash::sha256_of;
use crate::ids::{Hash, KeyId, SiteId, StudyId};
use crate::signed::{Kind, Signed};
use crate::time::UtcMillis;
use crate::wire;

/// Largest encoded bundle, in bytes: about 150 keys.
pub const BUNDLE_MAX_BYTES: usize = 200 * 1024;
/// Most keys of one kind in a bundle, and most versions of a study.
const LIST_MAX: usize = 4096;

/// The keys of a study.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Bundle {
    /// Rises with every change.
    #[cbor(n(0), decode_with = "wire::count")]
    pub version: u64,
    /// The study.
    #[n(1)]
    pub study: StudyId,
    /// The root that signs it.
    #[n(2)]
    pub root: VerifyingKey,
    /// When it was made.
    #[n(3)]
    pub issued: UtcMillis,
    /// When a newer one should have come.
    #[n(4)]
    pub expires: UtcMillis,
    /// Servers, also former ones.
    #[cbor(n(5), decode_with = "wire::list::<LIST_MAX, _, _>")]
    pub servers: Vec<ServerKey>,
    /// Sealing keys of the sites, also of former generations.
    #[cbor(n(6), decode_with = "wire::list::<LIST_MAX, _, _>")]
    pub sites: Vec<SiteKey>,
    /// Recovery keys of the sites.
    #[cbor(n(7), decode_with = "wire::list::<LIST_MAX, _, _>")]
    pub recovery: Vec<RecoveryKey>,
    /// Versions of the study.
    #[cbor(n(8), decode_with = "wire::list::<LIST_MAX, _, _>")]
    pub studies: Vec<StudyVersionRef>,
}

/// What a server may sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum ServerRole {
    /// Holds the site's key and merges; may sign everything that servers sign.
    #[n(0)]
    Keeper,
    /// Stores and passes on; may sign that it has stored, and nothing else about a parcel.
    #[n(1)]
    Relay,
}

/// The signing key of a server.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ServerKey {
    /// The key.
    #[n(0)]
    pub key: VerifyingKey,
    /// What it may sign.
    #[n(1)]
    pub role: ServerRole,
    /// Since when it signs nothing new. What it signed before stays good.
    #[n(2)]
    pub retired: Option<UtcMillis>,
}

/// A site's sealing key of one generation.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SiteKey {
    /// The site.
    #[n(0)]
    pub site: SiteId,
    /// Generation, from 1, rising.
    #[n(1)]
    pub generation: u32,
    /// Whether it is in use.
    #[n(2)]
    pub status: SiteKeyStatus,
    /// The key.
    #[n(3)]
    pub key: SealingPublic,
}

/// Whether a generation is in use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum SiteKeyStatus {
    /// Announced, not yet in use.
    #[n(0)]
    Pending,
    /// In use.
    #[n(1)]
    Active,
    /// No longer to be used where a newer one is known.
    #[n(2)]
    Expired,
}

/// A site's recovery key.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct RecoveryKey {
    /// The site.
    #[n(0)]
    pub site: SiteId,
    /// The key.
    #[n(1)]
    pub key: SealingPublic,
}

/// A version of the study.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct StudyVersionRef {
    /// Version, rising.
    #[n(0)]
    pub version: u32,
    /// SHA-256 of the study's file.
    #[n(1)]
    pub hash: Hash,
}

/// How an offered bundle stands to the one that is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offered {
    /// It takes the place of the held one.
    Newer,
    /// It is the held one.
    Same,
    /// It is an older one, and is never taken.
    Older,
    /// Its version is the held one's and what it says is not, or it is of another study. One of the two should not
    /// exist: the root signed both, so neither is taken in place of the other, and people have to be told.
    Conflict,
}

/// Why something is not a bundle to trust.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not the bytes of a bundle.
    #[error("not a bundle: {0}")]
    Undecodable(#[from] wire::WireError),
    /// Signed by another root than the enrolment link names.
    #[error("the bundle is of another study root than the enrolment link names")]
    Root,
    /// Not signed by its root.
    #[error("the bundle's signature does not fit")]
    Signature,
}

/// The fingerprint that enrolment links carry: `SHA-256("diary/root/v1" || root public key)`.
#[must_use]
pub fn root_fingerprint(root: &VerifyingKey) -> Hash {
    sha256_of(&[b"diary/root/v1", root.as_bytes()])
}

impl Bundle {
    /// Signs it. `root` must be the key of [`Self::root`].
    #[must_use]
    pub fn sign(&self, root: &SigningKey) -> Signed {
        Signed::sign(Kind::Bundle, wire::encode(self), root)
    }

    /// Reads a bundle that the root of `fingerprint` signed. Whether it is newer than the one at hand says
    /// [`Self::replaces`]; an older one must not take its place.
    ///
    /// # Errors
    /// [`BundleError`] for anything else.
    pub fn verify(signed: &Signed, fingerprint: &Hash) -> Result<Self, BundleError> {
        let bundle: Self = wire::decode("bundle", signed.unverified(), BUNDLE_MAX_BYTES)?;
        if root_fingerprint(&bundle.root) != *fingerprint {
            return Err(BundleError::Root);
        }
        signed.verify(Kind::Bundle, &bundle.root).map_err(|_| BundleError::Signature)?;
        Ok(bundle)
    }

    /// Whether it takes the place of `other`: a later one of the same study.
    #[must_use]
    pub fn replaces(&self, other: &Self) -> bool {
        self.version > other.version && self.study == other.study
    }

    /// How it stands to `held`, both being of the pinned root. Versions only ever rise: whoever plays back an older
    /// bundle, in which a stolen key was still good, gets nowhere. A root may sign for several studies: one of another
    /// study is never taken.
    #[must_use]
    pub fn offered_to(&self, held: &Self) -> Offered {
        if self.study != held.study {
            return Offered::Conflict;
        }
        match self.version.cmp(&held.version) {
            Ordering::Greater => Offered::Newer,
            Ordering::Less => Offered::Older,
            Ordering::Equal if self == held => Offered::Same,
            Ordering::Equal => Offered::Conflict,
        }
    }

    /// Whether a newer one should have come by `now`.
    #[must_use]
    pub fn is_expired(&self, now: UtcMillis) -> bool {
        now > self.expires
    }

    /// The server with this key.
    #[must_use]
    pub fn server(&self, id: KeyId) -> Option<&ServerKey> {
        self.servers.iter().find(|server| server.key.id() == id)
    }

    /// The keeper with this key, whether retired or not.
    #[must_use]
    pub fn keeper(&self, id: KeyId) -> Option<&ServerKey> {
        self.server(id).filter(|server| server.role == ServerRole::Keeper)
    }

    /// Whether it is a keeper's key that signs anew. What a former key signed is good as far as a keeper in office says
    /// so: a thief of the key can put any date on what they sign.
    #[must_use]
    pub fn is_in_office(&self, id: KeyId) -> bool {
        self.keeper(id).is_some_and(|keeper| keeper.retired.is_none())
    }

    /// The key to seal to for `site`: the newest generation in use, or, where none is, the newest that was.
    #[must_use]
    pub fn site_key(&self, site: &SiteId) -> Option<&SiteKey> {
        let newest = |status| {
            self.sites
                .iter()
                .filter(|key| key.site == *site && key.status == status)
                .max_by_key(|key| key.generation)
        };
        newest(SiteKeyStatus::Active).or_else(|| newest(SiteKeyStatus::Expired))
    }

    /// The key of a given generation.
    #[must_use]
    pub fn site_key_of(&self, site: &SiteId, generation: u32) -> Option<&SiteKey> {
        self.sites.iter().find(|key| key.site == *site && key.generation == generation)
    }

    /// The recovery key of `site`.
    #[must_use]
    pub fn recovery_key(&self, site: &SiteId) -> Option<&SealingPublic> {
        self.recovery.iter().find(|key| key.site == *site).map(|key| &key.key)
    }

    /// The newest version of the study.
    #[must_use]
    pub fn newest_study(&self) -> Option<&StudyVersionRef> {
        self.studies.iter().max_by_key(|study| study.version)
    }
}
