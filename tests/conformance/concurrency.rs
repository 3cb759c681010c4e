//! Several servers at the same time on one PostgreSQL. SQLite has one writer; there is nothing to be at the same time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diary_core::ids::{Hash, VaultId};
use diary_core::merge::merge_v1;
use diary_core::parcel::{LogKind, ReceiptLevel};
use diary_store::{JoinOutcome, NewParticipant, PushOutcome, PushToCommit, StoreError, TrialStore};
use diary_tests::postgres::Cluster;
use tokio::task::JoinSet;

use crate::ground::{Backend, Ground};
use crate::phone::{Phone, stored};
use crate::site::{START, Site, event};

async fn site() -> Option<Site> {
    Some(Site::keeper(Ground::fresh(Backend::Postgres).await?).await)
}

fn both(site: &Site) -> [Arc<dyn TrialStore>; 2] {
    [Arc::clone(&site.store), Arc::clone(&site.other)]
}

/// Runs all tasks at the same time; gives their results in the order of the tasks.
async fn at_once<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let mut set = JoinSet::new();
    for (n, task) in tasks.into_iter().enumerate() {
        set.spawn(async move { (n, task.await) });
    }
    let done: BTreeMap<usize, T> = set.join_all().await.into_iter().collect();
    done.into_values().collect()
}

