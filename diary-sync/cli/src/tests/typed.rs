//! Amounts, days and times as people type them, through whole commands: what is taken is said back with its day, what
//! is refused says what to write.

use std::collections::BTreeMap;

use diary_core::entry::{Content, Revision};
use diary_core::study::{StudyPackage, shipped};
use diary_core::text::Lang;
use diary_core::time::{UtcMillis, Zone};

use super::world::{World, at};
use crate::Exit;

fn diary(lang: Lang) -> World {
    let mut world = World::joined(lang);
    (world.interactive, world.width) = (false, 400);
    world
}

/// The newest entry of a kind.
fn last(world: &World, kind: &str) -> Revision {
    let revisions = world.store().revisions_of(kind).unwrap();
    revisions.last().unwrap().revision().clone()
}

#[track_caller]
fn refused(world: &World, args: &[&str], said: &str) {
    let ran = world.run_args(args, "");
    // The terminal's width breaks lines at blanks.
    assert_eq!((ran.exit, ran.err.trim_end().replace('\n', " ").as_str()), (Exit::Refused, said), "{args:?}");
}

#[test]
fn every_spelling_of_an_amount_is_one_amount() {
    let world = diary(Lang::EN);
    for (text, value, unit) in [
        ("60mg", "60", "mg"),
        ("６０ｍｇ", "60", "mg"),
        ("60 ㎎", "60", "mg"),
        ("0.5 tablets", "0.5", "{tbl}"),
        ("½ tablet", "0.5", "{tbl}"),
        ("1/2 tablet", "0.5", "{tbl}"),
        (".5 tablets", "0.5", "{tbl}"),
        ("半片", "0.5", "{tbl}"),
        ("两片", "2", "{tbl}"),
        ("1片半", "1.5", "{tbl}"),
        ("1,5 mg", "1.5", "mg"),
    ] {
        let ran = world.run_args(&["dose", "extra", "pyridostigmine", "--amount", text], "");
        assert_eq!(ran.exit, Exit::Ok, "{text}: {}", ran.err);
        let Content::Dose(dose) = last(&world, "dose").content else { panic!("a dose") };
        let amount = dose.amount.unwrap();
        assert_eq!((amount.value.to_string().as_str(), amount.unit.ucum()), (value, unit), "{text}");
    }
    let extra = |text| ["dose", "extra", "pyridostigmine", "--amount", text];
    let units = "Units here: mg, tablet(s).";
    refused(
        &world,
        &extra("1,500 mg"),
        &format!(
            "A comma or a space inside a number can mean two things. Write 1500 for one thousand five hundred, 1.5 for one and a half. {units}"
        ),
    );
    refused(
        &world,
        &extra("60"),
        &format!("Write the unit behind the number, for example 60 mg or 2 tablets. {units}"),
    );
}

/// It is the evening of 1 October 2026.
#[test]
fn the_first_day_of_a_medication_is_kept_as_far_as_it_is_known() {
    let world = diary(Lang::EN);
    let start = |from| ["med", "start", "prednisone", "--dose", "5 mg", "--frequency", "qd", "--from", from];
    for (text, from) in [
        ("2026-02", "2026-02"),
        ("2025", "2025"),
        ("去年3月", "2025-03"),
        ("2026年3月1号", "2026-03-01"),
        ("9月28号", "2026-09-28"),
        ("前天", "2026-09-29"),
    ] {
        let ran = world.run_args(&start(text), "");
        assert!(
            ran.out.contains(&format!("Prednisone started from {from}: 5 mg, once a day")),
            "{}",
            ran.out
        );
        let Content::MedicationChange(change) = last(&world, "medication-change").content else {
            panic!("a change")
        };
        assert_eq!(change.from.to_string(), from, "{text}");
    }
    assert!(world.run("history", "").out.contains("Prednisone started from 2026-02: 5 mg"));
    refused(
        &world,
        &start("2月29日"),
        "There is no 29 February 2026: February has 28 days. Write for example 2026-02-28.",
    );
    refused(&world, &start("3月"), "Write the year too, for example 2026-03-29.");
    let chinese = diary(Lang::ZH_CN);
    refused(&chinese, &start("2月30日"), "没有2026年2月30日：那个月有28天。请写例如 2026-02-28。");
    let ran = chinese.run_args(&start("2026-02"), "");
    assert!(ran.out.contains("泼尼松从2026-02起开始用：5 毫克，每日一次"), "{}", ran.out);
}

