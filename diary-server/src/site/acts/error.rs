//! Refusals of acts.

use diary_core::ids::VisitCode;
use diary_core::time::DiaryDay;

/// Reason for which an act was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// The act is allowed, but unusual, and was not confirmed.
    #[error("the {kind} is unusual and was not recorded:\n{}\nIf it is right, give --yes", .lines.join("\n"))]
    Unusual {
        /// Kind of act.
        kind: &'static str,
        /// Questions to the person, one text each.
        lines: Vec<String>,
    },
    /// No such act.
    #[error(
        "no act whose id ends in {named:?}, or several. `participant acts` lists them; at least 4 characters of an id are \
         needed"
    )]
    Unknown {
        /// End of the id as typed.
        named: String,
    },
    /// An act that stays.
    #[error("act {act}: an act of the kind {kind} is final. Nothing was changed")]
    Final {
        /// End of the act's id.
        act: String,
        /// Its kind.
        kind: &'static str,
    },
    /// An act that is withdrawn already.
    #[error("act {act} is withdrawn. Nothing was changed; make a new act in its place")]
    Withdrawn {
        /// End of the act's id.
        act: String,
    },
    /// A correction of another kind.
    #[error(
        "act {act} is of the kind {kind}, not {asked}. Correct it with the command of its kind. Nothing was changed"
    )]
    OtherKind {
        /// End of the act's id.
        act: String,
        /// Its kind.
        kind: &'static str,
        /// Kind of the correction.
        asked: &'static str,
    },
    /// A correction that corrects nothing.
    #[error("act {act} says this already. Nothing was changed")]
    Same {
        /// End of the act's id.
        act: String,
    },
    /// The regimen is so already.
    #[error("the regimen is so already. Nothing was changed")]
    RegimenSame,
    /// A correction without a reason.
    #[error("to correct an act, say why: --reason TEXT")]
    Reason,
    /// A kind of visit that the study does not have.
    #[error("kind of visit {kind:?}: the study has {}", .known.iter().map(VisitCode::as_str).collect::<Vec<_>>().join(", "))]
    VisitKind {
        /// Kind as typed.
        kind: String,
        /// Those it has.
        known: Vec<VisitCode>,
    },
    /// A visit to come that was held.
    #[error("a visit on {date} has not taken place yet: leave --held away to plan it. Nothing was changed")]
    NotYet {
        /// Its day.
        date: DiaryDay,
    },
    /// The participation has ended before.
    #[error(
        "the participation ended on {last} already (act {act}). To change that: --corrects {act} --reason TEXT. Nothing \
         was changed"
    )]
    Ended {
        /// Its last day.
        last: DiaryDay,
        /// The act.
        act: String,
    },
    /// No such entry.
    #[error(
        "no entry whose id ends in {named:?}, or several. The report shows the end of each id; at least 4 characters are \
         needed"
    )]
    NoEntry {
        /// End of the id as typed.
        named: String,
    },
    /// An entry that is marked already.
    #[error("entry {entry} is marked as another participant's already. Nothing was changed")]
    MarkedBefore {
        /// End of the entry's id.
        entry: String,
    },
    /// An entry that is not marked.
    #[error(
        "entry {entry} counts for {subject}. First say that it is not theirs: `participant entries {subject} not-theirs \
         {entry} --reason TEXT`. Nothing was changed"
    )]
    NotMarked {
        /// End of the entry's id.
        entry: String,
        /// Subject number of the participant for whom it counts.
        subject: String,
    },
    /// An entry that was taken over before.
    #[error("entry {entry} is in the record of {subject} already. Nothing was changed")]
    TakenBefore {
        /// End of the entry's id.
        entry: String,
        /// Subject number of the participant whose record holds it.
        subject: String,
    },
    /// A mark whose entries count elsewhere.
    #[error(
        "entry {entry} was taken over by {subject} and counts there. First say there that it is not theirs: `participant \
         entries {subject} not-theirs {entry} --reason TEXT`. Nothing was changed"
    )]
    CountsElsewhere {
        /// End of the entry's id.
        entry: String,
        /// Subject number of the participant for whom it counts.
        subject: String,
    },
    /// Entries of one vault taken over by itself.
    #[error("entries are taken over from another participant. Nothing was changed")]
    SameParticipant,
    /// Too many entries at once.
    #[error("too many entries at once: name fewer of them and run the command again. Nothing was changed")]
    TooMany,
}

impl ActError {
    /// True if an act or entry that was named does not exist.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        match self {
            Self::Unknown { .. } | Self::NoEntry { .. } => true,
            Self::Unusual { .. }
            | Self::Final { .. }
            | Self::Withdrawn { .. }
            | Self::OtherKind { .. }
            | Self::Same { .. }
            | Self::RegimenSame
            | Self::Reason
            | Self::VisitKind { .. }
            | Self::NotYet { .. }
            | Self::Ended { .. }
            | Self::MarkedBefore { .. }
            | Self::NotMarked { .. }
            | Self::TakenBefore { .. }
            | Self::CountsElsewhere { .. }
            | Self::SameParticipant
            | Self::TooMany => false,
        }
    }
}
