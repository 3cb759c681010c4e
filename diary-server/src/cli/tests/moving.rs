//! The command that moves a study: what it prints, what it refuses, and what it never repeats.

use super::bench::Bench;
use crate::cli::Exit;

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

#[tokio::test]
async fn reading_goes_on_during_and_after_a_move_and_each_look_becomes_a_row_of_the_trail() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1");
    let looks = |bench: &Bench, folder: &str| {
        let csv = bench.path(folder).display().to_string();
        [
            "report S1",
            "worklist",
            "participant show S1",
            "participant acts S1",
            "participant list",
            "trail",
            "status",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("export csv {csv}"), format!("export files {csv}-files")])
    };
    // A move that broke off right after it began.
    let folder = crate::data_folder::DataFolder::open(&bench.path("data")).unwrap();
    let file = folder.location().clone();
    let secret = *bench.desk().await.keeper_keys().database_secret();
    let entropy = bench.around.entropy.clone();
    let end = diary_store::moving::End::open(
        &file,
        &secret,
        diary_store::sqlite::Missing::Refuse,
        1 << 20,
        entropy,
    );
    let li = crate::audit::Account::new("li").unwrap();
    let began =
        crate::audit::event(&li, super::bench::NOON, crate::audit::Code::ServerMove, String::new(), None);
    end.await.unwrap().leave(began).await.unwrap();
    for look in looks(&bench, "during") {
        let said = bench.run(&look).await;
        assert_eq!(said.exit, Exit::Done, "{look}: {}", said.text);
    }
    bench
        .run("report S1")
        .await
        .holds(Exit::Done, "The study is being moved: this is what was here when that began.");
    bench.run("participant add S2").await.holds(Exit::Refused, "the study is being moved");

    let to = bench.path("data").join("moved.db");
    bench.run(&format!("move --to sqlite:{}", to.display())).await.holds(Exit::Done, "The study is moved");
    for look in looks(&bench, "after") {
        let said = bench.run(&look).await;
        assert_eq!(said.exit, Exit::Done, "{look}: {}", said.text);
    }
    bench.run("report S1").await.holds(Exit::Done, "THE STUDY GOES ON ELSEWHERE");

    // Six looks each time, and one report more.
    bench.run(&format!("--database sqlite:{} participant list", to.display())).await.holds(Exit::Done, "S1");
    let trail = bench.json(&format!("--database sqlite:{} trail", to.display())).await;
    assert!(trail["broken_at"].is_null());
    let rows = trail["rows"].as_array().unwrap();
    let count = |what: &str| rows.iter().filter(|row| row["what"] == what).count();
    let counts =
        ["report.view", "worklist.view", "participant.view", "export.csv", "export.files"].map(count);
    assert_eq!(counts, [4, 2, 4, 2, 2]);
    assert!(!bench.path("data/looks.cbor").exists() && !bench.path("data/looks-taken.cbor").exists());
}

#[tokio::test]
async fn a_study_moves_back_to_the_file_it_came_from_and_what_was_left_there_is_kept() {
    let bench = Bench::new().await;
    let (old, new) = (bench.path("data/diary-server.db"), bench.path("data/moved.db"));
    let database = |path: &std::path::Path| format!("--database sqlite:{}", path.display());
    bench.run(&format!("move --to sqlite:{}", new.display())).await.holds(Exit::Done, "The study is moved");
    bench.run(&format!("{} participant add S2", database(&new))).await.holds(Exit::Done, "S2");
    let back = format!("{} move --to sqlite:{}", database(&new), old.display());
    let said = bench.run(&back).await;
    said.holds(
        Exit::Done,
        "set aside <DIR>/data/diary-server.db.left-1: the database that was left there before; nothing of the study is in \
         it alone\n",
    );
    said.holds(
        Exit::Done,
        "Next: in <DIR>/data/diary-server.toml leave [database] out, then diary-server serve.",
    );
    bench.run("participant list").await.holds(Exit::Done, "S2");
    bench.run("participant add S3").await.holds(Exit::Done, "S3");
    bench.run(&back).await.holds(Exit::Done, "moved before");
    // Once more there and back: each that was left keeps its name.
    bench.run(&format!("move --to sqlite:{}", new.display())).await.holds(Exit::Done, "moved.db.left-1");
    bench.run(&back).await.holds(Exit::Done, "diary-server.db.left-2");
    bench.run("participant list").await.holds(Exit::Done, "S3");
    assert!(bench.path("data/diary-server.db.left-1").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_study_moves_from_postgresql_back_to_its_file_and_a_postgresql_that_was_left_is_kept() {
    let Some(cluster) = crate::tests::cluster::Cluster::start() else { return };
    let (bench, there) = (Bench::new().await, cluster.database().await);
    let file = format!("sqlite:{}", bench.path("data/diary-server.db").display());
    bench.run(&format!("move --to {}", there.url)).await.holds(Exit::Done, "The study is moved");
    let elsewhere = format!("--database {}", there.url);
    bench.run(&format!("{elsewhere} participant add S2")).await.holds(Exit::Done, "S2");
    bench.run("report S1").await.holds(Exit::Done, "THE STUDY GOES ON ELSEWHERE");
    bench
        .run(&format!("{elsewhere} move --to {file}"))
        .await
        .holds(Exit::Done, "set aside <DIR>/data/diary-server.db.left-1");
    bench.run("participant list").await.holds(Exit::Done, "S2");
    let looks = bench.json("trail").await.to_string().matches("report.view").count();
    assert_eq!(looks, 1, "the look at the old file is a row of the trail by now");
    bench.run(&format!("{elsewhere} report S2")).await.holds(Exit::Done, "THE STUDY GOES ON ELSEWHERE");
    bench.run(&format!("move --to {}", there.url)).await.is(
        Exit::Refused,
        "the study was not moved: the PostgreSQL that --to names holds the study as it was when it was moved away from \
         there. It is kept as it is; make an empty database beside it and name that. Nothing was changed",
    );
    bench.run("participant add S3").await.holds(Exit::Done, "S3");
}
