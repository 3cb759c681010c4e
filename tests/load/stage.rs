//! Servers under measurement: a keeper with admitted phones, and a relay in front of it that knows none of them yet.
//! The phones have keys and certificates and no store; they are admitted by the real acts of staff.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use diary_core::entropy::SharedEntropy;
use diary_core::entropy::{Entropy, SystemEntropy};
use diary_core::keys::{ApiHost, Bundle, Certificate, HistoryScope, JoinRequest, SealingKey, SigningKey};
use diary_core::parcel::DeviceCredential;
use diary_core::signed::Signed;
use diary_core::study::shipped;
use diary_core::time::Clock;
use diary_server::audit::Account;
use diary_server::clock::SystemClock;
use diary_server::config::FILE_NAME;
use diary_server::data_folder::DataFolder;
use diary_server::key_file::{KeyFile, Purpose};
use diary_server::ops::setup::{ROOT_FILE, SetupInput, set_up};
use diary_server::relay::setup::{RelayCard, make_relay, take_bundle_file};
use diary_server::site::SiteServices;
use diary_server::site::devices::enrolment::{Hosts, NewLink};
use diary_store::{DeviceChange, JoinToTake, Participant, TrailEvent};
use diary_tests::process::Process;
use diary_tests::sealer::Sealer;
use tempfile::TempDir;
use tokio_postgres::Client;

use crate::args::{Backend, Role};
use crate::places::Places;

/// One machine sends as much as all phones of a country would. The counters for the limits are updated all the same.
const LIFTED: &str = "[limits]
source_burst = 1000000000
source_per_minute = 10000000
device_burst = 1000000000
device_per_minute = 10000000
connections = 5000
connections_per_source = 5000
pending_device_records = 1000000000
pending_device_bytes = 1000000000000
device_records_per_day = 1000000000
device_bytes_per_day = 1000000000000
device_records = 1000000000
device_bytes = 1000000000000
";

/// A folder with a keeper and a relay. Nothing of it is open.
pub(crate) struct Stage {
    folder: TempDir,
    clock: Arc<dyn Clock>,
    places: Places,
}

/// A server that runs.
pub(crate) struct Server {
    process: Process,
    /// Address that it listens on.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Process id.
    pub(crate) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Stops it in an orderly way.
    pub(crate) fn stop(mut self) {
        let ended = self.process.stop();
        assert!(ended.success(), "the server ended with {ended}: {}", self.process.complaints());
    }
}

impl Stage {
    /// Founds the site, with so many phones.
    pub(crate) async fn found(backend: Backend, phones: usize) -> (Self, Vec<Sealer>) {
        let stage = Self::found_at(backend, Arc::new(SystemClock)).await;
        let desk = stage.desk().await;
        let bundle = desk.bundle().await.expect("it was founded");
        let mut sealers = Vec::with_capacity(phones);
        for n in 0..phones {
            sealers.push(admit(&desk, &bundle, n).await.1);
        }
        desk.merger().settle(&bundle, desk.now()).await.expect("the database answers");
        drop(desk);
        stage.until_closed().await;
        (stage, sealers)
    }

    /// Founds the site by a clock, without participants.
    pub(crate) async fn found_at(backend: Backend, clock: Arc<dyn Clock>) -> Self {
        let stage = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            clock,
            places: Places::new(backend).await,
        };
        let (staff, host) = (staff(), host());
        let offline = stage.folder.path().join("offline");
        let database = stage.places.config(Role::Keeper);
        let input = SetupInput {
            data: &stage.data(Role::Keeper),
            offline: &offline,
            package: &shipped::nct06836973(),
            site: &"beijing".parse().expect("a plain word"),
            public: Some(&host),
            database: database.as_ref(),
            demo: true,
            by: &staff,
        };
        set_up(&input, &*stage.clock, &entropy()).await.expect("a fresh folder");
        let desk = stage.desk().await;
        let root = KeyFile::read(&offline.join(ROOT_FILE), Purpose::StudyRoot).expect("just written");
        stage.name_relay(&desk, &staff, &host, &SigningKey::from_seed(&root.secret)).await;
        for role in [Role::Keeper, Role::Relay] {
            stage.configure(role);
        }
        drop(desk);
        stage.until_closed().await;
        stage
    }

    fn configure(&self, role: Role) {
        let database = self.places.config(role);
        let database =
            database.map_or_else(String::new, |one| format!("[database]\nurl = \"{}\"\n", one.url));
        let text = format!("{database}{LIFTED}");
        std::fs::write(self.data(role).join(FILE_NAME), text).expect("the folder is there");
    }

    /// Data folder of a server, with its database.
    pub(crate) fn folder(&self, role: Role) -> DataFolder {
        let folder = DataFolder::at(&self.data(role)).with_database(self.places.location(role));
        folder.expect("a server's folder")
    }

    /// A connection to the keeper's database, where that is a process of its own.
    pub(crate) async fn look(&self) -> Option<Client> {
        self.places.look().await
    }

    /// CPU seconds of the database's own processes, where it has any.
    pub(crate) fn database_cpu_s(&self) -> Option<f64> {
        self.places.cpu_s()
    }

    /// Waits until no process has the databases open any more: the last to close them removes their logs.
    async fn until_closed(&self) {
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        let has_log = |role| {
            let folder = self.folder(role);
            folder.location().file().is_some_and(|file| file.with_extension("db-wal").exists())
        };
        while [Role::Keeper, Role::Relay].into_iter().any(has_log) {
            looks.tick().await;
        }
    }

    async fn name_relay(&self, desk: &SiteServices, staff: &Account, host: &ApiHost, root: &SigningKey) {
        let (keys, entropy) = (desk.keeper_keys(), &entropy());
        let (data, database) = (self.data(Role::Relay), self.places.config(Role::Relay));
        let with = (database.as_ref(), true);
        let made = make_relay(&data, (&keys.study, &keys.site), host, with, entropy).await;
        let made = made.expect("a fresh folder");
        let card = RelayCard::read(&made.card).expect("just written");
        let added = desk.add_relay(staff, &card, root).await.expect("a new relay");
        let taken =
            take_bundle_file(&self.folder(Role::Relay), staff, &added.file, &*self.clock, entropy).await;
        taken.expect("the bundle names it");
    }

    /// The data folder of a server.
    pub(crate) fn data(&self, role: Role) -> PathBuf {
        self.folder.path().join(role.name())
    }

    /// Acts of staff on the keeper's database; its server may be running or not.
    pub(crate) async fn desk(&self) -> SiteServices {
        let folder = self.folder(Role::Keeper);
        SiteServices::open(&folder, Arc::clone(&self.clock), entropy()).await.expect("its database opens")
    }

    /// The same state in a folder of its own. Nothing of this one may be open.
    pub(crate) async fn copy(&self) -> Self {
        let clock = Arc::clone(&self.clock);
        let copy = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            clock,
            places: self.places.copied().await,
        };
        copy_all(self.folder.path(), copy.folder.path());
        [Role::Keeper, Role::Relay].into_iter().for_each(|role| copy.configure(role));
        copy
    }

    /// Starts a server as a process, under `wrapper` where there is one.
    pub(crate) fn serve(&self, program: &Path, role: Role, wrapper: &[OsString]) -> Server {
        let further: &[OsString] = match role {
            Role::Keeper => &[],
            Role::Relay => &["--relay".into()],
        };
        let process = Process::start_with(program, &self.data(role), wrapper, further);
        let url = process.url();
        let address = url.as_deref().and_then(|url| url.strip_prefix("http://")?.parse().ok());
        let address = address.unwrap_or_else(|| {
            unreachable!("the server does not start: {}", process.complaints());
        });
        Server { process, address }
    }
}

