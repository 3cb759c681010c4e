//! Grants that a keeper loses, while it keeps the parcels that are sealed under them.

use diary_tests::simulation::{Op, Step};

use super::hold;

/// A flipped bit cost the grant of a parcel that was stored. It came with the next push, and was lost when the keeper went
/// back to before it: the parcel was there, so that the phone offered neither again.
#[test]
fn a_grant_that_came_after_its_parcel_and_was_lost_is_sent_again() {
    let damaged = || Op::Sync { phone: 3, steps: vec![Step::FlipRequest(846_051), Step::Portal] };
    let sync = || Op::Sync { phone: 3, steps: vec![] };
    let later = || Op::Wait { minutes: 60_000 };
    let join = || Op::Join { participant: 0, steps: vec![] };
    let pending = |restored| vec![join(), Op::Note(3), damaged(), Op::KeeperCopy, sync(), restored, later()];
    // In the record already, as the phone has read.
    let merged = |copied, restored| {
        vec![
            join(),
            Op::Confirm,
            Op::Note(3),
            damaged(),
            copied,
            sync(),
            Op::Merge,
            sync(),
            restored,
            later(),
        ]
    };
    let found = [
        pending(Op::KeeperRestore),
        pending(Op::KeeperRestoreNoticed),
        merged(Op::KeeperCopy, Op::KeeperRestore),
        merged(Op::KeeperCopy, Op::KeeperRestoreNoticed),
        merged(Op::Backup, Op::KeeperLost),
    ];
    hold(&found.map(|ops| (3_440_921_515, ops)));
}
