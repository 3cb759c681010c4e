//! A stolen phone floods its participant's diary with parcels that take a kibibyte on the wire and a quarter of a mebibyte
//! when they are opened. It costs no more than one phone may use, hides no entries of other phones, and staff see and decide.

use diary_core::api::{CBOR, PARCELS};
use diary_core::entropy::SystemEntropy;
use diary_core::keys::{HistoryScope, RevocationReason};
use diary_core::parcel::{PARCEL_MAX_PLAIN_BYTES, QuarantineCode};
use diary_report::report::Finding;
use diary_server::site::snapshot::{Reader, gathered};
use diary_server::site::{AllowDevice, RevokeDevice};
use diary_store::{Amount, Participant, UnmergedState};
use diary_tests::World;
use diary_tests::sealer::{FLOOD_NOTES, Sealer};

const MIB: u64 = 1024 * 1024;
/// Items that the phone itself sent before it was stolen: the question for the key, and its statement.
const OWN_ITEMS: u64 = 2;
/// More than may be opened of one phone.
const PARCELS_SENT: usize = 340;

/// Sends parcels as a phone that floods does; gives the bytes that they took on the wire.
async fn flood(world: &World, thief: &mut Sealer) -> u64 {
    let (http, url) = (reqwest::Client::new(), format!("{}{PARCELS}", world.site.url()));
    let mut sent = 0;
    for _ in 0..PARCELS_SENT {
        let body = thief.next_flood(&SystemEntropy).body;
        sent += body.len() as u64;
        let reply = http.post(&url).header("content-type", CBOR).body(body).send().await.unwrap();
        assert_eq!(reply.status(), 200);
    }
    sent
}

/// Parcels of a participant that are waiting because their phone's allowance is used up.
async fn over(world: &World, participant: &Participant) -> usize {
    let aside = world.site.desk.context().store().unmerged_in(participant.vault).await.unwrap();
    let why = UnmergedState::Quarantined(QuarantineCode::Allowance);
    aside.iter().filter(|one| one.why == why).count()
}

async fn opened(world: &World, participant: &Participant, thief: &Sealer) -> Amount {
    let rows = world.site.desk.context().store().devices(participant.vault).await.unwrap();
    rows.into_iter().find(|row| row.key == thief.device().id()).unwrap().allowance.opened
}

fn notes(report: &diary_report::report::Report, text: &str) -> usize {
    report.notes.iter().filter(|note| format!("{note:?}").contains(text)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_compressible_parcels_costs_what_one_phone_may_and_hides_nobody_elses_entries() {
    let world = World::new().await;
    let (participant, mut honest) = world.enrol("MG-001").await;
    let (other, mut elsewhere) = world.enrol("MG-002").await;
    let stolen = world.another(&participant, "stolen", HistoryScope::None).await;
    let mut thief = Sealer::of(&stolen);
    let (desk, staff) = (&world.site.desk, &world.site.staff);

    let sent = flood(&world, &mut thief).await;
    assert!(sent < MIB, "{sent} bytes on the wire");
    world.note(&mut honest, "the honest note");
    world.note(&mut elsewhere, "somebody else");
    world.sync(&mut elsewhere).await;
    assert_eq!(world.sync(&mut honest).await.unmerged, 0);
    world.report(&participant).await;

    let opened_once = opened(&world, &participant, &thief).await;
    let merged = usize::try_from(opened_once.records / FLOOD_NOTES).unwrap();
    let most = 80 * MIB + PARCEL_MAX_PLAIN_BYTES as u64;
    assert!(opened_once.bytes >= 80 * MIB && opened_once.bytes < most, "{opened_once:?}");
    assert_eq!(merged + over(&world, &participant).await, PARCELS_SENT, "nothing is lost");
    let on_disk = std::fs::metadata(world.site.data().join("diary-server.db")).unwrap().len();
    assert!(on_disk < 16 * MIB, "{on_disk} bytes on disk for {} opened", opened_once.bytes);

    // Waiting parcels are searched for an emergency up to the limit for one phone: 2 MiB.
    let bundle = desk.bundle().await.unwrap();
    let reader = Reader { store: &**desk.context().store(), keys: desk.keeper_keys(), bundle: &bundle };
    let gathered = gathered(reader, &participant).await.unwrap();
    let with_unmerged = gathered.with_unmerged.as_ref().unwrap().revision_count();
    let more = u64::try_from(with_unmerged - gathered.record.revision_count()).unwrap();
    assert!(over(&world, &participant).await > 10);
    assert_eq!(more, 9 * FLOOD_NOTES, "a quarter of a mebibyte each, and a little less");

    // The amount read at once is bounded; the rest is counted and reported.
    let record = desk.context().store().load_record(participant.vault).await.unwrap();
    let shown: usize = record.plans.iter().filter(|plan| plan.source.author == thief.device().id()).count();
    let left_out = &record.left_out[0];
    assert_eq!((record.left_out.len(), left_out.author), (1, thief.device().id()));
    assert_eq!(left_out.parcels.len() + shown, merged + 1, "and what the phone sent before it was stolen");
    assert_eq!(left_out.entries, left_out.parcels.len() as u64 * FLOOD_NOTES);
    assert_eq!(shown, 64, "16 MiB of room, by a quarter of a mebibyte and what is made of it");
    let report = world.report(&participant).await;
    assert_eq!(notes(&report, "the honest note"), 1);
    let said = report.attention.iter().filter(|one| matches!(one.what, Finding::LeftOut { .. }));
    let what = said.map(|one| one.what.clone()).collect::<Vec<_>>();
    assert_eq!(what, [Finding::LeftOut { device: Some(2), entries: left_out.entries }]);
    let report = world.report(&other).await;
    assert!(report.attention.iter().all(|one| !matches!(one.what, Finding::LeftOut { .. })));
    assert_eq!(notes(&report, "somebody else"), 1);

    // Staff may raise its allowance, and the waiting parcels are opened. They may also revoke the phone.
    desk.devices()
        .allow(
            staff,
            &participant,
            AllowDevice { device: "2", times: Some(2), clear: false, reason: "to see what it is" },
        )
        .await
        .unwrap();
    assert_eq!(over(&world, &participant).await, 0);
    assert_eq!(
        opened(&world, &participant, &thief).await.records,
        PARCELS_SENT as u64 * FLOOD_NOTES + OWN_ITEMS
    );
    desk.devices()
        .revoke(
            staff,
            &participant,
            RevokeDevice { device: "2", because: RevocationReason::Lost, reason: "it was stolen" },
        )
        .await
        .unwrap();
    world.note(&mut honest, "another note");
    assert_eq!(world.sync(&mut honest).await.unmerged, 0);
    assert_eq!(notes(&world.report(&participant).await, "another note"), 1);
}
