//! Violation of a promise, found by a run.

use std::fmt;

/// Promise that was broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A version that was tapped is on no disk any more.
    Lost,
    /// An entry is there that was never tapped.
    Invented,
    /// The bytes of a version are not those that were tapped.
    Changed,
    /// A receipted parcel is neither on the server nor with a phone that could send it again.
    Receipt,
    /// A parcel is merged and in quarantine at once, or neither, or merged in part.
    Fate,
    /// A server's log has a gap or does not chain.
    Log,
    /// The record depends on the order in which parcels arrived, or differs from a rebuild from its log.
    Digest,
    /// Two phones of one participant show different histories.
    History,
    /// Something is still waiting although no fault is left.
    Stuck,
    /// Something refused that must not refuse.
    Refused,
    /// The program panicked.
    Panic,
}

/// Broken promise, with the operation after which it was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Promise that was broken.
    pub kind: Kind,
    /// Index of the operation before it, from 0; none in the checks after all repairs.
    pub at: Option<usize>,
    /// Details for the person who reads the failure.
    pub detail: String,
}

impl Violation {
    /// A broken promise, at a place that is filled in later.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, at: None, detail: detail.into() }
    }

    /// Violation of [`Kind::Refused`]: `who` refused with `error`, whose sources are part of the detail.
    pub fn refused(who: &str, error: &dyn std::error::Error) -> Self {
        let mut detail = format!("{who}: {error}");
        let mut source = error.source();
        while let Some(inner) = source {
            detail = format!("{detail}: {inner}");
            source = inner.source();
        }
        Self::new(Kind::Refused, detail)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "{:?} after operation {at}: {}", self.kind, self.detail),
            None => write!(f, "{:?} at the end: {}", self.kind, self.detail),
        }
    }
}
