//! Every way in which other systems lost data has a test here: the table in `tests/README.md` names it, and it is there.

use std::collections::BTreeMap;

use crate::tree::{self, assert_none};

/// Lines of the table.
const LESSONS: std::ops::RangeInclusive<u32> = 1..=35;
/// Mark of a lesson whose subject does not exist yet.
const WAITS: &str = "waits for screens";

/// Row of a table: the lesson's number, its tests as file and function, and true if it has the mark [`WAITS`].
type Row = (u32, Vec<(String, String)>, bool);

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
    let number = cells.first()?.parse().ok()?;
    let tests = line.split('`').skip(1).step_by(2).filter_map(|word| word.split_once(".rs::"));
    let tests = tests.map(|(file, name)| (format!("{file}.rs"), name.to_owned())).collect();
    Some((number, tests, line.contains(WAITS)))
}

/// Errors of a table; `source` gives a file's text, or nothing where there is no such file.
fn wrong(table: &str, source: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let rows: BTreeMap<u32, (Vec<(String, String)>, bool)> =
        table.lines().filter_map(row).map(|(number, tests, waits)| (number, (tests, waits))).collect();
    let absent = LESSONS.filter(|number| !rows.contains_key(number));
    let mut found: Vec<String> =
        absent.map(|number| format!("lesson {number} is not in the table")).collect();
    for (number, (tests, waits)) in &rows {
        if tests.is_empty() && !waits {
            found.push(format!("lesson {number} names no test and does not say that it {WAITS}"));
        }
        for (file, name) in tests {
            let there = source(file).is_some_and(|text| text.contains(&format!("fn {name}(")));
            if !there {
                found.push(format!("lesson {number} names {file}::{name}, which is not there"));
            }
        }
    }
    found
}

#[test]
fn every_lesson_names_a_test_that_exists_or_says_what_it_waits_for() {
    let sample = "| 1 | a fork | `tests/a.rs::there` |\n| 2 | b | `tests/a.rs::gone` |\n| 3 | c | |\n| 4 | d | waits for screens |";
    let source = |file: &str| (file == "tests/a.rs").then(|| "fn there() {}".to_owned());
    assert_eq!(wrong(sample, source).len(), 31 + 2);
    let exists = |file: &str| std::fs::read_to_string(tree::root().join(file)).ok();
    assert_none(&wrong(&tree::read("tests/README.md"), exists));
}
