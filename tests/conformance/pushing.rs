//! Pushes: parcels that are stored, their numbers and receipts, and parcels that make others fail.

use diary_core::parcel::{LogKind, NO_PREVIOUS, ReceiptLevel, SealedParcel};
use diary_store::{IncarnationAt, PushOutcome, PushToCommit, StoreError};

use crate::ground::{Ground, on_each_database};
use crate::phone::{Phone, stored};
use crate::site::{START, Site};

async fn what_is_stored_has_a_number_a_receipt_and_a_place_in_the_chain(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcels = phone.several(3);
    let outcome = stored(site.push(phone.push(&parcels)).await);
    assert_eq!(outcome.incarnation, IncarnationAt { seq: 3, hash: phone.prev });
    let log = site.log(phone.vault).await;
    assert_eq!((outcome.head.n, outcome.revocation), (log.len() as u64, None));
    for (parcel, outcome) in parcels.iter().zip(&outcome.parcels) {
        let said = site.receipt(&outcome.receipt);
        assert_eq!((said.level, said.vault, said.epoch), (ReceiptLevel::Stored, phone.vault, site.epoch));
        assert_eq!((said.core_hash, said.body_hash), (parcel.core_hash(), parcel.body_hash()));
        assert_eq!((said.server_time, said.key), (START, site.keys.signing.id()));
        let record = &log[usize::try_from(said.n).unwrap() - 1];
        assert_eq!((record.kind, &record.record), (LogKind::Parcel, &parcel.to_bytes()));
        let receipts = log.iter().filter(|record| record.record == outcome.receipt);
        assert_eq!(receipts.map(|record| record.kind).collect::<Vec<_>>(), [LogKind::Receipt]);
    }
}

/// Lesson 19: a reply that was lost costs nothing.
async fn the_same_parcel_again_gets_the_same_receipt_byte_for_byte_from_every_server(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcel = phone.next("hello");
    let push = phone.push(&[parcel.clone(), parcel.clone()]);
    let mut said = Vec::new();
    for outcome in site.group(vec![push.clone(), push.clone()]).await {
        said.extend(stored(outcome).parcels);
    }
    site.settle().await;
    let later = PushToCommit { received: START.plus_ms(9_000), ..push };
    let again = site.other.commit_group(vec![later], site.signer()).await.unwrap().remove(0).unwrap();
    said.extend(stored(again).parcels);
    let duplicates: Vec<bool> = said.iter().map(|one| one.duplicate).collect();
    assert_eq!(duplicates, [false, true, true, true, true, true]);
    assert!(said.iter().all(|one| one.receipt == said[0].receipt));
    let parcels = site.kinds(phone.vault).await.into_iter().filter(|kind| *kind == LogKind::Parcel);
    assert_eq!(parcels.count(), 1);
}

async fn a_parcel_whose_predecessor_is_missing_is_stored_and_says_so_until_it_comes(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcels = phone.several(4);
    let outcome = stored(site.push(phone.push(&[parcels[3].clone(), parcels[1].clone()])).await);
    assert!(outcome.parcels.iter().all(|one| one.gap));
    assert_eq!(outcome.incarnation, IncarnationAt { seq: 0, hash: NO_PREVIOUS });
    let outcome = stored(site.push(phone.bare(&[parcels[0].clone()])).await);
    assert_eq!(outcome.incarnation, IncarnationAt { seq: 2, hash: parcels[1].core_hash() });
    assert!(!outcome.parcels[0].gap);
    let outcome = stored(site.push(phone.bare(&[parcels[2].clone(), parcels[3].clone()])).await);
    let said: Vec<_> = outcome.parcels.iter().map(|one| (one.duplicate, one.gap)).collect();
    assert_eq!(said, [(false, false), (true, true)], "what was said once is said again");
    assert_eq!(outcome.incarnation, IncarnationAt { seq: 4, hash: parcels[3].core_hash() });
    assert_eq!(site.settle().await, 4);
}

