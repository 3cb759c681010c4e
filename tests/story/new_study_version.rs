//! The study changes while answers wait: they are taken under the version they were given in.

use std::collections::BTreeMap;

use diary_core::study::{StudyPackage, shipped};
use diary_sync::Mode;
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
    world.site.desk.publish_study(&world.site.staff, &version_2(), &root).await.unwrap();

    let network = Network::good(&world.site.transport);
    // The keeper may still greet with its earlier bundle; what was announced is asked for again at the next contact.
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
