//! A site on this machine: a real keeper on a loopback port over a fresh folder marked DEMO, the acts of its staff, and
//! enrolment of phones over HTTP. The demonstration and the stories of the tests start here.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diary_core::entropy::Entropy;
use diary_core::entropy::SharedEntropy;
use diary_core::ids::SiteId;
use diary_core::keys::{ApiHost, HistoryScope, SigningKey};
use diary_core::study::StudyPackage;
use diary_core::text::Lang;
use diary_core::time::{Clock, Zone};
use diary_server::audit::Account;
use diary_server::config::{Config, Database, Limits, PagesListen};
use diary_server::data_folder::{DEMO_MARK, DataFolder, FolderError};
use diary_server::key_file::{KeyFile, KeyFileError, Purpose};
use diary_server::ops::setup::{ROOT_FILE, SetupError, SetupInput, set_up};
use diary_server::serve::{Running, ServeError, ServeInput, serve};
use diary_server::site::devices::enrolment::{Hosts, NewLink};
use diary_server::site::{ConfirmDevice, Invitation, SiteServices, StaffError};
use diary_store::Participant;
use diary_sync::Mode;
use diary_sync::transport::http::HttpTransport;
use diary_sync::transport::{Transport, TransportError};

use crate::earlier;
use crate::phone::{Phone, PhoneError};

/// The port that is tried first.
pub const USUAL_PORT: u16 = 8440;
/// Account that acts for the site.
const COORDINATOR: &str = "coordinator";
/// The server's data folder within a demonstration.
const DATA: &str = "server";
/// Minutes for which a link is valid.
const LINK_MINUTES: u32 = 15;

/// Failure of an action on the stage.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The folder holds files that are no demonstration.
    #[error("{0}: holds something that is no demonstration. Name another folder with --dir")]
    NotOurs(PathBuf),
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Disk {
        /// File or folder.
        path: PathBuf,
        /// Error of the system.
        source: std::io::Error,
    },
    /// No port on loopback.
    #[error("no free port on 127.0.0.1: {0}")]
    Port(std::io::Error),
    /// The server's folder could not be opened.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// An offline key could not be read or written.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The keeper could not be set up.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The keeper could not be started.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// An act of staff was refused or failed.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// A phone failed.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// The phones' network could not be set up.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// A site with its keeper.
pub struct Site {
    /// The folder that holds it all.
    pub folder: PathBuf,
    /// Folder that an earlier demonstration of this folder was moved to.
    pub earlier: Option<PathBuf>,
    /// Clock of the keeper.
    pub clock: Arc<dyn Clock>,
    /// Source of randomness.
    pub entropy: SharedEntropy,
    /// Acts of staff.
    pub desk: SiteServices,
    /// Account of staff.
    pub staff: Account,
    /// Network of the phones.
    pub transport: HttpTransport,
    /// The keeper, while it serves.
    pub keeper: Running,
    hosts: Hosts,
    relay: Option<ApiHost>,
    address: SocketAddr,
    database: Option<Database>,
}

impl Site {
    /// Makes a keeper of `package` in `folder`, moving an earlier demonstration there aside, and starts it.
    ///
    /// # Errors
    /// [`SiteError`].
    pub async fn open(
        folder: &Path,
        package: &StudyPackage,
        site: &SiteId,
        port: u16,
        clock: Arc<dyn Clock>,
        entropy: SharedEntropy,
    ) -> Result<Self, SiteError> {
        Self::open_on(None, folder, package, site, port, clock, entropy).await
    }