/// Lesson 1: a copied phone uses its numbers again.
async fn two_parcels_at_one_place_are_a_fork_and_both_are_kept(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let first = phone.next("one");
    let (second, other) = (phone.next("two"), phone.again(first.core_hash(), "another two"));
    let third = phone.next("three");
    let pushed = [first, second.clone(), other.clone(), third];
    let outcome = stored(site.push(phone.push(&pushed)).await);
    let said: Vec<_> = outcome.parcels.iter().map(|one| (one.fork, one.gap, one.duplicate)).collect();
    assert_eq!(
        said,
        [(false, false, false), (false, false, false), (true, false, false), (false, false, false)]
    );
    let again = stored(site.push(phone.bare(&[second, other])).await);
    let said: Vec<_> = again.parcels.iter().map(|one| (one.fork, one.duplicate)).collect();
    assert_eq!(said, [(false, true), (true, true)]);
    assert_eq!(site.settle().await, 4);
    assert_eq!(site.record(phone.vault).await.plans.len(), 4);
}

/// Two copies of one phone: the second one sends only the later parcel, since it was told that the earlier one is stored. A
/// claim that everything up to its own parcel is stored would keep it from ever offering the earlier one again.
async fn a_chain_is_told_to_be_here_as_far_as_each_parcel_names_the_one_before_it(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let first = phone.next("of the first copy");
    let stands = stored(site.push(phone.push(std::slice::from_ref(&first))).await).incarnation;
    assert_eq!((stands.seq, stands.hash), (1, first.core_hash()));
    let other = phone.again(NO_PREVIOUS, "of the second copy");
    let second = phone.next("and its next one");
    let stands = stored(site.push(phone.bare(std::slice::from_ref(&second))).await).incarnation;
    assert_eq!((stands.seq, stands.hash), (1, first.core_hash()));
    // The one that is missing comes, in its fork; then parcels of the first chain, the later one in front.
    stored(site.push(phone.bare(&[other])).await);
    (phone.seq, phone.prev) = (1, first.core_hash());
    let (next, last) = (phone.next("two"), phone.next("three"));
    let stands = stored(site.push(phone.bare(std::slice::from_ref(&last))).await).incarnation;
    assert_eq!(stands.seq, 1);
    let stands = stored(site.push(phone.bare(&[next])).await).incarnation;
    assert_eq!((stands.seq, stands.hash), (3, last.core_hash()));
    assert_eq!(site.settle().await, 5);
}

async fn a_parcel_without_its_grant_is_held_until_the_grant_comes(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcels = phone.several(2);
    let outcome = stored(site.push(phone.bare(&parcels)).await);
    assert!(outcome.parcels.iter().all(|one| one.grant_needed));
    assert!(site.record(phone.vault).await.held_parcels.iter().all(|held| held.grant_needed));
    assert_eq!(site.settle().await, 0);
    let outcome = stored(site.push(phone.push(&parcels)).await);
    assert!(outcome.parcels.iter().all(|one| one.duplicate && !one.grant_needed));
    assert_eq!(site.settle().await, 2);
    assert_eq!(site.record(phone.vault).await.held_parcels, []);
}

async fn a_grant_is_kept_once(ground: Ground) {
    let site = Site::keeper(ground).await;
    let phone = site.phone("001").await;
    let twice =
        PushToCommit { grants: vec![phone.verified_grant(), phone.verified_grant()], ..phone.bare(&[]) };
    site.group(vec![twice.clone(), twice]).await;
    let grants = site.kinds(phone.vault).await.into_iter().filter(|kind| *kind == LogKind::Grant);
    assert_eq!(grants.count(), 1);
}

async fn a_device_that_nobody_knows_stores_nothing(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (mut stranger, mut elsewhere) = (Phone::new(&site, vault), site.phone("002").await);
    let (one, two) = (stranger.next("hello"), elsewhere.next("hello"));
    // The device is known in its own vault, but not in this one.
    let posing = PushToCommit { vault, ..elsewhere.push(&[two]) };
    let outcomes = site.group(vec![stranger.push(&[one]), posing]).await;
    assert_eq!(outcomes, [PushOutcome::Unknown, PushOutcome::Unknown]);
    assert_eq!(site.log(vault).await, []);
}

async fn a_push_that_the_database_refuses_spoils_no_other_of_its_group(ground: Ground) {
    let site = Site::keeper(ground).await;
    let (mut good, mut bad) = (site.phone("001").await, site.phone("002").await);
    let (one, two) = (good.next("hello"), bad.next("hello"));
    let (good_push, mut bad_push) = (good.push(&[one]), bad.push(&[two]));
    // Nothing that was verified has it; the database's own rule stops it all the same.
    bad_push.parcels[0].seq = 0;
    let group = vec![good_push.clone(), bad_push, good_push];
    let outcomes = site.store.commit_group(group, site.signer()).await.unwrap();
    assert!(matches!(outcomes[1], Err(StoreError::Database { .. })), "{:?}", outcomes[1]);
    let duplicate = |at: usize| match &outcomes[at] {
        Ok(PushOutcome::Stored { parcels, .. }) => parcels[0].duplicate,
        other => panic!("{other:?}"),
    };
    assert_eq!((duplicate(0), duplicate(2)), (false, true));
    let stored = site.seen(|store| async move { store.stored_parcels(bad.vault).await.unwrap() }).await;
    assert_eq!(stored, []);
    assert_eq!(site.kinds(bad.vault).await, [LogKind::Certificate], "nor its grant");
    assert_eq!(site.kinds(good.vault).await.len(), 4);
}

