//! A relay on the internet in front of the site's keeper: made, named by the study's root and served as on real
//! machines. The keeper pulls only when a test calls for it.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use diary_core::api::{self, JoinBody};
use diary_core::entropy::Entropy;
use diary_core::ids::{EnrolmentId, Nonce, VaultId};
use diary_core::keys::{
    ApiHost, EnrolmentSecret, HistoryScope, JoinRequest, SealingKey, ServerRole, SigningKey,
};
use diary_core::text::Lang;
use diary_demo::phone::Phone;
use diary_server::config::Config;
use diary_server::data_folder::DataFolder;
use diary_server::keys::ServerKeys;
use diary_server::relay::setup::{RelayCard, make_relay, take_bundle_file};
use diary_server::relay::{PullError, Pulled, Puller};
use diary_server::serve::{Running, ServeInput, serve_relay};
use diary_server::site::ConfirmDevice;
use diary_store::Participant;

use crate::World;
use crate::world::beijing;

/// A site whose phones connect to a relay.
pub struct Relayed {
    /// The site, with its keeper.
    pub world: World,
    /// The relay's data folder.
    pub folder: PathBuf,
    /// Host and port that it listens on.
    pub host: ApiHost,
    address: SocketAddr,
    relay: Option<Running>,
}

impl Relayed {
    /// A site with a relay that serves; links name it from now on.
    pub async fn new() -> Self {
        Self::of(World::new().await).await
    }

    /// The same in front of this site.
    pub async fn of(world: World) -> Self {
        let folder = world.folder().join("relay");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        let host: ApiHost = format!("http://{address}").parse().expect("a loopback address is a host");
        let (keys, entropy) = (world.site.desk.keeper_keys(), &world.site.entropy);
        let of = (&keys.study, &keys.site);
        let made = make_relay(&folder, of, &host, (None, true), entropy).await.expect("a fresh folder");
        let card = RelayCard::read(&made.card).expect("it was just written");
        let root = world.site.root_key().expect("the stage keeps it");
        let added = world.site.desk.add_relay(&world.site.staff, &card, &root).await.expect("a new relay");
        let by = &world.site.staff;
        take_bundle_file(&made.folder, by, &added.file, &*world.clock, entropy).await.expect("it names it");
        let mut relayed = Self { world, folder, host: host.clone(), address, relay: None };
        relayed.world.site.invite_through(host);
        relayed.serve(listener).await;
        relayed
    }

    async fn serve(&mut self, listener: TcpListener) {
        let mut config = Config::default();
        config.server.listen = self.address;
        let folder = DataFolder::open(&self.folder).expect("a relay's folder");
        let (clock, entropy) = (self.world.clock.clone(), self.world.site.entropy.clone());
        let input = ServeInput { folder, demo: true, config, clock, entropy };
        self.relay = Some(serve_relay(input, Some(listener)).await.expect("a relay starts"));
    }

    /// Stops the relay in an orderly way.
    pub async fn stop(&mut self) {
        if let Some(mut relay) = self.relay.take() {
            relay.stop();
            relay.ended().await.expect("it was told to stop");
        }
    }

    /// Starts the relay again.
    pub async fn start_again(&mut self) {
        let listener = TcpListener::bind(self.address).expect("the port is free again");
        self.serve(listener).await;
    }

    /// The keeper at a relay of any host.
    pub fn puller_at(&self, host: ApiHost) -> Puller {
        Puller::new(self.world.site.desk.clone(), host).expect("the network is there")
    }

    /// The keeper pulls once.
    pub async fn try_pull(&self) -> Result<Pulled, PullError> {
        self.puller_at(self.host.clone()).pull(0).await
    }

    /// The keeper pulls once.
    pub async fn pull(&self) -> Pulled {
        self.try_pull().await.expect("the relay answers")
    }

    /// A participant with a phone that has joined at the relay and is not confirmed yet.
    pub async fn join(&self, subject: &str) -> (Participant, Phone) {
        let site = &self.world.site;
        let (participant, invitation) = site.invite(subject).await.expect("staff can invite");
        // As `enrol` does.
        self.puller_at(self.host.clone()).tell_links().await.expect("the relay answers");
        let phone = site.join(subject, &invitation, Lang::EN, beijing(), &site.transport).await;
        (participant, phone.expect("the relay takes it"))
    }

    /// Staff confirm a phone by the digits that it shows.
    pub async fn confirm(&self, participant: &Participant, phone: &Phone) {
        let site = &self.world.site;
        let digits = phone.joined.digits;
        let confirmed = site
            .desk
            .devices()
            .confirm(
                &site.staff,
                participant,
                ConfirmDevice { digits, history: HistoryScope::All, reason: None },
            )
            .await;
        confirmed.expect("the digits are those of a phone that waits");
    }

    /// A participant with a confirmed phone that knows it.
    pub async fn enrol(&self, subject: &str) -> (Participant, Phone) {
        let (participant, mut phone) = self.join(subject).await;
        self.world.sync(&mut phone).await;
        self.pull().await;
        self.confirm(&participant, &phone).await;
        self.pull().await;
        self.world.sync(&mut phone).await;
        (participant, phone)
    }

    /// The relay's own key, for a relay that turns bad.
    pub fn key(&self) -> SigningKey {
        let folder = DataFolder::open(&self.folder).expect("a relay's folder");
        let keys = ServerKeys::load(&folder.keys(), ServerRole::Relay).expect("its keys are there");
        SigningKey::from_seed(keys.signing.seed())
    }

    /// Sends join requests from one address that belong to no link; returns the number that the relay accepts.
    ///
    /// # Panics
    /// Panics if it does not answer.
    pub async fn strangers_ask(&self, count: usize) -> usize {
        let random: &dyn Entropy = &*self.world.site.entropy;
        let (sealing, secret) = (SealingKey::generate(random), EnrolmentSecret::generate(random));
        let http = crate::hostile::client(std::net::Ipv4Addr::new(127, 0, 0, 2));
        let mut taken = 0;
        for _ in 0..count {
            let signing = SigningKey::generate(random);
            let request = JoinRequest {
                enrolment: EnrolmentId::from_bytes(random.array()),
                vault: VaultId::from_bytes(random.array()),
                signing: signing.verifying_key(),
                sealing: sealing.public().clone(),
            };
            let body = JoinBody::new(Nonce::from_bytes(random.array()), &request.sign(&signing, &secret));
            let url = format!("{}{}", self.host.url(), api::JOIN);
            let body = serde_json::to_vec(&body).expect("it has nothing that JSON lacks");
            let post = http.post(url).header("content-type", api::JSON).body(body);
            taken += usize::from(post.send().await.expect("the relay answers").status() == 200);
        }
        taken
    }
}
