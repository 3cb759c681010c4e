//! Reading a vault's log as a phone does.

use std::sync::Arc;

use diary_core::api::{Cursor, ProblemCode};
use diary_core::ids::{Epoch, Hash};
use diary_core::parcel::{Grant, Item, LogKind, Receipt, ReceiptLevel, SealedParcel, open};
use diary_core::signed::Signed;

use crate::testing::{Keeper, Phone, event};
use diary_store::SiteStore;

const NONCE: &str = "nonce=04040404040404040404040404040404";

#[tokio::test]
async fn pages_follow_one_another_without_a_gap_under_the_chain() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcels: Vec<_> = (0..9).map(|n| phone.next(&n.to_string())).collect();
    let (_, head) = server.push(&phone.push(&parcels)).await;
    let (mut cursor, mut kinds) = (None, Vec::new());
    loop {
        let (page, next) = server.page(&phone, cursor.as_ref(), "&limit=4").await;
        assert_eq!(page.after, cursor.map_or(0, |cursor: Cursor| cursor.n));
        assert!(page.records.len() <= 4);
        if page.records.is_empty() {
            break;
        }
        kinds.extend(page.records.iter().map(|record| record.kind));
        cursor = Some(next);
    }
    assert_eq!((cursor.unwrap().n, cursor.unwrap().chain), (head.n, head.chain));
    let count = |kind| kinds.iter().filter(|one| **one == kind).count();
    let counts = [LogKind::Certificate, LogKind::Grant, LogKind::Parcel, LogKind::Receipt].map(count);
    assert_eq!(counts, [1, 1, 9, 9]);
}

#[tokio::test]
async fn a_cursor_of_another_epoch_chain_or_future_starts_over() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcel = phone.next("hello");
    server.push(&phone.push(&[parcel])).await;
    let (_, good) = server.page(&phone, None, "").await;
    let others = [
        Cursor { epoch: Epoch::from_bytes([1; 16]), ..good },
        Cursor { chain: Hash::from_bytes([1; 32]), ..good },
        Cursor { n: good.n + 1, ..good },
        Cursor { n: diary_core::wire::COUNT_MAX, ..good },
        Cursor { n: 0, ..good },
    ];
    let token = server.token(&phone).await;
    for other in others {
        let reply = server.ask_page(&token, &format!("{NONCE}&cursor={other}")).await;
        let page = diary_core::api::LogPage::from_bytes(&reply.body).unwrap();
        assert_eq!((reply.status, page.after, page.records.len()), (200, 0, 4), "{other}");
    }
}

#[tokio::test]
async fn the_first_parcel_of_a_phone_is_answered_by_the_key_check() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let items = [Item::Challenge([7; 32]), phone.note("hello")];
    let parcel = phone.seal(&items);
    server.push(&phone.push(&[parcel])).await;
    server.settle().await;
    let (page, _) = server.page(&phone, None, "").await;
    let keeper_key = keeper.keys.signing.verifying_key();
    let grants = page.records.iter().filter(|record| record.kind == LogKind::Grant);
    let key = grants
        .filter_map(|record| Grant::verify(&Signed::from_bytes(&record.record).ok()?, &keeper_key).ok())
        .find_map(|grant| grant.open(&phone.sealing).ok())
        .expect("the keeper's grant is wrapped to the phone");
    let parcels = page.records.iter().filter(|record| record.kind == LogKind::Parcel);
    let reply = parcels
        .filter_map(|record| SealedParcel::from_bytes(&record.record).ok()?.verify(&keeper_key).ok())
        .find_map(|parcel| open(&parcel, &key).ok())
        .unwrap();
    assert_eq!(reply.content.items, [Item::ChallengeReply([7; 32])]);
    let levels: Vec<_> = page
        .records
        .iter()
        .filter(|record| record.kind == LogKind::Receipt)
        .map(|record| Receipt::from_bytes(&record.record).unwrap().peek().unwrap().level)
        .collect();
    assert!(levels.contains(&ReceiptLevel::Merged));
    // The keeper's own parcel is merged as well, and asks for nothing.
    server.settle().await;
    assert_eq!(server.record(phone.vault).await.plans.len(), 2);
}

