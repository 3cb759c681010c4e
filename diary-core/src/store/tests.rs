//! The store on real files: encrypted, intact after a cut, and refusing files that it cannot read without
//! changing them.

use super::*;
use crate::entropy::SeededEntropy;
use crate::entry::{Answer, Content, EncodedRevision, Note, Revision, Value};
use crate::ids::{Hash, Incarnation, RevisionId, RunId, VaultId};
use crate::keys::{SealingKey, SigningKey};
use crate::store::lock::{Cost, Lock, LockError, Rules};
use crate::testing::first_revision;
use crate::text::Lang;
use crate::time::{DiaryDay, Reading, UtcMillis, Zone};

mod incarnations;
mod missing;
mod numbers;

const NOW: UtcMillis = UtcMillis(1_790_000_000_000);
const CANARY: &str = "canary-diplopia-眼皮下垂";

struct Folder {
    _folder: tempfile::TempDir,
    path: String,
}

fn folder() -> Folder {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("diary.db").to_str().unwrap().to_owned();
    Folder { _folder: folder, path }
}

fn key(n: u8) -> DatabaseKey {
    DatabaseKey::from_bytes([n; 32])
}

fn day() -> DiaryDay {
    "2026-10-01".parse().unwrap()
}

fn joined(path: &str) -> Store {
    let entropy = SeededEntropy::new(1);
    let mut store = Store::open(path, &key(1), Missing::Create).unwrap();
    store
        .join(&NewDevice {
            study: "S".parse().unwrap(),
            site: "beijing".parse().unwrap(),
            vault: VaultId::from_bytes([1; 16]),
            api_host: "http://127.0.0.1:1".to_owned(),
            root: Hash::from_bytes([2; 32]),
            enrolment_secret: vec![3; 16],
            signing: SigningKey::generate(&entropy),
            sealing: SealingKey::generate(&entropy),
            join_request: vec![4],
            incarnation: Incarnation::from_bytes([5; 16]),
            first_day: day(),
            lang: Lang::ZH_CN,
            challenge: [6; 32],
            recovery_record: vec![7],
            bundle: vec![8],
            study_hash: Hash::from_bytes([9; 32]),
            study_bytes: vec![10],
        })
        .unwrap();
    store
}

/// Cheap parameters, so that tests are quick.
const LOCK_RULES: Rules = Rules { cost: Cost::new(64, 1).expect("possible"), ..Rules::CURRENT };

fn note(n: u8, counter: u64) -> EncodedRevision {
    let id = RevisionId::from_bytes([n; 16]);
    EncodedRevision::new(Revision {
        counter: counter.into(),
        day: day(),
        lang: Lang::ZH_CN,
        ..first_revision(
            id,
            Content::Note(Note { text: CANARY.to_owned() }),
            Reading::new(NOW, Zone::UTC, RunId::from_bytes([0; 16]), None),
        )
    })
    .unwrap()
}

#[test]
fn what_was_saved_is_there_after_reopening_and_unreadable_in_the_file() {
    let folder = folder();
    let mut store = joined(&folder.path);
    store.save(&[note(1, 1)], Urgency::Now, NOW).unwrap();
    drop(store);
    for entry in std::fs::read_dir(std::path::Path::new(&folder.path).parent().unwrap()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(8).any(|w| w == b"canary-d"), "an answer stands in a file in the clear");
        assert!(!bytes.starts_with(b"SQLite format 3"));
    }
    let store = Store::open(&folder.path, &key(1), Missing::Refuse).unwrap();
    store.check_integrity().unwrap();
    assert_eq!(store.revisions(day(), day()).unwrap(), [note(1, 1)]);
    assert_eq!(store.next_counter().unwrap().get(), 2);
    let queued = store.queued().unwrap();
    assert_eq!((queued.count, queued.urgent, queued.earliest_day), (1, true, Some(day())));
    assert_eq!(store.device().unwrap().lang, Lang::ZH_CN);
}

#[test]
fn a_wrong_key_is_refused_and_changes_nothing() {
    let folder = folder();
    drop(joined(&folder.path));
    let before = std::fs::read(&folder.path).unwrap();
    let refused = Store::open(&folder.path, &key(2), Missing::Create);
    assert!(matches!(refused, Err(StoreError::KeyOrFile)));
    assert_eq!(before, std::fs::read(&folder.path).unwrap());
    Store::open(&folder.path, &key(1), Missing::Refuse).unwrap();
}

