//! Ed25519 keys, by ring.

mod signature_cache;

use std::fmt;
use std::str::FromStr;

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::hash::sha256_of;
use crate::ids::{IdError, KeyId, from_hex, to_hex};

/// Algorithm of a key; part of its id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// Ed25519 signatures.
    Signing,
    /// X-Wing key encapsulation.
    Sealing,
}

impl KeyKind {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Signing => b"ed25519",
            Self::Sealing => b"x-wing",
        }
    }
}

/// Id of a public key: the first 16 bytes of `SHA-256("diary/key/v1" || kind || public key)`, with the kind
/// `ed25519` or `x-wing`.
#[must_use]
pub fn key_id(kind: KeyKind, public: &[u8]) -> KeyId {
    let hash = sha256_of(&[b"diary/key/v1", kind.label(), public]);
    let mut id = [0u8; 16];
    id.copy_from_slice(&hash.as_bytes()[..16]);
    KeyId::from_bytes(id)
}

/// A private signing key. The seed is wiped from memory on drop (ring's expanded form of it is not).
pub struct SigningKey {
    seed: Zeroizing<[u8; 32]>,
    pair: Ed25519KeyPair,
    public: VerifyingKey,
    id: KeyId,
}

impl SigningKey {
    /// A new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::from_seed(&Zeroizing::new(entropy.array()))
    }

    /// The key of a seed.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are a seed");
        let mut public = [0u8; 32];
        public.copy_from_slice(pair.public_key().as_ref());
        let public = VerifyingKey(public);
        Self { seed: Zeroizing::new(*seed), pair, public, id: public.id() }
    }

    /// The seed, to be stored.
    #[must_use]
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The public key.
    #[must_use]
    pub const fn verifying_key(&self) -> VerifyingKey {
        self.public
    }

    /// Id of the public key.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Signs `message`, which must begin with the label of its kind.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut sig = [0u8; 64];
        sig.copy_from_slice(self.pair.sign(message).as_ref());
        sig
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id())
    }
}

/// A public signing key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct VerifyingKey(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl VerifyingKey {
    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> KeyId {
        key_id(KeyKind::Signing, &self.0)
    }

    /// True if `sig` is a signature of this key over `message`. One that this process has found valid lately costs a hash.
    pub(crate) fn verifies(&self, message: &[u8], sig: &[u8; 64]) -> bool {
        let verify = || UnparsedPublicKey::new(&ED25519, &self.0).verify(message, sig).is_ok();
        signature_cache::SHARED.holds((self, message, sig), verify)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl FromStr for VerifyingKey {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        from_hex(text)
            .map(Self)
            .ok_or(IdError { kind: "public signing key", expected: "64 hexadecimal digits" })
    }
}
