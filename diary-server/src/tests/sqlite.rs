//! The database itself: opening, founding, and what it refuses by its own rules.

use rusqlite::Connection;
use zeroize::Zeroizing;

use diary_core::api::ProblemCode;

use crate::tests::{Keeper, event, statement};
use diary_store::sqlite::{Missing, SqliteStore};
use diary_store::{AuditStore, IngestStore, MergeStore, SiteStore, StoreError, UnmergedState, testing};

/// The database without the store before it.
fn bare(keeper: &Keeper) -> Connection {
    let key = Zeroizing::new(*keeper.keys.database_secret());
    testing::bare(&keeper.folder.path().join("diary-server.db"), &key).unwrap()
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
async fn what_is_kept_for_ever_is_defended_by_the_database() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcels = [phone.next("hello"), phone.seal(&[statement()])];
    server.push(&phone.push(&parcels)).await;
    assert_eq!(server.settle().await, 2);
    let connection = bare(&keeper);
    let changes = [
        ("UPDATE bundle SET added = 0", "DELETE FROM bundle"),
        ("UPDATE study_file SET added = 0", "DELETE FROM study_file"),
        ("UPDATE vault SET added = 0", "DELETE FROM vault"),
        ("UPDATE trail SET at = 0", "DELETE FROM trail"),
        ("UPDATE log SET record = x'00'", "DELETE FROM log"),
        ("UPDATE parcel SET received = 0", "DELETE FROM parcel"),
        ("UPDATE opened SET plain = x'00'", "DELETE FROM opened"),
        ("UPDATE revision SET day = 0", "DELETE FROM revision"),
        ("UPDATE succession SET n = 0", "DELETE FROM succession"),
        ("UPDATE device_keys SET sealing = x'00'", "DELETE FROM device_keys"),
        ("INSERT OR REPLACE INTO trail SELECT n, chain, 0, who, role, what, target, reason FROM trail", ""),
    ];
    let succession = "INSERT INTO succession (vault, n, item, incarnation) VALUES (1, 1, 0, zeroblob(16))";
    connection.execute_batch(succession).unwrap();
    let statements = changes.into_iter().flat_map(|(update, delete)| [update, delete]);
    for statement in statements.filter(|statement| !statement.is_empty()) {
        assert!(connection.execute_batch(statement).is_err(), "{statement}");
    }
}

#[tokio::test]
async fn another_process_is_noticed_by_its_writes_alone() {
    let keeper = Keeper::new().await;
    let before = keeper.store.outside_version().await.unwrap();
    keeper.participant("001").await;
    assert_eq!(keeper.store.outside_version().await.unwrap(), before);
    keeper.second_process().record_event(event("report.view")).await.unwrap();
    assert_ne!(keeper.store.outside_version().await.unwrap(), before);
}

#[tokio::test]
async fn a_full_disk_is_answered_with_come_back_later_and_no_receipt() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let limit = async |pages: i64| testing::limit_pages(&keeper.store, pages).await.unwrap();
    // Takes pages until there are no more.
    limit(1).await;
    let parcels: Vec<_> = (0..60).map(|n| phone.next(&n.to_string())).collect();
    let push = phone.push(&parcels);
    let reply = server.post(diary_core::api::PARCELS, push.to_bytes()).await;
    assert_eq!((reply.status, reply.problem().code), (503, ProblemCode::Unavailable));
    assert!(reply.headers.contains_key("retry-after"));
    assert!(keeper.store.stored_parcels(phone.vault).await.unwrap().is_empty());
    limit(i64::from(u32::MAX) - 1).await;
    let (results, head) = server.push(&push).await;
    assert!(results.iter().all(|result| result.receipt.is_some()));
    assert_eq!(head.incarnation.unwrap().seq, 60);
}

#[tokio::test]
async fn after_the_disk_has_failed_nothing_is_acknowledged_and_whoever_serves_is_told() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let failed = testing::fail_disk(&keeper.store, "commit_group").await;
    assert!(matches!(failed, Err(StoreError::Fatal { during: "commit_group", .. })), "{failed:?}");
    let parcel = phone.next("hello");
    let reply = server.post(diary_core::api::PARCELS, phone.push(&[parcel]).to_bytes()).await;
    assert_eq!((reply.status, reply.problem().code), (503, ProblemCode::Unavailable));
    server.app.until_disk_failed().await;
    assert_eq!(server.get("/readyz").await.status, 503);
}

/// A database of an earlier program, in which parcels are held although their phone is confirmed and their grant is here.
async fn with_stuck_parcels() -> (Keeper, crate::tests::Phone, Connection) {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let parcels = [phone.next("one"), phone.next("two")];
    server.push(&phone.push(&parcels)).await;
    let connection = bare(&keeper);
    assert_eq!(connection.execute("UPDATE parcel SET state = 3", []).unwrap(), 2);
    (keeper, phone, connection)
}

async fn states(keeper: &Keeper) -> Vec<UnmergedState> {
    let all = keeper.store.unmerged().await.unwrap();
    all.into_iter().map(|one| one.why).collect()
}

#[tokio::test]
async fn parcels_that_an_earlier_program_held_for_nothing_are_freed_when_the_database_is_opened() {
    let (keeper, phone, connection) = with_stuck_parcels().await;
    assert!(keeper.store.waiting(0, 10).await.unwrap().batches.is_empty());
    // As the program before it left the tables.
    connection
        .execute_batch(
            "DROP INDEX device_lent;
             ALTER TABLE enrolment DROP COLUMN lent;
             ALTER TABLE device DROP COLUMN lent;
             ALTER TABLE device DROP COLUMN returned;
             DROP INDEX trail_restores_and_drills;
             ALTER TABLE relay_rejected RENAME TO relay_left;
             ALTER TABLE device_keys RENAME COLUMN held_certificate TO held;
             ALTER TABLE incarnation RENAME TO life;
             ALTER TABLE parcel RENAME COLUMN incarnation_no TO life;
             DROP INDEX incarnation_of_device;
             CREATE INDEX life_of_device ON life (device);
             ALTER TABLE pending_notice RENAME TO telling;
             ALTER TABLE participant_status RENAME TO standing;
             DROP INDEX participant_status_behind;
             CREATE INDEX standing_behind ON standing (at) WHERE covers <> changes;
             DROP TABLE looked;
             DROP TABLE kept_form;
             DROP TABLE session;
             DROP TABLE account_link;
             DROP TABLE account_code;
             DROP TABLE account_role;
             DROP TABLE account;
             DROP TABLE lost_keeper;
             DROP INDEX participant_by_key;
             ALTER TABLE enrolment RENAME COLUMN wrong_digits TO tries;
             CREATE INDEX trail_wrong_digits ON trail (target) WHERE what = 'device.wrong-digits';
             PRAGMA user_version = 20;",
        )
        .unwrap();
    drop(bare(&keeper));
    assert_eq!(keeper.serve().await.settle().await, 2);
    assert_eq!(keeper.store.load_record(phone.vault).await.unwrap().plans.len(), 2);
}

#[tokio::test]
async fn a_parcel_that_is_held_for_nothing_is_told_so_and_freed_by_trying_it_again() {
    let (keeper, phone, _connection) = with_stuck_parcels().await;
    assert_eq!(states(&keeper).await, [UnmergedState::ToMerge, UnmergedState::ToMerge]);
    let n = keeper.store.unmerged().await.unwrap()[0].n;
    keeper.store.requeue(phone.vault, n, event("quarantine.retry")).await.unwrap();
    assert_eq!(keeper.serve().await.settle().await, 2);
    assert_eq!(states(&keeper).await, []);
}
