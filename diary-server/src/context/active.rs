//! The active study: the newest bundle, verified, and the study's files, parsed at their first use.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use diary_core::hash::sha256;
use diary_core::ids::{Epoch, Hash, KeyId, SiteId};
use diary_core::keys::{Bundle, BundleError};
use diary_core::signed::Signed;
use diary_core::study::{Studies, Study};
use diary_core::time::Zone;
use diary_store::{ServerState, StoreError, StudyFile};

use super::studies::{StudyCache, Unread};
use crate::keys::ServerKeys;

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

/// The newest bundle, verified, with the study's files.
#[derive(Debug)]
pub struct ActiveBundle {
    /// Epoch of the database.
    pub epoch: Epoch,
    /// The newest bundle.
    pub bundle: Bundle,
    /// The same as it travels.
    pub signed_bundle: Signed,
    /// SHA-256 of that.
    pub bundle_hash: Hash,
    /// Bundles before it, oldest first.
    pub earlier_bundles: Vec<Signed>,
    /// The study's files.
    pub files: Vec<StudyFile>,
    cache: Arc<StudyCache>,
    newest: OnceLock<Result<Arc<Study>, Unread>>,
    all: OnceLock<Arc<Studies>>,
}

impl ActiveBundle {
    pub(super) fn of(state: ServerState, root: &Hash, cache: Arc<StudyCache>) -> Result<Self, StartError> {
        Ok(Self {
            epoch: state.epoch,
            bundle: Bundle::verify(&state.bundle, root)?,
            bundle_hash: sha256(&state.bundle.to_bytes()),
            signed_bundle: state.bundle,
            earlier_bundles: state.earlier_bundles,
            files: state.files,
            cache,
            newest: OnceLock::new(),
            all: OnceLock::new(),
        })
    }

    /// Checks that the bundle names a server of these keys as one that signs.
    pub(super) fn check_names(&self, keys: &ServerKeys) -> Result<(), StartError> {
        let key = keys.signing.id();
        let named = self.bundle.server(key).filter(|server| server.role == keys.role);
        match named.ok_or(StartError::NotInBundle { key })?.retired {
            Some(_) => Err(StartError::Retired { key }),
            None => Ok(()),
        }
    }

    /// A file of the study by its hash.
    #[must_use]
    pub fn file(&self, hash: Hash) -> Option<&StudyFile> {
        self.files.iter().find(|file| file.hash == hash)
    }

    /// The newest version of the study whose file is at hand: one that was lost with the database hides no diary.
    ///
    /// # Errors
    /// [`Unread`] where there is none that can be read.
    pub fn study(&self) -> Result<Arc<Study>, Unread> {
        let read = || {
            let named = |file: &&StudyFile| self.bundle.studies.iter().any(|study| study.hash == file.hash);
            let file = self.files.iter().filter(named).max_by_key(|file| file.version);
            self.cache.study(file.ok_or(Unread::Absent)?)
        };
        self.newest.get_or_init(read).clone()
    }

    /// Every version of the study that is at hand and can be read.
    #[must_use]
    pub fn studies(&self) -> &Arc<Studies> {
        self.all.get_or_init(|| Arc::new(self.cache.all(&self.bundle.studies, &self.files)))
    }

    /// Version that the bundle names as the newest, where its file is at hand and can be read.
    #[must_use]
    pub fn newest_named(&self) -> Option<Arc<Study>> {
        let file = self.file(self.bundle.newest_study()?.hash)?;
        self.cache.study(file).ok()
    }
}

/// The active study, with the newest version of the study read.
#[derive(Clone, Debug)]
pub struct ActiveStudy {
    active: Arc<ActiveBundle>,
    /// The newest version of the study.
    pub study: Arc<Study>,
}

impl std::ops::Deref for ActiveStudy {
    type Target = ActiveBundle;

    fn deref(&self) -> &ActiveBundle {
        &self.active
    }
}

impl ActiveStudy {
    /// Reads the newest version of the study.
    ///
    /// # Errors
    /// [`Unread`] where there is none that can be read.
    pub fn of(active: Arc<ActiveBundle>) -> Result<Self, Unread> {
        Ok(Self { study: active.study()?, active })
    }

    /// The time zone of a site; UTC where the study does not know the site.
    #[must_use]
    pub fn zone(&self, site: &SiteId) -> Zone {
        self.study.site(site).map_or(Zone::UTC, |site| site.zone)
    }
}

/// The bundle that was read last, and the one that is served.
#[derive(Default)]
pub(super) struct Cache(RwLock<CachedBundles>);

#[derive(Default)]
struct CachedBundles {
    newest: Option<Arc<ActiveBundle>>,
    served: Option<Arc<ActiveBundle>>,
    /// Version of the database for which `newest` was read, where it was asked for.
    seen: Option<i64>,
    /// Number of invalidations.
    changes: u64,
    watched: bool,
}

impl Cache {
    /// The newest, unless the database has another version than `seen`.
    pub(super) fn newest(&self, seen: Option<i64>) -> Option<Arc<ActiveBundle>> {
        let held = self.read();
        let is_current = seen.is_none() || seen == held.seen;
        held.newest.as_ref().filter(|_| is_current).cloned()
    }

    pub(super) fn served(&self) -> Option<Arc<ActiveBundle>> {
        self.read().served.clone()
    }

    pub(super) fn is_watched(&self) -> bool {
        self.read().watched
    }

    /// Number of invalidations before a reading begins.
    pub(super) fn begin(&self) -> u64 {
        self.read().changes
    }

    /// Keeps what was read, unless it was invalidated since the reading began.
    pub(super) fn put(&self, active: &Arc<ActiveBundle>, began: u64, seen: Option<i64>) {
        let mut held = self.write();
        if held.changes == began {
            (held.newest, held.seen) = (Some(Arc::clone(active)), seen);
        }
    }

    pub(super) fn serve(&self, active: &Arc<ActiveBundle>) {
        self.write().served = Some(Arc::clone(active));
    }

    pub(super) fn invalidate(&self) {
        let mut held = self.write();
        held.newest = None;
        held.changes += 1;
    }

    pub(super) fn watch(&self, watched: bool) {
        let mut held = self.write();
        // What was read under a watcher was read for no known version of the database.
        (held.watched, held.newest) = (watched, held.newest.take().filter(|_| watched));
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, CachedBundles> {
        // Every change of the fields is a whole one, so a poisoned lock is usable.
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, CachedBundles> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
