//! Weeks without network: entries can be made, all arrive later, and the report distinguishes missed from unknown.

use diary_sync::{Mode, engine};
use diary_tests::world::first_day;
use diary_tests::{Fault, Network, World};

#[tokio::test]
async fn thirty_five_days_offline_arrive_whole_in_one_contact() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    for day in 0..35 {
        for time in ["07:40", "11:40", "16:10", "20:10"] {
            world.set(day, time);
            world.note(&mut phone, "dose");
        }
        world.set(day, "20:30");
        world.evening(&mut phone, day, u8::from(day % 5 == 0));
    }
    let made = phone.diary.store().entries_made().unwrap();
    let before = world.site.desk.record(participant.vault).await.unwrap().revision_count();
    let outcome = world.sync(&mut phone).await;
    assert_eq!((outcome.trouble, outcome.waiting, outcome.unmerged), (None, 0, 0));
    assert_eq!(outcome.pushes, 1, "one push carries them all");
    let record = world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count() as u64, before as u64 + made);
    for (_, state) in phone.diary.days(first_day(), first_day().plus_days(34)).unwrap() {
        assert_eq!(state.made, state.merged);
    }
}

#[tokio::test]
async fn an_empty_evening_is_unknown_until_the_phone_has_spoken_and_missed_afterwards() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    world.evening(&mut phone, 0, 0);
    world.sync(&mut phone).await;
    // Nothing is entered on day 1; the phone is silent until day 5.
    world.set(5, "09:00");
    let evening = |report: &diary_report::report::Report| {
        (report.slots[0].counts.missed, report.slots[0].counts.unknown)
    };
    assert_eq!(evening(&world.report(&participant).await), (0, 4));
    world.sync(&mut phone).await;
    let (missed, unknown) = evening(&world.report(&participant).await);
    // Days 1 and 2 are over for good; days 3 and 4 can still be entered late.
    assert_eq!((missed, unknown), (2, 0));
}

#[tokio::test]
async fn without_network_the_waits_grow_and_nothing_is_lost() {
    let world = World::new().await;
    let (_, mut phone) = world.enrol("MG-001").await;
    world.note(&mut phone, "offline");
    let faults = vec![Fault::LoseRequest; 8];
    let network = Network::with(&world.site.transport, &faults);
    for _ in 0..3 {
        let outcome = world.sync_over(&mut phone, &network, Mode::Once).await;
        assert_eq!(outcome.trouble.map(|t| t.code()), Some("offline"));
        assert_eq!(outcome.waiting, 1);
    }
    let conversation = phone.diary.store().conversation().unwrap();
    assert!(conversation.push_tries >= 3, "{conversation:?}");
    const { assert!(engine::GATHER_MS > 0) };
    assert_eq!(world.sync(&mut phone).await.waiting, 0);
}
