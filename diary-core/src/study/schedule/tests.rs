//! The schedule across zones, clock changes, moved anchors and changed regimens. Instants are computed by
//! hand from the IANA database.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::act::{Act, LineChange, RegimenLine};
use crate::study::course::Course;
use crate::study::regimen::tests::{begin, change, line_of};
use crate::study::{STUDY_FILE, StudyPackage, shipped};

fn study() -> &'static Study {
    static STUDY: OnceLock<Study> = OnceLock::new();
    STUDY.get_or_init(|| Study::load(&shipped::nct06836973()).unwrap())
}

/// The shipped study with other hours.
fn study_with(changes: &[(&str, &str)]) -> Study {
    let mut files = shipped::nct06836973().files().clone();
    let mut text = String::from_utf8(files[STUDY_FILE].clone()).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "{old:?} is not in the study");
        text = text.replacen(old, new, 1);
    }
    files.insert(STUDY_FILE.to_owned(), text.into_bytes());
    Study::load(&StudyPackage::new(files).unwrap()).unwrap()
}

fn day(text: &str) -> DiaryDay {
    text.parse().unwrap()
}

fn plan<'a>(study: &'a Study, zone: &str) -> Plan<'a> {
    let first_day = day("2026-01-01");
    Plan { study, course: Arc::default(), first_day, zone: zone.parse().unwrap() }
}

/// The plan with these anchors.
fn set_anchor(plan: &mut Plan<'_>, anchor: &str, date: &str) {
    let mut course = Course::clone(&plan.course);
    course.anchors.insert(anchor.parse().unwrap(), day(date));
    plan.course = Arc::new(course);
}

fn course(acts: &[Act]) -> Arc<Course> {
    Arc::new(Course::of(&acts.iter().collect::<Vec<_>>(), Vec::new(), |_| None))
}

fn line(id: u8, first: &str, times: &[&str], every_days: u16) -> RegimenLine {
    let mut line = line_of(id, "pyridostigmine", "60 mg", first, times);
    line.timing.every_days = every_days;
    line
}

/// A regimen of lines 1, 2, ... that all begin on `from`.
fn regimen(from: &str, lines: &[(&[&str], u16)]) -> Arc<Course> {
    let lines = (1..).zip(lines).map(|(id, (times, every))| begin(line(id, from, times, *every)));
    course(&[change(1, from, lines.collect())])
}

fn name(slot: &Slot) -> String {
    match slot {
        Slot::Scheduled(id) => id.to_string(),
        Slot::PlannedDose { line, time } => format!("dose {}.{time}", line.as_bytes()[7]),
    }
}

/// `day slot` of every prompt.
fn prompts(plan: &Plan<'_>, from: &str, to: &str) -> Vec<String> {
    let all = occurrences(plan, day(from), day(to));
    all.iter().map(|o| format!("{} {}", o.day, name(&o.slot))).collect()
}

fn days_of(plan: &Plan<'_>, slot: &str, from: &str, to: &str) -> Vec<String> {
    let all = occurrences(plan, day(from), day(to));
    all.iter().filter(|o| name(&o.slot) == slot).map(|o| o.day.to_string()).collect()
}

/// Opening, due time and closing of one prompt.
fn hours(plan: &Plan<'_>, slot: &str, on: &str) -> [String; 3] {
    let all = occurrences(plan, day(on), day(on));
    let one = all.iter().find(|o| name(&o.slot) == slot).unwrap();
    [one.opens, one.due, one.closes].map(|at| at.to_string())
}

