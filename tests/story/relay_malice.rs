//! A malicious relay with its own key: it can delay parcels; it cannot read, forge or silently lose them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diary_core::api::{
    self, FeedRecord, HandoverReply, HandoverRequest, Hello, LinkOffer, LinkOffers, PushReply,
};
use diary_core::entropy::Entropy;
use diary_core::ids::{AnchorId, EnrolmentId, Hash, VaultId};
use diary_core::keys::{
    Bundle, Certificate, EnrolmentSecret, HistoryScope, JoinRequest, SealingKey, SigningKey,
};
use diary_core::parcel::{LogKind, LogRecord, Receipt, ReceiptBody, ReceiptLevel, SealedParcel, sign_group};
use diary_core::signed::Signed;
use diary_server::site::Saying;
use diary_server::site::{AnchorInput, ConfirmDevice};
use diary_store::DeviceState;
use diary_sync::Mode;
use diary_tests::Relayed;
use diary_tests::malice::{Evil, forge_feed, forge_log, unchanged};

async fn revisions(relayed: &Relayed, vault: VaultId) -> usize {
    relayed.world.site.desk.record(vault).await.unwrap().revision_count()
}

/// A phone that is confirmed, with a note that the relay has and the keeper has not.
async fn with_a_note() -> (Relayed, diary_store::Participant, diary_demo::phone::Phone) {
    let relayed = Relayed::new().await;
    let (participant, mut phone) = relayed.enrol("MG-001").await;
    relayed.world.note(&mut phone, "only the hospital reads this");
    let network = relayed.world.site.transport.clone();
    assert_eq!(relayed.world.sync_over(&mut phone, &network, Mode::Once).await.waiting, 1);
    (relayed, participant, phone)
}

#[tokio::test]
async fn what_a_relay_drops_stays_visibly_unreceived_and_comes_by_reading_again() {
    let (relayed, participant, mut phone) = with_a_note().await;
    let key = relayed.key();
    let evil = Evil::answering(
        &relayed.host,
        Box::new(move |path, bytes| match path {
            api::FEED => {
                forge_feed(&bytes, &key, |records| records.retain(|one| one.kind != LogKind::Parcel))
            }
            _ => bytes,
        }),
    );
    relayed.puller_at(evil.host).pull_again().await.unwrap();
    let outcome = relayed.world.sync_over(&mut phone, &relayed.world.site.transport, Mode::Once).await;
    assert_eq!(outcome.waiting, 1, "the phone says that the hospital has not received it");
    assert_eq!(revisions(&relayed, participant.vault).await, 0);
    // The place in the forged feed is not one of the true feed: all of it is read again.
    assert!(relayed.pull().await.anew);
    assert_eq!(relayed.world.sync(&mut phone).await.waiting, 0);
    assert_eq!(revisions(&relayed, participant.vault).await, 1);
}

#[tokio::test]
async fn what_a_relay_shows_twice_or_in_another_order_is_in_the_record_once() {
    let (relayed, participant, mut phone) = with_a_note().await;
    let key = relayed.key();
    let evil = Evil::answering(
        &relayed.host,
        Box::new(move |path, bytes| match path {
            api::FEED => forge_feed(&bytes, &key, |records| {
                let twice = records.clone();
                records.reverse();
                records.extend(twice);
            }),
            _ => bytes,
        }),
    );
    relayed.puller_at(evil.host).pull_again().await.unwrap();
    relayed.pull().await;
    assert_eq!(relayed.world.sync(&mut phone).await.waiting, 0);
    assert_eq!(revisions(&relayed, participant.vault).await, 1);
}

#[tokio::test]
async fn a_page_of_the_feed_that_is_cut_off_moves_nothing() {
    let (relayed, participant, _phone) = with_a_note().await;
    let evil = Evil::answering(
        &relayed.host,
        Box::new(|path, mut bytes| {
            if path == api::FEED {
                bytes.truncate(bytes.len() / 2);
            }
            bytes
        }),
    );
    assert!(relayed.puller_at(evil.host).pull(0).await.is_err());
    assert_eq!(revisions(&relayed, participant.vault).await, 0);
    relayed.pull().await;
    assert_eq!(revisions(&relayed, participant.vault).await, 1);
}

