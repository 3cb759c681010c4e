//! Shared state of a running server, handed to every request: store, keys, clock, the study's bundle, and the queues
//! and notifications between its tasks. Everything here is a cache or can be rebuilt from the database.

pub mod commits;
pub mod waiters;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use axum::body::Bytes;
use diary_core::hash::sha256;
use diary_core::ids::{Epoch, Hash, KeyId, VaultId};
use diary_core::keys::{Bundle, BundleError, VerifyingKey};
use diary_core::signed::Signed;
use diary_core::time::{Clock, UtcMillis};
use hashlink::LruCache;
use tokio::sync::{Notify, watch};

use crate::config::{Config, Limits};
use crate::guard::Guard;
use crate::keys::ServerKeys;
use crate::metrics::Metrics;
use commits::Ingest;
use diary_core::server_clock::ClockDoubt;
use diary_store::{ServerState, Signer, StoreError, TrialStore};
use waiters::Waiters;

/// Devices whose keys are kept at hand.
const DEVICE_KEYS_MAX: usize = 50_000;

/// A running server, as its requests and tasks see it. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

/// Resources that a server serves with, whether or not a merge worker runs in the same process.
#[derive(Clone)]
pub struct Serving {
    /// The database.
    pub store: Arc<dyn TrialStore>,
    /// The server's keys.
    pub keys: Arc<ServerKeys>,
    /// Readers that wait for a vault's log to grow.
    pub waiters: Arc<Waiters>,
}

struct Inner {
    serving: Serving,
    signer: Signer,
    clock: Arc<dyn Clock>,
    facts: RwLock<Arc<Facts>>,
    device_keys: Mutex<LruCache<(VaultId, KeyId), VerifyingKey>>,
    ingest: Ingest,
    merge: Arc<Notify>,
    standings: Arc<Notify>,
    failed: watch::Sender<bool>,
    full: AtomicBool,
    doubted: AtomicBool,
    guard: Guard,
    metrics: Option<Metrics>,
}

impl Drop for Inner {
    /// Wakes the merge worker, which then notices that the app is gone.
    fn drop(&mut self) {
        self.merge.notify_one();
    }
}

/// Cached state of the server and its study, read from the database again when another process has written.
pub struct Facts {
    /// Epoch of the database.
    pub epoch: Epoch,
    /// The newest bundle.
    pub bundle: Bundle,
    /// The same as it travels.
    pub signed_bundle: Signed,
    /// SHA-256 of that.
    pub bundle_hash: Hash,
    /// The study's files.
    pub files: BTreeMap<Hash, Bytes>,
}

/// Reason for which a server cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database was never founded.
    #[error("no study in the database")]
    NotFounded,
    /// The newest bundle is not one of this study's root.
    #[error("bundle of the database: {0}")]
    Bundle(#[from] BundleError),
    /// The bundle does not name this server.
    #[error("bundle does not name the signing key {key}")]
    NotInBundle {
        /// The key.
        key: KeyId,
    },
    /// The bundle says that this server's key signs nothing new.
    #[error("bundle has retired the signing key {key}")]
    Retired {
        /// The key.
        key: KeyId,
    },
}

impl Facts {
    /// Facts from the state in the database, whose bundle must verify against the root that the keys pin.
    ///
    /// # Errors
    /// [`StartError`] where the bundle is not to be trusted or does not name this server.
    pub fn of(state: ServerState, keys: &ServerKeys) -> Result<Self, StartError> {
        let bundle = Bundle::verify(&state.bundle, &keys.root_fingerprint())?;
        let key = keys.signing.id();
        let named = bundle.server(key).filter(|server| server.role == keys.role);
        let own = named.ok_or(StartError::NotInBundle { key })?;
        if own.retired.is_some() {
            return Err(StartError::Retired { key });
        }
        let files = state.files.into_iter().map(|file| (file.hash, Bytes::from(file.bytes))).collect();
        let bundle_hash = sha256(&state.bundle.to_bytes());
        Ok(Self { epoch: state.epoch, bundle, signed_bundle: state.bundle, bundle_hash, files })
    }
}

impl App {
    /// Starts a server on a database with its keys, for requests made in this very process: limits are lifted.
    ///
    /// Reads the facts and starts the task that commits pushes; must be called inside a tokio runtime. The tasks that
    /// merge, bring standings up to date and watch for other processes are [`crate::merge_worker::run`],
    /// [`crate::refresh::task::run`] and [`crate::change_watcher::watch`].
    ///
    /// # Errors
    /// [`StartError`], which says what to do.
    pub async fn start(serving: Serving, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let lifted = Config { limits: Limits::lifted(), ..Config::default() };
        Self::start_guarded(serving, clock, &lifted).await
    }

