//! Questionnaires that nobody of this project wrote: which load, which are refused and why, and what they score.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod fixtures;
mod published;
mod support;
