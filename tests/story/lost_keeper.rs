//! The keeper and all its keys are lost. What is left is a backup, the recovery key and the root.

use std::path::PathBuf;

use diary_core::ids::AnchorId;
use diary_core::keys::SealingKey;
use diary_core::parcel::QuarantineCode;
use diary_demo::phone::Phone;
use diary_server::data_folder::DataFolder;
use diary_server::key_file::{KeyFile, Purpose};
use diary_server::ops::backup::Target;
use diary_server::ops::restore::{KeySource, RestoreInput, restore};
use diary_server::site::{AnchorInput, DecideParcel};
use diary_server::site::{Decision, RebuildSource, Saying, SiteServices};
use diary_store::UnmergedState;
use diary_sync::SyncIssue;
use diary_tests::World;

fn offline(world: &World, name: &str) -> PathBuf {
    world.site.folder.join("offline-keys").join(name)
}

fn recovery(world: &World) -> SealingKey {
    KeyFile::read(&offline(world, "recovery.key"), Purpose::Recovery).unwrap().sealing_key()
}

pub(crate) async fn backed_up(world: &World) -> PathBuf {
    let disk = world.folder().join("disk");
    let folder = DataFolder::open(&world.site.data()).unwrap();
    world
        .site
        .desk
        .upkeep()
        .back_up(Some(&world.site.staff), &folder, Target::Folder(disk))
        .await
        .unwrap()
        .path
}

/// Loses the whole folder of the keeper; a new one is made of the backup and the two offline files.
pub(crate) async fn lost_and_restored(world: &mut World, backup: PathBuf) {
    world.site.stop().await.unwrap();
    let data = world.site.data();
    std::fs::remove_dir_all(&data).unwrap();
    let keys = KeySource::Backup {
        recovery: vec![offline(world, "recovery.key")],
        root: offline(world, "study-root.key"),
    };
    let (by, now) = (world.site.staff.clone(), world.site.clock.now());
    let input = RestoreInput { backup: &backup, data: &data, keys: &keys, by: &by, now };
    restore(input, &*world.site.entropy).await.unwrap();
    let folder = DataFolder::open(&data).unwrap();
    let (clock, entropy) = (world.site.clock.clone(), world.site.entropy.clone());
    world.site.desk = SiteServices::open(&folder, clock, entropy).await.unwrap();
    world.site.start_again().await.unwrap();
}

/// Contacts until the phone has a bundle of at least this version, and two more.
async fn learn(world: &World, phone: &mut Phone, version: u64) {
    for _ in 0..2_000 {
        world.sync(phone).await;
        if phone.diary.bundle().unwrap().version >= version {
            world.sync(phone).await;
            let outcome = world.sync(phone).await;
            assert_eq!(
                (outcome.waiting, outcome.unmerged, outcome.trouble.clone()),
                (0, 0, None),
                "{outcome:?}"
            );
            return;
        }
    }
    panic!("bundle {version} was never learned");
}

#[tokio::test]
async fn a_lost_keeper_and_its_keys_come_back_from_the_backup_the_recovery_key_and_the_root() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.note(&mut phone, "before the loss");
    world.sync(&mut phone).await;
    world.report(&participant).await;
    let before = world.site.desk.record(participant.vault).await.unwrap().digest();
    let lost = world.site.desk.keeper_keys().signing.id();
    let backup = backed_up(&world).await;

    lost_and_restored(&mut world, backup).await;
    assert_eq!(world.site.desk.record(participant.vault).await.unwrap().digest(), before);
    let new = world.site.desk.keeper_keys().signing.id();
    assert_ne!(new, lost);

    world.set(1, "12:00");
    world.note(&mut phone, "after the loss");
    let (anchor, day) = ("cycle1".parse::<AnchorId>().unwrap(), diary_tests::world::first_day());
    let desk = world.site.desk.clone();
    desk.acts()
        .on(&world.site.staff, &participant)
        .set_anchor(&AnchorInput { anchor: anchor.clone(), date: Some(day) }, Saying::MEANT)
        .await
        .unwrap();
    learn(&world, &mut phone, 1002).await;
    let on_phone = diary_core::record::anchors(phone.diary.store().acts().unwrap().iter());
    assert_eq!(on_phone.get(&anchor), Some(&day), "what the new keeper authors is trusted");
    let bundle = phone.diary.bundle().unwrap();
    assert!(bundle.server(lost).unwrap().retired.is_some());
    assert!(bundle.server(new).unwrap().retired.is_none());
    world.report(&participant).await;
    let (desk, staff) = (&world.site.desk, &world.site.staff);
    assert_eq!(desk.record(participant.vault).await.unwrap().revision_count(), 2);
    let sealed = RebuildSource::Recovery(Box::new(recovery(&world)));
    let compared = desk.upkeep().rebuild(staff, &participant, &sealed, None).await.unwrap();
    assert!(compared.is_same(), "{:?}", compared.differences);
    let drill = desk.keys().drill(staff, recovery(&world)).await.unwrap();
    assert!(drill.is_whole(), "{:?}", drill.failed);
    // Of the phone, of the lost keeper and of the new one.
    assert_eq!((drill.grants_opened, drill.grants), (3, 3));
    assert!(drill.parcels_opened == drill.parcels && drill.parcels >= 4, "{drill:?}");
}

