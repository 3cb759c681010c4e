//! The record depends on the log alone, regardless of the order in which parcels arrived.

use std::sync::Arc;

use diary_core::api::PushRequest;
use diary_core::ids::Hash;
use diary_core::merge::merge_v1;
use diary_core::parcel::Item;
use diary_core::steps;

use super::{From, rebuild, rebuilt};
use crate::testing::{Keeper, Phone, START, Server, event, statement};
use diary_store::OpenedPlain;

/// Pushes of a phone over time: notes, statements, something unreadable.
fn incarnation(phone: &mut Phone) -> Vec<PushRequest> {
    (0..6)
        .map(|n| {
            let parcels = [
                phone.next(&format!("note {n}")),
                phone.seal(&[statement()]),
                phone.seal(&[Item::Revision(vec![1; 4])]),
            ];
            phone.push(&parcels)
        })
        .collect()
}

async fn digest(server: &Server, phone: &Phone) -> Hash {
    merge_v1(&server.record(phone.vault).await.plans).digest()
}

#[tokio::test]
async fn the_order_and_the_repetition_of_pushes_change_nothing_in_the_record() {
    let orders: [&[usize]; 3] = [&[0, 1, 2, 3, 4, 5], &[5, 3, 1, 0, 2, 4], &[2, 2, 5, 5, 1, 0, 4, 3, 3]];
    let mut digests = Vec::new();
    for order in orders {
        // The same seed makes the same keeper and the same phone.
        let keeper = Keeper::new().await;
        let server = keeper.serve().await;
        let mut phone = keeper.phone("001").await;
        let pushes = incarnation(&mut phone);
        for at in order {
            server.push(&pushes[*at]).await;
            if at % 2 == 0 {
                server.settle().await;
            }
        }
        server.settle().await;
        digests.push(digest(&server, &phone).await);
    }
    assert_eq!(digests[0], digests[1]);
    assert_eq!(digests[0], digests[2]);
}

#[tokio::test]
async fn a_rebuild_from_plaintexts_or_from_sealed_parcels_gives_the_live_record() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    for push in incarnation(&mut phone) {
        server.push(&push).await;
    }
    server.settle().await;
    let site = diary_core::keys::SealingKey::from_bytes(
        keeper.keys.sealing(&keeper.keys.site, 1).unwrap().private_bytes(),
    );
    let recovery = diary_core::keys::SealingKey::from_bytes(keeper.recovery.private_bytes());
    let sources = [From::Opened, From::Sealed(Arc::new(vec![site])), From::Sealed(Arc::new(vec![recovery]))];
    for from in sources {
        let store = server.app.store();
        let compared = rebuild(store, keeper.bundle.clone(), phone.vault, from, START).await.unwrap();
        assert!(compared.is_same(), "{:?}", compared.differences);
        assert_eq!((compared.parcels, compared.revisions), (18, 6));
        assert_eq!(compared.live, digest(&server, &phone).await);
    }
}

#[tokio::test]
async fn rebuilt_rows_take_the_place_of_the_live_ones_and_say_what_differed() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    for push in incarnation(&mut phone) {
        server.push(&push).await;
    }
    server.settle().await;
    let before = digest(&server, &phone).await;
    let store = server.app.store();
    let compare = || rebuild(store, keeper.bundle.clone(), phone.vault, From::Opened, START);
    let made = || rebuilt(store, keeper.bundle.clone(), phone.vault, From::Opened, START);
    let mut rows = made().await.unwrap();

    // Rows as a program with a bug would have written them: one parcel without what was in it.
    let spoilt = rows.outcomes.first_mut().unwrap();
    let spoilt_n = spoilt.n;
    if let diary_store::Verdict::Merged(plan) = &mut spoilt.verdict {
        plan.changes.clear();
    }
    store.replace_record(rows, keeper.signer(), event("rebuild")).await.unwrap();
    assert_eq!(digest(&server, &phone).await, before, "the record is worked out from the plaintexts");
    let compared = compare().await.unwrap();
    assert!(!compared.is_same());
    assert_eq!(compared.differences, [super::Difference { n: spoilt_n, what: super::What::Rows }]);

    store.replace_record(made().await.unwrap(), keeper.signer(), event("rebuild")).await.unwrap();
    assert_eq!(digest(&server, &phone).await, before);
    assert!(compare().await.unwrap().is_same());
}

