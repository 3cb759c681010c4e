//! Violations that the simulation has found, each as the shortest list of operations that shows it. The number is the
//! line of the collected lessons of other systems that it repeats.

mod grant;
mod revocation;

use diary_tests::simulation::{Op, Runner, Step};

#[track_caller]
fn holds(ops: &[Op]) {
    let found = Runner::new().run(1, ops).violation;
    assert_eq!(found, None);
}

/// Lesson 2: the keeper went back to a state in which the phone was unknown to it, and the phone's next contact is its only
/// sign of the loss.
#[test]
fn a_keeper_that_went_back_to_before_a_phone_hears_of_what_it_lost() {
    holds(&[
        Op::Join { participant: 0, steps: vec![] },
        Op::KeeperCopy,
        Op::Sync { phone: 1, steps: vec![] },
        Op::KeeperRestore,
    ]);
}

/// Lesson 2, with entries: three that were acknowledged, and one phone without anything else to send.
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

/// Confirmed, and the keeper lost the confirmation before the phone read it: it is pending again, and staff see it.
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

/// Lesson 1: a phone's folder was copied and both are used. The one that noticed began a new incarnation; the keeper took
/// the other one as ended and did not send it the entries of its copy.
#[test]
fn two_copies_of_one_phone_tell_each_other_what_they_record() {
    holds(&[
        Op::Join { participant: 0, steps: vec![] },
        Op::Clone(1),
        Op::Sync { phone: 2, steps: vec![] },
        Op::Sync { phone: 3, steps: vec![] },
        Op::Note(1),
    ]);
}

/// Lesson 1: both copies began new incarnations. A keeper takes them for one device, and sends a vault's only device no
/// entries back.
#[test]
fn two_copies_that_both_began_anew_tell_each_other_what_they_record() {
    holds(&[
        Op::Join { participant: 0, steps: vec![] },
        Op::Clone(1),
        Op::Sync { phone: 3, steps: vec![] },
        Op::Sync { phone: 0, steps: vec![] },
        Op::Sync { phone: 3, steps: vec![] },
        Op::Note(3),
    ]);
}

/// Lessons 1 and 2 at once: parcels that the keeper had acknowledged to one copy are lost, and their places are taken by
/// those that the other copy sealed.
#[test]
fn a_keeper_that_went_back_is_not_hidden_by_the_copy_of_a_phone() {
    holds(&[
        Op::Join { participant: 0, steps: vec![] },
        Op::Note(2),
        Op::Clone(2),
        Op::KeeperCopy,
        Op::Sync { phone: 2, steps: vec![] },
        Op::KeeperRestore,
    ]);
}

/// Lesson 20: a flipped bit cost the grant of a parcel that was stored all the same; meanwhile the clock was set right,
/// the phone sealed under another grant, and the first one was never sent again.
#[test]
fn a_grant_that_was_broken_on_the_way_is_sent_again_when_another_one_is_in_use() {
    holds(&[
        Op::Join { participant: 0, steps: vec![] },
        Op::Sync { phone: 0, steps: vec![] },
        Op::Note(1),
        Op::Clock { phone: 0, minutes: 525_600 },
        Op::Sync { phone: 2, steps: vec![Step::FlipRequest(131_513)] },
    ]);
}

/// Lesson 13: an unreadable parcel is received and quarantined, and holds up no other parcel.
#[test]
fn a_poisoned_parcel_is_put_aside_and_holds_up_nothing() {
    let sync = || Op::Sync { phone: 0, steps: vec![] };
    let ops = [
        Op::Join { participant: 0, steps: vec![] },
        Op::Confirm,
        Op::Poison(0),
        Op::Note(0),
        sync(),
        Op::Poison(0),
        Op::Merge,
        sync(),
    ];
    let trace = Runner::new().run(1, &ops);
    assert_eq!(trace.violation, None);
    let received = trace.lines.iter().filter(|line| *line == "  Ok(200)").count();
    assert_eq!(received, 2, "{:?}", trace.lines);
    holds(&ops);
}

