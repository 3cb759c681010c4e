//! Tests of `keys`: what is listed, and how a generation comes into use.

use super::bench::Bench;
use crate::admin::Exit;

fn root(bench: &Bench) -> String {
    bench.path("offline").join("study-root.key").display().to_string()
}

#[tokio::test]
async fn a_generation_is_made_announced_and_brought_into_use_by_the_root_alone() {
    let bench = Bench::new().await;
    let root = root(&bench);
    bench.run("keys list").await.holds(Exit::Done, "site sealing 1  active");
    let foreign = Bench::new_with(12).await;
    let other = foreign.path("offline").join("study-root.key").display().to_string();
    bench.run(&format!("keys rotate --root {other}")).await.holds(Exit::Refused, "not the one of this study");
    bench.run(&format!("keys activate 2 --root {root}")).await.holds(Exit::Refused, "not announced");

    bench.run(&format!("keys rotate --root {root}")).await.holds(Exit::Done, "site-sealing-2.key");
    assert!(bench.path("data").join("keys").join("site-sealing-2.key").is_file());
    bench.run("keys list").await.holds(Exit::Done, "site sealing 2  pending");
    bench.run(&format!("keys rotate --root {root}")).await.holds(Exit::Refused, "keys activate 2");

    bench.run(&format!("keys activate 2 --root {root} --reason yearly")).await.holds(Exit::Done, "in use");
    let listed = bench.run("keys list").await;
    listed.holds(Exit::Done, "site sealing 2  active");
    listed.holds(Exit::Done, "site sealing 1  expired");
    bench.run("trail").await.holds(Exit::Done, "keys.activate");
    bench.run(&format!("keys rotate --now --root {root}")).await.holds(Exit::Done, "Generation 3 is in use");
}

#[tokio::test]
async fn a_generation_whose_private_half_is_not_here_is_not_brought_into_use() {
    let bench = Bench::new().await;
    let root = root(&bench);
    bench.run(&format!("keys rotate --root {root}")).await.holds(Exit::Done, "announced");
    std::fs::remove_file(bench.path("data").join("keys").join("site-sealing-2.key")).unwrap();
    bench.run("keys list").await.holds(Exit::Done, "NOT ON THIS SERVER");
    bench
        .run(&format!("keys activate 2 --root {root}"))
        .await
        .holds(Exit::Refused, "Bring its key file back");
}

#[tokio::test]
async fn keys_past_their_date_are_shown_and_renewed() {
    let bench = Bench::new().await;
    bench.pass_minutes(400 * 24 * 60);
    bench.run("keys list").await.holds(Exit::Done, "EXPIRED");
    bench.run("status").await.holds(Exit::Done, "keys EXPIRED");
    bench.run(&format!("keys renew --root {}", root(&bench))).await.holds(Exit::Done, "signed until");
    bench.run("keys list").await.holds(Exit::Done, "good until");
}