#[tokio::test]
async fn a_waiting_reader_is_woken_by_a_push_and_by_a_merge() {
    let keeper = Keeper::new().await;
    let server = Arc::new(keeper.serve().await);
    let mut phone = keeper.phone("001").await;
    let first = phone.next("first");
    server.push(&phone.push(&[first])).await;
    let (_, cursor) = server.page(&phone, None, "").await;
    let token = server.token(&phone).await;
    let wait = |cursor: Cursor| {
        let (server, token) = (Arc::clone(&server), token.clone());
        tokio::spawn(async move {
            let reply = server.ask_page(&token, &format!("{NONCE}&cursor={cursor}&wait=20")).await;
            let page = diary_core::api::LogPage::from_bytes(&reply.body).unwrap();
            page.records.iter().map(|record| record.n).collect::<Vec<_>>()
        })
    };
    let waiting = wait(cursor);
    tokio::task::yield_now().await;
    let second = phone.next("second");
    let (_, head) = server.push(&phone.push(&[second])).await;
    assert_eq!(waiting.await.unwrap(), [5, 6]);

    let waiting = wait(Cursor { n: head.n, chain: head.chain, ..cursor });
    tokio::task::yield_now().await;
    server.settle().await;
    assert_eq!(waiting.await.unwrap(), [7, 8]);
}

#[tokio::test]
async fn a_reader_hears_of_what_another_process_writes() {
    let keeper = Keeper::new().await;
    let server = Arc::new(keeper.serve().await);
    tokio::spawn(crate::context::change_watcher::watch(server.app.context().clone(), server.app.ended()));
    let phone = keeper.phone("001").await;
    let vault = phone.vault;
    // Pushes once, so that the phone is known and has a cursor.
    let mut phone = phone;
    let parcel = phone.next("hello");
    server.push(&phone.push(&[parcel])).await;
    let (_, cursor) = server.page(&phone, None, "").await;
    let token = server.token(&phone).await;
    let waiting = {
        let (server, token) = (Arc::clone(&server), token.clone());
        tokio::spawn(
            async move { server.ask_page(&token, &format!("{NONCE}&cursor={cursor}&wait=20")).await },
        )
    };
    tokio::task::yield_now().await;
    let paper = keeper.certificate(&phone);
    let change = diary_store::DeviceChange {
        vault,
        device: phone.signing.id(),
        paper: paper.clone(),
        revokes: false,
        seen: None,
        at: crate::testing::START,
    };
    keeper.second_process().change_device(change, event("device.confirm")).await.unwrap();
    let page = diary_core::api::LogPage::from_bytes(&waiting.await.unwrap().body).unwrap();
    assert_eq!((page.records.len(), page.records[0].kind), (1, LogKind::Certificate));
    assert_eq!(page.records[0].record, paper.to_bytes());
}

#[tokio::test]
async fn a_reader_without_a_good_token_or_question_is_refused_with_a_code() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcel = phone.next("hello");
    server.push(&phone.push(&[parcel])).await;
    let token = server.token(&phone).await;
    let reply = server.get(&format!("{}?{NONCE}", diary_core::api::VAULT_LOG)).await;
    assert_eq!((reply.status, reply.problem().code), (401, ProblemCode::TokenNeeded));
    let reply = server.ask_page("abc", NONCE).await;
    assert_eq!((reply.status, reply.problem().code), (401, ProblemCode::TokenNeeded));
    for bad in ["", "nonce=1", "nonce=%00", "limit=x", "wait=-1", "cursor=zz"] {
        let query =
            if bad.contains("nonce") || bad.is_empty() { bad.to_owned() } else { format!("{NONCE}&{bad}") };
        let reply = server.ask_page(&token, &query).await;
        assert_eq!((reply.status, reply.problem().code), (400, ProblemCode::BadRequest), "{bad}");
    }
    keeper.clock.advance(16 * 60 * 1000);
    let reply = server.ask_page(&token, NONCE).await;
    assert_eq!((reply.status, reply.problem().code), (401, ProblemCode::TokenNeeded));
}

#[tokio::test]
async fn a_device_that_is_not_known_or_revoked_reads_nothing() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcel = phone.next("hello");
    server.push(&phone.push(&[parcel])).await;
    let token = server.token(&phone).await;
    keeper.revoke(&phone).await;
    assert_eq!(server.ask_page(&token, NONCE).await.status, 404);

    let ask_token = async |phone: &Phone| {
        let ask = diary_core::api::TokenAsk { vault: phone.vault, device: phone.signing.id() };
        let body = serde_json::to_vec(&ask).unwrap();
        let challenge = server.post(diary_core::api::TOKEN_CHALLENGE, body).await;
        let challenge = serde_json::from_slice(&challenge.body).unwrap();
        let proof = diary_core::api::TokenProof::answer(&challenge, phone.vault, &phone.signing);
        server.post(diary_core::api::TOKEN, serde_json::to_vec(&proof).unwrap()).await.problem().code
    };
    assert_eq!(ask_token(&phone).await, ProblemCode::Forbidden);
    let stranger = Phone::new(&keeper, phone.vault);
    assert_eq!(ask_token(&stranger).await, ProblemCode::CertificateNeeded);
}
