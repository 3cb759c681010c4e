//! Bytes that somebody signed. They are kept as received: what is hashed or verified is never a second encoding.
//! Who may sign what is decided where each kind is read.

use std::fmt;

use crate::hash::{sha256, sha256_of};
use crate::ids::Hash;
use crate::keys::{SigningKey, VerifyingKey};
use crate::wire::{self, WireError};

/// What a signature is about. Its label keeps a signature over one kind from standing for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Keys of a study, by its root.
    Bundle,
    /// A device's admission, by a keeper.
    Certificate,
    /// A device's end, by a keeper.
    Revocation,
    /// A device asking to be admitted, by itself.
    JoinRequest,
    /// The key of a run of parcels, by their author.
    Grant,
    /// A grant for one more recipient, by a keeper.
    Rewrap,
    /// A parcel, by its author.
    Parcel,
    /// The tree head of a group of receipts, by a server.
    Receipt,
    /// A device's recovery secret for the site, by the device.
    RecoverySecret,
    /// A server's greeting.
    Hello,
    /// What a server's log of a vault has reached.
    Head,
    /// A device showing that it holds its key.
    Token,
    /// A device asking how far a server is with its vault.
    Ask,
    /// How far the feed of a relay reaches.
    Feed,
    /// How far a study trail had come, by a keeper.
    Checkpoint,
    /// What an export holds, by a keeper.
    Export,
}

impl Kind {
    /// The bytes before the hash that is signed.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Bundle => "diary/bundle/v1",
            Self::Certificate => "diary/certificate/v1",
            Self::Revocation => "diary/revocation/v1",
            Self::JoinRequest => "diary/join/v1",
            Self::Grant => "diary/grant/v1",
            Self::Rewrap => "diary/rewrap/v1",
            Self::Parcel => "diary/parcel/v1",
            Self::Receipt => "diary/receipt/v1",
            Self::RecoverySecret => "diary/recovery/v1",
            Self::Hello => "diary/hello/v1",
            Self::Head => "diary/head/v1",
            Self::Token => "diary/token/v1",
            Self::Ask => "diary/ask/v1",
            Self::Checkpoint => "diary/checkpoint/v1",
            Self::Export => "diary/export/v1",
            Self::Feed => "diary/feed/v1",
        }
    }

    /// `label || hash`, the message that is signed.
    pub(crate) fn message(self, hash: &Hash) -> Vec<u8> {
        [self.label().as_bytes(), hash.as_bytes()].concat()
    }
}

/// Largest `bytes` of anything signed in this way (parcels have their own form).
pub const SIGNED_MAX_BYTES: usize = 256 * 1024;

/// The signature does not belong to the bytes, the kind and the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct SignedError;

/// Bytes with a signature over them.
#[derive(Clone, PartialEq, Eq, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Signed {
    #[cbor(n(0), with = "minicbor::bytes")]
    bytes: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    sig: [u8; 64],
}

impl Signed {
    /// Signs `bytes` as a `kind`.
    #[must_use]
    pub fn sign(kind: Kind, bytes: Vec<u8>, key: &SigningKey) -> Self {
        let sig = key.sign(&kind.message(&sha256(&bytes)));
        Self { bytes, sig }
    }

    /// The bytes, once the signature is seen to be `key`'s over them as a `kind`.
    ///
    /// # Errors
    /// [`SignedError`] for any other bytes, kind, signature or key.
    pub fn verify(&self, kind: Kind, key: &VerifyingKey) -> Result<&[u8], SignedError> {
        if key.verifies(&kind.message(&sha256(&self.bytes)), &self.sig) {
            Ok(&self.bytes)
        } else {
            Err(SignedError)
        }
    }

    /// The bytes, whoever may have made them.
    #[must_use]
    pub fn unverified(&self) -> &[u8] {
        &self.bytes
    }

    /// The signature.
    #[must_use]
    pub const fn signature(&self) -> &[u8; 64] {
        &self.sig
    }

    /// Bytes and signature as they travel.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Reads what [`Self::to_bytes`] wrote. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode_exact("signed bytes", bytes, SIGNED_MAX_BYTES + 128)
    }

    /// SHA-256 of the signed bytes, which names the thing (a grant, a certificate) whatever its signature.
    #[must_use]
    pub fn hash(&self) -> Hash {
        sha256_of(&[&self.bytes])
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signed({} bytes)", self.bytes.len())
    }
}
