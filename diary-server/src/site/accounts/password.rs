//! Passwords: their form, and their Argon2id hashes in PHC format.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::site::StaffError;

/// Fewest characters.
pub const MIN_CHARS: usize = 10;
/// Most bytes.
const MAX_BYTES: usize = 256;
/// Memory in KiB and passes: the second choice of RFC 9106.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// Hashes computed at the same time, so that attempts from many sources do not take the memory of the server.
const AT_ONCE: usize = 2;

static TURN: Semaphore = Semaphore::const_new(AT_ONCE);

/// Hash that no password has, verified where there is no account.
static NONE: LazyLock<String> = LazyLock::new(|| hash_now("", [0; 16]).unwrap_or_default());

/// Reason for which a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordForm {
    /// Too few characters.
    #[error("password too short")]
    Short,
    /// Too many bytes.
    #[error("password too long")]
    Long,
    /// It has few different characters, or is the name of the account.
    #[error("password too simple")]
    Simple,
}

/// Checks the form of a new password. Length counts; no mix of characters is asked for.
///
/// # Errors
/// [`PasswordForm`].
pub fn check(password: &str, account: &str) -> Result<(), PasswordForm> {
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if password.chars().count() < MIN_CHARS {
        Err(PasswordForm::Short)
    } else if password.len() > MAX_BYTES {
        Err(PasswordForm::Long)
    } else if different.len() < 5 || password.to_lowercase().contains(&account.to_lowercase()) {
        Err(PasswordForm::Simple)
    } else {
        Ok(())
    }
}

fn hasher() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str, salt: [u8; 16]) -> Option<String> {
    let salt = SaltString::encode_b64(&salt).ok()?;
    Some(hasher()?.hash_password(password.as_bytes(), &salt).ok()?.to_string())
}

/// The hash of a password, computed outside the threads that answer.
///
/// # Errors
/// [`StaffError::OutOfMemory`] where it cannot be computed.
pub async fn hash(password: Zeroizing<String>, salt: [u8; 16]) -> Result<String, StaffError> {
    let _turn = TURN.acquire().await;
    let hashed = tokio::task::spawn_blocking(move || hash_now(&password, salt)).await;
    hashed.ok().flatten().ok_or(StaffError::OutOfMemory)
}

/// True if `password` has the hash. Without a hash it takes as long and is false.
pub async fn verify(password: Zeroizing<String>, hash: Option<String>) -> bool {
    let _turn = TURN.acquire().await;
    let verified = tokio::task::spawn_blocking(move || {
        let (hash, known) = match &hash {
            Some(hash) => (hash.as_str(), true),
            None => (NONE.as_str(), false),
        };
        let Ok(parsed) = PasswordHash::new(hash) else { return false };
        let right = hasher().is_some_and(|one| one.verify_password(password.as_bytes(), &parsed).is_ok());
        right && known
    });
    verified.await.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_varied_passwords_are_taken_and_nothing_else() {
        assert_eq!(check("correct horse", "li"), Ok(()));
        assert_eq!(check("早上好，今天天气不错呀", "li"), Ok(()));
        assert_eq!(check("short", "li"), Err(PasswordForm::Short));
        assert_eq!(check(&"long ".repeat(60), "li"), Err(PasswordForm::Long));
        assert_eq!(check("aaaaaaaaaaaa", "li"), Err(PasswordForm::Simple));
        assert_eq!(check("zhang.wei.2026", "Zhang.Wei"), Err(PasswordForm::Simple));
    }

    #[tokio::test]
    async fn a_password_has_its_own_hash_and_no_account_has_none() {
        let of = |text: &str| Zeroizing::new(text.to_owned());
        let hashed = hash(of("correct horse"), [3; 16]).await.unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{hashed}");
        assert!(verify(of("correct horse"), Some(hashed.clone())).await);
        assert!(!verify(of("correct horsf"), Some(hashed)).await);
        assert!(!verify(of(""), None).await);
    }
}
