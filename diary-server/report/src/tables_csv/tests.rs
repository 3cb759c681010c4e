//! Tables of a small diary, in full, so that any change of a column is seen.

use std::collections::BTreeMap;

use diary_core::act::{ActContent, AfterPause, Interruption};
use diary_core::entry::{Content, DoseStatus, Event, SkipReason};
use diary_core::readers;
use diary_core::text::Lang;
use diary_core::time::{OccurredAt, PartialDate, UtcMillis};

use super::{Batch, Kind, TableName, cell, codebook, explanation, heading, participant};
use crate::report::tests::dates::started;
use crate::report::tests::world::{EVENING, World, assessment, day, dose_content, graded, quantity};
use crate::report::text;
use crate::snapshot::ContactSummary;
use crate::snapshot::Subject;
use crate::snapshot::{NotInRecord, ParticipantSnapshot, ReportContext, UnmergedReason};

fn tables(world: &World, at: &str) -> BTreeMap<TableName, String> {
    let batch = world.look(at, 28, |input| {
        let one = Subject {
            subject: "S-001".to_owned(),
            site: input.site.clone(),
            vault: diary_core::ids::VaultId::from_bytes([1; 16]),
            added: world.instant("2026-03-01 12:00"),
        };
        let gathered = ParticipantSnapshot {
            participant: one,
            record: input.record.clone(),
            devices: input.devices.clone(),
            not_merged: Vec::new(),
            with_unmerged: None,
            left_out: Vec::new(),
            forks: Vec::new(),
            beside: ContactSummary::default(),
            aside: vec![NotInRecord {
                n: 7,
                why: UnmergedReason::NotMerged(diary_core::unmerged::UnmergedState::GrantNeeded),
            }],
        };
        let light =
            ReportContext { studies: input.studies, now: input.now, days: 1, until: None, zone: input.zone };
        let mut batch = Batch::new(Lang::EN);
        participant(&mut batch, &gathered, &light).unwrap();
        batch
    });
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let rows = batch.finish().into_iter();
    let mut all: BTreeMap<TableName, String> =
        TableName::ALL.into_iter().map(|table| (table, text(heading(table)))).collect();
    rows.for_each(|(table, bytes, _)| all.entry(table).or_default().push_str(&text(bytes)));
    all
}

fn incarnation() -> World {
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
    let all = tables(&incarnation(), "2026-03-06 13:00");
    for (table, text) in
        all.into_iter().filter(|(table, _)| !matches!(table, TableName::Codebook | TableName::CodebookStudy))
    {
        whole.push_str(&format!("== {}\n{text}", table.file()));
    }
    let expected = include_str!("tests/life.txt");
    assert!(whole == expected, "{whole}");
}

#[test]
fn every_row_has_as_many_cells_as_its_table_has_columns() {
    for (table, text) in tables(&incarnation(), "2026-03-06 13:00") {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let columns = table.columns().len();
        assert!(reader.records().all(|record| record.unwrap().len() == columns), "{}", table.file());
    }
}

#[test]
fn each_interruption_of_an_infusion_is_a_row() {
    let mut world = incarnation();
    let at = |text: &str| world.instant(text);
    let pause = |paused, then, given: Option<&str>| Interruption {
        paused: at(paused),
        then,
        reason: "=1+1 pump".to_owned(),
        given: given.map(quantity),
    };
    let content = ActContent::Infusion {
        start: at("2026-03-03 09:00"),
        stop: Some(at("2026-03-03 18:00")),
        dose: quantity("9 ug"),
        cycle: "cycle1".parse().unwrap(),
        day: 1,
        interruptions: vec![
            pause("2026-03-03 18:00", AfterPause::Ended, None),
            pause("2026-03-03 12:00", AfterPause::Resumed(at("2026-03-03 12:30")), Some("3 ug")),
        ],
    };
    world.act(content);
    let text = tables(&world, "2026-03-06 13:00").remove(&TableName::Interruptions).unwrap();
    let rows: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(rows.len(), 2, "{text}");
    let first = "cycle1,1,2026-03-03T04:00:00.000Z,resumed,2026-03-03T04:30:00.000Z,3,ug,'=1+1 pump,yes";
    assert!(rows[0].ends_with(first), "{text}");
    assert!(rows[1].ends_with("cycle1,1,2026-03-03T10:00:00.000Z,ended,,,,'=1+1 pump,yes"), "{text}");
}

