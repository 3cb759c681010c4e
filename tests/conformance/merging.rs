//! Parcels waiting to be merged, and their fate.

use std::collections::BTreeSet;

use diary_core::ids::VaultId;
use diary_core::keys::{SealingKey, SiteKey};
use diary_core::merge::merge_v1;
use diary_core::parcel::{Item, LogKind, QuarantineCode, ReceiptLevel, Rewrap};
use diary_store::{BackedUp, MergeOutcome, NewRewraps, VaultHead, VaultMerge, Verdict, WaitingBatch};

use crate::ground::{Ground, on_each_database};
use crate::phone::{Phone, make_grant, statement};
use crate::site::{START, Site};

async fn what_waits_comes_by_vault_in_the_order_of_lives_and_numbers(ground: Ground) {
    let site = Site::keeper(ground).await;
    let (mut one, mut two) = (site.phone("001").await, site.phone("002").await);
    let (ones, twos) = (one.several(3), two.several(2));
    site.push(one.push(&[ones[2].clone(), ones[0].clone()])).await;
    site.push(two.push(&twos)).await;
    site.push(one.push(&[ones[1].clone()])).await;
    let waiting = site.store.waiting(0, 100).await.unwrap();
    assert_eq!(waiting.mark, 0, "this is all");
    let of = |phone: &Phone| waiting.batches.iter().find(|batch| batch.vault == phone.vault).unwrap();
    let bytes = |batch: &WaitingBatch| batch.parcels.iter().map(|one| one.bytes.clone()).collect::<Vec<_>>();
    assert_eq!(bytes(of(&one)), ones.iter().map(|parcel| parcel.to_bytes()).collect::<Vec<_>>());
    assert_eq!(bytes(of(&two)), twos.iter().map(|parcel| parcel.to_bytes()).collect::<Vec<_>>());
    let parcel = &of(&one).parcels[0];
    assert_eq!((parcel.author, parcel.device_key), (one.key(), Some(one.signing.verifying_key())));
    assert_eq!((parcel.borrowed, parcel.accepted, parcel.received.0), (false, false, START));
    assert_eq!(of(&one).grants[&parcel.grant].signed, one.grant.to_bytes());
}

async fn what_waits_in_one_vault_comes_without_that_of_any_other(ground: Ground) {
    let site = Site::keeper(ground).await;
    let (mut one, mut two) = (site.phone("001").await, site.phone("002").await);
    let (ones, twos) = (one.several(3), two.several(2));
    site.push(one.push(&ones)).await;
    site.push(two.push(&twos)).await;
    let waiting = site.store.waiting_in(one.vault, 100).await.unwrap();
    assert_eq!((waiting.mark, waiting.elsewhere, waiting.batches.len()), (0, false, 1));
    let batch = &waiting.batches[0];
    let bytes: Vec<_> = batch.parcels.iter().map(|parcel| parcel.bytes.clone()).collect();
    assert_eq!(batch.vault, one.vault);
    assert_eq!(bytes, ones.iter().map(|parcel| parcel.to_bytes()).collect::<Vec<_>>());
    assert_eq!(site.store.waiting_in(two.vault, 1).await.unwrap().batches[0].parcels.len(), 1);
    let settled = site.worker().settle_vault(&site.bundle, one.vault, START).await.unwrap();
    assert_eq!(settled, 3);
    assert_eq!(site.store.waiting_in(one.vault, 100).await.unwrap().batches, []);
    assert_eq!(site.store.waiting_in(two.vault, 100).await.unwrap().batches[0].parcels.len(), 2);
    let nowhere = site.store.waiting_in(VaultId::from_bytes([9; 16]), 1).await;
    assert!(matches!(nowhere, Err(diary_store::StoreError::NotFound { .. })), "{nowhere:?}");
}

