//! Acts that are asked about, corrected, withdrawn and listed.

use super::bench::Bench;
use crate::cli::Exit;

/// The end of the id of the act that a command makes.
async fn act(bench: &Bench, line: &str) -> String {
    let id = bench.json(line).await["act"].as_str().unwrap().to_owned();
    id.chars().skip(24).collect()
}

fn unusual(kind: &str, lines: &str) -> String {
    format!("the {kind} is unusual and was not recorded:\n{lines}\nIf it is right, give --yes")
}

#[tokio::test]
async fn an_infusion_in_a_unit_that_is_not_the_study_drugs_is_asked_about_and_marked() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-02").await.holds(Exit::Done, "cycle1");
    let infusion = "participant infusion S1 --cycle cycle1 --day 1 --start 2026-03-02T08:30 --dose";
    let nine = format!("{infusion} \"9 mg\"");
    bench
        .run(&nine)
        .await
        .is(Exit::Refused, &unusual("infusion", "dose 9 mg: Blinatumomab is given in mcg/day or mcg"));
    bench.run(&format!("{nine} --yes")).await.holds(Exit::Done, "infusion of cycle1 day 1: 9 mg");
    bench.run("report S1").await.holds(Exit::Done, "Infusion of cycle1 day 1 (2 Mar): 9 mg is in a unit");
    bench.run("participant show S1").await.holds(Exit::Done, "9 mg, NOT A UNIT OF THE STUDY DRUG");
}

#[tokio::test]
async fn infusions_on_another_day_twice_at_one_time_or_far_from_the_last_are_asked_about() {
    let bench = Bench::new().await;
    let infusion = |day: u8, rest: &str| format!("participant infusion S1 --cycle cycle1 --day {day} {rest}");
    bench
        .run(&infusion(1, "--start 2026-03-01T09:00 --dose 9ug"))
        .await
        .is(Exit::Refused, &unusual("infusion", "cycle1 is not set; set its first day first"));
    bench.run("participant anchor S1 cycle1 2026-03-01").await.holds(Exit::Done, "cycle1");
    let first = "--start 2026-03-01T09:00 --stop 2026-03-02T10:00 --dose 9ug";
    bench.run(&infusion(1, first)).await.holds(Exit::Done, "infusion of cycle1 day 1");
    let again = bench.run(&infusion(1, "--start 2026-03-01T09:30 --dose 9ug")).await;
    again.holds(Exit::Refused, "is recorded already: correct it with --corrects and this id");
    bench.run(&infusion(2, "--start 2026-03-02T09:00 --dose 28ug")).await.is(
        Exit::Refused,
        &unusual(
            "infusion",
            "it overlaps with the infusion of cycle1 day 1 (act <ID>)
dose 28 mcg after 9 mcg: 3 times as much or as little",
        ),
    );
    bench.run(&infusion(3, "--start 2026-03-02T11:00 --dose 9ug")).await.is(
        Exit::Refused,
        &unusual("infusion", "2026-03-02 is day 2 of cycle1, which began on 2026-03-01, not day 3"),
    );
    bench
        .run("participant anchor S1 cycle1 2026-03-02 --reason moved")
        .await
        .holds(Exit::Refused, "the infusion of cycle1 day 1 was on 2026-03-01");
}

#[tokio::test]
async fn kinds_of_visit_come_from_the_study_and_repeated_ones_are_asked_about() {
    let bench = Bench::new().await;
    bench.run("participant visit S1 2026-03-02 --kind sreening").await.is(
        Exit::Refused,
        "kind of visit \"sreening\": the study has screening, scheduled, unscheduled, early-termination",
    );
    bench
        .run("participant visit S1 2026-03-02")
        .await
        .holds(Exit::Done, "Scheduled visit on 2026-03-02, held");
    bench
        .run("participant visit S1 2026-03-02")
        .await
        .holds(Exit::Refused, "a scheduled visit on 2026-03-02 is recorded already (act ");
    bench
        .run("participant visit S1 2026-03-12")
        .await
        .holds(Exit::Refused, "a scheduled visit is recorded on 2026-03-02, 10 days from this one (act ");
    bench.run("participant visit S1 2026-03-12 --kind unscheduled --held").await.is(
        Exit::Refused,
        "a visit on 2026-03-12 has not taken place yet: leave --held away to plan it. Nothing was changed",
    );
    bench
        .run("participant visit S1 2029-03-02")
        .await
        .holds(Exit::Refused, "visit 2029-03-02 lies 3 year(s) in the future");
}