#[test]
fn empty_places_are_told_apart() {
    let mut world = incarnation();
    world.at("2026-03-10 12:00").sync_holding(&["2026-03-05"]);
    let text = tables(&world, "2026-03-14 13:00").remove(&TableName::MissedSlots).unwrap();
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
    let entries = tables(&world, "2026-03-03 12:00").remove(&TableName::Entries).unwrap();
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
    let text = tables(&world, "2026-03-03 12:00").remove(&TableName::MedicationChanges).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let from = reader.headers().unwrap().iter().position(|name| name == "from").unwrap();
    let rows: Vec<String> = reader.records().map(|row| row.unwrap()[from].to_owned()).collect();
    assert_eq!(rows, ["2026-02"]);
}

#[test]
fn every_column_of_every_table_is_explained_once() {
    let text = String::from_utf8(explanation(Lang::EN)).unwrap();
    let columns: usize = TableName::ALL.iter().map(|table| table.columns().len()).sum();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), columns);
    let names: std::collections::BTreeSet<_> =
        rows.iter().map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    assert_eq!(names.len(), columns);
    assert!(rows.iter().all(|row| !row[2].is_empty() && !row[5].is_empty()));
    let first: Vec<&str> = rows[0].iter().collect();
    assert_eq!(first, ["participants", "subject", "text", "", "", "subject number of the participant"]);
}

#[test]
fn the_meaning_of_columns_and_tables_comes_from_catalogues_and_their_names_never_change() {
    let pseudo: Lang = diary_messages::pseudo::TAG.parse().unwrap();
    let of = |lang| {
        let bytes = explanation(lang);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let rows = reader.records().map(Result::unwrap);
        rows.map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    for row in of(pseudo) {
        diary_messages::pseudo::assert_of_catalogues(&row[5], []);
    }
    for (english, chinese) in of(Lang::EN).into_iter().zip(of(Lang::ZH_CN)) {
        assert_eq!(english[..5], chinese[..5]);
        assert_ne!(english[5], chinese[5]);
    }
    for table in TableName::ALL {
        diary_messages::pseudo::assert_of_catalogues(table.row(pseudo), []);
        assert_ne!(table.row(Lang::ZH_CN), table.row(Lang::EN));
    }
}

/// The rows of a table, each cell by the name of its column.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| {
        names.iter().zip(&row).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// The named cells of every row.
fn cells<'r>(rows: &'r [BTreeMap<String, String>], names: &[&str]) -> Vec<Vec<&'r str>> {
    rows.iter().map(|row| names.iter().map(|name| row[*name].as_str()).collect()).collect()
}

/// True if a cell matches the column's type.
fn fits(kind: Kind, values: &str, cell: &str) -> bool {
    let time = |form: &str| chrono::NaiveDateTime::parse_from_str(cell, form).is_ok();
    match kind {
        Kind::Text => values.is_empty() || values.split('|').any(|value| value == cell),
        Kind::Integer => cell.parse::<i64>().is_ok(),
        Kind::Number => cell::is_number(cell),
        Kind::YesNo => matches!(cell, "yes" | "no"),
        Kind::Day => cell.parse::<diary_core::time::DiaryDay>().is_ok(),
        Kind::Instant => time("%Y-%m-%dT%H:%M:%S%.3fZ"),
        Kind::Local => time("%Y-%m-%dT%H:%M:%S%.3f"),
    }
}

