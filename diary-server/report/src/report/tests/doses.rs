//! Doses and milligrams.

use diary_core::entry::{DoseStatus, SkipReason};
use diary_core::text::Lang;

use super::world::{World, attention, dose_content};
use crate::report::{DayAmount, Finding, MedicationRow, Report, words};

const FIVE: [&str; 5] = ["07:00", "11:00", "15:00", "19:00", "22:00"];

fn row<'r>(report: &'r Report, code: &str) -> &'r MedicationRow {
    report.medications.iter().find(|row| row.code.as_ref().is_some_and(|c| c.as_str() == code)).unwrap()
}

fn mg(report: &Report, code: &str) -> Vec<String> {
    shown(row(report, code).mg.as_ref().unwrap())
}

fn shown(days: &[Option<DayAmount>]) -> Vec<String> {
    days.iter().map(|day| day.map(words::amount).unwrap_or_default()).collect()
}

/// Doses `taken` of five of the 2nd are confirmed at their times.
fn five(world: &mut World, of: &str, taken: usize) {
    for (dose, time) in (0u16..).zip(FIVE).take(taken) {
        world.at(&format!("{of} {time}"));
        world.dose(of, (1, 0, dose), "pyridostigmine", DoseStatus::Taken, "60 mg");
    }
}

fn with_five() -> World {
    let mut world = World::new();
    world.regimen(1, "2026-03-02", &[("pyridostigmine", "tablet", "60 mg", &FIVE)]);
    world
}

#[test]
fn sixty_milligrams_five_times_are_three_hundred() {
    let mut world = with_five();
    five(&mut world, "2026-03-02", 5);
    world.at("2026-03-02 23:00").sync();
    let report = world.report("2026-03-02 23:30", 1);
    assert_eq!(mg(&report, "pyridostigmine"), ["300"]);
    let day = row(&report, "pyridostigmine").days[0].clone().unwrap();
    assert_eq!((day.planned, day.taken), (5, 5));
    let last = row(&report, "pyridostigmine").last.clone().unwrap();
    assert_eq!(last.at.local.format("%H:%M").to_string(), "22:00");
}

#[test]
fn tablets_count_by_the_strength_of_their_form_and_extended_release_by_its_own() {
    let mut world = World::new();
    let lines: [(&str, &str, &str, &[&str]); 2] = [
        ("pyridostigmine", "tablet", "1 {tbl}", &["07:00"]),
        ("pyridostigmine", "tablet-er", "1 {tbl}", &["22:00"]),
    ];
    world.regimen(1, "2026-03-02", &lines);
    world.at("2026-03-02 22:30");
    world.dose("2026-03-02", (1, 0, 0), "pyridostigmine", DoseStatus::Taken, "1 {tbl}");
    world.dose("2026-03-02", (1, 1, 0), "pyridostigmine", DoseStatus::Taken, "1 {tbl}");
    world.sync();
    assert_eq!(mg(&world.report("2026-03-02 23:30", 1), "pyridostigmine"), ["240"]);
}

#[test]
fn extra_doses_are_counted_and_told_apart() {
    let mut world = with_five();
    five(&mut world, "2026-03-02", 5);
    world.extra("2026-03-02", "pyridostigmine", "30 mg", "2026-03-02 22:30");
    world.at("2026-03-02 23:00").sync();
    let report = world.report("2026-03-02 23:30", 1);
    assert_eq!(mg(&report, "pyridostigmine"), ["330"]);
    let day = row(&report, "pyridostigmine").days[0].clone().unwrap();
    assert_eq!((day.taken, day.extra), (5, 1));
    assert_eq!(day.last.unwrap().local.format("%H:%M").to_string(), "22:30");
}

