//! Tests of `keys`: what is listed, and how a generation comes into use.

use super::bench::Bench;
use crate::cli::Exit;

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

fn recovery(bench: &Bench) -> String {
    bench.path("offline").join("recovery.key").display().to_string()
}

#[tokio::test]
async fn the_recovery_key_is_tried_on_everything_and_the_day_and_the_result_are_kept() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1");
    let other = Bench::new_with(12).await;
    let foreign = format!("keys drill --recovery-key {}", recovery(&other));
    bench.run(&foreign).await.holds(Exit::Refused, "not the one of this site");
    bench.run("keys list").await.holds(Exit::Done, "never tried");
    bench.run("status").await.holds(Exit::Done, "Recovery key never tried");

    let drill = format!("keys drill --recovery-key {}", recovery(&bench));
    bench.run(&drill).await.holds(
        Exit::Done,
        "1 vaults: 1 of 1 grants and 1 of 1 parcels open with it alone, to what was kept. 1 of 1 grants are wrapped",
    );
    bench.run("keys list").await.holds(Exit::Done, "last tried 2026-03-02, opened everything");
    bench.run("status").await.holds(Exit::Done, "opened everything");
    bench.run("trail").await.holds(Exit::Done, "keys.drill");
}

#[tokio::test]
async fn a_kept_answer_that_is_not_the_one_that_was_sealed_is_named_by_the_drill() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1");
    let (desk, by) = (bench.desk().await, crate::audit::Account::new("li").unwrap());
    let participant = desk.participants().find("S1").await.unwrap();
    let (from, bundle) = (crate::merge::rebuild::From::Opened, desk.bundle().await.unwrap());
    let rows =
        crate::merge::rebuild::rebuilt(desk.context().store(), bundle, participant.vault, from, desk.now())
            .await;
    let mut rows = rows.unwrap();
    rows.outcomes[0].opened.as_mut().unwrap().plain[9] ^= 1;
    let (signer, at) = (desk.context().signer(), desk.now());
    let what = crate::audit::Code::RecordRebuild;
    let event = crate::audit::event(&by, at, what, "by another hand".to_owned(), None);
    desk.context().store().replace_record(rows, signer, event).await.unwrap();

    let drill = format!("keys drill --recovery-key {}", recovery(&bench));
    let said = bench.run(&drill).await;
    said.holds(Exit::CheckFailed, "THE RECOVERY KEY DOES NOT OPEN EVERYTHING.");
    said.holds(Exit::CheckFailed, "  S1, vault <ID>, record 2: different");
    bench.run("status").await.holds(Exit::Done, "DID NOT OPEN EVERYTHING");
    bench.run("keys list").await.holds(Exit::Done, "DID NOT OPEN EVERYTHING");
}

#[tokio::test]
async fn what_was_sealed_before_a_rotation_opens_with_the_new_generation_alone_once_it_is_rewrapped() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1");
    bench.run(&format!("keys rotate --now --root {}", root(&bench))).await.holds(Exit::Done, "in use");
    let first = bench.path("data").join("keys").join("site-sealing-1.key");
    let away = bench.path("site-sealing-1.key");
    std::fs::rename(&first, &away).unwrap();
    bench.run("rebuild --from-sealed").await.holds(Exit::CheckFailed, "DIFFERS");
    bench.run("keys rewrap").await.holds(Exit::Done, "1 grants open with no key that is here");
    std::fs::rename(&away, &first).unwrap();

    let drill = format!("keys drill --recovery-key {}", recovery(&bench));
    bench.run(&drill).await.holds(Exit::Done, "0 of 1 grants are wrapped to the generation in use");
    bench
        .run("keys rewrap")
        .await
        .holds(Exit::Done, "1 grants were wrapped to generation 2; it opens 1 of 1");
    bench
        .run("keys rewrap")
        .await
        .holds(Exit::Done, "0 grants were wrapped to generation 2; it opens 1 of 1");
    bench.run(&drill).await.holds(Exit::Done, "1 of 1 grants are wrapped to the generation in use");
    std::fs::remove_file(&first).unwrap();
    bench.run("rebuild --from-sealed").await.holds(Exit::Done, "S1: the same");
    bench.run("trail").await.holds(Exit::Done, "keys.rewrap");
}

#[tokio::test]
async fn a_generation_whose_private_half_is_lost_is_rewrapped_with_the_recovery_key() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.holds(Exit::Done, "cycle1");
    bench.run(&format!("keys rotate --now --root {}", root(&bench))).await.holds(Exit::Done, "in use");
    std::fs::remove_file(bench.path("data").join("keys").join("site-sealing-1.key")).unwrap();
    bench.run("rebuild --from-sealed").await.holds(Exit::CheckFailed, "DIFFERS");
    let rewrap = format!("keys rewrap --recovery-key {}", recovery(&bench));
    bench.run(&rewrap).await.holds(Exit::Done, "1 grants were wrapped to generation 2");
    bench.run("rebuild --from-sealed").await.holds(Exit::Done, "S1: the same");
}