#[test]
fn every_cell_has_the_type_and_the_values_that_its_column_says() {
    let mut world = incarnation();
    let date = "2026-03-01".parse().unwrap();
    world.act(ActContent::FirstDay { date });
    let mut all = tables(&world, "2026-03-06 13:00");
    let mut batch = Batch::new(Lang::EN);
    codebook(&mut batch, &world.studies);
    for (table, bytes, _) in batch.finish() {
        all.insert(table, String::from_utf8(heading(table)).unwrap() + &String::from_utf8(bytes).unwrap());
    }
    for (table, text) in all {
        for row in rows(&text) {
            for column in table.columns() {
                let cell = &row[column.name];
                let fits = cell.is_empty() || fits(column.kind, column.values, cell);
                assert!(fits, "{}.{}: {cell}", table.name(), column.name);
                assert!(cell::is_number(cell) || cell::neutral(cell::written(cell)) == *cell, "{cell}");
            }
        }
    }
}

#[test]
fn an_amount_that_is_odd_has_a_remark() {
    let mut world = World::new();
    world.at("2026-03-02 22:00");
    for (amount, planned) in
        [("3 g", None), ("400 mg", Some("40 mg")), ("60 mg", Some("40 mg")), ("5 mg", None)]
    {
        let mut content = dose_content("prednisone", DoseStatus::Taken, amount, planned.is_none());
        if let Content::Dose(dose) = &mut content {
            dose.planned = planned.map(|planned| readers::amount(planned).unwrap());
        }
        world.record("2026-03-02", None, content);
    }
    world.sync();
    let doses = tables(&world, "2026-03-03 12:00");
    let doses = rows(&doses[&TableName::Doses]);
    let remarks = [["3", "unit"], ["400", "far-from-plan"], ["60", ""], ["5", ""]];
    assert_eq!(cells(&doses, &["amount", "amount_remark"]), remarks);
    let report = world.report("2026-03-03 12:00", 28);
    let told = text::render(&report, Lang::EN, 80);
    assert!(told.contains("Prednisone on 2 Mar: 400 mg taken, 40 mg expected"), "{told}");
    assert!(told.contains("Prednisone 3 g on 2 Mar, not in mg"), "{told}");
}

#[test]
fn a_claimed_time_stays_and_a_dose_that_was_not_taken_has_no_amount() {
    let mut world = World::new();
    world.anchor("cycle1", "2026-03-04").at("2026-03-02 22:00");
    let taken = world.extra("2026-03-02", "prednisone", "5 mg", "2026-03-02 21:15");
    let status = DoseStatus::NotTaken { why: SkipReason::Forgot, text: None };
    let not = world.record("2026-03-02", None, dose_content("prednisone", status, "10 mg", false));
    // Days later, in another zone: 10 mg it was; and nothing is known of the other.
    world.zone = "America/New_York".parse().unwrap();
    world.at("2026-03-05 09:00");
    let ten = dose_content("prednisone", DoseStatus::Taken, "10 mg", true);
    world.correct_with(taken, ten, "misread", |revision| revision.occurred = None);
    world.correct(not, dose_content("prednisone", DoseStatus::DontKnow, "10 mg", false), "asked again");
    world.sync();
    let all = tables(&world, "2026-03-07 12:00");
    let doses = rows(&all[&TableName::Doses]);
    let names = ["status", "amount", "unit", "planned_amount", "planned_unit"];
    assert_eq!(cells(&doses, &names), [["taken", "10", "mg", "", ""], ["dont-know", "", "", "10", "mg"]]);
    let names = ["about_utc", "about_local", "study_day"];
    assert_eq!(
        cells(&doses, &names),
        [
            ["2026-03-02T13:15:00.000Z", "2026-03-02T21:15:00.000", "-2"],
            ["2026-03-02T14:00:00.000Z", "2026-03-02T22:00:00.000", "-2"],
        ]
    );
    let entries = rows(&all[&TableName::Entries]);
    let names = ["occurred_utc", "occurred_local", "recorded_utc", "recorded_local", "utc_offset_s"];
    let recorded = ["2026-03-05T14:00:00.000Z", "2026-03-05T09:00:00.000", "-18000"];
    assert_eq!(
        cells(&entries, &names),
        [
            [&["2026-03-02T13:15:00.000Z", "2026-03-02T21:15:00.000"][..], &recorded].concat(),
            [&["", ""][..], &recorded].concat(),
        ]
    );
    let names = ["field", "old", "new", "reason", "kind", "recorded_local"];
    let at = "2026-03-05T09:00:00.000";
    assert_eq!(
        cells(&rows(&all[&TableName::Corrections]), &names),
        [
            ["amount", "5 mg", "10 mg", "misread", "correction", at],
            ["status", "not-taken", "dont-know", "asked again", "correction", at],
            ["skip_reason", "forgot", "", "asked again", "correction", at],
        ]
    );
    // The report takes the time from the same function.
    let last = world.report("2026-03-07 12:00", 28);
    let row = last.medications.iter().find(|row| row.name.get(Lang::EN) == "Prednisone").unwrap();
    let about = row.last.as_ref().unwrap().at;
    assert_eq!(
        (about.utc.to_string(), about.local.to_string()),
        ("2026-03-02T13:15:00Z".to_owned(), "2026-03-02 21:15:00".to_owned(),)
    );
}

