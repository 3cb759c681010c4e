//! X-Wing keys and HPKE to them: base mode with HKDF-SHA256 and ChaCha20-Poly1305 by draft-ietf-hpke-pq-03.
//! Another draft would be another suite.

use std::fmt;

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use super::{KeyKind, key_id};
use crate::entropy::{Entropy, Rng};
use crate::ids::KeyId;

/// Bytes of a public sealing key.
pub const SEALING_PUBLIC_BYTES: usize = 1216;
/// Bytes of an encapsulated key.
pub const ENC_BYTES: usize = 1120;
pub use crate::crypto::TAG_BYTES;

/// Failure to seal to a key or to open with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingError {
    /// Not a public key of the suite.
    #[error("not a valid public sealing key")]
    PublicKey,
    /// Sealed to another key, with other associated data, or altered.
    #[error("cannot be opened with this key")]
    Open,
}

/// A private sealing key, wiped from memory when dropped.
pub struct SealingKey {
    private: Zeroizing<[u8; 32]>,
    key: <XWing as Kem>::PrivateKey,
    public: SealingPublic,
    id: KeyId,
}

impl SealingKey {
    /// A new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::from_bytes(&Zeroizing::new(entropy.array()))
    }

    /// The key of 32 stored bytes.
    #[must_use]
    pub fn from_bytes(private: &[u8; 32]) -> Self {
        let key =
            <XWing as Kem>::PrivateKey::from_bytes(private).expect("any 32 bytes are a private X-Wing key");
        let mut bytes = Box::new([0u8; SEALING_PUBLIC_BYTES]);
        XWing::sk_to_pk(&key).write_exact(bytes.as_mut_slice());
        let public = SealingPublic(bytes);
        Self { private: Zeroizing::new(*private), key, id: public.id(), public }
    }

    /// The private bytes, to be stored.
    #[must_use]
    pub fn private_bytes(&self) -> &[u8; 32] {
        &self.private
    }

    /// The public key.
    #[must_use]
    pub const fn public(&self) -> &SealingPublic {
        &self.public
    }

    /// Id of the public key.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.id)
    }
}

/// A public sealing key. Decoding checks the length alone; [`Self::check`] checks that it is a valid key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SealingPublic(Box<[u8; SEALING_PUBLIC_BYTES]>);

impl SealingPublic {
    /// The key of these bytes.
    ///
    /// # Errors
    /// [`SealingError::PublicKey`] if they are not a valid key of the suite.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealingError> {
        let key = Self(Box::new(bytes.try_into().map_err(|_| SealingError::PublicKey)?));
        key.check()?;
        Ok(key)
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; SEALING_PUBLIC_BYTES] {
        &self.0
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> KeyId {
        key_id(KeyKind::Sealing, self.0.as_slice())
    }

    /// Checks that it is a valid key. Decoding looks at the length alone, because logs are read far more
    /// often than sealed to; the admission of a device checks its key once.
    ///
    /// # Errors
    /// [`SealingError::PublicKey`] if the bytes are not a valid key.
    pub fn check(&self) -> Result<(), SealingError> {
        self.parsed().map(|_| ())
    }

    fn parsed(&self) -> Result<<XWing as Kem>::PublicKey, SealingError> {
        <XWing as Kem>::PublicKey::from_bytes(self.0.as_slice()).map_err(|_| SealingError::PublicKey)
    }
}

impl fmt::Debug for SealingPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingPublic({})", self.id())
    }
}

impl<C> minicbor::Encode<C> for SealingPublic {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(self.0.as_slice())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for SealingPublic {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        d.bytes()?
            .try_into()
            .map(|bytes| Self(Box::new(bytes)))
            .map_err(|_| minicbor::decode::Error::message("public sealing key: wrong length").at(at))
    }
}

/// Output of HPKE: encapsulated key and ciphertext.
#[derive(Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// The encapsulated key, 1120 bytes.
    pub enc: Vec<u8>,
    /// Ciphertext, 16 bytes longer than the plaintext.
    pub ct: Vec<u8>,
}

impl fmt::Debug for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wrapped({} bytes)", self.ct.len())
    }
}

/// A value sealed to one recipient, who is named by key id.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Wrap {
    /// Key id of the recipient.
    #[n(0)]
    pub key: KeyId,
    /// The encapsulated key, 1120 bytes.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub enc: Vec<u8>,
    /// The ciphertext.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub ct: Vec<u8>,
}

impl Wrap {
    /// Seals `plain` to `recipient`.
    ///
    /// # Errors
    /// [`SealingError::PublicKey`] if the recipient's key is not valid.
    pub fn seal(
        recipient: &SealingPublic,
        info: &[u8],
        aad: &[u8],
        plain: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Self, SealingError> {
        let Wrapped { enc, ct } = hpke_seal(recipient, info, aad, plain, entropy)?;
        Ok(Self { key: recipient.id(), enc, ct })
    }

    /// Opens a value sealed to `key`.
    ///
    /// # Errors
    /// [`SealingError::Open`] if it was sealed to another key, or with other `info` or `aad`.
    pub fn open(
        &self,
        key: &SealingKey,
        info: &[u8],
        aad: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealingError> {
        if self.key != key.id() {
            return Err(SealingError::Open);
        }
        hpke_open(key, info, aad, &self.enc, &self.ct)
    }
}

impl fmt::Debug for Wrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wrap(to {}, {} bytes)", self.key, self.ct.len())
    }
}

/// Seals `plain` to `public`, bound to `info` and `aad`.
///
/// # Errors
/// [`SealingError::PublicKey`] if `public` is not a valid key of the suite.
pub fn hpke_seal(
    public: &SealingPublic,
    info: &[u8],
    aad: &[u8],
    plain: &[u8],
    entropy: &dyn Entropy,
) -> Result<Wrapped, SealingError> {
    let (enc, ct) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        &public.parsed()?,
        info,
        plain,
        aad,
        &mut Rng(entropy),
    )
    .map_err(|_| SealingError::PublicKey)?;
    let mut bytes = vec![0u8; ENC_BYTES];
    enc.write_exact(&mut bytes);
    Ok(Wrapped { enc: bytes, ct })
}

/// Opens the output of [`hpke_seal`].
///
/// # Errors
/// [`SealingError::Open`] if key, `info`, `aad` or ciphertext differ.
pub fn hpke_open(
    key: &SealingKey,
    info: &[u8],
    aad: &[u8],
    enc: &[u8],
    ct: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealingError> {
    let enc = <XWing as Kem>::EncappedKey::from_bytes(enc).map_err(|_| SealingError::Open)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        &key.key,
        &enc,
        info,
        ct,
        aad,
    )
    .map(Zeroizing::new)
    .map_err(|_| SealingError::Open)
}

#[cfg(test)]
mod tests;
