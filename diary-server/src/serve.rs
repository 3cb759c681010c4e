//! Start of a keeper or a relay on its data folder, and its shutdown: lock, keys, database, TLS, and an orderly end
//! in which requests in progress are finished and the writer is drained. Requests are handled by the routes.

pub mod tls;
mod upkeep;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use axum_server::{Handle, Server};
use diary_core::keys::{LinkError, ServerRole};
use diary_core::time::Clock;
use hyper_util::rt::TokioTimer;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use crate::config::{Config, Limits, PagesListen, Transport, TransportError};
use crate::context::active::StartError;
use crate::context::change_watcher;
use crate::context::{Context, Parts};
use crate::data_folder::{DataFolder, FolderError, ServingLock};
use crate::http::api::join;
use crate::http::limits::connection_limit::Doors;
use crate::http::state::HttpState;
use crate::keys::ServerKeys;
use crate::pages::{self, PagesState};
use crate::relay::{PullError, Pulled, Puller};
use crate::site::upkeep::checkpoint::sign_regularly;
use crate::site::views::standings::task::{self as standings, Standings};
use crate::site::{SiteServices, StaffError};
use crate::{http, merge, relay};
use diary_core::entropy::SharedEntropy;
use diary_store::sqlite::Missing;

/// Time that requests have to end once the server is asked to stop. A push is answered long before; a long poll that
/// is cut off is repeated by the phone.
const DRAIN: Duration = Duration::from_secs(5);

/// Input for running a server.
#[derive(Clone)]
pub struct ServeInput {
    /// The data folder.
    pub folder: DataFolder,
    /// True if the folder must hold demonstration data, false if it must not.
    pub demo: bool,
    /// The configuration.
    pub config: Config,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: SharedEntropy,
}

