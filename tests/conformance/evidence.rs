//! Records that a device hands back to a server that was put back to an earlier state.

use diary_core::api::Head;
use diary_core::ids::{Epoch, Hash, Incarnation, Nonce};
use diary_core::parcel::LogKind;
use diary_store::{DeviceState, EvidenceToTake, PushToCommit};

use crate::ground::{Ground, on_each_database};
use crate::phone::{Phone, stored};
use crate::site::{START, Site};

const FRESH: (Epoch, Incarnation) = (Epoch::from_bytes([7; 16]), Incarnation::from_bytes([8; 16]));

pub(crate) fn nothing() -> EvidenceToTake {
    EvidenceToTake {
        head: None,
        certificates: Vec::new(),
        retired: Vec::new(),
        revocations: Vec::new(),
        held: Vec::new(),
        grants: Vec::new(),
        parcels: Vec::new(),
        receipted: Vec::new(),
        fresh: FRESH,
    }
}

fn head(site: &Site, phone: &Phone, n: u64, chain: Hash) -> Head {
    Head {
        server: site.keys.signing.id(),
        epoch: site.epoch,
        vault: phone.vault,
        incarnation: None,
        n,
        chain,
        server_time: START,
        nonce: Nonce::from_bytes([1; 16]),
        bundle: None,
        bundle_hash: None,
    }
}

async fn hand_back(site: &Site, phone: &Phone, evidence: EvidenceToTake) {
    let push = PushToCommit { evidence: Some(Box::new(evidence)), ..phone.bare(&[]) };
    stored(site.push(push).await);
}

/// Lesson 2: clients that never push again.
async fn a_head_that_the_log_does_not_go_through_begins_another_life_of_the_database(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcel = phone.next("hello");
    let told = stored(site.push(phone.push(&[parcel])).await).head;
    let epoch =
        async || site.seen(|store| async move { store.server_state().await.unwrap() }).await.unwrap().epoch;

    let good = head(&site, &phone, told.n, told.chain);
    hand_back(&site, &phone, EvidenceToTake { head: Some(good), ..nothing() }).await;
    assert_eq!(epoch().await, site.epoch, "it is where it said it was");

    let ahead = head(&site, &phone, told.n + 9, Hash::from_bytes([3; 32]));
    let next = phone.next("after");
    let evidence = Some(Box::new(EvidenceToTake { head: Some(ahead), ..nothing() }));
    let outcome = stored(site.push(PushToCommit { evidence, ..phone.bare(&[next]) }).await);
    assert_eq!(epoch().await, FRESH.0);
    assert_eq!(site.receipt(&outcome.parcels[0].receipt).epoch, FRESH.0);
    let keeper = site.seen(|store| async move { store.keeper_state(phone.vault).await.unwrap() }).await;
    assert_eq!(keeper.head.incarnation, FRESH.1);
    assert!(keeper.last_counter.get() >= 1_000_000, "counters are above everything that was lost");
    assert_eq!(site.told().await.last().unwrap(), "server.rolled-back");
}

async fn papers_that_were_lost_are_taken_once(ground: Ground) {
    let site = Site::keeper(ground).await;
    let phone = site.phone("001").await;
    let (other, lost) = (Phone::new(&site, phone.vault), site.confirmed(phone.vault).await);
    let certificate = site.certificate(&other);
    let revocation = site.revocation(&lost, Vec::new());
    let evidence = EvidenceToTake {
        certificates: vec![(certificate.sign(&site.keys.signing), certificate)],
        revocations: vec![(revocation.sign(&site.keys.signing), revocation)],
        ..nothing()
    };
    for _ in 0..2 {
        hand_back(&site, &phone, evidence.clone()).await;
    }
    assert_eq!(site.device(&other).await.state, DeviceState::Confirmed);
    assert_eq!(site.device(&lost).await.state, DeviceState::Revoked(START));
    let kinds = site.kinds(phone.vault).await;
    let count = |kind| kinds.iter().filter(|one| **one == kind).count();
    assert_eq!((count(LogKind::Certificate), count(LogKind::Revocation)), (3, 1));
    let taken = site.trail().await.into_iter().filter(|row| row.event.what == "evidence.taken");
    let targets: Vec<String> = taken.map(|row| row.event.target).collect();
    assert_eq!(targets.len(), 1, "{targets:?}");
    assert!(targets[0].contains("certificates=1 revocations=1"), "{targets:?}");
}

async fn receipts_for_parcels_that_are_not_there_are_told_to_the_trail(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcel = phone.next("hello");
    site.push(phone.push(std::slice::from_ref(&parcel))).await;
    let receipted = vec![parcel.core_hash(), Hash::from_bytes([9; 32])];
    hand_back(&site, &phone, EvidenceToTake { receipted, ..nothing() }).await;
    let last = site.trail().await.pop().unwrap().event;
    assert!(last.target.ends_with("receipted-parcels-lost=1"), "{}", last.target);
}

on_each_database! {
    a_head_that_the_log_does_not_go_through_begins_another_life_of_the_database,
    papers_that_were_lost_are_taken_once,
    receipts_for_parcels_that_are_not_there_are_told_to_the_trail,
}
