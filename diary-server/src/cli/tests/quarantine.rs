//! `quarantine`: what is typed and what is printed.

use diary_core::ids::{Hash, Incarnation, KeyId, VaultId};
use diary_core::parcel::QuarantineCode;
use diary_core::text::Lang;
use diary_core::time::{ReceivedAt, UtcMillis};
use diary_report::staff_words::unmerged;
use diary_store::{UnmergedParcel, UnmergedState};

use super::bench::Bench;
use crate::cli::Exit;
use crate::cli::quarantine::show;
use crate::site::UnmergedView;

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

/// Every state of an unmerged parcel.
fn states() -> Vec<UnmergedState> {
    let codes = QuarantineCode::ALL.iter().map(|code| UnmergedState::Quarantined(*code));
    let others = [
        UnmergedState::Pending,
        UnmergedState::GrantNeeded,
        UnmergedState::ToMerge,
        UnmergedState::KeyNeeded,
    ];
    codes.chain(others).collect()
}

/// The text that staff see of a parcel in that state.
fn shown(why: UnmergedState, lang: Lang) -> String {
    let parcel = UnmergedParcel {
        vault: VaultId::from_bytes([1; 16]),
        subject: Some("S1".to_owned()),
        n: 7,
        author: KeyId::from_bytes([2; 16]),
        incarnation: Incarnation::from_bytes([3; 16]),
        seq: 1,
        core_hash: Hash::from_bytes([4; 32]),
        received: ReceivedAt(UtcMillis(1_772_424_000_000)),
        bytes: 100,
        why,
        judge: None,
    };
    show(lang, &UnmergedView { parcel, decision: None })
}

#[test]
fn every_reason_has_words_and_something_to_do() {
    let all = states();
    for why in &all {
        let words = unmerged(*why, Lang::EN);
        assert!(words.meaning.ends_with('.') && words.remedy.ends_with('.'), "{why:?}");
        let todo = shown(*why, Lang::EN);
        let todo = todo.rsplit_once("What to do: ").unwrap().1;
        let steps = [
            "upgrade",
            "ask the participant",
            "`diary-server quarantine retry S1 7`",
            "tell the makers",
            "`diary-server confirm S1",
            "nothing",
        ];
        let steps: Vec<_> =
            steps.into_iter().filter(|step| todo.to_lowercase().contains(&step.to_lowercase())).collect();
        assert!(!steps.is_empty(), "{why:?}: {todo}");
    }
    let told: std::collections::BTreeSet<_> =
        all.iter().map(|why| unmerged(*why, Lang::EN).meaning).collect();
    assert_eq!(told.len(), all.len(), "each reason is told apart");
}

#[test]
fn every_command_of_a_remedy_is_one_that_the_program_has() {
    use clap::Parser;
    let of_program = |line: &str| {
        line.trim().strip_suffix('`')?.split_once("`diary-server ").map(|(_, words)| words.to_owned())
    };
    let mut commands = 0;
    for why in states() {
        for line in shown(why, Lang::EN).lines().filter_map(of_program) {
            let line = line.replace("--times N", "--times 3").replace("DIGITS", "123456");
            let words = std::iter::once("diary-server").chain(line.split(' '));
            assert!(crate::cli::Cli::try_parse_from(words).is_ok(), "{why:?}: {line}");
            commands += 1;
        }
    }
    assert!(commands >= 10, "{commands}");
}

#[test]
fn a_parcel_that_is_not_merged_is_shown_in_words_of_catalogues() {
    for why in states() {
        let text = shown(why, super::pseudo::lang());
        let written = [
            "diary-server",
            "quarantine",
            "confirm",
            "allow",
            "revoke",
            "retry",
            "accept",
            "reject",
            "keys",
            "list",
            "--times",
            "--reason",
            why.name(),
        ];
        super::pseudo::all_from_catalogues(&text, &written);
    }
}
