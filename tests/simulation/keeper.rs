//! The keeper of a run: the real store, routes, merge and acts of staff on a folder that can be copied, crashed and
//! restored.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diary_core::entropy::SharedEntropy;
use diary_core::keys::{SealingKey, SigningKey};
use diary_core::time::Clock;
use diary_server::audit::Account;
use diary_server::data_folder::DataFolder;
use diary_server::http::router;
use diary_server::http::state::HttpState;
use diary_server::keys::KeeperKeys;
use diary_server::ops::backup::Target;
use diary_server::ops::restore::{KeySource, RestoreInput, restore};
use diary_server::ops::rollback::{self, MARK_FILE};
use diary_server::ops::setup::{RECOVERY_FILE, ROOT_FILE};
use diary_server::site::{SiteServices, StaffError};
use diary_store::sqlite::{Missing, SqliteStore};
use diary_store::{StoreError, TrialStore};
use zeroize::Zeroizing;

use super::clock::SimClock;
use super::disk::{Disk, FailingStore, Lie};
use super::files::Folders;
use super::founding::{Founding, STAFF};
use super::look::{self, Eye, KeeperLook};
use super::violation::Violation;
use super::wire::Endpoint;

/// Turns of the runtime after which every task of a keeper that was dropped has ended.
const TASKS_END: u32 = 4;

/// Keeper of a run.
pub struct Keeper {
    /// Clock of the keeper.
    pub clock: SimClock,
    /// Acts of staff.
    pub desk: SiteServices,
    /// Account of staff.
    pub staff: Account,
    /// The study's root key, which lies in a safe.
    pub root: SigningKey,
    /// Present data folder of the database.
    pub folder: PathBuf,
    keys_folder: PathBuf,
    keys: Arc<KeeperKeys>,
    copy: Option<PathBuf>,
    backup: Option<PathBuf>,
    /// Folder of the offline keys.
    offline: PathBuf,
    app: HttpState,
    endpoint: Endpoint,
    entropy: SharedEntropy,
    lie: Lie,
    /// The store without its failing disk.
    store: Arc<SqliteStore>,
    /// The view of the database since the last start.
    eye: Eye<Result<KeeperLook, String>>,
}

/// Parts of a running keeper.
struct Running {
    keys: Arc<KeeperKeys>,
    desk: SiteServices,
    app: HttpState,
    endpoint: Endpoint,
    store: Arc<SqliteStore>,
}

async fn start(
    folder: &Path,
    keys_folder: &Path,
    clock: &SimClock,
    entropy: &SharedEntropy,
    lie: Lie,
) -> Result<Running, Violation> {
    let keys = KeeperKeys::load(keys_folder).map_err(|error| Violation::refused("the keys", &error))?;
    let keys = Arc::new(keys);
    let secret = Zeroizing::new(*keys.database_secret());
    let sqlite = SqliteStore::open(&folder.join(look::KEEPER), &secret, Missing::Refuse)
        .map_err(|error| Violation::refused("the keeper's database", &error))?;
    let sqlite = Arc::new(sqlite);
    look::close_store_as_it_is(&sqlite)
        .map_err(|error| Violation::refused("the keeper's database", &error))?;
    let failing = Arc::new(FailingStore::new(sqlite.clone(), lie));
    let store: Arc<dyn TrialStore> = failing.clone();
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let desk = SiteServices::new(store, Arc::clone(&keys), shared, Arc::clone(entropy));
    let retried = desk.quarantine().retry_after_upgrade().await;
    retried.map_err(|error| Violation::refused("judging again after a start", &error))?;
    let app = HttpState::start(desk.context().clone())
        .await
        .map_err(|error| Violation::refused("the keeper does not start", &error))?;
    let endpoint = Endpoint { router: router(app.clone()), store: failing };
    Ok(Running { keys, desk, app, endpoint, store: sqlite })
}