/// Lesson 4: a number that is given before the commit leaves holes.
async fn numbers_have_no_gaps_over_groups_of_many_vaults_of_both_servers(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phones = Vec::new();
    for n in 0..4 {
        phones.push(site.phone(&format!("00{n}")).await);
    }
    for round in 0..6 {
        let group: Vec<PushToCommit> = phones
            .iter_mut()
            .rev()
            .map(|phone| {
                let parcels = phone.several(1 + round % 3);
                phone.push(&parcels)
            })
            .collect();
        let store = if round % 2 == 0 { &site.store } else { &site.other };
        for (outcome, phone) in
            store.commit_group(group, site.signer()).await.unwrap().into_iter().zip(phones.iter().rev())
        {
            assert_eq!(stored(outcome.unwrap()).incarnation.seq, phone.seq);
        }
        site.settle().await;
    }
    for phone in &phones {
        let receipts = site.receipts(phone.vault).await;
        let levels = |level| receipts.iter().filter(move |receipt| receipt.level == level).count();
        assert_eq!((levels(ReceiptLevel::Stored), levels(ReceiptLevel::Merged)), (12, 12));
    }
}

async fn every_push_of_a_group_is_told_where_its_life_stands_after_the_whole_group(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let parcels: Vec<SealedParcel> = phone.several(3);
    let group = parcels.iter().map(|parcel| phone.push(std::slice::from_ref(parcel))).collect();
    for outcome in site.group(group).await {
        let outcome = stored(outcome);
        assert_eq!((outcome.incarnation.seq, outcome.incarnation.hash), (3, phone.prev));
        assert_eq!(outcome.head.n, site.log(phone.vault).await.len() as u64);
    }
}

async fn each_life_of_a_store_and_each_author_of_one_has_a_chain_of_its_own(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut phone = site.phone("001").await;
    let first = phone.several(2);
    site.push(phone.push(&first)).await;
    let old = phone.incarnation;
    phone.begin_anew(&site);
    let anew = phone.next("anew");
    assert_eq!(stored(site.push(phone.push(&[anew])).await).incarnation.seq, 1);
    // A clone of the phone, with the keys of another device, uses the id of an incarnation of the first device.
    let mut thief = site.confirmed(phone.vault).await;
    thief.live(&site, old);
    let stolen = thief.next("mine now");
    assert!(!stored(site.push(thief.push(&[stolen])).await).parcels[0].fork);
    let waiting = site.store.waiting(0, 100).await.unwrap();
    let borrowed: Vec<_> = waiting.batches[0].parcels.iter().filter(|one| one.borrowed).collect();
    assert_eq!(borrowed.iter().map(|one| one.author).collect::<Vec<_>>(), [thief.key()]);
    assert_eq!(site.device(&phone).await.incarnations.len(), 2);
}

on_each_database! {
    a_chain_is_told_to_be_here_as_far_as_each_parcel_names_the_one_before_it,
    what_is_stored_has_a_number_a_receipt_and_a_place_in_the_chain,
    the_same_parcel_again_gets_the_same_receipt_byte_for_byte_from_every_server,
    a_parcel_whose_predecessor_is_missing_is_stored_and_says_so_until_it_comes,
    two_parcels_at_one_place_are_a_fork_and_both_are_kept,
    a_parcel_without_its_grant_is_held_until_the_grant_comes,
    a_grant_is_kept_once,
    a_device_that_nobody_knows_stores_nothing,
    a_push_that_the_database_refuses_spoils_no_other_of_its_group,
    numbers_have_no_gaps_over_groups_of_many_vaults_of_both_servers,
    every_push_of_a_group_is_told_where_its_life_stands_after_the_whole_group,
    each_life_of_a_store_and_each_author_of_one_has_a_chain_of_its_own,
}
