//! Signed bytes. They are kept as received, so that hashes and signatures are never computed over a second
//! encoding. The check of the signer's role belongs to each kind's own module.

use std::fmt;

use crate::hash::{sha256, sha256_of};
use crate::ids::Hash;
use crate::signing::{SigningKey, VerifyingKey};
use crate::wire::{self, WireError};

/// Kind of a signed record. Its label keeps a signature over one kind from passing for another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Keys of a study, by its root.
    Bundle,
    /// A device's admission, by a keeper.
    Certificate,
    /// Withdrawal of a device's certificate, by a keeper.
    Revocation,
    /// Request of a device to join, by itself.
    JoinRequest,
    /// Key of a run of parcels, by their author.
    Grant,
    /// A grant for one more recipient, by a keeper.
    Rewrap,
    /// A parcel, by its author.
    Parcel,
    /// Tree head of a group of receipts, by a server.
    Receipt,
    /// A device's recovery secret for the site, by the device.
    RecoverySecret,
    /// Answer to a request for the server's state, by the server.
    Hello,
    /// State of a vault's log, by a server.
    Head,
    /// Proof of possession of a device's key, by the device.
    Token,
    /// Request for the state of a vault's log, by a device.
    Ask,
    /// State of a relay's feed.
    Feed,
    /// State of a study's audit trail, by a keeper.
    Checkpoint,
    /// Contents of an export, by a keeper.
    Export,
}

impl Kind {
    /// Bytes before the hash in the signed message.
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

/// Largest payload of [`Signed`], in bytes (parcels have their own form).
pub const SIGNED_MAX_BYTES: usize = 256 * 1024;

/// Signature that does not match bytes, kind and key.
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

    /// Returns the bytes if the signature is by `key` over them as a `kind`.
    ///
    /// # Errors
    /// [`SignedError`] if it is not.
    pub fn verify(&self, kind: Kind, key: &VerifyingKey) -> Result<&[u8], SignedError> {
        if key.verifies(&kind.message(&sha256(&self.bytes)), &self.sig) {
            Ok(&self.bytes)
        } else {
            Err(SignedError)
        }
    }

    /// Bytes without verification.
    #[must_use]
    pub fn unverified(&self) -> &[u8] {
        &self.bytes
    }

    /// The signature.
    #[must_use]
    pub const fn signature(&self) -> &[u8; 64] {
        &self.sig
    }

    /// Encoded bytes and signature.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes the output of [`Self::to_bytes`]. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if the bytes do not decode.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode_exact("signed bytes", bytes, SIGNED_MAX_BYTES + 128)
    }

    /// SHA-256 of the signed bytes, which names the record independent of its signature.
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