#[test]
fn a_correction_has_a_row_for_every_field_and_every_version_that_it_joins() {
    let mut world = World::new();
    world.zone = "Asia/Shanghai".parse().unwrap();
    let first = world.evening("2026-03-02", [0; 10]);
    let answers = |grade: u8| {
        let mut grades = [0; 10];
        (grades[2], grades[3]) = (grade, grade + 1);
        grades
    };
    let content =
        |world: &World, grade| assessment(&world.studies, 1, "evening", graded(&EVENING, &answers(grade)));
    let two = content(&world, 1);
    let one = world.correct(first, two, "one");
    let three = content(&world, 2);
    world.correct_with(one, three, "moved", |revision| {
        revision.day = day("2026-03-01");
        revision.occurred = Some(OccurredAt(UtcMillis(1_772_359_200_000)));
        revision.parents = vec![first, one];
    });
    world.sync();
    let corrections = rows(&tables(&world, "2026-03-03 12:00")[&TableName::Corrections]);
    let names = ["supersedes", "field", "old", "new"];
    let (first, one) = (first.to_string(), one.to_string());
    let time = "2026-03-01T10:00:00.000Z";
    assert_eq!(
        cells(&corrections, &names),
        [
            [&first, "chewing", "0", "1"],
            [&first, "swallowing", "0", "2"],
            [&first, "chewing", "0", "2"],
            [&first, "swallowing", "0", "3"],
            [&first, "diary_day", "2026-03-02", "2026-03-01"],
            [&first, "occurred_utc", "", time],
            [&one, "chewing", "1", "2"],
            [&one, "swallowing", "2", "3"],
            [&one, "diary_day", "2026-03-02", "2026-03-01"],
            [&one, "occurred_utc", "", time],
        ]
    );
}

#[test]
fn a_question_that_was_skipped_is_told_from_one_that_was_not_shown() {
    let mut world = World::new();
    world.at("2026-03-02 20:00");
    world.assess("2026-03-02", Some("evening"), "evening", graded(&EVENING[..6], &[0, 0, 0, 0, 0, 3]));
    world.sync();
    let answers = rows(&tables(&world, "2026-03-03 12:00")[&TableName::Answers]);
    let of = |item: &str| -> Vec<Vec<String>> {
        let found = answers.iter().filter(|row| row["item"] == item);
        let names = ["part", "code", "disposition"];
        found.map(|row| names.iter().map(|name| row[*name].clone()).collect()).collect()
    };
    assert_eq!(of("breathing"), [["1", "3", "answered"]]);
    assert_eq!(of("arms"), [["", "", "skipped"]]);
    // Shown where breathing or swallowing is bad, and to be answered; shown where something was.
    assert_eq!(of("cough"), [["", "", "skipped"]]);
    let mut calm = World::new();
    calm.evening("2026-03-02", [0; 10]);
    calm.sync();
    let answers = rows(&tables(&calm, "2026-03-03 12:00")[&TableName::Answers]);
    let left: Vec<_> = answers
        .iter()
        .filter(|row| row["disposition"] != "answered")
        .map(|row| (row["item"].as_str(), row["disposition"].as_str()))
        .collect();
    assert_eq!(left, [("cough", "not-shown"), ("worst-time", "not-shown")]);
}

