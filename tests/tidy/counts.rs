//! Figures of the whole checkout, each with a limit: shares of lines by crate, prose of documentation, parameters of
//! functions. `cargo test -p diary-tests --test tidy counts -- --nocapture` prints them.

use std::collections::BTreeMap;

use crate::scan::starts;
use crate::sources::{self, Source};

/// Largest share of all lines in one crate, per mille.
const CRATE_SHARE_MAX: usize = 300;
/// Documentation lines that begin with a question word, per mille.
const QUESTIONS_MAX: usize = 5;
/// Documentation lines with an indefinite person, per ten thousand.
const PERSONS_MAX: usize = 3;
/// Functions of five and more parameters, `self` left out, per mille.
const MANY_PARAMETERS_MAX: usize = 28;
/// Parameters of a function on average, `self` left out, in hundredths. Handlers of pages take one for each part of a
/// request.
const MEAN_PARAMETERS_MAX: usize = 151;

/// Folders of crates that lie inside the folder of another crate, before that one.
const CRATES: [&str; 11] = [
    "diary-core/messages",
    "diary-core",
    "diary-sync/view",
    "diary-sync/cli",
    "diary-sync",
    "diary-server/store",
    "diary-server/report",
    "diary-server/verify",
    "diary-server/demo",
    "diary-server",
    "tests",
];

fn crate_of(path: &str) -> &'static str {
    let inside = |folder: &&&str| path.strip_prefix(**folder).is_some_and(|rest| rest.starts_with('/'));
    CRATES.iter().find(inside).copied().unwrap_or("no crate")
}

/// Texts of documentation lines.
fn documentation(text: &str) -> impl Iterator<Item = &str> {
    let marked = |line| str::trim_start(line).strip_prefix("///").or(line.trim_start().strip_prefix("//!"));
    text.lines().filter_map(marked).map(str::trim)
}

fn asks(line: &str) -> bool {
    let first = line.split(|c: char| !c.is_alphabetic()).next();
    first.is_some_and(|word| ["What", "Who", "Whether", "How"].contains(&word))
}

fn names_a_person(line: &str) -> bool {
    let is_one =
        |word: &str| ["nobody", "somebody", "whoever"].iter().any(|one| word.eq_ignore_ascii_case(one));
    line.split(|c: char| !c.is_alphabetic()).any(is_one)
}

/// Numbers of parameters of all functions in blanked code.
fn parameters(code: &str) -> Vec<usize> {
    starts(code).filter_map(|start| parameters_at(&code[start + 3..])).collect()
}

/// Number of parameters of the function whose name begins `code`, without `self`.
fn parameters_at(code: &str) -> Option<usize> {
    let (mut round, mut angle, mut last) = (0_i32, 0_i32, ' ');
    let (mut one, mut all) = (String::new(), Vec::new());
    for c in code.chars() {
        match c {
            '<' => angle += 1,
            '>' if last != '-' => angle -= 1,
            '(' | '[' | '{' => round += 1,
            ')' | ']' | '}' => round -= 1,
            ';' if round == 0 => return None,
            _ => {}
        }
        if c == ')' && round == 0 && angle == 0 {
            all.push(one);
            let is_self = |one: &&String| {
                one.trim().trim_start_matches(['&', '(']).ends_with("self") && !one.contains(':')
            };
            let given = all.iter().filter(|one| !one.trim_matches(['(', ' ', '\n']).is_empty());
            return Some(given.filter(|one| !is_self(one)).count());
        }
        if round > 0 && !(c == ',' && round == 1 && angle == 0) {
            one.push(c);
        } else if c == ',' {
            all.push(std::mem::take(&mut one));
        }
        last = c;
    }
    None
}

fn per(part: usize, whole: usize, scale: usize) -> usize {
    part * scale / whole.max(1)
}

#[test]
fn parameters_and_openings_are_counted() {
    let code = "fn a() {} fn b(&self, x: Vec<(u8, u8)>, y: impl Fn(u8, u8) -> u8) {} fn c<T: Into<u8>>(mut self, x: T) {}";
    assert_eq!(parameters(code), [0, 2, 1]);
    let lines: Vec<&str> = documentation("/// What it is.\n    //! A whole.\n// How\nfn a() {}").collect();
    assert_eq!(lines, ["What it is.", "A whole."]);
    assert!(asks(lines[0]) && !asks(lines[1]) && !asks("Whatever"));
    assert!(names_a_person("read by Nobody else") && !names_a_person("a body"));
    assert_eq!(crate_of("diary-sync/view/src/lib.rs"), "diary-sync/view");
}

#[test]
fn figures_of_the_checkout_stay_within_their_limits() {
    let sources = sources::all();
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for source in &sources {
        *lines.entry(crate_of(&source.path)).or_default() += source.text.lines().count();
    }
    let all: usize = lines.values().sum();
    let (biggest, most) = lines.iter().max_by_key(|(_, lines)| **lines).expect("there are crates");
    let documentation: Vec<&str> = sources.iter().flat_map(|source| documentation(&source.text)).collect();
    let asking = documentation.iter().filter(|line| asks(line)).count();
    let persons = documentation.iter().filter(|line| names_a_person(line)).count();
    let product = |source: &&Source| !source.path.starts_with("tests/") && !source.is_test(1);
    let counts: Vec<usize> =
        sources.iter().filter(product).flat_map(|source| parameters(&source.scan.code)).collect();
    let (sum, many) = (counts.iter().sum::<usize>(), counts.iter().filter(|count| **count >= 5).count());
    println!("{all} lines, {lines:?}");
    println!(
        "{} documentation lines: {asking} begin with a question word, {persons} name a person",
        documentation.len()
    );
    println!("{} functions: {many} of five and more parameters, {sum} parameters in all", counts.len());
    assert!(per(*most, all, 1000) <= CRATE_SHARE_MAX, "{biggest}: {most} of {all} lines");
    assert!(per(asking, documentation.len(), 1000) <= QUESTIONS_MAX, "{asking} of {}", documentation.len());
    assert!(per(persons, documentation.len(), 10_000) <= PERSONS_MAX, "{persons} of {}", documentation.len());
    assert!(per(many, counts.len(), 1000) <= MANY_PARAMETERS_MAX, "{many} of {}", counts.len());
    assert!(per(sum, counts.len(), 100) <= MEAN_PARAMETERS_MAX, "{sum} of {}", counts.len());
}
