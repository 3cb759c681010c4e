//! The second factor: digits of RFC 6238 with SHA-1, six digits and 30 seconds, which every authenticator app knows, and
//! recovery codes that stand in for it.

use diary_core::entropy::Entropy;
use diary_core::time::UtcMillis;
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use super::Secret;

/// Bytes of a shared secret, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;
/// Characters of recovery codes, without those that look alike.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
/// Characters of a recovery code: 60 bits.
const CODE_CHARS: usize = 12;

fn totp(secret: &[u8]) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret.to_vec())
        .build_noncompliant()
}

/// Time step of `digits`, if they belong to the secret at about this time.
#[must_use]
pub fn step(secret: &[u8], digits: &str, now: UtcMillis) -> Option<i64> {
    let digits: String =
        diary_core::measure::plain_digits(digits).chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.0.div_euclid(1000)).ok()?;
    i64::try_from(totp(secret).check(&digits, seconds)?).ok()
}

/// Digits of the secret at a time.
#[must_use]
pub fn digits(secret: &[u8], now: UtcMillis) -> String {
    totp(secret).generate(u64::try_from(now.0.div_euclid(1000)).unwrap_or(0)).to_string()
}

/// A new shared secret.
#[must_use]
pub fn new_secret(entropy: &dyn Entropy) -> Zeroizing<Vec<u8>> {
    let bytes: [u8; SECRET_BYTES] = entropy.array();
    Zeroizing::new(bytes.to_vec())
}

/// The secret in base 32, as it is typed into an app that has no camera.
#[must_use]
pub fn base32(secret: &[u8]) -> String {
    totp_rs::Secret::from(secret.to_vec()).to_base32()
}

/// Address that an authenticator app reads from a QR code.
#[must_use]
pub fn address(secret: &[u8], account: &str, issuer: &str) -> String {
    let plain = |text: &str| text.replace(':', " ");
    let built = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(secret.to_vec())
        .with_account_name(plain(account))
        .with_issuer(Some(plain(issuer)))
        .build();
    built.ok().and_then(|totp| totp.to_url().ok()).unwrap_or_default()
}

/// A new recovery code, in groups of four.
#[must_use]
pub fn recovery_code(entropy: &dyn Entropy) -> Secret {
    let bytes: [u8; CODE_CHARS] = entropy.array();
    let chars: Vec<char> =
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect();
    Zeroizing::new(grouped(&chars))
}

fn grouped(chars: &[char]) -> String {
    chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// `typed` as a recovery code, if it has the form of one.
#[must_use]
pub fn as_code(typed: &str) -> Option<Secret> {
    let plain = diary_core::measure::plain_digits(typed).to_lowercase();
    let chars: Vec<char> = plain.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let is_one = chars.len() == CODE_CHARS && chars.iter().all(|c| c.is_ascii_alphanumeric());
    is_one.then(|| Zeroizing::new(grouped(&chars)))
}

#[cfg(test)]
mod tests {
    use diary_core::entropy::SeededEntropy;

    use super::*;

    #[test]
    fn digits_are_those_of_rfc_6238() {
        let secret = b"12345678901234567890";
        let at = |seconds: i64| UtcMillis(seconds * 1000);
        assert_eq!([digits(secret, at(59)), digits(secret, at(1_111_111_109))], ["287082", "081804"]);
        assert_eq!(step(secret, "287 082", at(59)), Some(1));
        assert_eq!(step(secret, "２８７０８２", at(89)), Some(1), "full-width, half a minute later");
        assert_eq!(step(secret, "287082", at(120)), None);
        assert_eq!(step(secret, "", at(59)), None);
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_typed() {
        let code = recovery_code(&SeededEntropy::new(1));
        let typed = format!(" {} ", code.replace('-', " ").to_uppercase());
        assert_eq!(as_code(&typed).as_deref(), Some(&*code));
        assert_eq!(as_code("123456"), None);
    }

    #[test]
    fn the_address_names_account_and_issuer() {
        let address = address(&[1; 20], "li", "Diary: NCT");
        assert!(address.starts_with("otpauth://totp/"), "{address}");
        assert!(address.contains("secret=AEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIB"), "{address}");
    }
}