#[tokio::test]
async fn a_device_that_the_relay_made_up_is_not_even_shown_to_staff() {
    let (relayed, participant, _phone) = with_a_note().await;
    let (key, entropy) = (relayed.key(), relayed.world.site.entropy.clone());
    let random: &dyn Entropy = &*entropy;
    let (signing, sealing) = (SigningKey::generate(random), SealingKey::generate(random));
    let keys = relayed.world.site.desk.keeper_keys();
    let request = JoinRequest {
        enrolment: EnrolmentId::from_bytes(random.array()),
        vault: participant.vault,
        signing: signing.verifying_key(),
        sealing: sealing.public().clone(),
    };
    let join = request.sign(&signing, &EnrolmentSecret::generate(random)).to_bytes();
    let certificate = Certificate {
        vault: participant.vault,
        study: keys.study.clone(),
        site: keys.site.clone(),
        signing: signing.verifying_key(),
        sealing: sealing.public().clone(),
        participant: Vec::new(),
        history: HistoryScope::All,
        issued: relayed.world.site.desk.now(),
        by: key.id(),
    };
    let paper = certificate.sign(&key).to_bytes();
    let vault = participant.vault;
    let evil = Evil::answering(
        &relayed.host,
        Box::new(move |path, bytes| match path {
            api::FEED => forge_feed(&bytes, &key, |records| {
                let received = records[0].received;
                for (kind, record) in [(LogKind::JoinRequest, &join), (LogKind::Certificate, &paper)] {
                    records.push(FeedRecord { n: 0, vault, kind, record: record.clone(), received });
                }
            }),
            _ => bytes,
        }),
    );
    let pulled = relayed.puller_at(evil.host).pull_again().await.unwrap();
    assert_eq!((pulled.left["link-unknown"], pulled.left["signature"]), (1, 1));
    let rows = relayed.world.site.desk.context().store().devices(vault).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [DeviceState::Confirmed]);
}

#[tokio::test]
async fn a_relay_with_other_keys_in_its_greeting_is_not_spoken_with() {
    let (relayed, participant, mut phone) = with_a_note().await;
    let key = relayed.key();
    let other_root = SigningKey::from_seed(&[7; 32]);
    let evil = Evil::answering(
        &relayed.host,
        Box::new(move |path, bytes| match path {
            api::HELLO => {
                let signed = Signed::from_bytes(&bytes).unwrap();
                let hello: Hello = minicbor::decode(signed.unverified()).unwrap();
                let mut bundle: Bundle = minicbor::decode(hello.bundle.unverified()).unwrap();
                bundle.version += 1;
                bundle.root = other_root.verifying_key();
                bundle.sites.clear();
                Hello { bundle: bundle.sign(&other_root), ..hello }.sign(&key).to_bytes()
            }
            _ => bytes,
        }),
    );
    assert!(relayed.puller_at(evil.host).pull(0).await.is_err());
    assert_eq!(revisions(&relayed, participant.vault).await, 0);
    relayed.pull().await;
    assert_eq!(relayed.world.sync(&mut phone).await.waiting, 0);
}

/// A phone that has joined through a bad relay, which keeps this up.
async fn phone_behind(
    relayed: &mut Relayed,
    reply: diary_tests::malice::Change,
) -> (diary_store::Participant, diary_demo::phone::Phone) {
    let evil = Evil::answering(&relayed.host, reply);
    relayed.world.site.invite_through(evil.host);
    relayed.enrol("MG-002").await
}

