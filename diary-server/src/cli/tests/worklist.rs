//! `worklist` and `export csv`: their output and files, and their rows in the audit trail.

use diary_core::sqlcipher::{Missing, connect};

use super::bench::Bench;
use crate::cli::Exit;

#[tokio::test]
async fn the_worklist_says_who_needs_somebody_and_how_fresh_it_is() {
    let bench = Bench::new().await;
    bench.run("participant add S2").await.holds(Exit::Done, "S2");
    bench.phone_joins(1).await;
    bench.run_raw("worklist").await.holds(Exit::Usage, "who acts is not known");
    let said = bench.run("worklist").await;
    said.is(
        Exit::Done,
        "Site beijing: 1 of 2 participants need somebody, the most pressing first.\n\
         Everything received by 2026-03-02 12:00 is in it.\n\
         S1  1 phone waits to be confirmed since 2026-03-02 12:00",
    );
    bench.pass_minutes(8 * 24 * 60);
    bench.run("worklist").await.holds(Exit::Done, "S2  no phone yet");
    bench.run("worklist --days-without-contact 9").await.holds(Exit::Done, "1 of 2 participants");
    bench.run("worklist --days-without-contact 0").await.holds(Exit::Usage, "--days-without-contact");
    let list = bench.json("worklist --completion 50").await;
    assert_eq!(list["thresholds"]["completion_percent"], 50);
    assert_eq!(list["rows"][0]["findings"][0]["kind"], "phone-waits");
    assert_eq!(list["fresh"]["brought_up_to_date"], 0, "nothing has changed since");
    bench.run("trail").await.holds(Exit::Done, "worklist.view");
}

#[tokio::test]
async fn a_confirmed_phone_makes_the_standing_of_its_participant_anew() {
    let bench = Bench::new().await;
    let fresh = |list: serde_json::Value| list["fresh"]["brought_up_to_date"].clone();
    assert_eq!(fresh(bench.json("worklist").await), 1);
    assert_eq!(fresh(bench.json("worklist").await), 0);
    let phone = bench.phone_joins(1).await;
    assert_eq!(fresh(bench.json("worklist").await), 1);
    bench.run(&format!("confirm S1 {}", phone.digits())).await.holds(Exit::Done, "Confirmed");
    assert_eq!(fresh(bench.json("worklist").await), 1);
    bench.run("participant visit S1 2026-03-01").await.holds(Exit::Done, "visit");
    assert_eq!(fresh(bench.json("worklist").await), 1, "an act of staff");
    assert_eq!(fresh(bench.json("worklist").await), 0);
}

