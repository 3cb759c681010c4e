//! Headings of instructions that must not be missed.

use diary_core::study::Severity;
use diary_core::text::Lang;

use crate::messages::alerts as say;
pub(crate) use crate::messages::alerts::{check_again, have_you_read};

/// Heading of an instruction.
pub(crate) fn title(severity: Severity, lang: Lang) -> &'static str {
    match severity {
        Severity::Emergency => say::heading_emergency(lang),
        Severity::Call => say::heading_call(lang),
        Severity::Notice => say::heading_notice(lang),
    }
}

/// Nothing was shown in these days, or ever.
pub(crate) fn none(days: Option<i64>, lang: Lang) -> String {
    match days {
        Some(days) => say::not_shown_lately(lang, days),
        None => say::never_shown(lang).to_owned(),
    }
}

/// Head of an instruction that was shown earlier: how much it presses, its name, when, and whether it was read.
pub(crate) fn listed(severity: Severity, title: &str, at: &str, read: Option<&str>, lang: Lang) -> String {
    let presses = match severity {
        Severity::Emergency => say::urgency_emergency(lang),
        Severity::Call => say::urgency_call(lang),
        Severity::Notice => say::urgency_notice(lang),
    };
    match read {
        Some(read) => say::listed_read(lang, presses, title, at, read),
        None => say::listed_unread(lang, presses, title, at),
    }
}
