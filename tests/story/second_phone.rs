//! Two phones of one participant: the first approves the second, both come to the same history, and answers given on both
//! are kept twice until the site decides.

use std::collections::BTreeSet;

use diary_cli::Exit;
use diary_core::ids::RevisionId;
use diary_core::keys::HistoryScope;
use diary_demo::phone::Phone;
use diary_server::site::ConfirmDevice;
use diary_server::site::StaffError;
use diary_tests::World;
use diary_tests::cli::diary;
use diary_tests::world::first_day;

/// Every revision on a phone.
fn held(phone: &Phone) -> BTreeSet<RevisionId> {
    let days = (first_day().plus_days(-7), first_day().plus_days(60));
    let revisions = phone.diary.store().revisions(days.0, days.1).unwrap();
    revisions.iter().map(|revision| revision.revision().id).collect()
}

#[tokio::test]
async fn a_second_phone_is_announced_let_in_by_its_digits_and_then_confirmed_without_a_reason() {
    let world = World::new().await;
    let (participant, mut one) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    world.evening(&mut one, 0, 1);
    world.sync(&mut one).await;
    let mut two = world.join_another(&participant, "MG-001-second").await;
    world.note(&mut two, "written before anybody let me in");
    world.sync_over(&mut two, &world.site.transport, diary_sync::Mode::Once).await;
    assert_eq!(held(&two).len(), 1, "nothing of the diary before it is confirmed");
    let digits = two.joined.digits;
    let confirm = || {
        world.site.desk.devices().confirm(
            &world.site.staff,
            &participant,
            ConfirmDevice { digits, history: HistoryScope::All, reason: None },
        )
    };
    assert!(matches!(confirm().await, Err(StaffError::NotApproved { .. })));

    world.until_quiet(&participant, &mut [&mut one]).await;
    let home = one.folder.clone();
    drop(one);
    let today = diary(&world, &home, &["today"], "").await;
    assert!(today.out.contains("Another phone asks to use this diary"), "{}", today.out);
    // Digits that no phone shows are refused, and nothing is recorded.
    let other = if digits.to_string() == "111111" { "222222" } else { "111111" };
    assert_eq!(diary(&world, &home, &["approve", other, "--sync"], "").await.exit, Exit::Refused);
    assert!(matches!(confirm().await, Err(StaffError::NotApproved { .. })));
    let approve = diary(&world, &home, &["approve", &digits.to_string(), "--sync"], "").await;
    assert_eq!(approve.exit, Exit::Ok, "{}{}", approve.out, approve.err);
    let done = confirm().await.unwrap();
    assert!(done.approved && !done.again);
    let trail = world.site.desk.views().trail().await.unwrap();
    let row = trail.rows.iter().rev().find(|row| row.event.what == "device.confirm").unwrap();
    assert_eq!(row.event.reason.as_deref(), Some("approved on another phone of the participant"));

    world.until_quiet(&participant, &mut [&mut two]).await;
    assert_eq!(diary(&world, &home, &["sync"], "").await.exit, Exit::Ok);
    let status = diary(&world, &home, &["status"], "").await;
    assert!(status.out.contains("Another phone was added on"), "{}", status.out);
    assert!(held(&two).len() >= 3, "the evening, the approvals, its own note: {}", held(&two).len());
}

#[tokio::test]
async fn two_phones_come_to_the_same_history_and_the_keeper_then_falls_silent() {
    let world = World::new().await;
    let (participant, mut one) = world.enrol("MG-001").await;
    world.set(0, "12:00");
    let mut two = world.another(&participant, "MG-001-second", HistoryScope::All).await;
    for day in 0..4 {
        world.set(day, "09:00");
        world.note(&mut one, "on the first");
        world.note(&mut two, "on the second");
        world.set(day, "20:30");
        world.evening(&mut one, day, 1);
        world.sync(&mut one).await;
        world.sync(&mut two).await;
    }
    world.until_quiet(&participant, &mut [&mut one, &mut two]).await;
    assert_eq!(held(&one), held(&two));
    let record = world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count(), held(&one).len());
    // Entries made here and entries from the downlink form one diary: no count is wrong, nothing waits to be sent.
    assert_eq!(two.diary.store().not_received().unwrap(), 0);
}

#[tokio::test]
async fn the_same_evening_answered_on_both_phones_is_kept_twice_and_the_first_in_order_counts() {
    let world = World::new().await;
    let (participant, mut one) = world.enrol("MG-001").await;
    let mut two = world.another(&participant, "MG-001-second", HistoryScope::All).await;
    world.set(0, "20:30");
    world.evening(&mut two, 0, 2);
    world.evening(&mut one, 0, 0);
    world.until_quiet(&participant, &mut [&mut one, &mut two]).await;
    let report = world.report(&participant).await;
    assert_eq!(report.duplicates.len(), 1);
    let both = &report.duplicates[0].entries;
    assert_eq!(both.len(), 2);
    let phones: BTreeSet<_> = both.iter().flat_map(|entry| entry.origin.devices.clone()).collect();
    assert_eq!(phones, BTreeSet::from([1, 2]), "each is marked with its phone");
    // The site decides for the other one, with a reason; both stay.
    let (first, second) = (both[0].entry, both[1].entry);
    let (desk, staff) = (&world.site.desk, &world.site.staff);
    let id = second.to_string();
    let end = id.get(id.len() - 8..).unwrap();
    desk.acts().on(staff, &participant).adjudicate(end, "asked the participant").await.unwrap();
    let report = world.report(&participant).await;
    let decided = &report.duplicates[0];
    assert_eq!([decided.entries[0].entry, decided.entries[1].entry], [second, first]);
    assert_eq!(decided.decided.as_ref().unwrap().reason, "asked the participant");
    world.until_quiet(&participant, &mut [&mut one, &mut two]).await;
    assert_eq!(held(&one), held(&two));
}