#[test]
fn an_extra_tablet_of_unknown_strength_is_said_and_not_guessed() {
    let mut world = with_five();
    five(&mut world, "2026-03-02", 5);
    world.extra("2026-03-02", "pyridostigmine", "1 {tbl}", "2026-03-02 22:30");
    world.at("2026-03-02 23:00").sync();
    let report = world.report("2026-03-02 23:30", 1);
    assert_eq!(mg(&report, "pyridostigmine"), ["300+"]);
    assert_eq!(row(&report, "pyridostigmine").mg.as_ref().unwrap()[0].unwrap().uncounted, 1);
}

#[test]
fn amounts_that_no_dose_has_are_shown_and_counted_in_no_sum() {
    let mut world = with_five();
    five(&mut world, "2026-03-02", 5);
    world.extra("2026-03-02", "pyridostigmine", "-99999 mg", "2026-03-02 22:30");
    world.extra("2026-03-02", "pyridostigmine", "900000000000000000 mg", "2026-03-02 22:40");
    world.at("2026-03-02 23:00").sync();
    let report = world.report("2026-03-02 23:30", 1);
    assert_eq!(mg(&report, "pyridostigmine"), ["300+"]);
    assert_eq!(row(&report, "pyridostigmine").mg.as_ref().unwrap()[0].unwrap().uncounted, 2);
    let line = "Pyridostigmine -99999 mg on 2 Mar, 900000000000000000 mg on 2 Mar: no dose can be so; counted in no sum";
    assert!(attention(&report, Lang::EN).contains(&line.to_owned()), "{:?}", attention(&report, Lang::EN));
}

#[test]
fn a_dose_without_an_answer_makes_the_sum_a_least_value_and_a_dose_not_taken_does_not() {
    let mut world = with_five();
    five(&mut world, "2026-03-02", 4);
    five(&mut world, "2026-03-03", 4);
    world.at("2026-03-03 22:00");
    let skipped = DoseStatus::NotTaken { why: SkipReason::SideEffects, text: Some("cramps".to_owned()) };
    world.dose("2026-03-03", (1, 0, 4), "pyridostigmine", skipped, "60 mg");
    world.at("2026-03-08 12:00").sync();
    let report = world.report("2026-03-08 12:30", 7);
    assert_eq!(mg(&report, "pyridostigmine")[..3], ["240+", "240", "?"]);
    let row = row(&report, "pyridostigmine");
    assert_eq!(row.days[0].as_ref().unwrap().missed, 1);
    assert_eq!(row.not_taken[0].text.as_deref(), Some("cramps"));
}

#[test]
fn a_dose_the_participant_does_not_know_of_is_neither_taken_nor_missed() {
    let mut world = with_five();
    five(&mut world, "2026-03-02", 4);
    world.dose("2026-03-02", (1, 0, 4), "pyridostigmine", DoseStatus::DontKnow, "60 mg");
    world.at("2026-03-08 12:00").sync();
    let report = world.report("2026-03-08 12:30", 7);
    let day = row(&report, "pyridostigmine").days[0].clone().unwrap();
    assert_eq!((day.taken, day.dont_know, day.missed), (4, 1, 0));
    assert_eq!(mg(&report, "pyridostigmine")[0], "240+");
}

#[test]
fn corticosteroids_add_up_to_prednisone_exactly() {
    let mut world = World::new();
    world.at("2026-03-02 22:30");
    world.extra("2026-03-02", "prednisone", "2.5 mg", "2026-03-02 08:00");
    world.extra("2026-03-02", "methylprednisolone", "4 mg", "2026-03-02 08:00");
    world.extra("2026-03-02", "dexamethasone", "0.75 mg", "2026-03-02 08:00");
    world.extra("2026-03-02", "pyridostigmine", "60 mg", "2026-03-02 08:00");
    world.sync();
    let report = world.report("2026-03-02 23:30", 1);
    assert_eq!(shown(report.prednisone.as_ref().unwrap()), ["12.5"]);
}

