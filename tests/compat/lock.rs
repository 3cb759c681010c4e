//! Hash of every fixture, in `v1.lock`: a fixture that is locked must stay readable, and a change of it fails the test.

use std::collections::BTreeMap;
use std::path::Path;

use diary_core::hash::sha256;

use crate::files::{blessing, folder};

const LOCK: &str = "v1.lock";

/// Every file below `v1`, by its path there, with its hash.
fn present() -> BTreeMap<String, String> {
    fn collect(folder: &Path, below: &str, into: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                collect(&entry.path(), &format!("{name}/"), into);
            } else {
                into.insert(name, sha256(&std::fs::read(entry.path()).unwrap()).to_string());
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(&folder("v1"), "", &mut found);
    found
}

fn locked() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder(LOCK)).unwrap_or_default();
    let pair = |line: &str| line.split_once("  ").map(|(hash, name)| (name.to_owned(), hash.to_owned()));
    text.lines().map(|line| pair(line).expect("a hash, two spaces, a path")).collect()
}

/// Differences: files that changed or are gone, and files that are not locked.
fn differences(present: &BTreeMap<String, String>, locked: &BTreeMap<String, String>) -> Vec<String> {
    let changed = locked.iter().filter_map(|(name, hash)| match present.get(name) {
        Some(found) if found == hash => None,
        Some(_) => Some(format!("{name} changed: what version 1 wrote is read for ever, restore it")),
        None => Some(format!("{name} is gone: what version 1 wrote is read for ever, restore it")),
    });
    let unlocked = present.keys().filter(|name| !locked.contains_key(*name));
    changed.chain(unlocked.map(|name| format!("{name} is not locked"))).collect()
}

#[test]
fn no_fixture_of_version_1_ever_changes() {
    let (present, mut locked) = (present(), locked());
    if blessing() {
        for (name, hash) in &present {
            locked.entry(name.clone()).or_insert_with(|| hash.clone());
        }
        let lines: String = locked.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
        std::fs::write(folder(LOCK), lines).unwrap();
    }
    let found = differences(&present, &locked);
    assert!(found.is_empty(), "\n  {}\n", found.join("\n  "));
}

#[test]
fn a_changed_a_missing_and_an_unlocked_fixture_are_each_named() {
    let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(name, hash)| ((*name).to_owned(), (*hash).to_owned())).collect()
    };
    let found =
        differences(&map(&[("a", "1"), ("b", "2"), ("d", "4")]), &map(&[("a", "1"), ("b", "9"), ("c", "3")]));
    let starts = ["b changed", "c is gone", "d is not locked"];
    assert_eq!(found.len(), starts.len());
    assert!(found.iter().zip(starts).all(|(line, start)| line.starts_with(start)), "{found:?}");
}