#[test]
fn a_place_of_the_schedule_has_its_times_whether_it_was_answered_or_not() {
    let mut world = World::new();
    world.anchor("cycle1", "2026-03-03");
    world.evening("2026-03-02", [0; 10]);
    world.at("2026-03-06 12:00").sync();
    let all = tables(&world, "2026-03-06 13:00");
    let names = [
        "diary_day",
        "study_day",
        "opens_utc",
        "opens_local",
        "due_utc",
        "due_local",
        "closes_utc",
        "closes_local",
    ];
    let on = |table: TableName, of: &str| {
        let rows = rows(&all[&table]);
        let one: Vec<_> =
            rows.into_iter().filter(|row| row["slot"] == "evening" && row["diary_day"] == of).collect();
        cells(&one, &names).concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        on(TableName::Entries, "2026-03-02"),
        [
            "2026-03-02",
            "-1",
            "2026-03-02T09:00:00.000Z",
            "2026-03-02T17:00:00.000",
            "2026-03-02T12:00:00.000Z",
            "2026-03-02T20:00:00.000",
            "2026-03-02T19:00:00.000Z",
            "2026-03-03T03:00:00.000",
        ]
    );
    assert_eq!(
        on(TableName::MissedSlots, "2026-03-03"),
        [
            "2026-03-03",
            "1",
            "2026-03-03T09:00:00.000Z",
            "2026-03-03T17:00:00.000",
            "2026-03-03T12:00:00.000Z",
            "2026-03-03T20:00:00.000",
            "2026-03-03T19:00:00.000Z",
            "2026-03-04T03:00:00.000",
        ]
    );
}

#[test]
fn anchors_have_their_history_and_participation_its_first_days() {
    let mut world = World::new();
    world.anchor("cycle1", "2026-03-29").anchor("cycle1", "2026-04-02").anchor("cycle2", "2026-04-14");
    let all = tables(&world, "2026-03-03 12:00");
    let names = ["subject", "anchor", "date", "counts", "set_by"];
    assert_eq!(
        cells(&rows(&all[&TableName::Anchors]), &names),
        [
            ["S-001", "cycle1", "2026-03-29", "no", "wang"],
            ["S-001", "cycle1", "2026-04-02", "yes", "wang"],
            ["S-001", "cycle2", "2026-04-14", "yes", "wang"],
        ]
    );
    let names = ["subject", "site", "first_day", "study_day_1", "status", "ended", "ended_status"];
    assert_eq!(
        cells(&rows(&all[&TableName::Participation]), &names),
        [["S-001", "beijing", "2026-03-01", "2026-04-02", "active", "", ""]]
    );
}

