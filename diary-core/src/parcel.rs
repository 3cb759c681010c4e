//! Parcels: sealed, signed batches of one author. A parcel has a clear core, by which any server can store,
//! order and prove it, and a body that only the recipients of its grant can open. The way from bytes to
//! contents leads through [`SealedParcel::verify`] and [`open()`] alone.

pub mod code;
pub mod content;
mod cursor;
pub mod file;
pub mod grant;
pub mod log;
pub mod open;
pub mod pad;
pub mod receipt;
pub mod seal;
pub mod statement;

pub use crate::counter::SEQ_MAX;
pub use crate::measure::PARCEL_MAX_PLAIN_BYTES;
pub use code::QuarantineCode;
pub use content::{Item, ParcelContent, items_in};
pub use cursor::{Cursor, CursorError};
pub use file::{DeviceCredential, FILE_MAX_RECORDS, ParcelFile};
pub use grant::{Grant, GrantError, GrantHeader, GrantKey, GrantScope, Rewrap, VerifiedGrant, open_grant};
pub use log::{LogError, LogKind, LogRecord, chain_next, follow};
pub use open::{OpenError, OpenedParcel, open};
pub use receipt::{Receipt, ReceiptBody, ReceiptError, ReceiptLevel, sign_group};
pub use seal::{SealError, SealInput, SealedPlain, seal, seal_and_keep};
pub use statement::{ClockObservation, KNOWN_ACTS_MAX, KnownAct, Statement};

use std::fmt;

use crate::hash::sha256;
use crate::ids::{Hash, Incarnation, KeyId, StudyId, VaultId};
use crate::keys::VerifyingKey;
use crate::signed::Kind;
use crate::wire::{self, WireError};

/// The suite of this version: Ed25519, SHA-256, X-Wing by draft-ietf-hpke-pq-03 with HKDF-SHA256 and
/// ChaCha20-Poly1305, zstd.
pub const SUITE_1: u8 = 1;
/// Most items of a parcel.
pub const PARCEL_MAX_ITEMS: usize = 512;
/// Most bytes of a request.
pub const REQUEST_MAX_BYTES: usize = 1024 * 1024;
/// Longest lifetime of a device's grant, in milliseconds.
pub const GRANT_MAX_AGE_MS: i64 = 30 * crate::time::DAY_MS;
/// Most parcels under one grant of a device.
pub const GRANT_MAX_PARCELS: u32 = 512;
/// Most bytes of a core.
pub const CORE_MAX_BYTES: usize = 512;
/// Most bytes of a body: the largest plaintext, incompressible and padded.
pub const BODY_MAX_BYTES: usize = 288 * 1024;
/// Most bytes of a whole parcel.
pub const PARCEL_MAX_BYTES: usize = CORE_MAX_BYTES + BODY_MAX_BYTES + 128;
/// Value of `prev` in the first parcel of an incarnation.
pub const NO_PREVIOUS: Hash = Hash::from_bytes([0; 32]);

/// The clear part of a parcel.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ParcelCore {
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
    /// Sequence number in the incarnation, from 1.
    #[cbor(n(5), decode_with = "wire::seq")]
    pub seq: u64,
    /// Hash of the previous core of the incarnation, or [`NO_PREVIOUS`].
    #[n(6)]
    pub prev: Hash,
    /// Hash of the grant it is sealed under.
    #[n(7)]
    pub grant: Hash,
    /// Padded length of the plaintext in bytes: 16 less than the body.
    #[n(8)]
    pub size_bucket: u32,
    /// `SHA-256(salt || plaintext)`, with the first 32 sealed bytes as the salt.
    #[n(9)]
    pub commit: Hash,
}

/// A parcel as sent and stored, with its signature not yet verified.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SealedParcel {
    #[cbor(n(0), with = "minicbor::bytes")]
    core: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    body: Vec<u8>,
    #[cbor(n(2), with = "minicbor::bytes")]
    sig: [u8; 64],
}

