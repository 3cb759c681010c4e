//! The symmetric primitives of parcels, locks, join requests, tokens and sealed columns, each called in this one place:
//! HKDF and HMAC with SHA-256, and ChaCha20-Poly1305. The published answers are held against these very functions.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};
use zeroize::Zeroizing;

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = NONCE_LEN;

/// Bytes by which something sealed is longer than its plaintext.
pub const TAG_BYTES: usize = 16;

/// A primitive refused: the length is beyond what it can do, or what was sealed is not what is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what was sealed or signed, or too long for it")]
pub struct CryptoError;

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Fills `out` by HKDF-SHA256; `info` is taken as one text, whatever its parts are.
///
/// # Errors
/// [`CryptoError`] where `out` is longer than 255 blocks of the hash.
pub fn hkdf_sha256(salt: &[u8], secret: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    extracted.expand(info, Length(out.len())).and_then(|okm| okm.fill(out)).map_err(|_| CryptoError)
}

/// The tag of `message`: HMAC-SHA256.
#[must_use]
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref());
    out
}

/// Compares in a time that says nothing of where a tag differs.
///
/// # Errors
/// [`CryptoError`] where `tag` is not the whole HMAC-SHA256 of `message`.
pub fn check_hmac_sha256(key: &[u8], message: &[u8], tag: &[u8]) -> Result<(), CryptoError> {
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), message, tag).map_err(|_| CryptoError)
}

/// A key of ChaCha20-Poly1305. A nonce is used once under one key: callers see to it.
pub struct AeadKey(LessSafeKey);

impl AeadKey {
    /// The key of these bytes.
    ///
    /// # Panics
    /// Never: every 32 bytes are a key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).expect("a key has 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// The key that HKDF-SHA256 derives from `secret` for `info`, without a salt.
    ///
    /// # Panics
    /// Never: one block of output is always to be had.
    #[must_use]
    pub fn derived(secret: &[u8], info: &[&[u8]]) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        hkdf_sha256(&[], secret, info, key.as_mut()).expect("32 bytes are one block");
        Self::new(&key)
    }

    /// Seals what stands in `body` from `from` on, and puts the tag behind it.
    ///
    /// # Errors
    /// [`CryptoError`] where it is longer than 256 GiB; nothing is changed then.
    ///
    /// # Panics
    /// Where `from` is beyond the end.
    pub fn seal(
        &self,
        nonce: [u8; NONCE_BYTES],
        aad: &[u8],
        body: &mut Vec<u8>,
        from: usize,
    ) -> Result<(), CryptoError> {
        let (_, plain) = body.split_at_mut(from);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(aad), plain).map_err(|_| CryptoError)?;
        body.extend_from_slice(tag.as_ref());
        Ok(())
    }

    /// Opens in place what [`Self::seal`] made; the plaintext is the beginning of `sealed`.
    ///
    /// # Errors
    /// [`CryptoError`] where anything about it is another than when it was sealed.
    pub fn open<'a>(
        &self,
        nonce: [u8; NONCE_BYTES],
        aad: &[u8],
        sealed: &'a mut [u8],
    ) -> Result<&'a mut [u8], CryptoError> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.0.open_in_place(nonce, Aad::from(aad), sealed).map_err(|_| CryptoError)
    }
}
