//! Acts of staff that change a record. Each travels as an item of a keeper-authored parcel in the vault log.

use serde::{Deserialize, Serialize};

use crate::entry::{MedicationRef, Route};
use crate::ids::{ActId, AnchorId, EntryId, Hash, KeyId};
use crate::measure::Quantity;
use crate::time::{DiaryDay, TimeOfDay, UtcMillis};

/// One act of staff.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Act {
    /// This act.
    #[n(0)]
    pub id: ActId,
    /// Lamport counter, ordered together with the vault's entries.
    #[n(1)]
    pub counter: u64,
    /// Account of the person who acted.
    #[n(2)]
    pub by: String,
    /// The keeper's clock.
    #[n(3)]
    pub at: UtcMillis,
    /// Why, where the act needs a reason.
    #[n(4)]
    pub reason: Option<String>,
    /// What was done.
    #[n(5)]
    pub content: ActContent,
}

/// What an act does.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum ActContent {
    /// Sets or moves a named anchor of the schedule; the latest act on an anchor counts.
    #[n(0)]
    Anchor {
        /// Which.
        #[n(0)]
        anchor: AnchorId,
        /// Its civil date; `None` takes it away (a cycle that will not happen).
        #[n(1)]
        date: Option<DiaryDay>,
    },
    /// A new version of the regimen. Earlier versions stay.
    #[n(1)]
    Regimen(#[n(0)] Regimen),
    /// A visit at the clinic.
    #[n(2)]
    Visit {
        /// Its civil date.
        #[n(0)]
        date: DiaryDay,
        /// What kind, for example `screening`, `scheduled`, `unscheduled`.
        #[n(1)]
        kind: String,
    },
    /// An infusion of the study drug.
    #[n(3)]
    Infusion {
        /// Start.
        #[n(0)]
        start: UtcMillis,
        /// Stop, once known.
        #[n(1)]
        stop: Option<UtcMillis>,
        /// Dose given.
        #[n(2)]
        dose: Quantity,
        /// The anchor of its cycle.
        #[n(3)]
        cycle: AnchorId,
        /// Day of the cycle, from 1.
        #[n(4)]
        day: u16,
    },
    /// What the site decided about a parcel that a revoked device had sent. It stays in quarantine unless an act
    /// accepts it, and an acceptance is final: what is in the record never leaves it.
    #[n(4)]
    QuarantineDecision {
        /// Hash of the parcel's core.
        #[n(0)]
        core: Hash,
        /// Whether it goes into the record.
        #[n(1)]
        accept: bool,
    },
    /// A further phone asks to use this diary. The keeper says so itself; the phones that are there already show it.
    #[n(5)]
    PhoneAsks {
        /// Id of its signing key.
        #[n(0)]
        device: KeyId,
        /// When it joined, by the keeper's clock.
        #[n(1)]
        joined: UtcMillis,
    },
    /// Which of several entries at one place of the schedule is the primary one; the latest act on the place counts.
    #[n(6)]
    Adjudicate {
        /// The entry.
        #[n(0)]
        primary: EntryId,
        /// The entries at the place that staff had seen, this one included.
        #[n(1)]
        among: Vec<EntryId>,
    },
}

/// What a participant is to take from a day on: one version.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Regimen {
    /// Version, from 1, rising.
    #[n(0)]
    pub version: u32,
    /// First civil day it holds.
    #[n(1)]
    pub from: DiaryDay,
    /// What is to be taken.
    #[n(2)]
    pub lines: Vec<RegimenLine>,
}

/// One medication of a regimen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct RegimenLine {
    /// What.
    #[n(0)]
    pub medication: MedicationRef,
    /// Form, for example `tablet`.
    #[n(1)]
    pub form: String,
    /// Amount of one dose.
    #[n(2)]
    pub amount: Quantity,
    /// How.
    #[n(3)]
    pub route: Route,
    /// Times of day; empty for what is taken only as needed.
    #[n(4)]
    pub times: Vec<TimeOfDay>,
    /// May be taken as needed.
    #[n(5)]
    pub as_needed: bool,
    /// Taken every so many days, counted from the regimen's first day: 1 daily, 2 every other day, 7 weekly.
    #[n(6)]
    pub every_days: u16,
}

crate::log_safe::redacted!(ActContent, Regimen, RegimenLine);

impl std::fmt::Debug for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Act({}, {})", self.id, self.counter)
    }
}
