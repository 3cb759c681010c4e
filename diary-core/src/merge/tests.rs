//! The record does not depend on the order and number of arrivals of parcels, and loses nothing.

use proptest::prelude::*;

use super::*;
use crate::entry::{Content, EncodedRevision, Note, Revision};
use crate::ids::Incarnation;
use crate::ids::{KeyId, RevisionId, RunId};
use crate::parcel::ParcelContent;
use crate::parcel::Statement;
use crate::record::contact::missing;
use crate::record::{Contact, EntryState, Missing, histories};
use crate::testing::first_revision;
use crate::time::{DiaryDay, OccurredAt, Reading, UtcMillis, Zone};

const START: i64 = 1_790_000_000_000;

fn day(n: i64) -> DiaryDay {
    "2026-10-01".parse::<DiaryDay>().unwrap().plus_days(n)
}

fn reading(ms: i64) -> Reading {
    Reading::new(UtcMillis(START + ms), Zone::UTC, RunId::from_bytes([7; 16]), None)
}

/// A note by number; `parents` make it a later version of the entry of the first of them.
fn note(id: u8, counter: u64, parents: &[u8], text: &str) -> EncodedRevision {
    let revision_id = |n: u8| RevisionId::from_bytes([n; 16]);
    EncodedRevision::new(Revision {
        entry: revision_id(parents.first().copied().unwrap_or(id)).into(),
        counter: counter.into(),
        parents: parents.iter().copied().map(revision_id).collect(),
        reason: (!parents.is_empty()).then(|| "wrong".to_owned()),
        day: day(0),
        ..first_revision(
            revision_id(id),
            Content::Note(Note { text: text.to_owned() }),
            reading(i64::from(id)),
        )
    })
    .unwrap()
}

/// Revision `id` of entry 1 that supersedes `parents`, with its claimed time.
fn claims(id: u8, parents: &[u8], at: Option<i64>) -> EncodedRevision {
    let made = note(id, u64::from(id), parents, "x");
    let occurred = at.map(|ms| OccurredAt(UtcMillis(START + ms)));
    let entry = RevisionId::from_bytes([1; 16]).into();
    EncodedRevision::new(Revision { entry, occurred, ..made.revision().clone() }).unwrap()
}

fn parcel(incarnation: u8, seq: u64, items: Vec<Item>) -> ParcelContent {
    ParcelContent {
        schema: 1,
        study: "S".parse().unwrap(),
        vault: crate::ids::VaultId::from_bytes([1; 16]),
        author: KeyId::from_bytes([incarnation; 16]),
        incarnation: Incarnation::from_bytes([incarnation; 16]),
        seq,
        items,
    }
}

fn planned(incarnation: u8, seq: u64, received: i64, items: Vec<Item>) -> MergePlan {
    plan(AuthorRole::Device, &parcel(incarnation, seq, items), ReceivedAt(UtcMillis(START + received)))
        .unwrap()
}

#[test]
fn a_correction_counts_and_the_first_version_stays() {
    let plans = [
        planned(1, 1, 10, vec![Item::revision(&note(1, 1, &[], "60"))]),
        planned(1, 2, 20, vec![Item::revision(&note(2, 2, &[1], "30"))]),
    ];
    let record = merge_v1(&plans);
    let histories = record.histories();
    assert_eq!(histories.len(), 1);
    assert_eq!(histories[0].versions.len(), 2);
    assert!(matches!(histories[0].state, EntryState::Current(r) if r.id == RevisionId::from_bytes([2; 16])));
}

#[test]
fn corrections_that_do_not_know_of_each_other_are_both_kept_as_a_conflict() {
    let plans = [
        planned(1, 1, 10, vec![Item::revision(&note(1, 1, &[], "60"))]),
        planned(1, 2, 20, vec![Item::revision(&note(2, 2, &[1], "30"))]),
        planned(2, 1, 15, vec![Item::revision(&note(3, 2, &[1], "45"))]),
    ];
    let record = merge_v1(&plans);
    assert!(matches!(&record.histories()[0].state, EntryState::Conflict(leaves) if leaves.len() == 2));
}