/// Lesson 13: one poison item blocks all.
async fn a_vault_that_nobody_merges_keeps_no_other_back(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut vaults = BTreeSet::new();
    for n in 0..5 {
        let mut phone = site.phone(&format!("00{n}")).await;
        let parcels = phone.several(4);
        site.push(phone.push(&parcels)).await;
        vaults.insert(phone.vault);
    }
    let (mut seen, mut mark) = (BTreeSet::new(), 0);
    for _ in 0..100 {
        let waiting = site.store.waiting(mark, 3).await.unwrap();
        assert!(waiting.batches.iter().map(|batch| batch.parcels.len()).sum::<usize>() <= 3);
        seen.extend(waiting.batches.iter().map(|batch| batch.vault));
        mark = waiting.mark;
        if mark == 0 {
            break;
        }
    }
    assert_eq!((mark, seen), (0, vaults), "one round comes past every vault and to an end");
    assert_eq!(site.settle().await, 20, "what a round passed over the next one takes");
}

async fn what_is_merged_is_in_the_record_once_and_has_its_receipt(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let (one, two) = (phone.next("one"), phone.next("two"));
    let says = phone.seal(&[statement()]);
    site.push(phone.push(&[one, two, says])).await;
    let merge = site.judged(&site.batch().await);
    assert_eq!(site.merge(vec![merge.clone()]).await, 3);
    let log = site.log(phone.vault).await;
    // The other server had the same result in the meantime.
    assert_eq!(site.other.commit_merge(vec![merge], site.signer()).await.unwrap(), 0);
    assert_eq!(site.log(phone.vault).await, log);
    let record = site.record(phone.vault).await;
    assert_eq!((record.plans.len(), record.waiting.len(), record.held_parcels.len()), (3, 0, 0));
    assert_eq!(merge_v1(&record.plans).revision_count(), 2);
    let levels: Vec<_> =
        site.receipts(phone.vault).await.iter().map(|receipt| (receipt.level, receipt.n)).collect();
    let stored = [3, 4, 5].map(|n| (ReceiptLevel::Stored, n));
    let merged = [3, 4, 5].map(|n| (ReceiptLevel::Merged, n));
    assert_eq!(levels, [stored, merged].concat());
}

async fn what_cannot_be_merged_is_set_aside_and_in_nobodys_way(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcels = [phone.next("one"), phone.seal(&[Item::Revision(vec![1, 2, 3])]), phone.next("two")];
    site.push(phone.push(&parcels)).await;
    assert_eq!(site.settle().await, 3);
    let record = site.record(phone.vault).await;
    assert_eq!((record.plans.len(), record.quarantined.len()), (2, 1));
    let aside = &record.quarantined[0];
    assert_eq!((aside.n, aside.seq, aside.code), (4, 2, QuarantineCode::Undecodable));
    assert_eq!((aside.author, aside.incarnation), (phone.key(), phone.incarnation));
    let last = site.receipts(phone.vault).await;
    let said: Vec<_> = last.iter().filter(|receipt| receipt.n == 4).map(|receipt| receipt.level).collect();
    assert_eq!(said, [ReceiptLevel::Stored, ReceiptLevel::Quarantined(QuarantineCode::Undecodable)]);
}

async fn where_the_keepers_head_has_moved_that_vault_goes_on_waiting_and_the_others_are_settled(
    ground: Ground,
) {
    let site = Site::keeper(ground).await;
    let (mut one, mut two) = (site.phone("001").await, site.phone("002").await);
    for phone in [&mut one, &mut two] {
        let parcel = phone.next("hello");
        site.push(phone.push(&[parcel])).await;
    }
    let late = site.authored(one.vault, &[Item::ChallengeReply([1; 32])], 0).await;
    let visit = site.authored(one.vault, &[site.visit(1)], 1).await;
    let batches = site.store.waiting(0, 100).await.unwrap().batches;
    let mut merges: Vec<VaultMerge> = batches.iter().map(|batch| site.judged(batch)).collect();
    merges.iter_mut().find(|merge| merge.vault == one.vault).unwrap().reply = Some(late);
    site.other.append_keeper(visit, site.signer(), None).await.unwrap();
    assert_eq!(site.merge(merges).await, 1);
    assert_eq!((site.record(one.vault).await.plans.len(), site.record(two.vault).await.plans.len()), (0, 1));
    assert_eq!(site.settle().await, 2);
}

