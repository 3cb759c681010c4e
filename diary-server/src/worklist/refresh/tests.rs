//! What makes a standing out of date, and who brings it up to date.

use std::sync::Arc;

use diary_core::ids::VaultId;
use diary_core::parcel::Item;
use diary_core::time::UtcMillis;

use super::fresh;
use crate::merge_worker::MergeWorker;
use crate::rebuild::{From, rebuild};
use crate::store::{KeptStanding, NewStanding, Participants, TrialStore, VaultMerge};
use crate::testing::{Keeper, Phone, START, event};

async fn kept(keeper: &Keeper, vault: VaultId) -> KeptStanding {
    let all = keeper.store.participants(Participants::WithStanding).await.unwrap();
    all.into_iter().find(|one| one.vault == vault).unwrap().standing.unwrap()
}

fn worker(keeper: &Keeper) -> MergeWorker {
    MergeWorker::new(keeper.second_process(), Arc::clone(&keeper.keys), Arc::clone(&keeper.entropy) as _)
}

#[tokio::test]
async fn whatever_changes_a_record_counts_a_change() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let vault = keeper.participant("001").await;
    let mut phone = Phone::new(&keeper, vault);
    assert_eq!(kept(&keeper, vault).await, KeptStanding::default());
    let mut last = 0;
    let mut more = async |what: &str| {
        let changes = kept(&keeper, vault).await.changes;
        assert!(changes > last, "{what}: {changes} after {last}");
        last = changes;
    };
    phone.join(&keeper.link(vault).await);
    let held = phone.next("held");
    server.push(&phone.push(&[held])).await;
    more("a phone joins, and its parcel is held back").await;
    keeper.confirm(&phone).await;
    more("it is confirmed").await;
    server.settle().await;
    more("what was held back is merged").await;
    let unreadable = phone.seal(&[Item::Revision(vec![1; 4])]);
    server.push(&phone.push(&[unreadable])).await;
    server.settle().await;
    more("a parcel comes into quarantine").await;
    let compared = rebuild(server.app.store(), keeper.bundle.clone(), vault, From::Opened, START).await;
    keeper.store.replace_record(compared.unwrap().rows, keeper.signer(), event("rebuild")).await.unwrap();
    more("the record is replaced").await;
    keeper.revoke(&phone).await;
    more("the phone is revoked").await;
}

#[tokio::test]
async fn a_worker_that_has_nothing_to_merge_brings_standings_up_to_date() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    keeper.participant("002").await;
    let parcel = phone.next("hello");
    server.push(&phone.push(&[parcel])).await;
    server.settle().await;
    let worker = worker(&keeper);
    assert_eq!(worker.refresh(&keeper.bundle, START).await.unwrap(), 2);
    assert_eq!(worker.refresh(&keeper.bundle, START).await.unwrap(), 0);
    let parcel = phone.next("again");
    server.push(&phone.push(&[parcel])).await;
    assert_eq!(worker.refresh(&keeper.bundle, START).await.unwrap(), 0, "it is not merged yet");
    server.settle().await;
    assert_eq!(worker.refresh(&keeper.bundle, START).await.unwrap(), 1);
    let month = START.plus_ms(30 * diary_core::time::DAY_MS);
    assert_eq!(worker.refresh(&keeper.bundle, month).await.unwrap(), 2, "before they are too old to be read");
}

#[tokio::test]
async fn what_arrives_while_a_standing_is_worked_out_is_not_lost() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcel = phone.next("hello");
    server.push(&phone.push(&[parcel])).await;
    server.settle().await;
    let participant = async || {
        let all = keeper.store.participants(Participants::WithStanding).await.unwrap();
        all.into_iter().next().unwrap()
    };
    let seen = participant().await.standing.unwrap().changes;
    let keep = async |covers: i64, bytes: &[u8]| {
        let standing =
            Some(NewStanding { covers, version: super::version(1), at: START, bytes: bytes.to_vec() });
        let (outcomes, at) = (Vec::new(), START);
        let merge = VaultMerge {
            vault: phone.vault,
            outcomes,
            reply: None,
            told: None,
            backed_up: None,
            standing,
            at,
        };
        assert_eq!(keeper.store.commit_merge(vec![merge], keeper.signer()).await.unwrap(), 0);
    };
    let good = super::Standing::unreadable(UtcMillis(START.0)).encode();
    keep(seen - 1, &good).await;
    assert_eq!(fresh(&participant().await, 1, START), None, "it does not cover the last change");
    keep(seen, &good).await;
    assert!(fresh(&participant().await, 1, START).is_some());
    assert_eq!(fresh(&participant().await, 2, START), None, "another version of the study");
    // A slower process comes with what it had read before.
    keep(seen - 1, &[0]).await;
    assert!(fresh(&participant().await, 1, START).is_some());
}
