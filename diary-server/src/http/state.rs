//! State of a server that answers requests: the context, and what requests alone need: limits, the queue of pushes,
//! metrics, and the keys of devices that were seen.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use diary_core::ids::{Hash, KeyId, SiteId, VaultId};
use diary_core::keys::{ServerRole, VerifyingKey};
use hashlink::LruCache;

use crate::context::Context;
use crate::context::active::{ActiveBundle, StartError};
use crate::context::notifications::{Alive, Ended};
use crate::http::limits::Guard;
use crate::http::metrics::Metrics;
use crate::ingest::commits::{self, Ingest};

/// Devices whose keys are kept at hand.
const DEVICE_KEYS_MAX: usize = 50_000;

/// A server that answers requests. Cheap to clone; its tasks end when the last clone is dropped.
#[derive(Clone)]
pub struct HttpState {
    inner: Arc<Inner>,
}

struct Inner {
    context: Context,
    /// Study that was served first, from then on replaced in the context.
    began_with: Arc<ActiveBundle>,
    device_keys: Mutex<LruCache<(VaultId, KeyId), VerifyingKey>>,
    ingest: Ingest,
    guard: Guard,
    metrics: Option<Metrics>,
    alive: Alive,
}

impl Deref for HttpState {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.inner.context
    }
}

impl HttpState {
    /// Starts a server under the configuration of its context.
    ///
    /// Reads the active study and starts the task that commits pushes; must be called inside a tokio runtime. The
    /// tasks that merge, bring standings up to date and watch for other processes are [`crate::merge::run`],
    /// [`crate::site::views::standings::task::run`] and [`crate::context::change_watcher::watch`].
    ///
    /// # Errors
    /// [`StartError`], which says what to do.
    pub async fn start(context: Context) -> Result<Self, StartError> {
        context.check_serving().await?;
        let began_with = context.refresh().await?;
        let (ingest, queue) = Ingest::new();
        let (guard, with_metrics) = (Guard::of(context.config()), context.config().server.metrics);
        let state = Self {
            inner: Arc::new(Inner {
                began_with,
                device_keys: Mutex::new(LruCache::new(DEVICE_KEYS_MAX)),
                ingest,
                guard,
                metrics: with_metrics.then(Metrics::new),
                alive: Alive::default(),
                context,
            }),
        };
        state.keep_running(commits::run(queue, state.context().clone()));
        Ok(state)
    }

    /// Context of the server.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.inner.context
    }

    /// The end of this server, for a task that belongs to it.
    #[must_use]
    pub fn ended(&self) -> Ended {
        self.inner.alive.ended()
    }

    /// The study that is served.
    #[must_use]
    pub fn study(&self) -> Arc<ActiveBundle> {
        self.served().unwrap_or_else(|| Arc::clone(&self.inner.began_with))
    }

    /// Site to name in the answer to a join request. A relay in front of several sites does not know it.
    #[must_use]
    pub fn site_of_join(&self, known: SiteId) -> Option<SiteId> {
        let is_unsure = self.server_keys().role == ServerRole::Relay;
        let several = is_unsure && self.study().bundle.kept_sites().count() > 1;
        Some(known).filter(|_| !several)
    }

    /// A file of the study, shared in memory between all replies.
    #[must_use]
    pub fn study_file(&self, hash: Hash) -> Option<Bytes> {
        let active = self.study();
        let at = active.files.iter().position(|file| file.hash == hash)?;
        Some(Bytes::from_owner(SharedFile { active, at }))
    }

    /// Rate limits and quotas.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.inner.guard
    }

    /// Metrics, where they are enabled.
    #[must_use]
    pub fn metrics(&self) -> Option<&Metrics> {
        self.inner.metrics.as_ref()
    }

    /// The queue of pushes.
    #[must_use]
    pub fn ingest(&self) -> &Ingest {
        &self.inner.ingest
    }

    /// Signing key of a device that was seen before. Caching is safe, since a key never changes: its id is its hash.
    /// The database is asked every time if the device may still write.
    #[must_use]
    pub fn device_key(&self, vault: VaultId, device: KeyId) -> Option<VerifyingKey> {
        let mut keys = self.inner.device_keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(&(vault, device)).copied()
    }

    /// Keeps the key of a device that the database knows at hand.
    pub fn keep_device_key(&self, vault: VaultId, key: VerifyingKey) {
        let mut keys = self.inner.device_keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert((vault, key.id()), key);
    }
}

/// A file of a study, held in memory as long as a reply is written from it.
struct SharedFile {
    active: Arc<ActiveBundle>,
    at: usize,
}

impl AsRef<[u8]> for SharedFile {
    fn as_ref(&self) -> &[u8] {
        self.active.files.get(self.at).map_or(&[], |file| &file.bytes)
    }
}
