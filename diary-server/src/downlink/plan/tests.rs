//! Downlink plans on small logs.

use std::sync::Arc;

use diary_core::entropy::SeededEntropy;
use diary_core::entry::{Content, Note, Revision};
use diary_core::ids::{EntryId, RevisionId, RunId};
use diary_core::keys::SealingKey;
use diary_core::record::Source;
use diary_core::testing::first_revision;
use diary_core::time::{DAY_MS, Reading, ReceivedAt, Zone};

use super::*;

const A: u8 = 1;
const B: u8 = 2;
const KEEPER_KEY: u8 = 99;

/// A growing log: pushes of phones and parcels of the keeper.
struct Log {
    readers: Vec<Reader>,
    asking: Vec<Asking>,
    plans: Vec<MergePlan>,
    keeper: Vec<KeeperParcel>,
    entropy: SeededEntropy,
}

fn key(n: u8) -> KeyId {
    KeyId::from_bytes([n; 16])
}

fn incarnation(n: u8) -> Incarnation {
    Incarnation::from_bytes([n; 16])
}

fn day(n: i64) -> DiaryDay {
    "2026-03-01".parse::<DiaryDay>().unwrap().plus_days(n)
}

fn noon(n: i64) -> UtcMillis {
    UtcMillis(n * DAY_MS + DAY_MS / 2)
}

fn note(n: u8, on: i64) -> Arc<EncodedRevision> {
    let id = RevisionId::from_bytes([n; 16]);
    let revision = Revision {
        counter: n.into(),
        day: day(on),
        ..first_revision(
            id,
            Content::Note(Note { text: "tired".to_owned() }),
            Reading::new(noon(on), Zone::UTC, RunId::from_bytes([0; 16]), None),
        )
    };
    Arc::new(EncodedRevision::new(revision).unwrap())
}

impl Log {
    fn new() -> Self {
        Self {
            readers: Vec::new(),
            asking: Vec::new(),
            plans: Vec::new(),
            keeper: Vec::new(),
            entropy: SeededEntropy::new(7),
        }
    }

    /// Staff confirm a phone on a day.
    fn confirm(&mut self, n: u8, on: i64, past: Past) {
        let sealing = SealingKey::generate(&self.entropy).public().clone();
        self.readers.push(Reader { key: key(n), sealing, issued: noon(on), past });
    }

    /// A phone's parcel arrives a minute after noon of a day.
    fn push(&mut self, author: u8, of: u8, seq: u64, on: i64, changes: Vec<Change>) {
        let source = Source { author: key(author), incarnation: incarnation(of), seq };
        self.plans.push(MergePlan { source, received: ReceivedAt(noon(on).plus_ms(60_000)), changes });
    }

    fn facts(&self) -> DownlinkState<'_> {
        DownlinkState {
            vault: VaultId::from_bytes([5; 16]),
            plans: &self.plans,
            keeper: &self.keeper,
            readers: &self.readers,
            asking: &self.asking,
            last_counter: 100u8.into(),
        }
    }

    /// Planned items, as (readers, counters of the notes); acts count as 200.
    fn owed(&self) -> Vec<(Vec<u8>, Vec<u64>)> {
        let all = owed(&self.facts());
        all.iter().map(|telling| (shorts(&telling.readers), counters(&telling.items))).collect()
    }

    /// Sends the first of the items that are due, and merges the parcel.
    fn tell_one(&mut self) -> bool {
        let Some(first) = owed(&self.facts()).into_iter().next() else { return false };
        let seq = self.keeper.len() as u64 + 1;
        let readers = self.readers.iter().filter(|reader| first.readers.contains(&reader.key));
        let readers = Arc::new(readers.map(|reader| reader.sealing.id()).collect());
        self.keeper.push(KeeperParcel {
            incarnation: incarnation(KEEPER_KEY),
            seq,
            settled: true,
            held: false,
            readers,
        });
        let changes = first
            .items
            .iter()
            .map(|item| match item {
                Item::Revision(bytes) => Change::Revision(Arc::new(EncodedRevision::decode(bytes).unwrap())),
                Item::Act(bytes) => Change::Act {
                    act: minicbor::decode(bytes).unwrap(),
                    hash: diary_core::hash::sha256(bytes),
                },
                other => panic!("{other:?} is never told"),
            })
            .collect();
        self.push(KEEPER_KEY, KEEPER_KEY, seq, 90, changes);
        true
    }

    /// Sends items until none are due.
    fn tell(&mut self) -> usize {
        (0..).find(|_| !self.tell_one()).unwrap()
    }
}

fn shorts(readers: &BTreeSet<KeyId>) -> Vec<u8> {
    readers.iter().map(|key| key.as_bytes()[0]).collect()
}

fn counters(items: &[Item]) -> Vec<u64> {
    items
        .iter()
        .map(|item| match item {
            Item::Revision(bytes) => EncodedRevision::decode(bytes).unwrap().revision().counter.get(),
            _ => 200,
        })
        .collect()
}

