//! Symmetric primitives of parcels, locks, join requests, tokens and sealed columns: HKDF and HMAC with
//! SHA-256, and ChaCha20-Poly1305. Called through this module alone, so that the published test vectors cover
//! every use.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};
use zeroize::Zeroizing;

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = NONCE_LEN;

/// Number of bytes by which a ciphertext is longer than its plaintext.
pub const TAG_BYTES: usize = 16;

/// Failure of a primitive: an input beyond its length limit, or a tag that does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what was sealed or signed, or too long for it")]
pub struct CryptoError;

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Fills `out` by HKDF-SHA256. The parts of `info` are concatenated, without their lengths.
///
/// # Errors
/// [`CryptoError`] if `out` is longer than 255 blocks of the hash.
pub fn hkdf_sha256(salt: &[u8], secret: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), CryptoError> {
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    extracted.expand(info, Length(out.len())).and_then(|okm| okm.fill(out)).map_err(|_| CryptoError)
}

/// HMAC-SHA256 of `message`.
#[must_use]
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref());
    out
}

/// Compares a tag in constant time.
///
/// # Errors
/// [`CryptoError`] if `tag` is not the whole HMAC-SHA256 of `message`.
pub fn check_hmac_sha256(key: &[u8], message: &[u8], tag: &[u8]) -> Result<(), CryptoError> {
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), message, tag).map_err(|_| CryptoError)
}

/// Key of ChaCha20-Poly1305. Callers must use each nonce once under one key.
pub struct AeadKey(LessSafeKey);

impl AeadKey {
    /// Key from its bytes.
    ///
    /// # Panics
    /// Never: every 32 bytes are a key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).expect("a key has 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Key derived by HKDF-SHA256 from `secret` and `info`, without a salt.
    ///
    /// # Panics
    /// Never: one block of output is always to be had.
    #[must_use]
    pub fn derived(secret: &[u8], info: &[&[u8]]) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        hkdf_sha256(&[], secret, info, key.as_mut()).expect("32 bytes are one block");
        Self::new(&key)
    }

    /// Encrypts `body` from index `from` on, and appends the tag.
    ///
    /// # Errors
    /// [`CryptoError`] if the plaintext is longer than 256 GiB; nothing is changed then.
    ///
    /// # Panics
    /// If `from` is beyond the end of `body`.
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

    /// Decrypts the output of [`Self::seal`] in place and returns the plaintext, which is the beginning of
    /// `sealed`.
    ///
    /// # Errors
    /// [`CryptoError`] if key, nonce, `aad` or ciphertext differ from those of the encryption.
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
