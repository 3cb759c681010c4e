//! Refusals of acts.

use super::question::Question;
use diary_core::act::ActKind;
use diary_core::ids::VisitCode;
use diary_core::time::DiaryDay;

/// Reason for which an act was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// The act is allowed, but unusual, and was not confirmed.
    #[error("unusual act")]
    Unusual {
        /// Kind of act.
        kind: ActKind,
        /// Questions to the person.
        questions: Vec<Question>,
    },
    /// The record has other acts than the one that the input was made on.
    #[error("record changed meanwhile")]
    Changed,
    /// No such act.
    #[error("no such act")]
    Unknown {
        /// End of the id as typed.
        named: String,
    },
    /// An act that stays.
    #[error("final act")]
    Final {
        /// End of the act's id.
        act: String,
        /// Its kind.
        kind: ActKind,
    },
    /// An act that is withdrawn already.
    #[error("withdrawn act")]
    Withdrawn {
        /// End of the act's id.
        act: String,
    },
    /// A correction of another kind.
    #[error("correction of another kind")]
    OtherKind {
        /// End of the act's id.
        act: String,
        /// Its kind.
        kind: ActKind,
        /// Kind of the correction.
        asked: ActKind,
    },
    /// A correction that corrects nothing.
    #[error("correction that changes nothing")]
    Same {
        /// End of the act's id.
        act: String,
    },
    /// The regimen is so already.
    #[error("regimen unchanged")]
    RegimenSame,
    /// A correction without a reason.
    #[error("correction without a reason")]
    Reason,
    /// An interruption of an act that is no infusion.
    #[error("no infusion")]
    NoInfusion {
        /// End of the act's id.
        act: String,
    },
    /// An interruption that is not recorded is taken away.
    #[error("no such interruption")]
    NoInterruption,
    /// A kind of visit that the study does not have.
    #[error("unknown kind of visit")]
    VisitKind {
        /// Kind as typed.
        kind: String,
        /// Those it has.
        known: Vec<VisitCode>,
    },
    /// A visit to come that was held.
    #[error("visit held in the future")]
    NotYet {
        /// Its day.
        date: DiaryDay,
    },
    /// The participation has ended before.
    #[error("participation ended before")]
    Ended {
        /// Its last day.
        last: DiaryDay,
        /// The act.
        act: String,
    },
    /// No such entry.
    #[error("no such entry")]
    NoEntry {
        /// End of the id as typed.
        named: String,
    },
    /// An entry that is marked already.
    #[error("entry marked before")]
    MarkedBefore {
        /// End of the entry's id.
        entry: String,
    },
    /// An entry that is not marked.
    #[error("entry not marked")]
    NotMarked {
        /// End of the entry's id.
        entry: String,
        /// Subject number of the participant for whom it counts.
        subject: String,
    },
    /// An entry that was taken over before.
    #[error("entry taken over before")]
    TakenBefore {
        /// End of the entry's id.
        entry: String,
        /// Subject number of the participant whose record holds it.
        subject: String,
    },
    /// A mark whose entries count elsewhere.
    #[error("entry counts elsewhere")]
    CountsElsewhere {
        /// End of the entry's id.
        entry: String,
        /// Subject number of the participant for whom it counts.
        subject: String,
    },
    /// Entries of one vault taken over by itself.
    #[error("same participant")]
    SameParticipant,
    /// Too many entries at once.
    #[error("too many entries")]
    TooMany,
}

impl ActError {
    /// True if an act or entry that was named does not exist.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        match self {
            Self::Unknown { .. } | Self::NoEntry { .. } => true,
            Self::Unusual { .. }
            | Self::Changed
            | Self::Final { .. }
            | Self::Withdrawn { .. }
            | Self::OtherKind { .. }
            | Self::Same { .. }
            | Self::RegimenSame
            | Self::Reason
            | Self::NoInfusion { .. }
            | Self::NoInterruption
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
