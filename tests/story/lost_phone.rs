//! A phone is lost: entries sent before count, the site decides about those sent afterwards, and the participant continues
//! with another phone.

use diary_core::keys::{HistoryScope, RevocationReason};
use diary_core::parcel::QuarantineCode;
use diary_demo::phone::Phone;
use diary_report::report::Meaning;
use diary_server::site::RevokeDevice;
use diary_server::site::StaffError;
use diary_sync::Mode;
use diary_tests::World;
use diary_tests::world::first_day;

async fn lose(world: &World, participant: &diary_store::Participant, phone: &str) {
    let (desk, staff) = (&world.site.desk, &world.site.staff);
    desk.devices()
        .revoke(
            staff,
            participant,
            RevokeDevice { device: phone, because: RevocationReason::Lost, reason: "left in a taxi" },
        )
        .await
        .unwrap();
}

fn count(phone: &Phone) -> usize {
    phone.diary.store().revisions(first_day(), first_day().plus_days(60)).unwrap().len()
}

#[tokio::test]
async fn the_other_phone_goes_on_with_the_whole_history_and_the_lost_one_learns_nothing_more() {
    let world = World::new().await;
    let (participant, mut lost) = world.enrol("MG-001").await;
    let mut kept = world.another(&participant, "MG-001-second", HistoryScope::All).await;
    world.set(0, "12:00");
    world.note(&mut lost, "before it was lost");
    world.until_quiet(&participant, &mut [&mut lost, &mut kept]).await;
    world.set(1, "09:00");
    lose(&world, &participant, "1").await;
    let revoke = RevokeDevice { device: "1", because: RevocationReason::Lost, reason: "once more" };
    let again = world.site.desk.devices().revoke(&world.site.staff, &participant, revoke);
    assert!(matches!(again.await, Err(StaffError::RevokedBefore { .. })));

    world.note(&mut kept, "after it was lost");
    world.note(&mut lost, "written by whoever found it");
    world.sync_over(&mut lost, &world.site.transport, Mode::Once).await;
    world.until_quiet(&participant, &mut [&mut kept]).await;
    assert_eq!((count(&kept), count(&lost)), (2, 2), "each has the common note and its own");

    let record = world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(record.revision_count(), 2, "what the finder wrote is not in the record");
    let stored = world.site.desk.context().store().load_record(participant.vault).await.unwrap();
    let codes: Vec<_> = stored.quarantined.iter().map(|held| held.code).collect();
    assert!(!codes.is_empty() && codes.iter().all(|code| *code == QuarantineCode::Revoked), "{codes:?}");
    let other = kept.diary.other_phones().unwrap();
    assert!(other.len() == 1 && other[0].ended.is_some(), "{other:?}");
    let trail = world.site.desk.views().trail().await.unwrap();
    let row = trail.rows.iter().find(|row| row.event.what == "device.revoke").unwrap();
    assert_eq!(row.event.reason.as_deref(), Some("left in a taxi"));
}

#[tokio::test]
async fn a_lost_phone_keeps_evenings_unknown_until_it_is_revoked_and_missed_is_told_afterwards() {
    let world = World::new().await;
    let (participant, mut lost) = world.enrol("MG-001").await;
    world.set(0, "20:30");
    world.evening(&mut lost, 0, 0);
    world.sync(&mut lost).await;
    // It is lost on day 1 and makes no further contact; the next one comes on day 2.
    world.set(2, "09:00");
    let mut next = world.another(&participant, "MG-001-next", HistoryScope::All).await;
    world.set(8, "09:00");
    world.sync(&mut next).await;
    let evening = |report: &diary_report::report::Report, day: i64| {
        let cell = report.days.iter().position(|d| d.day == first_day().plus_days(day)).unwrap();
        report.slots[0].cells[cell].clone()
    };
    let report = world.report(&participant).await;
    let unknown = format!("{:?}", evening(&report, 4));
    assert!(unknown.contains("Unknown"), "a phone in a drawer may hold it: {unknown}");
    lose(&world, &participant, "1").await;
    let report = world.report(&participant).await;
    let still = format!("{:?}", evening(&report, 1));
    assert!(still.contains("Unknown"), "before it was revoked it could hold the evening: {still}");
    assert!(matches!(report.devices[0].meaning, Meaning::Revoked { .. }));
    // From the day on which it was revoked it counts no more.
    world.set(12, "09:00");
    world.sync(&mut next).await;
    let report = world.report(&participant).await;
    let missed = format!("{:?}", evening(&report, 8));
    assert!(missed.contains("Missed"), "{missed}");
}