/// Lets the tasks of a keeper that was dropped end, which hold its database open.
async fn close() {
    for _ in 0..TASKS_END {
        tokio::task::yield_now().await;
    }
}

/// The folder as a data folder; the keys lie elsewhere, so that they outlive every database.
fn data_folder(folder: &Path) -> Result<DataFolder, Violation> {
    DataFolder::open(folder).map_err(|error| Violation::refused("the keeper's folder", &error))
}

impl Keeper {
    /// A keeper as it was founded, in folders of its own.
    ///
    /// # Errors
    /// Fails if it does not start.
    ///
    /// # Panics
    /// Panics if a file cannot be copied.
    pub async fn new(
        founding: &Founding,
        folders: &mut Folders,
        clock: SimClock,
        entropy: SharedEntropy,
        lie: Lie,
    ) -> Result<Self, Violation> {
        let folder = folders.fresh("keeper");
        let keys_folder = founding.copy_to(&folder).keys();
        let Running { keys, desk, app, endpoint, store } =
            start(&folder, &keys_folder, &clock, &entropy, lie).await?;
        let staff = Account::new(STAFF).expect("a plain name");
        let root = founding.root();
        Ok(Self {
            clock,
            desk,
            staff,
            root,
            folder,
            keys_folder,
            keys,
            copy: None,
            backup: None,
            offline: founding.offline(),
            store,
            eye: Eye::default(),
            app,
            endpoint,
            entropy,
            lie,
        })
    }

