//! Signatures that were found to hold a moment ago, so that whoever checks the same bytes once more in the same process
//! pays for a hash in the place of a signature.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::VerifyingKey;
use crate::hash::sha256_of;
use crate::ids::Hash;

/// Most signatures that are remembered; then all are forgotten. Much more than wait to be merged at one time.
const REMEMBERED: usize = 16_384;

/// Remembers key, signature and message, by their hash, until they are asked for once more. Whatever differs in any of
/// them is checked like anything else.
#[derive(Default)]
pub struct SignatureCache(Mutex<BTreeSet<Hash>>);

impl SignatureCache {
    /// Whether `sig` is the signature of `key` over `message`.
    pub(crate) fn verifies(&self, key: &VerifyingKey, message: &[u8], sig: &[u8; 64]) -> bool {
        // Key and signature have fixed lengths, so that no other three give the same bytes.
        let name = sha256_of(&[key.as_bytes(), sig, message]);
        if self.lock().remove(&name) {
            return true;
        }
        let holds = key.verifies(message, sig);
        if holds {
            let mut held = self.lock();
            if held.len() >= REMEMBERED {
                held.clear();
            }
            held.insert(name);
        }
        holds
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<Hash>> {
        // A panic elsewhere cannot leave half a name in the set.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SignatureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignatureCache(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;
    use crate::keys::SigningKey;

    #[test]
    fn what_held_holds_again_and_what_differs_does_not() {
        let cache = SignatureCache::default();
        let (key, other) =
            (SigningKey::generate(&SeededEntropy::new(1)), SigningKey::generate(&SeededEntropy::new(2)));
        let sig = key.sign(b"message");
        let mut broken = sig;
        broken[0] ^= 1;
        for _ in 0..3 {
            assert!(cache.verifies(&key.verifying_key(), b"message", &sig));
            assert!(!cache.verifies(&key.verifying_key(), b"another", &sig));
            assert!(!cache.verifies(&key.verifying_key(), b"message", &broken));
            assert!(!cache.verifies(&other.verifying_key(), b"message", &sig));
        }
    }

    #[test]
    fn it_remembers_what_held_once_and_never_too_much() {
        let cache = SignatureCache::default();
        let key = SigningKey::generate(&SeededEntropy::new(1));
        let sig = key.sign(b"message");
        let mut held = Vec::new();
        for _ in 0..4 {
            assert!(cache.verifies(&key.verifying_key(), b"message", &sig));
            assert!(!cache.verifies(&key.verifying_key(), b"another", &sig));
            held.push(cache.lock().len());
        }
        assert_eq!(held, [1, 0, 1, 0]);
        cache.lock().extend((0..REMEMBERED as u64).map(|n| sha256_of(&[&n.to_be_bytes()])));
        assert!(cache.verifies(&key.verifying_key(), b"message", &sig));
        assert_eq!(cache.lock().len(), 1);
    }
}