    /// The same on a database elsewhere, where one is named.
    ///
    /// # Errors
    /// [`SiteError`].
    pub async fn open_on(
        database: Option<Database>,
        folder: &Path,
        package: &StudyPackage,
        site: &SiteId,
        port: u16,
        clock: Arc<dyn Clock>,
        entropy: SharedEntropy,
    ) -> Result<Self, SiteError> {
        let earlier = clear(folder)?;
        let staff = Account::new(COORDINATOR).map_err(StaffError::from)?;
        let listener = listen(port)?;
        let address = listener.local_addr().map_err(SiteError::Port)?;
        let public: ApiHost = format!("http://{address}").parse().expect("a loopback address is a host");
        let (data, offline) = (folder.join(DATA), folder.join("offline-keys"));
        let input = SetupInput {
            data: &data,
            offline: &offline,
            package,
            site,
            public: Some(&public),
            database: database.as_ref(),
            demo: true,
            by: &staff,
        };
        set_up(&input, &*clock, &entropy).await?;
        let data = data_folder(&data, database.as_ref())?;
        let desk = SiteServices::open(&data, clock.clone(), entropy.clone()).await?;
        let keeper = start(&data, address, clock.clone(), entropy.clone(), listener).await?;
        let transport = HttpTransport::new()?;
        let hosts = Hosts { api: public.clone(), app: public };
        Ok(Self {
            folder: folder.to_owned(),
            earlier,
            clock,
            entropy,
            desk,
            staff,
            transport,
            keeper,
            hosts,
            relay: None,
            address,
            database,
        })
    }

    /// Lets the links that are made from now on name a relay.
    pub fn invite_through(&mut self, relay: ApiHost) {
        self.relay = Some(relay);
    }

    /// URL of the keeper.
    #[must_use]
    pub fn url(&self) -> String {
        self.hosts.api.url()
    }

    /// URL of the pages.
    #[must_use]
    pub fn pages_url(&self) -> String {
        self.keeper.pages().map_or_else(String::new, |address| format!("http://{address}"))
    }

    /// The site.
    #[must_use]
    pub fn site(&self) -> SiteId {
        self.desk.keeper_keys().site.clone()
    }

    /// The server's data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.join(DATA)
    }

    /// The study's root key, from its offline file.
    ///
    /// # Errors
    /// [`SiteError::KeyFile`].
    pub fn root_key(&self) -> Result<SigningKey, SiteError> {
        let file = KeyFile::read(&self.folder.join("offline-keys").join(ROOT_FILE), Purpose::StudyRoot)?;
        Ok(SigningKey::from_seed(&file.secret))
    }

    /// Stops the keeper in an orderly way.
    ///
    /// # Errors
    /// [`SiteError::Serve`] if the server had stopped with an error.
    pub async fn stop(&mut self) -> Result<(), SiteError> {
        self.keeper.stop();
        Ok(self.keeper.ended().await?)
    }

    /// Starts the keeper again on the same port, after [`Self::stop`].
    ///
    /// # Errors
    /// [`SiteError`].
    pub async fn start_again(&mut self) -> Result<(), SiteError> {
        let data = data_folder(&self.data(), self.database.as_ref())?;
        let listener = TcpListener::bind(self.address).map_err(SiteError::Port)?;
        self.keeper = start(&data, self.address, self.clock.clone(), self.entropy.clone(), listener).await?;
        Ok(())
    }

    /// Adds a participant and makes a link for one phone.
    ///
    /// # Errors
    /// [`SiteError::Staff`].
    pub async fn invite(&self, subject: &str) -> Result<(Participant, Invitation), SiteError> {
        let participant = self.desk.participants().add(&self.staff, subject, false).await?;
        let hosts = match &self.relay {
            Some(relay) => self.hosts.clone().through(relay.clone()),
            None => self.hosts.clone(),
        };
        let invitation =
            self.desk.devices().enrol(&self.staff, &participant, NewLink::own(&hosts, LINK_MINUTES)).await?;
        Ok((participant, invitation))
    }

    /// Makes a link for a further phone of a participant.
    ///
    /// # Errors
    /// [`SiteError::Staff`].
    pub async fn invite_another(&self, participant: &Participant) -> Result<Invitation, SiteError> {
        Ok(self
            .desk
            .devices()
            .enrol(&self.staff, participant, NewLink::own(&self.hosts, LINK_MINUTES))
            .await?)
    }

    /// One participant, all the way: added and invited by staff, joined by phone, confirmed by the six digits, first
    /// contact.
    ///
    /// # Errors
    /// [`SiteError`].
    pub async fn enrol(
        &self,
        subject: &str,
        lang: Lang,
        zone: Zone,
    ) -> Result<(Participant, Phone), SiteError> {
        let (participant, invitation) = self.invite(subject).await?;
        let mut phone = self.join(subject, &invitation, lang, zone, &self.transport).await?;
        self.desk
            .devices()
            .confirm(
                &self.staff,
                &participant,
                ConfirmDevice { digits: phone.joined.digits, history: HistoryScope::All, reason: None },
            )
            .await?;
        let entropy: &dyn Entropy = &*self.entropy;
        phone.sync(&self.transport, &*self.clock, entropy, Mode::Wait(10)).await?;
        Ok((participant, phone))
    }

    /// A phone joins by an invitation, over any transport.
    ///
    /// # Errors
    /// [`SiteError::Phone`].
    pub async fn join<T: Transport>(
        &self,
        name: &str,
        invitation: &Invitation,
        lang: Lang,
        zone: Zone,
        transport: &T,
    ) -> Result<Phone, SiteError> {
        let folder = self.folder.join("phones").join(name);
        let entropy: &dyn Entropy = &*self.entropy;
        Ok(Phone::join(folder, &invitation.link, lang, zone, transport, &*self.clock, entropy).await?)
    }
}

