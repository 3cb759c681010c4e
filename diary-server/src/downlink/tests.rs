//! Downlink of two phones on a real database: each item is sent once, to the phones that may read it, across
//! restarts.

use std::collections::BTreeSet;

use diary_core::entry::EncodedRevision;
use diary_core::ids::RevisionId;
use diary_core::keys::{HistoryScope, SealingKey};
use diary_core::parcel::{DeviceCredential, Grant, GrantKey, Item, LogKind, SealedParcel, open};
use diary_core::signed::Signed;

use crate::testing::{Keeper, Phone, Server};
use diary_store::MergeStore;

/// The revisions in keeper parcels of the vault's log that a sealing key opens, each time they are there.
async fn readable(keeper: &Keeper, server: &Server, phone: &Phone, key: &SealingKey) -> Vec<RevisionId> {
    let author = keeper.keys.signing.verifying_key();
    let (page, _) = server.page(phone, None, "&limit=500").await;
    let mut keys: Vec<GrantKey> = Vec::new();
    let mut out = Vec::new();
    for record in &page.records {
        match record.kind {
            LogKind::Grant => {
                let signed = Signed::from_bytes(&record.record).unwrap();
                if let Ok(grant) = Grant::verify(&signed, &author) {
                    keys.extend(grant.open(key).ok());
                }
            }
            LogKind::Parcel => {
                let sealed = SealedParcel::from_bytes(&record.record).unwrap();
                let Ok(verified) = sealed.verify(&author) else { continue };
                let Some(key) = keys.iter().find(|key| key.hash() == verified.core().grant) else { continue };
                for item in open(&verified, key).unwrap().content.items {
                    if let Item::Revision(bytes) = item {
                        out.push(EncodedRevision::decode(&bytes).unwrap().revision().id);
                    }
                }
            }
            _ => {}
        }
    }
    out
}

fn id(item: &Item) -> RevisionId {
    let Item::Revision(bytes) = item else { panic!("not a revision") };
    EncodedRevision::decode(bytes).unwrap().revision().id
}

fn second(keeper: &Keeper, first: &Phone, scope: HistoryScope) -> Phone {
    let mut phone = Phone::new(keeper, first.vault);
    phone.credential = Some(DeviceCredential::Certificate(keeper.certificate_of(&phone, scope)));
    phone
}

#[tokio::test]
async fn what_one_phone_brings_reaches_the_other_once_also_when_the_worker_stopped_before_telling() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut one = keeper.phone("P-1").await;
    let mut two = second(&keeper, &one, HistoryScope::All);
    server.push(&one.push(&[])).await;
    server.push(&two.push(&[])).await;
    server.settle().await;
    keeper.clock.advance(60_000);
    let (first, other) = (one.note("first"), two.note("second"));
    let parcel = one.seal(std::slice::from_ref(&first));
    server.push(&one.push(&[parcel])).await;
    let parcel = two.seal(std::slice::from_ref(&other));
    server.push(&two.push(&[parcel])).await;
    // The parcels are merged, and the process ends before the downlink is made.
    keeper.restart_worker().merge_waiting(&keeper.bundle, server.app.now()).await.unwrap();
    assert_eq!(readable(&keeper, &server, &one, &one.sealing).await, []);
    assert_eq!(keeper.store.waiting(0, 100).await.unwrap().pending_notices.len(), 1);
    assert!(server.settle().await > 0);
    assert!(
        keeper.store.waiting(0, 100).await.unwrap().pending_notices.is_empty(),
        "nothing is left to be told"
    );
    let both = BTreeSet::from([id(&first), id(&other)]);
    for phone in [&one, &two] {
        let told = readable(&keeper, &server, &one, &phone.sealing).await;
        assert_eq!(told.len(), 2, "once each");
        assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), both);
    }
    let length = server.page(&one, None, "&limit=500").await.1.n;
    server.settle().await;
    keeper.restart_worker().settle(&keeper.bundle, server.app.now()).await.unwrap();
    assert_eq!(server.page(&one, None, "&limit=500").await.1.n, length, "nothing is told twice");
}

#[tokio::test]
async fn a_key_of_a_revoked_phone_opens_nothing_that_was_told_afterwards() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut one = keeper.phone("P-1").await;
    let two = second(&keeper, &one, HistoryScope::All);
    server.push(&two.push(&[])).await;
    let before = one.next("before");
    server.push(&one.push(&[before])).await;
    server.settle().await;
    assert_eq!(readable(&keeper, &server, &one, &two.sealing).await.len(), 1);
    keeper.revoke(&two).await;
    let three = second(&keeper, &one, HistoryScope::All);
    server.push(&three.push(&[])).await;
    let after = one.next("after");
    server.push(&one.push(&[after])).await;
    server.settle().await;
    assert_eq!(readable(&keeper, &server, &one, &three.sealing).await.len(), 2);
    assert_eq!(readable(&keeper, &server, &one, &two.sealing).await.len(), 1, "what it had, and no more");
}

#[tokio::test]
async fn a_phone_alone_costs_no_downlink() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut one = keeper.phone("P-1").await;
    for text in ["a", "b", "c"] {
        let parcel = one.next(text);
        server.push(&one.push(&[parcel])).await;
        server.settle().await;
    }
    assert_eq!(keeper.store.keeper_state(one.vault).await.unwrap().head.seq, 0);
}
