//! Cache of signatures verified a moment ago in the same process, so that a second check of the same bytes
//! costs a hash instead of a signature verification.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;

use super::VerifyingKey;
use crate::hash::sha256_of;
use crate::ids::Hash;

/// Most signatures in the cache, far above the number that waits to be merged at one time. A full cache
/// drops the oldest.
const REMEMBERED: usize = 16_384;

/// Hashes over key, signature and message of verified signatures. If any of the three differs, the signature
/// is verified as usual.
pub struct SignatureCache(Mutex<LruCache<Hash, ()>>);

impl Default for SignatureCache {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl SignatureCache {
    /// Verifies `sig` of `key` over `message`, and remembers a valid one.
    pub(crate) fn verify(&self, key: &VerifyingKey, message: &[u8], sig: &[u8; 64]) -> bool {
        let holds = key.verifies(message, sig);
        if holds {
            self.lock().insert(name(key, message, sig), ());
        }
        holds
    }

    /// Like [`VerifyingKey::verifies`], but takes a remembered signature out of the cache instead of
    /// verifying it.
    pub(crate) fn take(&self, key: &VerifyingKey, message: &[u8], sig: &[u8; 64]) -> bool {
        // Removed on use, so that the cache holds only signatures of parcels that wait for their merge.
        let noted = self.lock().remove(&name(key, message, sig)).is_some();
        noted || key.verifies(message, sig)
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<Hash, ()>> {
        // A panic elsewhere cannot leave the cache half changed, so the poison is ignored.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cache key. Key and signature have fixed lengths, so that no other three inputs give the same bytes.
fn name(key: &VerifyingKey, message: &[u8], sig: &[u8; 64]) -> Hash {
    sha256_of(&[key.as_bytes(), sig, message])
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

    fn keys() -> (SigningKey, SigningKey) {
        let key = |seed| SigningKey::generate(&SeededEntropy::new(seed));
        (key(1), key(2))
    }

    #[test]
    fn what_held_holds_again_and_what_differs_does_not() {
        let (cache, (key, other)) = (SignatureCache::default(), keys());
        let sig = key.sign(b"message");
        let mut broken = sig;
        broken[0] ^= 1;
        for _ in 0..3 {
            assert!(cache.verify(&key.verifying_key(), b"message", &sig));
            assert!(!cache.verify(&key.verifying_key(), b"message", &broken));
            assert!(!cache.take(&key.verifying_key(), b"another", &sig));
            assert!(!cache.take(&key.verifying_key(), b"message", &broken));
            assert!(!cache.take(&other.verifying_key(), b"message", &sig));
            assert!(cache.take(&key.verifying_key(), b"message", &sig));
        }
    }

    #[test]
    fn it_notes_what_held_until_it_is_asked_for_and_never_too_much() {
        let (cache, (key, _)) = (SignatureCache::default(), keys());
        let (public, sig) = (key.verifying_key(), key.sign(b"message"));
        let noted = || cache.lock().len();
        assert!(!cache.verify(&public, b"another", &sig));
        assert_eq!(noted(), 0);
        assert!(cache.verify(&public, b"message", &sig) && cache.verify(&public, b"message", &sig));
        assert_eq!(noted(), 1);
        assert!(cache.take(&public, b"message", &sig) && cache.take(&public, b"message", &sig));
        assert_eq!(noted(), 0);
        let other = |n: usize| sha256_of(&[&n.to_be_bytes()]);
        for n in 0..REMEMBERED {
            cache.lock().insert(other(n), ());
        }
        assert!(cache.verify(&public, b"message", &sig));
        assert_eq!(noted(), REMEMBERED);
        let has = |name| cache.lock().contains_key(&name);
        assert!(!has(other(0)) && has(other(1)) && has(name(&public, b"message", &sig)), "the oldest went");
    }
}
