//! Generated SQL of the roles: reserved names, and privileges that match the statements of the tables.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

fn name(text: &str) -> RoleName {
    text.parse().unwrap()
}

#[test]
fn a_name_that_means_something_to_postgresql_is_no_name() {
    for good in ["diary_serve", "export2", "select"] {
        assert_eq!(name(good).to_string(), good);
    }
    let long = "a".repeat(64);
    for bad in ["", "public", "none", "pg_monitor", "2nd", "Diary", "a b", "a\"; x", "a'b", "naïve", &long] {
        assert_eq!(bad.parse::<RoleName>(), Err(RolesError::Name), "{bad}");
    }
    assert_eq!(Roles::new(name("a"), Some(name("a"))), Err(RolesError::Same));
}

#[test]
fn the_statements_name_the_roles_and_nothing_is_left_open() {
    let sql = Roles::new(name("reads"), Some(name("serves"))).unwrap().sql();
    assert!(!sql.contains("<role>") && !sql.contains("<privileges>"), "{sql}");
    let of = |role: &str| {
        sql.lines().filter(|line| line.ends_with(&format!("TO \"{role}\";"))).collect::<Vec<_>>()
    };
    assert!(of("reads").iter().all(|grant| grant.starts_with("GRANT SELECT ")), "{sql}");
    assert!(of("serves").contains(&"GRANT UPDATE (n, chain) ON head TO \"serves\";"), "{sql}");
    let alone = Roles::new(name("reads"), None).unwrap().sql();
    assert!(!alone.contains("INSERT ON") && sql.ends_with(&alone));
}

/// Source of the modules of subjects, which hold all statements of the serving role.
fn statements() -> Vec<String> {
    let engines = ["moving", "postgres", "sql", "sqlite", "testing"];
    let mut folders = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if engines.iter().any(|engine| path.file_stem().is_some_and(|stem| stem == *engine)) {
                continue;
            }
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(end) if end == "rs" => texts.push(read(&path)),
                _ => {}
            }
        }
    }
    texts
}

fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words that follow each occurrence of `lead`.
fn after(text: &str, lead: &str) -> Vec<String> {
    let word = |rest: &str| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
    text.split(lead).skip(1).map(word).filter(|word: &String| !word.is_empty()).collect()
}

#[test]
fn the_serving_role_may_do_with_each_table_what_some_statement_does_and_nothing_else() {
    let mut done: BTreeSet<(&str, String)> = BTreeSet::new();
    for text in statements() {
        done.extend(after(&text, "UPDATE ").into_iter().map(|table| ("changes", table)));
        done.extend(after(&text, "DELETE FROM ").into_iter().map(|table| ("takes", table)));
        for insert in text.split("INSERT INTO ").skip(1) {
            let Some(table) = after(&format!("~{insert}"), "~").pop() else { continue };
            let statement = insert.split("-- store::").next().unwrap();
            if statement.contains("DO UPDATE") {
                done.insert(("changes", table.clone()));
            }
            done.insert(("adds", table));
        }
    }
    let mut granted = BTreeSet::new();
    for table in TABLES {
        let verbs = [("adds", table.adds), ("changes", !table.changes.is_empty()), ("takes", table.takes)];
        let may = verbs.into_iter().filter(|(_, may)| *may);
        granted.extend(may.map(|(verb, _)| (verb, table.name.to_owned())));
    }
    assert_eq!(granted, done);
}
