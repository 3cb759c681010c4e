//! The lock of a diary: its database key, wrapped by the PIN and by the recovery secret. A forgotten PIN never costs
//! data; a wrong one changes nothing.

use argon2::{Algorithm, Argon2, Params, Version};
use minicbor::bytes::ByteVec;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::DatabaseKey;
use crate::entropy::Entropy;

/// Memory of the key derivation in KiB, passes, lanes: Argon2id as OWASP recommends for interactive use on phones.
const ARGON2: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Shortest PIN, in characters.
pub const PIN_MIN_CHARS: usize = 4;
/// Longest PIN or passphrase, in bytes.
pub const PIN_MAX_BYTES: usize = 256;

/// Why a lock does not open or cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// Wrong PIN or recovery secret.
    #[error("that does not open the diary. Nothing was changed")]
    Wrong,
    /// PIN too short or too long.
    #[error("a PIN of at least 4 characters is needed")]
    PinLength,
    /// The lock file is damaged or of a newer version.
    #[error("the lock file cannot be read. It was left unchanged")]
    File,
}

/// The lock file: what stands beside the database.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Lock {
    #[n(0)]
    version: u8,
    #[n(1)]
    pin: Wrap,
    #[n(2)]
    recovery: Wrap,
}

#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Wrap {
    #[n(0)]
    salt: ByteVec,
    /// The database key under ChaCha20-Poly1305. The wrapping key is used once, so the nonce is zero.
    #[n(1)]
    sealed: ByteVec,
}

/// Only version there is.
const VERSION: u8 = 1;

impl std::fmt::Debug for Lock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lock(..)")
    }
}

impl Lock {
    /// Locks `key` with a PIN and a recovery secret.
    ///
    /// # Errors
    /// [`LockError::PinLength`].
    pub fn new(
        key: &DatabaseKey,
        pin: &str,
        recovery: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Self, LockError> {
        Ok(Self {
            version: VERSION,
            pin: wrap(key, checked_pin(pin)?.as_bytes(), entropy),
            recovery: wrap(key, recovery, entropy),
        })
    }

    /// The database key, by PIN.
    ///
    /// # Errors
    /// [`LockError::Wrong`].
    pub fn open_with_pin(&self, pin: &str) -> Result<DatabaseKey, LockError> {
        unwrap(&self.pin, normal(pin).as_bytes())
    }

    /// The database key, by the recovery secret that staff can show.
    ///
    /// # Errors
    /// [`LockError::Wrong`].
    pub fn open_with_recovery(&self, recovery: &[u8]) -> Result<DatabaseKey, LockError> {
        unwrap(&self.recovery, recovery)
    }

    /// The same lock with another PIN.
    ///
    /// # Errors
    /// [`LockError::PinLength`].
    pub fn with_pin(&self, key: &DatabaseKey, pin: &str, entropy: &dyn Entropy) -> Result<Self, LockError> {
        Ok(Self { pin: wrap(key, checked_pin(pin)?.as_bytes(), entropy), ..self.clone() })
    }

    /// Bytes of the lock file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding into memory does not fail")
    }

    /// Reads a lock file.
    ///
    /// # Errors
    /// [`LockError::File`].
    pub fn decode(bytes: &[u8]) -> Result<Self, LockError> {
        minicbor::decode::<Self>(bytes).ok().filter(|lock| lock.version == VERSION).ok_or(LockError::File)
    }
}

/// Full-width digits count as plain ones: a PIN set on one keyboard must open on another.
fn normal(pin: &str) -> String {
    crate::measure::plain_digits(pin)
}

fn checked_pin(pin: &str) -> Result<String, LockError> {
    let pin = normal(pin);
    if pin.chars().count() < PIN_MIN_CHARS || pin.len() > PIN_MAX_BYTES {
        Err(LockError::PinLength)
    } else {
        Ok(pin)
    }
}

fn wrapping_key(secret: &[u8], salt: &[u8]) -> LessSafeKey {
    let (memory, passes, lanes) = ARGON2;
    let params = Params::new(memory, passes, lanes, Some(32)).expect("constants within Argon2's limits");
    let mut key = Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret, salt, key.as_mut())
        .expect("salt and output lengths are constants within Argon2's limits");
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key.as_ref()).expect("the key has 32 bytes"))
}

fn wrap(key: &DatabaseKey, secret: &[u8], entropy: &dyn Entropy) -> Wrap {
    let salt: [u8; 16] = entropy.array();
    let mut sealed = key.as_bytes().to_vec();
    wrapping_key(secret, &salt)
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key([0; 12]),
            Aad::from(b"diary/lock/v1"),
            &mut sealed,
        )
        .expect("32 bytes are far below the cipher's limit");
    Wrap { salt: salt.to_vec().into(), sealed: sealed.into() }
}

fn unwrap(wrapped: &Wrap, secret: &[u8]) -> Result<DatabaseKey, LockError> {
    // Argon2 refuses short salts; a file with one is damaged.
    if wrapped.salt.len() != 16 || secret.len() > PIN_MAX_BYTES {
        return Err(LockError::File);
    }
    let mut sealed = Zeroizing::new(wrapped.sealed.to_vec());
    let plain = wrapping_key(secret, &wrapped.salt)
        .open_in_place(Nonce::assume_unique_for_key([0; 12]), Aad::from(b"diary/lock/v1"), &mut sealed)
        .map_err(|_| LockError::Wrong)?;
    let bytes: [u8; 32] = (&*plain).try_into().map_err(|_| LockError::File)?;
    Ok(DatabaseKey::from_bytes(bytes))
}
