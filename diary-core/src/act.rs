//! Acts of staff that change a record. Each is an item of a parcel in the vault log that the keeper made. An
//! act is never edited: a later act names the one that it corrects or withdraws, and [`history`]
//! determines which are in force.

pub mod history;
pub mod infusion;
pub mod regimen;

pub use infusion::{AfterPause, INTERRUPTIONS_MAX, Interruption};
pub use regimen::{AsNeededRule, LineChange, LinePatch, RegimenChange, RegimenLine, Step, Timing};

use serde::Serialize;

use crate::counter::Counter;
use crate::ids::{ActId, AnchorId, EntryId, Hash, KeyId, RuleId, VaultId};
use crate::measure::Quantity;
use crate::newer::{self, Kinds, Newer};
use crate::time::{DiaryDay, UtcMillis};
use crate::wire::{self, WireError};

/// Most entries that one act names; no more fit into a parcel.
const ENTRIES_MAX: usize = 16_384;

/// One act of staff.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Act {
    /// Id of this act.
    #[n(0)]
    pub id: ActId,
    /// Lamport counter, in one order with the vault's entries.
    #[n(1)]
    pub counter: Counter,
    /// Account of the person.
    #[n(2)]
    pub by: String,
    /// Keeper's clock.
    #[n(3)]
    pub at: UtcMillis,
    /// Reason, if the kind of act needs one.
    #[n(4)]
    pub reason: Option<String>,
    /// Contents.
    #[cbor(n(5), with = "newer")]
    pub content: ActContent,
    /// Act that this one corrects or withdraws. A correction is of the same kind and takes its place in the
    /// order.
    #[n(6)]
    pub replaces: Option<ActId>,
}