#[tokio::test]
async fn a_kept_plaintext_that_was_changed_is_found_out() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let (one, two) = (phone.next("one"), phone.next("two"));
    server.push(&phone.push(&[one, two])).await;
    server.settle().await;
    let store = server.app.store();
    let compare = || rebuild(store, keeper.bundle.clone(), phone.vault, From::Opened, START);
    let mut rows = rebuilt(store, keeper.bundle.clone(), phone.vault, From::Opened, START).await.unwrap();
    let other = rows.outcomes[1].opened.clone().unwrap();
    rows.outcomes[0].opened = Some(OpenedPlain { salt: [0; 32], ..other });
    store.replace_record(rows, keeper.signer(), event("rebuild")).await.unwrap();
    let compared = compare().await.unwrap();
    let code = diary_core::parcel::QuarantineCode::Commit;
    assert_eq!(compared.differences[0].what, super::What::Fate(None, Some(code)));
    assert_eq!(compared.unopened, [compared.differences[0].n]);
    assert!(!compared.may_replace());
}

#[tokio::test]
async fn a_record_that_could_not_be_opened_takes_the_place_of_none() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    for push in incarnation(&mut phone) {
        server.push(&push).await;
    }
    server.settle().await;
    let stranger = diary_core::keys::SealingKey::generate(keeper.random());
    let from = From::Sealed(Arc::new(vec![stranger]));
    let store = server.app.store();
    let compared = rebuild(store, keeper.bundle.clone(), phone.vault, from, START).await.unwrap();
    // Of the 18 all were opened before: what is in six of them is not readable.
    assert_eq!((compared.parcels, compared.unopened.len(), compared.may_replace()), (18, 18, false));
    let compared = rebuild(store, keeper.bundle.clone(), phone.vault, From::Opened, START).await.unwrap();
    assert!(compared.is_same() && compared.unopened.is_empty());
}

#[tokio::test]
async fn what_was_merged_before_a_revocation_came_counts_whatever_that_covers() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let (merged, waiting) = (phone.next("merged"), phone.next("not merged yet"));
    server.push(&phone.push(std::slice::from_ref(&merged))).await;
    server.settle().await;
    server.push(&phone.push(std::slice::from_ref(&waiting))).await;
    keeper.revoke(&phone).await;
    server.settle().await;
    let (results, _) = server.push(&phone.push(&[merged, waiting])).await;
    let aside: Vec<bool> = results.iter().map(|result| result.flags.quarantined).collect();
    assert_eq!(aside, [false, true]);
    let store = server.app.store();
    let compared = rebuild(store, keeper.bundle.clone(), phone.vault, From::Opened, START).await.unwrap();
    assert!(compared.is_same(), "{:?}", compared.differences);
    assert_eq!((compared.parcels, compared.revisions), (2, 1));
}

#[tokio::test]
async fn a_rebuild_that_was_overtaken_replaces_nothing() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let one = phone.next("one");
    server.push(&phone.push(&[one])).await;
    server.settle().await;
    let store = server.app.store();
    let rows = rebuilt(store, keeper.bundle.clone(), phone.vault, From::Opened, START).await.unwrap();
    let two = phone.next("two");
    server.push(&phone.push(&[two])).await;
    server.settle().await;
    let refused = store.replace_record(rows, keeper.signer(), event("rebuild")).await;
    assert!(matches!(refused, Err(diary_store::StoreError::Conflict { .. })));
    assert_eq!(server.record(phone.vault).await.plans.len(), 2);
}

#[tokio::test]
async fn what_another_process_merges_is_merged_once() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcels: Vec<_> = (0..5).map(|n| phone.next(&n.to_string())).collect();
    server.push(&phone.push(&parcels)).await;
    let context = keeper.context_of(keeper.second_process(), &crate::config::Config::lifted());
    let other = crate::merge::MergeWorker::new(context, Arc::clone(&keeper.keys));
    let settled = [other.settle(&keeper.bundle, START).await.unwrap(), server.settle().await];
    assert_eq!(settled, [5, 0]);
    let (page, _) = server.page(&phone, None, "").await;
    // Certificate, grant, parcels, STORED, MERGED.
    assert_eq!(page.records.len(), 2 + 5 + 5 + 5);
}

/// Steps to work out again a record of so many parcels.
async fn steps_for(n: usize) -> u64 {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcels: Vec<_> = (0..n).map(|one| phone.next(&format!("note {one}"))).collect();
    server.push(&phone.push(&parcels)).await;
    server.settle().await;
    let before = steps::taken();
    let store = server.app.store();
    let compared = rebuild(store, keeper.bundle.clone(), phone.vault, From::Opened, START).await.unwrap();
    assert!(compared.is_same() && compared.parcels == n);
    steps::taken() - before
}

#[tokio::test]
async fn a_rebuild_grows_with_the_parcels_and_not_with_their_square() {
    let (few, many) = (steps_for(40).await, steps_for(160).await);
    assert!(few > 40 && many < 6 * few, "{few} steps for 40 parcels, {many} for 160");
}