fn data_folder(path: &Path, database: Option<&Database>) -> Result<DataFolder, SiteError> {
    let elsewhere = database.map(Database::location).transpose().map_err(SetupError::from)?;
    Ok(DataFolder::at(path).with_database(elsewhere)?)
}

async fn start(
    data: &DataFolder,
    address: SocketAddr,
    clock: Arc<dyn Clock>,
    entropy: SharedEntropy,
    listener: TcpListener,
) -> Result<Running, SiteError> {
    let mut config = Config::default();
    config.server.listen = address;
    // Beside the usual port, so that a second demonstration, or a test, finds a free one.
    let beside = if address.port() == USUAL_PORT { USUAL_PORT + 1 } else { 0 };
    config.pages.listen = PagesListen::At(SocketAddr::new(address.ip(), beside));
    // All phones live on this machine, and weeks pass in seconds.
    config.limits = Limits::lifted();
    let input = ServeInput { folder: data.clone(), demo: true, config, clock, entropy };
    Ok(serve(input, Some(listener)).await?)
}

/// Clears the folder of an earlier demonstration; a folder with other contents is left as it is and refused. Returns the
/// folder that the earlier one was moved to, if a user may have logged in it.
fn clear(folder: &Path) -> Result<Option<PathBuf>, SiteError> {
    let disk = |source| SiteError::Disk { path: folder.to_owned(), source };
    let mark = folder.join(DEMO_MARK);
    let exists = folder.exists();
    let empty = exists && std::fs::read_dir(folder).map_err(disk)?.next().is_none();
    let mut moved = None;
    if exists && !empty {
        if !mark.exists() {
            return Err(SiteError::NotOurs(folder.to_owned()));
        }
        // One that is still served holds its lock: opening it is refused here, and nothing is removed.
        if let Ok(serving) = DataFolder::open(&folder.join(DATA)) {
            drop(serving.lock()?);
        }
        moved = earlier::clear(folder).map_err(disk)?;
    }
    std::fs::create_dir_all(folder).map_err(disk)?;
    std::fs::write(mark, "Made-up patients. `cargo run -p diary-demo` moves this folder aside.\n")
        .map_err(disk)?;
    Ok(moved)
}

/// The wanted port, or a free one if that is taken.
fn listen(port: u16) -> Result<TcpListener, SiteError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .map_err(SiteError::Port)
}