async fn what_the_keeper_answers_is_appended_with_what_it_answers(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let note = phone.note("hello");
    let parcel = phone.seal(&[Item::Challenge([7; 32]), note]);
    site.push(phone.push(&[parcel])).await;
    let reply = Some(site.authored(phone.vault, &[Item::ChallengeReply([7; 32])], 0).await);
    let merge = VaultMerge { reply, ..site.judged(&site.batch().await) };
    assert_eq!(site.merge(vec![merge]).await, 1);
    let kinds = site.kinds(phone.vault).await;
    // Certificate, grant, parcel, STORED; then the keeper's grant and parcel, and the receipts of both.
    let expected = [LogKind::Grant, LogKind::Parcel, LogKind::Receipt, LogKind::Receipt];
    assert_eq!(kinds[4..], expected);
    let batch = site.batch().await;
    assert_eq!((batch.parcels.len(), batch.parcels[0].author), (1, site.keys.signing.id()));
    assert_eq!(batch.parcels[0].device_key, None);
}

async fn a_merge_that_does_not_fit_spoils_no_other_vault(ground: Ground) {
    let site = Site::keeper(ground).await;
    let (mut one, mut two) = (site.phone("001").await, site.phone("002").await);
    for phone in [&mut one, &mut two] {
        let parcel = phone.next("hello");
        site.push(phone.push(&[parcel])).await;
    }
    let batches = site.store.waiting(0, 100).await.unwrap().batches;
    let mut merges: Vec<VaultMerge> = batches.iter().map(|batch| site.judged(batch)).collect();
    let wrong = merges.iter_mut().find(|merge| merge.vault == one.vault).unwrap();
    wrong.outcomes[0].n += 100;
    let (record, log) = (site.record(one.vault).await, site.log(one.vault).await);
    assert_eq!(site.merge(merges).await, 1);
    assert_eq!((site.record(one.vault).await, site.log(one.vault).await), (record, log));
    assert_eq!(site.record(two.vault).await.plans.len(), 1);
}

async fn receipts_say_once_that_parcels_are_in_a_backup(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcels = phone.several(2);
    site.push(phone.push(&parcels)).await;
    site.settle().await;
    let log = site.log(phone.vault).await;
    let chain = diary_core::parcel::follow(0, &diary_core::parcel::log::CHAIN_START, &log).unwrap();
    let done = |n, chain| VaultMerge {
        vault: phone.vault,
        outcomes: Vec::<MergeOutcome>::new(),
        reply: None,
        notice: None,
        backed_up: Some(BackedUp { head: VaultHead { n, chain } }),
        status: None,
        at: START,
    };
    let elsewhere = diary_core::ids::Hash::from_bytes([1; 32]);
    let n = log.len() as u64;
    for other in [done(n, elsewhere), done(n + 1, chain)] {
        assert_eq!(site.merge(vec![other]).await, 0, "that backup is of another log");
    }
    assert_eq!(site.merge(vec![done(n, chain)]).await, 2);
    assert_eq!(site.merge(vec![done(n, chain)]).await, 0);
    let receipts = site.receipts(phone.vault).await;
    let backed_up = receipts.iter().filter(|receipt| receipt.level == ReceiptLevel::BackedUp);
    assert_eq!(backed_up.map(|receipt| receipt.n).collect::<Vec<_>>(), [3, 4]);
}

async fn rewraps_come_with_the_grant_that_they_are_of(ground: Ground) {
    let site = Site::keeper(ground).await;
    let (mut phone, other) = (site.phone("001").await, site.phone("002").await);
    let key = site.keys.sealing(&site.keys.site, 1).unwrap();
    let (grant_key, _) =
        make_grant(&site, phone.vault, phone.incarnation, 1, &phone.signing, &[key.public()]);
    let wrap = |key| Rewrap::make(key, site.recovery.public(), &site.keys.signing, site.random()).unwrap();
    let (mine, foreign) = (wrap(phone.grant_key()), wrap(&grant_key));
    let rewraps = vec![(phone.vault, mine.clone()), (phone.vault, foreign), (other.vault, mine.clone())];
    site.store.add_rewraps(NewRewraps { rewraps, at: START }, crate::site::event("rewrap")).await.unwrap();
    let parcel = phone.next("hello");
    site.push(phone.push(&[parcel])).await;
    let batch = site.batch().await;
    assert_eq!(batch.grants[&batch.parcels[0].grant].rewraps, [mine.to_bytes()]);
    assert_eq!(site.kinds(other.vault).await, [LogKind::Certificate, LogKind::Rewrap]);
    let nowhere = NewRewraps { rewraps: vec![(VaultId::from_bytes([9; 16]), mine)], at: START };
    let refused = site.store.add_rewraps(nowhere, crate::site::event("rewrap")).await;
    assert!(refused.is_err());
}

