//! Tokens for reading a vault's log, in JSON: the server asks for a signature over a challenge and issues a
//! token of short validity.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{KeyId, VaultId};
use crate::keys::{SigningKey, VerifyingKey};
use crate::signed::{Kind, Signed};
use crate::wire::{self, WireError};

/// Request of a device for a challenge.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenAsk {
    /// Vault to read.
    pub vault: VaultId,
    /// Id of its signing key.
    pub device: KeyId,
}

/// Challenge to be signed by the device.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TokenChallenge {
    /// Random bytes, as base64url.
    #[serde(with = "crate::wire::base64url_serde")]
    pub challenge: [u8; 32],
    /// Id of the server's key, so that the proof is useless at another server.
    pub server: KeyId,
}

/// Proof signed by the device.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct TokenProof {
    /// The challenge.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub challenge: [u8; 32],
    /// Id of the key of the server that it is for.
    #[n(1)]
    pub server: KeyId,
    /// The vault.
    #[n(2)]
    pub vault: VaultId,
    /// The device.
    #[n(3)]
    pub device: KeyId,
}

impl TokenProof {
    /// Signed answer of `device` to a challenge.
    #[must_use]
    pub fn answer(challenge: &TokenChallenge, vault: VaultId, device: &SigningKey) -> TokenRequest {
        let proof =
            Self { challenge: challenge.challenge, server: challenge.server, vault, device: device.id() };
        let signed = Signed::sign(Kind::Token, wire::encode(&proof), device);
        TokenRequest { proof: signed.to_bytes() }
    }
}

/// Request of a device for a token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    #[serde(with = "crate::wire::base64url_serde")]
    proof: Vec<u8>,
}

impl TokenRequest {
    /// Decodes the proof without verifying it, in order to look up the device's key.
    ///
    /// # Errors
    /// [`WireError`] if it does not decode.
    pub fn peek(&self) -> Result<TokenProof, WireError> {
        wire::decode("token proof", Signed::from_bytes(&self.proof)?.unverified(), 1024)
    }

    /// Decodes the proof if it is signed by `device`. Callers must compare challenge, server and vault.
    #[must_use]
    pub fn verify(&self, device: &VerifyingKey) -> Option<TokenProof> {
        let signed = Signed::from_bytes(&self.proof).ok()?;
        let bytes = signed.verify(Kind::Token, device).ok()?;
        let proof: TokenProof = wire::decode("token proof", bytes, 1024).ok()?;
        (proof.device == device.id()).then_some(proof)
    }
}

/// An issued token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenReply {
    /// Value for `Authorization: Bearer`.
    pub token: String,
    /// Validity in seconds.
    pub good_for_s: u32,
}

impl fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenReply(good for {} s)", self.good_for_s)
    }
}
