//! Doses: taken, not taken and why, or not known. Nothing defaults to taken.

use serde::{Deserialize, Serialize};

use super::medication::{MedicationRef, Route};
use super::{EntryError, short_text};
use crate::measure::Quantity;

/// What became of one dose.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Dose {
    /// Of what.
    #[n(0)]
    pub medication: MedicationRef,
    /// What became of it.
    #[n(1)]
    pub status: DoseStatus,
    /// How much was taken, or would have been.
    #[n(2)]
    pub amount: Option<Quantity>,
    /// How.
    #[n(3)]
    pub route: Option<Route>,
    /// Taken as needed or beyond the regimen.
    #[n(4)]
    pub extra: bool,
    /// Why it was taken as needed, in the participant's own words.
    #[n(5)]
    pub note: Option<String>,
    /// The amount that the plan asked for where the dose was answered; of a dose as needed or beyond the plan, the usual
    /// amount that it was compared with. Absent where there was none.
    #[n(6)]
    pub planned: Option<Quantity>,
}

/// What became of a dose.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum DoseStatus {
    /// Taken.
    #[n(0)]
    Taken,
    /// Not taken.
    #[n(1)]
    NotTaken {
        /// Why.
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

/// Why a dose was not taken.
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
    /// None at hand.
    #[n(4)]
    RanOut,
    /// Told by the site to leave it out.
    #[n(5)]
    ToldTo,
    /// Something else; the text says what.
    #[n(6)]
    Other,
}

impl SkipReason {
    /// Every reason, in the order they are offered.
    pub const ALL: [Self; 7] = [
        Self::Forgot,
        Self::SideEffects,
        Self::FeltWell,
        Self::CouldNotSwallow,
        Self::RanOut,
        Self::ToldTo,
        Self::Other,
    ];

    /// The code that commands and exports use.
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