#[tokio::test]
async fn a_receipt_of_the_relay_that_claims_to_have_merged_counts_for_nothing() {
    let mut relayed = Relayed::new().await;
    let key = relayed.key();
    let (participant, mut phone) = phone_behind(
        &mut relayed,
        Box::new(move |path, bytes| match path {
            api::VAULT_LOG => forge_log(&bytes, &key, |records| {
                let claim = |record: &LogRecord| {
                    let receipt = Receipt::from_bytes(&record.record).ok()?.peek().ok()?;
                    let mut body = receipt;
                    (body.level, body.key) = (ReceiptLevel::Merged, key.id());
                    Some(sign_group(&[body], &key)[0].to_bytes())
                };
                records.retain(|record| record.kind != LogKind::Parcel || is_a_keepers(record));
                for record in records.iter_mut().filter(|record| record.kind == LogKind::Receipt) {
                    record.record = claim(record).unwrap_or_default();
                }
            }),
            _ => bytes,
        }),
    )
    .await;
    relayed.world.note(&mut phone, "merged by nobody");
    let network = relayed.world.site.transport.clone();
    for _ in 0..2 {
        let outcome = relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
        assert_eq!(outcome.waiting, 1, "{:?}", outcome.trouble);
    }
    assert_eq!(revisions(&relayed, participant.vault).await, 0);
}

fn is_a_keepers(record: &LogRecord) -> bool {
    SealedParcel::from_bytes(&record.record).is_ok()
}

#[tokio::test]
async fn a_downlink_that_the_relay_alters_is_left_out_and_the_rest_is_read() {
    let mut relayed = Relayed::new().await;
    let key = relayed.key();
    let (participant, mut phone) = phone_behind(
        &mut relayed,
        Box::new(move |path, bytes| match path {
            api::VAULT_LOG => forge_log(&bytes, &key, |records| {
                for record in records.iter_mut().filter(|record| record.kind == LogKind::Grant) {
                    let last = record.record.len() - 1;
                    record.record[last] ^= 1;
                }
            }),
            _ => bytes,
        }),
    )
    .await;
    assert!(phone.diary.device().certificate.is_some(), "what is not altered is read");
    assert!(phone.diary.device().challenge_returned.is_none(), "nothing opens under an altered grant");
    relayed.world.note(&mut phone, "still arrives");
    let network = relayed.world.site.transport.clone();
    relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
    relayed.pull().await;
    assert_eq!(revisions(&relayed, participant.vault).await, 1);
}

#[tokio::test]
async fn what_a_relay_hides_of_the_downlink_stays_unreceived_and_is_read_once_it_is_shown() {
    let mut relayed = Relayed::new().await;
    let (key, hides) = (relayed.key(), Arc::new(AtomicBool::new(true)));
    let hidden = Arc::clone(&hides);
    let (participant, mut phone) = phone_behind(
        &mut relayed,
        Box::new(move |path, bytes| match path {
            api::VAULT_LOG if hidden.load(Ordering::Relaxed) => forge_log(&bytes, &key, |records| {
                records.retain(|one| !matches!(one.kind, LogKind::Parcel | LogKind::Receipt));
            }),
            _ => bytes,
        }),
    )
    .await;
    let (desk, staff) = (&relayed.world.site.desk, &relayed.world.site.staff);
    let (anchor, day) = ("cycle1".parse::<AnchorId>().unwrap(), diary_tests::world::first_day());
    desk.acts()
        .on(staff, &participant)
        .set_anchor(&AnchorInput { anchor: anchor.clone(), date: Some(day) }, Saying::MEANT)
        .await
        .unwrap();
    relayed.world.note(&mut phone, "merged, and the phone is not told");
    let network = relayed.world.site.transport.clone();
    let on_phone = |phone: &diary_demo::phone::Phone| {
        diary_core::record::anchors(phone.diary.store().acts().unwrap().iter()).get(&anchor).copied()
    };
    for _ in 0..3 {
        let outcome = relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
        assert_eq!((outcome.waiting, on_phone(&phone)), (1, None), "{:?}", outcome.trouble);
        relayed.pull().await;
    }
    assert_eq!(revisions(&relayed, participant.vault).await, 1);
    hides.store(false, Ordering::Relaxed);
    for _ in 0..3 {
        relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
        relayed.pull().await;
    }
    let outcome = relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
    assert_eq!((outcome.waiting, on_phone(&phone)), (0, Some(day)), "{:?}", outcome.trouble);
    assert_eq!(revisions(&relayed, participant.vault).await, 1);
}

