//! Texts that the report and the command line of the site share: kinds of acts, doubts about the server's clock, and
//! reasons for which a parcel is not merged.

mod unmerged;

pub use unmerged::{ReasonWords, Remedy, remedies, unmerged};

use diary_core::act::ActKind;
use diary_core::server_clock::ClockDoubt;
use diary_core::text::Lang;

use crate::messages::report as say;

/// Kind of an act of staff.
#[must_use]
pub fn act_kind(kind: ActKind, lang: Lang) -> &'static str {
    match kind {
        ActKind::Anchor => say::act_anchor(lang),
        ActKind::Regimen => say::act_regimen(lang),
        ActKind::Visit => say::act_visit(lang),
        ActKind::Infusion => say::act_infusion(lang),
        ActKind::QuarantineDecision => say::act_quarantine_decision(lang),
        ActKind::PhoneAsks => say::act_phone_asks(lang),
        ActKind::Adjudicate => say::act_adjudicate(lang),
        ActKind::EndOfParticipation => say::act_end_of_participation(lang),
        ActKind::Withdrawn => say::act_withdrawn(lang),
        ActKind::AlertsHandled => say::act_alerts_handled(lang),
        ActKind::OtherParticipant => say::act_other_participant(lang),
        ActKind::TakenOver => say::act_taken_over(lang),
        ActKind::FirstDay => say::act_first_day(lang),
        ActKind::Newer => say::act_newer(lang),
    }
}

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
