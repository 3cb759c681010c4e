//! Rules that each kind of act has by itself: one table a rule, each exhaustive, so that the compiler names the rules that
//! a new kind needs. Pure.

use diary_core::act::ActContent;
use diary_core::ids::{ActId, AnchorId, LineId};
use diary_core::time::DiaryDay;

use crate::audit::Code;

/// Subject of an act whose kind allows only one valid act per subject: a later one supersedes it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ActSubject<'a> {
    Anchor(&'a AnchorId),
    Infusion(&'a AnchorId, u16),
    End,
    FirstDay,
}

/// Code of an act in the audit trail.
pub(super) const fn code(content: &ActContent) -> Code {
    Code::Act(match content {
        ActContent::Anchor { .. } => "act.anchor",
        ActContent::Regimen(_) => "act.regimen",
        ActContent::Visit { .. } => "act.visit",
        ActContent::Infusion { .. } => "act.infusion",
        ActContent::QuarantineDecision { .. } => "act.quarantine",
        ActContent::PhoneAsks { .. } => "act.phone-asks",
        ActContent::Adjudicate { .. } => "act.adjudicate",
        ActContent::EndOfParticipation { .. } => "act.end",
        ActContent::Withdrawn => "act.withdraw",
        ActContent::AlertsHandled { .. } => "act.alerts",
        ActContent::OtherParticipant { .. } => "act.entries",
        ActContent::TakenOver { .. } => "act.take-over",
        ActContent::FirstDay { .. } => "act.first-day",
        ActContent::Newer(_) => "act.newer",
    })
}

/// Subject of an act, where its kind allows only one valid act per subject.
pub(super) fn subject(content: &ActContent) -> Option<ActSubject<'_>> {
    match content {
        ActContent::Anchor { anchor, .. } => Some(ActSubject::Anchor(anchor)),
        ActContent::Infusion { cycle, day, .. } => Some(ActSubject::Infusion(cycle, *day)),
        ActContent::EndOfParticipation { .. } => Some(ActSubject::End),
        ActContent::FirstDay { .. } => Some(ActSubject::FirstDay),
        ActContent::Regimen(_)
        | ActContent::Visit { .. }
        | ActContent::QuarantineDecision { .. }
        | ActContent::PhoneAsks { .. }
        | ActContent::Adjudicate { .. }
        | ActContent::Withdrawn
        | ActContent::AlertsHandled { .. }
        | ActContent::OtherParticipant { .. }
        | ActContent::TakenOver { .. }
        | ActContent::Newer(_) => None,
    }
}

/// True if what the act states is still to come.
pub(super) fn is_planned(content: &ActContent, today: DiaryDay) -> bool {
    match content {
        ActContent::Anchor { date, .. } => date.is_some_and(|date| date > today),
        ActContent::Regimen(change) => change.from > today,
        ActContent::Visit { held, .. } => !held,
        ActContent::EndOfParticipation { last, .. } => *last > today,
        ActContent::Infusion { .. }
        | ActContent::QuarantineDecision { .. }
        | ActContent::PhoneAsks { .. }
        | ActContent::Adjudicate { .. }
        | ActContent::Withdrawn
        | ActContent::AlertsHandled { .. }
        | ActContent::OtherParticipant { .. }
        | ActContent::TakenOver { .. }
        | ActContent::FirstDay { .. }
        | ActContent::Newer(_) => false,
    }
}

/// Details of the audit row besides the ids: codes and numbers of the study, no values.
pub(super) fn detail(content: &ActContent, replaces: Option<ActId>) -> String {
    let replaces = replaces.map_or_else(String::new, |act| format!(" replaces={act}"));
    let detail = match content {
        ActContent::Anchor { anchor, .. } => format!(" anchor={anchor}"),
        ActContent::Regimen(change) => format!(" lines={}", change.lines.len()),
        ActContent::Visit { kind, .. } => format!(" kind={kind}"),
        ActContent::Infusion { cycle, day, .. } => format!(" cycle={cycle} day={day}"),
        ActContent::QuarantineDecision { core, accept } => format!(" core={core} accept={accept}"),
        ActContent::PhoneAsks { device, .. } => format!(" device={device}"),
        ActContent::Adjudicate { primary, .. } => format!(" entry={primary}"),
        ActContent::EndOfParticipation { how, .. } => format!(" end={}", how.code()),
        ActContent::Withdrawn => " withdrawn".to_owned(),
        ActContent::AlertsHandled { rule, entries } => format!(" rule={rule} entries={}", entries.len()),
        ActContent::OtherParticipant { entries } => format!(" entries={}", entries.len()),
        ActContent::TakenOver { from, entries } => format!(" from={from} entries={}", entries.len()),
        ActContent::FirstDay { .. } | ActContent::Newer(_) => String::new(),
    };
    format!("{detail}{replaces}")
}

/// True if such an act is sent to phones.
#[must_use]
pub const fn reaches_phones(content: &ActContent) -> bool {
    match content {
        ActContent::Anchor { .. }
        | ActContent::Regimen(_)
        | ActContent::EndOfParticipation { .. }
        | ActContent::Withdrawn
        | ActContent::OtherParticipant { .. }
        | ActContent::TakenOver { .. }
        | ActContent::FirstDay { .. } => true,
        ActContent::Visit { .. }
        | ActContent::Infusion { .. }
        | ActContent::QuarantineDecision { .. }
        | ActContent::PhoneAsks { .. }
        | ActContent::Adjudicate { .. }
        | ActContent::AlertsHandled { .. }
        | ActContent::Newer(_) => false,
    }
}

/// True if an act says something about the study drug; `is_drug` answers for a line of the regimen.
pub fn is_about_study_drug(content: &ActContent, is_drug: impl Fn(LineId) -> bool) -> bool {
    match content {
        ActContent::Infusion { .. } => true,
        ActContent::Regimen(change) => change.lines.iter().any(|change| is_drug(change.line())),
        ActContent::Anchor { .. }
        | ActContent::Visit { .. }
        | ActContent::QuarantineDecision { .. }
        | ActContent::PhoneAsks { .. }
        | ActContent::Adjudicate { .. }
        | ActContent::EndOfParticipation { .. }
        | ActContent::Withdrawn
        | ActContent::AlertsHandled { .. }
        | ActContent::OtherParticipant { .. }
        | ActContent::TakenOver { .. }
        | ActContent::FirstDay { .. }
        | ActContent::Newer(_) => false,
    }
}
