//! Steps that remain after a move was interrupted, for each point of interruption.

use diary_core::ids::Epoch;

use super::*;

const AT: Option<UtcMillis> = Some(UtcMillis(7));

fn standing(epoch: u8) -> MigrationState {
    MigrationState { epoch: Epoch::from_bytes([epoch; 16]), leaving: None, moved: None, arriving: None }
}

#[test]
fn a_move_goes_on_where_it_broke_off_and_does_nothing_twice() {
    let here = standing(1);
    let leaving = MigrationState { leaving: AT, ..here };
    let left = MigrationState { moved: AT, ..leaving };
    let arriving = MigrationState { arriving: AT, ..here };
    let steps = [
        (here, None, Plan::Begin),
        (leaving, None, Plan::GoOn),
        (leaving, Some(arriving), Plan::Leave),
        (left, Some(arriving), Plan::Arrive),
        (left, Some(here), Plan::Nothing),
    ];
    for (from, to, expected) in steps {
        assert_eq!(plan(Some(from), to).unwrap(), expected);
    }
}

#[test]
fn only_a_copy_that_the_study_was_moved_away_from_is_set_aside() {
    let here = standing(1);
    let left = MigrationState { leaving: AT, moved: AT, ..here };
    assert!(was_left(&here, Some(&left)));
    assert!(
        was_left(&MigrationState { leaving: AT, ..here }, Some(&left)),
        "a move back that broke off early"
    );
    assert!(was_left(&standing(2), Some(&left)), "restored to a new life since");
    assert!(!was_left(&left, Some(&left)), "here it does not live");
    assert!(!was_left(&MigrationState { arriving: AT, ..here }, Some(&left)), "it has not arrived here");
    for there in [here, MigrationState { leaving: AT, ..here }, MigrationState { arriving: AT, ..here }] {
        assert!(!was_left(&here, Some(&there)), "{there:?}");
    }
    assert!(!was_left(&here, None));
}

#[test]
fn a_study_is_never_at_two_places() {
    let here = standing(1);
    let leaving = MigrationState { leaving: AT, ..here };
    let left = MigrationState { moved: AT, ..leaving };
    let earlier = MigrationState { arriving: Some(UtcMillis(6)), ..here };
    assert!(matches!(plan(None, None), Err(MoveError::NotFounded)));
    let elsewhere = plan(Some(left), None);
    assert!(matches!(elsewhere, Err(MoveError::From(StoreError::Moved))), "a third database");
    assert!(matches!(plan(Some(earlier), None), Err(MoveError::From(StoreError::Moving))), "not here yet");
    let occupied = [
        (here, standing(2), "another study"),
        (here, here, "the same database"),
        (leaving, leaving, "the same database, half way"),
        (left, left, "the same database, left"),
        (leaving, earlier, "what is left of a move that was given up"),
        (here, MigrationState { arriving: AT, ..here }, "the same, before the next begins"),
        (left, MigrationState { moved: AT, leaving: AT, ..here }, "from where it was moved on"),
        (leaving, here, "a copy that lives"),
    ];
    for (from, to, what) in occupied {
        assert!(matches!(plan(Some(from), Some(to)), Err(MoveError::Occupied)), "{what}");
    }
}
