//! Anchors, regimens, visits and infusions.

use super::bench::Bench;
use crate::admin::Exit;

#[tokio::test]
async fn an_anchor_is_set_and_moved_only_with_a_reason() {
    let bench = Bench::new().await;
    bench
        .run("participant anchor S1 cycle1 2026-03-29")
        .await
        .is(Exit::Done, "cycle1 of S1 is 2026-03-29. Phones learn it at their next contact.");
    bench
        .run("participant anchor S1 cycle1 2026-03-29 --reason again")
        .await
        .is(Exit::Refused, "anchor cycle1 is set to 2026-03-29 already. Nothing was changed");
    bench.run("participant anchor S1 cycle1 2026-04-02").await.is(
        Exit::Refused,
        "anchor cycle1 is set to 2026-03-29. To move it or take it away, say why: --reason TEXT",
    );
    bench
        .run("participant anchor S1 cycle1 2026-04-02 --reason \"fever\"")
        .await
        .is(Exit::Done, "cycle1 of S1 is 2026-04-02. Phones learn it at their next contact.");
    bench
        .run("participant anchor S1 cycle1 none --reason \"left\"")
        .await
        .is(Exit::Done, "cycle1 of S1 is no longer set. Phones learn it at their next contact.");
}

#[tokio::test]
async fn what_does_not_exist_is_named_with_what_does() {
    let bench = Bench::new().await;
    bench
        .run("participant anchor S1 cycle9 2026-03-29")
        .await
        .is(Exit::NotFound, "anchor cycle9: the study has no such anchor. It has cycle1, cycle2");
    bench.run("participant anchor S7 cycle1 2026-03-29").await.is(
        Exit::NotFound,
        "no participant S7. `participant list` shows all, `participant add S7` makes one",
    );
    bench.run("participant anchor S1 cycle1 29-03-2026").await.holds(
        Exit::Usage,
        "invalid value '29-03-2026' for '<DATE|none>': Write the year first and with four digits, then month and day, for example 2026-03-29.",
    );
}

fn regimen(bench: &Bench, lines: &str) -> String {
    let file = bench.path("regimen.toml");
    std::fs::write(&file, format!("from = \"2026-03-02\"\n{lines}")).unwrap();
    format!("participant regimen S1 --file {}", file.display())
}

fn line(code: &str, name: &str, amount: &str, every_days: u16) -> String {
    format!(
        "[[lines]]\nmedication = {{ code = \"{code}\", name = \"{name}\" }}\nform = \"tablet\"\namount = {amount}\n\
         route = \"oral\"\ntimes = [\"08:00\"]\nas_needed = false\nevery_days = {every_days}\n"
    )
}

#[tokio::test]
async fn a_regimen_is_echoed_in_full_and_set_again_changes_nothing() {
    let bench = Bench::new().await;
    let file =
        regimen(&bench, &line("pyridostigmine", "Pyridostigmine", "{ value = \"60\", unit = \"mg\" }", 1));
    let echo = "The regimen of S1 from 2026-03-02 on:
line 1, Pyridostigmine: from 2026-03-02 on (now): 60 mg tablet by mouth 08:00";
    bench.run(&file).await.is(Exit::Done, echo);
    bench.run(&file).await.is(Exit::Done, echo);
}

#[tokio::test]
async fn a_weekly_medication_is_never_set_daily() {
    let bench = Bench::new().await;
    let amount = "{ value = \"10\", unit = \"mg\" }";
    let file = regimen(&bench, &line("methotrexate", "Methotrexate", amount, 1));
    bench.run(&file).await.is(
        Exit::Refused,
        "the regimen was not set:
line 1, Methotrexate: This medication is taken once a week, never every day. Please check with your study site.",
    );
    bench.run(&format!("{file} --yes")).await.holds(Exit::Refused, "the regimen was not set");
    let file = regimen(&bench, &line("methotrexate", "Methotrexate", amount, 7));
    bench.run(&file).await.holds(Exit::Done, "10 mg tablet by mouth 08:00 every 7 days from 2026-03-02");
}