#[tokio::test]
async fn tables_are_written_once_to_an_empty_folder_and_listed_with_their_hashes() {
    let bench = Bench::new().await;
    bench.run("participant add S2").await.holds(Exit::Done, "S2");
    bench.run("participant visit S1 2026-03-01").await.holds(Exit::Done, "visit");
    let folder = bench.path("tables");
    let export = format!("export csv {}", folder.display());
    bench.run(&export).await.holds(Exit::Done, "Exported 2 participants to <DIR>/tables:");
    bench.run(&export).await.holds(Exit::Refused, "name a new or empty folder");
    bench.run("export csv").await.holds(Exit::Usage, "<DIR>");
    let other = bench.path("one");
    let unknown = format!("export csv --to {} --participant S9", other.display());
    bench.run(&unknown).await.holds(Exit::NotFound, "no participant S9");
    assert!(!other.exists(), "nothing was written");
    let one = bench.json(&format!("export csv --to {} --participant S2", other.display())).await;
    assert_eq!((&one["participants"], &one["problems"]), (&1.into(), &0.into()));

    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let names: Vec<&str> =
        manifest["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    let mut there: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "manifest.json")
        .collect();
    there.sort();
    assert_eq!(names, there);
    for file in manifest["files"].as_array().unwrap() {
        let bytes = std::fs::read(folder.join(file["name"].as_str().unwrap())).unwrap();
        assert_eq!(file["sha256"], diary_core::hash::sha256(&bytes).to_string());
        assert_eq!(file["bytes"], bytes.len());
    }
    let acts = std::fs::read_to_string(folder.join("acts.csv")).unwrap();
    assert_eq!(acts.lines().count(), 2, "{acts}");
    assert!(acts.contains(",visit,li,2026-03-02T04:00:00.000Z,,scheduled,2026-03-01,"), "{acts}");
    let trail = bench.json("trail").await.to_string();
    assert_eq!(trail.matches("export.csv").count(), 2, "{trail}");
}

/// Changes the database as no program of ours does.
async fn spoil(bench: &Bench, statements: &str) {
    let desk = bench.desk().await;
    let file = bench.path("data/diary-server.db");
    let database = connect(&file, desk.keeper_keys().database_secret(), Missing::Refuse).unwrap();
    database.execute_batch(statements).unwrap();
}

fn read(folder: &std::path::Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[tokio::test]
async fn a_row_that_cannot_be_read_holds_up_neither_the_tables_nor_the_list() {
    let bench = Bench::new().await;
    bench.run("participant add S2").await.holds(Exit::Done, "S2");
    for line in ["visit S1 2026-03-01", "visit S1 2026-03-02 --kind unscheduled", "visit S2 2026-03-01"] {
        bench.run(&format!("participant {line}")).await.holds(Exit::Done, "visit");
    }
    const ROW: &str =
        "DELETE FROM act WHERE vault = 1 AND counter = (SELECT min(counter) FROM act WHERE vault = 1);";
    const PLAINTEXT: &str = "UPDATE opened SET plain = x'00'
        WHERE place = (SELECT min(place) FROM opened WHERE place >> 32 = 1);";
    spoil(&bench, "DROP TRIGGER act_never_goes; DROP TRIGGER opened_never_changes;").await;
    spoil(&bench, &format!("{ROW} UPDATE participant_status SET changes = changes + 1;")).await;
    bench.run("worklist").await.holds(Exit::Done, "none of 2 participants needs anybody now");
    bench.run("rebuild").await.holds(Exit::CheckFailed, "S1: DIFFERS, left as it is");
    bench.run("rebuild --replace \"a damaged row\"").await.holds(Exit::Done, "S1: DIFFERS, replaced");
    bench.run("rebuild").await.holds(Exit::Done, "S1: the same");

    spoil(&bench, &format!("{PLAINTEXT} UPDATE participant_status SET changes = changes + 1;")).await;
    bench.run("worklist").await.holds(Exit::Done, "S1  record cannot be read, run `rebuild`");
    let folder = bench.path("parcels");
    bench.run(&format!("export csv {}", folder.display())).await.holds(Exit::Done, "2 things are not");
    let acts = read(&folder, "acts.csv");
    assert!(acts.contains("S1") && acts.contains("S2") && acts.lines().count() == 1 + 2, "{acts}");
    assert!(read(&folder, "problems.csv").contains("rows of the record cannot be read (a plaintext)"));
    let problems = read(&folder, "problems.csv");
    assert!(
        problems.contains("its plaintext cannot be read; a rebuild from the sealed parcels"),
        "{problems}"
    );
    bench.run("rebuild --from-sealed --replace damaged").await.holds(Exit::Done, "S1: DIFFERS, replaced");
    bench.run("worklist").await.holds(Exit::Done, "none of 2 participants needs anybody now");
}

#[test]
fn an_alert_that_is_not_in_the_record_yet_is_told_with_its_mark() {
    use crate::cli::worklist::findings;
    use diary_core::study::{Severity, Study, shipped};
    use diary_core::text::Lang;
    use diary_core::time::{UtcMillis, Zone};
    use diary_report::worklist::Finding;
    use diary_report::worklist::status::AlertStatus;

    let study = Study::load(&shipped::nct06836973()).unwrap();
    let alert = |times, unmerged| {
        Finding::Alert(AlertStatus {
            rule: "unknown-rule".parse().unwrap(),
            severity: Severity::Emergency,
            times,
            last: UtcMillis(0),
            shown: true,
            acknowledged: false,
            pressing: times,
            unfinished: false,
            unmerged,
            visited: false,
            handled: None,
            entry: None,
        })
    };
    let all = [alert(1, 1), alert(3, 2), alert(1, 0), Finding::ToMerge { count: 2 }];
    assert_eq!(
        findings(&study, Lang::EN, Zone::UTC, &all),
        [
            "EMERGENCY unknown-rule (unknown-rule) 1970-01-01 00:00 (shown, not confirmed as read, NOT YET PART OF THE \
             RECORD, see `quarantine list`)",
            "EMERGENCY unknown-rule (unknown-rule) 3 times, last 1970-01-01 00:00 (shown, not confirmed as read, 2 NOT \
             YET PART OF THE RECORD, see `quarantine list`)",
            "EMERGENCY unknown-rule (unknown-rule) 1970-01-01 00:00 (shown, not confirmed as read)",
            "2 parcels wait to be merged, see `quarantine list`",
        ]
    );
}
