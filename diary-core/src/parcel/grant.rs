//! Grants: the key of a run of parcels, wrapped to its recipients and signed by its author; and rewraps, by
//! which a keeper adds a recipient later. Signed bytes never change.

use std::fmt;

use zeroize::Zeroizing;

use super::{GRANT_MAX_AGE_MS, GRANT_MAX_PARCELS, SUITE_1};
use crate::entropy::Entropy;
use crate::hash::sha256;
use crate::ids::{Hash, Incarnation, KeyId, StudyId, VaultId};
use crate::keys::certificate::{CertificateError, by_keeper};
use crate::keys::{Bundle, SealingError, SealingKey, SealingPublic, SigningKey, VerifyingKey, Wrap};
use crate::signed::{Kind, Signed};
use crate::time::UtcMillis;
use crate::wire::{self, WireError};

/// Most bytes of a grant: about 50 recipients.
pub const GRANT_MAX_BYTES: usize = 64 * 1024;
/// Most recipients of a grant. No more than about fifty wrapped keys fit into it.
pub const GRANT_MAX_WRAPS: usize = 64;

const GRANT_INFO: &[u8] = b"diary/grant/v1";
const REWRAP_INFO: &[u8] = b"diary/rewrap/v1";

/// Scope of a grant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantScope {
    /// The study.
    pub study: StudyId,
    /// The vault.
    pub vault: VaultId,
    /// Incarnation of the author.
    pub incarnation: Incarnation,
    /// Number of the grant in that incarnation, from 1.
    pub no: u32,
    /// Generation of the site's key that it is wrapped to.
    pub generation: u32,
}

/// A grant without its wraps, which are bound to its hash.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct GrantHeader {
    /// [`SUITE_1`].
    #[n(0)]
    pub suite: u8,
    /// The study.
    #[n(1)]
    pub study: StudyId,
    /// The vault.
    #[n(2)]
    pub vault: VaultId,
    /// Signing key of the author.
    #[n(3)]
    pub author: KeyId,
    /// Incarnation of the author.
    #[n(4)]
    pub incarnation: Incarnation,
    /// Number of the grant in that incarnation, from 1.
    #[n(5)]
    pub no: u32,
    /// Generation of the site's key that it is wrapped to.
    #[n(6)]
    pub generation: u32,
}

/// The signed form: the header as bytes, so that its hash is never over a second encoding, and the wraps.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct GrantParts {
    #[cbor(n(0), with = "minicbor::bytes")]
    header: Vec<u8>,
    #[cbor(n(1), decode_with = "wire::list::<GRANT_MAX_WRAPS, _, _>")]
    wraps: Vec<Wrap>,
}

/// Reason for which a grant or rewrap cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// Not the bytes of one.
    #[error("not a grant: {0}")]
    Undecodable(#[from] WireError),
    /// A suite that this version does not know.
    #[error("the grant is of suite {suite}, which this version does not know")]
    Suite {
        /// Number of the suite.
        suite: u8,
    },
    /// Not signed by its author.
    #[error("the grant is not signed by its author")]
    Signature,
    /// A rewrap that no keeper of the study signed.
    #[error("the rewrap is not signed by a keeper: {0}")]
    Keeper(#[from] CertificateError),
    /// Not wrapped to this key.
    #[error("the grant is not wrapped to this key")]
    NotARecipient,
    /// Wrapped to this key, and does not open, or is not for this grant.
    #[error("the grant does not open with this key")]
    Open,
    /// A recipient's key is not valid.
    #[error("a recipient's key is not valid")]
    Recipient,
}

impl From<SealingError> for GrantError {
    fn from(error: SealingError) -> Self {
        match error {
            SealingError::PublicKey => Self::Recipient,
            SealingError::Open => Self::Open,
        }
    }
}

/// A grant with a valid signature of its author.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedGrant {
    header: GrantHeader,
    header_hash: Hash,
    hash: Hash,
    wraps: Vec<Wrap>,
}

/// Functions that make and read grants.
#[derive(Debug)]
pub struct Grant;