#[test]
fn a_claimed_time_stays_the_claimed_time_after_any_correction() {
    let about = |versions: &[EncodedRevision]| {
        let history = histories(versions.iter()).remove(0);
        let shown = history.shown().unwrap();
        let claimed = history.claimed(shown).map(|at| at.0.since_ms(UtcMillis(START)));
        (claimed, history.about(shown).since_ms(UtcMillis(START)))
    };
    // Without a claim it is the first recording that counts, never the correction's.
    assert_eq!(about(&[claims(1, &[], None), claims(2, &[1], None)]), (None, 1));
    // A later version that says nothing of the time leaves it, over several versions; one that does moves it.
    let said = claims(1, &[], Some(-500));
    assert_eq!(about(&[said.clone(), claims(2, &[1], None), claims(3, &[2], None)]), (Some(-500), -500));
    assert_eq!(
        about(&[said.clone(), claims(2, &[1], Some(-900)), claims(3, &[2], None)]),
        (Some(-900), -900)
    );
    // Of two corrections that a third joins, the later in order is taken.
    let both = [said, claims(2, &[1], Some(-1)), claims(3, &[1], Some(-2)), claims(4, &[2, 3], None)];
    assert_eq!(about(&both), (Some(-2), -2));
}

#[test]
fn the_same_id_with_other_content_is_kept_twice_and_flagged() {
    let plans = [
        planned(1, 1, 10, vec![Item::revision(&note(1, 1, &[], "60"))]),
        planned(1, 1, 11, vec![Item::revision(&note(1, 1, &[], "61"))]),
    ];
    let record = merge_v1(&plans);
    assert_eq!(record.revision_count(), 2);
    assert!(record.histories()[0].same_id_other_content);
}

#[test]
fn what_cannot_be_read_puts_the_whole_parcel_aside() {
    let content = parcel(1, 1, vec![Item::revision(&note(1, 1, &[], "60")), Item::Revision(vec![0xff])]);
    let refused = plan(AuthorRole::Device, &content, ReceivedAt(UtcMillis(0)));
    assert_eq!(refused, Err(QuarantineCode::Undecodable));
}

#[test]
fn a_counter_beyond_its_place_in_the_chain_puts_the_parcel_aside_whatever_came_before() {
    let judged = |role, seq, counter| {
        let content = parcel(1, seq, vec![Item::revision(&note(1, counter, &[], "60"))]);
        plan(role, &content, ReceivedAt(UtcMillis(0))).err()
    };
    let of_device = |seq, counter| judged(AuthorRole::Device, seq, counter);
    for (seq, most) in [(1, 4_296_015_872), (2, 4_297_064_448), (1_000, 5_343_543_296)] {
        assert_eq!(of_device(seq, most), None, "parcel {seq}");
        assert_eq!(of_device(seq, most + 1), Some(QuarantineCode::Counter), "parcel {seq}");
    }
    for counter in [0, 1, 1 << 31, 1 << 32] {
        assert_eq!(of_device(1, counter), None, "{counter}");
    }
    for counter in [1 << 53, (1 << 63) - 1, 1 << 63, u64::MAX] {
        assert_eq!(of_device(1, counter), Some(QuarantineCode::Counter), "{counter}");
        assert_eq!(of_device(u64::MAX, counter), Some(QuarantineCode::Counter), "{counter}");
        // What a keeper tells again was merged before there were limits.
        assert_eq!(judged(AuthorRole::Keeper, 1, counter), None, "{counter}");
    }
}

#[test]
fn what_was_merged_with_a_counter_beyond_the_ceiling_stands_before_what_follows_it() {
    let of_before = Item::revision(&note(1, (1 << 63) - 2, &[], "of before"));
    let told =
        plan(AuthorRole::Keeper, &parcel(9, 1, vec![of_before]), ReceivedAt(UtcMillis(START))).unwrap();
    let record = merge_v1(&[planned(1, 1, 10, vec![Item::revision(&note(2, 7, &[], "60"))]), told]);
    let order: Vec<u64> = record.revisions().map(|held| held.encoded.revision().counter.get()).collect();
    assert_eq!(order, [(1 << 63) - 2, 7]);
    assert_eq!(record.last_counter().get(), 7);
    assert_eq!(record.last_counter().next().unwrap().get(), 8);
}

#[test]
fn a_device_cannot_act_as_staff() {
    let content = parcel(1, 1, vec![Item::Act(vec![0xa0])]);
    assert_eq!(plan(AuthorRole::Device, &content, ReceivedAt(UtcMillis(0))), Err(QuarantineCode::NotAllowed));
}

