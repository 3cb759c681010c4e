//! From the link to the confirmed phone, and the recovery secret.

use diary_core::api::{Cursor, FeedRecord};
use diary_core::ids::Epoch;
use diary_core::keys::{Certificate, RecoverySecret, SealedRecoverySecret, SigningKey};
use diary_core::parcel::{Grant, Item, LogKind, SealedParcel, open};
use diary_core::signed::Signed;
use diary_core::time::Clock;

use super::bench::{Bench, Phone};
use crate::cli::Exit;
use diary_store::{
    DeviceProof, FeedRecords, ImportOutcome, JoinToTake, LogQuery, LogReader, PushToCommit, RecordToImport,
    ReplicatedRecord,
};

#[tokio::test]
async fn the_link_is_shown_as_text_and_as_a_code_with_what_to_do_next() {
    let bench = Bench::new().await;
    let said = bench.run("enrol S1").await;
    said.holds(Exit::Done, "http://127.0.0.1:8440/join#v1.");
    said.holds(Exit::Done, "█████");
    said.holds(
        Exit::Done,
        "For S1 alone, for one phone, until 12:15 (Asia/Shanghai). Do not send it to anybody else.",
    );
    said.holds(Exit::Done, "diary-server confirm S1 DIGITS");
    let said = bench.run("--lang zh-CN enrol S1 --minutes 60").await;
    said.holds(Exit::Done, "仅供 S1 的一部手机使用，13:00 (Asia/Shanghai) 前有效");
}

#[tokio::test]
async fn the_secret_of_a_link_is_nowhere_in_the_trail() {
    let bench = Bench::new().await;
    let phone = bench.phone_joins(1).await;
    let trail = bench.json("trail").await.to_string();
    let text = phone.link.to_text();
    let secret = text.rsplit('.').next().unwrap();
    assert!(text.ends_with(secret) && secret.len() == 22);
    assert!(trail.contains("enrolment.make") && !trail.contains(secret));
    assert!(!trail.contains(&diary_core::ids::to_hex(phone.link.secret.as_bytes())));
}

#[tokio::test]
async fn a_phone_is_confirmed_by_the_digits_it_shows_and_gets_acts_and_study() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1");
    let phone = bench.phone_joins(1).await;
    bench.pass_minutes(3);
    bench
        .run("pending")
        .await
        .is(Exit::Done, "SUBJECT  JOINED                PHONE\nS1       2026-03-02T04:00:00Z  <ID>");
    bench
        .run(&format!("confirm S1 {}", phone.digits()))
        .await
        .is(Exit::Done, "Confirmed the phone of S1. What it has recorded so far is merged now.");
    bench.run("pending").await.is(Exit::Done, "No phone waits to be confirmed.");
    let items = downlink(&bench, &phone).await;
    assert!(matches!(items.as_slice(), [Item::Act(_), Item::StudyVersion { version: 1, .. }]), "{items:?}");
}

/// Everything in the vault's log that the phone can open, after its certificate.
pub(super) async fn downlink(bench: &Bench, phone: &Phone) -> Vec<Item> {
    let desk = bench.desk().await;
    let bundle = desk.bundle().await.unwrap();
    let keeper = desk.keeper_keys().signing.verifying_key();
    let (vault, reader) = (phone.link.vault, phone.signing.id());
    let page = desk
        .context()
        .store()
        .log_page(LogQuery {
            vault,
            reader: LogReader::Device(reader),
            cursor: None,
            limit: 1000,
            max_bytes: 1 << 20,
        })
        .await
        .unwrap();
    let of_kind = |kind| page.records.iter().filter(move |record| record.kind == kind);
    let certificates: Vec<Certificate> = of_kind(LogKind::Certificate)
        .map(|record| Certificate::verify(&Signed::from_bytes(&record.record).unwrap(), &bundle).unwrap())
        .collect();
    assert!(certificates.iter().all(|certificate| certificate.device() == reader) && certificates.len() == 1);
    assert_eq!(
        *certificates[0]
            .open_participant(&desk.keeper_keys().sealing(&desk.keeper_keys().site, 1).unwrap())
            .unwrap(),
        "S1"
    );
    let keys: Vec<_> = of_kind(LogKind::Grant)
        .map(|record| Grant::verify(&Signed::from_bytes(&record.record).unwrap(), &keeper).unwrap())
        .filter_map(|grant| grant.open(&phone.sealing).ok())
        .collect();
    let parcels = of_kind(LogKind::Parcel)
        .map(|record| SealedParcel::from_bytes(&record.record).unwrap().verify(&keeper).unwrap());
    parcels
        .filter_map(|parcel| {
            let key = keys.iter().find(|key| key.hash() == parcel.core().grant)?;
            Some(open(&parcel, key).unwrap().content.items)
        })
        .flatten()
        .collect()
}

#[tokio::test]
async fn confirming_twice_sends_the_same_once_more_and_changes_nothing_else() {
    let bench = Bench::new().await;
    let phone = bench.phone_joins(1).await;
    let confirm = format!("confirm S1 {}", phone.digits());
    bench.run(&confirm).await.holds(Exit::Done, "Confirmed the phone of S1.");
    bench
        .run(&confirm)
        .await
        .is(Exit::Done, "This phone of S1 was confirmed before. What it needs was sent to it once more.");
    assert_eq!(downlink(&bench, &phone).await.len(), 2);
}

