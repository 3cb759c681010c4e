//! The keeper's own chains in the vaults.

use diary_core::ids::VaultId;
use diary_core::keys::SealingPublic;
use diary_core::merge::merge_v1;
use diary_core::parcel::{LogKind, NO_PREVIOUS};
use diary_store::{KeeperState, StoreError};

use crate::ground::{Ground, on_each_database};
use crate::site::{START, Site, event};

async fn state(site: &Site, vault: VaultId) -> KeeperState {
    site.seen(|store| async move { store.keeper_state(vault).await.unwrap() }).await
}

async fn a_chain_begins_with_nothing_and_counts_on_before_it_is_merged(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let begun = state(&site, vault).await;
    assert_eq!((begun.head.seq, begun.head.prev, begun.head.grant.is_none()), (0, NO_PREVIOUS, true));
    assert_eq!((begun.last_counter.get(), begun.missing, begun.devices.len()), (0, 0, 0));
    assert_eq!(begun.site, site.keys.site);
    let mut last = NO_PREVIOUS;
    for n in [1, 2] {
        let append = site.authored(vault, &[site.visit(n * 10)], n * 10).await;
        last = append.authored.head.prev;
        site.store.append_keeper(append, site.signer(), Some(event("participant.visit"))).await.unwrap();
        let now = state(&site, vault).await;
        assert_eq!((now.head.seq, now.head.prev, now.last_counter.get()), (n, last, n * 10));
        let grant = now.head.grant.unwrap();
        assert_eq!((grant.made, u64::from(grant.parcels)), (START, n));
    }
    assert_eq!(site.settle().await, 2);
    let record = site.record(vault).await;
    let counters: Vec<u64> = merge_v1(&record.plans).acts().map(|(act, _)| act.counter.get()).collect();
    assert_eq!(counters, [10, 20]);
    assert_eq!(
        record.keeper.iter().map(|one| (one.seq, one.settled)).collect::<Vec<_>>(),
        [(1, true), (2, true)]
    );
    let now = state(&site, vault).await;
    assert_eq!((now.head.prev, now.last_counter.get()), (last, 20));
}

async fn what_was_authored_for_a_head_that_has_moved_is_refused_whole(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (first, late) =
        (site.authored(vault, &[site.visit(1)], 1).await, site.authored(vault, &[site.visit(1)], 1).await);
    site.store.append_keeper(first, site.signer(), Some(event("participant.visit"))).await.unwrap();
    let (log, trail) = (site.log(vault).await, site.trail().await);
    let refused = site.other.append_keeper(late, site.signer(), Some(event("participant.visit"))).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert_eq!((site.log(vault).await, site.trail().await), (log, trail));
    assert_eq!(site.kinds(vault).await, [LogKind::Grant, LogKind::Parcel, LogKind::Receipt]);
}

async fn the_next_parcel_goes_to_the_devices_that_are_confirmed_and_not_revoked(ground: Ground) {
    let site = Site::keeper(ground).await;
    let vault = site.participant("001").await;
    let (one, two, waits) =
        (site.confirmed(vault).await, site.confirmed(vault).await, site.joined(vault).await);
    let elsewhere = site.phone("002").await;
    assert_ne!(elsewhere.vault, vault);
    let keys = |phones: &[&crate::phone::Phone]| -> Vec<SealingPublic> {
        phones.iter().map(|phone| phone.sealing.public().clone()).collect()
    };
    assert_eq!(state(&site, vault).await.devices, keys(&[&one, &two]));
    site.confirm(&waits).await;
    site.revoke(&one, Vec::new()).await;
    assert_eq!(state(&site, vault).await.devices, keys(&[&two, &waits]));
}

async fn a_vault_that_is_not_there_has_no_chain(ground: Ground) {
    let site = Site::keeper(ground).await;
    let nowhere = VaultId::from_bytes([9; 16]);
    let refused = site.store.keeper_state(nowhere).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
    let refused = site.store.load_record(nowhere).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
    let refused = site.store.stored_parcels(nowhere).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
}

on_each_database! {
    a_chain_begins_with_nothing_and_counts_on_before_it_is_merged,
    what_was_authored_for_a_head_that_has_moved_is_refused_whole,
    the_next_parcel_goes_to_the_devices_that_are_confirmed_and_not_revoked,
    a_vault_that_is_not_there_has_no_chain,
}
