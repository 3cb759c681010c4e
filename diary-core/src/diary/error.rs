//! Failures of the diary.

use crate::entry::EntryError;
use crate::store::StoreError;
use crate::study::instrument::AnswerError;
use crate::time::UtcMillis;

/// Failure of an action on the diary.
#[derive(Debug, thiserror::Error)]
pub enum DiaryError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The contents are not valid as an entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// Answers are not acceptable; the draft is kept.
    #[error("{} answers are not acceptable", .0.len())]
    Answers(Vec<AnswerError>),
    /// The study package is missing or unreadable.
    #[error("the study is not on this device")]
    NoStudy,
    /// The study package does not load.
    #[error("the study does not load: {0}")]
    Study(String),
    /// The study does not contain the site.
    #[error("the study does not name this diary's site")]
    UnknownSite,
    /// A stored signature does not verify.
    #[error("what the site signed does not verify any more")]
    Trust,
    /// No such instrument.
    #[error("the study has no such questionnaire")]
    UnknownInstrument,
    /// No such item of the instrument.
    #[error("the questionnaire has no such question")]
    UnknownItem,
    /// Nothing was answered yet.
    #[error("nothing was answered yet")]
    NoDraft,
    /// The slot does not exist on that day.
    #[error("the schedule has no such place on that day")]
    UnknownSlot,
    /// The window opens later.
    #[error("this can be answered from {opens} on")]
    NotOpenYet {
        /// Opening of the window.
        opens: UtcMillis,
    },
    /// The time lies in the future.
    #[error("that time is still to come")]
    Future,
    /// No such entry on this device.
    #[error("no such entry")]
    UnknownEntry,
    /// The entry was withdrawn before.
    #[error("that entry was withdrawn already")]
    AlreadyWithdrawn,
    /// A correction must be of the same kind as the entry.
    #[error("a correction must be of the same kind as the entry")]
    OtherKind,
    /// No further phone that asks has these digits.
    #[error("no other phone that asks shows these digits")]
    OtherDigits,
    /// No further phone asks.
    #[error("no other phone asks to use this diary")]
    NoPhoneAsks,
}