/// A bundle was signed twice under one number: after the keeper went back, before its first contact with a phone.
#[test]
fn two_bundles_of_one_number_are_told_and_a_higher_one_ends_it() {
    holds(&[
        Op::Join { participant: 1, steps: vec![] },
        Op::KeeperCopy,
        Op::Rotate,
        Op::Sync { phone: 1, steps: vec![] },
        Op::KeeperRestore,
        Op::Rotate,
    ]);
}

/// Reverse of lesson 16: a disk may be full before any row, and everything is sent once there is space.
#[test]
fn a_disk_that_is_full_before_any_row_of_a_contact_loses_nothing() {
    for rows in 0..24 {
        holds(&[
            Op::Join { participant: 0, steps: vec![] },
            Op::Confirm,
            Op::Note(0),
            Op::Full { phone: 0, rows },
            Op::Merge,
        ]);
    }
}

/// Lesson 9: the keeper is killed before or right after each transaction of a push, a merge and a confirmation.
#[test]
fn a_keeper_that_dies_around_any_transaction_acknowledges_nothing_that_is_not_there() {
    for (writes, committed) in (0..6).flat_map(|writes| [(writes, false), (writes, true)]) {
        holds(&[
            Op::Join { participant: 0, steps: vec![] },
            Op::Note(0),
            Op::KeeperDies { writes, committed },
            Op::Confirm,
            Op::Sync { phone: 0, steps: vec![] },
            Op::Merge,
            Op::Sync { phone: 0, steps: vec![] },
        ]);
    }
}

/// Lesson 19: the phone's battery is taken out before or after each request of a contact.
#[test]
fn a_phone_that_dies_around_any_request_of_a_contact_sends_everything_once() {
    for (at, dies) in (0..5).flat_map(|at| [(at, Step::DieBefore), (at, Step::DieAfter)]) {
        let mut steps = vec![Step::Pass; at];
        steps.push(dies);
        holds(&[
            Op::Join { participant: 0, steps: vec![] },
            Op::Confirm,
            Op::Note(0),
            Op::Sync { phone: 0, steps },
            Op::Merge,
        ]);
    }
}

/// The clock of the new keeper is late: a record that the lost key signed in the meantime is not dated after its end.
#[test]
fn a_keeper_made_anew_under_a_clock_that_runs_behind_leaves_certificates_good() {
    holds(&[
        Op::Join { participant: 0, steps: vec![] },
        Op::Confirm,
        Op::Backup,
        Op::Sync { phone: 3, steps: vec![] },
        Op::KeeperClock { minutes: -90 },
        Op::KeeperLost,
    ]);
}

/// The lost keeper's clock was set back after it had signed a receipt: the backup was dated before the receipt, and with it the
/// end of the lost key. Phones refused the receipt, which the new keeper has from the backup.
#[test]
fn receipts_that_a_lost_keeper_signed_before_its_clock_was_set_back_are_believed() {
    hold(&[(
        3899,
        vec![
            Op::Join { participant: 0, steps: vec![] },
            Op::Wait { minutes: 10 },
            Op::Sync { phone: 3, steps: vec![] },
            Op::KeeperClock { minutes: -3000 },
            Op::Backup,
            Op::KeeperLost,
            Op::Clone(0),
        ],
    )]);
}

/// The second new keeper comes of the same backup: its bundle has the number of the first one's.
#[test]
fn a_keeper_that_is_lost_twice_with_one_backup_is_believed_in_the_end() {
    holds(&[
        Op::Join { participant: 1, steps: vec![] },
        Op::Backup,
        Op::KeeperLost,
        Op::Sync { phone: 1, steps: vec![] },
        Op::KeeperLost,
    ]);
}

/// Of two keepers that were made of one backup the second does not know the key of the first, which had confirmed the phone.
/// Under the second one's bundle the phone refused its own certificate, and with it everything else.
#[test]
fn a_phone_that_a_lost_keeper_confirmed_is_confirmed_again_where_no_bundle_names_that_keeper() {
    hold(&[(
        11735,
        vec![
            Op::Join { participant: 1, steps: vec![] },
            Op::Backup,
            Op::KeeperLost,
            Op::Confirm,
            Op::Sync { phone: 2, steps: vec![] },
            Op::KeeperLost,
        ],
    )]);
}

