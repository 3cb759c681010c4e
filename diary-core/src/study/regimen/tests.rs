//! Lines, their ranges, and the assignment of answers to planned doses.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::act::RegimenChange;
use crate::act::Step;
use crate::measure::Unit;
use crate::study::Course;

pub(crate) fn day(text: &str) -> DiaryDay {
    text.parse().unwrap()
}

pub(crate) fn id(n: u8) -> LineId {
    LineId::from_bytes([0, 0, 0, 0, 0, 0, 0, n])
}

fn mg(n: i64) -> Quantity {
    Quantity { value: n.into(), unit: Unit::MG }
}

/// A line of tablets by mouth; without times it is taken as needed.
pub(crate) fn line_of(n: u8, code: &str, amount: &str, first: &str, times: &[&str]) -> RegimenLine {
    let (value, unit) = amount.split_once(' ').unwrap();
    RegimenLine {
        id: id(n),
        medication: MedicationRef { code: Some(code.parse().unwrap()), name: code.to_owned() },
        form: "tablet".to_owned(),
        amount: Quantity { value: value.parse().unwrap(), unit: unit.parse().unwrap() },
        route: Route::Oral,
        first: day(first),
        last: None,
        timing: Timing {
            times: times.iter().map(|time| time.parse().unwrap()).collect(),
            every_days: 1,
            weekdays: Vec::new(),
        },
        as_needed: times.is_empty().then(AsNeededRule::default),
        steps: Vec::new(),
    }
}

pub(crate) fn begin(line: RegimenLine) -> LineChange {
    LineChange::Begin(line)
}

/// Act `n` on the regimen, made at `n` ms.
pub(crate) fn change(n: u8, from: &str, lines: Vec<LineChange>) -> Act {
    Act {
        id: ActId::from_bytes([n; 16]),
        counter: n.into(),
        by: "li".to_owned(),
        at: UtcMillis(n.into()),
        reason: None,
        content: ActContent::Regimen(RegimenChange { from: day(from), lines }),
        replaces: None,
    }
}

fn amount_from(n: u8, from: &str, amount: i64) -> LineChange {
    LineChange::Alter(LinePatch { amount: Some(mg(amount)), ..LinePatch::none(id(n), day(from)) })
}

fn times_from(n: u8, from: &str, times: &[&str]) -> LineChange {
    let timing = line_of(n, "x", "1 mg", from, times).timing;
    LineChange::Alter(LinePatch { timing: Some(timing), ..LinePatch::none(id(n), day(from)) })
}

/// `amount@times` on each of the days.
fn on(acts: &[Act], days: &[&str]) -> Vec<String> {
    let regimen = Regimen::of(acts.iter());
    days.iter()
        .map(|text| {
            let doses: Vec<String> =
                regimen.doses_on(day(text)).map(|p| format!("{}@{}", p.of.amount.value, p.time)).collect();
            doses.join(" ")
        })
        .collect()
}

#[test]
fn planned_steps_stand_beside_a_change_that_touches_something_else() {
    let acts = [
        change(1, "2026-03-02", vec![begin(line_of(1, "prednisone", "40 mg", "2026-03-02", &["08:00"]))]),
        change(2, "2026-03-09", vec![amount_from(1, "2026-03-09", 30)]),
        change(3, "2026-03-16", vec![amount_from(1, "2026-03-16", 20)]),
        change(4, "2026-03-06", vec![times_from(1, "2026-03-06", &["09:00"])]),
    ];
    assert_eq!(
        on(&acts, &["2026-03-01", "2026-03-05", "2026-03-06", "2026-03-10", "2026-03-17"]),
        ["", "40@08:00", "40@09:00", "30@09:00", "20@09:00"]
    );
    let stretches: Vec<String> = Regimen::of(acts.iter()).lines()[0]
        .stretches
        .iter()
        .map(|s| {
            format!("{}..{} {}", s.from, s.to.map_or_else(String::new, |to| to.to_string()), s.amount.value)
        })
        .collect();
    assert_eq!(
        stretches,
        [
            "2026-03-02..2026-03-05 40",
            "2026-03-06..2026-03-08 40",
            "2026-03-09..2026-03-15 30",
            "2026-03-16.. 20"
        ]
    );
}

#[test]
fn a_taper_ends_with_its_line_and_weekdays_are_counted_by_the_calendar() {
    let mut taper = line_of(1, "prednisone", "40 mg", "2026-03-02", &["08:00"]);
    taper.steps = vec![
        Step { from: day("2026-03-04"), amount: mg(30) },
        Step { from: day("2026-03-06"), amount: mg(20) },
    ];
    taper.last = Some(day("2026-03-07"));
    let mut weekly = line_of(2, "methotrexate", "10 mg", "2026-03-02", &["20:00"]);
    weekly.timing.weekdays = vec![3];
    let acts = [change(1, "2026-03-02", vec![begin(taper), begin(weekly)])];
    assert_eq!(
        on(&acts, &["2026-03-03", "2026-03-04", "2026-03-07", "2026-03-08", "2026-03-11"]),
        ["40@08:00", "30@08:00 10@20:00", "20@08:00", "", "10@20:00"]
    );
}

