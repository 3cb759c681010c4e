//! Parcels that are stored and not merged: each has one state with a command that resolves it, records that a restore brings
//! back settle the parcels that waited for them, and an emergency in one of them is seen before it is merged.

use diary_core::keys::{HistoryScope, RevocationReason};
use diary_core::parcel::QuarantineCode;
use diary_core::study::Severity;
use diary_core::text::Lang;
use diary_demo::phone::Phone;
use diary_report::report::{Report, html, text};
use diary_report::worklist::status::AlertStatus;
use diary_report::worklist::{Finding, Thresholds};
use diary_server::site::Decision;
use diary_server::site::{ConfirmDevice, DecideParcel, RevokeDevice};
use diary_store::{Participant, UnmergedState};
use diary_sync::Mode;
use diary_tests::World;

use super::server_restored::{backed_up, contacts, restored, same_when_rebuilt};

/// States of all parcels that are stored and not merged.
async fn states(world: &World) -> Vec<UnmergedState> {
    let all = world.site.desk.quarantine().list().await.unwrap();
    all.into_iter().map(|one| one.parcel.why).collect()
}

/// Findings of the worklist about its only participant.
async fn worklist(world: &World) -> Vec<Finding> {
    let list = world.site.desk.views().worklist(&world.site.staff, Thresholds::default()).await.unwrap();
    list.rows.into_iter().flat_map(|row| row.findings).collect()
}

