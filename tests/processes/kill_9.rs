//! `kill -9` at random moments. Thousands of rounds: `cargo run -p diary-tests --bin kill -- --rounds 5000`.

use std::path::Path;

use diary_tests::client::Tally;
use diary_tests::kill::{Found, run};

/// Lessons 8 and 9: an acknowledged parcel is on the disk, not in memory.
#[test]
fn a_keeper_that_is_killed_again_and_again_keeps_every_receipt_it_gave() {
    let seed = u64::from(std::process::id());
    let program = Path::new(env!("CARGO_BIN_EXE_kill"));
    let found = run(program, 25, seed, &mut |_, _| {});
    let Found { tally: Tally { acknowledged, present, missing, duplicated }, not_once_in_record } = found;
    let said = format!("seed {seed}: {found:?}");
    assert!(acknowledged > 0 && present == acknowledged, "{said}");
    assert_eq!((missing, duplicated, not_once_in_record), (0, 0, 0), "{said}");
}