#[test]
fn the_code_books_say_what_the_codes_mean_in_each_language() {
    let mut batch = Batch::new(Lang::EN);
    codebook(&mut batch, &World::new().studies);
    let written: BTreeMap<TableName, Vec<u8>> =
        batch.finish().into_iter().map(|(table, bytes, _)| (table, bytes)).collect();
    let of = |table: TableName| {
        rows(&String::from_utf8([heading(table), written[&table].clone()].concat()).unwrap())
    };
    let (codes, others) = (of(TableName::Codebook), of(TableName::CodebookStudy));
    let find = |rows: &[BTreeMap<String, String>], of: &[(&str, &str)], names: &[&str]| {
        let one = rows.iter().find(|row| of.iter().all(|(name, value)| row[*name] == *value)).unwrap();
        names.iter().map(|name| one[*name].clone()).collect::<Vec<_>>()
    };
    let labels = |rows: &[BTreeMap<String, String>], of: &[(&str, &str)]| {
        ["en", "zh-CN"].map(|lang| find(rows, &[of, &[("lang", lang)]].concat(), &["label"]).concat())
    };
    let names = ["study_version", "instrument_version", "kind", "ordinal", "type"];
    let evening = [("instrument", "evening"), ("item", "breathing")];
    let option = [&evening[..], &[("kind", "option"), ("code", "3")]].concat();
    assert_eq!(find(&codes, &option, &names), ["1", "1.0.0", "option", "3", ""]);
    assert_eq!(labels(&codes, &option), ["Short of breath while sitting still", "坐着不动也气短"]);
    assert_eq!(
        find(&codes, &[&evening[..], &[("kind", "item")]].concat(), &["type", "position"]),
        ["coding", "7"]
    );
    let medication = [("kind", "medication"), ("code", "pyridostigmine")];
    assert_eq!(find(&others, &medication, &["atc", "units"]), ["N07AA02", "mg {tbl}"]);
    assert_eq!(labels(&others, &medication), ["Pyridostigmine", "溴吡斯的明"]);
    let presentation = [("kind", "presentation"), ("of", "pyridostigmine"), ("code", "tablet")];
    assert_eq!(find(&others, &presentation, &["strength", "units"]), ["60", "mg"]);
    for (kind, code, en, zh) in [
        ("slot", "evening", "Evening check", "晚间记录"),
        ("anchor", "cycle1", "First infusion, cycle 1", "第一周期首次输注"),
        ("event", "infusion-started", "My infusion starts today", "今天开始输研究药物"),
        ("skip-reason", "forgot", "forgot", "忘记"),
        ("route", "oral", "by mouth", "口服"),
        ("frequency", "qd", "once a day", "每日一次"),
        ("form", "tablet", "tablet", "片剂"),
        ("site", "beijing", "Beijing", "北京"),
    ] {
        assert_eq!(labels(&others, &[("kind", kind), ("code", code)]), [en, zh], "{kind} {code}");
    }
    let alerts: Vec<_> = others.iter().filter(|row| row["kind"] == "alert").collect();
    assert!(
        !alerts.is_empty()
            && alerts.iter().all(|row| !row["severity"].is_empty() && !row["text"].is_empty())
            && alerts.iter().any(|row| row["lang"] == "zh-CN")
    );
}

#[test]
fn tables_have_what_people_wrote_exactly_and_name_no_phone_s_entry_staff() {
    let attack = "a\u{1b}[2Jb\u{202e}c\u{2066}d\r\u{0}e";
    let mut world = World::new();
    world.at("2026-03-02 20:00");
    world.author =
        diary_core::entry::Author::Staff { name: attack.to_owned(), reason: "\u{202e}=1".to_owned() };
    world.note("2026-03-02", attack);
    world.author = diary_core::entry::Author::System;
    world.note("2026-03-02", "x");
    world.sync();
    let tables = tables(&world, "2026-03-03 12:00");
    let rows = |table: TableName| -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_reader(tables[&table].as_bytes());
        let names = reader.headers().unwrap().clone();
        let row = |row: csv::StringRecord| {
            names.iter().zip(&row).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
        };
        reader.records().map(|record| row(record.unwrap())).collect()
    };
    let entries = rows(TableName::Entries);
    assert_eq!(entries[0]["author"], "claims-staff");
    assert_eq!(entries[0]["author_name"], attack);
    assert_eq!(entries[0]["author_reason"], "'\u{202e}=1");
    assert_eq!(cell::written(&entries[0]["author_reason"]), "\u{202e}=1");
    assert_eq!(entries[1]["author"], "claims-system");
    assert!(tables.values().any(|table| table.contains(&format!(",\"{attack}\""))), "{tables:?}");
}
