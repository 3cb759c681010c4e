//! Doses: taken, not taken (with the reason), or not known. Nothing defaults to taken.

use serde::{Deserialize, Serialize};

use super::medication::{MedicationRef, Route};
use super::{EntryError, short_text};
use crate::measure::Quantity;

/// Outcome of one dose.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Dose {
    /// Medication.
    #[n(0)]
    pub medication: MedicationRef,
    /// Outcome.
    #[n(1)]
    pub status: DoseStatus,
    /// Amount taken, or that would have been taken.
    #[n(2)]
    pub amount: Option<Quantity>,
    /// Route of administration.
    #[n(3)]
    pub route: Option<Route>,
    /// True if it was taken as needed or in addition to the regimen.
    #[n(4)]
    pub extra: bool,
    /// Reason for a dose as needed, in the participant's own words.
    #[n(5)]
    pub note: Option<String>,
    /// Planned amount at the time of the answer; for a dose as needed or in addition to the plan, the usual
    /// amount. `None` if there was neither.
    #[n(6)]
    pub planned: Option<Quantity>,
}

/// Outcome of a dose.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum DoseStatus {
    /// Taken.
    #[n(0)]
    Taken,
    /// Not taken.
    #[n(1)]
    NotTaken {
        /// Reason.
        #[n(0)]
        why: SkipReason,
        /// In the participant's own words.
        #[n(1)]
        text: Option<String>,
    },
    /// The participant does not know.
    #[n(2)]
    DontKnow,
}

/// Reason of a dose not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum SkipReason {
    /// Forgotten.
    #[n(0)]
    Forgot,
    /// Side effects.
    #[n(1)]
    SideEffects,
    /// Felt well without.
    #[n(2)]
    FeltWell,
    /// Could not swallow.
    #[n(3)]
    CouldNotSwallow,
    /// No medication at hand.
    #[n(4)]
    RanOut,
    /// Told by the site to skip it.
    #[n(5)]
    ToldTo,
    /// Another reason, given in the text.
    #[n(6)]
    Other,
}

impl SkipReason {
    /// Reasons in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Forgot,
        Self::SideEffects,
        Self::FeltWell,
        Self::CouldNotSwallow,
        Self::RanOut,
        Self::ToldTo,
        Self::Other,
    ];

    /// Code in commands and exports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Forgot => "forgot",
            Self::SideEffects => "side-effects",
            Self::FeltWell => "felt-well",
            Self::CouldNotSwallow => "could-not-swallow",
            Self::RanOut => "ran-out",
            Self::ToldTo => "told-to",
            Self::Other => "other",
        }
    }
}

impl Dose {
    pub(super) fn check(&self) -> Result<(), EntryError> {
        self.medication.check()?;
        short_text("note", self.note.as_deref())?;
        if let DoseStatus::NotTaken { text, .. } = &self.status {
            short_text("reason", text.as_deref())?;
        }
        match (&self.status, &self.amount) {
            (DoseStatus::Taken, None) => Err(EntryError::Amount),
            (_, Some(amount)) if !amount.is_dose() => Err(EntryError::Amount),
            _ => Ok(()),
        }
    }
}

crate::log_safe::redacted!(Dose, DoseStatus);
