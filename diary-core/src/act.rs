//! Acts of staff that change a record. Each travels as an item of a keeper-authored parcel in the vault log. An act is
//! never edited: a later act names the one it corrects or withdraws, and [`crate::record::acts`] tells which hold.

pub mod regimen;

pub use regimen::{AsNeededRule, LineChange, LinePatch, RegimenChange, RegimenLine, Step, Timing};

use serde::Serialize;

use crate::counter::Counter;
use crate::ids::{ActId, AnchorId, EntryId, Hash, KeyId, RuleId, VaultId};
use crate::measure::Quantity;
use crate::time::{DiaryDay, UtcMillis};
use crate::wire::{self, WireError};

/// Most entries that one act names. No more fit into a parcel.
const ENTRIES_MAX: usize = 16_384;

/// One act of staff.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Act {
    /// This act.
    #[n(0)]
    pub id: ActId,
    /// Lamport counter, ordered together with the vault's entries.
    #[n(1)]
    pub counter: Counter,
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
    /// The act that this one corrects or withdraws. A correction is of the same kind and takes its place in the order.
    #[n(6)]
    pub replaces: Option<ActId>,
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
    /// A change of the regimen. Lines that it does not name stay as they are.
    #[n(1)]
    Regimen(#[n(0)] RegimenChange),
    /// A visit at the clinic.
    #[n(2)]
    Visit {
        /// Its civil date.
        #[n(0)]
        date: DiaryDay,
        /// What kind, for example `screening`, `scheduled`, `unscheduled`.
        #[n(1)]
        kind: String,
        /// It took place. A planned visit changes nothing until a correction of this act says that it was held.
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
        /// What the six digits that it shows are told by, so that others are refused where they are typed:
        /// [`crate::keys::SixDigits::check`].
        #[n(2)]
        digits: Option<Hash>,
    },
    /// Which of several entries at one place of the schedule is the primary one; the latest act on the place counts.
    #[n(6)]
    Adjudicate {
        /// The entry.
        #[n(0)]
        primary: EntryId,
        /// The entries at the place that staff had seen, this one included.
        #[cbor(n(1), decode_with = "wire::list::<ENTRIES_MAX, _, _>")]
        among: Vec<EntryId>,
    },
    /// The end of the participation. Prompts and denominators end with the last day; what is recorded later is kept
    /// apart for a decision.
    #[n(7)]
    EndOfParticipation {
        /// How it ended.
        #[n(0)]
        how: EndOfParticipation,
        /// Last civil day of the participation.
        #[n(1)]
        last: DiaryDay,
    },
    /// Withdraws the act that [`Act::replaces`] names: it should not have been made, or was planned and will not be.
    #[n(8)]
    Withdrawn,
    /// Alerts that a person has dealt with; the reason of the act says what was done. They stay in the record and press
    /// no longer.
    #[n(9)]
    AlertsHandled {
        /// The rule, or the code of the serious event.
        #[n(0)]
        rule: RuleId,
        /// The entries whose alerts are meant: the answers or the event that set them off, or the instruction shown for
        /// missed days.
        #[cbor(n(1), decode_with = "wire::list::<ENTRIES_MAX, _, _>")]
        entries: Vec<EntryId>,
    },
    /// Entries that were made under the wrong participant: they leave counts and alerts and stay visible.
    #[n(10)]
    OtherParticipant {
        /// The entries.
        #[cbor(n(0), decode_with = "wire::list::<ENTRIES_MAX, _, _>")]
        entries: Vec<EntryId>,
    },
    /// Entries that were made under another participant and belong to this one. Their revisions travel beside the act.
    #[n(11)]
    TakenOver {
        /// The vault they were made in.
        #[n(0)]
        from: VaultId,
        /// The entries.
        #[cbor(n(1), decode_with = "wire::list::<ENTRIES_MAX, _, _>")]
        entries: Vec<EntryId>,
    },
    /// The first day of the diary, where clocks have it wrong; the latest act counts. Nothing was asked before it.
    #[n(12)]
    FirstDay {
        /// Its civil date.
        #[n(0)]
        date: DiaryDay,
    },
}

/// Most bytes of an act: those of a parcel.
const ACT_MAX_BYTES: usize = crate::parcel::PARCEL_MAX_PLAIN_BYTES;

impl Act {
    /// Reads an act. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("act", bytes, ACT_MAX_BYTES)
    }
}

impl ActContent {
    /// The kind's name, as commands, the audit trail and exports use it.
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
        }
    }

    /// Whether a later act may correct or withdraw it. What was accepted into the record stays, and what the keeper
    /// says of phones is no act of a person.
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
            | Self::TakenOver { .. } => false,
        }
    }
}

/// How a participation ended.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, minicbor::Encode, minicbor::Decode,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum EndOfParticipation {
    /// As the protocol foresees.
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
    /// Every way, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Completed, Self::Withdrawn, Self::ScreenFailure, Self::LostToFollowUp];

    /// The code that commands and exports use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Withdrawn => "withdrawn",
            Self::ScreenFailure => "screen-failure",
            Self::LostToFollowUp => "lost-to-follow-up",
        }
    }

    /// Words for a reader.
    #[must_use]
    pub const fn shown(self, lang: crate::text::Lang) -> &'static str {
        match self {
            Self::Completed => lang.pick("completed", "按方案完成"),
            Self::Withdrawn => lang.pick("withdrawn", "退出研究"),
            Self::ScreenFailure => lang.pick("screen failure", "筛选失败"),
            Self::LostToFollowUp => lang.pick("lost to follow-up", "失访"),
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