/// Number of emergencies in the worklist, and number of these that are not in the record yet.
async fn emergencies(world: &World) -> (u32, u32) {
    let of = |finding: &Finding| match finding {
        Finding::Alert(AlertStatus { severity: Severity::Emergency, times, unmerged, .. }) => {
            Some((*times, *unmerged))
        }
        _ => None,
    };
    let found = worklist(world).await;
    found.iter().filter_map(of).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

/// The same of a report.
fn emergencies_in(report: &Report) -> (usize, usize) {
    let hits = || {
        report
            .alerts
            .iter()
            .filter(|alert| alert.severity == Severity::Emergency)
            .flat_map(|alert| &alert.hits)
    };
    (hits().count(), hits().filter(|hit| hit.unmerged).count())
}

async fn confirm(world: &World, participant: &Participant, phone: &Phone) {
    let (desk, staff, digits) = (&world.site.desk, &world.site.staff, phone.joined.digits);
    let reason = Some("brought both phones to the visit");
    desk.devices()
        .confirm(staff, participant, ConfirmDevice { digits, history: HistoryScope::All, reason })
        .await
        .unwrap();
}

#[tokio::test]
async fn an_emergency_of_a_phone_that_was_pending_in_the_backup_is_merged_and_listed_again_after_the_restore()
{
    let mut world = World::new().await;
    let (participant, mut first) = world.enrol("MG-001").await;
    world.set(0, "12:00");
    world.note(&mut first, "of the first phone");
    world.sync(&mut first).await;
    let mut second = world.join_another(&participant, "MG-001-second").await;
    world.note(&mut second, "before anybody let me in");
    world.sync_over(&mut second, &world.site.transport, Mode::Once).await;
    let backup = backed_up(&world).await;

    confirm(&world, &participant, &second).await;
    world.set(0, "20:30");
    world.evening(&mut second, 0, 3);
    world.sync(&mut second).await;
    let before = (emergencies(&world).await, world.site.desk.record(participant.vault).await.unwrap());
    assert!(before.0.0 > 0 && before.0.1 == 0, "{:?}", before.0);

    restored(&mut world, &backup, true).await;
    world.set(1, "12:00");
    contacts(&world, &mut second).await;
    contacts(&world, &mut first).await;
    assert_eq!(states(&world).await, [], "everything that was sent again is in the record");
    let after = world.site.desk.record(participant.vault).await.unwrap();
    assert_eq!(after.revision_count(), before.1.revision_count());
    assert_eq!(emergencies(&world).await, before.0);
    let found = worklist(&world).await;
    assert!(!found.iter().any(|one| matches!(one, Finding::Unsent { .. })), "{found:?}");
    assert_eq!(second.diary.store().not_settled().unwrap(), 0);
    same_when_rebuilt(&world, &participant).await;
}

#[tokio::test]
async fn an_emergency_of_a_phone_that_waits_to_be_confirmed_is_seen_and_marked_and_not_merged() {
    let world = World::new().await;
    let (participant, mut first) = world.enrol("MG-001").await;
    world.set(0, "12:00");
    world.note(&mut first, "of the first phone");
    world.sync(&mut first).await;
    let mut second = world.join_another(&participant, "MG-001-second").await;
    world.set(0, "20:30");
    assert!(!world.evening(&mut second, 0, 3).alerts.is_empty());
    world.sync_over(&mut second, &world.site.transport, Mode::Once).await;

    let report = world.report(&participant).await;
    let record = || async { world.site.desk.record(participant.vault).await.unwrap().revision_count() };
    assert_eq!(record().await, 1, "nothing of it is merged");
    let (all, unmerged) = emergencies_in(&report);
    assert!(all > 0 && all == unmerged, "{all} {unmerged}");
    assert!(text::render(&report, Lang::EN, 100).replace('\n', " ").contains("NOT YET PART"), "it is marked");
    assert!(html::render(&report, Lang::ZH_CN).contains("尚未并入记录"));
    let (listed, not_yet) = emergencies(&world).await;
    assert!(listed > 0 && listed == not_yet, "{listed} {not_yet}");

    // It has one state everywhere, and a new attempt reports what it is waiting for.
    assert!(states(&world).await.iter().all(|why| *why == UnmergedState::Pending));
    let (desk, staff) = (&world.site.desk, &world.site.staff);
    let n = desk.quarantine().list().await.unwrap()[0].parcel.n;
    let left = desk.quarantine().retry(staff, participant.vault, n).await.unwrap();
    assert_eq!(left.map(|view| view.parcel.why), Some(UnmergedState::Pending));

    confirm(&world, &participant, &second).await;
    assert_eq!(emergencies(&world).await, (listed, 0));
    assert_eq!(emergencies_in(&world.report(&participant).await), (all, 0));
    assert_eq!(states(&world).await, []);
}

#[tokio::test]
async fn an_emergency_of_a_revoked_phone_is_seen_until_the_site_decides() {
    let world = World::new().await;
    let (participant, mut phone) = world.enrol("MG-001").await;
    world.set(0, "12:00");
    world.note(&mut phone, "before it was lost");
    world.sync(&mut phone).await;
    let (desk, staff) = (&world.site.desk, &world.site.staff);
    desk.devices()
        .revoke(
            staff,
            &participant,
            RevokeDevice { device: "1", because: RevocationReason::Lost, reason: "left in a taxi" },
        )
        .await
        .unwrap();
    world.set(0, "20:30");
    world.evening(&mut phone, 0, 3);
    world.sync_over(&mut phone, &world.site.transport, Mode::Once).await;

    let (all, unmerged) = emergencies_in(&world.report(&participant).await);
    assert!(all > 0 && all == unmerged, "{all} {unmerged}");
    let (listed, not_yet) = emergencies(&world).await;
    assert!(listed > 0 && listed == not_yet);
    let aside = desk.quarantine().list().await.unwrap();
    assert!(aside.iter().all(|one| one.parcel.why == UnmergedState::Quarantined(QuarantineCode::Revoked)));
    for one in &aside {
        desk.quarantine()
            .decide(
                staff,
                &participant,
                DecideParcel { n: one.parcel.n, decision: Decision::Rejected, reason: "the thief wrote it" },
            )
            .await
            .unwrap();
    }
    assert_eq!(emergencies(&world).await, (0, 0));
    assert_eq!(emergencies_in(&world.report(&participant).await), (0, 0));
}
