//! Source of a rebuild, and replacement of a record by its result.

use diary_core::merge::{AuthorRole, merge_v1};
use diary_core::parcel::{Item, QuarantineCode, ReceiptLevel};
use diary_server::merge::rebuild::{Comparison, From, rebuild, rebuilt};
use diary_store::{Rebuilt, StoreError, Verdict};

use crate::ground::{Ground, on_each_database};
use crate::phone::{Phone, statement};
use crate::site::{START, Site, event};

/// A record with a good parcel, a poisoned one, a statement and an act of staff.
async fn lived(ground: Ground) -> (Site, Phone) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcels = [phone.next("good"), phone.seal(&[Item::Revision(vec![1])]), phone.seal(&[statement()])];
    site.push(phone.push(&parcels)).await;
    let visit = site.authored(phone.vault, &[site.visit(5)], 5).await;
    site.store.append_keeper(visit, site.signer(), None).await.unwrap();
    site.settle().await;
    (site, phone)
}

async fn compared(site: &Site, phone: &Phone) -> Comparison {
    rebuild(&site.other, site.bundle.clone(), phone.vault, From::Opened, START).await.unwrap()
}

async fn rows(site: &Site, phone: &Phone) -> Rebuilt {
    rebuilt(&site.other, site.bundle.clone(), phone.vault, From::Opened, START).await.unwrap()
}

async fn every_parcel_is_there_with_its_grant_and_what_was_in_it(ground: Ground) {
    let (site, phone) = lived(ground).await;
    let late = site.authored(phone.vault, &[site.visit(6)], 6).await;
    site.store.append_keeper(late, site.signer(), None).await.unwrap();
    let stored = site.seen(|store| async move { store.stored_parcels(phone.vault).await.unwrap() }).await;
    let said: Vec<_> = stored.iter().map(|one| (one.role, one.settled, one.opened.is_some())).collect();
    let (device, keeper, merged) = (AuthorRole::Device, AuthorRole::Keeper, Some(Ok(())));
    let expected = [
        (device, merged, true),
        (device, Some(Err(QuarantineCode::Undecodable)), true),
        (device, merged, true),
        (keeper, merged, true),
        (keeper, None, false),
    ];
    assert_eq!(said, expected);
    assert!(stored.iter().all(|one| one.grant.is_some()));
    let numbers: Vec<u64> = stored.iter().map(|one| one.parcel.n).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
}

async fn a_rebuild_that_changes_nothing_is_no_news_to_any_phone(ground: Ground) {
    let (site, phone) = lived(ground).await;
    let (record, log) = (site.record(phone.vault).await, site.log(phone.vault).await);
    let compared = compared(&site, &phone).await;
    assert!(compared.is_same(), "{:?}", compared.differences);
    site.store.replace_record(rows(&site, &phone).await, site.signer(), event("rebuild")).await.unwrap();
    assert_eq!((site.record(phone.vault).await, site.log(phone.vault).await), (record, log));
    assert_eq!(site.told().await.last().unwrap(), "rebuild");
}

async fn a_parcel_whose_fate_has_changed_gets_another_receipt(ground: Ground) {
    let (site, phone) = lived(ground).await;
    let before = merge_v1(&site.record(phone.vault).await.plans).digest();
    let mut spoilt = rows(&site, &phone).await;
    spoilt.outcomes[0].verdict = Verdict::Quarantined(QuarantineCode::Decrypt);
    site.store.replace_record(spoilt, site.signer(), event("rebuild")).await.unwrap();
    let record = site.record(phone.vault).await;
    assert_eq!((record.plans.len(), record.quarantined.len()), (2, 2));
    assert_ne!(merge_v1(&record.plans).digest(), before);
    let levels = async || -> Vec<ReceiptLevel> {
        let receipts = site.receipts(phone.vault).await;
        receipts.into_iter().filter(|receipt| receipt.n == 3).map(|receipt| receipt.level).collect()
    };
    let aside = ReceiptLevel::Quarantined(QuarantineCode::Decrypt);
    assert_eq!(levels().await, [ReceiptLevel::Stored, ReceiptLevel::Merged, aside]);

    let healed = compared(&site, &phone).await;
    assert!(!healed.is_same());
    site.store.replace_record(rows(&site, &phone).await, site.signer(), event("rebuild")).await.unwrap();
    assert_eq!(merge_v1(&site.record(phone.vault).await.plans).digest(), before);
    assert_eq!(levels().await.last(), Some(&ReceiptLevel::Merged));
}

async fn a_rebuild_that_a_merge_overtook_is_refused_whole(ground: Ground) {
    let (site, mut phone) = lived(ground).await;
    let late = rows(&site, &phone).await;
    let parcel = phone.next("meanwhile");
    site.push(phone.push(&[parcel])).await;
    site.settle().await;
    let (record, trail) = (site.record(phone.vault).await, site.trail().await);
    let refused = site.other.replace_record(late, site.signer(), event("rebuild")).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert_eq!((site.record(phone.vault).await, site.trail().await), (record, trail));
}

on_each_database! {
    every_parcel_is_there_with_its_grant_and_what_was_in_it,
    a_rebuild_that_changes_nothing_is_no_news_to_any_phone,
    a_parcel_whose_fate_has_changed_gets_another_receipt,
    a_rebuild_that_a_merge_overtook_is_refused_whole,
}
