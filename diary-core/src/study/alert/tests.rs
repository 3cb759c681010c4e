//! Alert rules of the shipped study, answer by answer.

use std::sync::OnceLock;

use std::sync::Arc;

use super::*;
use crate::measure::Unit;
use crate::study::Course;
use crate::study::{Plan, occurrences, shipped};
use crate::text::Lang;
use crate::time::{DAY_MS, UtcMillis};

fn study() -> &'static Study {
    static STUDY: OnceLock<Study> = OnceLock::new();
    STUDY.get_or_init(|| Study::load(&shipped::nct06836973()).unwrap())
}

fn day(text: &str) -> DiaryDay {
    text.parse().unwrap()
}

fn anchors() -> Anchors {
    [("cycle1".parse().unwrap(), day("2026-03-02")), ("cycle2".parse().unwrap(), day("2026-03-14"))].into()
}

/// `breathing=3 temperature=38.0 blackout=yes` as answers to `instrument`.
fn answers(instrument: &Instrument, text: &str) -> Vec<Answer> {
    let answer = |pair: &str| {
        let (link_id, value) = pair.split_once('=').unwrap();
        let item = instrument.item(link_id).unwrap();
        let value = match (item.options.is_empty(), value) {
            (false, code) => Value::Coding { system: item.options[0].system.clone(), code: code.to_owned() },
            (_, "yes") => Value::Boolean(true),
            (_, "no") => Value::Boolean(false),
            (_, number) if number.contains('.') => Value::Decimal(number.parse().unwrap()),
            (_, number) => Value::Integer(number.parse().unwrap()),
        };
        Answer { link_id: link_id.to_owned(), values: vec![value] }
    };
    text.split_whitespace().map(answer).collect()
}

fn hits(instrument: &str, given: &str, on: &str, totals: &[(&str, i64)]) -> Vec<String> {
    let study = study();
    let id = instrument.parse().unwrap();
    let totals: BTreeMap<_, _> = totals.iter().map(|(on, total)| (day(on), Decimal::from(*total))).collect();
    let answers = answers(study.instrument(&id).unwrap(), given);
    let input = AlertInput {
        site: &study.sites()[0],
        instrument: &id,
        answers: &answers,
        day: day(on),
        totals: &totals,
        anchors: &anchors(),
    };
    evaluate(study, &input).iter().map(|hit| hit.rule.to_string()).collect()
}

#[test]
fn red_flags_are_met_at_their_threshold_and_not_below() {
    let in_window = "2026-03-05";
    for (instrument, given, expect) in [
        ("evening", "breathing=1 swallowing=2 speech=2 neck=2 cough=can", &[][..]),
        ("evening", "breathing=2", &["breathless-lying-flat"]),
        ("evening", "breathing=3", &["breathless-at-rest"]),
        ("evening", "swallowing=3", &["choking-on-liquids"]),
        ("evening", "cough=cannot", &["cannot-clear-phlegm"]),
        ("evening", "cough=weak", &["bulbar-or-neck"]),
        ("evening", "neck=3", &["bulbar-or-neck"]),
        ("evening", "speech=3 breathing=3", &["breathless-at-rest", "bulbar-or-neck"]),
        ("morning", "breathing=3", &["breathless-at-rest-morning"]),
        ("mg-adl", "breathing=2", &["mg-adl-breathing"]),
        ("safety", "temperature=37.9", &[]),
        ("safety", "temperature=38.0", &["fever"]),
        ("safety", "temperature=43.0", &["fever"]),
        // What could not be entered meets no threshold.
        ("safety", "temperature=43.1", &[]),
        ("safety", "temperature=900000000000000.0", &[]),
        ("evening", "breathing=9", &[]),
        ("safety", "chills=1", &[]),
        ("safety", "antipyretic=yes", &[]),
        ("safety", "chills=1 antipyretic=yes", &["hidden-fever"]),
        ("safety", "chills=2 antipyretic=no", &["hidden-fever"]),
        ("safety", "headache=6 tremor=1 handwriting=no", &[]),
        ("safety", "headache=7", &["nerve-signs"]),
        ("safety", "speech=yes speech-new=usual", &[]),
        ("safety", "speech=yes speech-new=new", &["nerve-signs"]),
        ("safety", "vision=yes vision-new=unsure", &["nerve-signs"]),
        ("safety", "breathing=1 breathing-new=new", &["breathing-new"]),
        ("safety", "confusion=no blackout=no", &[]),
        ("safety", "confusion=other temperature=39.5", &["nerve-emergency", "fever"]),
        ("safety", "dizziness=2", &["low-blood-pressure"]),
        ("safety", "infusion-site=sore", &["infection"]),
        ("safety", "", &[]),
    ] {
        assert_eq!(hits(instrument, given, in_window, &[]), expect, "{instrument}: {given}");
    }
}

#[test]
fn a_rule_with_a_period_is_met_only_in_it() {
    assert!(hits("safety", "temperature=39.0", "2026-03-01", &[]).is_empty());
    assert_eq!(hits("safety", "temperature=39.0", "2026-04-01", &[]), ["fever"]);
    assert!(hits("safety", "temperature=39.0", "2026-04-02", &[]).is_empty());
}

#[test]
fn an_answer_that_the_instrument_does_not_know_meets_nothing() {
    let study = study();
    let odd = [
        Answer { link_id: "breathing".to_owned(), values: vec![Value::Text("3".to_owned())] },
        Answer { link_id: "nowhere".to_owned(), values: vec![Value::Integer(9)] },
        Answer {
            link_id: "swallowing".to_owned(),
            values: vec![Value::Coding { system: None, code: "9".to_owned() }],
        },
    ];
    let (id, none) = ("evening".parse().unwrap(), Anchors::new());
    let site = &study.sites()[0];
    let input = AlertInput {
        site,
        instrument: &id,
        answers: &odd,
        day: day("2026-03-05"),
        totals: &BTreeMap::new(),
        anchors: &none,
    };
    assert!(evaluate(study, &input).is_empty());
    let id = "unknown".parse().unwrap();
    assert!(evaluate(study, &AlertInput { instrument: &id, ..input }).is_empty());
}