#[test]
fn a_file_that_is_no_diary_is_refused_and_kept() {
    let folder = folder();
    let text = "my shopping list, long enough to be more than a page ".repeat(200);
    std::fs::write(&folder.path, &text).unwrap();
    assert!(matches!(Store::open(&folder.path, &key(1), Missing::Create), Err(StoreError::KeyOrFile)));
    assert_eq!(std::fs::read_to_string(&folder.path).unwrap(), text);
}

#[test]
fn a_diary_of_a_newer_program_is_refused_unchanged() {
    let folder = folder();
    let store = joined(&folder.path);
    store.connection.pragma_update(None, "user_version", 99).unwrap();
    drop(store);
    let refused = Store::open(&folder.path, &key(1), Missing::Refuse);
    assert!(matches!(refused, Err(StoreError::NewerVersion { found: 99, .. })));
}

#[test]
fn damage_in_the_middle_of_the_file_is_found_and_the_file_kept() {
    let folder = folder();
    let mut store = joined(&folder.path);
    for n in 0..200 {
        store.save(&[note(n, u64::from(n) + 1)], Urgency::Gather, NOW).unwrap();
    }
    store.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(store);
    let mut bytes = std::fs::read(&folder.path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&folder.path, &bytes).unwrap();
    let verdict =
        Store::open(&folder.path, &key(1), Missing::Refuse).and_then(|store| store.check_integrity());
    assert!(verdict.is_err());
    assert_eq!(std::fs::read(&folder.path).unwrap().len(), bytes.len());
}

/// A page of the file, damaged; the header page stays.
fn damage_page(path: &str, page: usize) -> Vec<u8> {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[(page - 1) * 4096 + 100] ^= 1;
    std::fs::write(path, &bytes).unwrap();
    bytes
}

#[test]
fn a_damaged_page_is_named_at_opening_wherever_it_lies_and_the_file_is_kept() {
    let folder = folder();
    let mut store = joined(&folder.path);
    for n in 0..200 {
        store.save(&[note(n, u64::from(n) + 1)], Urgency::Gather, NOW).unwrap();
    }
    store.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let pages: u16 = store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    drop(store);
    let whole = std::fs::read(&folder.path).unwrap();
    let mut seen = 0_u16;
    for page in 2..=usize::from(pages) {
        let damaged = damage_page(&folder.path, page);
        match Store::open(&folder.path, &key(1), Missing::Refuse) {
            Err(StoreError::Corrupt) => seen += 1,
            // Pages of an index are looked at once a day.
            Ok(store) => assert!(matches!(store.check_integrity(), Err(StoreError::Corrupt)), "page {page}"),
            Err(other) => panic!("page {page}: {other:?}"),
        }
        assert_eq!(std::fs::read(&folder.path).unwrap(), damaged, "page {page}");
        std::fs::write(&folder.path, &whole).unwrap();
    }
    assert!(seen * 2 > pages, "{seen} of {pages}");
    Store::open(&folder.path, &key(1), Missing::Refuse).unwrap();
}

#[test]
fn the_whole_database_is_checked_once_a_day_and_damage_is_named_then_at_the_latest() {
    let folder = folder();
    let mut store = joined(&folder.path);
    store.save(&[note(1, 1)], Urgency::Gather, NOW).unwrap();
    assert_eq!(store.last_checked().unwrap(), None);
    assert!(store.check_once_a_day(NOW).unwrap());
    assert_eq!(store.last_checked().unwrap(), Some(NOW));
    assert!(!store.check_once_a_day(NOW.plus_ms(3_600_000)).unwrap());
    // A reference to nothing, which a quick check does not see.
    store.connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let insert = "INSERT INTO draft_answer (draft, link_id, answer) VALUES (99, 'lids', x'00')";
    store.connection.execute_batch(insert).unwrap();
    drop(store);
    let mut store = Store::open(&folder.path, &key(1), Missing::Refuse).unwrap();
    assert!(!store.check_once_a_day(NOW.plus_ms(86_399_999)).unwrap());
    let next = store.check_once_a_day(NOW.plus_ms(86_400_000));
    assert!(matches!(next, Err(StoreError::Corrupt)));
    assert_eq!(store.last_checked().unwrap(), Some(NOW));
}

