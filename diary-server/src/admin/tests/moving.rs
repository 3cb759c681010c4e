//! The command that moves a study: what it prints, what it refuses, and what it never repeats.

use super::bench::Bench;
use crate::admin::Exit;

#[tokio::test]
async fn a_study_moves_to_another_file_and_the_command_says_what_to_write_down() {
    let bench = Bench::new().await;
    let to = bench.path("data").join("moved.db");
    let line = format!("move --to sqlite:{}", to.display());
    let moved = bench.run(&line).await;
    moved.holds(Exit::Done, "copied    participant: 1\n");
    moved.holds(Exit::Done, "the same  participant: 1\n");
    moved.holds(Exit::Done, "1 diaries, the same in both databases");
    moved.holds(
        Exit::Done,
        "Next: in <DIR>/data/diary-server.toml give [database] as url what you gave with --to",
    );
    bench.run("participant add S2").await.holds(Exit::Refused, "moved to another database");
    bench.run(&line).await.holds(Exit::Done, "moved before");
    bench.run("move --give-up").await.holds(Exit::Refused, "moved to another database");

    let database = format!("--database sqlite:{}", to.display());
    bench.run(&format!("{database} participant add S2")).await.holds(Exit::Done, "S2");
    bench.run("participant list").await.holds(Exit::Done, "S1");
    bench.run(&format!("{database} trail")).await.holds(Exit::Done, "server.moved");
}

#[tokio::test]
async fn neither_end_of_a_move_is_repeated_where_it_cannot_be_read() {
    let bench = Bench::new().await;
    let wrong = bench.run("move --to postgres://u:hidden@h:port/d").await;
    wrong.holds(Exit::Unusable, "--to: ");
    assert!(!wrong.text.contains("hidden"));
    bench.run("move").await.holds(Exit::Usage, "--to <URL>");
    bench.run("move --give-up").await.holds(Exit::Database, "no move away from this database has begun");
    bench.run("participant add S2").await.holds(Exit::Done, "S2");
    let same = format!("move --to sqlite:{}", bench.path("data").join("diary-server.db").display());
    bench.run(&same).await.holds(Exit::Refused, "holds a study already");
}