impl Grant {
    /// Makes a grant of `author`, wrapped to `recipients`: always the site's key of the generation and its
    /// recovery key, and the certified devices if a keeper is the author.
    ///
    /// # Errors
    /// [`GrantError::Recipient`] if a recipient's key is not valid.
    pub fn make(
        scope: &GrantScope,
        recipients: &[&SealingPublic],
        author: &SigningKey,
        entropy: &dyn Entropy,
    ) -> Result<(GrantKey, Signed), GrantError> {
        let header = GrantHeader {
            suite: SUITE_1,
            study: scope.study.clone(),
            vault: scope.vault,
            author: author.id(),
            incarnation: scope.incarnation,
            no: scope.no,
            generation: scope.generation,
        };
        let key = Zeroizing::new(entropy.array::<32>());
        let bytes = wire::encode(&header);
        // The header's hash is associated data of each wrap, so that a wrap cannot be moved to another grant.
        let aad = sha256(&bytes);
        let wraps = recipients
            .iter()
            .map(|to| Wrap::seal(to, GRANT_INFO, aad.as_bytes(), key.as_slice(), entropy))
            .collect::<Result<_, _>>()?;
        let parts = GrantParts { header: bytes, wraps };
        let signed = Signed::sign(Kind::Grant, wire::encode(&parts), author);
        let hash = signed.hash();
        Ok((GrantKey { key, hash, header }, signed))
    }

    /// Decodes the header without verifying it, in order to look up the author's key.
    ///
    /// # Errors
    /// [`WireError`] if it does not decode.
    pub fn peek(signed: &Signed) -> Result<GrantHeader, WireError> {
        let parts: GrantParts = wire::decode("grant", signed.unverified(), GRANT_MAX_BYTES)?;
        wire::decode("grant header", &parts.header, GRANT_MAX_BYTES)
    }

    /// Ids of the keys that a grant is wrapped to, unverified; for records of a server's own log.
    ///
    /// # Errors
    /// [`WireError`] if it does not decode.
    pub fn peek_recipients(signed: &Signed) -> Result<Vec<KeyId>, WireError> {
        let parts: GrantParts = wire::decode("grant", signed.unverified(), GRANT_MAX_BYTES)?;
        Ok(parts.wraps.iter().map(|wrap| wrap.key).collect())
    }

    /// Verifies a grant signed by `author`. Opens nothing.
    ///
    /// # Errors
    /// [`GrantError`] if decoding, suite or signature fail.
    pub fn verify(signed: &Signed, author: &VerifyingKey) -> Result<VerifiedGrant, GrantError> {
        let bytes = signed.verify(Kind::Grant, author).map_err(|_| GrantError::Signature)?;
        let GrantParts { header: header_bytes, wraps } = wire::decode("grant", bytes, GRANT_MAX_BYTES)?;
        let header: GrantHeader = wire::decode("grant header", &header_bytes, GRANT_MAX_BYTES)?;
        if header.suite != SUITE_1 {
            return Err(GrantError::Suite { suite: header.suite });
        }
        if header.author != author.id() {
            return Err(GrantError::Signature);
        }
        Ok(VerifiedGrant { header, header_hash: sha256(&header_bytes), hash: signed.hash(), wraps })
    }

    /// True if a device's grant made at `made` is used up at `now` after `parcels` parcels, so that a new one
    /// is due.
    #[must_use]
    pub fn is_spent(made: UtcMillis, now: UtcMillis, parcels: u32) -> bool {
        // The absolute age: a clock that was set back must not keep a grant in use for longer.
        parcels >= GRANT_MAX_PARCELS || now.since_ms(made).abs() > GRANT_MAX_AGE_MS
    }
}

impl VerifiedGrant {
    /// Header of the grant.
    #[must_use]
    pub const fn header(&self) -> &GrantHeader {
        &self.header
    }

    /// Hash of the grant, which names it in parcels.
    #[must_use]
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// Ids of the keys that it is wrapped to.
    pub fn recipients(&self) -> impl Iterator<Item = KeyId> {
        self.wraps.iter().map(|wrap| wrap.key)
    }

    /// True if it is wrapped to each of these keys.
    #[must_use]
    pub fn covers(&self, keys: &[KeyId]) -> bool {
        keys.iter().all(|key| self.recipients().any(|to| to == *key))
    }

