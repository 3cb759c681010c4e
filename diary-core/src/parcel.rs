//! Parcels: sealed, signed batches of one author. A parcel has a clear core, by which anybody can store, order and
//! prove it, and a body that only the recipients of its grant can open. What is in a parcel changes hands only
//! through [`SealedParcel::verify`] and [`open()`].

pub mod code;
pub mod content;
pub mod file;
pub mod grant;
pub mod log;
pub mod open;
pub mod pad;
pub mod receipt;
pub mod seal;
pub mod statement;

pub use code::QuarantineCode;
pub use content::{Item, ParcelContent, items_in};
pub use file::{FILE_MAX_RECORDS, ParcelFile, Standing};
pub use grant::{Grant, GrantError, GrantHeader, GrantKey, GrantScope, Rewrap, VerifiedGrant, open_grant};
pub use log::{LogError, LogKind, LogRecord, chain_next, follow};
pub use open::{OpenError, OpenedParcel, open};
pub use receipt::{Receipt, ReceiptBody, ReceiptError, ReceiptLevel, sign_group};
pub use seal::{SealError, SealInput, seal};
pub use statement::{ClockObservation, KNOWN_ACTS_MAX, KnownAct, Statement};

use std::fmt;

use crate::hash::sha256;
use crate::ids::{Hash, Incarnation, KeyId, StudyId, VaultId};
use crate::keys::{SignatureCache, VerifyingKey};
use crate::signed::Kind;
use crate::wire::{self, WireError};

/// The suite of this version: Ed25519, SHA-256, X-Wing by draft-ietf-hpke-pq-03 with HKDF-SHA256 and
/// ChaCha20-Poly1305, zstd.
pub const SUITE_1: u8 = 1;
/// Most items of a parcel.
pub const PARCEL_MAX_ITEMS: usize = 512;
/// Highest number of a parcel in its chain. The smallest parcels up to it take more room than any vault is given.
pub const SEQ_MAX: u64 = 1 << 24;
/// Most bytes of a parcel's plaintext.
pub const PARCEL_MAX_PLAIN_BYTES: usize = 256 * 1024;
/// Most bytes of a request.
pub const REQUEST_MAX_BYTES: usize = 1024 * 1024;
/// Longest life of a device's grant.
pub const GRANT_MAX_AGE_MS: i64 = 30 * crate::time::DAY_MS;
/// Most parcels under one grant of a device.
pub const GRANT_MAX_PARCELS: u32 = 512;
/// Most bytes of a core.
pub const CORE_MAX_BYTES: usize = 512;
/// Most bytes of a body: the largest plaintext, where it cannot be compressed, padded.
pub const BODY_MAX_BYTES: usize = 288 * 1024;
/// Most bytes of a whole parcel.
pub const PARCEL_MAX_BYTES: usize = CORE_MAX_BYTES + BODY_MAX_BYTES + 128;
/// What a parcel's `prev` holds when it is the first of its incarnation.
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
    /// Number in the incarnation, from 1.
    #[cbor(n(5), decode_with = "wire::seq")]
    pub seq: u64,
    /// Hash of the previous core of the incarnation, or [`NO_PREVIOUS`].
    #[n(6)]
    pub prev: Hash,
    /// Hash of the grant it is sealed under.
    #[n(7)]
    pub grant: Hash,
    /// Padded length of what is sealed: 16 bytes less than the body.
    #[n(8)]
    pub size_bucket: u32,
    /// `SHA-256(salt || plaintext)`, the salt being the first 32 sealed bytes.
    #[n(9)]
    pub commit: Hash,
}

/// A parcel as it travels and is stored, its signature not yet looked at.
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

/// Why a parcel is refused. Nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not the bytes of a parcel.
    #[error("not a parcel: {0}")]
    Undecodable(#[from] WireError),
    /// Body larger than allowed.
    #[error("the parcel's body takes {bytes} bytes, at most {BODY_MAX_BYTES} are allowed")]
    Oversize {
        /// How many bytes it takes.
        bytes: usize,
    },
    /// Of a suite that this version does not know.
    #[error("the parcel is of suite {suite}, which this version does not know")]
    Suite {
        /// Which.
        suite: u8,
    },
    /// The core contradicts itself or the body.
    #[error("the parcel's core contradicts itself or its body")]
    Core,
    /// Of another author than the key belongs to.
    #[error("the parcel is of another author")]
    Author,
    /// The signature does not fit.
    #[error("the parcel's signature does not fit")]
    Signature,
}

impl SealedParcel {
    /// Reads a parcel. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] where the bytes are no parcel or too many.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode_exact("parcel", bytes, PARCEL_MAX_BYTES)
    }

    /// As it travels. A stored parcel is sent again as these bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// The core as somebody claims it to be: enough to look up the author's key, not to be believed.
    ///
    /// # Errors
    /// [`WireError`] where the bytes are no core.
    pub fn peek_core(&self) -> Result<ParcelCore, WireError> {
        wire::decode("parcel core", &self.core, CORE_MAX_BYTES)
    }

    /// Hash of the core, which names the parcel.
    #[must_use]
    pub fn core_hash(&self) -> Hash {
        sha256(&self.core)
    }

    /// Hash of the body.
    #[must_use]
    pub fn body_hash(&self) -> Hash {
        sha256(&self.body)
    }

    /// The parcel, once it is seen to be whole and signed by `author`.
    ///
    /// # Errors
    /// [`VerifyError`] for anything else.
    pub fn verify(self, author: &VerifyingKey) -> Result<VerifiedParcel, VerifyError> {
        self.checked(author, |message, sig| author.verifies(message, sig))
    }

    /// As [`Self::verify`], and notes it for whoever looks at the same bytes next in this process.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_and_note(
        self,
        author: &VerifyingKey,
        noted: &SignatureCache,
    ) -> Result<VerifiedParcel, VerifyError> {
        self.checked(author, |message, sig| noted.verify(author, message, sig))
    }

    /// As [`Self::verify`]; a signature that was noted is not worked out once more.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_noted(
        self,
        author: &VerifyingKey,
        noted: &SignatureCache,
    ) -> Result<VerifiedParcel, VerifyError> {
        self.checked(author, |message, sig| noted.take(author, message, sig))
    }

    fn checked(
        self,
        author: &VerifyingKey,
        verifies: impl Fn(&[u8], &[u8; 64]) -> bool,
    ) -> Result<VerifiedParcel, VerifyError> {
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
        if !verifies(&message(&core_hash, &body_hash), &self.sig) {
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

/// What is signed of a parcel.
fn message(core_hash: &Hash, body_hash: &Hash) -> Vec<u8> {
    [Kind::Parcel.label().as_bytes(), core_hash.as_bytes(), body_hash.as_bytes()].concat()
}

/// A parcel whose signature fits: its core is what its author signed.
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

    /// The parcel as it came.
    #[must_use]
    pub const fn sealed(&self) -> &SealedParcel {
        &self.sealed
    }

    /// The parcel as it came.
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