#[test]
fn other_times_keep_the_days_and_another_recurrence_is_counted_anew() {
    let mut every_other = line_of(1, "prednisone", "40 mg", "2026-03-02", &["08:00"]);
    every_other.timing.every_days = 2;
    let mut later = every_other.timing.clone();
    later.times = vec!["09:00".parse().unwrap()];
    let patch = |from: &str, timing: Timing| {
        LineChange::Alter(LinePatch { timing: Some(timing), ..LinePatch::none(id(1), day(from)) })
    };
    let mut third = later.clone();
    third.every_days = 3;
    let acts = [
        change(1, "2026-03-02", vec![begin(every_other)]),
        change(2, "2026-03-05", vec![patch("2026-03-05", later)]),
        change(3, "2026-03-09", vec![patch("2026-03-09", third)]),
    ];
    assert_eq!(
        on(&acts, &["2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09", "2026-03-10", "2026-03-12"]),
        ["40@08:00", "", "40@09:00", "40@09:00", "", "40@09:00"]
    );
}

#[test]
fn a_withdrawn_beginning_takes_its_changes_along() {
    let begun =
        change(1, "2026-03-02", vec![begin(line_of(1, "prednisone", "40 mg", "2026-03-02", &["08:00"]))]);
    let altered = change(2, "2026-03-03", vec![amount_from(1, "2026-03-03", 30)]);
    let withdrawn = Act {
        content: ActContent::Withdrawn,
        replaces: Some(begun.id),
        ..change(3, "2026-03-02", Vec::new())
    };
    assert_eq!(on(&[begun, altered, withdrawn], &["2026-03-04"]), [""]);
}

/// Places of answers `line time` among `planned`, as `line time` of the planned dose.
fn settled(acts: &[Act], told: &[(u8, &str)], known: u8) -> Vec<String> {
    let acts: Vec<&Act> = acts.iter().collect();
    let course = Course::of(&acts, Vec::new(), |act| Some(act.at));
    let medication =
        MedicationRef { code: Some("prednisone".parse().unwrap()), name: "prednisone".to_owned() };
    let by_place: BTreeMap<(DiaryDay, Slot), Vec<(u8, &str)>> = told
        .iter()
        .map(|(n, time)| {
            (
                (day("2026-03-05"), Slot::PlannedDose { line: id(*n), time: time.parse().unwrap() }),
                vec![(*n, *time)],
            )
        })
        .collect();
    let settled =
        course.settle("03:00".parse().unwrap(), by_place, |_| Some((&medication, UtcMillis(known.into()))));
    let mut out: Vec<String> = settled
        .iter()
        .flat_map(|((_, slot), of)| {
            let Slot::PlannedDose { line, time } = slot else { panic!("a dose") };
            of.iter().map(move |(n, told)| format!("{n} {told} -> {} {time}", line.as_bytes()[7]))
        })
        .collect();
    out.sort();
    out
}

#[test]
fn an_answer_follows_its_dose_to_another_time_and_two_lines_of_one_drug_are_two_doses() {
    let two = change(
        1,
        "2026-03-02",
        vec![
            begin(line_of(1, "prednisone", "15 mg", "2026-03-02", &["08:00"])),
            begin(line_of(2, "prednisone", "2 mg", "2026-03-02", &["08:00"])),
        ],
    );
    assert_eq!(
        settled(std::slice::from_ref(&two), &[(1, "08:00"), (2, "08:00")], 5),
        ["1 08:00 -> 1 08:00", "2 08:00 -> 2 08:00"]
    );
    // Line 1 moves to the afternoon after its dose was taken: it is not asked for again.
    let moved = change(2, "2026-03-05", vec![times_from(1, "2026-03-05", &["14:00"])]);
    assert_eq!(
        settled(&[two.clone(), moved], &[(1, "08:00"), (2, "08:00")], 5),
        ["1 08:00 -> 1 14:00", "2 08:00 -> 2 08:00"]
    );
    // Line 1 ended: what was told stays where it was told, and answers nothing of line 2.
    let ended = change(2, "2026-03-05", vec![LineChange::End { line: id(1), last: day("2026-03-04") }]);
    assert_eq!(settled(&[two, ended], &[(1, "08:00")], 5), ["1 08:00 -> 1 08:00"]);
}

#[test]
fn an_answer_of_a_line_that_was_made_anew_belongs_to_the_new_line() {
    let wrong =
        change(1, "2026-03-02", vec![begin(line_of(1, "prednisone", "40 mg", "2026-03-02", &["08:00"]))]);
    let withdrawn = Act {
        content: ActContent::Withdrawn,
        replaces: Some(wrong.id),
        ..change(8, "2026-03-02", Vec::new())
    };
    let anew =
        change(9, "2026-03-02", vec![begin(line_of(2, "prednisone", "40 mg", "2026-03-02", &["08:00"]))]);
    let acts = [wrong, withdrawn, anew];
    // Told at 5 ms, before the new line could be known.
    assert_eq!(settled(&acts, &[(1, "08:00")], 5), ["1 08:00 -> 2 08:00"]);
    // Told at 10 ms of a line that was gone by then: both were known, and both stay.
    assert_eq!(settled(&acts, &[(1, "08:00")], 10), ["1 08:00 -> 1 08:00"]);
}