#[tokio::test]
async fn what_no_keeper_signed_is_not_passed_on_by_an_honest_relay() {
    let (relayed, participant, mut phone) = with_a_note().await;
    let evil = Evil::before(
        &relayed.host,
        Box::new(|path, bytes| match path {
            api::RECORDS => {
                let mut handed = HandoverRequest::from_bytes(&bytes).unwrap();
                for record in &mut handed.records {
                    let mut altered: Vec<u8> = record.record.clone().into();
                    let last = altered.len() - 1;
                    altered[last] ^= 1;
                    record.record = altered.into();
                }
                handed.to_bytes()
            }
            _ => bytes,
        }),
        unchanged(),
    );
    let pulled = relayed.puller_at(evil.host).pull(0).await.unwrap();
    assert!(pulled.refused > 0 && pulled.handed == 0, "{pulled:?}");
    let owed = async || {
        let limits = diary_server::config::Limits::default();
        relayed.world.site.desk.views().overview(&limits).await.unwrap().not_handed_over
    };
    assert_eq!(owed().await, pulled.refused, "what was not acknowledged is said");
    let network = relayed.world.site.transport.clone();
    assert_eq!(relayed.world.sync_over(&mut phone, &network, Mode::Once).await.waiting, 1);
    assert_eq!(revisions(&relayed, participant.vault).await, 1);
    assert!(relayed.pull().await.handed > 0, "it is offered again by itself");
    assert_eq!(owed().await, 0);
    assert_eq!(relayed.world.sync(&mut phone).await.waiting, 0);
}

#[tokio::test]
async fn what_a_relay_does_not_acknowledge_does_not_count_as_handed_over() {
    let (relayed, _, mut phone) = with_a_note().await;
    let evil = Evil::answering(
        &relayed.host,
        Box::new(|path, bytes| match path {
            api::RECORDS => {
                let reply = HandoverReply::from_bytes(&bytes).unwrap();
                HandoverReply { taken: 0, known: 0, refused: Vec::new(), ..reply }.to_bytes()
            }
            _ => bytes,
        }),
    );
    let silent = relayed.puller_at(evil.host).pull(0).await.unwrap();
    assert!(silent.refused > 0 && silent.handed == 0, "{silent:?}");
    let again = relayed.pull().await;
    assert_eq!((again.refused, again.handed), (0, 0), "the relay had them all the same: {again:?}");
    let limits = diary_server::config::Limits::default();
    assert_eq!(relayed.world.site.desk.views().overview(&limits).await.unwrap().not_handed_over, 0);
    assert_eq!(relayed.world.sync(&mut phone).await.waiting, 0);
}

#[tokio::test]
async fn self_signed_joins_of_one_address_keep_no_phone_out_and_leave_nothing() {
    let relayed = Relayed::new().await;
    assert_eq!(relayed.strangers_ask(300).await, 16, "as many as one source may have waiting");
    let (participant, mut phone) = relayed.enrol("MG-001").await;
    relayed.world.note(&mut phone, "written during the flood");
    relayed.world.sync_over(&mut phone, &relayed.world.site.transport, Mode::Once).await;
    let pulled = relayed.pull().await;
    assert!(pulled.left.is_empty(), "{pulled:?}");
    assert_eq!(revisions(&relayed, participant.vault).await, 1);
    let again = relayed.puller_at(relayed.host.clone()).pull_again().await.unwrap();
    assert!(again.read < 20 && again.left.is_empty(), "nothing of strangers is in the feed: {again:?}");
}

#[tokio::test]
async fn a_relays_word_that_a_request_came_in_time_counts_for_72_hours() {
    for (day, late) in [(2, false), (4, true)] {
        let relayed = Relayed::new().await;
        let (participant, phone) = relayed.join("MG-001").await;
        relayed.world.set(day, "12:00");
        relayed.pull().await;
        let site = &relayed.world.site;
        let waiting = site.desk.devices().pending().await.unwrap();
        assert_eq!(waiting.iter().map(|one| one.late).collect::<Vec<_>>(), [late], "read on day {day}");
        let (digits, history) = (phone.joined.digits, HistoryScope::All);
        let confirm = ConfirmDevice { digits, history, reason: None };
        let confirmed = site.desk.devices().confirm(&site.staff, &participant, confirm).await;
        assert_eq!(confirmed.is_err(), late, "{confirmed:?}");
        let confirm = ConfirmDevice { reason: Some("phone in hand"), ..confirm };
        let confirmed = site.desk.devices().confirm(&site.staff, &participant, confirm).await;
        assert!(confirmed.is_ok(), "what it wrote is not lost: {confirmed:?}");
    }
}

