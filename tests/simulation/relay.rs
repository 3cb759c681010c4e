//! The relay of a run, where it has one: the real routes on a database of its own. Phones reach it as they reach a keeper;
//! the keeper pulls over HTTP.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diary_core::entropy::SeededEntropy;
use diary_core::keys::{ApiHost, ServerRole};
use diary_server::context::Context;
use diary_server::http::router;
use diary_server::http::state::HttpState;
use diary_server::keys::ServerKeys;
use diary_server::relay::pull::PullError;
use diary_server::relay::setup::{RelayCard, make_relay, take_bundle_file};
use diary_server::relay::{Pulled, Puller};
use diary_store::sqlite::{Missing, SqliteStore};
use diary_store::{StoreError, TrialStore};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use super::clock::SimClock;
use super::disk::{Disk, FailingStore, Lie};
use super::files::Folders;
use super::keeper::{Keeper, is_of_clock};
use super::look::{self, Eye, KeeperLook};
use super::violation::Violation;
use super::wire::Endpoint;

/// Relay of a run.
pub struct Relay {
    folder: PathBuf,
    keys_folder: PathBuf,
    clock: SimClock,
    host: ApiHost,
    running: Running,
    puller: Option<Puller>,
    eye: Eye<Result<KeeperLook, String>>,
}

/// Parts of a running relay.
struct Running {
    _app: HttpState,
    endpoint: Endpoint,
    store: Arc<SqliteStore>,
    serving: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn start(
    folder: &Path,
    keys_folder: &Path,
    clock: &SimClock,
    listener: TcpListener,
) -> Result<Running, Violation> {
    let keys = ServerKeys::load(keys_folder, ServerRole::Relay)
        .map_err(|error| Violation::refused("the relay's keys", &error))?;
    let secret = Zeroizing::new(*keys.database_secret());
    let sqlite = SqliteStore::open(&folder.join(look::KEEPER), &secret, Missing::Refuse)
        .map_err(|error| Violation::refused("the relay's database", &error))?;
    let sqlite = Arc::new(sqlite);
    look::close_store_as_it_is(&sqlite)
        .map_err(|error| Violation::refused("the relay's database", &error))?;
    let failing = Arc::new(FailingStore::new(sqlite.clone(), Lie::None));
    let store: Arc<dyn TrialStore> = failing.clone();
    let context =
        Context::new(store, Arc::new(keys), Arc::new(clock.clone()), Arc::new(SeededEntropy::new(1)));
    let app = HttpState::start(context)
        .await
        .map_err(|error| Violation::refused("the relay does not start", &error))?;
    let router = router(app.clone());
    let endpoint = Endpoint { router: router.clone(), store: failing };
    let serving = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
    Ok(Running { _app: app, endpoint, store: sqlite, serving })
}

async fn listen() -> Result<(TcpListener, ApiHost), Violation> {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|error| Violation::refused("a port", &error))?;
    let address = listener.local_addr().map_err(|error| Violation::refused("a port", &error))?;
    let host = format!("http://{address}").parse().map_err(|error| Violation::refused("a host", &error))?;
    Ok((listener, host))
}

impl Relay {
    /// Makes a relay that the keeper's root names. `None` where the keeper's disk fails.
    ///
    /// # Errors
    /// Fails if it cannot be made.
    pub async fn new(keeper: &Keeper, folders: &mut Folders) -> Result<Option<Self>, Violation> {
        let refused = |error: &dyn std::error::Error| Violation::refused("a relay", error);
        let (listener, host) = listen().await?;
        let folder = folders.fresh("relay").join("data");
        let (keys, entropy) = (keeper.desk.keeper_keys(), keeper.desk.context().entropy());
        let made = make_relay(&folder, (&keys.study, &keys.site), &host, (None, true), entropy).await;
        let made = made.map_err(|error| refused(&error))?;
        let card = RelayCard::read(&made.card).map_err(|error| refused(&error))?;
        let added = match keeper.desk.add_relay(&keeper.staff, &card, &keeper.root).await {
            Ok(added) => added,
            Err(_) if keeper.disk() != Disk::Sound => return Ok(None),
            Err(error) => return Err(refused(&error)),
        };
        let clock = keeper.clock.another();
        take_bundle_file(&made.folder, &keeper.staff, &added.file, &clock, entropy)
            .await
            .map_err(|error| refused(&error))?;
        let keys_folder = made.folder.keys();
        let running = start(&folder, &keys_folder, &clock, listener).await?;
        Ok(Some(Self { folder, keys_folder, clock, host, running, puller: None, eye: Eye::default() }))
    }

    /// Endpoint that phones connect to.
    #[must_use]
    pub fn endpoint(&self) -> Endpoint {
        self.running.endpoint.clone()
    }

    /// Kills it and starts it again on its folder as the crash left it.
    ///
    /// # Errors
    /// Fails if it does not start.
    pub async fn restart(&mut self, folders: &mut Folders) -> Result<(), Violation> {
        let folder = folders.crash_copy(&self.folder, "relay");
        let (listener, host) = listen().await?;
        self.running = start(&folder, &self.keys_folder, &self.clock, listener).await?;
        (self.folder, self.host, self.puller, self.eye) = (folder, host, None, Eye::default());
        Ok(())
    }

    /// Lets go of a keeper that runs no more.
    pub fn keeper_restarted(&mut self) {
        self.puller = None;
    }

    /// The keeper registers new links, as it does when staff hand one out. If its disk fails or the relay has a bundle that the
    /// keeper has lost, the next pull does it.
    ///
    /// # Errors
    /// Fails if it refuses although the keeper's disk is sound.
    pub async fn tell_links(&mut self, keeper: &Keeper) -> Result<(), Violation> {
        match self.puller(keeper)?.tell_links().await {
            Ok(()) | Err(PullError::BundleLost { .. }) => Ok(()),
            Err(error) if keeper.disk() == Disk::Sound && !was_of_clock(&error) => {
                Err(Violation::refused("telling of links", &error))
            }
            Err(_) => Ok(()),
        }
    }

    fn puller(&mut self, keeper: &Keeper) -> Result<&mut Puller, Violation> {
        let puller = match self.puller.take() {
            Some(puller) => puller,
            None => Puller::new(keeper.desk.clone(), self.host.clone())
                .map_err(|error| Violation::refused("a pull", &error))?,
        };
        Ok(self.puller.insert(puller))
    }

    /// The keeper pulls once. Gives the error if its disk fails, its clock is in doubt, or the relay has a bundle that it has
    /// lost.
    ///
    /// # Errors
    /// Fails if it refuses although the keeper's disk is sound.
    pub async fn pull(&mut self, keeper: &Keeper) -> Result<Result<Pulled, PullError>, Violation> {
        match self.puller(keeper)?.pull(0).await {
            Err(error)
                if keeper.disk() == Disk::Sound
                    && !was_of_clock(&error)
                    && !matches!(error, PullError::BundleLost { .. }) =>
            {
                Err(Violation::refused("a pull", &error))
            }
            pulled => Ok(pulled),
        }
    }

    /// Contents of its database; the inner error is the first inconsistency of its logs.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn look(&mut self) -> Result<Result<KeeperLook, String>, Violation> {
        let refused = |error: &dyn std::error::Error| Violation::refused("looking at the relay", error);
        look::keeper(&mut self.eye, &self.running.store).map_err(|error| refused(&error))
    }
}

/// True for a pull that was refused because of the clock.
const fn was_of_clock(error: &PullError) -> bool {
    match error {
        PullError::Staff(error) => is_of_clock(error),
        error => matches!(error, PullError::Store(StoreError::Clock { .. })),
    }
}