#[test]
fn the_evening_check_opens_and_closes_by_the_clock_of_the_zone() {
    let study = study();
    for (zone, on, opens, due, closes) in [
        (
            "Asia/Shanghai",
            "2026-03-29",
            "2026-03-29T09:00:00Z",
            "2026-03-29T12:00:00Z",
            "2026-03-29T19:00:00Z",
        ),
        (
            "Asia/Kathmandu",
            "2026-03-29",
            "2026-03-29T11:15:00Z",
            "2026-03-29T14:15:00Z",
            "2026-03-29T21:15:00Z",
        ),
        // New York springs forward in the night after the 7th, falls back in the night after 31 October.
        (
            "America/New_York",
            "2026-03-07",
            "2026-03-07T22:00:00Z",
            "2026-03-08T01:00:00Z",
            "2026-03-08T07:00:00Z",
        ),
        (
            "America/New_York",
            "2026-03-08",
            "2026-03-08T21:00:00Z",
            "2026-03-09T00:00:00Z",
            "2026-03-09T07:00:00Z",
        ),
        (
            "America/New_York",
            "2026-10-31",
            "2026-10-31T21:00:00Z",
            "2026-11-01T00:00:00Z",
            "2026-11-01T08:00:00Z",
        ),
        // Lord Howe moves by half an hour.
        (
            "Australia/Lord_Howe",
            "2026-04-04",
            "2026-04-04T06:00:00Z",
            "2026-04-04T09:00:00Z",
            "2026-04-04T16:30:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-03",
            "2026-10-03T06:30:00Z",
            "2026-10-03T09:30:00Z",
            "2026-10-03T16:00:00Z",
        ),
    ] {
        assert_eq!(hours(&plan(study, zone), "evening", on), [opens, due, closes], "{zone} {on}");
    }
}

#[test]
fn hours_that_a_clock_change_leaves_out_or_repeats_are_met_once() {
    let late_evening = [("opens = \"17:00\"\ndue = \"20:00\"", "opens = \"01:30\"\ndue = \"02:30\"")];
    let study = &study_with(&late_evening);
    for (zone, on, opens, due, closes) in [
        // 02:30 is left out and the change ends the day: its last minute.
        (
            "America/New_York",
            "2026-03-07",
            "2026-03-08T06:30:00Z",
            "2026-03-08T06:59:00Z",
            "2026-03-08T07:00:00Z",
        ),
        // 01:30 comes twice: the first.
        (
            "America/New_York",
            "2026-10-31",
            "2026-11-01T05:30:00Z",
            "2026-11-01T07:30:00Z",
            "2026-11-01T08:00:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-04",
            "2026-04-04T14:30:00Z",
            "2026-04-04T16:00:00Z",
            "2026-04-04T16:30:00Z",
        ),
        // 02:00 to 02:30 is left out: half past two is the change itself.
        (
            "Australia/Lord_Howe",
            "2026-10-03",
            "2026-10-03T15:00:00Z",
            "2026-10-03T15:30:00Z",
            "2026-10-03T16:00:00Z",
        ),
    ] {
        assert_eq!(hours(&plan(study, zone), "evening", on), [opens, due, closes], "{zone} {on}");
    }
}

#[test]
fn a_window_may_close_days_later_and_closes_by_the_wall_clock() {
    let study = study();
    let new_york = plan(study, "America/New_York");
    // Sunday 8 March, the day after the change, to the end of Monday.
    assert_eq!(hours(&new_york, "mg-adl", "2026-03-08")[2], "2026-03-10T07:00:00Z");
    let noon = study_with(&[(
        "closes = \"03:00\"\ncloses_after_days = 1",
        "closes = \"12:00\"\ncloses_after_days = 1",
    )]);
    assert_eq!(hours(&plan(&noon, "America/New_York"), "mg-adl", "2026-03-08")[2], "2026-03-09T16:00:00Z");
}

#[test]
fn travel_moves_the_hours_and_keeps_days_and_slots() {
    let study = study();
    let mut at_home = plan(study, "Asia/Shanghai");
    at_home.course = regimen("2026-01-01", &[(&["08:00", "01:30"], 1)]);
    let keys = prompts(&at_home, "2026-03-01", "2026-03-31");
    for zone in ["America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC"] {
        let mut away = at_home.clone();
        away.zone = zone.parse().unwrap();
        assert_eq!(prompts(&away, "2026-03-01", "2026-03-31"), keys, "{zone}");
    }
}