async fn what_was_judged_is_what_is_stored_of_it(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let text = "Zoster \u{1F600} 头痛 '\"; DROP TABLE log; -- \\x00";
    let parcel = phone.next(text);
    site.push(phone.push(&[parcel])).await;
    let merge = site.judged(&site.batch().await);
    site.merge(vec![merge.clone()]).await;
    let Verdict::Merged(plan) = &merge.outcomes[0].verdict else { panic!("it is good") };
    assert_eq!(site.record(phone.vault).await.plans, std::slice::from_ref(plan));
    let stored = site.seen(|store| async move { store.stored_parcels(phone.vault).await.unwrap() }).await;
    assert_eq!(stored[0].opened, merge.outcomes[0].opened);
}

async fn parcels_whose_grant_has_not_come_hold_up_no_other_of_their_vault(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (mut lost, mut other) = (site.confirmed(vault).await, site.confirmed(vault).await);
    let parcels = lost.several(6);
    site.push(lost.bare(&parcels)).await;
    site.revoke(&lost, Vec::new()).await;
    let parcel = other.next("hello");
    site.push(other.push(std::slice::from_ref(&parcel))).await;
    let waiting = site.store.waiting(0, 4).await.unwrap();
    let found: Vec<_> =
        waiting.batches.iter().flat_map(|batch| &batch.parcels).map(|one| &one.bytes).collect();
    assert_eq!(found, [&parcel.to_bytes()]);
}

/// Another server may have made a new generation of the site's key whose file was not copied to this server yet.
async fn what_a_key_opens_that_is_not_here_waits_for_a_server_that_has_it(ground: Ground) {
    let site = Site::keeper(ground).await;
    let elsewhere = SealingKey::generate(site.random());
    let mut phone = site.phone("001").await;
    phone.seal_to(&site, elsewhere.public());
    let parcel = phone.next("hello");
    site.push(phone.push(&[parcel])).await;
    let mut bundle = site.bundle.clone();
    let key = elsewhere.public().clone();
    bundle.sites.push(SiteKey { generation: 2, key, ..bundle.sites[0].clone() });
    assert_eq!(site.worker().settle(&bundle, START).await.unwrap(), 0);
    let record = site.record(phone.vault).await;
    assert_eq!((record.waiting.len(), record.quarantined.len()), (1, 0));
    // By this bundle the site has no such key: the parcel is quarantined and does not wait for it.
    assert_eq!(site.settle().await, 1);
    assert_eq!(site.record(phone.vault).await.quarantined[0].code, QuarantineCode::Grant);
}

on_each_database! {
    parcels_whose_grant_has_not_come_hold_up_no_other_of_their_vault,
    what_a_key_opens_that_is_not_here_waits_for_a_server_that_has_it,
    what_waits_comes_by_vault_in_the_order_of_lives_and_numbers,
    what_waits_in_one_vault_comes_without_that_of_any_other,
    a_vault_that_nobody_merges_keeps_no_other_back,
    what_is_merged_is_in_the_record_once_and_has_its_receipt,
    what_cannot_be_merged_is_set_aside_and_in_nobodys_way,
    where_the_keepers_head_has_moved_that_vault_goes_on_waiting_and_the_others_are_settled,
    what_the_keeper_answers_is_appended_with_what_it_answers,
    a_merge_that_does_not_fit_spoils_no_other_vault,
    receipts_say_once_that_parcels_are_in_a_backup,
    rewraps_come_with_the_grant_that_they_are_of,
    what_was_judged_is_what_is_stored_of_it,
}
