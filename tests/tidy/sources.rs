//! A source file as the rules see it: its path, its text, and the lines of it that are tests.

use crate::scan::{Scan, body_range, scan};
use crate::tree;

/// One `.rs` file of the repository.
#[derive(Debug)]
pub(crate) struct Source {
    /// Path below the root, with `/`.
    pub(crate) path: String,
    /// The file as it is.
    pub(crate) text: String,
    /// The file taken apart.
    pub(crate) scan: Scan,
    test_lines: Vec<std::ops::RangeInclusive<usize>>,
}

impl Source {
    /// A source at `path` with `text`.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let scan = scan(text);
        let test_lines = test_modules(&scan.code);
        Self { path: path.to_owned(), text: text.to_owned(), scan, test_lines }
    }

    /// True when that line is test code: the tests package, a `tests.rs`, or inside a `#[cfg(test)]` item.
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.path.starts_with("tests/")
            || self.path.ends_with("/tests.rs")
            || self.path.contains("/tests/")
            || self.test_lines.iter().any(|range| range.contains(&line))
    }

    /// The lines of blanked code, from 1.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.scan.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// True if the file belongs to the module of that name in its crate (`room.rs`, or any file under `room/`), or to
    /// the crate of that name.
    pub(crate) fn in_room(&self, room: &str) -> bool {
        let within = [format!("/src/{room}/"), format!("/{room}/src/")];
        self.path.ends_with(&format!("/src/{room}.rs")) || within.iter().any(|part| self.path.contains(part))
    }
}

fn test_modules(code: &str) -> Vec<std::ops::RangeInclusive<usize>> {
    let line_of = |at: usize| 1 + code[..at].matches('\n').count();
    code.match_indices("#[cfg(test)]")
        .filter_map(|(at, mark)| {
            body_range(code, at + mark.len()).map(|body| line_of(at)..=line_of(body.end))
        })
        .collect()
}

/// Every `.rs` file of the checkout.
pub(crate) fn all() -> Vec<Source> {
    let paths = tree::files().into_iter().filter(|path| path.ends_with(".rs"));
    paths.map(|path| Source::new(&path, &tree::read(&path))).collect()
}

/// Rule on one file; gives each violation as `line: text`.
pub(crate) type Rule = fn(&Source) -> Vec<(usize, String)>;

/// Shows the rule a sample that breaks it once, then walks the checkout.
#[track_caller]
pub(crate) fn enforce(rule: Rule, sample_path: &str, sample: &str) {
    let seen = rule(&Source::new(sample_path, sample));
    assert_eq!(seen.len(), 1, "the rule does not see its own sample once: {seen:?}");
    let mut found = Vec::new();
    for source in all() {
        found.extend(rule(&source).into_iter().map(|(line, what)| format!("{}:{line}: {what}", source.path)));
    }
    tree::assert_none(&found);
}

#[test]
fn the_lines_of_test_modules_are_known() {
    let source = Source::new("diary-core/src/a.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n}\nfn b() {}\n");
    let tests: Vec<usize> = (1..=5).filter(|line| source.is_test(*line)).collect();
    assert_eq!(tests, [2, 3, 4]);
}
