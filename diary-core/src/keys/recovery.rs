//! The recovery secret: 128 bits made on the device at joining, which open its store after a forgotten PIN.
//! Staff can show it; people read it aloud and type it.
//!
//! Its text has 28 characters of Crockford's base32 in seven groups of four: 26 for the 128 bits (the last
//! two of their 130 bits are 0) and two check characters of a Reed-Solomon code over GF(32). They detect any
//! one or two wrong characters and any two swapped ones. The two spare bits of 26 characters alone would miss
//! almost a quarter of all typing errors.

use std::fmt;

use zeroize::Zeroizing;

use super::certificate::CertificateError;
use super::{SealingError, SealingKey, SealingPublic, SigningKey, VerifyingKey, Wrap};
use crate::entropy::Entropy;
use crate::hash::sha256;
use crate::ids::{KeyId, VaultId};
use crate::signed::{Kind, Signed};
use crate::wire;

/// Characters of the text, apart from the dashes between groups.
pub const RECOVERY_TEXT_LEN: usize = 28;

const DATA_LEN: usize = 26;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const INFO: &[u8] = b"diary/recovery/v1";
const RECORD_MAX_BYTES: usize = 16 * 1024;
/// Most recipients of a recovery secret. No more than about a dozen wrapped keys fit into a record.
const WRAPS_MAX: usize = 16;

/// 128 secret bits.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoverySecret(Zeroizing<[u8; 16]>);

/// Fault of a typed recovery secret. Never contains the typed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryTextError {
    /// Too few or too many characters.
    #[error("the recovery secret has {RECOVERY_TEXT_LEN} letters and digits; {found} were typed")]
    Length {
        /// Number of characters typed.
        found: usize,
    },
    /// A character outside the alphabet.
    #[error("character {place} cannot occur in a recovery secret")]
    Character {
        /// Position, from 1.
        place: usize,
    },
    /// Mistyped somewhere.
    #[error("the recovery secret is mistyped")]
    Check,
}

impl RecoverySecret {
    /// A new secret.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Zeroizing::new(entropy.array()))
    }

    /// The secret of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 16]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Text to show: `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let bits = u128::from_be_bytes(*self.0);
        let mut symbols = [0u8; RECOVERY_TEXT_LEN];
        for (place, symbol) in symbols[..DATA_LEN].iter_mut().enumerate() {
            // 130 bits, the last two 0: the last character holds the lowest three bits.
            let shifted = if place == DATA_LEN - 1 { bits << 2 } else { bits >> (123 - 5 * place) };
            *symbol = (shifted & 31) as u8;
        }
        let (first, second) = gf32::checks(&symbols[..DATA_LEN]);
        symbols[DATA_LEN] = first;
        symbols[DATA_LEN + 1] = second;
        let mut text = Zeroizing::new(String::with_capacity(RECOVERY_TEXT_LEN + 6));
        for (place, symbol) in symbols.iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(*symbol)]));
        }
        text
    }

    /// Parses typed text: either case, with or without dashes and spaces, O for 0, I or L for 1.
    ///
    /// # Errors
    /// [`RecoveryTextError`] with the position if it is known.
    pub fn parse(text: &str) -> Result<Self, RecoveryTextError> {
        let typed = || text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let found = typed().count();
        if found != RECOVERY_TEXT_LEN {
            return Err(RecoveryTextError::Length { found });
        }
        let mut symbols = Zeroizing::new([0u8; RECOVERY_TEXT_LEN]);
        for (place, (symbol, c)) in symbols.iter_mut().zip(typed()).enumerate() {
            *symbol = value_of(c).ok_or(RecoveryTextError::Character { place: place + 1 })?;
        }
        let (data, check) = symbols.split_at(DATA_LEN);
        // The two unused bits must be 0, so that each secret has exactly one text.
        if gf32::checks(data) != (check[0], check[1]) || data[DATA_LEN - 1] & 3 != 0 {
            return Err(RecoveryTextError::Check);
        }
        let bits = data[..DATA_LEN - 1].iter().fold(0u128, |bits, symbol| bits << 5 | u128::from(*symbol));
        let bits = bits << 3 | u128::from(data[DATA_LEN - 1] >> 2);
        Ok(Self(Zeroizing::new(bits.to_be_bytes())))
    }
}

impl fmt::Debug for RecoverySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoverySecret(..)")
    }
}

fn value_of(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == c).and_then(|at| u8::try_from(at).ok())
}

