//! The database itself: opening, founding, and what it refuses by its own rules.

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::open::{Use, open};
use super::*;
use crate::store::TrialStore;
use crate::testing::{Keeper, START, event};

/// The database without the store before it.
fn bare(keeper: &Keeper) -> Connection {
    let key = Zeroizing::new(*keeper.keys.database_secret());
    let connection =
        open(&keeper.folder.path().join("diary-server.db"), &key, Missing::Refuse, Use::Write).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    connection
}

#[tokio::test]
async fn another_key_is_refused_and_the_file_stays_as_it_is() {
    let keeper = Keeper::new().await;
    let path = keeper.folder.path().join("diary-server.db");
    let before = std::fs::read(&path).unwrap();
    let refused = SqliteStore::open(&path, &Zeroizing::new([1; 32]), Missing::Refuse);
    assert!(matches!(refused.err(), Some(StoreError::KeyOrFile)));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(!before.windows(11).any(|at| at == b"diary/log/v"), "the file is encrypted");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let keeper = Keeper::new().await;
    bare(&keeper).pragma_update(None, "user_version", 99).unwrap();
    let key = Zeroizing::new(*keeper.keys.database_secret());
    let refused =
        SqliteStore::open(&keeper.folder.path().join("diary-server.db"), &key, Missing::Refuse).err();
    assert!(matches!(refused, Some(StoreError::NewerVersion { found: 99, .. })), "{refused:?}");
}

#[tokio::test]
async fn a_server_is_founded_once_and_its_bundle_only_grows() {
    let keeper = Keeper::new().await;
    let state = keeper.store.server_state().await.unwrap().unwrap();
    assert_eq!((state.epoch, &state.bundle), (keeper.epoch, &keeper.signed_bundle));
    let again = NewServer {
        epoch: state.epoch,
        incarnation: state.incarnation,
        study: state.study.clone(),
        at: START,
    };
    let founded = keeper.store.put_bundle(Some(again), state.bundle.clone(), Vec::new(), event("init")).await;
    assert!(matches!(founded, Err(StoreError::Conflict { .. })));
    let same = keeper.store.put_bundle(None, state.bundle, Vec::new(), event("bundle")).await;
    assert!(matches!(same, Err(StoreError::Conflict { .. })));
    let newer = diary_core::keys::Bundle { version: 2, ..keeper.bundle.clone() }.sign(&keeper.root);
    keeper.store.put_bundle(None, newer.clone(), Vec::new(), event("bundle")).await.unwrap();
    assert_eq!(keeper.store.server_state().await.unwrap().unwrap().bundle, newer);
}

#[tokio::test]
async fn what_is_kept_for_ever_is_defended_by_the_database() {
    let keeper = Keeper::new().await;
    keeper.participant("001").await;
    let connection = bare(&keeper);
    let changes = [
        ("UPDATE bundle SET added = 0", "DELETE FROM bundle"),
        ("UPDATE study_file SET added = 0", "DELETE FROM study_file"),
        ("UPDATE vault SET added = 0", "DELETE FROM vault"),
        ("UPDATE trail SET at = 0", "DELETE FROM trail"),
    ];
    for statement in changes.into_iter().flat_map(|(update, delete)| [update, delete]) {
        assert!(connection.execute_batch(statement).is_err(), "{statement}");
    }
}

#[tokio::test]
async fn the_trail_holds_every_change_under_one_chain() {
    let keeper = Keeper::new().await;
    keeper.participant("001").await;
    keeper.store.append_trail(event("report.view")).await.unwrap();
    let rows = keeper.store.trail(0, 10).await.unwrap();
    let what: Vec<&str> = rows.iter().map(|row| row.event.what.as_str()).collect();
    assert_eq!(what, ["init", "participant.add", "report.view"]);
    let mut chain = diary_core::ids::Hash::from_bytes([0; 32]);
    for (row, n) in rows.iter().zip(1..) {
        chain = crate::store::trail_chain(&chain, n, &row.event);
        assert_eq!((row.n, row.chain), (n, chain));
    }
    assert_eq!(keeper.store.trail(2, 10).await.unwrap(), rows[2..]);
}

#[tokio::test]
async fn a_subject_number_is_given_once() {
    let keeper = Keeper::new().await;
    let vault = keeper.participant("001").await;
    let again = NewParticipant {
        subject: "001".to_owned(),
        site: keeper.keys.site.clone(),
        vault: VaultId::from_bytes([9; 16]),
        at: START,
    };
    let refused = keeper.store.add_participant(again, event("participant.add")).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    let all = keeper.store.participants().await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].vault, vault);
}

#[tokio::test]
async fn another_process_is_noticed_by_its_writes_alone() {
    let keeper = Keeper::new().await;
    let before = keeper.store.outside_version().await.unwrap();
    keeper.participant("001").await;
    assert_eq!(keeper.store.outside_version().await.unwrap(), before);
    keeper.second_process().append_trail(event("report.view")).await.unwrap();
    assert_ne!(keeper.store.outside_version().await.unwrap(), before);
}