#[test]
fn answered_doses_between_keep_an_answer_from_a_later_dose() {
    let twice = change(
        1,
        "2026-03-02",
        vec![begin(line_of(1, "prednisone", "40 mg", "2026-03-02", &["08:00", "20:00"]))],
    );
    let moved = change(2, "2026-03-05", vec![times_from(1, "2026-03-05", &["09:00", "21:00"])]);
    let acts = [twice, moved];
    assert_eq!(settled(&acts, &[(1, "08:00")], 5), ["1 08:00 -> 1 09:00"]);
    assert_eq!(settled(&acts, &[(1, "20:00")], 5), ["1 20:00 -> 1 21:00"]);
    // 09:00 was answered itself: 08:00 is no answer to the evening's dose.
    assert_eq!(
        settled(&acts, &[(1, "08:00"), (1, "09:00")], 5),
        ["1 08:00 -> 1 08:00", "1 09:00 -> 1 09:00"]
    );
}

/// A time of day out of a few, so that times coincide.
fn time() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&["08:00", "09:00", "12:00", "14:00", "20:00", "02:00"][..])
}

proptest! {
    /// For any acts of staff, received in any order: each answer has one place, no planned dose is answered
    /// by two places, and an answer whose own dose is planned answers that dose.
    #[test]
    fn every_answer_stands_at_exactly_one_place(
        lines in proptest::collection::vec((1u8..4, proptest::collection::btree_set(time(), 0..4), 1i64..4), 1..4),
        alters in proptest::collection::vec((1u8..4, proptest::collection::btree_set(time(), 0..4), 2u8..8), 0..4),
        ends in proptest::collection::vec((1u8..4, 2u8..8), 0..2),
        withdrawn in proptest::option::of(1u8..12),
        told in proptest::collection::btree_set((1u8..5, time()), 0..8),
        (recorded, known) in (0u8..40, proptest::collection::vec(0i64..40, 20)),
    ) {
        let march = |n: u8| format!("2026-03-{n:02}");
        let mut acts = Vec::new();
        for (n, times, every) in &lines {
            let times: Vec<&str> = times.iter().copied().collect();
            let mut line = line_of(*n, "prednisone", "10 mg", "2026-03-01", &times);
            line.timing.every_days = u16::try_from(*every).unwrap();
            acts.push(change(u8::try_from(acts.len()).unwrap() + 1, "2026-03-01", vec![begin(line)]));
        }
        for (n, times, from) in &alters {
            let times: Vec<&str> = times.iter().copied().collect();
            let from = march(*from);
            acts.push(change(u8::try_from(acts.len()).unwrap() + 1, &from, vec![times_from(*n, &from, &times)]));
        }
        for (n, last) in &ends {
            let last = march(*last);
            acts.push(change(
                u8::try_from(acts.len()).unwrap() + 1, &last, vec![LineChange::End { line: id(*n), last: day(&last) }],
            ));
        }
        if let Some(n) = withdrawn {
            let replaces = Some(ActId::from_bytes([n; 16]));
            acts.push(Act { content: ActContent::Withdrawn, replaces, ..change(100, "2026-03-01", Vec::new()) });
        }
        let refs: Vec<&Act> = acts.iter().collect();
        let course = Course::of(&refs, Vec::new(), |act| {
            Some(UtcMillis(known[usize::try_from(act.counter.get()).unwrap() % known.len()]))
        });
        let medication = MedicationRef { code: Some("prednisone".parse().unwrap()), name: "prednisone".to_owned() };
        for n in 1u8..9 {
            let on = day(&march(n));
            let place = |(line, time): &(u8, &str)| {
                (on, Slot::PlannedDose { line: id(*line), time: time.parse().unwrap() })
            };
            let by_place: BTreeMap<_, Vec<(u8, &str)>> = told.iter().map(|one| (place(one), vec![*one])).collect();
            let settled = course.settle("03:00".parse().unwrap(), by_place, |_| {
                Some((&medication, UtcMillis(recorded.into())))
            });
            let mut seen: Vec<(u8, &str)> = settled.values().flatten().copied().collect();
            seen.sort_unstable();
            prop_assert_eq!(&seen, &told.iter().copied().collect::<Vec<_>>(), "each answer once");
            let planned: BTreeSet<Slot> = course.regimen.doses_on(on).map(|p| p.slot()).collect();
            for ((_, slot), of) in &settled {
                prop_assert!(of.len() == 1, "one place for one dose: {:?}", slot);
                let own = place(&of[0]).1;
                if planned.contains(&own) {
                    prop_assert_eq!(slot, &own);
                } else {
                    prop_assert!(planned.contains(slot) || *slot == own);
                }
            }
        }
    }
}