#[test]
fn one_planned_dose_told_twice_is_counted_once_and_flagged() {
    let mut world = with_five();
    five(&mut world, "2026-03-02", 5);
    world.use_phone(2).at("2026-03-02 22:10");
    world.dose("2026-03-02", (1, 0, 4), "pyridostigmine", DoseStatus::Taken, "60 mg");
    world.sync().use_phone(1).at("2026-03-02 23:00").sync();
    let report = world.report("2026-03-02 23:30", 1);
    assert_eq!(mg(&report, "pyridostigmine"), ["300"]);
    assert_eq!(row(&report, "pyridostigmine").days[0].as_ref().unwrap().others, 1);
    assert_eq!(
        report.duplicates[0].entries.iter().map(|e| e.origin.devices.clone()).collect::<Vec<_>>(),
        [[1], [2]]
    );
}

#[test]
fn a_correction_replaces_the_figure_and_keeps_the_history() {
    let mut world = World::new();
    world.at("2026-03-02 08:00");
    let first = world.extra("2026-03-02", "pyridostigmine", "60 mg", "2026-03-02 08:00");
    world.at("2026-03-02 09:00");
    world.correct(first, dose_content("pyridostigmine", DoseStatus::Taken, "30 mg", true), "half a tablet");
    world.sync();
    let report = world.report("2026-03-02 23:30", 1);
    assert_eq!(mg(&report, "pyridostigmine"), ["30"]);
    let correction = &report.corrections[0];
    assert_eq!(correction.reason, "half a tablet");
    let difference = &correction.differences[0];
    assert_eq!(
        (difference.before.own(Lang::EN), difference.after.own(Lang::EN)),
        (Some("60 mg"), Some("30 mg"))
    );
    let last = row(&report, "pyridostigmine").last.clone().unwrap();
    assert_eq!(last.at.local.format("%H:%M").to_string(), "08:00", "a correction does not move the dose");
}

#[test]
fn a_withdrawn_dose_is_not_counted_and_stays_readable() {
    let mut world = World::new();
    world.at("2026-03-02 08:00");
    let first = world.extra("2026-03-02", "pyridostigmine", "60 mg", "2026-03-02 08:00");
    world.extra("2026-03-02", "pyridostigmine", "60 mg", "2026-03-02 07:00");
    world.correct(first, diary_core::entry::Content::Withdrawn, "entered twice");
    world.sync();
    let report = world.report("2026-03-02 23:30", 1);
    assert_eq!(mg(&report, "pyridostigmine"), ["60"]);
    assert_eq!(report.withdrawals[0].reason, "entered twice");
    assert!(report.withdrawals[0].said.own(Lang::EN).unwrap().contains("60 mg"));
}

#[test]
fn methotrexate_twice_in_a_week_is_the_first_thing_to_see() {
    let mut world = World::new();
    world.at("2026-03-05 08:00");
    world.extra("2026-03-02", "methotrexate", "15 mg", "2026-03-02 08:00");
    world.extra("2026-03-05", "methotrexate", "15 mg", "2026-03-05 08:00");
    world.sync();
    let report = world.report("2026-03-05 23:30", 7);
    assert!(matches!(report.attention[0].what, Finding::TooSoon { .. }));
}

#[test]
fn a_medication_in_the_participants_words_stands_under_these() {
    let mut world = World::new();
    world.at("2026-03-02 08:00");
    let mut content = dose_content("x", DoseStatus::Taken, "2 {tbl}", true);
    if let diary_core::entry::Content::Dose(dose) = &mut content {
        dose.medication = diary_core::entry::MedicationRef { code: None, name: "六味地黄丸".to_owned() };
    }
    world.record("2026-03-02", None, content);
    world.sync();
    let report = world.report("2026-03-02 23:30", 1);
    assert_eq!(report.medications[0].code, None);
    assert_eq!(report.medications[0].name.own(Lang::ZH_CN), Some("六味地黄丸"));
    assert_eq!(report.medications[0].sum.extra, 1);
}
