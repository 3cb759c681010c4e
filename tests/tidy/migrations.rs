//! Migrations that have been written never change: each crate's `migrations.lock` holds the hash of each file.
//!
//! The lock is what `cd CRATE && find migrations -name '*.sql' | sort | xargs sha256sum > migrations.lock` prints.

use std::collections::BTreeMap;

use diary_core::hash::sha256;

use crate::tree::{self, assert_none};

/// Path below the crate -> hash in hex.
type Hashes = BTreeMap<String, String>;

fn parse_lock(text: &str) -> Hashes {
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    lines.map(|(hash, path)| (path.to_owned(), hash.to_owned())).collect()
}

fn differences(lock: &Hashes, present: &Hashes) -> Vec<String> {
    let mut found = Vec::new();
    for (path, hash) in present {
        match lock.get(path) {
            Some(locked) if locked == hash => {}
            Some(_) => found.push(format!("{path} was changed: add a migration instead")),
            None => found.push(format!("{path} is not in migrations.lock")),
        }
    }
    let gone = lock.keys().filter(|path| !present.contains_key(*path));
    found.extend(gone.map(|path| format!("{path} is in migrations.lock and is gone")));
    found
}

/// Migrations by the crate they belong to.
fn by_crate() -> BTreeMap<String, Hashes> {
    let mut found: BTreeMap<String, Hashes> = BTreeMap::new();
    for path in tree::files() {
        if let Some((krate, below)) = path.split_once("/migrations/") {
            let hash = sha256(tree::read(&path).as_bytes()).to_string();
            found.entry(krate.to_owned()).or_default().insert(format!("migrations/{below}"), hash);
        }
    }
    found
}

#[test]
fn a_migration_never_changes_once_it_is_locked() {
    let lock = parse_lock("aa  migrations/0001_a.sql\nbb  migrations/0002_b.sql\n");
    let slips = [("migrations/0001_a.sql", "cc"), ("migrations/0003_c.sql", "dd")];
    let present = slips.map(|(path, hash)| (path.to_owned(), hash.to_owned())).into();
    assert_eq!(differences(&lock, &present).len(), 3);

    let mut found = Vec::new();
    for (krate, present) in by_crate() {
        let lock = format!("{krate}/migrations.lock");
        let lock = if tree::files().contains(&lock) { tree::read(&lock) } else { String::new() };
        found.extend(
            differences(&parse_lock(&lock), &present).into_iter().map(|what| format!("{krate}: {what}")),
        );
    }
    assert_none(&found);
}

fn number_slips(names: &[String]) -> Vec<String> {
    let expected = (1..).map(|number| format!("{number:04}_"));
    let wrong = names.iter().zip(expected).filter(|(name, number)| !name.starts_with(number.as_str()));
    wrong.map(|(name, number)| format!("{name} should start with {number}")).collect()
}

#[test]
fn migrations_are_numbered_from_one_without_a_gap() {
    assert_eq!(number_slips(&["0001_a.sql".to_owned(), "0003_c.sql".to_owned()]).len(), 1);
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (krate, present) in by_crate() {
        for path in present.keys() {
            let (folder, name) = path.rsplit_once('/').expect("it starts with migrations/");
            folders.entry(format!("{krate}/{folder}")).or_default().push(name.to_owned());
        }
    }
    assert_none(&folders.values().flat_map(|names| number_slips(names)).collect::<Vec<_>>());
}
