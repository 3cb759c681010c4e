//! Questionnaires published by others: loading, refusals with their reasons, and scores.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod fixtures;
mod published;
mod support;