/// It is 10:00 on 5 October 2026.
#[test]
fn another_day_and_another_year_are_said_back() {
    for (lang, typed, said) in [
        (Lang::EN, "10:30", "Prednisone 5 mg (extra): taken, yesterday 10:30"),
        (Lang::EN, "昨天 21:15", "Prednisone 5 mg (extra): taken, yesterday 21:15"),
        (Lang::EN, "yesterday 21:15", "Prednisone 5 mg (extra): taken, yesterday 21:15"),
        (Lang::EN, "9:15 pm", "Prednisone 5 mg (extra): taken, yesterday 21:15"),
        (Lang::EN, "09:30", "Prednisone 5 mg (extra): taken, at 09:30"),
        (Lang::EN, "2026-09-10 21:15", "Prednisone 5 mg (extra): taken, 2026-09-10 21:15"),
        (Lang::EN, "2025-10-05 08:00", "Prednisone 5 mg (extra): taken, 2025-10-05 08:00"),
        (Lang::ZH_CN, "10:30", "泼尼松 5 毫克（额外）：已用，时间 昨天 10:30"),
        (Lang::ZH_CN, "2026-09-10 21:15", "泼尼松 5 毫克（额外）：已用，时间 2026-09-10 21:15"),
    ] {
        let world = diary(lang);
        world.set(at(4, "10:00"));
        let ran = world.run_args(&["dose", "extra", "prednisone", "--amount", "5 mg", "--at", typed], "");
        assert!(ran.out.contains(&format!("#1  {said}\n")), "{typed}: {} {}", ran.out, ran.err);
    }
}

#[test]
fn a_time_that_cannot_belong_to_the_planned_dose_is_asked_about() {
    let mut world = diary(Lang::EN).with_regimen();
    world.set(at(4, "10:00"));
    let take = [
        "dose",
        "take",
        "pyridostigmine",
        "--day",
        "yesterday",
        "--time",
        "08:00",
        "--at",
        "2025-10-04 08:00",
    ];
    refused(
        &world,
        &take,
        "Not recorded: Sat 2025-10-04 08:00 is more than a day from the planned time, Sun 2026-10-04 08:00. Check day and time; if they are right, do it again with --yes.",
    );
    world.interactive = true;
    let ran = world.run_args(&take, "no\n");
    assert!(ran.out.contains("Sun 2026-10-04 08:00. Is that right? [yes/no] no"), "{}", ran.out);
    assert_eq!((ran.exit, world.store().revisions_of("dose").unwrap().len()), (Exit::Refused, 0));
    let with_yes: Vec<&str> = take.into_iter().chain(["--yes"]).collect();
    let ran = world.run_args(&with_yes, "");
    assert!(ran.out.contains("Pyridostigmine 60 mg: taken, 2025-10-04 08:00"), "{}", ran.out);
}

fn utc(text: &str) -> UtcMillis {
    UtcMillis(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis())
}

#[test]
fn the_second_pass_of_an_hour_is_recorded_and_shown_as_such() {
    let mut world = diary(Lang::EN);
    world.zone = "America/New_York".parse::<Zone>().unwrap();
    let extra = |at| ["dose", "extra", "prednisone", "--amount", "5 mg", "--at", at];
    // 01:45, the second time.
    world.set(utc("2026-11-01T06:45:00Z"));
    let ran = world.run_args(&extra("01:43"), "");
    assert!(ran.out.contains("taken, at 01:43 second\n"), "{}", ran.out);
    let revision = last(&world, "dose");
    assert_eq!(revision.occurred.map(|at| at.0), Some(utc("2026-11-01T06:43:00Z")));
    assert_eq!(revision.recorded.offset_s, -5 * 3_600);
    refused(
        &world,
        &extra("2026-11-01 01:43"),
        "On 2026-11-01 clocks were put back and showed 01:43 twice. Write \"2026-11-01 01:43 first\" or \"2026-11-01 01:43 second\".",
    );
    let ran = world.run_args(&extra("2026-11-01 01:43 first"), "");
    assert!(ran.out.contains("taken, at 01:43 first\n"), "{}", ran.out);
    assert_eq!(last(&world, "dose").occurred.map(|at| at.0), Some(utc("2026-11-01T05:43:00Z")));
    let history = world.run("history", "").out;
    for pass in ["first", "second"] {
        let line = format!("01:45 second  Prednisone 5 mg (extra): taken, 11-01 01:43 {pass}\n");
        assert!(history.contains(&line), "{history}");
    }
}

