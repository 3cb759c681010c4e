//! Sentences of the command line for what the site services and the tools return. Every value is described by an
//! exhaustive match.

pub(crate) mod acts;
pub(crate) mod failure;
pub(crate) mod finding;
pub(crate) mod help;
pub(crate) mod question;
pub(crate) mod refusal;
pub(crate) mod regimen;
pub(crate) mod serving;
pub(crate) mod staff;
pub(crate) mod study_file;
pub(crate) mod usage;

use diary_core::measure::Quantity;
use diary_core::server_clock::ClockDoubt;
use diary_core::text::Lang;

use diary_report::staff_words::server_clock_doubt;

use crate::messages::common as say;

/// An amount with its unit.
pub(crate) fn amount(lang: Lang, of: &Quantity) -> String {
    say::quantity(lang, of.value.to_string(), of.unit.shown(lang))
}

/// A doubt about the server's clock, and the command that accepts the clock.
pub(crate) fn clock_doubt(lang: Lang, doubt: ClockDoubt) -> String {
    format!("{} {}", server_clock_doubt(doubt, lang), say::clock_accept_step(lang))
}

/// `, because: ...` behind an account and a time; nothing without a reason.
pub(crate) fn because(lang: Lang, reason: Option<&String>) -> String {
    reason.map_or_else(String::new, |reason| say::because(lang, reason))
}

/// Several values of a list.
pub(crate) fn list<S: AsRef<str>>(lang: Lang, items: impl IntoIterator<Item = S>) -> String {
    joined(say::list_separator(lang), items)
}

/// Several clauses of a sentence.
pub(crate) fn clauses<S: AsRef<str>>(lang: Lang, items: impl IntoIterator<Item = S>) -> String {
    joined(say::clause_separator(lang), items)
}

fn joined<S: AsRef<str>>(separator: &str, items: impl IntoIterator<Item = S>) -> String {
    let mut out = String::new();
    for (n, item) in items.into_iter().enumerate() {
        if n > 0 {
            out.push_str(separator);
        }
        out.push_str(item.as_ref());
    }
    out
}