/// Answers to all eight items that add up to `total`.
fn adl(total: i64) -> String {
    let items =
        ["talking", "chewing", "swallowing", "grooming", "rising", "double-vision", "eyelids", "breathing"];
    let mut left = total;
    let mut given = Vec::new();
    for item in items {
        let n = left.min(3);
        left -= n;
        given.push(format!("{item}={n}"));
    }
    given.join(" ")
}

#[test]
fn mg_adl_up_by_two_is_told_against_the_last_one_and_against_the_one_before_cycle_1() {
    let before = [("2026-02-15", 9), ("2026-02-22", 5), ("2026-03-08", 8)];
    for (total, on, totals, met) in [
        (9, "2026-03-15", &before[..], true),
        (6, "2026-03-15", &before[..], false),
        (7, "2026-03-15", &before[..], true),
        (10, "2026-03-15", &before[..], true),
        // Before the first cycle only the last one counts.
        (10, "2026-03-01", &before[..2], true),
        (6, "2026-03-01", &before[..2], false),
        (7, "2026-03-01", &before[..2], true),
        (20, "2026-03-15", &[], false),
        // Totals of the same day or later ones are not earlier ones.
        (7, "2026-03-15", &[("2026-03-15", 1), ("2026-03-22", 1)], false),
    ] {
        let found = hits("mg-adl", &adl(total), on, totals);
        assert_eq!(found.contains(&"mg-adl-up".to_owned()), met, "{total} on {on} after {totals:?}");
    }
    let seven_items = adl(20).replace("talking=3 ", "");
    assert!(hits("mg-adl", &seven_items, "2026-03-15", &before).iter().all(|rule| rule != "mg-adl-up"));
}

/// Rules met at noon of `today` when the slots listed were answered.
fn missed(answered: &[&str], today: &str) -> Vec<String> {
    let study = study();
    let plan = Plan {
        study,
        course: {
            let mut course = Course::default();
            course.anchors = anchors();
            Arc::new(course)
        },
        first_day: day("2026-02-20"),
        zone: "Asia/Shanghai".parse().unwrap(),
    };
    let midnight = day(today).0.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    let now = UtcMillis(midnight + DAY_MS / 6);
    let is_answered = |o: &Occurrence| match &o.slot {
        Slot::Scheduled(id) => answered.contains(&format!("{} {id}", o.day).as_str()),
        Slot::PlannedDose { .. } => false,
    };
    let slots: Vec<_> = occurrences(&plan, plan.first_day, day(today))
        .into_iter()
        .map(|o| {
            let state = crate::study::state(&o, is_answered(&o), now);
            (o, state)
        })
        .collect();
    let input = MissedInput {
        site: &study.sites()[0],
        day: day(today),
        slots: &slots,
        anchors: &plan.course.anchors,
    };
    evaluate_missed(study, &input).iter().map(|hit| hit.rule.to_string()).collect()
}

#[test]
fn days_missed_in_a_row_are_told_and_an_answer_breaks_the_row() {
    assert!(missed(&[], "2026-02-22").is_empty());
    assert_eq!(missed(&[], "2026-02-23"), ["diary-missed"]);
    assert!(missed(&["2026-02-22 evening"], "2026-02-23").is_empty());
    assert!(missed(&["2026-02-23 evening"], "2026-02-25").is_empty());
    assert_eq!(missed(&["2026-02-22 evening"], "2026-02-26"), ["diary-missed"]);
}

#[test]
fn a_missed_safety_check_is_told_in_its_window_once_both_of_a_day_are_over() {
    let kept = ["2026-03-01 evening", "2026-03-02 evening", "2026-03-03 evening"];
    assert!(missed(&kept, "2026-03-02").is_empty());
    assert_eq!(missed(&kept, "2026-03-03"), ["safety-check-missed"]);
    let with_one = [&kept[..], &["2026-03-02 safety-evening"]].concat();
    assert!(missed(&with_one, "2026-03-03").is_empty());
}

#[test]
fn what_is_shown_names_the_numbers_of_the_site() {
    let study = study();
    let site = &study.sites()[0];
    let (id, none) = ("evening".parse().unwrap(), Anchors::new());
    let answers = answers(study.instrument(&id).unwrap(), "breathing=3");
    let input = AlertInput {
        site,
        instrument: &id,
        answers: &answers,
        day: day("2026-03-05"),
        totals: &BTreeMap::new(),
        anchors: &none,
    };
    let hit = &evaluate(study, &input)[0];
    assert_eq!(hit.severity, Severity::Emergency);
    for lang in [Lang::ZH_CN, Lang::EN] {
        let shown = hit.instruction.get(lang);
        assert!(shown.contains("120") && shown.contains(site.contact.get(lang)), "{shown}");
        assert!(!shown.contains(['{', '}']), "{shown}");
    }
}

#[test]
fn quantities_are_compared_by_their_number() {
    let study = study();
    let instrument = study.instrument(&"safety".parse().unwrap()).unwrap();
    let warm = Value::Quantity(crate::measure::Quantity { value: "38.4".parse().unwrap(), unit: Unit::MG });
    assert_eq!(number(instrument, "temperature", &warm), Some("38.4".parse().unwrap()));
}
