//! Planned doses and their answers, for any order of changes by the site and syncs of the phone.

use diary_core::act::{ActContent, LineChange, LinePatch, RegimenChange, Timing};
use diary_core::entry::{DoseStatus, Slot};
use diary_core::ids::LineId;
use diary_core::time::TimeOfDay;
use proptest::prelude::*;

use super::world::{World, day, dose_content};
use crate::report::{MedicationRow, Report};

fn line(n: u8) -> LineId {
    LineId::from_bytes([0, 0, 0, 1, 0, 0, 0, n])
}

fn row<'r>(report: &'r Report, code: &str) -> &'r MedicationRow {
    report.medications.iter().find(|row| row.code.as_ref().is_some_and(|c| c.as_str() == code)).unwrap()
}

fn timing(times: &[&str]) -> Timing {
    Timing {
        times: times.iter().map(|time| time.parse().unwrap()).collect(),
        every_days: 1,
        weekdays: Vec::new(),
    }
}

fn change(from: &str, lines: Vec<LineChange>) -> ActContent {
    ActContent::Regimen(RegimenChange { from: day(from), lines })
}

/// Prednisone 15 mg and 2 mg at 08:00, as two lines.
fn two_strengths() -> World {
    let mut world = World::new();
    world.at("2026-03-02 09:00").regimen(
        1,
        "2026-03-02",
        &[("prednisone", "tablet", "15 mg", &["08:00"]), ("prednisone", "tablet", "2 mg", &["08:00"])],
    );
    world.sync();
    world
}

#[test]
fn two_strengths_at_one_time_are_two_doses_also_after_a_third_drug_was_added() {
    let mut world = two_strengths();
    world.at("2026-03-03 08:05");
    world.dose("2026-03-03", (1, 0, 0), "prednisone", DoseStatus::Taken, "15 mg");
    world.dose("2026-03-03", (1, 1, 0), "prednisone", DoseStatus::Taken, "2 mg");
    world.sync();
    world.at("2026-03-03 11:00").act(change(
        "2026-03-03",
        vec![LineChange::Alter(LinePatch {
            form: Some("tablet".to_owned()),
            ..LinePatch::none(line(0), day("2026-03-03"))
        })],
    ));
    world.at("2026-03-03 12:30").sync();
    let report = world.report("2026-03-03 23:30", 2);
    let day = row(&report, "prednisone").days[1].clone().unwrap();
    assert_eq!((day.planned, day.taken, day.others, day.extra, day.missed), (2, 2, 0, 0, 0));
    let prednisone = report.prednisone.unwrap();
    assert_eq!(prednisone[1].unwrap().mg.to_string(), "17");
}

#[test]
fn a_dose_that_moved_after_it_was_taken_is_neither_missed_nor_extra_and_both_times_are_shown() {
    let mut world = World::new();
    world.at("2026-03-02 07:00").regimen(1, "2026-03-02", &[("prednisone", "tablet", "15 mg", &["08:00"])]);
    world.sync().at("2026-03-03 08:05");
    world.dose("2026-03-03", (1, 0, 0), "prednisone", DoseStatus::Taken, "15 mg");
    let moved = LinePatch { timing: Some(timing(&["14:00"])), ..LinePatch::none(line(0), day("2026-03-03")) };
    world.at("2026-03-03 11:00").act(change("2026-03-03", vec![LineChange::Alter(moved)]));
    world.at("2026-03-06 12:00").sync();
    let report = world.report("2026-03-06 12:30", 4);
    let of_day = row(&report, "prednisone").days[0].clone().unwrap();
    assert_eq!((of_day.planned, of_day.taken, of_day.missed, of_day.extra), (1, 1, 0, 0));
    let one = &report.differences[0];
    assert_eq!(
        (one.planned_time.to_string(), one.now_planned.map(|t| t.to_string())),
        ("08:00".to_owned(), Some("14:00".to_owned()))
    );
}

#[test]
fn an_anchor_that_was_set_late_asks_from_then_on_and_what_lies_before_is_not_asked() {
    let mut world = World::new();
    for of in 2..=9 {
        world.evening(&format!("2026-03-0{of}"), [0; 10]);
        world.sync();
    }
    world.at("2026-03-09 18:30").anchor("cycle1", "2026-03-04");
    world.at("2026-03-09 21:00").sync();
    world.at("2026-03-12 12:00").sync();
    let report = world.report("2026-03-12 12:30", 11);
    let of = |slot: &str| report.slots.iter().find(|row| row.slot.as_str() == slot).unwrap().counts;
    let (morning, evening) = (of("safety-morning"), of("safety-evening"));
    // 4 to 9 March in the morning, 4 to 8 in the evening; the evening of the 9th was still open when the phone learned
    // of it.
    assert_eq!((morning.not_asked, evening.not_asked), (6, 5));
    assert_eq!((morning.due, evening.due), (3, 3));
}

