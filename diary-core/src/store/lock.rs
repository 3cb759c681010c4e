//! The lock of a diary: its database key, wrapped under the PIN and under the recovery secret. A forgotten
//! PIN never costs data; a wrong one changes nothing.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use minicbor::bytes::ByteVec;
use zeroize::Zeroizing;

use super::DatabaseKey;
use crate::crypto::{AeadKey, NONCE_BYTES};
use crate::entropy::Entropy;
use crate::study::limits::PIN_USUAL_CHARACTERS;

/// Longest PIN or passphrase, in bytes.
pub const PIN_MAX_BYTES: usize = 256;

/// Failure to open or make a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// Wrong PIN or recovery secret.
    #[error("that does not open the diary. Nothing was changed")]
    Wrong,
    /// PIN too short or too long.
    #[error("a PIN of at least {least} characters is needed")]
    PinLength {
        /// Fewest characters accepted.
        least: usize,
    },
    /// This device has not enough memory free for the key derivation.
    #[error("there is not enough memory free to open the lock. Nothing was changed")]
    Memory,
    /// The lock file is damaged.
    #[error("the lock file cannot be read. It was left unchanged")]
    File,
    /// The lock file was written by a newer program.
    #[error("the lock file was written by a newer version: update the program. It was left unchanged")]
    Newer,
}

/// Argon2id parameters for a PIN or recovery secret. They are stored in the lock and raised when it is opened
/// with older ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Cost {
    #[n(0)]
    memory_kib: u32,
    #[n(1)]
    passes: u32,
}

impl Cost {
    /// Parameters of new locks: 64 MiB and three passes, as RFC 9106 recommends for little memory; in a browser, the
    /// least that OWASP recommends, because its memory is more limited.
    pub const CURRENT: Self =
        if cfg!(target_arch = "wasm32") { Self::BEFORE } else { Self { memory_kib: 64 * 1024, passes: 3 } };
    /// Parameters of locks that do not store any.
    const BEFORE: Self = Self { memory_kib: 19 * 1024, passes: 2 };
    /// Largest parameters accepted: a damaged lock must not use up the memory of a phone, or hours.
    const MOST: Self = Self { memory_kib: 1024 * 1024, passes: 16 };

    /// Parameters from memory in KiB and passes; `None` outside the accepted range.
    #[must_use]
    pub const fn new(memory_kib: u32, passes: u32) -> Option<Self> {
        let cost = Self { memory_kib, passes };
        if cost.is_possible() { Some(cost) } else { None }
    }

    /// True within the range of Argon2 (at least 8 KiB and one pass) and of [`Self::MOST`].
    const fn is_possible(self) -> bool {
        8 <= self.memory_kib
            && self.memory_kib <= Self::MOST.memory_kib
            && 1 <= self.passes
            && self.passes <= Self::MOST.passes
    }

    const fn is_below(self, other: Self) -> bool {
        self.memory_kib < other.memory_kib || self.passes < other.passes
    }
}

/// Parameters for making a lock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Work of deriving the key.
    pub cost: Cost,
    /// Fewest characters of a PIN.
    pub pin_min_chars: usize,
}

impl Rules {
    /// Rules of new locks.
    pub const CURRENT: Self = Self { cost: Cost::CURRENT, pin_min_chars: PIN_USUAL_CHARACTERS as usize };

    /// These rules with the longest of both PIN lengths.
    #[must_use]
    pub fn of_study(self, pin_min_chars: usize) -> Self {
        Self { pin_min_chars: self.pin_min_chars.max(pin_min_chars), ..self }
    }

    /// True if `pin` is long enough.
    #[must_use]
    pub fn suffices(&self, pin: &str) -> bool {
        normal(pin).chars().count() >= self.pin_min_chars
    }
}

/// The lock file beside the database.
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

/// Field common to all versions of a lock file.
#[derive(minicbor::Decode)]
#[cbor(map)]
struct Head {
    #[n(0)]
    version: u8,
}

#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
struct Wrap {
    #[n(0)]
    salt: ByteVec,
    /// Database key under ChaCha20-Poly1305. Each wrapping key has a new salt and is used once, so that the
    /// nonce may be zero.
    #[n(1)]
    sealed: ByteVec,
    #[n(2)]
    cost: Option<Cost>,
}

impl Wrap {
    fn cost(&self) -> Cost {
        self.cost.unwrap_or(Cost::BEFORE)
    }
}

/// The only version.
const VERSION: u8 = 1;