#[test]
fn a_time_that_no_clock_showed_is_refused_with_the_two_that_exist() {
    let mut world = diary(Lang::EN);
    world.zone = "America/New_York".parse::<Zone>().unwrap();
    world.set(utc("2027-03-14T16:00:00Z"));
    let extra = ["dose", "extra", "prednisone", "--amount", "5 mg", "--at", "2027-03-14 02:30"];
    refused(
        &world,
        &extra,
        "2027-03-14 has no 02:30: clocks went from 02:00 to 03:00. Write 01:30 or 03:30.",
    );
}

/// The shipped study with a question for a date before the others.
fn with_a_date() -> StudyPackage {
    let shipped = shipped::nct06836973();
    let mut files: BTreeMap<String, Vec<u8>> =
        shipped.names().map(|name| (name.to_owned(), shipped.file(name).unwrap().to_vec())).collect();
    let evening = String::from_utf8(files.remove("evening.json").unwrap()).unwrap();
    let question = r#""item": [{"linkId": "next", "type": "date", "text": "When is your next visit?", "_text":
      {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
      {"url": "lang", "valueCode": "zh-CN"}, {"url": "content", "valueString": "下次访视是哪天？"}]}]}},"#;
    files.insert("evening.json".to_owned(), evening.replacen("\"item\": [", question, 1).into_bytes());
    StudyPackage::new(files).unwrap()
}

#[test]
fn a_date_answer_more_than_a_year_away_is_asked_about() {
    let mut world = World::joined_to(&with_a_date(), Lang::EN);
    world.width = 400;
    let ran = world.run("log evening", "2062-03-04\nno\n2026-10-29\nq\n");
    assert!(ran.out.contains("2062-03-04 is 35 years from now; is that meant? [yes/no] no\n"), "{}", ran.out);
    let draft = |world: &World| {
        let drafts = world.store().drafts().unwrap();
        let answers = world.store().draft(&drafts[0]).unwrap().unwrap().answers;
        answers[0].values[0].date().map(|date| date.to_string())
    };
    assert_eq!(draft(&world).as_deref(), Some("2026-10-29"));
    world.interactive = false;
    let set = ["log", "evening", "--set", "next=2062-03-04"];
    refused(
        &world,
        &set,
        "2062-03-04 is 35 years from now; is that meant? If it is, do it again with --yes.",
    );
    assert_eq!(draft(&world).as_deref(), Some("2026-10-29"));
    let with_yes: Vec<&str> = set.into_iter().chain(["--yes"]).collect();
    world.run_args(&with_yes, "");
    assert_eq!(
        draft(&world).as_deref(),
        Some("2062-03-04"),
        "the other answers are missing, so it is a draft"
    );
}

/// An entry that a wrong clock dated into the future, or long ago, is shown with the day that it bears, and can be corrected
/// or withdrawn by its number.
#[test]
fn what_was_entered_under_a_wrong_clock_is_shown_in_the_history() {
    let world = diary(Lang::EN);
    for (day, text) in [(400, "from next year"), (0, "of today"), (-800, "from years ago")] {
        world.set(at(day, "21:00"));
        assert_eq!(world.run_args(&["note", text], "").exit, Exit::Ok, "{text}");
    }
    world.set(at(0, "21:30"));
    let shown = world.run("history", "").out;
    let days: Vec<&str> = shown.lines().filter(|line| !line.starts_with(' ') && !line.is_empty()).collect();
    assert_eq!(days.len(), 2, "{shown}");
    assert!(shown.contains("Note: from next year") && shown.contains("Note: of today"), "{shown}");
    let far = world.run("history 3", "").out;
    assert!(far.contains("Note: from years ago"), "{far}");
}
