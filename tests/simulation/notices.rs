//! Checks of the simulation itself: runs with a faulty keeper must end in the violation that belongs to its fault.

use diary_tests::simulation::disk::Lie;
use diary_tests::simulation::{Kind, Op, Runner};

/// Two notes that are sent and merged, with a copy and a way back between them.
fn plain_life() -> Vec<Op> {
    let sync = || Op::Sync { phone: 0, steps: Vec::new() };
    vec![
        Op::Join { participant: 0, steps: Vec::new() },
        Op::Confirm,
        sync(),
        Op::KeeperCopy,
        Op::Note(0),
        sync(),
        Op::Merge,
        sync(),
        Op::KeeperRestore,
        Op::Note(0),
        Op::Correct(0),
        sync(),
        Op::Merge,
        sync(),
    ]
}

#[track_caller]
fn found(lie: Lie) -> Option<Kind> {
    Runner::lying(lie).run(1, &plain_life()).violation.map(|violation| violation.kind)
}

#[test]
fn a_plain_life_with_an_honest_keeper_finds_nothing() {
    assert_eq!(Runner::new().run(1, &plain_life()).violation, None);
}

#[test]
fn a_keeper_that_acknowledges_without_storing_is_noticed() {
    assert_eq!(found(Lie::ForgetsPushes), Some(Kind::Stuck));
}

#[test]
fn a_keeper_that_never_merges_is_noticed() {
    assert_eq!(found(Lie::ForgetsMerges), Some(Kind::Stuck));
}

#[test]
fn a_keeper_that_merges_in_part_is_noticed() {
    assert_eq!(found(Lie::MergesInPart), Some(Kind::Fate));
}

#[test]
fn a_keeper_that_invents_entries_is_noticed() {
    assert_eq!(found(Lie::Invents), Some(Kind::Invented));
}

#[test]
fn a_keeper_that_changes_entries_is_noticed() {
    assert_eq!(found(Lie::Changes), Some(Kind::Changed));
}

#[test]
fn a_keeper_whose_log_leaves_records_out_is_noticed() {
    assert_eq!(found(Lie::SkipsRecords), Some(Kind::Stuck));
}

#[test]
fn a_keeper_that_claims_to_have_what_it_lost_is_not_believed() {
    assert_eq!(found(Lie::ClaimsAll), None, "phones begin new lives and send everything again");
}
