//! Requests and replies get lost, doubled, cut and answered by other servers: no entry is lost and none is doubled.

use diary_core::ids::Hash;
use diary_core::text::Lang;
use diary_core::time::Clock;
use diary_sync::Mode;
use diary_sync::transport::{Request, Response, Transport, TransportError};
use diary_tests::world::beijing;
use diary_tests::{Fault, Network, World};

async fn digest_after(fault: Fault) -> (usize, u64) {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    world.note(&mut phone, "only once");
    let network = Network::with(&world.site.transport, &[fault]);
    world.sync_over(&mut phone, &network, Mode::Once).await;
    let outcome = world.sync(&mut phone).await;
    let record = world.site.desk.record(participant.vault).await.unwrap();
    (record.revision_count(), outcome.waiting)
}

#[tokio::test]
async fn whatever_happens_to_a_push_the_entry_is_in_the_record_exactly_once() {
    for fault in [
        Fault::LoseRequest,
        Fault::LoseReply,
        Fault::CutReply,
        Fault::Twice,
        Fault::Portal(200),
        Fault::Portal(302),
        Fault::Portal(401),
        Fault::Portal(403),
        Fault::Portal(413),
        Fault::Portal(426),
        Fault::Portal(503),
    ] {
        assert_eq!(digest_after(fault.clone()).await, (1, 0), "{fault:?}");
    }
}

/// A network over which each request takes sixteen minutes.
struct Slow<'w> {
    world: &'w World,
    network: Network,
}

impl Transport for Slow<'_> {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let response = self.network.send(request).await;
        self.world.clock.step_to(self.world.clock.now().plus_ms(16 * 60_000));
        response
    }
}

#[tokio::test]
async fn a_contact_with_a_slow_server_ends_after_a_quarter_of_an_hour_and_goes_on_at_the_next() {
    let world = World::new().await;
    let (_, mut phone) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    world.note(&mut phone, "on a slow line");
    let slow = Slow { world: &world, network: Network::good(&world.site.transport) };
    let outcome = world.sync_over(&mut phone, &slow, Mode::Once).await;
    // The push has passed; the log is left for the next contact.
    assert_eq!(slow.network.seen(), ["/v1/parcels"]);
    assert_eq!((outcome.waiting, outcome.trouble.map(|t| t.code())), (0, Some("timed-out")));
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.waiting, outcome.trouble), (0, None));
}

#[tokio::test]
async fn the_page_of_a_captive_portal_is_not_a_receipt() {
    let world = World::new().await;
    let (_, mut phone) = world.enrol("MG-001").await;
    world.note(&mut phone, "in a café");
    let network = Network::with(&world.site.transport, &vec![Fault::Portal(200); 8]);
    let outcome = world.sync_over(&mut phone, &network, Mode::Once).await;
    assert_eq!(outcome.trouble.map(|t| t.code()), Some("not-the-server"));
    assert_eq!(outcome.waiting, 1);
}

#[tokio::test]
async fn a_lost_reply_to_joining_is_asked_for_again_with_the_same_keys() {
    let world = World::new().await;
    let (_, invitation) = world.site.invite("MG-001").await.unwrap();
    let network = Network::with(&world.site.transport, &[Fault::LoseReply]);
    let lost = world.site.join("MG-001", &invitation, Lang::EN, beijing(), &network).await;
    assert!(lost.is_err());
    // The server has the device; the phone still has its keys, and the link is valid for it.
    let phone = world.site.join("MG-001", &invitation, Lang::EN, beijing(), &network).await.unwrap();
    assert!(phone.joined.pending);
    let other = world.site.join("stranger", &invitation, Lang::EN, beijing(), &world.site.transport).await;
    assert!(other.is_err(), "nobody else can use the link");
}

#[tokio::test]
async fn a_keeper_that_stops_between_two_pushes_loses_nothing() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.note(&mut phone, "one");
    world.sync(&mut phone).await;
    world.site.stop().await.unwrap();
    world.note(&mut phone, "two");
    let network = Network::good(&world.site.transport);
    let outcome = world.sync_over(&mut phone, &network, Mode::Once).await;
    assert_eq!((outcome.trouble.map(|t| t.code()), outcome.waiting), (Some("offline"), 1));
    world.site.start_again().await.unwrap();
    assert_eq!(world.sync(&mut phone).await.waiting, 0);
    let record = world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count(), 2);
    assert_ne!(record.digest(), Hash::from_bytes([0; 32]));
}
