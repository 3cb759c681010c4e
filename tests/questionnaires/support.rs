//! The table of questionnaires that load or are refused, compared with the page that the README links to.

use std::fmt::Write as _;

use crate::fixtures::{package, parse, questionnaires};

const HEAD: &str = "\
# Published Questionnaires: what loads, what is refused

Each Questionnaire under `tests/fixtures/fhir` (sources and licence: `NOTICE` there), read as it was published. What
would change what is asked, accepted or counted if it were ignored is refused by name; what does not is ignored and
listed. The test `questionnaires` compares this page with what the diary does; `DIARY_BLESS=1 cargo test -p
diary-tests --test questionnaires` writes it anew.

";

/// Each distinct reason once, with its first place and the number of times it occurs.
fn gathered(lines: &[(String, String)]) -> String {
    let mut page = String::new();
    let mut seen: Vec<&str> = Vec::new();
    for (place, what) in lines {
        if seen.contains(&what.as_str()) {
            continue;
        }
        seen.push(what);
        let more = lines.iter().filter(|(_, w)| w == what).count() - 1;
        let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
        writeln!(page, "- {place}{more}: {what}").unwrap();
    }
    page
}

fn split(line: &str) -> (String, String) {
    let (place, what) = line.split_once(": ").unwrap();
    (place.to_owned(), what.to_owned())
}

fn page() -> String {
    let (mut loads, mut refused, mut table) = (String::new(), String::new(), String::new());
    for (name, _) in questionnaires() {
        match parse(&name, None) {
            Ok(instrument) => {
                let ignored: Vec<_> = instrument.ignored().iter().map(|line| split(line)).collect();
                let asked = instrument.enabled(&[]).len();
                writeln!(table, "| {name} | loads | {asked} questions at the start |").unwrap();
                write!(loads, "### {name}\n\nIgnored:\n\n{}\n", gathered(&ignored)).unwrap();
            }
            Err(errors) => {
                let lines: Vec<_> = errors.iter().map(|e| (e.place.clone(), e.problem.to_string())).collect();
                writeln!(table, "| {name} | refused | {} |", lines[0].1.replace('|', "\\|")).unwrap();
                write!(refused, "### {name}\n\n{}\n", gathered(&lines)).unwrap();
            }
        }
    }
    let table = format!("| Questionnaire | | first reason |\n|---|---|---|\n{table}");
    format!("{HEAD}{table}\n## Loaded\n\n{loads}## Refused\n\n{}\n", refused.trim_end())
}

#[test]
fn every_published_questionnaire_loads_or_is_refused_as_the_page_says() {
    let path = package().join("questionnaires/SUPPORT.md");
    let page = page();
    if std::env::var_os("DIARY_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let expect = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = page.lines().zip(expect.lines()).find(|(now, then)| now != then);
    assert_eq!(differs, None, "SUPPORT.md is out of date; DIARY_BLESS=1 writes it anew");
    assert_eq!(page.lines().count(), expect.lines().count(), "SUPPORT.md is out of date");
}
