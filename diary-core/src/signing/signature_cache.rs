//! Cache of signatures that this process has found valid, so that a second check of the same bytes costs a hash instead
//! of a signature verification. Devices and servers meet the same records again and again: on receipt and when they are
//! merged, in a log that is read anew, in a record that is rebuilt.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use hashlink::LruCache;

use super::VerifyingKey;
use crate::hash::sha256_of;
use crate::ids::Hash;

/// Most signatures in the cache, far above the number of parcels that wait to be merged at one time. A full cache drops
/// the one that was used longest ago.
const REMEMBERED: usize = 16_384;

/// Cache of the process. A valid signature stays valid: nothing has to be taken out of it.
pub(super) static SHARED: LazyLock<SignatureCache> = LazyLock::new(SignatureCache::new);

/// Hashes over key, signature and message of valid signatures. If any of the three differs, the signature is verified
/// as usual.
pub(super) struct SignatureCache(Mutex<LruCache<Hash, ()>>);

impl SignatureCache {
    fn new() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }

    /// True if the signature is in the cache or passes `verify`; a valid one is remembered.
    pub(super) fn holds(
        &self,
        (key, message, sig): (&VerifyingKey, &[u8], &[u8; 64]),
        verify: impl FnOnce() -> bool,
    ) -> bool {
        // Key and signature have fixed lengths, so that no other three inputs give the same bytes.
        let name = sha256_of(&[key.as_bytes(), sig, message]);
        if self.lock().get(&name).is_some() {
            return true;
        }
        let holds = verify();
        if holds {
            self.lock().insert(name, ());
        }
        holds
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<Hash, ()>> {
        // A panic elsewhere cannot leave the cache half changed, so the poison is ignored.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::entropy::SeededEntropy;
    use crate::signing::SigningKey;

    fn keys() -> (SigningKey, SigningKey) {
        let key = |seed| SigningKey::generate(&SeededEntropy::new(seed));
        (key(1), key(2))
    }

    #[test]
    fn what_held_holds_again_and_what_differs_does_not() {
        let (key, other) = keys();
        let (public, sig) = (key.verifying_key(), key.sign(b"message"));
        let mut broken = sig;
        broken[0] ^= 1;
        for _ in 0..3 {
            assert!(public.verifies(b"message", &sig));
            assert!(!public.verifies(b"message", &broken));
            assert!(!public.verifies(b"another", &sig));
            assert!(!other.verifying_key().verifies(b"message", &sig));
        }
    }

    #[test]
    fn a_valid_signature_is_verified_once_and_an_invalid_one_each_time() {
        let (cache, (key, _)) = (SignatureCache::new(), keys());
        let (public, sig) = (key.verifying_key(), key.sign(b"message"));
        let verified = Cell::new(0);
        let check = |message: &[u8], valid: bool| {
            cache.holds((&public, message, &sig), || {
                verified.set(verified.get() + 1);
                valid
            })
        };
        assert!(!check(b"another", false) && !check(b"another", false));
        assert_eq!(verified.take(), 2);
        assert!(check(b"message", true) && check(b"message", true) && check(b"message", true));
        assert_eq!(verified.take(), 1);
    }

    #[test]
    fn a_full_cache_drops_what_was_used_longest_ago() {
        let (cache, (key, _)) = (SignatureCache::new(), keys());
        let (public, sig) = (key.verifying_key(), key.sign(b"message"));
        let check = |n: usize| cache.holds((&public, &n.to_be_bytes(), &sig), || true);
        let name = |n: usize| sha256_of(&[public.as_bytes(), &sig, &n.to_be_bytes()]);
        let held = |n| cache.lock().contains_key(&name(n));
        (0..REMEMBERED).for_each(|n| assert!(check(n)));
        assert!(check(0) && check(REMEMBERED));
        assert_eq!(cache.lock().len(), REMEMBERED);
        assert!(held(0) && !held(1) && held(2) && held(REMEMBERED));
    }
}
