//! What the simulation has found, each as the shortest list of operations that found it. The number is the line of
//! the collected lessons of other systems that it repeats.

use diary_tests::simulation::{Op, Runner, Step};

#[track_caller]
fn holds(ops: &[Op]) {
    let found = Runner::new().run(1, ops).violation;
    assert_eq!(found, None);
}

/// Lesson 2: the keeper went back to before it had heard of the phone, and all it ever hears of its loss is the phone's
/// next contact.
#[test]
fn a_keeper_that_went_back_to_before_a_phone_hears_of_what_it_lost() {
    holds(&[
        Op::Join { participant: 0, steps: vec![] },
        Op::KeeperCopy,
        Op::Sync { phone: 1, steps: vec![] },
        Op::KeeperRestore,
    ]);
}

/// Lesson 2, with entries: three that were acknowledged, and one phone that has nothing else to say.
#[test]
fn what_was_acknowledged_before_the_keeper_went_back_is_sent_again() {
    holds(&[
        Op::Join { participant: 1, steps: vec![] },
        Op::KeeperCopy,
        Op::Assess(0),
        Op::Sync { phone: 3, steps: vec![] },
        Op::KeeperRestore,
    ]);
}

/// Lesson 19: the reply to joining is lost with the battery, twice.
#[test]
fn a_phone_that_dies_twice_while_joining_still_joins_once() {
    holds(&[
        Op::Join { participant: 0, steps: vec![Step::DieAfter, Step::Pass, Step::DieAfter, Step::LoseReply] },
        Op::Note(0),
    ]);
}

/// Confirmed, and the keeper forgot it before the phone heard of it: it waits again, and staff see it.
#[test]
fn a_phone_whose_confirmation_was_lost_waits_again_and_loses_nothing() {
    holds(&[
        Op::Join { participant: 0, steps: vec![] },
        Op::KeeperCopy,
        Op::Confirm,
        Op::KeeperRestore,
        Op::Note(1),
    ]);
}
