//! The site's key changes while phones are in use: entries sealed before still open, later answers are sealed to the
//! new generation, and phones refuse a return to older keys.

use diary_core::api::{HELLO, Hello, Limits};
use diary_core::entropy::{Entropy, SystemEntropy};
use diary_core::ids::{Epoch, Nonce};
use diary_core::keys::Bundle;
use diary_core::keys::SiteKeyStatus;
use diary_core::signed::Signed;
use diary_demo::phone::Phone;
use diary_server::keys::KeeperKeys;
use diary_server::site::RebuildSource;
use diary_sync::Mode;
use diary_sync::sync_issue::SyncIssue;
use diary_sync::transport::http::HttpTransport;
use diary_sync::transport::{Request, Response, Transport, TransportError};
use diary_tests::{Network, World};

/// Contacts until the phone has the bundle of this version: the serving process looks for news twice a second.
async fn learn(world: &World, phone: &mut Phone, version: u64) {
    let network = Network::good(&world.site.transport);
    for _ in 0..2_000 {
        world.sync_over(phone, &network, Mode::Once).await;
        if phone.diary.bundle().unwrap().version == version {
            return;
        }
    }
    panic!("bundle {version} was never learned: {:?}", network.seen());
}

fn generation_sealed_to(phone: &Phone) -> u32 {
    let device = phone.diary.device();
    phone.diary.store().current_grant(device.incarnation).unwrap().unwrap().generation
}

#[tokio::test]
async fn a_new_generation_is_learned_used_once_active_and_old_parcels_still_open() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let (desk, staff, root) = (&world.site.desk, &world.site.staff, world.site.root_key().unwrap());
    world.note(&mut phone, "sealed to the first");
    world.sync(&mut phone).await;

    assert_eq!(desk.keys().rotate(staff, (&desk.keeper_keys().site, &root), false, None).await.unwrap(), 2);
    learn(&world, &mut phone, 2).await;
    world.note(&mut phone, "announced is not in use");
    world.sync(&mut phone).await;
    assert_eq!(generation_sealed_to(&phone), 1);

    desk.keys().activate(staff, (&desk.keeper_keys().site, &root), 2, Some("yearly")).await.unwrap();
    // Said before the phone knows: sealed to the first, and taken all the same.
    world.note(&mut phone, "written before the phone knew");
    learn(&world, &mut phone, 3).await;
    world.note(&mut phone, "sealed to the second");
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.trouble, outcome.waiting, outcome.unmerged), (None, 0, 0));
    assert_eq!(generation_sealed_to(&phone), 2);

    let record = desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count(), 4);
    let again = desk.upkeep().rebuild(staff, &participant, &RebuildSource::Sealed, None).await.unwrap();
    assert!(again.is_same(), "{:?}", again.differences);
    let view = desk.keys().view().await.unwrap();
    let standing: Vec<_> =
        view.generations.iter().map(|one| (one.generation, one.status, one.held)).collect();
    assert_eq!(standing, [(2, SiteKeyStatus::Active, true), (1, SiteKeyStatus::Expired, true)]);
}

/// A server in the middle that holds the keeper's key and greets with a bundle of its choice.
struct Greets {
    inner: HttpTransport,
    keys: KeeperKeys,
    bundle: Signed,
}

impl Transport for Greets {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let Some(query) = request.path.strip_prefix(HELLO) else { return self.inner.send(request).await };
        let nonce: Nonce = query.trim_start_matches("?nonce=").parse().unwrap();
        let hello = Hello {
            server: self.keys.signing.id(),
            epoch: Epoch::from_bytes((&SystemEntropy as &dyn Entropy).array()),
            server_time: diary_tests::world::at(0, "12:00"),
            limits: Limits::V1,
            bundle: self.bundle.clone(),
            minimum_client: "0.1.0".to_owned(),
            nonce,
        };
        let real = self.inner.send(request).await?;
        Ok(Response { body: hello.sign(&self.keys.signing).to_bytes(), ..real })
    }
}

#[tokio::test]
async fn an_older_bundle_is_never_taken_and_another_of_the_same_version_is_reported() {
    let world = World::new().await;
    let (_, mut phone) = world.enrol("MG-001").await;
    let (desk, staff, root) = (&world.site.desk, &world.site.staff, world.site.root_key().unwrap());
    let first = desk.setting().await.unwrap().signed_bundle.clone();
    desk.keys().renew(staff, &root).await.unwrap();
    learn(&world, &mut phone, 2).await;
    let held = phone.diary.bundle().unwrap();
    // The phone requests the greeting, since a third bundle is announced.
    desk.keys().renew(staff, &root).await.unwrap();
    let greets = |bundle: Signed| Greets {
        inner: world.site.transport.clone(),
        keys: KeeperKeys::load(&world.site.data().join("keys")).unwrap(),
        bundle,
    };

    let rolled_back = greets(first);
    for _ in 0..20 {
        world.sync_over(&mut phone, &rolled_back, Mode::Once).await;
        assert_eq!(phone.diary.bundle().unwrap(), held, "an older one was taken");
    }
    let other = Bundle { expires: held.expires.plus_ms(1), ..held.clone() };
    let forked = greets(other.sign(&root));
    let mut told = None;
    for _ in 0..2_000 {
        told = world.sync_over(&mut phone, &forked, Mode::Once).await.trouble;
        assert_eq!(phone.diary.bundle().unwrap(), held, "the other one was taken");
        if told.is_some() {
            break;
        }
    }
    assert_eq!(told, Some(SyncIssue::BundleConflict));
    // The honest server still brings the third.
    learn(&world, &mut phone, 3).await;
}

#[tokio::test]
async fn keys_past_their_date_are_spoken_of_and_stop_nothing() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(400, "09:00");
    world.note(&mut phone, "a year and a month later");
    let outcome = world.sync(&mut phone).await;
    assert!(outcome.keys_expired);
    assert_eq!((outcome.trouble, outcome.waiting, outcome.unmerged), (None, 0, 0));
    assert_eq!(world.site.desk.record(participant.vault).await.unwrap().revision_count(), 1);
    assert!(
        world
            .site
            .desk
            .views()
            .overview(&diary_server::config::Limits::default())
            .await
            .unwrap()
            .bundle_expired
    );
    let root = world.site.root_key().unwrap();
    world.site.desk.keys().renew(&world.site.staff, &root).await.unwrap();
    learn(&world, &mut phone, 2).await;
    assert!(!world.sync(&mut phone).await.keys_expired);
}
