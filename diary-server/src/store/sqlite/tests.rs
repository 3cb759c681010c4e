//! The database itself: opening, founding, and what it refuses by its own rules.

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::open::{Use, open};
use diary_core::api::{Cursor, FeedRecord, LeftCode, ProblemCode};

use super::*;
use crate::join::decide::{RELAY_VAULT_WAITING_MAX, RELAY_WAITING_MS};
use crate::store::sql::{Engine, Fault};
use crate::store::{
    DeviceProof, FeedQuery, JoinOutcome, JoinToTake, KeeperAppend, KeeperState, LeftOver, NewParticipant,
    NewServer, ParcelToStore, PushOutcome, PushToCommit, Put, PutFrom, RecordToPut, RecordsToPut, Signer,
    StaffChange, TrialStore,
};
use crate::testing::{Keeper, Phone, START, event, statement};
use diary_core::ids::{EnrolmentId, Epoch, KeyId, VaultId};
use diary_core::keys::EnrolmentSecret;
use diary_core::parcel::LogKind;

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
        relay_of: None,
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
        ("UPDATE statement SET bytes = x'00'", "DELETE FROM statement"),
        ("UPDATE device_keys SET sealing = x'00'", "DELETE FROM device_keys"),
        ("INSERT OR REPLACE INTO trail SELECT n, chain, 0, who, role, what, target, reason FROM trail", ""),
    ];
    let statements = changes.into_iter().flat_map(|(update, delete)| [update, delete]);
    for statement in statements.filter(|statement| !statement.is_empty()) {
        assert!(connection.execute_batch(statement).is_err(), "{statement}");
    }
}

#[tokio::test]
async fn the_trail_holds_every_change_under_one_chain() {
    let keeper = Keeper::new().await;
    keeper.participant("001").await;
    keeper.store.staff_change(StaffChange::Nothing, event("report.view")).await.unwrap();
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
    let refused = keeper.store.staff_change(StaffChange::Participant(again), event("participant.add")).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    let all = keeper.store.participants(crate::store::Participants::All).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].vault, vault);
}

#[tokio::test]
async fn another_process_is_noticed_by_its_writes_alone() {
    let keeper = Keeper::new().await;
    let before = keeper.store.outside_version().await.unwrap();
    keeper.participant("001").await;
    assert_eq!(keeper.store.outside_version().await.unwrap(), before);
    keeper.second_process().staff_change(StaffChange::Nothing, event("report.view")).await.unwrap();
    assert_ne!(keeper.store.outside_version().await.unwrap(), before);
}

#[tokio::test]
async fn a_full_disk_is_answered_with_come_back_later_and_no_receipt() {
    let keeper = Keeper::new().await;
    let server = keeper.serve().await;
    let mut phone = keeper.phone("001").await;
    let limit = async |pages: i64| {
        let set = move |connection: &mut Connection| {
            connection.pragma_update(None, "max_page_count", pages).unwrap();
            Ok(())
        };
        keeper.store.engine().on_writer(set).await.unwrap();
    };
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
    let failure = |_: &dyn crate::store::sql::Tx| {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
        Err::<(), _>(Fault::from(rusqlite::Error::SqliteFailure(code, None)))
    };
    let failed = keeper.store.engine().write("commit_group", failure).await;
    assert!(matches!(failed, Err(StoreError::Fatal { during: "commit_group", .. })), "{failed:?}");
    let parcel = phone.next("hello");
    let reply = server.post(diary_core::api::PARCELS, phone.push(&[parcel]).to_bytes()).await;
    assert_eq!((reply.status, reply.problem().code), (503, ProblemCode::Unavailable));
    server.app.until_disk_failed().await;
    assert_eq!(server.get("/readyz").await.status, 503);
}