/// Cutting the write-ahead log after every so many bytes simulates a power cut at that moment.
#[test]
fn the_store_reopens_whole_after_a_cut_at_any_write() {
    let folder = folder();
    let mut store = joined(&folder.path);
    store.connection.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    for n in 0..8 {
        store.save(&[note(n, u64::from(n) + 1)], Urgency::Gather, NOW).unwrap();
    }
    let database = std::fs::read(&folder.path).unwrap();
    let log = std::fs::read(format!("{}-wal", folder.path)).unwrap();
    let mut seen = 0;
    for cut in (0..=log.len()).step_by(1031).chain([log.len()]) {
        let copy = self::folder();
        std::fs::write(&copy.path, &database).unwrap();
        std::fs::write(format!("{}-wal", copy.path), &log[..cut]).unwrap();
        let store = Store::open(&copy.path, &key(1), Missing::Refuse).unwrap();
        store.check_integrity().unwrap();
        let held = store.revisions(day(), day()).unwrap().len();
        assert_eq!(
            held as u64,
            store.queued().unwrap().count,
            "each entry has its outbox row or neither is there"
        );
        assert!(held >= seen, "a longer log cannot hold less");
        seen = held;
    }
    assert_eq!(seen, 8);
}

#[test]
fn entries_cannot_be_changed_or_deleted() {
    let folder = folder();
    let mut store = joined(&folder.path);
    store.save(&[note(1, 1)], Urgency::Gather, NOW).unwrap();
    for sql in [
        "UPDATE revision SET day = 0",
        "DELETE FROM revision",
        "REPLACE INTO revision SELECT * FROM revision",
        "DELETE FROM outbox",
        "REPLACE INTO outbox SELECT * FROM outbox",
    ] {
        let error = store.connection.execute(sql, []).unwrap_err();
        assert!(error.to_string().contains("never") || error.to_string().contains("keeps"), "{sql}: {error}");
    }
}

#[test]
fn a_draft_keeps_each_answer_and_what_was_answered_before() {
    let folder = folder();
    let mut store = joined(&folder.path);
    let place = DraftPlace {
        instrument: "evening".parse().unwrap(),
        slot: Some("evening".parse().unwrap()),
        day: day(),
    };
    let answer = |n| Answer { link_id: "lids".to_owned(), values: vec![Value::Integer(n)] };
    store.save_answer(&place, &answer(1), &[], NOW).unwrap();
    store.save_answer(&place, &answer(1), &[], NOW.plus_ms(1)).unwrap();
    store.save_answer(&place, &answer(2), &[], NOW.plus_ms(2)).unwrap();
    drop(store);
    let mut store = Store::open(&folder.path, &key(1), Missing::Refuse).unwrap();
    let draft = store.draft(&place).unwrap().unwrap();
    assert_eq!((draft.answers, draft.changed, draft.started), (vec![answer(2)], 1, NOW));
    assert_eq!(store.drafts().unwrap(), std::slice::from_ref(&place));
    store.finish_draft(&place, &[note(1, 1)], Urgency::Now, NOW).unwrap();
    assert_eq!(store.draft(&place).unwrap(), None);
    assert_eq!(store.queued().unwrap().count, 1);
}