#[tokio::test]
async fn a_relays_receipt_for_other_bytes_or_another_vault_counts_for_nothing() {
    for forge in [
        |body: &mut ReceiptBody| body.body_hash = Hash::from_bytes([7; 32]),
        |body: &mut ReceiptBody| body.vault = VaultId::from_bytes([7; 16]),
    ] {
        let mut relayed = Relayed::new().await;
        let key = relayed.key();
        let (_, mut phone) = phone_behind(
            &mut relayed,
            Box::new(move |path, bytes| match path {
                api::PARCELS => {
                    let mut reply = PushReply::from_bytes(&bytes).unwrap();
                    for result in &mut reply.results {
                        let Some(receipt) = &result.receipt else { continue };
                        let mut body = Receipt::from_bytes(receipt).unwrap().peek().unwrap();
                        forge(&mut body);
                        result.receipt = Some(sign_group(&[body], &key)[0].to_bytes().into());
                    }
                    reply.to_bytes()
                }
                _ => bytes,
            }),
        )
        .await;
        relayed.world.note(&mut phone, "stored as something else");
        let network = relayed.world.site.transport.clone();
        let outcome = relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
        assert_eq!((outcome.pushed, outcome.waiting), (0, 1));
        assert_eq!(outcome.trouble.map(|trouble| trouble.code()), Some("signature"));
    }
}

#[tokio::test]
async fn what_a_relay_withholds_is_offered_again_after_seven_days() {
    let (relayed, participant, mut phone) = with_a_note().await;
    let network = relayed.world.site.transport.clone();
    relayed.world.set(3, "12:00");
    let early = relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
    relayed.world.set(8, "12:00");
    let late = relayed.world.sync_over(&mut phone, &network, Mode::Once).await;
    assert!(late.pushed > early.pushed, "{} then {}", early.pushed, late.pushed);
    assert_eq!(late.waiting, 1, "after a week without the hospital it is still said to wait");
    relayed.pull().await;
    assert_eq!(relayed.world.sync(&mut phone).await.waiting, 0);
    assert_eq!(revisions(&relayed, participant.vault).await, 1);
}

#[tokio::test]
async fn without_a_token_a_relay_takes_a_bundle_of_the_root_and_nothing_that_comes_with_it() {
    let relayed = Relayed::new().await;
    let http = diary_tests::hostile::client(std::net::Ipv4Addr::new(127, 0, 0, 3));
    let signed = relayed.world.site.desk.context().store().server_state().await.unwrap().unwrap().bundle;
    let check = EnrolmentSecret::from_bytes(&[7; 16]).check();
    let until = relayed.world.site.desk.now().plus_ms(60_000);
    let link = LinkOffer::new(EnrolmentId::from_bytes([7; 16]), VaultId::from_bytes([7; 16]), until, &check);
    let alone = HandoverRequest {
        nonce: diary_core::ids::Nonce::from_bytes([1; 16]),
        bundle: Some(signed),
        files: Vec::new(),
        records: Vec::new(),
        links: None,
    };
    let with_link = HandoverRequest { links: Some(LinkOffers { links: vec![link] }), ..alone.clone() };
    let nothing = HandoverRequest { bundle: None, ..alone.clone() };
    for (request, status) in [(alone, 200), (with_link, 401), (nothing, 401)] {
        let url = format!("{}{}", relayed.host.url(), api::RECORDS);
        let post = http.post(url).header("content-type", api::CBOR).body(request.to_bytes());
        assert_eq!(post.send().await.unwrap().status().as_u16(), status);
    }
}
