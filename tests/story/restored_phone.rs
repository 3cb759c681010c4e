//! A phone is restored from a backup, or its database alone is put back: it continues in a new incarnation, and entries made
//! before and after arrive once.

use diary_core::entry::{Content, Revision};
use diary_core::record::TrialRecord;
use diary_core::store::IncarnationEndReason;
use diary_demo::phone::Phone;
use diary_store::Participant;
use diary_tests::incarnations::restarted;
use diary_tests::world::first_day;
use diary_tests::{Backup, World};

async fn record(world: &World, participant: &Participant) -> TrialRecord {
    world.site.desk.record(participant.vault).await.unwrap()
}

/// The notes that a phone shows.
fn texts(phone: &Phone) -> Vec<String> {
    let past = phone.diary.past(first_day(), first_day().plus_days(9)).unwrap();
    let note = |shown: &Revision| match &shown.content {
        Content::Note(note) => Some(note.text.clone()),
        _ => None,
    };
    past.iter().filter_map(|entry| entry.shown.as_ref().and_then(note)).collect()
}

fn ends(phone: &Phone) -> Vec<IncarnationEndReason> {
    phone.diary.store().past_incarnations().unwrap().iter().map(|incarnation| incarnation.why).collect()
}

#[tokio::test]
async fn a_phone_restored_to_yesterday_goes_on_in_a_new_life_and_loses_nothing() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.note(&mut phone, "before the backup, sent");
    world.sync(&mut phone).await;
    world.note(&mut phone, "before the backup, not sent");
    let backup = Backup::of(&phone);
    world.set(1, "09:00");
    world.note(&mut phone, "after the backup");
    world.sync(&mut phone).await;
    let first_incarnation = phone.diary.device().incarnation;

    let mut phone = backup.put_back(phone);
    world.set(2, "09:00");
    world.note(&mut phone, "after the restoration");
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.waiting, outcome.unmerged), (0, 0), "{outcome:?}");
    assert_eq!(record(&world, &participant).await.revision_count(), 4, "all four, each once");
    let device = phone.diary.device();
    assert_eq!((device.follows, ends(&phone).len()), (Some(first_incarnation), 1));

    // Entries of the phone's lost last day come back to it, and can be corrected like any other.
    world.until_quiet(&participant, &mut [&mut phone]).await;
    assert_eq!(texts(&phone).len(), 4, "{:?}", texts(&phone));
    assert!(texts(&phone).contains(&"after the backup".to_owned()));

    // The new incarnation works like any other.
    world.note(&mut phone, "and on");
    assert_eq!(world.sync(&mut phone).await.waiting, 0);
    let held = record(&world, &participant).await;
    assert_eq!((held.revision_count(), ends(&phone).len()), (5, 1));
    let incarnation = phone.diary.device().incarnation;
    assert_eq!(
        held.chains()[&incarnation].follows,
        Some(first_incarnation),
        "the record knows which incarnation it follows"
    );
    // A statement counts the entries of this incarnation, those that were sealed again included.
    assert!(phone.diary.store().entries_made().unwrap() <= 3);
}

#[tokio::test]
async fn a_database_that_is_put_back_alone_seals_nothing_into_its_old_chain() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    let backup = Backup::of(&phone);
    world.note(&mut phone, "sealed after the backup");
    world.sync(&mut phone).await;
    let (incarnation, sealed) = {
        let incarnation = phone.diary.device().incarnation;
        (incarnation, record(&world, &participant).await.chains()[&incarnation].seqs.clone())
    };
    let mut phone = backup.put_back_database(phone);
    world.note(&mut phone, "entered into the earlier state");
    assert_eq!(world.sync(&mut phone).await.waiting, 0);
    assert_eq!(ends(&phone), [IncarnationEndReason::Copied]);
    let held = record(&world, &participant).await;
    assert_eq!(held.chains()[&incarnation].seqs, sealed, "no place of the old chain was used twice");
    assert_eq!(held.revision_count(), 2);
    // Neither the next start nor the next contact sees a copy again.
    let mut phone = restarted(phone);
    world.note(&mut phone, "and on");
    world.sync(&mut phone).await;
    assert_eq!(ends(&phone), [IncarnationEndReason::Copied]);
}

#[tokio::test]
async fn a_program_stopped_between_its_two_writes_is_no_copy() {
    let world = World::new().await;
    let (_, mut phone) = world.enrol("MG-001").await;
    let mark = phone.folder.join("diary.db.life");
    let before = std::fs::read(&mark).unwrap();
    for _ in 0..3 {
        world.note(&mut phone, "sealed and marked");
        world.sync(&mut phone).await;
    }
    // As if the mark had never been written after the first parcel, and as if it had never been made.
    std::fs::write(&mark, before).unwrap();
    let mut phone = restarted(phone);
    world.note(&mut phone, "on");
    world.sync(&mut phone).await;
    std::fs::remove_file(&mark).unwrap();
    let mut phone = restarted(phone);
    world.note(&mut phone, "and on");
    assert_eq!(world.sync(&mut phone).await.waiting, 0);
    assert_eq!(ends(&phone), []);
}
