//! Revocations that a keeper knows of only after it has merged what came from the phone.

use diary_tests::simulation::Op;

use super::hold;

/// A keeper went back to before a revocation, and merged what the phone sent. When another phone handed the revocation back,
/// a rebuild took that out of the record again.
#[test]
fn what_was_merged_before_a_revocation_came_back_stays_in_the_record() {
    let ops = |restored: Op| {
        vec![
            Op::Join { participant: 0, steps: vec![] },
            Op::Confirm,
            Op::Join { participant: 0, steps: vec![] },
            Op::KeeperCopy,
            Op::Revoke(0),
            Op::Clone(1),
            Op::Confirm,
            Op::Sync { phone: 2, steps: vec![] },
            restored,
            Op::Sync { phone: 0, steps: vec![] },
        ]
    };
    hold(&[(3_440_917_445, ops(Op::KeeperRestore)), (3_440_917_445, ops(Op::KeeperRestoreNoticed))]);
}

/// The clock of the keeper was set back before the revocation: by its time, two parcels at one place came only after it.
#[test]
fn what_was_merged_before_a_revocation_under_a_clock_that_ran_behind_stays_in_the_record() {
    hold(&[(
        3_440_929_489,
        vec![
            Op::Join { participant: 1, steps: vec![] },
            Op::Copy(0),
            Op::Sync { phone: 3, steps: vec![] },
            Op::Restore(1),
            Op::Full { phone: 3, rows: 6 },
            Op::KeeperClock { minutes: -3000 },
            Op::Confirm,
            Op::Revoke(3),
        ],
    )]);
}