    /// Opens its key by one of its recipients.
    ///
    /// # Errors
    /// [`GrantError::NotARecipient`] or [`GrantError::Open`].
    pub fn open(&self, key: &SealingKey) -> Result<GrantKey, GrantError> {
        let wrap = self.wraps.iter().find(|wrap| wrap.key == key.id()).ok_or(GrantError::NotARecipient)?;
        self.key_from(wrap.open(key, GRANT_INFO, self.header_hash.as_bytes())?)
    }

    /// Its key from a stored [`GrantKey::secret`].
    #[must_use]
    pub fn with_secret(&self, secret: &[u8; 32]) -> GrantKey {
        GrantKey { key: Zeroizing::new(*secret), hash: self.hash, header: self.header.clone() }
    }

    fn key_from(&self, plain: Zeroizing<Vec<u8>>) -> Result<GrantKey, GrantError> {
        Ok(self.with_secret(plain.as_slice().try_into().map_err(|_| GrantError::Open)?))
    }
}

/// Verifies a grant of `author` and opens it with `key`.
///
/// # Errors
/// [`GrantError`] if verification or opening fail.
pub fn open_grant(signed: &Signed, author: &VerifyingKey, key: &SealingKey) -> Result<GrantKey, GrantError> {
    Grant::verify(signed, author)?.open(key)
}

/// The opened key of a grant, wiped from memory when dropped.
#[derive(Clone)]
pub struct GrantKey {
    key: Zeroizing<[u8; 32]>,
    hash: Hash,
    header: GrantHeader,
}

impl GrantKey {
    /// Hash of the grant.
    #[must_use]
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// Header of the grant.
    #[must_use]
    pub const fn header(&self) -> &GrantHeader {
        &self.header
    }

    /// The 32 secret bytes, for an encrypted store.
    #[must_use]
    pub fn secret(&self) -> &[u8; 32] {
        &self.key
    }
}

impl fmt::Debug for GrantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GrantKey({})", self.hash)
    }
}

/// A grant's key for one more recipient, by a keeper.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Rewrap {
    /// Hash of the grant.
    #[n(0)]
    pub grant: Hash,
    /// Key for the recipient, bound to that hash.
    #[n(1)]
    pub wrap: Wrap,
    /// Id of the keeper's key.
    #[n(2)]
    pub by: KeyId,
}

impl Rewrap {
    /// Wraps an opened grant to `recipient`.
    ///
    /// # Errors
    /// [`GrantError::Recipient`] if the recipient's key is not valid.
    pub fn make(
        grant: &GrantKey,
        recipient: &SealingPublic,
        keeper: &SigningKey,
        entropy: &dyn Entropy,
    ) -> Result<Signed, GrantError> {
        let aad = grant.hash.as_bytes();
        let wrap = Wrap::seal(recipient, REWRAP_INFO, aad, grant.key.as_slice(), entropy)?;
        let rewrap = Self { grant: grant.hash, wrap, by: keeper.id() };
        Ok(Signed::sign(Kind::Rewrap, wire::encode(&rewrap), keeper))
    }

    /// Verifies a rewrap signed by a keeper of `bundle`.
    ///
    /// # Errors
    /// [`GrantError`] if decoding or signature fail.
    pub fn verify(signed: &Signed, bundle: &Bundle) -> Result<Self, GrantError> {
        let rewrap: Self = wire::decode("rewrap", signed.unverified(), GRANT_MAX_BYTES)?;
        // Without a date: a rewrap carries none, and one by a retired keeper still opens parcels.
        by_keeper(signed, Kind::Rewrap, bundle, rewrap.by, None)?;
        Ok(rewrap)
    }

    /// Opens the key of `grant` by the rewrap's recipient.
    ///
    /// # Errors
    /// [`GrantError::NotARecipient`] for another key; [`GrantError::Open`] for another grant, or if it does
    /// not open.
    pub fn open(&self, grant: &VerifiedGrant, key: &SealingKey) -> Result<GrantKey, GrantError> {
        if self.grant != grant.hash {
            return Err(GrantError::Open);
        }
        if self.wrap.key != key.id() {
            return Err(GrantError::NotARecipient);
        }
        grant.key_from(self.wrap.open(key, REWRAP_INFO, self.grant.as_bytes())?)
    }
}

#[cfg(test)]
mod tests;
