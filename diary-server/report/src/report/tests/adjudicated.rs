//! Decisions of the site take effect on the first lines, in the grid, in totals and doses, on the worklist.

use diary_core::entry::DoseStatus;
use diary_core::ids::RevisionId;
use diary_core::text::Lang;

use super::world::{World, attention};
use crate::report::outlook::outlook;
use crate::report::sections::Sections;
use crate::report::{Report, SlotCell, grid, words};

fn duplicates(report: &Report) -> Vec<String> {
    let lists = Sections { report, lang: Lang::EN }.lists();
    let section = lists.into_iter().find(|section| section.title == "Several entries for one place");
    section
        .map(|section| section.lines.iter().map(|line| words::plain_line(&line.text)).collect())
        .unwrap_or_default()
}

/// A slot's letters and those of the first question, day by day.
fn letters(report: &Report) -> (Vec<String>, Vec<String>) {
    let evening = report.slots.iter().find(|row| row.slot.as_str() == "evening").unwrap();
    let slot = |cell: &Option<SlotCell>| cell.as_ref().map(grid::slot).unwrap_or_default();
    let item = |cell: &Option<crate::report::ItemCell>| cell.as_ref().map(grid::answer).unwrap_or_default();
    (evening.cells.iter().map(slot).collect(), report.items[0].cells.iter().map(item).collect())
}

fn open_places(world: &World) -> usize {
    world.look("2026-03-03 12:00", 3, |input| outlook(input).unwrap().doubles)
}

fn two_evenings() -> (World, RevisionId, RevisionId) {
    let mut world = World::new();
    let first = world.evening("2026-03-02", [1; 10]);
    let second = world.use_phone(2).evening("2026-03-02", [3; 10]);
    world.sync().use_phone(1).sync();
    (world, first, second)
}

#[test]
fn a_place_with_several_entries_is_undecided_until_the_site_decides() {
    let (mut world, first, second) = two_evenings();
    let report = world.report("2026-03-03 12:00", 3);
    let undecided =
        "Evening check of 2 Mar, 2 entries for one place, the first counts until decided: Eyelid droop: ";
    let lines = attention(&report, Lang::EN);
    assert!(lines.iter().any(|line| line.starts_with(undecided) && line.ends_with("; 7 more")), "{lines:?}");
    assert_eq!(
        letters(&report),
        (["o", "+d", ""].map(str::to_owned).to_vec(), ["", "1d", ""].map(str::to_owned).to_vec())
    );
    assert_eq!(open_places(&world), 1);
    world.at("2026-03-03 10:00").decide(second, &[first, second], "the second was right");
    let report = world.report("2026-03-03 12:00", 3);
    assert!(attention(&report, Lang::EN).iter().all(|line| !line.contains("Evening check")));
    assert_eq!(letters(&report).0[1], "+");
    assert_eq!(letters(&report).1[1], "3", "the decided one, without a letter");
    assert!(
        duplicates(&report)[0].ends_with("(decided by wang; “the second was right”)"),
        "{:?}",
        duplicates(&report)
    );
    assert_eq!(open_places(&world), 0);
}

#[test]
fn an_entry_that_comes_after_the_decision_opens_the_place_again() {
    let (mut world, first, second) = two_evenings();
    world.at("2026-03-03 10:00").decide(second, &[first, second], "the second was right");
    // One of the entries seen is withdrawn and another arrives: the same number, but not the same entries.
    world.at("2026-03-03 10:05").correct(first, diary_core::entry::Content::Withdrawn, "not mine");
    world.at("2026-03-03 10:10");
    world.assess(
        "2026-03-02",
        Some("evening"),
        "evening",
        super::world::graded(&super::world::EVENING, &[2; 10]),
    );
    world.sync();
    let report = world.report("2026-03-03 12:00", 3);
    let lines = attention(&report, Lang::EN);
    assert!(
        lines.iter().any(|line| line.starts_with(
            "Evening check of 2 Mar, 2 entries for one place, more has come since it was decided: "
        )),
        "{lines:?}"
    );
    let zh = attention(&report, Lang::ZH_CN);
    assert!(
        zh.iter().any(|line| line.starts_with("3月2日晚间记录同一时段有2条记录，裁定后又有新记录：")),
        "{zh:?}"
    );
    assert_eq!((letters(&report).0[1].as_str(), letters(&report).1[1].as_str()), ("+d", "3d"));
    assert!(
        duplicates(&report)[0].ends_with("(decided by wang; “the second was right”; more has come since)")
    );
    assert_eq!(open_places(&world), 1);
}

#[test]
fn the_total_of_a_day_is_that_of_the_entry_that_counts() {
    let mut world = World::new();
    let first = world.mg_adl("2026-03-01", [1; 8]);
    let second = world.mg_adl("2026-03-01", [2; 8]);
    world.sync();
    let total = |world: &World| {
        let report = world.report("2026-03-03 12:00", 3);
        let row = report.slots.iter().find(|row| row.slot.as_str() == "mg-adl").unwrap().clone();
        let series = report.total_in_slot(&row).unwrap();
        (report.slot_total(series, row.cells[0].as_ref().unwrap(), 0), report.total_at(series, 0))
    };
    assert_eq!(total(&world), ("8d".to_owned(), "8d".to_owned()));
    world.at("2026-03-02 10:00").decide(second, &[first, second], "asked again");
    assert_eq!(total(&world), ("16".to_owned(), "16".to_owned()));
}

#[test]
fn a_dose_told_twice_is_no_remark_once_it_is_decided() {
    let mut world = World::new();
    world.regimen(1, "2026-03-02", &[("pyridostigmine", "tablet", "60 mg", &["08:00"])]);
    world.at("2026-03-02 08:00");
    let first = world.dose("2026-03-02", (1, 0, 0), "pyridostigmine", DoseStatus::Taken, "60 mg");
    world.use_phone(2).at("2026-03-02 08:10");
    let second = world.dose("2026-03-02", (1, 0, 0), "pyridostigmine", DoseStatus::Taken, "30 mg");
    world.sync().use_phone(1).sync();
    let cell = |world: &World| {
        let report = world.report("2026-03-02 12:00", 1);
        grid::doses(report.medications[0].days[0].as_ref().unwrap())
    };
    let report = world.report("2026-03-02 12:00", 1);
    let line = "Pyridostigmine of 2 Mar, 2 entries for one place, the first counts until decided: amount: 60 mg / 30 mg";
    assert!(attention(&report, Lang::EN).contains(&line.to_owned()), "{:?}", attention(&report, Lang::EN));
    assert_eq!(cell(&world), "1/1d");
    world.at("2026-03-02 09:00").decide(second, &[first, second], "half a tablet");
    assert_eq!(cell(&world), "1/1");
}