#[test]
fn a_lock_opens_by_pin_or_recovery_secret_and_by_nothing_else() {
    let entropy = SeededEntropy::new(2);
    let lock = Lock::new(&key(9), "１２３４５６", b"recovery secret!", LOCK_RULES, &entropy).unwrap();
    let lock = Lock::decode(&lock.encode()).unwrap();
    assert_eq!(lock.open_with_pin("123456").unwrap().as_bytes(), &[9; 32]);
    assert_eq!(lock.open_with_pin("123457").unwrap_err(), LockError::Wrong);
    assert_eq!(lock.open_with_pin(&"1".repeat(257)).unwrap_err(), LockError::Wrong);
    let opened = lock.open_with_recovery(b"recovery secret!").unwrap();
    let changed = lock.with_pin(&opened, "new pin", LOCK_RULES, &entropy).unwrap();
    assert_eq!(changed.open_with_pin("123456").unwrap_err(), LockError::Wrong);
    assert_eq!(changed.open_with_pin("new pin").unwrap().as_bytes(), &[9; 32]);
    assert!(changed.open_with_recovery(b"recovery secret!").is_ok());
    let short = Lock::new(&key(9), "12345", b"r", LOCK_RULES, &entropy);
    assert_eq!(short.unwrap_err(), LockError::PinLength { least: 6 });
    let of_study = Lock::new(&key(9), "1234567", b"r", LOCK_RULES.of_study(8), &entropy);
    assert_eq!(of_study.unwrap_err(), LockError::PinLength { least: 8 });
    assert_eq!(Lock::decode(b"not a lock").unwrap_err(), LockError::File);
}

#[test]
fn a_lock_says_what_work_it_takes_and_is_raised_once_when_that_is_less_than_new_ones_take() {
    let entropy = SeededEntropy::new(3);
    let lock = Lock::new(&key(9), "123456", b"recovery secret!", LOCK_RULES, &entropy).unwrap();
    let opened = lock.open_with_pin("123456").unwrap();
    assert!(lock.raised(&opened, "123456", LOCK_RULES.cost, &entropy).unwrap().is_none());
    let more = Cost::new(128, 2).unwrap();
    let raised = lock.raised(&opened, "１２３４５６", more, &entropy).unwrap().unwrap();
    let raised = Lock::decode(&raised.encode()).unwrap();
    assert_eq!(raised.open_with_pin("123456").unwrap().as_bytes(), &[9; 32]);
    assert!(raised.open_with_recovery(b"recovery secret!").is_ok());
    assert!(raised.raised(&opened, "123456", more, &entropy).unwrap().is_none(), "once");
    assert!(raised.raised(&opened, "123456", LOCK_RULES.cost, &entropy).unwrap().is_none(), "never lowered");
    assert_eq!(Cost::CURRENT, Cost::new(65_536, 3).unwrap(), "64 MiB and three passes");
    assert_eq!(Rules::CURRENT.pin_min_chars, 6);
}

#[test]
fn a_damaged_lock_that_asks_for_more_than_a_phone_has_is_not_obeyed() {
    let entropy = SeededEntropy::new(4);
    let lock = Lock::new(&key(9), "123456", b"recovery secret!", LOCK_RULES, &entropy).unwrap().encode();
    // The work as it stands in the file: a map of 64 KiB and one pass.
    let stands = [0xa2, 0x00, 0x18, 0x40, 0x01, 0x01];
    let at = lock.windows(stands.len()).position(|found| found == stands).unwrap();
    let with = |memory: u32, passes: u32| {
        let asks = minicbor::to_vec(std::collections::BTreeMap::from([(0, memory), (1, passes)])).unwrap();
        Lock::decode(&[&lock[..at], &asks, &lock[at + stands.len()..]].concat()).map(|_| ())
    };
    assert_eq!(with(64, 1), Ok(()));
    assert_eq!(with(1024 * 1024, 16), Ok(()));
    for (memory, passes) in
        [(0, 1), (7, 1), (64, 0), (64, 17), (1024 * 1024 + 1, 1), (1 << 31, 1), (u32::MAX, u32::MAX)]
    {
        assert_eq!(with(memory, passes), Err(LockError::File), "{memory} KiB, {passes} passes");
    }
}

