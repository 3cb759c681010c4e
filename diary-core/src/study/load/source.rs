//! A TOML file with positions: from a key to its line, and from an offset to its key.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::study::error::StudyError;
use crate::study::problem::StudyProblem;

/// A parsed TOML file.
pub(super) struct Source<'a> {
    name: &'a str,
    text: &'a str,
    tree: Spanned<DeTable<'a>>,
}

impl<'a> Source<'a> {
    /// Parses `text`; syntax errors have their line.
    pub(super) fn parse(name: &'a str, text: &'a str) -> Result<Self, Vec<StudyError>> {
        let (tree, errors) = DeTable::parse_recoverable(text);
        let source = Self { name, text, tree };
        if errors.is_empty() {
            return Ok(source);
        }
        Err(errors.iter().map(|error| source.syntax_error(error)).collect())
    }

    /// Deserializes the file as `T`, or returns the first fault.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Vec<StudyError>> {
        toml::from_str(self.text).map_err(|error| vec![self.error(&error)])
    }

    /// A fault at `key`, or at its nearest existing table.
    pub(super) fn at(&self, key: String, problem: StudyProblem) -> StudyError {
        let line = self.offset_of(&key).map(|offset| self.line(offset));
        StudyError { file: self.name.to_owned(), line, key, problem }
    }

    fn error(&self, error: &toml::de::Error) -> StudyError {
        let span = error.span();
        StudyError {
            file: self.name.to_owned(),
            line: span.as_ref().map(|span| self.line(span.start)),
            key: span.and_then(|span| self.key_at(&span)).unwrap_or_default(),
            problem: StudyProblem::Form { detail: error.message().replace('\n', " ") },
        }
    }

    /// A syntax error with its line, and the key or table there. A line that is not TOML has no key in the
    /// tree.
    fn syntax_error(&self, error: &toml::de::Error) -> StudyError {
        let error = self.error(error);
        let line = error.line.and_then(|line| self.text.lines().nth(line - 1)).unwrap_or_default();
        let key = line.split('=').next().unwrap_or_default().trim_matches(['[', ']', ' ']).to_owned();
        StudyError { key, ..error }
    }

    fn line(&self, offset: usize) -> usize {
        self.text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
    }

    /// Offset of `key`, or of the nearest table above it that exists.
    fn offset_of(&self, key: &str) -> Option<usize> {
        let mut table = Some(self.tree.get_ref());
        let mut found = None;
        for part in key.split('.') {
            let (name, number) = split_number(part);
            let Some((at, value)) = table?.iter().find(|(key, _)| key.get_ref() == name) else { break };
            let mut value = value;
            found = Some(at.span().start);
            if let (Some(number), DeValue::Array(array)) = (number, value.get_ref()) {
                let Some(element) = array.get(number) else { break };
                value = element;
                found = Some(element.span().start);
            }
            table = value.get_ref().as_table();
        }
        found
    }

    /// Innermost key around `span`, if there is one.
    fn key_at(&self, span: &Range<usize>) -> Option<String> {
        if *span == self.tree.span() {
            return None;
        }
        let mut best: Best = None;
        search_table(self.tree.get_ref(), "", span, &mut best);
        best.map(|(_, key)| key)
    }
}

/// Shortest span so far, with its length and key.
type Best = Option<(usize, String)>;

/// Splits `slots[2]` into `slots` and 2.
fn split_number(part: &str) -> (&str, Option<usize>) {
    let Some((name, rest)) = part.split_once('[') else { return (part, None) };
    (name, rest.trim_end_matches(']').parse().ok())
}

fn search_table(table: &DeTable<'_>, prefix: &str, wanted: &Range<usize>, best: &mut Best) {
    for (name, value) in table {
        let dot = if prefix.is_empty() { "" } else { "." };
        let key = format!("{prefix}{dot}{}", name.get_ref());
        consider(name.span(), &key, wanted, best);
        search_value(value, &key, wanted, best);
    }
}

fn search_value(value: &Spanned<DeValue<'_>>, key: &str, wanted: &Range<usize>, best: &mut Best) {
    consider(value.span(), key, wanted, best);
    match value.get_ref() {
        DeValue::Table(table) => search_table(table, key, wanted, best),
        DeValue::Array(array) => {
            for (n, element) in array.iter().enumerate() {
                search_value(element, &format!("{key}[{n}]"), wanted, best);
            }
        }
        _ => {}
    }
}

/// Keeps the shortest span around `wanted`; of equal ones the inner, which comes later.
fn consider(span: Range<usize>, key: &str, wanted: &Range<usize>, best: &mut Best) {
    let is_around = span.start <= wanted.start && wanted.end <= span.end;
    if is_around && best.as_ref().is_none_or(|(length, _)| span.len() <= *length) {
        *best = Some((span.len(), key.to_owned()));
    }
}
