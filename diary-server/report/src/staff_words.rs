//! Texts that the report and the command line of the site share: doubts about the server's clock, and reasons
//! for which a parcel is not merged.

mod unmerged;

pub use unmerged::{ReasonWords, Remedy, remedies, unmerged};

use diary_core::server_clock::ClockDoubt;
use diary_core::text::Lang;

use crate::messages::report as say;

/// Doubt about the server's clock and its remedy.
#[must_use]
pub fn server_clock_doubt(doubt: ClockDoubt, lang: Lang) -> String {
    match doubt {
        ClockDoubt::Back { newest } => say::server_clock_set_back(lang, newest.to_string()),
        ClockDoubt::Behind { newest } => say::server_clock_behind(lang, newest.to_string()),
        ClockDoubt::FarAhead { newest } => say::server_clock_years_ahead(lang, newest.to_string()),
        ClockDoubt::Leapt { from, to } => say::server_clock_leapt(lang, from.to_string(), to.to_string()),
    }
}

#[cfg(test)]
mod tests;