/// Reason for which a server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// It may not listen as configured.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    /// The database or the study in it cannot be served.
    #[error("database: {0}")]
    Start(#[from] StartError),
    /// Backups are configured of a database that this server does not back up.
    #[error("[backup] configured for a PostgreSQL")]
    BackupElsewhere,
    /// Keys, database or study cannot be used.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// The relay's name in the configuration cannot be used.
    #[error("relay.host: {0}")]
    RelayHost(#[from] LinkError),
    /// The network to the relay cannot be used.
    #[error(transparent)]
    Relay(#[from] PullError),
    /// The address is taken, or not this machine's.
    #[error("{key} = {listen}: {reason}")]
    Listen {
        /// Key of the configuration.
        key: &'static str,
        /// The address.
        listen: SocketAddr,
        /// Error of the operating system.
        reason: String,
    },
    /// The disk failed, so the state on it is unknown.
    #[error("disk failed")]
    DiskFailed,
    /// The server ended without a request to stop.
    #[error("server stopped: {0}")]
    Stopped(String),
}

/// A server that runs.
pub struct Running {
    address: SocketAddr,
    pages: Option<SocketAddr>,
    handles: Vec<Handle<SocketAddr>>,
    task: JoinHandle<Result<(), ServeError>>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Running {
    /// Address on which it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Address of the pages, where they are served.
    #[must_use]
    pub const fn pages(&self) -> Option<SocketAddr> {
        self.pages
    }

    /// Asks it to stop. Requests that are being answered are finished first.
    pub fn stop(&self) {
        for handle in &self.handles {
            handle.graceful_shutdown(Some(DRAIN));
        }
    }

    /// Waits until it has stopped: everything that was received is on disk.
    ///
    /// # Errors
    /// [`ServeError`] where it stopped by itself.
    pub async fn ended(&mut self) -> Result<(), ServeError> {
        (&mut self.task).await.map_err(|e| ServeError::Stopped(e.to_string()))?
    }
}

/// Starts a keeper. It listens on `listener` where one is given, else as configured.
///
/// # Errors
/// [`ServeError`], which names what to change; nothing runs then.
pub async fn serve(input: ServeInput, listener: Option<TcpListener>) -> Result<Running, ServeError> {
    let (tls, lock) = prepare(&input)?;
    let ServeInput { folder, config, clock, entropy, demo: is_demo } = input;
    let (backup, relay, listen) = (config.backup.clone(), config.relay.clone(), config.server.listen);
    let desk = SiteServices::open_configured(&folder, clock, entropy, config).await?;
    desk.setting().await?;
    let retried = desk.quarantine().retry_after_upgrade().await?;
    if retried.judged > 0 {
        tracing::info!(
            judged = retried.judged,
            left = retried.left,
            "parcels in quarantine were judged once more"
        );
    }
    let puller = match &relay {
        Some(relay) => Some(Puller::new(desk.clone(), relay.host()?)?),
        None => None,
    };
    let bound = bind(listener, "server.listen", listen)?;
    let pages = match desk.context().config().pages.listen {
        PagesListen::At(listen) => Some(bind(None, "pages.listen", listen)?),
        PagesListen::Off => None,
    };
    let app = HttpState::start(desk.context().clone()).await?;
    app.keep_running(merge::run(desk.merger().clone(), app.ended()));
    let standings = Standings::new(desk.context().clone(), Arc::clone(desk.keeper_keys()));
    app.keep_running(standings::run(standings, app.ended()));
    // Dropped when the server has ended, which also ends the pulling task.
    let (serving, ended) = oneshot::channel::<()>();
    if let Some(puller) = puller {
        tokio::spawn(relay::pull::watch(puller, async { ended.await.unwrap_or_default() }, tell_of_relay));
    }
    let keeping = upkeep::run(desk.clone(), folder.clone(), backup, app.ended());
    let keeping = tokio::spawn(keeping);
    let signing = tokio::spawn(sign_regularly(desk.clone()));
    let pages = pages.map(|bound| serve_pages(&desk, bound, tls.clone(), is_demo));
    let afterwards = async move {
        keeping.abort();
        signing.abort();
        upkeep::note(&desk, &folder).await;
        drop((serving, lock));
    };
    Ok(start(app, bound, tls, afterwards).with(pages))
}

fn tell_of_relay(pulled: &Result<Pulled, PullError>) {
    match pulled {
        Ok(Pulled { read, taken, settled, handed, .. }) => {
            tracing::info!(read, taken, settled, handed, "spoke with the relay");
        }
        Err(error) => tracing::warn!(%error, "the relay"),
    }
}

/// Starts a relay: the same routes on the same kind of database, without a merge worker or sealing keys.
///
/// # Errors
/// [`ServeError`], which names what to change; nothing runs then.
pub async fn serve_relay(input: ServeInput, listener: Option<TcpListener>) -> Result<Running, ServeError> {
    let (tls, lock) = prepare(&input)?;
    let ServeInput { folder, config, clock, entropy, .. } = input;
    let keys = ServerKeys::load(&folder.keys(), ServerRole::Relay).map_err(StaffError::from)?;
    let secret = Zeroizing::new(*keys.database_secret());
    let location = folder.location();
    let store =
        location.open(&secret, Missing::Refuse, Arc::clone(&entropy)).await.map_err(StartError::from)?;
    let bound = bind(listener, "server.listen", config.server.listen)?;
    let context = Context::of(Parts { store, keys: Arc::new(keys), clock, entropy, config });
    let app = HttpState::start(context).await?;
    Ok(start(app, bound, tls, async move { drop(lock) }))
}

/// Checks that come before anything is opened.
fn prepare(input: &ServeInput) -> Result<(Option<RustlsConfig>, ServingLock), ServeError> {
    input.folder.expect_demo(input.demo)?;
    if input.config.backup.is_some() && input.folder.location().file().is_none() {
        return Err(ServeError::BackupElsewhere);
    }
    let tls = match &Transport::of(&input.config)? {
        Transport::Tls { certificate, key } => Some(tls::load(certificate, key)?),
        Transport::PlainOnLoopback | Transport::PlainBehindProxy => None,
    };
    if let PagesListen::At(listen) = input.config.pages.listen {
        Transport::at(&input.config, listen)?;
    }
    Ok((tls, input.folder.lock()?))
}

/// Pages that are served beside the phones.
struct PagesRunning {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
}

impl Running {
    fn with(mut self, pages: Option<PagesRunning>) -> Self {
        if let Some(PagesRunning { address, handle }) = pages {
            self.pages = Some(address);
            self.handles.push(handle);
        }
        self
    }
}

/// Begins to serve the site's pages. Their limits are their own, so that phones do not use up those of staff.
fn serve_pages(
    desk: &SiteServices,
    (listener, address): (TcpListener, SocketAddr),
    tls: Option<RustlsConfig>,
    demo: bool,
) -> PagesRunning {
    let state = PagesState::new(desk.clone(), desk.context().config(), demo);
    let connections = Arc::clone(state.guard().connections());
    let limits = state.guard().limits().clone();
    let routes = pages::router(state).into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    let serving = handle.clone();
    tokio::spawn(async move {
        let served = match tls {
            Some(tls) => match axum_server::from_tcp_rustls(listener, tls) {
                Ok(server) => {
                    let server = server.map(|acceptor| Doors::before(acceptor, connections)).http1_only();
                    hurried(server, &limits).handle(serving).serve(routes).await
                }
                Err(error) => Err(error),
            },
            None => match axum_server::from_tcp(listener) {
                Ok(server) => {
                    let server = server.map(|acceptor| Doors::before(acceptor, connections)).http1_only();
                    hurried(server, &limits).handle(serving).serve(routes).await
                }
                Err(error) => Err(error),
            },
        };
        if let Err(error) = served {
            tracing::error!(%error, "the pages stopped");
        }
    });
    tracing::info!(%address, "serving pages");
    PagesRunning { address, handle }
}

/// Begins to answer; `afterwards` is done when it has ended.
fn start(
    app: HttpState,
    (listener, address): (TcpListener, SocketAddr),
    tls: Option<RustlsConfig>,
    afterwards: impl Future<Output = ()> + Send + 'static,
) -> Running {
    app.keep_running(change_watcher::watch(app.context().clone(), app.ended()));
    let handle = Handle::new();
    let serving = handle.clone();
    let task = tokio::spawn(async move {
        let served = run(app, listener, tls, serving).await;
        afterwards.await;
        served
    });
    tracing::info!(%address, "serving");
    Running { address, pages: None, handles: vec![handle], task }
}

/// Serves until it is asked to stop and the requests in progress are answered, or until the disk fails.
async fn run(
    app: HttpState,
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    handle: Handle<SocketAddr>,
) -> Result<(), ServeError> {
    let routes = http::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let connections = Arc::clone(app.guard().connections());
    let stopped = |e: std::io::Error| ServeError::Stopped(e.to_string());
    let serving = async {
        match tls {
            Some(tls) => {
                let doors = |acceptor| Doors::before(acceptor, connections);
                let server = axum_server::from_tcp_rustls(listener, tls)?.map(doors).http1_only();
                hurried(server, app.guard().limits()).handle(handle).serve(routes).await
            }
            None => {
                let doors = |acceptor| Doors::before(acceptor, connections);
                let server = axum_server::from_tcp(listener)?.map(doors).http1_only();
                hurried(server, app.guard().limits()).handle(handle).serve(routes).await
            }
        }
    };
    let served = tokio::select! {
        served = serving => served.map_err(stopped),
        () = app.until_disk_failed() => Err(ServeError::DiskFailed),
    };
    if served.is_ok() {
        join::tell_untold(&app).await;
    }
    drop(app);
    served
}

/// A server that does not wait long for the head of a request.
pub(crate) fn hurried<A>(mut server: Server<SocketAddr, A>, limits: &Limits) -> Server<SocketAddr, A> {
    let mut http1 = server.http_builder().http1();
    http1.timer(TokioTimer::new()).header_read_timeout(limits.header_patience());
    server
}

fn bind(
    given: Option<TcpListener>,
    key: &'static str,
    listen: SocketAddr,
) -> Result<(TcpListener, SocketAddr), ServeError> {
    let bound = given.map_or_else(|| TcpListener::bind(listen), Ok).and_then(|listener| {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    bound.map_err(|e| ServeError::Listen { key, listen, reason: e.to_string() })
}

#[cfg(test)]
mod tests;
