//! Anchors, regimens, visits and infusions.

use super::bench::Bench;
use crate::cli::Exit;

#[tokio::test]
async fn an_anchor_is_set_and_moved_only_with_a_reason() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-29").await.is(
        Exit::Done,
        "S1: cycle1 is 2026-03-29. Phones learn it at their next contact.
Act <ID> by li at 2026-03-02 12:00",
    );
    bench
        .run("participant anchor S1 cycle1 2026-03-29 --reason again")
        .await
        .is(Exit::Refused, "anchor cycle1 is set to 2026-03-29 already. Nothing was changed");
    bench.run("participant anchor S1 cycle1 2026-04-02").await.is(
        Exit::Refused,
        "anchor cycle1 is set to 2026-03-29. To move it or take it away, say why: --reason TEXT",
    );
    bench.run("participant anchor S1 cycle1 2026-04-02 --reason \"fever\"").await.is(
        Exit::Done,
        "S1: cycle1 is 2026-04-02. Phones learn it at their next contact.
Act <ID> by li at 2026-03-02 12:00, because: fever",
    );
    bench
        .run("participant anchor S1 cycle1 none --reason \"left\"")
        .await
        .holds(Exit::Done, "S1: cycle1 is not set. Phones learn it at their next contact.");
}

#[tokio::test]
async fn dates_in_another_order_or_year_are_asked_about() {
    let bench = Bench::new().await;
    let unusual = |lines: &str| {
        format!("the anchor is unusual and was not recorded:\n{lines}\nIf it is right, give --yes")
    };
    bench
        .run("participant anchor S1 cycle2 2026-03-14")
        .await
        .is(Exit::Refused, &unusual("cycle2 comes after cycle1, which is not set"));
    bench.run("participant anchor S1 cycle1 2026-03-02").await.holds(Exit::Done, "cycle1 is 2026-03-02");
    bench
        .run("participant anchor S1 cycle2 2026-03-02")
        .await
        .is(Exit::Refused, &unusual("cycle2 on 2026-03-02 does not come after cycle1 on 2026-03-02"));
    bench.run("participant anchor S1 cycle2 2026-06-14").await.is(
        Exit::Refused,
        &unusual("cycle2 on 2026-06-14 is 104 days after cycle1 on 2026-03-02; 12 are expected"),
    );
    bench
        .run("participant anchor S1 cycle2 2025-03-14")
        .await
        .is(Exit::Refused, &unusual("cycle2 2025-03-14 is another year, 353 days in the past\ncycle2 on 2025-03-14 does not come after cycle1 on 2026-03-02"));
    bench.run("participant anchor S1 cycle2 2026-03-14").await.holds(Exit::Done, "cycle2 is 2026-03-14");
    bench
        .run("participant anchor S1 cycle1 2026-03-20 --reason later")
        .await
        .is(Exit::Refused, &unusual("cycle2 on 2026-03-14 does not come after cycle1 on 2026-03-20"));
    bench
        .run("participant anchor S1 cycle1 2026-03-20 --reason later --yes")
        .await
        .holds(Exit::Done, "cycle1 is 2026-03-20");
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
    bench.run(&file).await.is(Exit::Done, &format!("{echo}\nAct <ID> by li"));
    bench.run(&file).await.is(Exit::Refused, "the regimen is so already. Nothing was changed");
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
    bench
        .run(&file)
        .await
        .is(Exit::Done, "The regimen of S1 from 2026-03-02 on:\nno medication today\nAct <ID> by li");
    bench.run("participant regimen S1 --file nowhere.toml").await.holds(Exit::Unusable, "nowhere.toml: ");
}

#[tokio::test]
async fn visits_and_infusions_are_recorded_by_the_clock_of_the_site() {
    let bench = Bench::new().await;
    bench
        .run("participant visit S1 2026-03-02 --kind screening")
        .await
        .is(Exit::Done, "S1: Screening visit on 2026-03-02, held.\nAct <ID> by li at 2026-03-02 12:00");
    bench.run("participant anchor S1 cycle1 2026-03-02").await.holds(Exit::Done, "cycle1");
    let infusion = "participant infusion S1 --cycle cycle1 --day 1 --start 2026-03-02T09:00";
    bench.run(&format!("{infusion} --stop 2026-03-02T11:30 --dose \"9 ug\"")).await.is(
        Exit::Done,
        "S1: infusion of cycle1 day 1: 9 mcg, 2026-03-02 09:00 to 2026-03-02 11:30 (Asia/Shanghai).
Act <ID> by li at 2026-03-02 12:00",
    );
}

#[tokio::test]
async fn an_infusion_that_can_hardly_have_been_is_asked_about_and_recorded_when_staff_say_so() {
    let bench = Bench::new().await;
    for (rest, expected) in [
        (
            "--day 9 --start 2026-03-02T09:00 --dose 9ug",
            "cycle1 has no infusion on its day 9, but on days 1, 2, 3, 4, 5",
        ),
        (
            "--day 1 --start 2026-03-02T12:01 --dose 9ug",
            "it starts in the future; record it once it has begun",
        ),
        ("--day 2 --start 2026-03-02T09:00 --stop 2026-03-02T08:00 --dose 9ug", "it stops before it starts"),
        (
            "--day 3 --start 2026-02-02T09:00 --stop 2026-02-07T09:01 --dose 9ug",
            "it lasts more than the 5 infusion days of cycle1; check the dates",
        ),
    ] {
        let line = format!("participant infusion S1 --cycle cycle1 {rest}");
        bench.run(&line).await.holds(Exit::Refused, expected);
        bench.run(&format!("{line} --yes")).await.holds(Exit::Done, "S1: infusion of cycle1 day");
    }
    bench
        .run("participant infusion S1 --cycle cycle1 --day 0 --start 2026-03-02T09:00 --dose 9ug")
        .await
        .is(Exit::Refused, "infusion: days of a cycle are counted from 1");
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
    let (_, example) = crate::cli::args::REGIMEN_EXAMPLE.split_once('\n').unwrap();
    let file = bench.path("example.toml");
    std::fs::write(&file, example).unwrap();
    bench.run(&format!("participant regimen S1 --file {}", file.display())).await.holds(
        Exit::Done,
        "line 1, Pyridostigmine: from 2026-03-02 on (now): 60 mg tablet by mouth 07:00 12:00 17:00",
    );
}