#[tokio::test]
async fn a_planned_visit_is_held_by_recording_it_on_its_day() {
    let bench = Bench::new().await;
    bench
        .run("participant visit S1 2026-03-03")
        .await
        .is(Exit::Done, "S1: Scheduled visit on 2026-03-03, planned.\nAct <ID> by li at 2026-03-02 12:00");
    bench.run("participant show S1").await.holds(Exit::Done, "2026-03-03, scheduled, planned (act");
    bench.pass_minutes(24 * 60);
    bench
        .run("participant show S1")
        .await
        .holds(Exit::Done, "2026-03-03, scheduled, planned; record it again once it was held");
    bench.run("participant visit S1 2026-03-03").await.is(
        Exit::Done,
        "S1: Scheduled visit on 2026-03-03, held. It was: Scheduled visit on 2026-03-03, planned.
Act <ID> by li at 2026-03-03 12:00, because: took place as planned",
    );
    let acts = bench.json("participant acts S1").await;
    assert_eq!(acts.as_array().unwrap().len(), 1);
    assert_eq!((&acts[0]["state"], &acts[0]["corrected"]), (&"holds".into(), &true.into()));
}

#[tokio::test]
async fn an_act_is_corrected_and_withdrawn_with_its_history() {
    let bench = Bench::new().await;
    let first = act(&bench, "participant anchor S1 cycle1 2026-03-03").await;
    bench
        .run(&format!("participant anchor S1 cycle1 2026-03-04 --corrects {first}"))
        .await
        .holds(Exit::Usage, "--reason");
    bench
        .run(&format!("participant anchor S1 cycle1 2026-03-03 --corrects {first} --reason typed"))
        .await
        .holds(Exit::Refused, "says this already. Nothing was changed");
    bench
        .run(&format!("participant visit S1 2026-03-02 --corrects {first} --reason typed"))
        .await
        .holds(Exit::Refused, "is of the kind anchor, not visit");
    bench
        .run(&format!("participant anchor S1 cycle1 2026-03-04 --corrects {first} --reason typed"))
        .await
        .is(
            Exit::Done,
            "S1: cycle1 is 2026-03-04. It was: cycle1 is 2026-03-03. Phones learn it at their next contact.
Act <ID> by li at 2026-03-02 12:00, because: typed",
        );
    bench.run("participant acts S1").await.is(
        Exit::Done,
        "<ID>  planned, corrected: cycle1 is 2026-03-04 (li 2026-03-02 12:00, because: typed)
    before, <ID>: cycle1 is 2026-03-03 (li 2026-03-02 12:00)",
    );
    // Any version names the act.
    bench.run(&format!("participant withdraw S1 {first} --reason left")).await.is(
        Exit::Done,
        "Withdrawn for S1: cycle1 is 2026-03-04. Phones learn it at their next contact.
Act <ID> by li at 2026-03-02 12:00, because: left",
    );
    bench.run("participant acts S1").await.is(
        Exit::Done,
        "<ID>  withdrawn, corrected: withdrawn (li 2026-03-02 12:00, because: left)
    before, <ID>: cycle1 is 2026-03-04 (li 2026-03-02 12:00, because: typed)
    before, <ID>: cycle1 is 2026-03-03 (li 2026-03-02 12:00)",
    );
    bench
        .run(&format!("participant withdraw S1 {first} --reason again"))
        .await
        .holds(Exit::Refused, "is withdrawn. Nothing was changed; make a new act in its place");
    bench
        .run("participant withdraw S1 00000000 --reason none")
        .await
        .holds(Exit::NotFound, "no act whose id ends in \"00000000\", or several");
    bench.run("participant show S1").await.holds(Exit::Done, "cycle1 (First infusion, cycle 1): not set");
    bench.run("trail").await.holds(Exit::Done, "act.withdraw");
}

