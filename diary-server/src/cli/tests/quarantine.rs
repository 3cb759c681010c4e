//! `quarantine`: what is typed and what is printed.

use super::bench::Bench;
use crate::cli::Exit;

#[tokio::test]
async fn nothing_set_aside_is_said_in_words_and_what_is_not_there_is_named() {
    let bench = Bench::new().await;
    bench
        .run_raw("quarantine list")
        .await
        .is(Exit::Done, "Nothing is set aside: every parcel that was received is in the record.");
    bench.run_raw("quarantine list S1").await.holds(Exit::Done, "Nothing is set aside");
    bench.run_raw("quarantine list S9").await.holds(Exit::NotFound, "no participant S9.");
    bench
        .run_raw("quarantine show S1 7")
        .await
        .holds(Exit::NotFound, "record 7 is no parcel that is set aside");
    bench.run("quarantine retry S1 7").await.holds(Exit::NotFound, "record 7 is no parcel that is set aside");
    bench.run_raw("quarantine retry S1 7").await.holds(Exit::Usage, "who acts is not known");
    bench
        .run("quarantine accept S1 7 --reason hers")
        .await
        .holds(Exit::NotFound, "`quarantine list` shows them all");
    bench.run("quarantine accept S1 7").await.holds(Exit::Usage, "--reason");
    assert_eq!(bench.json("quarantine list").await, serde_json::json!([]));
}

#[test]
fn every_reason_has_words_and_something_to_do() {
    use diary_core::parcel::QuarantineCode;
    use diary_core::text::Lang;
    use diary_report::staff_words::unmerged;
    use diary_store::UnmergedState;
    let codes = QuarantineCode::ALL.iter().map(|code| UnmergedState::Quarantined(*code));
    let all: Vec<_> = codes
        .chain([
            UnmergedState::Pending,
            UnmergedState::GrantNeeded,
            UnmergedState::ToMerge,
            UnmergedState::KeyNeeded,
        ])
        .collect();
    for why in &all {
        let words = unmerged(*why, Lang::EN);
        let (what, todo) = (words.meaning, words.remedy);
        assert!(what.ends_with('.') && todo.ends_with('.'), "{why:?}");
        let steps = [
            "upgrade",
            "ask the participant",
            "`quarantine retry`",
            "tell the makers",
            "`confirm`",
            "nothing",
        ];
        let steps: Vec<_> = steps.into_iter().filter(|step| todo.to_lowercase().contains(step)).collect();
        assert!(!steps.is_empty(), "{why:?}: {todo}");
    }
    let told: std::collections::BTreeSet<_> =
        all.iter().map(|why| unmerged(*why, Lang::EN).meaning).collect();
    assert_eq!(told.len(), all.len(), "each reason is told apart");
}