#[test]
fn a_forked_chain_that_says_two_things_gives_one_record_in_any_order() {
    let statement = |made| {
        Item::Statement(Statement {
            as_of: reading(0),
            entries_made: made,
            unsent_days: Vec::new(),
            open_drafts: 0,
            clock: None,
            known_acts: Vec::new(),
            study: None,
        })
    };
    let incarnation = |n| Item::Succeeds { incarnation: Incarnation::from_bytes([n; 16]), last_seq: 1 };
    let one = planned(1, 1, 10, vec![statement(1), incarnation(8)]);
    let two = planned(1, 1, 10, vec![statement(2), incarnation(9)]);
    let forth = merge_v1(&[one.clone(), two.clone()]);
    let back = merge_v1(&[two, one]);
    assert_eq!(forth, back);
    assert_eq!(forth.digest(), back.digest());
    assert_eq!(forth.statements().len(), 2);
}

fn contact(start: i64, end: Option<i64>, gap: bool, last: Option<(i64, &[i64])>) -> Contact {
    Contact {
        device: KeyId::from_bytes([1; 16]),
        start: UtcMillis(start),
        end: end.map(UtcMillis),
        gap,
        last: last.map(|(at, days)| (UtcMillis(at), days.iter().map(|d| day(*d)).collect())),
    }
}

/// Contacts, and the meaning of an empty slot of day 0 that closed at 100.
#[test]
fn missed_is_told_from_still_on_the_phone_and_from_unknown() {
    let device = KeyId::from_bytes([1; 16]);
    let unknown = |since: Option<i64>, device| Missing::Unknown { since: since.map(UtcMillis), device };
    for (contacts, expect) in [
        (vec![contact(0, None, false, Some((101, &[])))], Missing::Missed),
        (vec![contact(0, None, false, Some((100, &[])))], unknown(Some(100), Some(device))),
        (vec![contact(0, None, false, Some((101, &[0])))], Missing::StillOnPhone { device }),
        (vec![contact(0, None, false, Some((101, &[1])))], Missing::Missed),
        (vec![contact(0, None, true, Some((101, &[])))], Missing::StillOnPhone { device }),
        (vec![contact(0, None, false, None)], unknown(None, Some(device))),
        // A second phone in a drawer keeps the question open until it is revoked.
        (
            vec![contact(0, None, false, Some((101, &[]))), contact(0, None, false, Some((50, &[])))],
            unknown(Some(50), Some(device)),
        ),
        (
            vec![contact(0, None, false, Some((101, &[]))), contact(0, Some(99), false, Some((50, &[])))],
            Missing::Missed,
        ),
        // No phone yet at that time.
        (vec![contact(200, None, false, Some((300, &[])))], unknown(Some(300), None)),
        (vec![], unknown(None, None)),
    ] {
        assert_eq!(missing(&contacts, day(0), UtcMillis(100)), expect, "{contacts:?}");
    }
}

/// Ten revisions in a net of corrections, in parcels of three incarnations, some received twice.
fn parcels() -> impl Strategy<Value = Vec<MergePlan>> {
    let revision = |n: u8| {
        let parents: &[u8] = match n {
            4 | 5 => &[1],
            6 => &[4, 5],
            _ => &[],
        };
        note(n, u64::from(n / 2), parents, "x")
    };
    proptest::collection::vec(
        (1u8..=3, 1u64..=4, proptest::collection::vec(1u8..=10, 0..4), 0i64..100),
        1..12,
    )
    .prop_map(move |parts| {
        let item = |n: &u8| Item::revision(&revision(*n));
        parts
            .iter()
            .map(|(incarnation, seq, ids, at)| {
                planned(*incarnation, *seq, *at, ids.iter().map(item).collect())
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn any_order_and_any_repetition_give_the_same_record(
        (plans, shuffled, again) in parcels().prop_flat_map(|plans| {
            let repeat = proptest::collection::vec(0..plans.len(), 0..6);
            (Just(plans.clone()), Just(plans).prop_shuffle(), repeat)
        })
    ) {
        let once = merge_v1(&plans);
        let mut twice = merge_v1(&shuffled);
        for n in again {
            twice.apply(&plans[n]);
        }
        prop_assert_eq!(once.digest(), twice.digest());
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_invented(plans in parcels()) {
        let sent: std::collections::BTreeSet<_> = plans
            .iter()
            .flat_map(|plan| &plan.changes)
            .filter_map(|change| match change { Change::Revision(r) => Some(r.hash()), _ => None })
            .collect();
        let record = merge_v1(&plans);
        let held: std::collections::BTreeSet<_> = record.revisions().map(|held| held.encoded.hash()).collect();
        prop_assert_eq!(&sent, &held);
        let in_histories: usize = record.histories().iter().map(|history| history.versions.len()).sum();
        prop_assert_eq!(in_histories, held.len());
    }
}