fn file(bench: &Bench, from: &str, amounts: &[(&str, &str, &str)]) -> String {
    let path = bench.path("regimen.toml");
    let lines: String = amounts
        .iter()
        .map(|(code, name, amount)| {
            format!(
                "[[lines]]\nmedication = {{ code = \"{code}\", name = \"{name}\" }}\nform = \"tablet\"\namount = \
                 {{ value = \"{amount}\", unit = \"mg\" }}\nroute = \"oral\"\ntimes = [\"08:00\"]\n"
            )
        })
        .collect();
    let lines = if lines.is_empty() { "lines = []\n".to_owned() } else { lines };
    std::fs::write(&path, format!("from = \"{from}\"\n{lines}")).unwrap();
    format!("participant regimen S1 --file {}", path.display())
}

#[tokio::test]
async fn a_corrected_regimen_keeps_its_lines_and_what_was_set_on_them_later() {
    let bench = Bench::new().await;
    let prednisone = |amount| ("prednisone", "Prednisone", amount);
    let first = act(&bench, &file(&bench, "2026-03-02", &[prednisone("40")])).await;
    bench
        .run(&file(&bench, "2026-03-09", &[prednisone("30")]))
        .await
        .holds(Exit::Done, "from 2026-03-09 on (planned): 30 mg");
    let corrected = file(&bench, "2026-03-02", &[prednisone("45")]);
    bench.run(&format!("{corrected} --corrects {first} --reason typed")).await.is(
        Exit::Done,
        "The regimen of S1 from 2026-03-02 on:
line 1, Prednisone: from 2026-03-02 to 2026-03-08 (now): 45 mg tablet by mouth 08:00
line 1, Prednisone: from 2026-03-09 on (planned): 30 mg tablet by mouth 08:00
Act <ID> by li",
    );
    let withdraw = format!("participant withdraw S1 {first} --reason wrong");
    bench.run(&withdraw).await.is(
        Exit::Refused,
        &unusual("withdrawal", "line 1, Prednisone, is gone then, and act <ID> on it changes nothing"),
    );
    bench.run(&format!("{withdraw} --yes")).await.holds(Exit::Done, "Withdrawn for S1: line");
    bench.run("participant show S1").await.holds(Exit::Done, "no medication today");
}

#[tokio::test]
async fn the_end_of_the_participation_is_recorded_once_and_what_lies_after_it_is_asked_about() {
    let bench = Bench::new().await;
    bench
        .run("participant end S1 gone --last 2026-03-01 --reason x")
        .await
        .holds(Exit::Usage, "one of completed");
    bench
        .run("participant end S1 withdrawn --last 2026-03-20 --reason \"moved away\"")
        .await
        .is(Exit::Refused, &unusual("end of participation", "the last day 2026-03-20 is still to come"));
    let end = "participant end S1 withdrawn --last 2026-03-01 --reason \"moved away\"";
    bench.run(end).await.is(
        Exit::Done,
        "S1: participation ended: withdrawn, last day 2026-03-01. Phones learn it at their next contact.
Act <ID> by li at 2026-03-02 12:00, because: moved away",
    );
    bench.run(end).await.holds(Exit::Refused, "the participation ended on 2026-03-01 already (act <ID>)");
    bench
        .run("participant visit S1 2026-03-02 --kind unscheduled")
        .await
        .holds(Exit::Refused, "visit 2026-03-02 lies after the end of the participation on 2026-03-01");
    bench
        .run("participant show S1")
        .await
        .holds(Exit::Done, "End of participation\n  withdrawn, last day 2026-03-01");
}

