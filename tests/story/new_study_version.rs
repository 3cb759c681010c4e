//! The study changes while answers are waiting: they are merged under the version they were given in.

use std::collections::BTreeMap;
use std::sync::Arc;

use diary_core::study::{StudyPackage, shipped};
use diary_server::site::SiteServices;
use diary_sync::Mode;
use diary_tests::simulation::disk::{Disk, FailingStore, Lie};
use diary_tests::{Network, World};

/// The shipped study as version 2, with another title.
fn version_2() -> StudyPackage {
    let first = shipped::nct06836973();
    let mut files: BTreeMap<String, Vec<u8>> =
        first.names().filter_map(|name| Some((name.to_owned(), first.file(name)?.to_vec()))).collect();
    let toml = String::from_utf8(files["study.toml"].clone()).unwrap();
    let toml =
        toml.replacen("version = 1", "version = 2", 1).replacen("refractory", "treatment-refractory", 1);
    files.insert("study.toml".to_owned(), toml.into_bytes());
    StudyPackage::new(files).unwrap()
}

#[tokio::test]
async fn answers_given_before_the_change_arrive_and_later_ones_are_under_the_new_version() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    world.evening(&mut phone, 0, 1);
    let root = world.site.root_key().unwrap();
    world.site.desk.studies().publish(&world.site.staff, &version_2(), &root).await.unwrap();

    let network = Network::good(&world.site.transport);
    // The keeper may still greet with its earlier bundle; an announced bundle is asked for again at the next contact.
    for _ in 0..2_000 {
        world.sync_over(&mut phone, &network, Mode::Once).await;
        if phone.diary.study().version() == 2 {
            break;
        }
    }
    assert_eq!(phone.diary.study().version(), 2, "{:?}", network.seen());
    world.set(1, "20:30");
    world.evening(&mut phone, 1, 1);
    world.sync(&mut phone).await;

    let record = world.site.desk.record(participant.vault).await.unwrap();
    let versions: Vec<u32> = record.revisions().map(|r| r.encoded.revision().study_version).collect();
    assert_eq!(versions, [1, 2]);
    let report = world.report(&participant).await;
    assert_eq!(report.study_version, 2);
    assert!(report.raw.is_empty(), "answers of both versions are read under their own");
}

#[tokio::test]
async fn a_publication_is_one_row_of_the_trail_and_every_phone_fetches_what_its_bundle_names() {
    let world = World::new().await;
    let mut phones = Vec::new();
    for subject in ["MG-001", "MG-002", "MG-003"] {
        phones.push(world.enrol(subject).await);
    }
    // A phone that waits to be confirmed.
    let waiting = world.site.desk.participants().add(&world.site.staff, "MG-004", false).await.unwrap();
    let mut pending = world.join_another(&waiting, "pending").await;
    for (participant, phone) in &mut phones {
        world.until_quiet(participant, &mut [phone]).await;
    }
    let (desk, staff, root) = (&world.site.desk, &world.site.staff, world.site.root_key().unwrap());
    let mut heads = Vec::new();
    for (participant, _) in &phones {
        heads.push(desk.context().store().keeper_state(participant.vault).await.unwrap().head);
    }
    let rows = desk.views().trail().await.unwrap().rows.len();
    let published = desk.studies().publish(staff, &version_2(), &root).await.unwrap();
    assert_eq!((published.version, published.again), (2, false));
    // One row of the audit trail more: the version was published in one transaction, so a crash leaves all of it or none.
    assert_eq!(desk.views().trail().await.unwrap().rows.len(), rows + 1);
    for ((participant, _), head) in phones.iter().zip(&heads) {
        assert_eq!(
            desk.context().store().keeper_state(participant.vault).await.unwrap().head,
            *head,
            "nothing is told apart"
        );
    }
    let again = desk.studies().publish(staff, &version_2(), &root).await.unwrap();
    assert_eq!((again.version, again.again), (published.version, true));
    assert_eq!(desk.views().trail().await.unwrap().rows.len(), rows + 1, "once more changes nothing");

    let behind = async || {
        let overview = desk.views().overview(&diary_server::config::Limits::default()).await.unwrap();
        let behind = |row: &diary_server::site::OverviewRow| {
            row.study_behind.iter().map(|one| (row.subject.clone(), one.version)).collect::<Vec<_>>()
        };
        let all = overview.participants.iter().flat_map(behind).collect::<Vec<_>>();
        // The page of the study reads the same from the standings.
        let of_page = desk.views().phones_behind(&[world.site.site()].into()).await.unwrap();
        assert_eq!(of_page.into_iter().map(|one| (one.subject, one.version)).collect::<Vec<_>>(), all);
        all
    };
    let of = |subject: &str| (subject.to_owned(), Some(1));
    assert_eq!(behind().await, [of("MG-001"), of("MG-002"), of("MG-003")]);
    for (n, (participant, phone)) in phones.iter_mut().enumerate() {
        for _ in 0..2_000 {
            world.sync(phone).await;
            if phone.diary.study().version() == 2 {
                break;
            }
        }
        assert_eq!(phone.diary.study().version(), 2, "phone {n}");
        world.report(participant).await;
    }
    assert_eq!(behind().await, []);
    for _ in 0..2_000 {
        world.sync(&mut pending).await;
        if pending.diary.study().version() == 2 {
            break;
        }
    }
    assert_eq!(pending.diary.study().version(), 2, "the one that waits to be confirmed has it too");
}

#[tokio::test]
async fn a_publication_that_is_cut_off_anywhere_can_be_repeated_and_every_phone_gets_the_version() {
    for (writes, committed) in [(0, false), (0, true), (1, false)] {
        let world = World::new().await;
        let mut phones = [world.enrol("MG-001").await.1, world.enrol("MG-002").await.1];
        let (site, root) = (&world.site, world.site.root_key().unwrap());
        let disk = Arc::new(FailingStore::new(site.desk.context().store().clone(), Lie::None));
        disk.set(Disk::DiesAfter { writes, committed });
        let dying = SiteServices::new(
            disk,
            site.desk.keeper_keys().clone(),
            site.clock.clone(),
            site.entropy.clone(),
        );
        let cut = dying.studies().publish(&site.staff, &version_2(), &root).await;
        assert_eq!(cut.is_err(), writes == 0, "there is one transaction: {cut:?}");
        let again = site.desk.studies().publish(&site.staff, &version_2(), &root).await.unwrap();
        assert_eq!((again.version, again.again), (2, committed || writes == 1));
        for phone in &mut phones {
            for _ in 0..2_000 {
                world.sync(phone).await;
                if phone.diary.study().version() == 2 {
                    break;
                }
            }
            assert_eq!(phone.diary.study().version(), 2, "killed after {writes}, committed: {committed}");
        }
    }
}
