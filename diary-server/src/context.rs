//! Context that everything a server does shares: database, keys, clock, randomness, configuration, the active study
//! and the notifications between tasks. Services borrow it, tasks and requests hold it. All of it is a cache or can be
//! rebuilt from the database.

pub mod active;
pub mod change_watcher;
pub mod notifications;
pub mod studies;
pub mod waiters;

use std::ops::Deref;
use std::sync::Arc;

use diary_core::entropy::{Entropy, SharedEntropy};
use diary_core::server_clock::ClockDoubt;
use diary_core::signed::Signed;
use diary_core::time::{Clock, UtcMillis};
use diary_store::{NewServer, Signer, StoreError, StudyFile, TrailEvent, TrialStore};

use crate::config::Config;
use crate::keys::ServerKeys;
use active::{ActiveBundle, Cache, StartError};
use notifications::Notifications;
use studies::StudyCache;

/// Parts of which a context is made.
pub struct Parts {
    /// The database.
    pub store: Arc<dyn TrialStore>,
    /// The server's keys.
    pub keys: Arc<ServerKeys>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// The configuration.
    pub config: Config,
}

/// Context of a server, or of a command on its database. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

struct Inner {
    parts: Parts,
    signer: Signer,
    studies: Arc<StudyCache>,
    active: Cache,
    notifications: Notifications,
}

impl Deref for Context {
    type Target = Notifications;

    fn deref(&self) -> &Notifications {
        &self.inner.notifications
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("site", &self.inner.parts.keys.site).finish_non_exhaustive()
    }
}

impl Context {
    /// Context of a database and its keys, with the limits of requests lifted.
    #[must_use]
    pub fn new(
        store: Arc<dyn TrialStore>,
        keys: Arc<ServerKeys>,
        clock: Arc<dyn Clock>,
        entropy: SharedEntropy,
    ) -> Self {
        Self::of(Parts { store, keys, clock, entropy, config: Config::lifted() })
    }

    /// Context of these parts.
    #[must_use]
    pub fn of(parts: Parts) -> Self {
        let signer: Signer = parts.keys.clone();
        let inner = Inner {
            signer,
            studies: Arc::default(),
            active: Cache::default(),
            notifications: Notifications::default(),
            parts,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn TrialStore> {
        &self.inner.parts.store
    }

    /// The server's keys.
    #[must_use]
    pub fn server_keys(&self) -> &Arc<ServerKeys> {
        &self.inner.parts.keys
    }

    /// Signs receipts.
    #[must_use]
    pub fn signer(&self) -> Signer {
        Arc::clone(&self.inner.signer)
    }

    /// Current time of the clock.
    #[must_use]
    pub fn now(&self) -> UtcMillis {
        self.inner.parts.clock.now()
    }

    /// Randomness, shared.
    #[must_use]
    pub fn entropy(&self) -> &SharedEntropy {
        &self.inner.parts.entropy
    }

    /// Randomness.
    #[must_use]
    pub fn random(&self) -> &(dyn Entropy + Send + Sync) {
        &*self.inner.parts.entropy
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.inner.parts.config
    }

    /// The newest bundle, verified, and the files of the study. Read once, and again after a change: by this process,
    /// or by another one as [`change_watcher`] finds it; without a watcher the database is asked each time for its
    /// version alone.
    ///
    /// # Errors
    /// [`StartError`] where the database was not founded, or its bundle is not one of the keys' root.
    pub async fn active(&self) -> Result<Arc<ActiveBundle>, StartError> {
        let seen = match self.inner.active.is_watched() {
            true => None,
            false => Some(self.store().outside_version().await?),
        };
        if let Some(active) = self.inner.active.newest(seen) {
            return Ok(active);
        }
        // The version was asked for before the state: a change in between is found by the next call.
        self.read(seen).await
    }

    async fn read(&self, seen: Option<i64>) -> Result<Arc<ActiveBundle>, StartError> {
        let at = self.inner.active.begin();
        let state = self.store().server_state().await?.ok_or(StartError::NotFounded)?;
        let root = self.server_keys().root_fingerprint();
        let active = Arc::new(ActiveBundle::of(state, &root, Arc::clone(&self.inner.studies))?);
        self.inner.active.put(&active, at, seen);
        Ok(active)
    }

    /// Reads the active study again and serves it from now on.
    ///
    /// # Errors
    /// [`StartError`], also where its bundle does not name this server; the study served stays as it was then.
    pub async fn refresh(&self) -> Result<Arc<ActiveBundle>, StartError> {
        self.inner.active.invalidate();
        let active = self.read(None).await?;
        active.check_names(self.server_keys())?;
        self.inner.active.serve(&active);
        Ok(active)
    }

    /// The study that is served: the newest one whose bundle named this server. `None` before [`Self::refresh`].
    #[must_use]
    pub fn served(&self) -> Option<Arc<ActiveBundle>> {
        self.inner.active.served()
    }

    /// Stores a newer bundle, with its row of the audit trail; the active study is read again.
    ///
    /// # Errors
    /// [`StoreError`] of [`diary_store::SiteStore::put_bundle`].
    pub async fn put_bundle(
        &self,
        bundle: Signed,
        files: Vec<StudyFile>,
        event: TrailEvent,
    ) -> Result<(), StoreError> {
        let stored = self.store().put_bundle(None::<NewServer>, bundle, files, event).await;
        // Whatever came of it: another process may have stored one.
        self.inner.active.invalidate();
        stored
    }

    /// Checks that the database may be served and notes whether its clock is trusted.
    ///
    /// # Errors
    /// [`StoreError::Moving`] or [`StoreError::Moved`] where the study is in another database.
    pub async fn check_serving(&self) -> Result<(), StartError> {
        self.store().migration_state().await?.ok_or(StartError::NotFounded)?.check()?;
        let mark = self.store().clock_mark().await?.ok_or(StartError::NotFounded)?;
        self.clock_holds(!mark.doubt(self.now()).is_some_and(ClockDoubt::stops));
        Ok(())
    }

    /// Runs a task that the server depends on: if it panics, nothing more is acknowledged and the process ends.
    pub fn keep_running(&self, task: impl Future<Output = ()> + Send + 'static) {
        let (context, running) = (self.clone(), tokio::spawn(task));
        tokio::spawn(async move {
            if let Err(error) = running.await
                && error.is_panic()
            {
                tracing::error!("a task of the server broke off");
                context.disk_failed();
            }
        });
    }

    /// Notes whether a watcher finds the changes of other processes.
    fn watched(&self, watched: bool) {
        self.inner.active.watch(watched);
    }
}

#[cfg(test)]
mod tests;