#[test]
fn sealed_parcels_have_a_second_copy_beside_the_database() {
    let folder = folder();
    let mut store = joined(&folder.path);
    let grant = HeldGrant {
        hash: Hash::from_bytes([1; 32]),
        no: 1,
        generation: 1,
        made: NOW,
        secret: zeroize::Zeroizing::new([2; 32]),
        bytes: b"grant".to_vec(),
        parcels: 0,
    };
    let incarnation = Incarnation::from_bytes([5; 16]);
    store.save(&[note(1, 1)], Urgency::Now, NOW).unwrap();
    store.add_grant(incarnation, &grant).unwrap();
    let parcel = NewParcel {
        incarnation,
        seq: 1,
        core_hash: Hash::from_bytes([3; 32]),
        grant: grant.hash,
        bytes: b"sealed parcel",
        revisions: &[RevisionId::from_bytes([1; 16])],
        statement: Some((NOW, 1)),
    };
    store.add_parcel(&parcel, NOW).unwrap();
    assert!(store.add_parcel(&parcel, NOW).is_err(), "a place in the chain is used once");
    let side = std::fs::read(format!("{}.sealed", folder.path)).unwrap();
    assert!(side.starts_with(b"\0\0\0\x05grant\0\0\0\x0dsealed parcel"));
    assert_eq!(store.queued().unwrap().count, 0);
    assert_eq!(store.chain_head(incarnation).unwrap(), (1, Some(Hash::from_bytes([3; 32]))));
    let open = store.open_parcels(NOW, 0, 9).unwrap();
    assert_eq!(open.len(), 1);
    let has_open =
        |refused: &[Hash]| store.has_open_parcels(NOW, 0, 9, &refused.iter().copied().collect()).unwrap();
    assert!(has_open(&[]) && !has_open(&[open[0].core_hash]));
    assert_eq!(store.days_not_received().unwrap(), [day()]);
    let receipt = |level| HeldReceipt {
        core_hash: Hash::from_bytes([3; 32]),
        role: ReceiptRole::Keeper,
        level,
        at: NOW,
        code: None,
        bytes: vec![1],
    };
    store.add_receipts(&[receipt(ReceiptLevel::Stored), receipt(ReceiptLevel::Merged)]).unwrap();
    assert_eq!(store.open_parcels(NOW, 0, 9).unwrap(), []);
    let state = store.day_state(day()).unwrap();
    assert_eq!((state.made, state.sent, state.received, state.merged), (1, 1, 1, 1));
    assert_eq!(state.received_at, Some(NOW));
}

#[test]
fn what_only_a_relay_has_is_offered_again_whatever_the_clock_shows() {
    const WEEK: i64 = 7 * crate::time::DAY_MS;
    let folder = folder();
    let mut store = joined(&folder.path);
    sealed(&mut store, 5, 1, 3);
    let of_relay = HeldReceipt {
        core_hash: Hash::from_bytes([3; 32]),
        role: ReceiptRole::Relay,
        level: ReceiptLevel::Stored,
        at: NOW,
        code: None,
        bytes: vec![1],
    };
    store.add_receipts(&[of_relay]).unwrap();
    let offered = |store: &Store, ms| store.open_parcels(NOW.plus_ms(ms), WEEK, 9).unwrap().len();
    assert_eq!((offered(&store, 0), offered(&store, WEEK - 1), offered(&store, WEEK)), (0, 0, 1));
    assert_eq!(offered(&store, -1), 1, "a clock that was put back since");
    for _ in 1..RELAYED_ANSWERS {
        store.contact_made(Direction::Pull, NOW, None).unwrap();
    }
    assert_eq!(offered(&store, 1), 0);
    store.contact_made(Direction::Push, NOW, None).unwrap();
    assert_eq!(offered(&store, 1), 1, "a clock that stands still");
}

#[test]
fn a_log_with_something_that_could_not_be_judged_is_read_again_under_a_newer_bundle() {
    use crate::api::Cursor;
    let folder = folder();
    let mut store = joined(&folder.path);
    let cursor =
        Cursor { epoch: crate::ids::Epoch::from_bytes([1; 16]), n: 9, chain: Hash::from_bytes([2; 32]) };
    let page = |unjudged| DownlinkPage { cursor: Some(cursor), unjudged, ..DownlinkPage::default() };
    store.take_page(&page(None)).unwrap();
    store.judge_again(4).unwrap();
    assert_eq!(store.cursor().unwrap(), Some(cursor), "everything was judged");
    store.take_page(&page(Some(3))).unwrap();
    store.take_page(&page(Some(4))).unwrap();
    assert!(!store.is_to_judge_again(3).unwrap() && store.is_to_judge_again(4).unwrap());
    store.judge_again(3).unwrap();
    assert_eq!(store.cursor().unwrap(), Some(cursor), "under the same bundle it would come to the same");
    store.judge_again(4).unwrap();
    assert_eq!(store.cursor().unwrap(), None);
    store.take_page(&page(None)).unwrap();
    store.judge_again(5).unwrap();
    assert_eq!(store.cursor().unwrap(), Some(cursor), "once");
}