/// Arithmetic of the check characters, in GF(32) with x^5 + x^2 + 1.
mod gf32 {
    /// The two check characters. With them, the sum of all characters is 0, and so is the sum weighted by the
    /// powers of x.
    pub(super) fn checks(data: &[u8]) -> (u8, u8) {
        let (mut sum, mut weighted, mut power) = (0u8, 0u8, 1u8);
        for symbol in data {
            sum ^= symbol;
            weighted ^= times(power, *symbol);
            power = times(power, 2);
        }
        // c1 + c2 = sum and p c1 + x p c2 = weighted, hence (p + x p) c2 = weighted + p sum.
        let next = times(power, 2);
        let second = times(inverse(power ^ next), weighted ^ times(power, sum));
        (sum ^ second, second)
    }

    fn times(mut a: u8, mut b: u8) -> u8 {
        let mut product = 0;
        while b != 0 {
            if b & 1 != 0 {
                product ^= a;
            }
            a <<= 1;
            if a & 32 != 0 {
                a ^= 0b10_0101;
            }
            b >>= 1;
        }
        product
    }

    /// Inverse by a^30, since a^31 = 1 for every a but 0.
    fn inverse(a: u8) -> u8 {
        (0..30).fold(1, |power, _| times(power, a))
    }
}

/// Record of a device's recovery secret in the vault's log: sealed to the site's key and to its recovery key,
/// signed by the device, opened only by the command that shows it.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct SealedRecoverySecret {
    /// The vault.
    #[n(0)]
    pub vault: VaultId,
    /// Signing key of the device.
    #[n(1)]
    pub device: KeyId,
    /// The secret, once for each recipient.
    #[cbor(n(2), decode_with = "wire::list::<WRAPS_MAX, _, _>")]
    pub wraps: Vec<Wrap>,
}

impl SealedRecoverySecret {
    /// Seals `secret` to the recipients and signs the record.
    ///
    /// # Errors
    /// [`SealingError::PublicKey`] if a recipient's key is not valid.
    pub fn make(
        secret: &RecoverySecret,
        vault: VaultId,
        device: &SigningKey,
        recipients: &[&SealingPublic],
        entropy: &dyn Entropy,
    ) -> Result<Signed, SealingError> {
        let aad = aad(vault, device.id());
        let wraps = recipients
            .iter()
            .map(|to| Wrap::seal(to, INFO, &aad, secret.as_bytes(), entropy))
            .collect::<Result<_, _>>()?;
        let record = Self { vault, device: device.id(), wraps };
        Ok(Signed::sign(Kind::RecoverySecret, wire::encode(&record), device))
    }

    /// Decodes a record signed by `device`.
    ///
    /// # Errors
    /// [`CertificateError`] if decoding or signature fail.
    pub fn verify(signed: &Signed, device: &VerifyingKey) -> Result<Self, CertificateError> {
        let bytes = signed.verify(Kind::RecoverySecret, device).map_err(|_| CertificateError::Signature)?;
        let record: Self = wire::decode("recovery secret", bytes, RECORD_MAX_BYTES)?;
        if record.device == device.id() { Ok(record) } else { Err(CertificateError::Signature) }
    }

    /// Decodes a record without verifying it.
    ///
    /// # Errors
    /// [`wire::WireError`] if it does not decode.
    pub fn peek(signed: &Signed) -> Result<Self, wire::WireError> {
        wire::decode("recovery secret", signed.unverified(), RECORD_MAX_BYTES)
    }

    /// Opens the secret.
    ///
    /// # Errors
    /// [`SealingError::Open`] if it is not sealed to `key` for this vault and device.
    pub fn open(&self, key: &SealingKey) -> Result<RecoverySecret, SealingError> {
        let wrap = self.wraps.iter().find(|wrap| wrap.key == key.id()).ok_or(SealingError::Open)?;
        let plain = wrap.open(key, INFO, &aad(self.vault, self.device))?;
        let bytes: &[u8; 16] = plain.as_slice().try_into().map_err(|_| SealingError::Open)?;
        Ok(RecoverySecret::from_bytes(bytes))
    }
}

fn aad(vault: VaultId, device: KeyId) -> [u8; 32] {
    *sha256(&[INFO, vault.as_bytes().as_slice(), device.as_bytes().as_slice()].concat()).as_bytes()
}

#[cfg(test)]
mod tests;
