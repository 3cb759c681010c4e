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

/// Public keys of a study with their roles.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Bundle {
    /// Version, rising with every change.
    #[cbor(n(0), decode_with = "wire::count")]
    pub version: u64,
    /// The study.
    #[n(1)]
    pub study: StudyId,
    /// Root key that signs it.
    #[n(2)]
    pub root: VerifyingKey,
    /// Instant of its making.
    #[n(3)]
    pub issued: UtcMillis,
    /// Instant from which on a newer one is expected.
    #[n(4)]
    pub expires: UtcMillis,
    /// Servers, retired ones included.
    #[cbor(n(5), decode_with = "wire::list::<LIST_MAX, _, _>")]
    pub servers: Vec<ServerKey>,
    /// Sealing keys of the sites, former generations included.
    #[cbor(n(6), decode_with = "wire::list::<LIST_MAX, _, _>")]
    pub sites: Vec<SiteKey>,
    /// Recovery keys of the sites.
    #[cbor(n(7), decode_with = "wire::list::<LIST_MAX, _, _>")]
    pub recovery: Vec<RecoveryKey>,
    /// Versions of the study.
    #[cbor(n(8), decode_with = "wire::list::<LIST_MAX, _, _>")]
    pub studies: Vec<StudyVersionRef>,
}

/// Role of a server, which limits the records it may sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum ServerRole {
    /// Holds the site's key and merges; may sign every kind of record that servers sign.
    #[n(0)]
    Keeper,
    /// Stores and passes parcels on; may sign STORED receipts, and nothing else about a parcel.
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
    /// Role, which limits the records it may sign.
    #[n(1)]
    pub role: ServerRole,
    /// Instant from which on it signs nothing new; `None` while in use. Earlier signatures stay valid.
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
    /// State of the generation.
    #[n(2)]
    pub status: SiteKeyStatus,
    /// The key.
    #[n(3)]
    pub key: SealingPublic,
}

/// State of a generation of a site's sealing key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum SiteKeyStatus {
    /// Announced, not yet in use.
    #[n(0)]
    Pending,
    /// In use.
    #[n(1)]
    Active,
    /// Replaced; not to be used if a newer one is known.
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

/// Relation of an offered bundle to the one that is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offered {
    /// A later version, which replaces the held one.
    Newer,
    /// The held one.
    Same,
    /// An earlier version, which is never taken.
    Older,
    /// The same version with other contents, or another study. The root has signed both although one of the
    /// two should not exist, so neither replaces the other, and people must be told.
    Conflict,
}

/// Reason for which a bundle is not trusted.
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

/// Fingerprint of a root key in enrolment links: `SHA-256("diary/root/v1" || root public key)`.
#[must_use]
pub fn root_fingerprint(root: &VerifyingKey) -> Hash {
    sha256_of(&[b"diary/root/v1", root.as_bytes()])
}

impl Bundle {
    /// Signs the bundle. `root` must be the key of [`Self::root`].
    #[must_use]
    pub fn sign(&self, root: &SigningKey) -> Signed {
        Signed::sign(Kind::Bundle, wire::encode(self), root)
    }

    /// Decodes a bundle signed by the root with `fingerprint`. Callers must compare versions with
    /// [`Self::replaces`], since an older bundle is validly signed, too.
    ///
    /// # Errors
    /// [`BundleError`] if decoding, fingerprint or signature fail.
    pub fn verify(signed: &Signed, fingerprint: &Hash) -> Result<Self, BundleError> {
        let bundle: Self = wire::decode("bundle", signed.unverified(), BUNDLE_MAX_BYTES)?;
        // The root key comes from the bundle itself; only the pinned fingerprint makes it trustworthy.
        if root_fingerprint(&bundle.root) != *fingerprint {
            return Err(BundleError::Root);
        }
        signed.verify(Kind::Bundle, &bundle.root).map_err(|_| BundleError::Signature)?;
        Ok(bundle)
    }

    /// True if it replaces `other`: a later version of the same study.
    #[must_use]
    pub fn replaces(&self, other: &Self) -> bool {
        self.version > other.version && self.study == other.study
    }

    /// Relation to `held`; both must be of the pinned root. Versions only rise, so that an attacker cannot
    /// play back an older bundle in which a stolen key was still valid. A root may sign for several studies;
    /// a bundle of another study is never taken.
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

    /// True if a newer one was to be expected by `now`.
    #[must_use]
    pub fn is_expired(&self, now: UtcMillis) -> bool {
        now > self.expires
    }

    /// The server with this key.
    #[must_use]
    pub fn server(&self, id: KeyId) -> Option<&ServerKey> {
        self.servers.iter().find(|server| server.key.id() == id)
    }

    /// Keeper's key with this id, retired or not.
    #[must_use]
    pub fn keeper(&self, id: KeyId) -> Option<&ServerKey> {
        self.server(id).filter(|server| server.role == ServerRole::Keeper)
    }

    /// True for the key of a keeper that is not retired. Signatures of a retired key need the confirmation of
    /// a keeper in use, because a thief of the key can choose their date.
    #[must_use]
    pub fn is_in_office(&self, id: KeyId) -> bool {
        self.keeper(id).is_some_and(|keeper| keeper.retired.is_none())
    }

    /// Sealing key for `site`: the newest active generation, otherwise the newest expired one.
    #[must_use]
    pub fn site_key(&self, site: &SiteId) -> Option<&SiteKey> {
        let newest = |status| {
            self.sites
                .iter()
                .filter(|key| key.site == *site && key.status == status)
                .max_by_key(|key| key.generation)
        };
        // An expired key still protects the entries; refusing to seal would keep them on the phone.
        newest(SiteKeyStatus::Active).or_else(|| newest(SiteKeyStatus::Expired))
    }

    /// Sealing key of a site in a given generation.
    #[must_use]
    pub fn site_key_of(&self, site: &SiteId, generation: u32) -> Option<&SiteKey> {
        self.sites.iter().find(|key| key.site == *site && key.generation == generation)
    }

    /// Recovery key of `site`.
    #[must_use]
    pub fn recovery_key(&self, site: &SiteId) -> Option<&SealingPublic> {
        self.recovery.iter().find(|key| key.site == *site).map(|key| &key.key)
    }

    /// Sites of the keeper, in the order in which the root has named them: each has a recovery key from its first
    /// bundle on.
    pub fn kept_sites(&self) -> impl Iterator<Item = &SiteId> {
        self.recovery.iter().map(|key| &key.site)
    }

    /// Site of a recovery key.
    #[must_use]
    pub fn site_of_recovery(&self, key: KeyId) -> Option<&SiteId> {
        self.recovery.iter().find(|named| named.key.id() == key).map(|named| &named.site)
    }

    /// Newest version of the study.
    #[must_use]
    pub fn newest_study(&self) -> Option<&StudyVersionRef> {
        self.studies.iter().max_by_key(|study| study.version)
    }
}