/// Acts that the first of two such keepers sealed are on phones alone. The root's next bundle names its key, and they come
/// back into the record.
#[test]
fn acts_of_a_lost_keeper_that_no_bundle_names_come_back_from_phones() {
    let lost_twice = |before: &[Op], between: &[Op]| {
        let lost = [&[Op::Backup, Op::KeeperLost], between, &[Op::KeeperLost]].concat();
        [before, &lost].concat()
    };
    let join = |participant| Op::Join { participant, steps: vec![] };
    let sync = |phone| Op::Sync { phone, steps: vec![] };
    hold(&[
        (14251, lost_twice(&[join(0), Op::Confirm], &[Op::Visit(0), sync(0)])),
        (11735, lost_twice(&[join(1)], &[Op::Visit(1), Op::Confirm, sync(2)])),
    ]);
}

/// The keeper has not contacted the relay for longer than a token is valid.
#[test]
fn a_newer_bundle_reaches_a_relay_although_the_token_is_over() {
    holds(&[Op::Relay, Op::Pull, Op::Wait { minutes: 45 }, Op::Rotate, Op::Pull]);
}

/// The relay knows the lost keeper's key alone.
#[test]
fn a_keeper_made_anew_is_let_in_by_its_relay() {
    holds(&[
        Op::Relay,
        Op::Join { participant: 0, steps: vec![] },
        Op::Pull,
        Op::Confirm,
        Op::Backup,
        Op::Note(0),
        Op::KeeperLost,
        Op::Sync { phone: 0, steps: vec![] },
    ]);
}

/// Lists of operations with the seed that found each.
#[track_caller]
fn hold(found: &[(u64, Vec<Op>)]) {
    let run = |(seed, ops): &(u64, Vec<Op>)| Some((*seed, Runner::new().run(*seed, ops).violation?));
    assert_eq!(found.iter().filter_map(run).collect::<Vec<_>>(), []);
}

/// A phone was confirmed after the state that the keeper went back to. The push in which it hands its certificate back
/// carries entries: they were stored as those of a phone that is not confirmed, for ever.
#[test]
fn entries_in_one_push_with_the_certificate_that_the_keeper_lost_are_merged() {
    hold(&[
        (
            2160,
            vec![
                Op::Join { participant: 1, steps: vec![] },
                Op::Note(2),
                Op::KeeperCopy,
                Op::Confirm,
                Op::Sync { phone: 3, steps: vec![] },
                Op::KeeperRestoreNoticed,
                Op::Assess(0),
                Op::Sync { phone: 1, steps: vec![] },
            ],
        ),
        (
            2366,
            vec![
                Op::Join { participant: 0, steps: vec![] },
                Op::Note(3),
                Op::KeeperCopy,
                Op::Confirm,
                Op::Sync { phone: 1, steps: vec![] },
                Op::KeeperRestore,
                Op::Wait { minutes: 1500 },
                Op::Sync { phone: 1, steps: vec![] },
            ],
        ),
    ]);
}

/// One of two copies of a phone had entries that the keeper lost. Their places were taken by the other copy's, and after
/// its next push the keeper reported everything up to there as stored.
#[test]
fn what_a_copy_of_a_phone_had_sent_is_offered_again_where_the_other_copy_took_its_place() {
    hold(&[
        (
            350,
            vec![
                Op::Join { participant: 1, steps: vec![] },
                Op::Sync { phone: 3, steps: vec![] },
                Op::KeeperCopy,
                Op::Note(3),
                Op::Clone(1),
                Op::Sync { phone: 3, steps: vec![] },
                Op::KeeperRestoreNoticed,
                Op::Assess(1),
            ],
        ),
        (
            849,
            vec![
                Op::Join { participant: 0, steps: vec![] },
                Op::KeeperCopy,
                Op::Sync { phone: 3, steps: vec![] },
                Op::Note(2),
                Op::Clone(0),
                Op::Sync { phone: 2, steps: vec![] },
                Op::Note(0),
                Op::KeeperRestore,
                Op::Sync { phone: 3, steps: vec![] },
            ],
        ),
        (
            1610,
            vec![
                Op::Join { participant: 0, steps: vec![] },
                Op::KeeperCopy,
                Op::Sync { phone: 2, steps: vec![] },
                Op::Wait { minutes: 600 },
                Op::Assess(2),
                Op::Clone(0),
                Op::Sync { phone: 2, steps: vec![] },
                Op::KeeperRestore,
                Op::Sync { phone: 1, steps: vec![] },
            ],
        ),
        (
            2879,
            vec![
                Op::Join { participant: 0, steps: vec![] },
                Op::Sync { phone: 2, steps: vec![] },
                Op::KeeperCopy,
                Op::Assess(2),
                Op::Clone(1),
                Op::Sync { phone: 3, steps: vec![] },
                Op::KeeperRestore,
                Op::Note(1),
            ],
        ),
    ]);
}