#[test]
fn the_weekly_questions_come_on_sundays_and_never_daily() {
    let study = study();
    let days = days_of(&plan(study, "Asia/Shanghai"), "mg-adl", "2026-03-01", "2026-03-31");
    assert_eq!(days, ["2026-03-01", "2026-03-08", "2026-03-15", "2026-03-22", "2026-03-29"]);
}

#[test]
fn safety_checks_follow_the_anchors_also_when_these_move() {
    let study = study();
    let mut plan = plan(study, "Asia/Shanghai");
    let safety = |plan: &Plan<'_>, slot| days_of(plan, slot, "2026-01-01", "2026-06-30");
    assert!(safety(&plan, "safety-morning").is_empty());
    set_anchor(&mut plan, "cycle1", "2026-03-02");
    let first = safety(&plan, "safety-morning");
    assert_eq!((first.len(), first[0].as_str(), first[18].as_str()), (19, "2026-03-02", "2026-03-20"));
    // The second cycle begins within the window of the first: no day is asked twice.
    set_anchor(&mut plan, "cycle2", "2026-03-14");
    let both = safety(&plan, "safety-evening");
    assert_eq!((both.len(), both[30].as_str()), (31, "2026-04-01"));
    set_anchor(&mut plan, "cycle2", "2026-04-14");
    assert_eq!(safety(&plan, "safety-evening").len(), 38);
}

#[test]
fn every_so_many_days_is_counted_from_the_anchor_or_the_first_day() {
    let changed = study_with(&[("{ weekly = \"sunday\" }", "{ every = { days = 14, from = \"cycle1\" } }")]);
    let mut plan = plan(&changed, "Asia/Shanghai");
    assert!(days_of(&plan, "mg-adl", "2026-01-01", "2026-04-01").is_empty());
    set_anchor(&mut plan, "cycle1", "2026-03-02");
    assert_eq!(
        days_of(&plan, "mg-adl", "2026-01-01", "2026-03-31"),
        ["2026-03-02", "2026-03-16", "2026-03-30"]
    );
    let changed = study_with(&[("{ weekly = \"sunday\" }", "{ every = { days = 10 } }")]);
    let plan = Plan { study: &changed, ..plan };
    assert_eq!(
        days_of(&plan, "mg-adl", "2025-12-01", "2026-01-21"),
        ["2026-01-01", "2026-01-11", "2026-01-21"]
    );
}

#[test]
fn what_is_switched_off_is_not_asked() {
    let study = study();
    assert!(days_of(&plan(study, "Asia/Shanghai"), "morning", "2026-01-01", "2026-01-31").is_empty());
    let on = study_with(&[("enabled = false", "enabled = true")]);
    assert_eq!(days_of(&plan(&on, "Asia/Shanghai"), "morning", "2026-01-01", "2026-01-31").len(), 31);
}

#[test]
fn nothing_is_asked_before_the_diary_begins_or_in_an_empty_range() {
    let study = study();
    let plan = plan(study, "Asia/Shanghai");
    assert_eq!(days_of(&plan, "evening", "2025-01-01", "2026-01-02"), ["2026-01-01", "2026-01-02"]);
    assert!(prompts(&plan, "2026-02-01", "2026-01-31").is_empty());
}

#[test]
fn a_dose_before_the_cut_belongs_to_the_diary_day_before() {
    let study = study();
    let mut plan = plan(study, "Asia/Shanghai");
    plan.course = regimen("2026-01-01", &[(&["08:00", "01:30", "03:30"], 1)]);
    assert_eq!(hours(&plan, "dose 1.01:30", "2026-03-29")[1], "2026-03-29T17:30:00Z");
    // Two hours before 03:30 would lie in the day before: it opens with its own day.
    let early = hours(&plan, "dose 1.03:30", "2026-03-29");
    assert_eq!(early, ["2026-03-28T19:00:00Z", "2026-03-28T19:30:00Z", "2026-03-28T23:30:00Z"]);
    assert_eq!(
        prompts(&plan, "2026-03-28", "2026-03-28"),
        ["dose 1.03:30", "dose 1.08:00", "evening", "dose 1.01:30"].map(|slot| format!("2026-03-28 {slot}"))
    );
}

