//! Tokens for reading a vault's log, as JSON: the server asks for a signature over a challenge and gives a token that
//! is good for a short while.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{KeyId, VaultId};
use crate::keys::{SigningKey, VerifyingKey};
use crate::signed::{Kind, Signed};
use crate::wire::{self, WireError};

/// A device asks for a challenge.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenAsk {
    /// The vault it wants to read.
    pub vault: VaultId,
    /// Its signing key.
    pub device: KeyId,
}

/// What the device must sign.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TokenChallenge {
    /// Random bytes, as base64url.
    #[serde(with = "crate::wire::base64url_serde")]
    pub challenge: [u8; 32],
    /// The server's key, so that the proof serves no other server.
    pub server: KeyId,
}

/// What the device signs.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct TokenProof {
    /// The challenge.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub challenge: [u8; 32],
    /// The server it is for.
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
    /// The answer of `device` to a challenge.
    #[must_use]
    pub fn answer(challenge: &TokenChallenge, vault: VaultId, device: &SigningKey) -> TokenRequest {
        let proof =
            Self { challenge: challenge.challenge, server: challenge.server, vault, device: device.id() };
        let signed = Signed::sign(Kind::Token, wire::encode(&proof), device);
        TokenRequest { proof: signed.to_bytes() }
    }
}

/// A device asks for a token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    #[serde(with = "crate::wire::base64url_serde")]
    proof: Vec<u8>,
}

impl TokenRequest {
    /// What it claims: enough to look up the device's key.
    ///
    /// # Errors
    /// [`WireError`] where it is not readable.
    pub fn peek(&self) -> Result<TokenProof, WireError> {
        wire::decode("token proof", Signed::from_bytes(&self.proof)?.unverified(), 1024)
    }

    /// What it claims, once it is seen to be signed by `device`. Challenge, server and vault are the caller's to
    /// compare.
    #[must_use]
    pub fn verify(&self, device: &VerifyingKey) -> Option<TokenProof> {
        let signed = Signed::from_bytes(&self.proof).ok()?;
        let bytes = signed.verify(Kind::Token, device).ok()?;
        let proof: TokenProof = wire::decode("token proof", bytes, 1024).ok()?;
        (proof.device == device.id()).then_some(proof)
    }
}

/// A token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenReply {
    /// To be sent as `Authorization: Bearer`.
    pub token: String,
    /// Seconds for which it is good.
    pub good_for_s: u32,
}

impl fmt::Debug for TokenReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenReply(good for {} s)", self.good_for_s)
    }
}