#[tokio::test]
async fn an_infusion_is_interrupted_resumed_and_ended_early_and_its_history_stays() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-02").await.holds(Exit::Done, "cycle1");
    let start = "participant infusion S1 --cycle cycle1 --day 1 --start 2026-03-02T08:00 --dose 9ug";
    let infusion = act(&bench, start).await;
    let pause = |rest: &str| format!("participant interruption S1 {infusion} --paused 2026-03-02T{rest}");
    bench
        .run(&pause("09:00 --given 1ug --reason \"pump alarm\""))
        .await
        .holds(Exit::Done, "not stopped yet (Asia/Shanghai); interrupted 2026-03-02 09:00, not resumed, 1 mcg given until then (pump alarm)");
    bench
        .run(&pause("09:00 --resumed 2026-03-02T09:40 --given 1ug --reason \"pump alarm\""))
        .await
        .holds(Exit::Done, "interrupted 2026-03-02 09:00, resumed 2026-03-02 09:40, 1 mcg given");
    bench.run(&pause("11:00 --ended --given 3ug --reason fever")).await.holds(
        Exit::Done,
        "2026-03-02 08:00 to 2026-03-02 11:00 (Asia/Shanghai); interrupted 2026-03-02 09:00, resumed \
         2026-03-02 09:40, 1 mcg given until then (pump alarm); ended early 2026-03-02 11:00, 3 mcg given",
    );
    bench.run("participant show S1").await.holds(Exit::Done, "ended early 2026-03-02 11:00, 3 mcg given");
    let listed = bench.run("participant acts S1").await;
    listed.holds(Exit::Done, "not resumed, 1 mcg given");
    // A correction that says nothing about interruptions keeps them.
    bench
        .run(
            &format!("{start} --stop 2026-03-02T11:00 --dose 8ug --corrects {infusion} --reason typed")
                .replacen(" --dose 9ug", "", 1),
        )
        .await
        .holds(Exit::Done, "8 mcg, 2026-03-02 08:00 to 2026-03-02 11:00 (Asia/Shanghai); interrupted");
    bench
        .run(&pause("09:00 --none --reason \"of another participant\""))
        .await
        .holds(Exit::Done, "(Asia/Shanghai); ended early 2026-03-02 11:00");
    bench
        .run(&pause("09:00 --none --reason again"))
        .await
        .is(Exit::Refused, "no interruption is recorded for that time. Nothing was changed");
    let visit = act(&bench, "participant visit S1 2026-03-02 --kind screening").await;
    bench
        .run(&format!("participant interruption S1 {visit} --paused 2026-03-02T09:00 --reason x"))
        .await
        .holds(Exit::Refused, "is no infusion");
}

#[tokio::test]
async fn interruptions_in_an_unusual_order_are_asked_about_and_block_nothing() {
    let bench = Bench::new().await;
    bench.run("participant anchor S1 cycle1 2026-03-02").await.holds(Exit::Done, "cycle1");
    let start = "participant infusion S1 --cycle cycle1 --day 1 --start 2026-03-02T08:00 --dose 9ug";
    let infusion = act(&bench, &format!("{start} --stop 2026-03-02T11:00")).await;
    for (rest, expected) in [
        ("07:00 --resumed 2026-03-02T07:10", "it lies before the start of the infusion"),
        ("09:00 --resumed 2026-03-02T08:30", "the infusion was resumed before it was interrupted"),
        (
            "08:45 --resumed 2026-03-02T09:30 --given 1ug",
            "the next interruption begins before this one is over",
        ),
        (
            "09:50 --resumed 2026-03-02T09:55 --given 10mg",
            "10 mg was given until then, in another unit than the dose",
        ),
        ("10:00 --resumed 2026-03-02T10:05 --given 10ug", "10 mcg was given until then, more than the dose"),
        ("10:20 --resumed 2026-03-02T11:30 --given 2ug", "the infusion was resumed after its stop"),
        ("10:40 --given 3ug", "the infusion has a stop, and was not resumed before it"),
        ("11:20", "it lies after the stop of the infusion"),
        ("12:30 --resumed 2026-03-02T12:40", "it lies in the future"),
    ] {
        let line =
            format!("participant interruption S1 {infusion} --paused 2026-03-02T{rest} --reason alarm");
        let asked = bench.run(&line).await;
        asked.holds(Exit::Refused, "the infusion is unusual and was not recorded");
        asked.holds(Exit::Refused, expected);
        bench.run(&format!("{line} --yes")).await.holds(Exit::Done, "alarm");
    }
    bench.run("report S1").await.holds(Exit::Done, "interrupted");
}
