//! Subject numbers: compared as people read them, renamed, linked.

use super::bench::Bench;
use crate::cli::Exit;

#[tokio::test]
async fn numbers_that_differ_in_case_width_or_separators_are_one_number() {
    let bench = Bench::new().await;
    bench.run("participant add S-001 --yes").await.holds(Exit::Done, "Added S-001");
    for same in ["s-001", "S_001", "S001", "Ｓ－００１"] {
        bench.run(&format!("participant add {same} --yes")).await.is(
            Exit::Refused,
            "subject S-001 is there already. Nothing was changed; `participant list` shows all",
        );
        bench.run(&format!("participant show {same}")).await.holds(Exit::Done, "S-001 at site beijing");
    }
    bench.run("participant add S-OO1").await.is(
        Exit::Refused,
        "subject S-OO1 is easily read as S-001, which is there. Nothing was changed. If it is another participant, give \
         --yes",
    );
    bench
        .run("participant show S-OO1")
        .await
        .is(Exit::NotFound, "no participant S-OO1. Is S-001 meant? `participant list` shows all");
    bench.run("participant add S-OO1 --yes").await.holds(Exit::Done, "Added S-OO1");
}

#[tokio::test]
async fn a_renamed_number_stays_known_and_is_not_given_again() {
    let bench = Bench::new().await;
    bench
        .run("participant rename S1 S2 --reason \"typed wrong\"")
        .await
        .is(Exit::Done, "S1 is S2 now. The earlier number stays known.");
    bench
        .run("participant show S1")
        .await
        .is(Exit::NotFound, "S1 was renamed: it is S2 now. Nothing was changed; use S2");
    bench.run("participant add s-1").await.is(
        Exit::Refused,
        "subject s-1 was the number of S2 before. Nothing was changed; a number is given once, so that papers stay clear",
    );
    bench.run("participant list").await.holds(Exit::Done, "formerly S1");
    bench
        .run("participant show s2")
        .await
        .holds(Exit::Done, "renamed from S1 to S2 (li 2026-03-02 12:00, because: typed wrong)");
    bench.run("participant rename S2 S1 --reason \"was right\"").await.holds(Exit::Done, "S2 is S1 now");
    bench.run("trail").await.holds(Exit::Done, "participant.rename");
}

#[tokio::test]
async fn two_numbers_of_one_person_are_linked_and_shown_with_each_other() {
    let bench = Bench::new().await;
    bench.run("participant add S7").await.holds(Exit::Done, "Added S7");
    bench
        .run("participant link S7 S1 --reason \"screened again\"")
        .await
        .is(Exit::Done, "S7 and S1 are linked: one person.");
    bench
        .run("participant link S1 S7 --reason again")
        .await
        .is(Exit::Refused, "S1 and S7 are linked already. Nothing was changed");
    for (one, other) in [("S1", "S7"), ("S7", "S1")] {
        bench.run(&format!("participant show {one}")).await.holds(
            Exit::Done,
            &format!("linked with {other} (li 2026-03-02 12:00, because: screened again)"),
        );
    }
    bench.run("participant list").await.holds(Exit::Done, "same person as S7");
    bench
        .run("participant link S1 S7 --undo --reason mistaken")
        .await
        .is(Exit::Done, "S1 and S7 are no longer linked.");
    bench.run("participant show S1").await.holds(Exit::Done, "no longer linked with S7");
}
