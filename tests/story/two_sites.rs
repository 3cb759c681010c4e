//! One keeper of two sites: a relay that serves both, and a site that is added while it runs.

use diary_core::ids::SiteId;
use diary_core::text::Lang;
use diary_core::time::Zone;
use diary_demo::phone::Phone;
use diary_server::data_folder::DataFolder;
use diary_server::site::SiteInput;
use diary_server::site::devices::enrolment::{Hosts, NewLink};
use diary_store::Participant;
use diary_tests::two_sites::package;
use diary_tests::world::beijing;
use diary_tests::{Relayed, World};

/// A relay in front of a keeper to which the second site was added.
async fn relayed() -> Relayed {
    let relayed = Relayed::of(World::of(&package(), "beijing").await).await;
    let site = &relayed.world.site;
    let folder = DataFolder::open(&site.data()).unwrap();
    let offline = relayed.world.folder().join("offline-urumqi");
    let input = SiteInput { folder: &folder, offline: &offline, site: &"urumqi".parse().unwrap() };
    site.desk.sites().add(&site.staff, &site.root_key().unwrap(), input).await.unwrap();
    relayed.pull().await;
    relayed
}

/// A participant of a site with a phone that has joined at the relay.
async fn join(relayed: &Relayed, site: &str, subject: &str) -> (Participant, Phone) {
    let (desk, staff) = (&relayed.world.site.desk, &relayed.world.site.staff);
    let of: SiteId = site.parse().unwrap();
    let participant = desk.participants().add_at(staff, Some(&of), subject, false).await.unwrap();
    let hosts = Hosts { api: relayed.host.clone(), app: relayed.host.clone() };
    let invitation = desk.devices().enrol(staff, &participant, NewLink::own(&hosts, 15)).await.unwrap();
    relayed.puller_at(relayed.host.clone()).tell_links().await.unwrap();
    let transport = &relayed.world.site.transport;
    let phone = relayed.world.site.join(subject, &invitation, Lang::EN, beijing(), transport).await.unwrap();
    (participant, phone)
}

#[tokio::test]
async fn phones_of_two_sites_join_at_one_relay_and_are_merged_at_their_own() {
    let relayed = relayed().await;
    let world = &relayed.world;
    for (site, subject) in [("beijing", "MG-001"), ("urumqi", "MG-002")] {
        let (participant, mut phone) = join(&relayed, site, subject).await;
        world.note(&mut phone, site);
        world.sync(&mut phone).await;
        relayed.pull().await;
        relayed.confirm(&participant, &phone).await;
        relayed.pull().await;
        world.sync(&mut phone).await;
        relayed.pull().await;
        let back = world.sync(&mut phone).await;
        assert_eq!((back.waiting, back.unmerged, back.trouble), (0, 0, None), "{site}");
        let record = world.site.desk.record(participant.vault).await.unwrap();
        assert_eq!(record.histories().len(), 1, "{site}");
        let report = world.report(&participant).await;
        let zone: Zone = if site == "beijing" { beijing() } else { "Asia/Urumqi".parse().unwrap() };
        assert_eq!(report.zone, zone, "{site}");
    }
    let sites = world.site.desk.sites().list().await.unwrap();
    let counted: Vec<_> = sites.iter().map(|one| (one.site.as_str(), one.participants)).collect();
    assert_eq!(counted, [("beijing", 1), ("urumqi", 1)]);
}
