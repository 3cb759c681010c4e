//! Views of diaries: what staff read, from a snapshot of each participant.

pub mod overview;
pub mod report;
pub mod standings;
pub mod trail;
pub mod worklist;
