//! Plaintexts of parcels that this process has just sealed: they are merged without being decrypted.

use std::sync::{Mutex, MutexGuard, PoisonError};

use diary_core::ids::Hash;
use diary_store::OpenedPlain;
use hashlink::LruCache;

/// Parcels remembered, at most. One is forgotten as soon as it is merged; another process may merge it instead.
const REMEMBERED: usize = 64;

/// Plaintexts by the hash of their parcel's core.
pub(super) struct AuthoredPlains(Mutex<LruCache<Hash, OpenedPlain>>);

impl Default for AuthoredPlains {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl AuthoredPlains {
    pub(super) fn remember(&self, core: Hash, plain: OpenedPlain) {
        self.lock().insert(core, plain);
    }

    pub(super) fn take(&self, core: &Hash) -> Option<OpenedPlain> {
        self.lock().remove(core)
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<Hash, OpenedPlain>> {
        // A panic of another thread cannot leave half a plaintext in the map, so a poisoned lock is usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
