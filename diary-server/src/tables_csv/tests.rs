//! Tables of a small life, whole, so that a column that moves or changes its form is seen.

use std::collections::BTreeMap;

use diary_core::entry::{Content, DoseStatus, Event, SkipReason};
use diary_core::time::PartialDate;

use super::{Batch, Table, explanation, heading, participant};
use crate::gather::{Gathered, Light, NotInRecord, Why};
use crate::report::tests::dates::started;
use crate::report::tests::world::{EVENING, World, assessment, day, graded};
use crate::store::Participant;
use crate::worklist::standing::Beside;

fn tables(world: &World, at: &str) -> BTreeMap<Table, String> {
    let batch = world.look(at, 28, |input| {
        let one = Participant {
            subject: "S-001".to_owned(),
            site: input.site.clone(),
            vault: diary_core::ids::VaultId::from_bytes([1; 16]),
            added: world.instant("2026-03-01 12:00"),
            standing: None,
        };
        let gathered = Gathered {
            participant: one,
            record: input.record.clone(),
            devices: input.devices.clone(),
            quarantined: Vec::new(),
            forks: Vec::new(),
            beside: Beside::default(),
            aside: vec![NotInRecord { n: 7, why: Why::GrantNeeded }],
        };
        let light = Light { studies: input.studies, now: input.now, days: 1, zone: input.zone };
        let mut batch = Batch::default();
        participant(&mut batch, &gathered, &light).unwrap();
        batch
    });
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let rows = batch.finish().into_iter();
    rows.map(|(table, bytes, _)| (table, text(heading(table)) + &text(bytes))).collect()
}

fn life() -> World {
    let mut world = World::new();
    let times: &[&str] = &["07:00", "12:00"];
    world.regimen(1, "2026-03-02", &[("pyridostigmine", "tablet", "60 mg", times)]);
    world.anchor("cycle1", "2026-03-29").visit("2026-03-02");
    world.at("2026-03-02 07:05");
    world.dose("2026-03-02", (1, 0, 0), "pyridostigmine", DoseStatus::Taken, "60 mg");
    let status = DoseStatus::NotTaken { why: SkipReason::Other, text: Some("-too tired".to_owned()) };
    world.at("2026-03-02 12:30");
    world.dose("2026-03-02", (1, 0, 1), "pyridostigmine", status, "60 mg");
    let id = world.evening("2026-03-02", [0; 10]);
    let mut grades = [0; 10];
    grades[2] = 2;
    let content = assessment(&world.studies, 1, "evening", graded(&EVENING, &grades));
    world.at("2026-03-02 21:00").correct(id, content, "=HYPERLINK(\"http://x\",\"chewing\")");
    world.note("2026-03-02", "=1+1, \"quoted\"\nand 今天好一些");
    let code = "infusion-today".parse().unwrap();
    world.record(
        "2026-03-02",
        None,
        Content::Event(Event { code, text: Some("@home".to_owned()), ended: None }),
    );
    let mistake = world.note("2026-03-02", "by mistake");
    world.correct(mistake, Content::Withdrawn, "not mine");
    world.at("2026-03-06 12:00").sync();
    world
}

#[test]
fn the_tables_of_a_small_life_are_these() {
    let mut whole = String::new();
    for (table, text) in tables(&life(), "2026-03-06 13:00") {
        whole.push_str(&format!("== {}\n{text}", table.file()));
    }
    let expected = include_str!("tests/life.txt");
    assert!(whole == expected, "{whole}");
}

#[test]
fn every_row_has_as_many_cells_as_its_table_has_columns() {
    for (table, text) in tables(&life(), "2026-03-06 13:00") {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let columns = table.columns().len();
        assert!(reader.records().all(|record| record.unwrap().len() == columns), "{}", table.file());
    }
}

#[test]
fn empty_places_are_told_apart() {
    let mut world = life();
    world.at("2026-03-10 12:00").sync_holding(&["2026-03-05"]);
    let text = tables(&world, "2026-03-14 13:00").remove(&Table::MissedSlots).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let column = |name: &str| names.iter().position(|one| one == name).unwrap();
    let (of, slot, status) = (column("diary_day"), column("slot"), column("status"));
    let evening: BTreeMap<String, String> = reader
        .records()
        .map(Result::unwrap)
        .filter(|row| &row[slot] == "evening")
        .map(|row| (row[of].to_owned(), row[status].to_owned()))
        .collect();
    let expected = [("2026-03-04", "missed"), ("2026-03-05", "not-received"), ("2026-03-12", "unknown")];
    for (day, status) in expected {
        assert_eq!(evening.get(day).map(String::as_str), Some(status), "{day}");
    }
    assert_eq!(evening.get("2026-03-02"), None, "it was answered");
}

#[test]
fn of_two_entries_for_one_place_one_counts() {
    let mut world = World::new();
    world.evening("2026-03-02", [0; 10]);
    world.use_phone(2).evening("2026-03-02", [1; 10]);
    world.sync().use_phone(1).sync();
    let entries = tables(&world, "2026-03-03 12:00").remove(&Table::Entries).unwrap();
    let mut reader = csv::Reader::from_reader(entries.as_bytes());
    let counts: Vec<String> = reader.records().map(|row| row.unwrap()[3].to_owned()).collect();
    assert_eq!(counts, ["yes", "no"]);
    assert_eq!(day("2026-03-02").to_string(), "2026-03-02");
}

#[test]
fn a_first_day_of_which_the_month_is_known_is_cut_off_behind_it() {
    let mut world = World::new();
    world.at("2026-03-02 20:00");
    world.record("2026-03-02", None, started(PartialDate::month(2026, 2).unwrap()));
    world.sync();
    let text = tables(&world, "2026-03-03 12:00").remove(&Table::MedicationChanges).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let from = reader.headers().unwrap().iter().position(|name| name == "from").unwrap();
    let rows: Vec<String> = reader.records().map(|row| row.unwrap()[from].to_owned()).collect();
    assert_eq!(rows, ["2026-02"]);
}

#[test]
fn every_column_of_every_table_is_explained_once() {
    let text = String::from_utf8(explanation()).unwrap();
    let columns: usize = Table::ALL.iter().map(|table| table.columns().len()).sum();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), columns);
    let names: std::collections::BTreeSet<_> =
        rows.iter().map(|row| (row[0].to_owned(), row[2].to_owned())).collect();
    assert_eq!(names.len(), columns);
    assert!(rows.iter().all(|row| !row[3].is_empty()));
}