/// The same where a phone was put back, a keeper died, or a disk was full: the incarnation with the lost entries had ended
/// before the phone could see that the keeper had gone back, and was not checked any more.
#[test]
fn what_a_life_that_is_over_had_sent_is_held_against_what_the_keeper_has() {
    hold(&[
        (
            850,
            vec![
                Op::Join { participant: 0, steps: vec![] },
                Op::Join { participant: 1, steps: vec![] },
                Op::Full { phone: 1, rows: 14 },
                Op::Copy(3),
                Op::Note(3),
                Op::KeeperCopy,
                Op::Sync { phone: 1, steps: vec![] },
                Op::Clone(1),
                Op::KeeperRestoreNoticed,
                Op::Wait { minutes: 20000 },
                Op::Restore(1),
            ],
        ),
        (
            1088,
            vec![
                Op::Join { participant: 1, steps: vec![] },
                Op::Sync { phone: 2, steps: vec![] },
                Op::Clone(0),
                Op::Note(2),
                Op::KeeperCopy,
                Op::Full { phone: 2, rows: 8 },
                Op::KeeperRestore,
                Op::Note(3),
            ],
        ),
        (
            2355,
            vec![
                Op::Join { participant: 0, steps: vec![] },
                Op::Join { participant: 0, steps: vec![] },
                Op::Note(0),
                Op::Clone(2),
                Op::KeeperCopy,
                Op::Full { phone: 0, rows: 8 },
                Op::KeeperRestore,
                Op::Sync { phone: 2, steps: vec![] },
            ],
        ),
        (
            2363,
            vec![
                Op::Join { participant: 0, steps: vec![] },
                Op::Note(0),
                Op::Join { participant: 1, steps: vec![] },
                Op::Clone(2),
                Op::KeeperCopy,
                Op::KeeperDies { writes: 2, committed: false },
                Op::Sync { phone: 0, steps: vec![] },
                Op::Sync { phone: 2, steps: vec![] },
                Op::Correct(3),
                Op::KeeperRestore,
            ],
        ),
    ]);
}

/// The keeper went back and its log grew past the place that the phone knew, while the phone was taken away and could not read
/// the log any more. That its present incarnation was gone it saw, but not that an earlier one had lost a parcel, too.
#[test]
fn a_phone_that_was_taken_away_offers_again_what_the_keeper_lost_of_every_incarnation() {
    hold(&[(
        12664,
        vec![
            Op::Join { participant: 0, steps: vec![] },
            Op::Confirm,
            Op::Copy(2),
            Op::Join { participant: 0, steps: vec![] },
            Op::Sync { phone: 2, steps: vec![] },
            Op::Restore(2),
            Op::Note(0),
            Op::KeeperCopy,
            Op::Sync { phone: 0, steps: vec![] },
            Op::Merge,
            Op::Sync { phone: 0, steps: vec![] },
            Op::KeeperRestore,
            Op::Revoke(0),
        ],
    )]);
}

/// A restored keeper registers a link at its relay before it has pulled: the relay does not know its key yet.
#[test]
fn a_keeper_made_anew_tells_its_relay_of_a_link_before_it_pulls() {
    hold(&[(844, vec![Op::Relay, Op::Backup, Op::KeeperLost, Op::Join { participant: 0, steps: vec![] }])]);
}