#[tokio::test]
async fn a_generation_that_is_counted_again_after_a_loss_is_another_key_and_phones_seal_to_it() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let root = world.site.root_key().unwrap();
    world.sync(&mut phone).await;
    let backup = backed_up(&world).await;
    world
        .site
        .desk
        .keys()
        .rotate(&world.site.staff, (&world.site.desk.keeper_keys().site, &root), true, None)
        .await
        .unwrap();
    learn(&world, &mut phone, 2).await;
    world.note(&mut phone, "sealed to the second, which no backup has");
    world.sync(&mut phone).await;
    let lost = world.site.desk.keeper_keys().sealing(&world.site.desk.keeper_keys().site, 2).unwrap().id();

    lost_and_restored(&mut world, backup).await;
    let (desk, staff) = (world.site.desk.clone(), world.site.staff.clone());
    assert_eq!(desk.keys().rotate(&staff, (&desk.keeper_keys().site, &root), true, None).await.unwrap(), 2);
    assert_ne!(desk.keeper_keys().sealing(&desk.keeper_keys().site, 2).unwrap().id(), lost);
    for _ in 0..2_000 {
        world.sync(&mut phone).await;
        if phone.diary.bundle().unwrap().version >= 1003 {
            break;
        }
    }
    world.note(&mut phone, "sealed to the second of this incarnation");
    world.sync(&mut phone).await;
    world.report(&participant).await;
    assert_eq!(desk.record(participant.vault).await.unwrap().revision_count(), 1);
    // Parcels sealed to the lost key wait in quarantine for the recovery key.
    let rewrapped =
        desk.keys().rewrap(&staff, &desk.keeper_keys().site, Some(recovery(&world))).await.unwrap();
    assert_eq!((rewrapped.unopened, rewrapped.rewrapped > 0), (0, true), "{rewrapped:?}");
    for one in desk.quarantine().list().await.unwrap() {
        desk.quarantine().retry(&staff, one.parcel.vault, one.parcel.n).await.unwrap();
    }
    assert_eq!(desk.record(participant.vault).await.unwrap().revision_count(), 2);
    assert!(desk.keys().drill(&staff, recovery(&world)).await.unwrap().is_whole());
}

/// Both keepers are made of one backup: the root signs two bundles under one number, and the second does not name the first
/// one's key.
#[tokio::test]
async fn an_act_of_a_keeper_that_was_lost_too_comes_back_from_a_phone_with_that_keepers_bundle() {
    let mut world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.sync(&mut phone).await;
    let backup = backed_up(&world).await;

    lost_and_restored(&mut world, backup.clone()).await;
    let lost = world.site.desk.keeper_keys().signing.id();
    let (anchor, day) = ("cycle1".parse::<AnchorId>().unwrap(), diary_tests::world::first_day());
    let desk = world.site.desk.clone();
    desk.acts()
        .on(&world.site.staff, &participant)
        .set_anchor(&AnchorInput { anchor: anchor.clone(), date: Some(day) }, Saying::MEANT)
        .await
        .unwrap();
    learn(&world, &mut phone, 1002).await;

    lost_and_restored(&mut world, backup).await;
    let (desk, staff) = (world.site.desk.clone(), world.site.staff.clone());
    assert_eq!(desk.record(participant.vault).await.unwrap().anchors().get(&anchor), None);
    world.set(1, "12:00");
    let told = world.sync(&mut phone).await.trouble;
    assert_eq!(told, Some(SyncIssue::BundleConflict));
    let limits = diary_server::config::Limits::default();
    assert_eq!(desk.views().overview(&limits).await.unwrap().lost_keepers, [lost]);

    let root = world.site.root_key().unwrap();
    desk.keys().renew(&staff, &root).await.unwrap();
    world.set(2, "12:00");
    learn(&world, &mut phone, 1003).await;
    let bundle = phone.diary.bundle().unwrap();
    assert!(bundle.keeper(lost).unwrap().retired.is_some());
    assert_eq!(desk.views().overview(&limits).await.unwrap().lost_keepers, []);
    world.report(&participant).await;
    // A key that was lost may be in other hands: staff decide what it signed.
    let aside = desk.quarantine().list().await.unwrap();
    assert!(!aside.is_empty(), "what the phone has handed back waits for staff");
    for one in aside {
        assert_eq!(one.parcel.why, UnmergedState::Quarantined(QuarantineCode::Revoked));
        let n = one.parcel.n;
        desk.quarantine()
            .decide(&staff, &participant, DecideParcel { n, decision: Decision::Accepted, reason: "ours" })
            .await
            .unwrap();
    }
    world.report(&participant).await;
    assert_eq!(desk.record(participant.vault).await.unwrap().anchors().get(&anchor), Some(&day));
}
