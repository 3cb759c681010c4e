//! Keys of grants that this process has opened or made: opening one again would cost a public-key operation.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use diary_core::ids::Hash;
use diary_core::parcel::GrantKey;
use hashlink::LruCache;

/// Most grant keys that are cached. One is used for up to a month by one phone.
const REMEMBERED_GRANTS: usize = 4096;

/// Keys of grants that were opened. Opening a grant is the costly part of opening a parcel, and is needed once for
/// each grant.
pub struct GrantKeys(Mutex<LruCache<Hash, GrantKey>>);

impl Default for GrantKeys {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED_GRANTS)))
    }
}

impl fmt::Debug for GrantKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GrantKeys(..)")
    }
}

impl GrantKeys {
    /// Lets `use_it` use the key of a grant that was opened before.
    pub(crate) fn with<T>(&self, hash: &Hash, use_it: impl FnOnce(&GrantKey) -> T) -> Option<T> {
        self.lock().get(hash).map(use_it)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Keeps the key of a grant.
    pub(crate) fn remember(&self, key: GrantKey) {
        self.lock().insert(key.hash(), key);
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<Hash, GrantKey>> {
        // A panic of another thread cannot leave a half-written key in the map, so a poisoned lock is usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
