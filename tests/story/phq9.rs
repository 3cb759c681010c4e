//! A study with a questionnaire published by others: SDC's PHQ-9 loads, is answered through the command line, synced,
//! scored by the study's rule and reported.

use diary_server::site::ConfirmDevice;
use std::collections::BTreeMap;

use diary_cli::Exit;
use diary_core::keys::HistoryScope;
use diary_core::study::StudyPackage;
use diary_core::text::Lang;
use diary_report::report::text;
use diary_tests::World;
use diary_tests::cli::diary;

const STUDY: &str = r#"
id = "MOOD-1"
version = 1
languages = ["en"]
day_cut = "03:00"
title.en = "Mood over two weeks"
notice.en = "Nobody watches this diary around the clock. If you think of harming yourself, call {emergency}."

[limits]
late_hours = 48
unscheduled_late_hours = 24
backfill_days = 3
backfill_minutes = 10
soft_dose_checks = false

[[sites]]
id = "leeds"
zone = "Europe/London"
title = { en = "Leeds" }
contact = { en = "the study nurse" }
emergency = { en = "999" }

[[instruments]]
id = "phq9"
file = "phq9.json"
recall = "-P14D"

[instruments.score]
method = "sum"
items = ["H1/T1/Q1", "H1/T1/Q2", "H1/T1/Q3", "H1/T1/Q4", "H1/T1/Q5", "H1/T1/Q6", "H1/T1/Q7", "H1/T1/Q8", "H1/T1/Q9"]
range = [0, 27]
# The published value set gives "Nearly every day" a weight of 4; the instrument counts it as 3.
weights = { "Nearly every day" = 3 }
missing = "total-null-unless-all"

[[slots]]
id = "phq9"
instrument = "phq9"
title = { en = "Your past two weeks" }
opens = "06:00"
due = "18:00"
closes = "03:00"
repeat = "daily"
"#;

fn package() -> StudyPackage {
    let phq9 =
        include_bytes!("../fixtures/fhir/sdc/Questionnaire-questionnaire-sdc-profile-example-PHQ9.json");
    let files = [("study.toml", STUDY.as_bytes().to_vec()), ("phq9.json", phq9.to_vec())];
    StudyPackage::new(
        files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect::<BTreeMap<_, _>>(),
    )
    .unwrap()
}

#[tokio::test]
async fn sdcs_phq_9_is_answered_through_the_command_line_synced_scored_and_reported() {
    let world = World::of(&package(), "leeds").await;
    world.set(0, "20:00");
    let (participant, invitation) = world.site.invite("L-001").await.unwrap();
    let home = world.folder().join("phone");
    let joined = diary(&world, &home, &["join", "-"], &format!("{}\n", *invitation.link.to_text())).await;
    assert_eq!(joined.exit, Exit::Ok, "{joined:?}");
    let digits: String = joined.out.chars().filter(char::is_ascii_digit).collect();
    assert!(digits.len() >= 6, "{joined:?}");

    let digits = diary(&world, &home, &["status", "--json"], "").await;
    let status: serde_json::Value = serde_json::from_str(&digits.out).unwrap();
    let six = find_six_digits(&status).expect("the status shows the six digits while pending");
    world
        .site
        .desk
        .devices()
        .confirm(
            &world.site.staff,
            &participant,
            ConfirmDevice { digits: six.parse().unwrap(), history: HistoryScope::All, reason: None },
        )
        .await
        .unwrap();

    // The third option of each question, as a person at a terminal types it: "More than half the days".
    let typed = "3\n".repeat(9);
    let answers: Vec<String> = (1..=9).map(|n| format!("H1/T1/Q{n}=More than half the days")).collect();
    let mut args = vec!["log", "phq9"];
    for answer in &answers {
        args.extend(["--set", answer]);
    }
    let logged = diary(&world, &home, &args, &typed).await;
    assert_eq!(logged.exit, Exit::Ok, "{logged:?}");
    let synced = diary(&world, &home, &["sync"], "").await;
    assert_eq!(synced.exit, Exit::Ok, "{synced:?}");

    let report = world.report(&participant).await;
    let page = text::render(&report, Lang::EN, 100);
    assert!(page.contains("18"), "nine times two are 18\n{page}");
    assert_eq!(report.totals.len(), 1);
    assert_eq!(report.totals[0].points.last().unwrap().total.map(|t| t.to_string()).as_deref(), Some("18"));
}

/// The first text of six digits anywhere in a JSON value.
fn find_six_digits(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => {
            let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
        }
        serde_json::Value::Array(values) => values.iter().find_map(find_six_digits),
        serde_json::Value::Object(fields) => fields.values().find_map(find_six_digits),
        _ => None,
    }
}