#[tokio::test]
async fn a_push_that_the_database_refuses_spoils_no_other_of_its_group() {
    let keeper = Keeper::new().await;
    let (mut good, mut bad) = (keeper.phone("001").await, keeper.phone("002").await);
    let to_commit = |phone: &mut Phone| {
        let parcel = phone.next("hello").verify(&phone.signing.verifying_key()).unwrap();
        let signed = keeper.certificate(phone);
        let certificate = diary_core::keys::Certificate::verify(&signed, &keeper.bundle).unwrap();
        PushToCommit {
            vault: phone.vault,
            device: phone.signing.id(),
            proof: DeviceProof::Certificate(Box::new((signed, certificate))),
            incarnation: phone.incarnation,
            grants: Vec::new(),
            recovery: None,
            parcels: vec![ParcelToStore {
                incarnation: phone.incarnation,
                seq: parcel.core().seq,
                prev: parcel.core().prev,
                grant: parcel.core().grant,
                core_hash: parcel.core_hash(),
                body_hash: parcel.body_hash(),
                bytes: parcel.sealed().to_bytes(),
            }],
            evidence: None,
            received: START,
        }
    };
    let (one, mut two) = (to_commit(&mut good), to_commit(&mut bad));
    // Nothing that was verified has it; the database's own rule stops it all the same.
    two.parcels[0].seq = 0;
    let group = vec![two, one.clone(), one];
    let outcomes = keeper.store.commit_group(group, keeper.signer()).await.unwrap();
    assert!(matches!(outcomes[0], Err(StoreError::Database { .. })), "{:?}", outcomes[0]);
    let duplicates: Vec<bool> = outcomes[1..]
        .iter()
        .map(|outcome| match outcome {
            Ok(PushOutcome::Stored { parcels, .. }) => parcels[0].duplicate,
            other => unreachable!("{other:?}"),
        })
        .collect();
    assert_eq!(duplicates, [false, true]);
    assert!(keeper.store.stored_parcels(bad.vault).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_the_keeper_authors_is_appended_only_to_the_head_it_was_authored_for() {
    let keeper = Keeper::new().await;
    let vault = keeper.participant("001").await;
    let state = keeper.store.keeper_state(vault).await.unwrap();
    assert_eq!((state.head.seq, state.last_counter, state.devices.len()), (0, 0, 0));
    let author = |state: &KeeperState, counter: u64| {
        let act = diary_core::act::Act {
            id: diary_core::ids::ActId::new(START.0, keeper.random().array()),
            counter,
            by: "staff".to_owned(),
            at: START,
            reason: None,
            content: diary_core::act::ActContent::Visit {
                date: diary_core::time::DiaryDay::default(),
                kind: "screening".to_owned(),
            },
        };
        let items = [diary_core::parcel::Item::act(&act)];
        let authored = keeper
            .keys
            .author_parcel(&keeper.bundle, vault, &state.head, &state.devices, &items, START, keeper.random())
            .unwrap();
        KeeperAppend { vault, after: state.head.clone(), authored, counter, at: START }
    };
    let (first, late) = (author(&state, 1), author(&state, 1));
    keeper.store.append_keeper(first, keeper.signer(), Some(event("participant.visit"))).await.unwrap();
    let refused = keeper.store.append_keeper(late, keeper.signer(), None).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));

    // Before it is merged the next one already counts on from it.
    let state = keeper.store.keeper_state(vault).await.unwrap();
    assert_eq!((state.head.seq, state.last_counter), (1, 1));
    let grant = state.head.grant.as_ref().unwrap();
    assert_eq!((grant.made, grant.parcels), (START, 1));
    keeper.store.append_keeper(author(&state, 2), keeper.signer(), None).await.unwrap();
    let server = keeper.serve().await;
    assert_eq!(server.settle().await, 2);
    let record = diary_core::merge::merge_v1(&server.record(vault).await.plans);
    assert_eq!(record.acts().map(|(act, _)| act.counter).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(keeper.store.keeper_state(vault).await.unwrap().last_counter, 2);
}

#[tokio::test]
async fn devices_that_nobody_confirms_take_up_room_at_a_relay_for_a_day() {
    let keeper = Keeper::new().await;
    bare(&keeper).execute("INSERT INTO feed_head VALUES (1, 'A1', 0, zeroblob(32))", []).unwrap();
    let vault = keeper.participant("001").await;
    let ask = |received| {
        let request = Phone::new(&keeper, vault).join(&(EnrolmentId::from_bytes([1; 16]), secret()));
        let join = JoinToTake { request: request.verify().unwrap(), signed: request, received };
        keeper.store.take_join(join)
    };
    for _ in 0..RELAY_VAULT_WAITING_MAX {
        assert!(matches!(ask(START).await, Ok(JoinOutcome::Joined { .. })));
    }
    assert!(matches!(ask(START.plus_ms(RELAY_WAITING_MS - 1)).await, Ok(JoinOutcome::Throttled)));
    assert!(matches!(ask(START.plus_ms(RELAY_WAITING_MS)).await, Ok(JoinOutcome::Joined { .. })));
}

fn secret() -> EnrolmentSecret {
    EnrolmentSecret::from_bytes(&[2; 16])
}

#[tokio::test]
async fn what_a_restored_relay_shows_under_an_old_number_does_not_take_the_place_of_what_was_left_over() {
    let keeper = Keeper::new().await;
    let vault = keeper.participant("001").await;
    let relay = KeyId::from_bytes([7; 16]);
    let record =
        |what: u8| FeedRecord { n: 1, vault, kind: LogKind::Parcel, record: vec![what; 9], received: START };
    let left = |what: u8| vec![LeftOver { record: record(what), code: LeftCode::UnknownDevice }];
    let put = async |epoch: u8, records, left| {
        let cursor = Cursor { n: 1, ..Cursor::start(Epoch::from_bytes([epoch; 16])) };
        let from = PutFrom::Feed { relay, cursor, anew: epoch > 1 };
        let signer: Signer = keeper.keys.clone();
        keeper.store.put_records(RecordsToPut { from, records, left, at: START }, signer).await.unwrap()
    };
    let kept = async || keeper.store.feed(FeedQuery::Left { relay }).await.unwrap().left;
    assert_eq!(put(1, Vec::new(), left(1)).await.dropped, 0);
    assert_eq!(put(1, Vec::new(), left(1)).await.dropped, 0, "the same again is kept once");
    assert_eq!(put(2, Vec::new(), left(2)).await.dropped, 1, "said, not silently forgotten");
    let own = |what| vec![RecordToPut { record: record(what), what: Put::Own }];
    put(2, own(3), Vec::new()).await;
    assert_eq!(kept().await, left(1), "what was left over is still there");
    put(1, own(1), Vec::new()).await;
    assert_eq!(kept().await, []);
}