#[test]
fn a_phone_alone_is_told_nothing_of_its_own() {
    let mut log = Log::new();
    log.confirm(A, 0, Past::Everything);
    log.push(A, A, 1, 1, vec![Change::Revision(note(1, 1))]);
    assert_eq!(log.owed(), []);
}

#[test]
fn two_phones_get_each_others_entries_under_one_grant_and_once() {
    let mut log = Log::new();
    log.confirm(A, 0, Past::Everything);
    log.confirm(B, 0, Past::Everything);
    log.push(A, A, 1, 1, vec![Change::Revision(note(1, 1))]);
    log.push(B, B, 1, 1, vec![Change::Revision(note(2, 1))]);
    assert_eq!(log.owed(), [(vec![A, B], vec![1, 2])]);
    assert_eq!(log.tell(), 1);
    assert_eq!(log.owed(), []);
    log.push(B, B, 2, 2, vec![Change::Revision(note(3, 2))]);
    assert_eq!(log.owed(), [(vec![A, B], vec![3])], "only what is new");
}

#[track_caller]
fn given(past: Past, expected: &[u64]) {
    let mut log = Log::new();
    log.confirm(A, 0, Past::Everything);
    for n in 1..=5u8 {
        let on = i64::from(n);
        log.push(A, A, u64::from(n), on, vec![Change::Revision(note(n, on))]);
    }
    log.confirm(B, 6, past);
    let owed = log.owed();
    match expected {
        [] => assert_eq!(owed, []),
        some => assert_eq!(owed, [(vec![B], some.to_vec())], "for the new phone alone"),
    }
}

#[test]
fn a_new_phone_gets_the_past_of_its_scope_under_a_grant_of_its_own() {
    given(Past::Everything, &[1, 2, 3, 4, 5]);
    given(Past::From(day(4)), &[4, 5]);
    given(Past::From(day(6)), &[]);
    given(Past::Nothing(day(6)), &[]);
}

#[test]
fn what_comes_late_of_the_time_before_stays_closed_to_a_phone_whose_scope_ends_after_it() {
    let mut log = Log::new();
    log.confirm(A, 0, Past::Everything);
    log.confirm(B, 6, Past::Nothing(day(6)));
    let late = vec![Change::Revision(note(1, 2)), Change::Revision(note(2, 6))];
    log.push(A, A, 1, 7, late);
    assert_eq!(log.owed(), [(vec![B], vec![2])].map(|(_, n)| (vec![A, B], n)));
    log.tell();
    assert_eq!(log.owed(), []);
}

#[test]
fn a_phone_that_begins_anew_gets_its_own_earlier_entries_whatever_its_scope() {
    let mut log = Log::new();
    log.confirm(A, 0, Past::Nothing(day(0)));
    log.push(A, 11, 1, 0, vec![Change::Revision(note(1, -3)), Change::Revision(note(2, 0))]);
    let again = vec![Change::Follows(incarnation(11)), Change::Revision(note(2, 0))];
    log.push(A, 12, 1, 8, again);
    assert_eq!(log.owed(), [(vec![A], vec![1])], "what it sent again it has");
    assert_eq!(log.tell(), 1);
    assert_eq!(log.owed(), []);
    log.push(A, 13, 1, 9, vec![Change::Follows(incarnation(12))]);
    assert_eq!(log.owed(), [(vec![A], vec![2])], "of the incarnation in between, and no more");
}

#[test]
fn two_stores_that_go_on_under_one_key_are_told_what_each_other_made() {
    let mut log = Log::new();
    log.confirm(A, 0, Past::Everything);
    log.push(A, 11, 1, 0, vec![Change::Revision(note(1, 0))]);
    log.push(A, 12, 1, 1, vec![Change::Follows(incarnation(11)), Change::Revision(note(2, 1))]);
    log.tell();
    assert_eq!(log.owed(), [], "so far the first incarnation is over");
    log.push(A, 11, 2, 2, vec![Change::Revision(note(3, 2))]);
    assert_eq!(log.owed(), [(vec![A], vec![2, 3])], "what either of them lacks");
    log.tell();
    assert_eq!(log.owed(), []);
}

#[test]
fn what_arrives_late_of_a_life_that_is_over_does_not_bring_it_back() {
    let mut log = Log::new();
    log.confirm(A, 0, Past::Everything);
    log.push(A, 12, 1, 3, vec![Change::Follows(incarnation(11)), Change::Revision(note(2, 3))]);
    assert_eq!(log.owed(), []);
    // A file of the first incarnation, carried by hand: the present store may lack its content, and has its own.
    log.push(A, 11, 1, 5, vec![Change::Revision(note(1, 1))]);
    assert_eq!(log.owed(), [(vec![A], vec![1])]);
    assert_eq!(log.tell(), 1);
    assert_eq!(log.owed(), []);
}

