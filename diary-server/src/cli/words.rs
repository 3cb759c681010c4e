//! Sentences of the command line for what the site services and the tools return. Every value is described by an
//! exhaustive match.

pub(crate) mod failure;
pub(crate) mod finding;
pub(crate) mod help;
pub(crate) mod refusal;
pub(crate) mod serving;
pub(crate) mod staff;
pub(crate) mod study_file;
pub(crate) mod usage;

use diary_core::server_clock::ClockDoubt;
use diary_core::text::Lang;

use diary_report::staff_words::server_clock_doubt;

use crate::messages::common as say;
pub(crate) use crate::words::{acts, amount, because, clauses, joined, list, question, regimen};

/// A doubt about the server's clock, and the command that accepts the clock.
pub(crate) fn clock_doubt(lang: Lang, doubt: ClockDoubt) -> String {
    format!("{} {}", server_clock_doubt(doubt, lang), say::clock_accept_step(lang))
}
