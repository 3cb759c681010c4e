//! The server is put back to an earlier state unannounced: phones notice, and send it again the records that it lost.

use std::path::Path;

use diary_demo::phone::Phone;
use diary_server::data_folder::DataFolder;
use diary_server::site::SiteServices;
use diary_sync::Mode;
use diary_tests::incarnations::restarted;
use diary_tests::{Backup, Fault, Network, World};

/// A copy of the server's folder, taken while it does not run.
async fn snapshot(world: &mut World) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    world.site.stop().await.unwrap();
    copy_tree(&world.site.data(), copy.path());
    world.site.start_again().await.unwrap();
    copy
}

async fn put_back(world: &mut World, snapshot: &tempfile::TempDir) {
    world.site.stop().await.unwrap();
    std::fs::remove_dir_all(world.site.data()).unwrap();
    copy_tree(snapshot.path(), &world.site.data());
    world.site.start_again().await.unwrap();
    // Staff look into the files that are there now.
    let data = DataFolder::open(&world.site.data()).unwrap();
    let (clock, entropy) = (world.site.clock.clone(), world.site.entropy.clone());
    world.site.desk = SiteServices::open(&data, clock, entropy).await.unwrap();
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let mode = std::fs::metadata(from).unwrap().permissions();
    std::fs::set_permissions(to, mode).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

async fn revisions(world: &World, participant: &diary_store::Participant) -> usize {
    world.site.desk.record(participant.vault).await.unwrap().revision_count()
}

fn left_to_check(phone: &Phone) -> usize {
    phone.diary.store().rechecks().unwrap().len()
}

#[tokio::test]
async fn a_server_put_back_to_yesterday_gets_again_what_it_had_lost() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.note(&mut phone, "before the snapshot");
    world.sync(&mut phone).await;
    let yesterday = snapshot(&mut world).await;
    for day in 1..4 {
        world.set(day, "12:00");
        world.note(&mut phone, "after the snapshot");
        world.sync(&mut phone).await;
    }
    put_back(&mut world, &yesterday).await;
    assert_eq!(revisions(&world, &participant).await, 1);
    // No new entry: a contact with the server is enough.
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.waiting, outcome.trouble.clone()), (0, None), "{outcome:?}");
    assert!(outcome.pushed >= 3, "{outcome:?}");
    // One more, to wait for: the parcels before it are merged by then.
    world.note(&mut phone, "after the server was put back");
    world.sync(&mut phone).await;
    assert_eq!(revisions(&world, &participant).await, 5);
    assert_eq!((left_to_check(&phone), phone.diary.store().past_incarnations().unwrap().len()), (0, 0));
    assert!(phone.diary.device().recovery_stored.is_some());
    // And all is as it was: the next contact has nothing to repeat.
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.pushes, outcome.trouble), (0, None));
}

#[tokio::test]
async fn what_earlier_lives_had_sent_is_given_again_as_well_also_after_a_restart() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let yesterday = snapshot(&mut world).await;
    world.note(&mut phone, "in the first incarnation");
    world.sync(&mut phone).await;
    let backup = Backup::of(&phone);
    world.note(&mut phone, "in the first incarnation, after the phone's backup");
    world.sync(&mut phone).await;
    let mut phone = backup.put_back(phone);
    world.note(&mut phone, "in the second incarnation");
    world.sync(&mut phone).await;
    assert_eq!(phone.diary.store().past_incarnations().unwrap().len(), 1);
    let before = revisions(&world, &participant).await;
    assert_eq!(before, 3);

    put_back(&mut world, &yesterday).await;
    assert_eq!(revisions(&world, &participant).await, 0);
    // The first contact learns of it and is cut off; the program is stopped.
    let network = Network::with(
        &world.site.transport,
        &[Fault::Pass, Fault::Pass, Fault::Pass, Fault::LoseRequest, Fault::LoseRequest, Fault::LoseRequest],
    );
    world.note(&mut phone, "after the server was put back");
    world.sync_over(&mut phone, &network, Mode::Once).await;
    let mut phone = restarted(phone);
    assert_eq!(world.sync(&mut phone).await.waiting, 0);
    world.note(&mut phone, "one more, to wait for");
    world.sync(&mut phone).await;
    // Entries that the phone's backup did not hold were lost with the server; all others of both incarnations are there again.
    assert_eq!(revisions(&world, &participant).await, 4);
    assert_eq!(left_to_check(&phone), 0);
}