/// Reason for which a parcel is refused. Nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not the bytes of a parcel.
    #[error("not a parcel: {0}")]
    Undecodable(#[from] WireError),
    /// Body larger than allowed.
    #[error("the parcel's body takes {bytes} bytes, at most {BODY_MAX_BYTES} are allowed")]
    Oversize {
        /// Size of the body in bytes.
        bytes: usize,
    },
    /// A suite that this version does not know.
    #[error("the parcel is of suite {suite}, which this version does not know")]
    Suite {
        /// Number of the suite.
        suite: u8,
    },
    /// The core contradicts itself or the body.
    #[error("the parcel's core contradicts itself or its body")]
    Core,
    /// The core names another author than the key's.
    #[error("the parcel is of another author")]
    Author,
    /// The signature does not fit.
    #[error("the parcel's signature does not fit")]
    Signature,
}

impl SealedParcel {
    /// Decodes a parcel. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if the bytes do not decode or are too many.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode_exact("parcel", bytes, PARCEL_MAX_BYTES)
    }

    /// Encoded form, in which a stored parcel is sent again.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes the core without verifying it, in order to look up the author's key.
    ///
    /// # Errors
    /// [`WireError`] if it does not decode.
    pub fn peek_core(&self) -> Result<ParcelCore, WireError> {
        wire::decode("parcel core", &self.core, CORE_MAX_BYTES)
    }

    /// Hash of the core, which identifies the parcel.
    #[must_use]
    pub fn core_hash(&self) -> Hash {
        sha256(&self.core)
    }

    /// Hash of the body.
    #[must_use]
    pub fn body_hash(&self) -> Hash {
        sha256(&self.body)
    }

    /// Verifies core, lengths and the signature of `author`.
    ///
    /// # Errors
    /// [`VerifyError`] if a check fails.
    pub fn verify(self, author: &VerifyingKey) -> Result<VerifiedParcel, VerifyError> {
        // Cheap checks first: a signature is verified only for bytes that could be stored.
        if self.body.len() > BODY_MAX_BYTES {
            return Err(VerifyError::Oversize { bytes: self.body.len() });
        }
        let core = self.peek_core()?;
        if core.suite != SUITE_1 {
            return Err(VerifyError::Suite { suite: core.suite });
        }
        if core.author != author.id() {
            return Err(VerifyError::Author);
        }
        let first = core.seq == 1;
        if core.seq == 0
            || first != (core.prev == NO_PREVIOUS)
            || pad::body_len(core.size_bucket) != Some(self.body.len())
        {
            return Err(VerifyError::Core);
        }
        let (core_hash, body_hash) = (self.core_hash(), self.body_hash());
        if !author.verifies(&message(&core_hash, &body_hash), &self.sig) {
            return Err(VerifyError::Signature);
        }
        Ok(VerifiedParcel { core, core_hash, body_hash, sealed: self })
    }
}

impl fmt::Debug for SealedParcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedParcel({}, {} bytes)", self.core_hash(), self.body.len())
    }
}

/// Signed message of a parcel.
fn message(core_hash: &Hash, body_hash: &Hash) -> Vec<u8> {
    [Kind::Parcel.label().as_bytes(), core_hash.as_bytes(), body_hash.as_bytes()].concat()
}

/// A parcel with a valid signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedParcel {
    core: ParcelCore,
    core_hash: Hash,
    body_hash: Hash,
    sealed: SealedParcel,
}

impl VerifiedParcel {
    /// Its core.
    #[must_use]
    pub const fn core(&self) -> &ParcelCore {
        &self.core
    }

    /// Hash of its core.
    #[must_use]
    pub const fn core_hash(&self) -> Hash {
        self.core_hash
    }

    /// Hash of its body.
    #[must_use]
    pub const fn body_hash(&self) -> Hash {
        self.body_hash
    }

    /// Parcel as received.
    #[must_use]
    pub const fn sealed(&self) -> &SealedParcel {
        &self.sealed
    }

    /// Parcel as received.
    #[must_use]
    pub fn into_sealed(self) -> SealedParcel {
        self.sealed
    }

    fn body(&self) -> &[u8] {
        &self.sealed.body
    }
}

#[cfg(test)]
mod tests;