#[test]
fn lines_live_side_by_side_each_counted_from_its_own_first_day() {
    let study = study();
    let mut plan = plan(study, "Asia/Shanghai");
    let mut acts = vec![
        change(1, "2026-03-02", vec![begin(line(1, "2026-03-02", &["08:00"], 1))]),
        change(2, "2026-03-05", vec![begin(line(2, "2026-03-05", &["20:00"], 2))]),
    ];
    plan.course = course(&acts);
    let doses = |plan: &Plan<'_>| -> Vec<String> {
        prompts(plan, "2026-03-04", "2026-03-07").into_iter().filter(|p| p.contains("dose")).collect()
    };
    assert_eq!(
        doses(&plan),
        [
            "2026-03-04 dose 1.08:00",
            "2026-03-05 dose 1.08:00",
            "2026-03-05 dose 2.20:00",
            "2026-03-06 dose 1.08:00",
            "2026-03-07 dose 1.08:00",
            "2026-03-07 dose 2.20:00",
        ]
    );
    let end = LineChange::End { line: line(1, "2026-03-02", &[], 1).id, last: day("2026-03-05") };
    acts.push(change(3, "2026-03-06", vec![end]));
    plan.course = course(&acts);
    assert_eq!(
        doses(&plan),
        [
            "2026-03-04 dose 1.08:00",
            "2026-03-05 dose 1.08:00",
            "2026-03-05 dose 2.20:00",
            "2026-03-07 dose 2.20:00"
        ]
    );
}

#[test]
fn what_a_phone_could_not_know_before_its_window_closed_is_not_asked() {
    let study = study();
    let mut plan = plan(study, "Asia/Shanghai");
    let acts = [change(1, "2026-03-02", vec![begin(line(1, "2026-03-02", &["08:00"], 1))])];
    let at =
        |text: &str| UtcMillis(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis());
    // Set on 4 March at 11:00 in Beijing: the window of that day's dose closes at 12:00.
    let known = at("2026-03-04T03:00:00Z");
    plan.course = Arc::new(Course::of(&acts.iter().collect::<Vec<_>>(), Vec::new(), |_| Some(known)));
    let states: Vec<(String, SlotState)> = occurrences(&plan, day("2026-03-02"), day("2026-03-05"))
        .iter()
        .filter(|o| name(&o.slot) == "dose 1.08:00")
        .map(|o| (o.day.to_string(), state(o, false, at("2026-03-04T05:00:00Z"))))
        .collect();
    assert_eq!(
        states,
        [
            ("2026-03-02".to_owned(), SlotState::NotAsked),
            ("2026-03-03".to_owned(), SlotState::NotAsked),
            ("2026-03-04".to_owned(), SlotState::Late),
            ("2026-03-05".to_owned(), SlotState::Upcoming),
        ]
    );
}

#[test]
fn after_the_last_day_of_the_participation_nothing_is_asked() {
    let study = study();
    let mut plan = plan(study, "Asia/Shanghai");
    let mut ended = Course::default();
    ended.end = Some((crate::act::EndOfParticipation::Withdrawn, day("2026-03-03")));
    plan.course = Arc::new(ended);
    assert_eq!(prompts(&plan, "2026-03-02", "2026-03-06"), ["2026-03-02 evening", "2026-03-03 evening"]);
}