const LABEL: &[u8] = b"diary/lock/v1";

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
        rules: Rules,
        entropy: &dyn Entropy,
    ) -> Result<Self, LockError> {
        Ok(Self {
            version: VERSION,
            pin: wrap(key, checked_pin(pin, rules)?.as_bytes(), rules.cost, entropy)?,
            recovery: wrap(key, recovery, rules.cost, entropy)?,
        })
    }

    /// Opens the lock by PIN.
    ///
    /// # Errors
    /// [`LockError::Wrong`].
    pub fn open_with_pin(&self, pin: &str) -> Result<DatabaseKey, LockError> {
        unwrap(&self.pin, normal(pin).as_bytes())
    }

    /// Opens the lock by the recovery secret, which staff can show.
    ///
    /// # Errors
    /// [`LockError::Wrong`].
    pub fn open_with_recovery(&self, recovery: &[u8]) -> Result<DatabaseKey, LockError> {
        unwrap(&self.recovery, recovery)
    }

    /// This lock with another PIN.
    ///
    /// # Errors
    /// [`LockError::PinLength`].
    pub fn with_pin(
        &self,
        key: &DatabaseKey,
        pin: &str,
        rules: Rules,
        entropy: &dyn Entropy,
    ) -> Result<Self, LockError> {
        Ok(Self { pin: wrap(key, checked_pin(pin, rules)?.as_bytes(), rules.cost, entropy)?, ..self.clone() })
    }

    /// This lock with at least the parameters of `cost`, if those it was opened with by `pin` are lower. The
    /// PIN stays valid even if it is shorter than today's rules ask for.
    ///
    /// # Errors
    /// [`LockError::Memory`].
    pub fn raised(
        &self,
        key: &DatabaseKey,
        pin: &str,
        cost: Cost,
        entropy: &dyn Entropy,
    ) -> Result<Option<Self>, LockError> {
        if !self.pin.cost().is_below(cost) {
            return Ok(None);
        }
        // The maximum of each parameter: a cost that is higher in one and lower in the other must not
        // weaken the lock.
        let before = self.pin.cost();
        let cost = Cost {
            memory_kib: before.memory_kib.max(cost.memory_kib),
            passes: before.passes.max(cost.passes),
        };
        Ok(Some(Self { pin: wrap(key, normal(pin).as_bytes(), cost, entropy)?, ..self.clone() }))
    }

    /// Bytes of the lock file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("encoding into memory does not fail")
    }

    /// Reads a lock file.
    ///
    /// # Errors
    /// [`LockError::File`], [`LockError::Newer`].
    pub fn decode(bytes: &[u8]) -> Result<Self, LockError> {
        // Read first and alone: the other fields of a newer version may not decode here, and "damaged" would
        // be the wrong answer.
        if minicbor::decode::<Head>(bytes).is_ok_and(|head| head.version > VERSION) {
            return Err(LockError::Newer);
        }
        let lock = minicbor::decode::<Self>(bytes).ok().filter(|lock| lock.version == VERSION);
        let possible = |lock: &Self| lock.pin.cost().is_possible() && lock.recovery.cost().is_possible();
        lock.filter(possible).ok_or(LockError::File)
    }
}

/// Converts full-width digits: a PIN set on one keyboard must open on another.
fn normal(pin: &str) -> Zeroizing<String> {
    Zeroizing::new(crate::measure::plain_digits(pin))
}

fn checked_pin(pin: &str, rules: Rules) -> Result<Zeroizing<String>, LockError> {
    let pin = normal(pin);
    if pin.chars().count() < rules.pin_min_chars || pin.len() > PIN_MAX_BYTES {
        Err(LockError::PinLength { least: rules.pin_min_chars })
    } else {
        Ok(pin)
    }
}

fn wrapping_key(secret: &[u8], salt: &[u8], cost: Cost) -> Result<AeadKey, LockError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(|_| LockError::File)?;
    let mut key = Zeroizing::new([0u8; 32]);
    let mut memory = Vec::new();
    // Reserved explicitly, because an allocation inside Argon2 that fails would abort the program.
    memory.try_reserve_exact(params.block_count()).map_err(|_| LockError::Memory)?;
    memory.resize(params.block_count(), Block::default());
    let mut memory = Zeroizing::new(memory);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(secret, salt, key.as_mut(), memory.as_mut_slice())
        .map_err(|_| LockError::File)?;
    Ok(AeadKey::new(&key))
}

fn wrap(key: &DatabaseKey, secret: &[u8], cost: Cost, entropy: &dyn Entropy) -> Result<Wrap, LockError> {
    let salt: [u8; 16] = entropy.array();
    let mut sealed = key.as_bytes().to_vec();
    wrapping_key(secret, &salt, cost)?
        .seal([0; NONCE_BYTES], LABEL, &mut sealed, 0)
        .expect("32 bytes are far below the cipher's limit");
    Ok(Wrap { salt: salt.to_vec().into(), sealed: sealed.into(), cost: Some(cost) })
}

fn unwrap(wrapped: &Wrap, secret: &[u8]) -> Result<DatabaseKey, LockError> {
    // Argon2 refuses short salts; a file with such a salt is damaged.
    if wrapped.salt.len() != 16 {
        return Err(LockError::File);
    }
    if secret.len() > PIN_MAX_BYTES {
        return Err(LockError::Wrong);
    }
    let mut sealed = Zeroizing::new(wrapped.sealed.to_vec());
    let plain = wrapping_key(secret, &wrapped.salt, wrapped.cost())?
        .open([0; NONCE_BYTES], LABEL, &mut sealed)
        .map_err(|_| LockError::Wrong)?;
    let bytes: Zeroizing<[u8; 32]> = Zeroizing::new((&*plain).try_into().map_err(|_| LockError::File)?);
    Ok(DatabaseKey::from_bytes(*bytes))
}
