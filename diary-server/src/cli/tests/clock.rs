//! A server whose clock is wrong for a while.

use super::bench::Bench;
use crate::cli::Exit;

const DAY: i64 = 24 * 60;

#[tokio::test]
async fn under_a_clock_behind_what_was_signed_nothing_is_signed_and_everything_is_read_with_a_warning() {
    for days in [10, 50 * 365] {
        let bench = Bench::new().await;
        bench.pass_minutes(-days * DAY);
        bench.run("participant add S2").await.holds(
            Exit::Refused,
            "and the newest time that it has signed is 2026-03-02T04:00:00Z: nothing is signed until that is settled.",
        );
        for read in ["status", "worklist", "clock"] {
            bench.run(read).await.holds(
                Exit::Done,
                "The server's clock is behind: it has signed 2026-03-02T04:00:00Z before. Nothing is received until that is \
                 settled",
            );
        }
        bench.run("report S1").await.holds(Exit::Done, "The server's clock is behind: it has signed");
        bench.pass_minutes(days * DAY);
        bench.run("clock").await.holds(Exit::Done, "Nothing speaks against it.");
        bench.run("participant add S2").await.holds(Exit::Done, "S2");
    }
}

#[tokio::test]
async fn a_clock_that_was_ahead_for_a_while_is_put_right_by_a_persons_word() {
    let bench = Bench::new().await;
    bench.pass_minutes(10 * DAY);
    bench.run("participant add S2").await.holds(Exit::Done, "S2");
    bench.run("status").await.holds(
        Exit::Done,
        "The server's clock went from 2026-03-02T04:00:00Z to 2026-03-12T04:00:00Z at once.",
    );
    bench.pass_minutes(-10 * DAY);
    bench.run("participant add S3").await.holds(Exit::Refused, "nothing is signed until that is settled");
    bench
        .run("clock accept --reason \"the time server was wrong\"")
        .await
        .holds(Exit::Done, "Nothing speaks against it.");
    bench.run("participant add S3").await.holds(Exit::Done, "S3");
    bench.run("trail").await.holds(Exit::Done, "clock.accept");
}

#[tokio::test]
async fn a_clock_fifty_years_ahead_signs_nothing_and_leaves_nothing_behind() {
    let bench = Bench::new().await;
    bench.pass_minutes(50 * 365 * DAY);
    bench.run("participant add S2").await.holds(Exit::Refused, "nothing is signed until that is settled");
    bench
        .run("status")
        .await
        .holds(Exit::Done, "The server's clock is years ahead of the newest time that it has signed");
    bench.pass_minutes(-50 * 365 * DAY);
    bench.run("participant add S2").await.holds(Exit::Done, "S2");
}

#[tokio::test]
async fn the_first_day_of_a_diary_is_set_where_a_clock_has_moved_it() {
    let bench = Bench::new().await;
    let set = "participant first-day S1 2026-03-01 --reason \"the phone's clock was wrong\"";
    bench.run(set).await.is(
        Exit::Done,
        "S1: the first day of the diary is 2026-03-01. Phones learn it at their next contact.
Act <ID> by li at 2026-03-02 12:00, because: the phone's clock was wrong",
    );
    bench.run("participant show S1").await.holds(Exit::Done, "first day 2026-03-01");
    bench
        .run("participant first-day S1 1976-03-01 --reason x")
        .await
        .holds(Exit::Refused, "first day 1976-03-01 lies 50 year(s) in the past");
}
