//! Views of diaries: what staff read, from a snapshot of each participant.

pub mod overview;
#[cfg(feature = "pdf")]
pub mod print;
pub mod report;
pub mod standings;
pub mod trail;
pub mod worklist;