/// Randomness, as it is shared with a store.
pub(crate) fn entropy() -> SharedEntropy {
    Arc::new(SystemEntropy)
}

/// Account of staff.
pub(crate) fn staff() -> Account {
    Account::new("coordinator").expect("a plain name")
}

fn host() -> ApiHost {
    "http://127.0.0.1:8440".parse().expect("a loopback address is a host")
}

/// The n-th participant, with a phone that was certified. The records that `confirm` addresses to the phone are left out:
/// it has no store that could read them.
pub(crate) async fn admit(desk: &SiteServices, bundle: &Bundle, n: usize) -> (Participant, Sealer) {
    let (entropy, staff): (&dyn Entropy, _) = (&SystemEntropy, staff());
    let participant =
        desk.participants().add(&staff, &format!("P-{n:05}"), false).await.expect("a new subject");
    let hosts = Hosts { api: host(), app: host() };
    let link = desk
        .devices()
        .enrol(&staff, &participant, NewLink::own(&hosts, 15))
        .await
        .expect("staff make a link")
        .link;
    let (signing, sealing) = (SigningKey::generate(entropy), SealingKey::generate(entropy));
    let request = JoinRequest {
        enrolment: link.enrolment,
        vault: link.vault,
        signing: signing.verifying_key(),
        sealing: sealing.public().clone(),
    };
    let join = JoinToTake {
        signed: request.sign(&signing, &link.secret),
        request,
        received: desk.now(),
        pushed: false,
    };
    desk.context().store().take_join(join).await.expect("the link is good");
    let paper = certificate(desk, bundle, &participant, &signing, &sealing);
    let change = DeviceChange {
        vault: link.vault,
        device: signing.id(),
        paper: paper.clone(),
        revokes: false,
        seen: None,
        at: desk.now(),
    };
    let event = TrailEvent {
        at: desk.now(),
        who: staff.as_str().to_owned(),
        role: "staff".to_owned(),
        what: "device.confirm".to_owned(),
        target: format!("vault={} device={}", link.vault, signing.id()),
        reason: None,
    };
    desk.context().store().change_device(change, event).await.expect("the device has joined");
    let of = (desk.keeper_keys().study.clone(), desk.keeper_keys().site.clone(), link.vault);
    let sealer = Sealer::with(of, signing, bundle.clone(), DeviceCredential::Certificate(paper));
    (participant, sealer)
}

fn certificate(
    desk: &SiteServices,
    bundle: &Bundle,
    participant: &Participant,
    signing: &SigningKey,
    sealing: &SealingKey,
) -> Signed {
    let (keys, entropy): (_, &dyn Entropy) = (desk.keeper_keys(), &SystemEntropy);
    let site = bundle.site_key(&keys.site).map(|site| &site.key);
    let recipients: Vec<_> = site.into_iter().chain(bundle.recovery_key(&keys.site)).collect();
    let (vault, device) = (participant.vault, signing.id());
    let binding = Certificate::seal_participant(&participant.subject, vault, device, &recipients, entropy);
    let certificate = Certificate {
        vault,
        study: keys.study.clone(),
        site: keys.site.clone(),
        signing: signing.verifying_key(),
        sealing: sealing.public().clone(),
        participant: binding.expect("the site's keys are keys"),
        history: HistoryScope::All,
        issued: desk.now(),
        by: keys.signing.id(),
    };
    certificate.sign(&keys.signing)
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("there is room");
    for file in std::fs::read_dir(from).expect("a folder") {
        let file = file.expect("a file");
        let (from, to) = (file.path(), to.join(file.file_name()));
        if from.is_dir() {
            copy_all(&from, &to);
        } else {
            std::fs::copy(&from, &to).expect("there is room");
        }
    }
}
