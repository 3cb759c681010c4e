//! Faults of a study's files, by file, line and key. Nothing is checked here.

use std::fmt;

use super::problem::StudyProblem;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyError {
    /// File.
    pub file: String,
    /// Line, from 1, if known.
    pub line: Option<usize>,
    /// Key, for example `slot[2].instrument`; in a questionnaire the path or `linkId`. Empty for a whole
    /// file.
    pub key: String,
    /// Fault and, if known, the remedy.
    pub problem: StudyProblem,
}

impl fmt::Display for StudyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// Faults of a study; never empty. Sorted by file and line, `study.toml` first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyErrors(Vec<StudyError>);

impl StudyErrors {
    /// Sorts `errors`; `None` if there are none.
    pub(super) fn of(mut errors: Vec<StudyError>) -> Option<Self> {
        let rank = |e: &StudyError| (e.file != super::STUDY_FILE, e.file.clone(), e.line);
        errors.sort_by_key(rank);
        errors.dedup();
        (!errors.is_empty()).then_some(Self(errors))
    }

    /// Faults in their order.
    #[must_use]
    pub fn list(&self) -> &[StudyError] {
        &self.0
    }
}

impl fmt::Display for StudyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for StudyErrors {}
