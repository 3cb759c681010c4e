//! Identity and state of a server, as stored in its database.

use std::ops::Range;

use diary_core::hash::sha256;
use diary_core::ids::Incarnation;
use diary_core::keys::{Bundle, VerifyingKey};
use diary_store::{LostKeepers, NewServer, StoreError, StudyFile};

use crate::ground::{Ground, on_each_database};
use crate::site::{START, STUDY_FILE, Site, event};

async fn a_database_that_nobody_founded_has_neither_server_nor_trail(ground: Ground) {
    let site = Site::empty(ground).await;
    let state = site.seen(|store| async move { store.server_state().await.unwrap() }).await;
    assert_eq!(state, None);
    assert_eq!(site.told().await, [""; 0]);
}

async fn what_a_server_was_founded_with_is_what_every_process_is_told(ground: Ground) {
    let site = Site::keeper(ground).await;
    let state = site.seen(|store| async move { store.server_state().await.unwrap() }).await.unwrap();
    assert_eq!((state.epoch, &state.study), (site.epoch, &site.keys.study));
    assert_ne!(state.incarnation, Incarnation::from_bytes([0; 16]));
    assert_eq!((&state.bundle, state.earlier_bundles.len()), (&site.signed_bundle, 0));
    let file = StudyFile { hash: sha256(STUDY_FILE), version: 1, bytes: STUDY_FILE.to_vec() };
    assert_eq!(state.files, [file]);
}

async fn a_server_is_founded_once_and_its_bundle_only_grows(ground: Ground) {
    let site = Site::keeper(ground).await;
    let state = site.store.server_state().await.unwrap().unwrap();
    let again = NewServer {
        epoch: state.epoch,
        incarnation: state.incarnation,
        study: state.study.clone(),
        relay_of: None,
        at: START,
    };
    let newer = |version| Bundle { version, ..site.bundle.clone() }.sign(&site.root);
    let founded = site.other.put_bundle(Some(again), newer(2), Vec::new(), event("init")).await;
    assert!(matches!(founded, Err(StoreError::Conflict { .. })), "{founded:?}");
    let same = site.other.put_bundle(None, newer(1), Vec::new(), event("bundle")).await;
    assert!(matches!(same, Err(StoreError::Conflict { .. })), "{same:?}");
    for version in [2, 5, 9] {
        site.store.put_bundle(None, newer(version), Vec::new(), event("bundle")).await.unwrap();
    }
    let state = site.seen(|store| async move { store.server_state().await.unwrap() }).await.unwrap();
    assert_eq!((state.bundle, state.earlier_bundles), (newer(9), vec![newer(1), newer(2), newer(5)]));
    assert_eq!(site.told().await, ["init", "bundle", "bundle", "bundle"], "what was refused left no trace");
}

async fn files_of_a_bundle_to_come_are_put_beside_the_one_that_is_there_once(ground: Ground) {
    let site = Site::keeper(ground).await;
    let file = |version: u32, text: &[u8]| StudyFile { hash: sha256(text), version, bytes: text.to_vec() };
    let files = vec![file(2, b"the second"), file(1, STUDY_FILE)];
    for _ in 0..2 {
        let bundle = site.signed_bundle.clone();
        site.store.put_bundle(None, bundle, files.clone(), event("study")).await.unwrap();
    }
    let state = site.seen(|store| async move { store.server_state().await.unwrap() }).await.unwrap();
    assert_eq!(state.files, [file(1, STUDY_FILE), file(2, b"the second")]);
    assert_eq!(state.bundle, site.signed_bundle);
}

async fn keys_of_lost_keepers_are_kept_once_each_and_no_more_than_a_bundle_can_name(ground: Ground) {
    let site = Site::keeper(ground).await;
    let key = |number: u8| VerifyingKey([number; 32]);
    let found = |numbers: Range<u8>| LostKeepers { keys: numbers.map(key).collect(), version: 7, at: START };
    let kept = || site.seen(|store| async move { store.lost_keepers().await.unwrap() });
    assert_eq!(kept().await, []);
    site.store.keep_lost_keepers(found(1..3)).await.unwrap();
    site.other.keep_lost_keepers(found(2..4)).await.unwrap();
    assert_eq!(kept().await, [key(1), key(2), key(3)]);
    assert_eq!(site.told().await, ["init", "keeper.lost", "keeper.lost", "keeper.lost"]);
    site.store.keep_lost_keepers(found(10..200)).await.unwrap();
    assert_eq!(kept().await.len(), 64);
}

async fn what_another_process_writes_changes_the_number_that_tells_of_it(ground: Ground) {
    let site = Site::keeper(ground).await;
    let mut last = site.store.outside_version().await.unwrap();
    for subject in ["001", "002", "003"] {
        site.other.add_participant(site.new_participant(subject), event("add")).await.unwrap();
        let now = site.store.outside_version().await.unwrap();
        assert_ne!(now, last, "{subject}");
        last = now;
    }
}

on_each_database! {
    a_database_that_nobody_founded_has_neither_server_nor_trail,
    what_a_server_was_founded_with_is_what_every_process_is_told,
    a_server_is_founded_once_and_its_bundle_only_grows,
    files_of_a_bundle_to_come_are_put_beside_the_one_that_is_there_once,
    keys_of_lost_keepers_are_kept_once_each_and_no_more_than_a_bundle_can_name,
    what_another_process_writes_changes_the_number_that_tells_of_it,
}