    /// As [`Self::start`], for requests from the network: the configured limits hold.
    ///
    /// # Errors
    /// [`StartError`], which says what to do.
    pub async fn start_guarded(
        serving: Serving,
        clock: Arc<dyn Clock>,
        config: &Config,
    ) -> Result<Self, StartError> {
        let state = serving.store.server_state().await?.ok_or(StartError::NotFounded)?;
        state.standing.check()?;
        let doubted = state.clock.doubt(clock.now()).is_some_and(ClockDoubt::stops);
        let facts = RwLock::new(Arc::new(Facts::of(state, &serving.keys)?));
        let (ingest, queue) = Ingest::new();
        let signer: Signer = serving.keys.clone();
        let app = Self {
            inner: Arc::new(Inner {
                serving,
                signer,
                clock,
                facts,
                device_keys: Mutex::new(LruCache::new(DEVICE_KEYS_MAX)),
                ingest,
                merge: Arc::new(Notify::new()),
                standings: Arc::new(Notify::new()),
                failed: watch::Sender::new(false),
                full: AtomicBool::new(false),
                doubted: AtomicBool::new(false),
                guard: Guard::of(config),
                metrics: config.server.metrics.then(Metrics::new),
            }),
        };
        app.clock_holds(!doubted);
        let (store, signer) = (Arc::clone(app.store()), app.signer());
        app.keep_running(commits::run(queue, store, signer, app.downgrade()));
        Ok(app)
    }

    /// Runs a task that the server depends on: if it panics, nothing more is acknowledged and the process ends.
    pub fn keep_running(&self, task: impl Future<Output = ()> + Send + 'static) {
        let (app, running) = (self.downgrade(), tokio::spawn(task));
        tokio::spawn(async move {
            if let (Err(error), Some(app)) = (running.await, app.get())
                && error.is_panic()
            {
                tracing::error!("a task of the server broke off");
                app.disk_failed();
            }
        });
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn TrialStore> {
        &self.inner.serving.store
    }

    /// The server's keys.
    #[must_use]
    pub fn keys(&self) -> &Arc<ServerKeys> {
        &self.inner.serving.keys
    }

    /// Signs receipts.
    #[must_use]
    pub fn signer(&self) -> Signer {
        Arc::clone(&self.inner.signer)
    }

    /// Current time of the server's clock.
    #[must_use]
    pub fn now(&self) -> UtcMillis {
        self.inner.clock.now()
    }

    /// Bundle, epoch and files.
    #[must_use]
    pub fn facts(&self) -> Arc<Facts> {
        Arc::clone(&self.inner.facts.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the facts again.
    ///
    /// # Errors
    /// [`StartError`]; the facts stay as they were then.
    pub async fn refresh(&self) -> Result<(), StartError> {
        let state = self.store().server_state().await?.ok_or(StartError::NotFounded)?;
        let facts = Arc::new(Facts::of(state, self.keys())?);
        *self.inner.facts.write().unwrap_or_else(PoisonError::into_inner) = facts;
        Ok(())
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

    /// Readers that wait for a vault's log to grow.
    #[must_use]
    pub fn waiters(&self) -> &Waiters {
        &self.inner.serving.waiters
    }

    /// Notification that wakes the merge worker.
    #[must_use]
    pub fn merge_wanted(&self) -> &Arc<Notify> {
        &self.inner.merge
    }

    /// Wakes the task that brings standings up to date.
    #[must_use]
    pub fn standings_wanted(&self) -> &Arc<Notify> {
        &self.inner.standings
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

    /// Notes that the disk failed or the writing thread has ended: nothing may be acknowledged any more.
    pub fn disk_failed(&self) {
        self.inner.failed.send_replace(true);
    }

    /// Notes the result of the last write: `room` is false if it failed because the disk or database was full.
    pub fn had_room(&self, room: bool) {
        if self.inner.full.swap(!room, Ordering::Relaxed) == room {
            let said = if room { "there is room again" } else { "no room left; nothing is received" };
            tracing::warn!("{said}");
        }
    }

    /// True if the last write failed because the disk or database was full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.inner.full.load(Ordering::Relaxed)
    }

    /// Notes whether something could be signed under what the clock shows.
    pub fn clock_holds(&self, holds: bool) {
        if self.inner.doubted.swap(!holds, Ordering::Relaxed) == holds {
            let said = if holds {
                "the clock is believed again"
            } else {
                "the clock is doubted; nothing is received"
            };
            tracing::warn!("{said}");
        }
    }

    /// True from the first signature refused because of the clock until a signature succeeds again.
    #[must_use]
    pub fn is_clock_doubted(&self) -> bool {
        self.inner.doubted.load(Ordering::Relaxed)
    }

    /// Resolves when the disk has failed. The process must then end: the state on the disk is unknown until the
    /// database is opened again.
    pub async fn until_disk_failed(&self) {
        let mut failed = self.inner.failed.subscribe();
        // The sender lives as long as this app, so waiting can only end by the value.
        if failed.wait_for(|failed| *failed).await.is_err() {
            tracing::debug!("the app is gone");
        }
    }

    fn downgrade(&self) -> WeakApp {
        WeakApp(Arc::downgrade(&self.inner))
    }
}

/// Weak reference to an app, for the tasks that belong to it and end with it.
#[derive(Clone)]
pub struct WeakApp(std::sync::Weak<Inner>);

impl WeakApp {
    /// The app, while it is there.
    #[must_use]
    pub fn get(&self) -> Option<App> {
        self.0.upgrade().map(|inner| App { inner })
    }
}

impl From<&App> for WeakApp {
    fn from(app: &App) -> Self {
        app.downgrade()
    }
}
