//! Actions that a report leads to. Each face shows its own way to them: a link, or a command.

use super::{Attention, Finding, Report};

/// Action of staff outside the report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NextStep {
    /// Accept the server's clock, where it is right.
    AcceptClock,
    /// Look at the parcels that are set aside.
    Quarantine,
    /// Export the entries that a report does not show.
    ExportFiles,
    /// Revoke the phone that sent too much.
    RevokePhone,
}

/// The actions that a report leads to, each once.
#[must_use]
pub fn next_steps(report: &Report) -> Vec<NextStep> {
    let mut steps = Vec::new();
    if report.server_clock.is_some() {
        steps.push(NextStep::AcceptClock);
    }
    let is_set_aside = |one: &Attention| matches!(one.what, Finding::NotMerged { .. });
    let has_unmerged = report.alerts.iter().any(|alert| alert.hits.iter().any(|hit| hit.unmerged));
    if has_unmerged || report.attention.iter().any(is_set_aside) {
        steps.push(NextStep::Quarantine);
    }
    if report.attention.iter().any(|one| matches!(one.what, Finding::LeftOut { .. })) {
        steps.extend([NextStep::ExportFiles, NextStep::RevokePhone]);
    }
    steps
}