#[test]
fn what_the_keeper_sends_back_is_shown_and_never_sent_again() {
    let folder = folder();
    let mut store = joined(&folder.path);
    store.save(&[note(1, 1)], Urgency::Gather, NOW).unwrap();
    let at = NOW.plus_ms(5);
    let page = DownlinkPage { at, revisions: vec![note(1, 1), note(2, 7)], ..DownlinkPage::default() };
    store.take_page(&page).unwrap();
    store.take_page(&page).unwrap();
    assert_eq!(store.revisions(day(), day()).unwrap(), [note(1, 1), note(2, 7)]);
    assert_eq!(store.next_counter().unwrap().get(), 8, "what is entered from now on comes after it");
    let waiting = store.unsealed(9).unwrap();
    assert_eq!(waiting.ready, [note(1, 1)], "only what was made here leaves");
    let state = store.day_state(day()).unwrap();
    assert_eq!((state.made, state.from_hospital), (1, 1));
    // An entry of another device with the id of an own one is stored beside it and does not leave in its
    // place.
    let other = note(1, 9);
    store.take_page(&DownlinkPage { at, revisions: vec![other.clone()], ..DownlinkPage::default() }).unwrap();
    assert_eq!(store.unsealed(9).unwrap().ready, [note(1, 1)]);
    assert_eq!(store.revisions(day(), day()).unwrap().last(), Some(&other));
}

/// A parcel under a grant of its own in an incarnation.
fn sealed(store: &mut Store, incarnation: u8, seq: u64, core: u8) {
    let incarnation = Incarnation::from_bytes([incarnation; 16]);
    let grant = HeldGrant {
        hash: Hash::from_bytes([core; 32]),
        no: u32::try_from(seq).unwrap(),
        generation: 1,
        made: NOW,
        secret: zeroize::Zeroizing::new([2; 32]),
        bytes: vec![core],
        parcels: 0,
    };
    store.add_grant(incarnation, &grant).unwrap();
    let parcel = NewParcel {
        incarnation,
        seq,
        core_hash: Hash::from_bytes([core; 32]),
        grant: grant.hash,
        bytes: &[core],
        revisions: &[],
        statement: None,
    };
    store.add_parcel(&parcel, NOW).unwrap();
}

/// A dangling link prevents the index of the write-ahead log from being created, like a full disk.
#[cfg(unix)]
fn without_room_for_the_index(path: &str) {
    std::os::unix::fs::symlink("nowhere/at/all", format!("{path}-shm")).unwrap();
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_a_diary_is_read_with_what_its_log_holds_and_stays_as_it_is() {
    let folder = folder();
    let mut store = joined(&folder.path);
    store.save(&[note(1, 1)], Urgency::Now, NOW).unwrap();
    // As a stop leaves it: the entry stands in the log alone.
    let stopped = self::folder();
    for end in ["", "-wal"] {
        std::fs::copy(format!("{}{end}", folder.path), format!("{}{end}", stopped.path)).unwrap();
    }
    drop(store);
    for (path, log) in [(&stopped.path, true), (&folder.path, false)] {
        assert_eq!(std::fs::metadata(format!("{path}-wal")).is_ok(), log);
        without_room_for_the_index(path);
        let bytes =
            || (std::fs::read(path).unwrap(), std::fs::read(format!("{path}-wal")).unwrap_or_default());
        let before = bytes();
        let mut store = Store::open(path, &key(1), Missing::Refuse).unwrap();
        assert!(store.reading_only().is_some());
        assert_eq!(store.revisions(day(), day()).unwrap(), [note(1, 1)]);
        assert!(store.check_once_a_day(NOW).unwrap());
        store.opened_by("another program").unwrap();
        let refused = store.save(&[note(2, 2)], Urgency::Now, NOW);
        assert!(matches!(refused, Err(StoreError::ReadingOnly(_))), "{refused:?}");
        drop(store);
        assert!(bytes() == before, "the files stay as they are");
        assert!(matches!(Store::open(path, &key(2), Missing::Refuse), Err(StoreError::KeyOrFile)));
    }
}