/// Contents of an act.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum ActContent {
    /// Sets or moves a named anchor of the schedule; the latest act on an anchor counts.
    #[n(0)]
    Anchor {
        /// Id of the anchor.
        #[n(0)]
        anchor: AnchorId,
        /// Civil date; `None` removes it (a cycle that will not take place).
        #[n(1)]
        date: Option<DiaryDay>,
    },
    /// A change of the regimen. Lines that it does not name stay as they are.
    #[n(1)]
    Regimen(#[n(0)] RegimenChange),
    /// A visit at the clinic.
    #[n(2)]
    Visit {
        /// Its civil date.
        #[n(0)]
        date: DiaryDay,
        /// Kind of visit, for example `screening`, `scheduled`, `unscheduled`.
        #[n(1)]
        kind: String,
        /// True if it took place. A planned visit has no effect until a correction of this act says that it
        /// was held.
        #[n(2)]
        held: bool,
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
        /// Anchor of its cycle.
        #[n(3)]
        cycle: AnchorId,
        /// Day of the cycle, from 1.
        #[n(4)]
        day: u16,
        /// Its interruptions, in the order in which they are given.
        #[cbor(n(5), skip_if = "Vec::is_empty", decode_with = "wire::list::<INTERRUPTIONS_MAX, _, _>")]
        interruptions: Vec<Interruption>,
    },
    /// Decision of the site about a parcel that a revoked device had sent. It stays in quarantine unless an
    /// act accepts it, and an acceptance is final, because a record never loses data.
    #[n(4)]
    QuarantineDecision {
        /// Hash of the parcel's core.
        #[n(0)]
        core: Hash,
        /// True if it goes into the record.
        #[n(1)]
        accept: bool,
    },
    /// A further phone asks to use this diary. Made by the keeper itself; the phones already in use show it.
    #[n(5)]
    PhoneAsks {
        /// Id of its signing key.
        #[n(0)]
        device: KeyId,
        /// Instant of its join request, by the keeper's clock.
        #[n(1)]
        joined: UtcMillis,
        /// Hash of the six digits that it shows, by which other digits are refused on entry:
        /// [`crate::keys::ShortAuthString::check`].
        #[n(2)]
        digits: Option<Hash>,
    },
    /// Choice of the primary one among several entries at one place of the schedule; the latest act on the
    /// place counts.
    #[n(6)]
    Adjudicate {
        /// Primary entry.
        #[n(0)]
        primary: EntryId,
        /// Entries at the place that staff had seen, this one included.
        #[cbor(n(1), decode_with = "wire::list::<ENTRIES_MAX, _, _>")]
        among: Vec<EntryId>,
    },
    /// End of the participation. Prompts and denominators end with its last day; later entries are kept apart
    /// for a decision.
    #[n(7)]
    EndOfParticipation {
        /// Kind of end.
        #[n(0)]
        how: EndOfParticipation,
        /// Last civil day of the participation.
        #[n(1)]
        last: DiaryDay,
    },
    /// Withdraws the act named by [`Act::replaces`]: it should not have been made, or was planned and will
    /// not take place.
    #[n(8)]
    Withdrawn,
    /// Alerts that a person has dealt with, with the action taken as the act's reason. They stay in the
    /// record and are no longer urgent.
    #[n(9)]
    AlertsHandled {
        /// Rule, or code of the serious event.
        #[n(0)]
        rule: RuleId,
        /// Entries of these alerts: the answers or event that triggered them, or the instruction shown for
        /// missed days.
        #[cbor(n(1), decode_with = "wire::list::<ENTRIES_MAX, _, _>")]
        entries: Vec<EntryId>,
    },
    /// Entries made under the wrong participant: they are left out of counts and alerts and stay visible.
    #[n(10)]
    OtherParticipant {
        /// The entries.
        #[cbor(n(0), decode_with = "wire::list::<ENTRIES_MAX, _, _>")]
        entries: Vec<EntryId>,
    },
    /// Entries made under another participant that belong to this one. Their revisions are in the same
    /// parcel.
    #[n(11)]
    TakenOver {
        /// Vault in which they were made.
        #[n(0)]
        from: VaultId,
        /// The entries.
        #[cbor(n(1), decode_with = "wire::list::<ENTRIES_MAX, _, _>")]
        entries: Vec<EntryId>,
    },
    /// First day of the diary, if clocks had it wrong; the latest act counts. Nothing was asked before it.
    #[n(12)]
    FirstDay {
        /// Its civil date.
        #[n(0)]
        date: DiaryDay,
    },
    /// Contents of a kind of a later version. Made by no program of this one.
    #[n(4_294_967_295)]
    Newer(#[n(0)] Newer),
}

impl Kinds for ActContent {
    const LAST: u32 = 12;

    fn newer(newer: Newer) -> Self {
        Self::Newer(newer)
    }

    fn as_newer(&self) -> Option<&Newer> {
        if let Self::Newer(newer) = self { Some(newer) } else { None }
    }
}

/// Most bytes of an act: as many as fit into a parcel.
const ACT_MAX_BYTES: usize = crate::measure::PARCEL_MAX_PLAIN_BYTES;

impl Act {
    /// Decodes an act. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if the bytes do not decode.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("act", bytes, ACT_MAX_BYTES)
    }
}

/// Kind of an act, without its content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActKind {
    /// An anchor.
    Anchor,
    /// A change of the regimen.
    Regimen,
    /// A visit.
    Visit,
    /// An infusion.
    Infusion,
    /// A decision about a parcel of a revoked phone.
    QuarantineDecision,
    /// A phone that asks to use the diary.
    PhoneAsks,
    /// A decision between entries.
    Adjudicate,
    /// The end of the participation.
    EndOfParticipation,
    /// A withdrawal.
    Withdrawn,
    /// Alerts that were dealt with.
    AlertsHandled,
    /// Entries of another participant.
    OtherParticipant,
    /// Entries taken over.
    TakenOver,
    /// The first day of the diary.
    FirstDay,
    /// Of a newer version.
    Newer,
}