#[test]
fn an_answer_under_a_clock_that_ran_ahead_does_not_fill_the_day_to_come() {
    let mut world = World::new();
    world.at("2026-03-06 17:30");
    let ahead = world.assess(
        "2026-03-06",
        Some("evening"),
        "evening",
        super::world::graded(&super::world::EVENING, &[3; 10]),
    );
    // Two days before the time it carries.
    world.at("2026-03-04 17:31").sync();
    world.evening("2026-03-04", [0; 10]);
    world.evening("2026-03-06", [1; 10]);
    world.at("2026-03-06 21:00").sync();
    let report = world.report("2026-03-06 22:00", 3);
    let evening = report.slots.iter().find(|row| row.slot.as_str() == "evening").unwrap();
    assert_eq!((evening.counts.answered(), evening.counts.missed), (2, 0));
    let breathing = report.items.iter().find(|row| row.link_id == "lids").unwrap();
    assert_eq!(breathing.cells[2].as_ref().map(|cell| cell.shown.as_str()), Some("1"));
    assert!(world.look("2026-03-06 22:00", 3, |input| {
        super::super::knowledge::stamped_ahead(input).contains_key(&ahead.into())
    }));
}

/// One step of the property test.
#[derive(Clone, Debug)]
enum Step {
    /// The site begins a line.
    Begin(u8, Vec<&'static str>),
    /// It sets other times from a day on.
    Times(u8, u8, Vec<&'static str>),
    /// It ends a line.
    End(u8, u8),
    /// It withdraws its act of that number.
    Withdraw(u8),
    /// A dose of a line, planned at a time of a day, is answered.
    Answer(u8, &'static str, u8),
    /// A dose beyond the plan.
    Extra(u8),
    /// The phone syncs with the keeper.
    Sync,
}

fn time() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&["08:00", "09:00", "12:00", "14:00", "20:00", "02:00"][..])
}

fn step() -> impl Strategy<Value = Step> {
    let times = || proptest::collection::vec(time(), 0..4);
    prop_oneof![
        (0u8..3, times()).prop_map(|(n, times)| Step::Begin(n, times)),
        (0u8..3, 2u8..7, times()).prop_map(|(n, from, times)| Step::Times(n, from, times)),
        (0u8..3, 2u8..7).prop_map(|(n, last)| Step::End(n, last)),
        (0u8..6).prop_map(Step::Withdraw),
        (0u8..4, time(), 2u8..7).prop_map(|(n, time, of)| Step::Answer(n, time, of)),
        (2u8..7).prop_map(Step::Extra),
        Just(Step::Sync),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    /// In any order of acts, knowledge and answers, every answer is in the report exactly once: as the answer of its
    /// place, as an extra dose, or as a further answer of its place.
    #[test]
    fn every_answer_is_in_the_report_exactly_once(steps in proptest::collection::vec(step(), 1..24)) {
        let mut world = World::new();
        let mut answers = 0;
        for (minute, one) in (0..).zip(&steps) {
            world.at(&format!("2026-03-06 {:02}:{:02}", 4 + minute / 4, minute % 4 * 15));
            let march = |n: &u8| format!("2026-03-{n:02}");
            match one {
                Step::Begin(n, times) => {
                    let begun = super::world::begun(line(*n), "prednisone", "10 mg", "2026-03-02", timing(times));
                    world.act(change("2026-03-02", vec![begun]));
                }
                Step::Times(n, from, times) => {
                    let patch = LinePatch { timing: Some(timing(times)), ..LinePatch::none(line(*n), day(&march(from))) };
                    world.act(change(&march(from), vec![LineChange::Alter(patch)]));
                }
                Step::End(n, last) => {
                    let end = LineChange::End { line: line(*n), last: day(&march(last)) };
                    world.act(change(&march(last), vec![end]));
                }
                Step::Withdraw(n) => {
                    world.withdraw_act(usize::from(*n));
                }
                Step::Answer(n, time, of) => {
                    let time: TimeOfDay = time.parse().unwrap();
                    let content = dose_content("prednisone", DoseStatus::Taken, "10 mg", false);
                    world.record(&march(of), Some(Slot::PlannedDose { line: line(*n), time }), content);
                    answers += 1;
                }
                Step::Extra(of) => {
                    world.record(&march(of), None, dose_content("prednisone", DoseStatus::Taken, "10 mg", true));
                    answers += 1;
                }
                Step::Sync => {
                    world.sync();
                }
            }
        }
        world.at("2026-03-06 23:00").sync();
        let report = world.report("2026-03-06 23:30", 6);
        let told: usize = report.medications.iter().map(|row| row.sum.taken + row.sum.extra + row.sum.others).sum();
        prop_assert_eq!(told, answers);
        let sums = report.medications.iter().map(|row| &row.sum);
        for sum in sums {
            let places = sum.taken + sum.not_taken + sum.dont_know + sum.missed + sum.still_on_phone + sum.unknown + sum.open;
            prop_assert_eq!(places, sum.planned);
        }
    }
}