#[tokio::test]
async fn five_wrong_tries_lock_the_link_and_a_new_link_is_free_again() {
    let bench = Bench::new().await;
    bench.run("confirm S1 123456").await.is(
        Exit::NotFound,
        "no phone of S1 waits to be confirmed. `pending` lists those that do; `enrol S1` makes a link",
    );
    let phone = bench.phone_joins(1).await;
    for left in [4, 3, 2, 1] {
        bench.run(&format!("confirm S1 {}", phone.other_digits())).await.is(
            Exit::Refused,
            &format!(
                "the six digits are not those of a phone of S1. Nothing was confirmed. Read them from the phone again; \
                 {left} tries are left"
            ),
        );
    }
    let locked = "locked after 5 wrong tries: a phone of somebody else may be trying to join. Make a new link with \
                  `enrol S1` and let the participant's phone join with it";
    bench.run(&format!("confirm S1 {}", phone.other_digits())).await.is(Exit::Refused, locked);
    bench.run(&format!("confirm S1 {}", phone.digits())).await.is(Exit::Refused, locked);
    let other = bench.phone_joins(2).await;
    bench
        .run(&format!("confirm S1 {}", other.digits()))
        .await
        .holds(Exit::Done, "Confirmed the phone of S1.");
}

#[tokio::test]
async fn the_recovery_secret_is_shown_after_the_trail_has_noted_it_and_never_without_a_reason() {
    let bench = Bench::new().await;
    let phone = bench.phone_joins(1).await;
    bench.run("recovery-secret S1").await.holds(Exit::Usage, "--reason <REASON>");
    bench
        .run("recovery-secret S1 --reason \"PIN forgotten\"")
        .await
        .holds(Exit::NotFound, "no recovery secret of a phone of S1 has arrived");
    let secret = RecoverySecret::generate(phone.random());
    push_recovery(&bench, &phone, &secret).await;
    bench.run("recovery-secret S1 --reason \" \"").await.holds(Exit::Refused, "reason: 1 to 512 bytes");
    let said = bench.run("recovery-secret S1 --reason \"PIN forgotten\"").await;
    said.holds(Exit::Done, secret.to_text().as_str());
    let trail = bench.json("trail").await;
    let shown: Vec<_> =
        trail["rows"].as_array().unwrap().iter().filter(|row| row["what"] == "recovery.show").collect();
    assert_eq!((shown.len(), &shown[0]["reason"]), (1, &"PIN forgotten".into()));
    assert!(!trail.to_string().contains(secret.to_text().as_str()));
}

async fn push_recovery(bench: &Bench, phone: &Phone, secret: &RecoverySecret) {
    let desk = bench.desk().await;
    let bundle = desk.bundle().await.unwrap();
    let site = bundle.site_key(&desk.keeper_keys().site).unwrap().key.clone();
    let recovery = bundle.recovery_key(&desk.keeper_keys().site).unwrap().clone();
    let vault = phone.link.vault;
    let record =
        SealedRecoverySecret::make(secret, vault, &phone.signing, &[&site, &recovery], phone.random())
            .unwrap();
    let push = PushToCommit {
        vault,
        device: phone.signing.id(),
        proof: DeviceProof::Known,
        incarnation: diary_core::ids::Incarnation::from_bytes([1; 16]),
        grants: Vec::new(),
        recovery: Some(record),
        parcels: Vec::new(),
        evidence: None,
        received: bench.clock.now(),
    };
    let signer = std::sync::Arc::new(SigningKey::from_seed(desk.keeper_keys().signing.seed()));
    for outcome in desk.context().store().commit_group(vec![push], signer).await.unwrap() {
        outcome.unwrap();
    }
}

#[tokio::test]
async fn a_phone_whose_link_expired_on_the_way_through_a_relay_waits_and_is_shown_as_late() {
    let bench = Bench::new().await;
    let (phone, signed, request) = bench.phone_asks(1).await;
    bench.pass_minutes(24 * 60);
    let desk = bench.desk().await;
    let at = bench.clock.now();
    let record = FeedRecord {
        n: 1,
        vault: request.vault,
        kind: LogKind::JoinRequest,
        record: signed.to_bytes(),
        received: at,
    };
    let join = Box::new(JoinToTake { signed, request, received: at, pushed: false });
    let relay = SigningKey::from_seed(&[9; 32]).id();
    let cursor = Cursor { n: 1, ..Cursor::start(Epoch::from_bytes([8; 16])) };
    let put = FeedRecords {
        relay,
        cursor,
        anew: false,
        records: vec![RecordToImport { record, what: ReplicatedRecord::Join(join) }],
        rejected: Vec::new(),
        at,
    };
    let signer = std::sync::Arc::clone(desk.keeper_keys()) as diary_store::Signer;
    assert_eq!(
        desk.context().store().import_feed(put, signer).await.unwrap().outcomes,
        [ImportOutcome::Taken]
    );
    bench.run("pending").await.holds(Exit::Done, "(late: its link had expired)");
    let refused = bench.run(&format!("confirm S1 {}", phone.digits())).await;
    refused.holds(Exit::Refused, "reached the relay after its link had expired");
    let confirmed = bench.run(&format!("confirm S1 {} --reason seen", phone.digits())).await;
    confirmed.holds(Exit::Done, "It had reached the relay after its link had expired.");
}