impl From<&ActContent> for ActKind {
    fn from(content: &ActContent) -> Self {
        match content {
            ActContent::Anchor { .. } => Self::Anchor,
            ActContent::Regimen(_) => Self::Regimen,
            ActContent::Visit { .. } => Self::Visit,
            ActContent::Infusion { .. } => Self::Infusion,
            ActContent::QuarantineDecision { .. } => Self::QuarantineDecision,
            ActContent::PhoneAsks { .. } => Self::PhoneAsks,
            ActContent::Adjudicate { .. } => Self::Adjudicate,
            ActContent::EndOfParticipation { .. } => Self::EndOfParticipation,
            ActContent::Withdrawn => Self::Withdrawn,
            ActContent::AlertsHandled { .. } => Self::AlertsHandled,
            ActContent::OtherParticipant { .. } => Self::OtherParticipant,
            ActContent::TakenOver { .. } => Self::TakenOver,
            ActContent::FirstDay { .. } => Self::FirstDay,
            ActContent::Newer(_) => Self::Newer,
        }
    }
}

impl ActContent {
    /// Name of the kind in commands, the audit trail and exports.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Anchor { .. } => "anchor",
            Self::Regimen(_) => "regimen",
            Self::Visit { .. } => "visit",
            Self::Infusion { .. } => "infusion",
            Self::QuarantineDecision { .. } => "quarantine-decision",
            Self::PhoneAsks { .. } => "phone-asks",
            Self::Adjudicate { .. } => "adjudicate",
            Self::EndOfParticipation { .. } => "end-of-participation",
            Self::Withdrawn => "withdrawn",
            Self::AlertsHandled { .. } => "alerts-handled",
            Self::OtherParticipant { .. } => "other-participant",
            Self::TakenOver { .. } => "taken-over",
            Self::FirstDay { .. } => "first-day",
            Self::Newer(_) => "newer",
        }
    }

    /// True if it changes the course of the schedule.
    #[must_use]
    pub const fn changes_schedule(&self) -> bool {
        match self {
            Self::Anchor { .. } | Self::Regimen(_) | Self::Withdrawn => true,
            Self::Visit { .. }
            | Self::Infusion { .. }
            | Self::QuarantineDecision { .. }
            | Self::PhoneAsks { .. }
            | Self::Adjudicate { .. }
            | Self::EndOfParticipation { .. }
            | Self::AlertsHandled { .. }
            | Self::OtherParticipant { .. }
            | Self::TakenOver { .. }
            | Self::FirstDay { .. }
            | Self::Newer(_) => false,
        }
    }

    /// True if a later act may correct or withdraw it. A record never loses what was accepted into it, and
    /// the keeper's own acts about phones are not acts of a person.
    #[must_use]
    pub const fn is_replaceable(&self) -> bool {
        match self {
            Self::Anchor { .. }
            | Self::Regimen(_)
            | Self::Visit { .. }
            | Self::Infusion { .. }
            | Self::Adjudicate { .. }
            | Self::EndOfParticipation { .. }
            | Self::AlertsHandled { .. }
            | Self::OtherParticipant { .. }
            | Self::FirstDay { .. } => true,
            Self::QuarantineDecision { .. }
            | Self::PhoneAsks { .. }
            | Self::Withdrawn
            | Self::TakenOver { .. }
            | Self::Newer(_) => false,
        }
    }
}

/// Kind of an end of participation.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, minicbor::Encode, minicbor::Decode,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum EndOfParticipation {
    /// Completed according to the protocol.
    #[n(0)]
    Completed,
    /// Consent was withdrawn, or the participation was ended early.
    #[n(1)]
    Withdrawn,
    /// Not eligible.
    #[n(2)]
    ScreenFailure,
    /// Not reached any more.
    #[n(3)]
    LostToFollowUp,
}

impl EndOfParticipation {
    /// Kinds in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Completed, Self::Withdrawn, Self::ScreenFailure, Self::LostToFollowUp];

    /// Code in commands and exports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
            Self::ScreenFailure => "screen-failure",
            Self::LostToFollowUp => "lost-to-follow-up",
        }
    }
}

impl std::str::FromStr for EndOfParticipation {
    type Err = crate::ids::IdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|how| how.code() == text).ok_or(crate::ids::IdError {
            kind: "end of participation",
            expected: "one of completed, withdrawn, screen-failure, lost-to-follow-up",
        })
    }
}

crate::log_safe::redacted!(ActContent);

impl std::fmt::Debug for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Act({}, {})", self.id, self.counter)
    }
}