#[test]
fn a_slot_is_upcoming_open_late_and_missed_in_turn() {
    let study = study();
    let all = occurrences(&plan(study, "Asia/Shanghai"), day("2026-03-30"), day("2026-03-30"));
    let at =
        |text: &str| UtcMillis(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis());
    for (now, expect) in [
        ("2026-03-30T08:59:59Z", SlotState::Upcoming),
        ("2026-03-30T09:00:00Z", SlotState::Open),
        ("2026-03-30T18:59:59Z", SlotState::Open),
        ("2026-03-30T19:00:00Z", SlotState::Late),
        ("2026-04-01T18:59:59Z", SlotState::Late),
        ("2026-04-01T19:00:00Z", SlotState::Missed),
    ] {
        assert_eq!(state(&all[0], false, at(now)), expect, "{now}");
        assert_eq!(state(&all[0], true, at(now)), SlotState::Answered, "{now}");
    }
}

const ZONES: &[&str] = &[
    "Asia/Shanghai",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/New_York",
    "America/Havana",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Europe/Berlin",
    "Europe/Helsinki",
    "Europe/Lisbon",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
];

fn time() -> impl Strategy<Value = TimeOfDay> {
    (0u16..24, 0u16..60).prop_map(|(hour, minute)| TimeOfDay::new(hour, minute).unwrap())
}

proptest! {
    #[test]
    fn each_slot_comes_once_a_day_with_its_hours_in_order(
        zone in proptest::sample::select(ZONES),
        start in 0i64..15_000,
        length in 1i64..400,
        times in proptest::collection::vec(time(), 0..6),
        cycle1 in proptest::option::of(0i64..100),
        (opens, due) in (time(), time()),
    ) {
        let study = study();
        let cut = study.day_cut();
        let first_day = day("1995-01-01").plus_days(start);
        let mut line = line(1, &first_day.to_string(), &[], 1);
        line.timing.times = times.clone();
        let times: BTreeSet<_> = times.into_iter().collect();
        let acts = [change(1, &first_day.to_string(), vec![begin(line)])];
        let mut course = Course::of(&acts.iter().collect::<Vec<_>>(), Vec::new(), |_| None);
        course.anchors.extend(cycle1.map(|n| ("cycle1".parse().unwrap(), first_day.plus_days(n))));
        let plan = Plan { study, course: Arc::new(course), first_day, zone: zone.parse().unwrap() };
        let last = first_day.plus_days(length - 1);
        let all = occurrences(&plan, first_day, last);
        let keys: BTreeSet<_> = all.iter().map(|o| (o.day, o.slot.clone())).collect();
        prop_assert_eq!(keys.len(), all.len(), "a slot comes twice");
        for day in first_day.through(last) {
            let of_day = all.iter().filter(|o| o.day == day).count();
            let asked = all.iter().filter(|o| o.day == day && name(&o.slot) == "evening").count();
            prop_assert_eq!(asked, 1, "{}", day);
            prop_assert!(of_day > times.len(), "{}", day);
        }
        for o in &all {
            prop_assert!(o.opens <= o.due && o.due <= o.closes && o.closes <= o.late_until, "{:?}", o);
            // Only a day that the zone all but leaves out (Apia 2011-12-30) may have a window without any time.
            let of_day = Hours::start(plan.zone, o.day.plus_days(1), cut).since_ms(Hours::start(plan.zone, o.day, cut));
            prop_assert!(o.opens < o.closes || of_day < 12 * 3_600_000, "{:?}", o);
            prop_assert!(o.opens < o.late_until, "{:?}", o);
            prop_assert_eq!((plan.day(o.opens), plan.day(o.due)), (o.day, o.day), "{:?}", o);
        }
        // For any hours of a slot, its instants lie within its day and keep their order.
        let hours = Hours { zone: plan.zone, day: last, cut,
            start: Hours::start(plan.zone, last, cut), end: Hours::start(plan.zone, last.plus_days(1), cut) };
        prop_assert_eq!((plan.day(hours.at(opens)), plan.day(hours.at(due))), (last, last));
        if opens.minutes_after(cut) <= due.minutes_after(cut) {
            prop_assert!(hours.at(opens) <= hours.at(due));
        }
    }
}
