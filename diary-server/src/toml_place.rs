//! Position of errors in a TOML text: file, line and key, so that a person finds them. Reads no file itself.

use std::fmt;

/// Error in a TOML file, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TomlProblem {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The key with its table; empty where the text is no TOML.
    pub key: String,
    /// Problem, in words.
    pub problem: String,
}

impl fmt::Display for TomlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, key, problem } = self;
        match key.as_str() {
            "" => write!(f, "{file}:{line}: {problem}"),
            key => write!(f, "{file}:{line}: {key}: {problem}"),
        }
    }
}

impl std::error::Error for TomlProblem {}

/// Reads `text`, the content of `file`.
///
/// # Errors
/// [`TomlProblem`], which names line and key.
pub fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, TomlProblem> {
    toml::from_str(text).map_err(|e| {
        let (line, key) = place_of(text, e.span().map_or(0, |span| span.start));
        TomlProblem { file: file.to_owned(), line, key, problem: e.message().replace('\n', "; ") }
    })
}

/// Line (from 1) and key with its table of the byte `at` of a TOML `text`.
fn place_of(text: &str, at: usize) -> (usize, String) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count();
    let key_of = |line: &str| line.split_once('=').map_or(line, |(key, _)| key).trim().to_owned();
    let header = |line: &str| {
        let inside = line.trim().strip_prefix('[')?.trim_start_matches('[');
        inside.split_once(']').map(|(name, _)| name.trim().to_owned())
    };
    let own = text.lines().nth(line).unwrap_or_default();
    if let Some(table) = header(own) {
        return (line + 1, table);
    }
    let table = text.lines().take(line).filter_map(header).last();
    let key = table.map_or_else(|| key_of(own), |table| format!("{table}.{}", key_of(own)));
    (line + 1, key)
}
