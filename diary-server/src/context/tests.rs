//! The active study: read once, and again after a change.

use std::sync::Arc;

use crate::testing::{Keeper, event};
use diary_store::AuditStore;

#[tokio::test]
async fn the_active_study_is_read_once_until_this_or_another_process_writes_it() {
    let keeper = Keeper::new().await;
    let context = keeper.context(&crate::config::Config::lifted());
    let first = context.active().await.unwrap();
    assert!(Arc::ptr_eq(&first, &context.active().await.unwrap()));
    keeper.store.record_event(event("a look")).await.unwrap();
    assert!(Arc::ptr_eq(&first, &context.active().await.unwrap()), "it wrote nothing of the study");
    let refused = context.put_bundle(first.signed_bundle.clone(), Vec::new(), event("again")).await;
    let again = context.active().await.unwrap();
    assert!(!Arc::ptr_eq(&first, &again), "{refused:?}");
    let other = keeper.second_process();
    other.record_event(event("elsewhere")).await.unwrap();
    let newer = context.active().await.unwrap();
    assert!(!Arc::ptr_eq(&again, &newer));
    assert_eq!((newer.epoch, &newer.bundle), (first.epoch, &first.bundle));
}

#[tokio::test]
async fn under_a_watcher_the_active_study_is_read_after_a_change_alone() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let context = server.app.context().clone();
    let before = context.active().await.unwrap();
    let place = context.waiters().place(diary_core::api::EVERY_VAULT);
    // The first look of the watcher reads it; so does every one that finds a change.
    let looked = place.woken();
    tokio::spawn(super::change_watcher::watch(context.clone(), server.app.ended()));
    looked.await;
    let watched = context.active().await.unwrap();
    assert!(!Arc::ptr_eq(&before, &watched));
    let changed = place.woken();
    keeper.second_process().record_event(event("elsewhere")).await.unwrap();
    changed.await;
    assert!(!Arc::ptr_eq(&watched, &context.active().await.unwrap()));
}