#[test]
fn a_new_phone_gets_every_act_of_staff_once() {
    let mut log = Log::new();
    log.confirm(A, 0, Past::Everything);
    let content = ActContent::Visit { date: day(0), kind: "scheduled".to_owned(), held: true };
    let (id, by) = (ActId::from_bytes([1; 16]), "li".to_owned());
    let act = Act { id, counter: 1u8.into(), by, at: noon(0), reason: None, content, replaces: None };
    let hash = Hash::from_bytes([1; 32]);
    log.push(KEEPER_KEY, KEEPER_KEY, 1, 0, vec![Change::Act { act, hash }]);
    let readers = Arc::new([log.readers[0].sealing.id()].into());
    log.keeper.push(KeeperParcel {
        incarnation: incarnation(KEEPER_KEY),
        seq: 1,
        settled: true,
        held: false,
        readers,
    });
    assert_eq!(log.owed(), []);
    log.confirm(B, 1, Past::Nothing(day(1)));
    assert_eq!(log.owed(), [(vec![B], vec![200])]);
    assert_eq!(log.tell(), 1);
}

/// Both keepers wrote their first parcel: one an act for A, the other a downlink for B.
#[test]
fn a_phone_that_reads_one_of_two_parcels_at_one_place_is_told_what_is_in_the_other() {
    let mut log = Log::new();
    log.confirm(A, 0, Past::Everything);
    log.confirm(B, 1, Past::Everything);
    let content = ActContent::Visit { date: day(0), kind: "scheduled".to_owned(), held: true };
    let (id, by) = (ActId::from_bytes([1; 16]), "li".to_owned());
    let act = Act { id, counter: 1u8.into(), by, at: noon(0), reason: None, content, replaces: None };
    let hash = Hash::from_bytes([1; 32]);
    log.push(KEEPER_KEY, KEEPER_KEY, 1, 0, vec![Change::Act { act, hash }]);
    log.push(KEEPER_KEY, KEEPER_KEY, 1, 1, Vec::new());
    for reader in 0..2 {
        let readers = Arc::new([log.readers[reader].sealing.id()].into());
        let (incarnation, settled, held) = (incarnation(KEEPER_KEY), true, false);
        log.keeper.push(KeeperParcel { incarnation, seq: 1, settled, held, readers });
    }
    assert_eq!(log.owed(), [(vec![A, B], vec![200])]);
    assert_eq!(log.tell(), 1);
}

#[test]
fn phones_are_told_once_that_another_one_asks_and_nobody_is_where_there_is_no_other() {
    let mut log = Log::new();
    log.asking.push(Asking { device: key(B), joined: noon(1), digits: None });
    assert_eq!(log.owed(), []);
    log.confirm(A, 0, Past::Everything);
    assert_eq!(log.owed(), [(vec![A], vec![200])]);
    let (first, second) = (owed(&log.facts()), owed(&log.facts()));
    assert_eq!(first, second, "two keepers make the same bytes");
    assert_eq!(log.tell(), 1);
    assert_eq!(log.owed(), []);
}

#[test]
fn what_only_a_lost_phone_had_is_told_to_the_one_that_is_left() {
    let mut log = Log::new();
    log.confirm(B, 0, Past::Everything);
    // A is revoked by now: it is no reader any more, and what it sent before counts.
    log.push(A, A, 1, 1, vec![Change::Revision(note(1, 1))]);
    assert_eq!(log.owed(), [(vec![B], vec![1])]);
}

#[test]
fn a_parcel_of_an_earlier_life_whose_grant_is_withheld_silences_nobody() {
    let (present, over) = (incarnation(KEEPER_KEY), incarnation(KEEPER_KEY + 1));
    let parcel = |incarnation, settled, held| KeeperParcel {
        incarnation,
        seq: 1,
        settled,
        held,
        readers: Arc::default(),
    };
    assert!(!is_unsettled(&[parcel(present, true, false), parcel(over, false, true)], present));
    assert!(is_unsettled(&[parcel(present, false, true)], present));
    assert!(is_unsettled(&[parcel(over, false, false)], present), "the worker is about to come to it");
}

#[test]
fn of_a_phone_that_floods_the_others_are_told_eight_mebibytes_and_everything_of_phones_that_do_not() {
    let mut log = Log::new();
    let long = |n: u32| {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&n.to_be_bytes());
        let id = RevisionId::from_bytes(id);
        let text = "a".repeat(diary_core::measure::TEXT_MAX_BYTES);
        let revision = Revision {
            id,
            entry: EntryId::from(id),
            counter: u64::from(n).into(),
            content: Content::Note(Note { text }),
            ..note(1, 0).revision().clone()
        };
        Change::Revision(Arc::new(EncodedRevision::new(revision).unwrap()))
    };
    for n in 1..=1000 {
        log.push(A, 1, u64::from(n), 0, vec![long(n)]);
    }
    log.push(B, 2, 1, 0, vec![Change::Revision(note(7, 0))]);
    log.push(KEEPER_KEY, 3, 1, 0, (2000..2010).map(long).collect());
    let count =
        |plans: &[MergePlan], author| plans.iter().filter(|plan| plan.source.author == key(author)).count();
    without_floods(&mut log.plans, |phone| phone != key(KEEPER_KEY));
    let told = count(&log.plans, A);
    assert!((900..1000).contains(&told), "{told}");
    assert_eq!((count(&log.plans, B), count(&log.plans, KEEPER_KEY)), (1, 1));
}