async fn commit(store: Arc<dyn TrialStore>, site: &Site, group: Vec<PushToCommit>) -> Vec<PushOutcome> {
    let outcomes = store.commit_group(group, site.signer()).await.unwrap();
    outcomes.into_iter().map(|outcome| outcome.unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_parcel_through_two_servers_at_once_is_one_row_with_one_receipt() {
    let Some(site) = site().await else { return };
    let site = Arc::new(site);
    let mut phone = Phone::new(&site, site.participant("001").await);
    for _ in 0..20 {
        let parcel = phone.next("hello");
        let push = phone.with_certificate(&site, phone.push(&[parcel]));
        let tasks = both(&site).into_iter().cycle().take(6).map(|store| {
            let (site, push) = (Arc::clone(&site), push.clone());
            async move { commit(store, &site, vec![push]).await.remove(0) }
        });
        let said: Vec<_> =
            at_once(tasks).await.into_iter().map(|one| stored(one).parcels.remove(0)).collect();
        assert_eq!(said.iter().filter(|one| !one.duplicate).count(), 1, "{said:?}");
        assert!(said.iter().all(|one| one.receipt == said[0].receipt));
    }
    let kinds = site.kinds(phone.vault).await;
    let count = |kind| kinds.iter().filter(|one| **one == kind).count();
    let counts = [LogKind::Certificate, LogKind::Grant, LogKind::Parcel, LogKind::Receipt].map(count);
    assert_eq!(counts, [1, 1, 20, 20]);
    assert_eq!(site.devices(phone.vault).await, [phone.key()]);
    assert_eq!(site.settle().await, 20);
}

/// Lesson 4, where numbers are really given by several at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_pushes_to_the_same_vaults_through_two_servers_leave_no_gap_in_any_log() {
    let Some(site) = site().await else { return };
    let site = Arc::new(site);
    let (mut phones, mut pushes) = (Vec::new(), Vec::new());
    for n in 0..3 {
        let vault = site.participant(&format!("00{n}")).await;
        for _ in 0..2 {
            phones.push(site.confirmed(vault).await);
        }
    }
    for round in 0..8 {
        // Groups of all vaults, in another order each time, so that servers that lock as they go would meet head on.
        let mut group: Vec<PushToCommit> = phones
            .iter_mut()
            .map(|phone| {
                let parcels = phone.several(2);
                phone.push(&parcels)
            })
            .collect();
        group.rotate_left(round % 6);
        if round % 2 == 0 {
            group.reverse();
        }
        pushes.push(group);
    }
    let tasks = pushes.into_iter().zip(both(&site).into_iter().cycle()).map(|(group, store)| {
        let site = Arc::clone(&site);
        async move { commit(store, &site, group).await }
    });
    let said = at_once(tasks).await;
    assert!(said.into_iter().flatten().all(|one| stored(one).parcels.iter().all(|parcel| !parcel.duplicate)));
    for phone in &phones {
        let receipts = site.receipts(phone.vault).await;
        assert_eq!(receipts.len(), 2 * 16, "of two phones");
        let incarnations = site.device(phone).await.incarnations;
        assert_eq!((incarnations.len(), incarnations[0].last_seq, incarnations[0].head), (1, 16, phone.prev));
    }
    site.settle().await;
    for phone in &phones {
        let record = site.record(phone.vault).await;
        assert_eq!((merge_v1(&record.plans).revision_count(), record.waiting.len()), (2 * 16, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_wants_everything_merged_waits_for_what_another_server_is_at() {
    let Some(site) = site().await else { return };
    let mut phone = site.phone("001").await;
    let parcel = phone.next("hello");
    site.push(phone.push(&[parcel])).await;
    let [one, other] = both(&site);
    let claimed = one.waiting(0, 16).await.unwrap();
    assert_eq!((claimed.batches.len(), claimed.elsewhere), (1, false));
    let passed_over = other.waiting(0, 16).await.unwrap();
    assert_eq!((passed_over.batches.len(), passed_over.elsewhere), (0, true));
    assert_eq!(site.record(phone.vault).await.waiting.len(), 1, "an export names it");
    // Its claim expires: the server that made it is taken for dead.
    let worker = site.worker_on(other);
    assert_eq!(worker.settle(&site.bundle, START).await.unwrap(), 1);
    assert_eq!(site.record(phone.vault).await.waiting.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_that_merge_at_once_settle_each_parcel_once() {
    let Some(site) = site().await else { return };
    let site = Arc::new(site);
    let mut phones = Vec::new();
    for n in 0..12 {
        let mut phone = site.phone(&format!("{n}")).await;
        let parcels = phone.several(10);
        site.push(phone.push(&parcels)).await;
        phones.push(phone);
    }
    let settled = at_once(both(&site).into_iter().map(|store| {
        let site = Arc::clone(&site);
        let worker = site.worker_on(store);
        async move { worker.settle(&site.bundle, START).await.unwrap() }
    }))
    .await;
    assert_eq!(settled.iter().sum::<usize>(), 120, "{settled:?}");
    for phone in &phones {
        let merged = site.receipts(phone.vault).await;
        let merged: Vec<_> = merged.iter().filter(|receipt| receipt.level == ReceiptLevel::Merged).collect();
        assert_eq!((merged.len(), site.record(phone.vault).await.plans.len()), (10, 10));
    }
    assert_eq!(site.settle().await, 0);
}

/// An optimisation: the rows themselves keep the record correct, and the claim saves doing the same work twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vault_that_one_server_merges_is_left_alone_by_the_other_until_it_is_done_or_gone() {
    let Some(ground) = Ground::fresh(Backend::Postgres).await else { return };
    let Ground::Postgres(database) = &ground else { return };
    let (Some(cluster), name) = (Cluster::shared(), database.name.clone()) else { return };
    let site = Site::keeper(ground).await;
    let mut phones = [site.phone("001").await, site.phone("002").await];
    for phone in &mut phones {
        let parcels = phone.several(2);
        site.push(phone.push(&parcels)).await;
    }
    let vaults = async |store: &Arc<dyn TrialStore>| -> BTreeSet<VaultId> {
        store.waiting(0, 100).await.unwrap().batches.into_iter().map(|batch| batch.vault).collect()
    };
    let all: BTreeSet<VaultId> = phones.iter().map(|phone| phone.vault).collect();
    assert_eq!(vaults(&site.store).await, all);
    assert_eq!(vaults(&site.other).await, BTreeSet::new());
    assert_eq!(vaults(&site.store).await, all, "whoever claimed them has them");

    let waiting = site.store.waiting(0, 100).await.unwrap().batches;
    assert_eq!(site.merge(vec![site.judged(&waiting[0])]).await, 2);
    let parcel = phones.iter_mut().find(|phone| phone.vault == waiting[0].vault).map(|phone| {
        let parcel = phone.next("more");
        phone.push(&[parcel])
    });
    site.push(parcel.unwrap()).await;
    assert_eq!(vaults(&site.other).await, BTreeSet::from([waiting[0].vault]), "that one is free again");

    // The first server died some time ago.
    let admin = cluster.admin(&name).await;
    admin.batch_execute("UPDATE merge_claim SET until = now() - interval '1 second'").await.unwrap();
    assert_eq!(vaults(&site.other).await, all);
}

/// While a phone pushes through one server, the other merges the parcels before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pushing_through_one_server_while_the_other_merges_loses_and_doubles_nothing() {
    let Some(site) = site().await else { return };
    let site = Arc::new(site);
    let mut phone = site.phone("001").await;
    let pushes: Vec<_> = (0..40)
        .map(|n| {
            let parcel = phone.next(&n.to_string());
            phone.push(&[parcel])
        })
        .collect();
    let pushing = {
        let site = Arc::clone(&site);
        async move {
            for push in pushes {
                stored(commit(Arc::clone(&site.store), &site, vec![push]).await.remove(0));
            }
            0
        }
    };
    let merging = {
        let site = Arc::clone(&site);
        let worker = site.worker_on(Arc::clone(&site.other));
        async move {
            let mut settled = 0;
            for _ in 0..15 {
                settled += worker.settle(&site.bundle, START).await.unwrap();
            }
            settled
        }
    };
    let (_, before) = tokio::join!(tokio::spawn(pushing), tokio::spawn(merging));
    let worker = site.worker_on(Arc::clone(&site.other));
    let after = worker.settle(&site.bundle, START).await.unwrap();
    assert_eq!(before.unwrap() + after, 40);
    let record = site.record(phone.vault).await;
    assert_eq!((record.plans.len(), record.waiting.len()), (40, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_two_servers_do_for_staff_at_once_is_done_once_and_has_its_row_of_the_trail() {
    let Some(site) = site().await else { return };
    let site = Arc::new(site);
    let tasks = (0..24).zip(both(&site).into_iter().cycle()).map(|(n, store)| {
        let new = NewParticipant { subject: format!("{}", n / 2), ..site.new_participant("") };
        async move { store.add_participant(new, event("participant.add")).await }
    });
    let said = at_once(tasks).await;
    let made = said.iter().filter(|one| one.is_ok()).count();
    let refused = said.iter().filter(|one| matches!(one, Err(StoreError::Conflict { .. }))).count();
    assert_eq!((made, refused), (12, 12), "{said:?}");
    assert_eq!(site.told().await.len(), 1 + 12);
    let all = site.seen(|store| async move { store.participants().await.unwrap() }).await;
    assert_eq!(all.len(), 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_several_phones_use_at_once_admits_one() {
    let Some(site) = site().await else { return };
    let vault = site.participant("001").await;
    for _ in 0..5 {
        let link = site.link(vault).await;
        let phones: Vec<Phone> = (0..4).map(|_| Phone::new(&site, vault)).collect();
        let tasks = phones.iter().zip(both(&site).into_iter().cycle()).map(|(phone, store)| {
            let join = phone.join(&link, START);
            async move { store.take_join(join).await.unwrap() }
        });
        let said = at_once(tasks).await;
        let joined = said.iter().filter(|one| matches!(one, JoinOutcome::Joined { .. })).count();
        let used = said.iter().filter(|one| **one == JoinOutcome::Used).count();
        assert_eq!((joined, used), (1, 3), "{said:?}");
    }
    assert_eq!(site.devices(vault).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_asks_twice_at_once_gets_the_same_answer_twice() {
    let Some(site) = site().await else { return };
    let vault = site.participant("001").await;
    for _ in 0..5 {
        let (link, phone) = (site.link(vault).await, Phone::new(&site, vault));
        let tasks = both(&site).into_iter().cycle().take(4).map(|store| {
            let join = phone.join(&link, START);
            async move { store.take_join(join).await.unwrap() }
        });
        let said = at_once(tasks).await;
        assert!(said.iter().all(|one| matches!(one, JoinOutcome::Joined { .. })), "{said:?}");
    }
    assert_eq!(site.devices(vault).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_what_is_authored_for_one_head_by_several_at_once_one_is_appended() {
    let Some(site) = site().await else { return };
    let vault = site.participant("001").await;
    for n in 1..=6 {
        let mut appends = Vec::new();
        for _ in 0..4 {
            appends.push(site.authored(vault, &[site.visit(n)], n).await);
        }
        let tasks = appends.into_iter().zip(both(&site).into_iter().cycle()).map(|(append, store)| {
            let signer = site.signer();
            async move { store.append_keeper(append, signer, Some(event("participant.visit"))).await }
        });
        let said = at_once(tasks).await;
        let refused = said.iter().filter(|one| matches!(one, Err(StoreError::Conflict { .. }))).count();
        assert_eq!((said.iter().filter(|one| one.is_ok()).count(), refused), (1, 3), "{said:?}");
    }
    let state = site.seen(|store| async move { store.keeper_state(vault).await.unwrap() }).await;
    assert_eq!((state.head.seq, state.missing), (6, 0));
    assert_eq!(site.told().await.iter().filter(|what| *what == "participant.visit").count(), 6);
    assert_eq!(site.settle().await, 6);
}

/// A lost vault is restored by its phone, through either of two servers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_vault_that_comes_back_through_two_servers_at_once_is_there_once() {
    let Some(site) = site().await else { return };
    let site = Arc::new(site);
    for _ in 0..5 {
        let mut phone = Phone::new(&site, VaultId::from_bytes(site.random().array()));
        let parcel = phone.next("hello");
        let push = phone.with_certificate(&site, phone.push(&[parcel]));
        let tasks = both(&site).into_iter().cycle().take(4).map(|store| {
            let (site, push) = (Arc::clone(&site), push.clone());
            async move { commit(store, &site, vec![push]).await.remove(0) }
        });
        let receipts: Vec<Vec<u8>> =
            at_once(tasks).await.into_iter().map(|one| stored(one).parcels.remove(0).receipt).collect();
        assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
        let cores: Vec<Hash> =
            site.receipts(phone.vault).await.iter().map(|receipt| receipt.core_hash).collect();
        assert_eq!(cores, [phone.prev]);
    }
}