    /// Endpoint that phones connect to.
    #[must_use]
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint.clone()
    }

    /// Present behaviour of its disk.
    #[must_use]
    pub fn disk(&self) -> Disk {
        self.endpoint.store.disk()
    }

    /// Sets the behaviour of its disk.
    pub fn set_disk(&self, disk: Disk) {
        self.endpoint.store.set(disk);
    }

    /// The site's sealing keys of every generation, again.
    #[must_use]
    pub fn sealing(&self) -> Vec<SealingKey> {
        self.keys
            .all_sealing()
            .into_iter()
            .map(|(_, key)| SealingKey::from_bytes(key.private_bytes()))
            .collect()
    }

    /// Contents of its database; the inner error is the first inconsistency of its logs.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn look(&mut self) -> Result<Result<KeeperLook, String>, Violation> {
        let look = look::keeper(&mut self.eye, &self.store);
        look.map_err(|error| Violation::refused("looking at the keeper", &error))
    }

    /// Merges the waiting parcels. Returns the number of parcels settled; none if the disk fails.
    ///
    /// # Errors
    /// Fails if it refuses although its disk is sound.
    pub async fn merge(&self) -> Result<usize, Violation> {
        let facts = self.app.study();
        match self.desk.merger().settle(&facts.bundle, self.app.now()).await {
            Ok(settled) => Ok(settled),
            Err(_) if self.disk() != Disk::Sound => Ok(0),
            // Nothing is signed until staff have set the clock right.
            Err(StoreError::Clock { .. }) => Ok(0),
            Err(error) => Err(Violation::refused("merging", &error)),
        }
    }

    /// Reads the state again that acts of staff may have changed, as a running keeper does by itself.
    ///
    /// # Errors
    /// Fails if it refuses although its disk is sound.
    pub async fn refresh(&self) -> Result<(), Violation> {
        match self.app.refresh().await {
            Err(error) if self.disk() == Disk::Sound => Err(Violation::refused("the keeper's facts", &error)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Kills it and starts it again on its folder as the crash left it.
    ///
    /// # Errors
    /// Fails if it does not start.
    pub async fn restart(&mut self, folders: &mut Folders) -> Result<(), Violation> {
        let folder = folders.crash_copy(&self.folder, "keeper");
        self.start_on(folder).await
    }

    /// Copies its database as it is.
    pub fn take_copy(&mut self, folders: &mut Folders) {
        self.copy = Some(folders.crash_copy(&self.folder, "keeper-copy"));
    }

    /// True if a copy was made that [`Self::put_back`] can restore.
    #[must_use]
    pub const fn has_copy(&self) -> bool {
        self.copy.is_some()
    }

    /// Replaces its database by the copy. With `noticed` the mark beside the database shows that it had come further; else
    /// the keeper cannot detect the replacement.
    ///
    /// # Errors
    /// Fails if it does not start.
    pub async fn put_back(&mut self, folders: &mut Folders, noticed: bool) -> Result<(), Violation> {
        let Some(copy) = self.copy.clone() else { return Ok(()) };
        let folder = folders.crash_copy(&copy, "keeper");
        if noticed {
            let key = Zeroizing::new(*self.keys.database_secret());
            let marked = rollback::note(&data_folder(&self.folder)?, &key)
                .and_then(|()| {
                    let mark = std::fs::copy(self.folder.join(MARK_FILE), folder.join(MARK_FILE));
                    mark.map_err(|_| StoreError::NotFound { what: "mark" })
                })
                .and_then(|_| {
                    let folder =
                        DataFolder::open(&folder).map_err(|_| StoreError::NotFound { what: "folder" })?;
                    rollback::check(&folder, &key, self.clock.now(), &*self.entropy)
                });
            marked.map_err(|error| Violation::refused("noticing an older database", &error))?;
        }
        self.start_on(folder).await
    }

    /// Makes a backup. Where the disk fails there is none, or the one before.
    ///
    /// # Errors
    /// Fails if it refuses although its disk is sound.
    pub async fn back_up(&mut self, folders: &mut Folders) -> Result<bool, Violation> {
        let to = Target::Folder(folders.fresh("backup"));
        match self.desk.upkeep().back_up(Some(&self.staff), &data_folder(&self.folder)?, to).await {
            Ok(made) => {
                self.backup = Some(made.path);
                Ok(true)
            }
            Err(_) if self.disk() != Disk::Sound => Ok(false),
            Err(error) => Err(Violation::refused("a backup", &error)),
        }
    }

    /// Replaces this keeper by a new one, made of the backup and the offline keys. Returns true if there was a backup.
    ///
    /// # Errors
    /// Fails if it cannot be restored, or does not start.
    pub async fn replace(&mut self, folders: &mut Folders) -> Result<bool, Violation> {
        let Some(backup) = &self.backup else { return Ok(false) };
        let data = folders.fresh("keeper").join("data");
        let keys = KeySource::Backup {
            recovery: vec![self.offline.join(RECOVERY_FILE)],
            root: self.offline.join(ROOT_FILE),
        };
        let now = self.clock.now();
        let input = RestoreInput { backup, data: &data, keys: &keys, by: &self.staff, now };
        let restored = restore(input, &*self.entropy).await;
        let restored = restored.map_err(|error| Violation::refused("a restore", &error))?;
        self.keys_folder = restored.folder.keys();
        // What was copied has the database key of the lost one.
        self.copy = None;
        self.start_on(data).await?;
        Ok(true)
    }

    async fn start_on(&mut self, folder: PathBuf) -> Result<(), Violation> {
        let running = start(&folder, &self.keys_folder, &self.clock, &self.entropy, self.lie).await?;
        let Running { keys, desk, app, endpoint, store } = running;
        (self.keys, self.desk, self.app, self.endpoint, self.folder) = (keys, desk, app, endpoint, folder);
        (self.store, self.eye) = (store, Eye::default());
        close().await;
        Ok(())
    }

    /// Ends it.
    pub async fn end(self) {
        drop(self);
        close().await;
    }
}

/// True for a refusal because of the clock: the keeper signs nothing until staff have set the clock right.
#[must_use]
pub const fn is_of_clock(error: &StaffError) -> bool {
    matches!(error, StaffError::Store(StoreError::Clock { .. }))
}
