//! Errors of files that are carried by hand.

use diary_sync::take::TakeError;

use crate::exit::Exit;
use crate::failure::Failure;

/// Error of a file that is carried by hand.
#[derive(Debug)]
pub(crate) enum CarriedProblem {
    /// A file of that name is there.
    Exists,
    /// The file cannot be written.
    NotWritten(std::io::ErrorKind),
    /// The file cannot be read.
    NotRead(std::io::ErrorKind),
    /// Not a size.
    Size,
    /// The answer was not taken.
    NotTaken(TakeError),
}

impl CarriedProblem {
    pub(super) const fn exit(&self) -> Exit {
        match self {
            Self::Exists | Self::Size | Self::NotTaken(_) => Exit::Refused,
            Self::NotWritten(_) | Self::NotRead(_) => Exit::Storage,
        }
    }

    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Exists => "file-exists",
            Self::NotWritten(_) => "file-not-written",
            Self::NotRead(_) => "file-not-read",
            Self::Size => "size",
            Self::NotTaken(TakeError::NotAnAnswer) => "not-an-answer",
            Self::NotTaken(TakeError::OtherDiary) => "other-diary",
            Self::NotTaken(TakeError::OtherStudy) => "other-study",
            Self::NotTaken(TakeError::Sync(_)) => "not-taken",
        }
    }
}

impl From<CarriedProblem> for Failure {
    fn from(problem: CarriedProblem) -> Self {
        Self::Carried(problem)
    }
}

impl From<TakeError> for Failure {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::Sync(error) => error.into(),
            other => Self::Carried(CarriedProblem::NotTaken(other)),
        }
    }
}