#[tokio::test]
async fn a_regimen_that_cannot_be_read_is_refused_by_file_line_and_key() {
    let bench = Bench::new().await;
    let file = regimen(&bench, &line("pyridostigmine", "P", "{ value = \"60\", unit = \"µg\" }", 1));
    bench.run(&file).await.holds(
        Exit::Refused,
        "the regimen was not set: <DIR>/regimen.toml:5: lines.amount: unknown unit: use a UCUM code such as mg",
    );
    let file = regimen(&bench, "version = 3\nlines = []\n");
    bench.run(&file).await.holds(Exit::Refused, "regimen.toml:2: version: unknown field `version`");
    let file = regimen(&bench, "lines = []\n");
    bench.run(&file).await.is(Exit::Done, "The regimen of S1 from 2026-03-02 on:\nno medication today");
    bench.run("participant regimen S1 --file nowhere.toml").await.holds(Exit::Unusable, "nowhere.toml: ");
}

#[tokio::test]
async fn visits_and_infusions_are_recorded_by_the_clock_of_the_site() {
    let bench = Bench::new().await;
    bench
        .run("participant visit S1 2026-03-02 --kind screening")
        .await
        .is(Exit::Done, "Recorded the screening visit of S1 on 2026-03-02.");
    let infusion = "participant infusion S1 --cycle cycle1 --day 1 --start 2026-03-02T09:00";
    bench.run(&format!("{infusion} --stop 2026-03-02T11:30 --dose \"9 ug\"")).await.is(
        Exit::Done,
        "Recorded the infusion of S1, cycle1 day 1: 2026-03-02 09:00 to 2026-03-02 11:30 (Asia/Shanghai).",
    );
    bench.run(&format!("{infusion} --dose 9ug")).await.is(
        Exit::Done,
        "Recorded the infusion of S1, cycle1 day 1: 2026-03-02 09:00, not stopped yet (Asia/Shanghai).",
    );
}

#[tokio::test]
async fn an_infusion_that_cannot_have_been_is_refused() {
    let bench = Bench::new().await;
    for (rest, expected) in [
        (
            "--day 9 --start 2026-03-02T09:00 --dose 9ug",
            "infusion: cycle1 has no infusion on its day 9, but on days 1, 2, 3, 4, 5",
        ),
        (
            "--day 0 --start 2026-03-02T09:00 --dose 9ug",
            "infusion: cycle1 has no infusion on its day 0, but on days 1, 2, 3, 4, 5",
        ),
        (
            "--day 1 --start 2026-03-02T12:01 --dose 9ug",
            "infusion: it starts in the future; record it once it has begun",
        ),
        (
            "--day 1 --start 2026-03-02T09:00 --stop 2026-03-02T08:00 --dose 9ug",
            "infusion: it stops before it starts",
        ),
        (
            "--day 1 --start 2026-02-02T09:00 --stop 2026-03-02T08:00 --dose 9ug",
            "infusion: it lasts more than 7 days; check the dates",
        ),
    ] {
        bench
            .run(&format!("participant infusion S1 --cycle cycle1 {rest}"))
            .await
            .is(Exit::Refused, expected);
    }
    bench
        .run("participant infusion S1 --cycle cycle7 --day 1 --start 2026-03-02T09:00 --dose 9ug")
        .await
        .holds(Exit::NotFound, "It has cycle1, cycle2");
    for (rest, expected) in [
        ("2026-03-02T09:00 --dose 0ug", "The amount must be above 0 and up to 100000, for example 60 mg."),
        ("2026-03-02T09:00 --dose 9µg", "A micro sign is easily misread as milli."),
        ("2569-03-02T09:00 --dose 9ug", "2569 is a year of the Buddhist era: 2026 by the common calendar."),
    ] {
        bench
            .run(&format!("participant infusion S1 --cycle cycle1 --day 1 --start {rest}"))
            .await
            .holds(Exit::Usage, expected);
    }
}

#[tokio::test]
async fn the_example_of_the_help_is_a_regimen_that_can_be_set() {
    let bench = Bench::new().await;
    let (_, example) = crate::admin::args::REGIMEN_EXAMPLE.split_once('\n').unwrap();
    let file = bench.path("example.toml");
    std::fs::write(&file, example).unwrap();
    bench.run(&format!("participant regimen S1 --file {}", file.display())).await.holds(
        Exit::Done,
        "line 1, Pyridostigmine: from 2026-03-02 on (now): 60 mg tablet by mouth 07:00 12:00 17:00",
    );
}