/// A keeper that went back wrote a first parcel again. The phone that read it was treated as if it had read the other first
/// parcel too, which came back from another phone.
#[test]
fn an_act_that_came_back_at_the_place_of_another_parcel_is_told_to_every_phone() {
    hold(&[(
        1314,
        vec![
            Op::Join { participant: 0, steps: vec![] },
            Op::KeeperCopy,
            Op::Anchor(0),
            Op::Confirm,
            Op::Sync { phone: 1, steps: vec![] },
            Op::KeeperRestore,
            Op::Join { participant: 0, steps: vec![] },
        ],
    )]);
}

/// Records that a lost keeper signed after its backup come back from phones, and staff accept them.
#[test]
fn staff_accept_what_a_lost_keeper_had_signed_since_its_backup() {
    hold(&[(
        1313,
        vec![
            Op::Join { participant: 0, steps: vec![] },
            Op::Backup,
            Op::Anchor(0),
            Op::Confirm,
            Op::Sync { phone: 3, steps: vec![] },
            Op::KeeperLost,
        ],
    )]);
}

/// Under a clock in doubt staff sign nothing, and set it right in the end.
#[test]
fn acts_of_staff_wait_for_a_clock_in_doubt() {
    let back = Op::KeeperClock { minutes: -3000 };
    hold(&[(956, vec![back.clone(), back, Op::Visit(1)])]);
}

/// A phone that got a newer bundle read the log from its beginning, and forgot how far it had read: that the keeper had gone
/// back to an earlier database it did not see, and so handed nothing back.
#[test]
fn a_phone_that_reads_the_log_again_under_a_newer_bundle_sees_that_the_keeper_went_back() {
    hold(&[(
        2687,
        vec![
            Op::Join { participant: 0, steps: vec![] },
            Op::Confirm,
            Op::Join { participant: 0, steps: vec![] },
            Op::Sync { phone: 2, steps: vec![] },
            Op::Confirm,
            Op::KeeperCopy,
            Op::Anchor(0),
            Op::Sync { phone: 1, steps: vec![] },
            Op::KeeperRestore,
            Op::Rotate,
            Op::Note(1),
            Op::Join { participant: 0, steps: vec![] },
        ],
    )]);
}

/// A keeper that was made anew gave its relay the bundle by itself, before it had a token: the relay then named a version of
/// the study whose file it never got.
#[test]
fn a_relay_has_the_study_that_a_keeper_made_anew_names() {
    hold(&[(
        3259,
        vec![Op::Relay, Op::Join { participant: 0, steps: vec![] }, Op::NewStudy, Op::Backup, Op::KeeperLost],
    )]);
}

/// A keeper that had lost a bundle signed another one under its number, or under an earlier one: phones that had the lost one
/// asked for none.
#[test]
fn a_phone_says_that_the_keeper_has_lost_the_bundle_that_it_holds() {
    let ops = |rotations: usize, after: &[Op]| {
        let join = vec![Op::Join { participant: 0, steps: vec![] }, Op::Confirm, Op::KeeperCopy];
        let lost = vec![Op::Rotate; rotations];
        let seen = vec![Op::Sync { phone: 1, steps: vec![] }, Op::KeeperRestoreNoticed];
        [join, lost, seen, after.to_vec()].concat()
    };
    let seen_between = [Op::Sync { phone: 1, steps: vec![] }, Op::NewStudy];
    hold(&[
        (3527, ops(1, &[Op::NewStudy])),
        (3527, ops(1, &seen_between)),
        (3527, ops(2, &[Op::NewStudy])),
        (3527, ops(2, &seen_between)),
    ]);
}

/// The relay has the lost bundle, and takes no other one before one with a higher number is signed.
#[test]
fn a_keeper_that_has_lost_the_bundle_of_its_relay_is_told_when_it_pulls() {
    let ops = |rotations: usize| {
        let join = vec![Op::Relay, Op::Join { participant: 0, steps: vec![] }, Op::Pull, Op::Confirm];
        let lost = [vec![Op::KeeperCopy], vec![Op::Rotate; rotations], vec![Op::Pull]].concat();
        [join, lost, vec![Op::KeeperRestore, Op::NewStudy]].concat()
    };
    // Made anew from one backup twice, it signs one number twice.
    let twice = vec![Op::Relay, Op::Backup, Op::KeeperLost, Op::Pull, Op::KeeperLost];
    hold(&[(3527, ops(1)), (3527, ops(2)), (5103, twice)]);
}
