//! Comparison of the literals in statements and migrations with the enums that they repeat. A partial index is used only
//! where a statement repeats its condition with the same literal, and a CHECK knows literals alone; everywhere else
//! statements take parameters.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use diary_core::ids::VaultId;
use diary_core::parcel::LogKind;

use crate::PeopleDeed;
use crate::intake::ParcelState;

/// Sets of states that a literal may stand for. A new state does not compile before it has its place in them.
fn sets(state: ParcelState) -> [(&'static str, bool); 5] {
    let (set_aside, settled) = match state {
        ParcelState::Ready => (false, false),
        ParcelState::Merged => (false, true),
        ParcelState::Quarantined => (true, true),
        ParcelState::Held => (true, false),
    };
    let unmerged = state != ParcelState::Merged;
    [
        ("set aside", set_aside),
        ("settled", settled),
        ("not settled", !settled),
        ("unmerged", unmerged),
        ("every state", true),
    ]
}

/// Numbers of the states in each of these sets, and of each state alone.
fn meanings() -> Vec<BTreeSet<i64>> {
    let alone = ParcelState::ALL.map(|state| BTreeSet::from([state as i64]));
    let of = |n: usize| ParcelState::ALL.into_iter().filter(move |state| sets(*state)[n].1);
    let named = (0..5).map(|n| of(n).map(|state| state as i64).collect());
    alone.into_iter().chain(named).collect()
}

/// Numbers from 0 to 99 for which a condition holds, which follows the name of a column; `None` if it has no literal.
fn holds(condition: &str) -> Option<BTreeSet<i64>> {
    let numbers = |text: &str| -> Vec<i64> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|one| one.parse().ok()).collect()
    };
    let all = || 0..100_i64;
    let begins_with_digit = |text: &str| text.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let first = |text: &str| numbers(text).first().copied();
    if let Some(rest) = condition.strip_prefix("BETWEEN ") {
        let [low, high, ..] = numbers(rest)[..] else { return None };
        return Some(all().filter(|n| (low..=high).contains(n)).collect());
    }
    if let Some(rest) = condition.strip_prefix("IN (") {
        let list = rest.split(')').next().filter(|list| begins_with_digit(list))?;
        return Some(numbers(list).into_iter().collect());
    }
    let (operator, rest) = condition.split_once(' ').filter(|(_, rest)| begins_with_digit(rest))?;
    let literal = first(rest)?;
    match operator {
        "=" => Some(BTreeSet::from([literal])),
        "<>" => Some(all().filter(|n| *n != literal).collect()),
        ">=" => Some(all().filter(|n| *n >= literal).collect()),
        _ => None,
    }
}

/// What follows each mention of a column in `text`.
fn conditions<'t>(text: &'t str, column: &str) -> Vec<&'t str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let parts: Vec<(usize, &str)> = text.match_indices(column).collect();
    let whole = |at: &usize| !text.get(..*at).is_some_and(|before| before.ends_with(is_word));
    let after = |at: usize| text.get(at + column.len()..).and_then(|rest| rest.strip_prefix(' '));
    parts.into_iter().filter(|(at, _)| whole(at)).filter_map(|(at, _)| after(at)).collect()
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, ending, found),
            false if path.extension().is_some_and(|of| of == ending) => found.push(path),
            false => {}
        }
    }
}

/// Statements of this crate, and the migrations of both databases.
fn texts() -> Vec<(String, String)> {
    let (root, mut found) = (Path::new(env!("CARGO_MANIFEST_DIR")), Vec::new());
    files(&root.join("src"), "rs", &mut found);
    files(&root.join("migrations"), "sql", &mut found);
    let read = |path: PathBuf| (path.display().to_string(), std::fs::read_to_string(&path).unwrap());
    found.into_iter().filter(|path| !path.ends_with("src/tests.rs")).map(read).collect()
}

#[test]
fn each_number_of_a_parcels_state_in_sql_stands_for_states_of_the_enum() {
    let (meanings, mut seen) = (meanings(), BTreeSet::new());
    let known: BTreeSet<i64> = ParcelState::ALL.into_iter().map(|state| state as i64).collect();
    for (file, text) in texts() {
        for condition in conditions(&text, "state") {
            let Some(all) = holds(condition) else { continue };
            // CHECK (state BETWEEN ..) must name the known states and no others.
            let held: BTreeSet<i64> = match condition.starts_with("BETWEEN") {
                true => all,
                false => all.intersection(&known).copied().collect(),
            };
            let line = condition.lines().next().unwrap_or_default();
            assert!(meanings.contains(&held), "{file}: state {line}: {held:?} is no set of states");
            seen.insert(held);
        }
    }
    assert!(seen.len() > 5, "the statements are found: {seen:?}");
}

#[test]
fn each_number_of_a_records_kind_in_sql_is_that_of_rewraps() {
    let rewrap = BTreeSet::from([i64::from(LogKind::Rewrap.number())]);
    let texts = texts();
    let literals = |text: &str| conditions(text, "kind").into_iter().filter_map(holds).collect::<Vec<_>>();
    let found: Vec<BTreeSet<i64>> = texts.iter().flat_map(|(_, text)| literals(text)).collect();
    let of_log: Vec<_> = found.iter().filter(|numbers| !numbers.contains(&1)).collect();
    assert!(of_log.len() >= 3 && of_log.iter().all(|numbers| **numbers == rewrap), "{found:?}");
}

#[test]
fn the_kinds_of_changes_of_subject_numbers_are_those_that_both_databases_allow() {
    let other = VaultId::from_bytes([0; 16]);
    let renamed = PeopleDeed::Renamed { was: String::new(), now: String::new() };
    let deeds = [renamed, PeopleDeed::Linked { other }, PeopleDeed::Unlinked { other }];
    let (kinds, mut checked) = (deeds.map(|deed| deed.kind().to_owned()), 0);
    for (file, text) in texts().into_iter().filter(|(file, _)| file.contains("people_changes")) {
        let allowed = conditions(&text, "kind").into_iter().find_map(|rest| {
            let list = rest.split_once("CHECK (kind IN (")?.1.split(')').next()?;
            Some(list.split(", ").map(|one| one.trim_matches('\'').to_owned()).collect::<Vec<_>>())
        });
        assert_eq!(allowed.as_deref(), Some(kinds.as_slice()), "{file}");
        checked += 1;
    }
    assert_eq!(checked, 2, "both databases");
}
