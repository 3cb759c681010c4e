//! Findings that need attention, with their urgency. Each refers to results of a section; `attention` collects them.

use diary_core::ids::{AnchorId, InstrumentId, RuleId};
use diary_core::measure::Quantity;
use diary_core::text::Text;
use diary_core::time::{DiaryDay, PartialDate, UtcMillis};
use diary_core::unmerged::UnmergedState;
use serde::Serialize;

use super::{
    Backfilled, ChangeLine, ClockDoubt, CycleDay, Difference, OddAnswers, OddDoses, OddUnits, Outside,
    TooSoon, ZoneDoubt,
};

/// A finding with its urgency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Attention {
    /// Urgency.
    pub rank: Rank,
    /// The finding.
    pub what: Finding,
}

/// Urgency, the highest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// May concern the participant's safety.
    Urgent,
    /// To be settled at the visit.
    Look,
    /// Needed to interpret the figures.
    Know,
}

/// A finding that needs attention.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// An alert rule of [`super::Report::alerts`].
    Rule {
        /// The rule.
        rule: RuleId,
    },
    /// The newest total is worse by as much as the study's rules call an alert.
    TotalChanged {
        /// The instrument.
        instrument: InstrumentId,
    },
    /// The newest total is incomplete.
    TotalIncomplete {
        /// The instrument.
        instrument: InstrumentId,
    },
    /// There is no complete total from before the treatment.
    NoBaseline {
        /// The instrument.
        instrument: InstrumentId,
    },
    /// Doses of a weekly medication too close together.
    TooSoon {
        /// Its name.
        name: Text,
        /// The doses.
        pairs: Vec<TooSoon>,
    },
    /// A reported change of medication that must be checked.
    ChangeRemark {
        /// The change.
        change: Box<ChangeLine>,
        /// The remark.
        remark: Text,
    },
    /// Answers that are no answers to their question.
    Odd(OddAnswers),
    /// Amounts in units that are not the medication's.
    Units(OddUnits),
    /// An entry with versions that contradict each other.
    Contradicts {
        /// Subject of the entry.
        subject: Text,
        /// Its day.
        day: DiaryDay,
        /// Differences between the first two versions.
        differences: Vec<Difference>,
    },
    /// A place of the schedule with several entries and no decision of the site about which counts.
    Undecided {
        /// Subject of the entries.
        subject: Text,
        /// Their day.
        day: DiaryDay,
        /// Number of entries.
        entries: usize,
        /// The site had decided; more entries have arrived since.
        reopened: bool,
        /// Differences between the first two entries.
        differences: Vec<Difference>,
    },
    /// Entries in [`super::Report::outside`].
    Outside {
        /// Reason for which they have no column.
        why: Outside,
        /// Their days, one for each entry.
        days: Vec<DiaryDay>,
    },
    /// Days that were filled in together.
    Backfilled(Backfilled),
    /// A reported change of medication with no change of the regimen after it.
    ChangeOpen {
        /// Its name.
        name: Text,
        /// First day, as far as it is known.
        from: PartialDate,
    },
    /// Parcels that are stored and not in the record.
    NotMerged {
        /// The phone.
        device: Option<u16>,
        /// The reason.
        why: UnmergedState,
        /// Number of parcels.
        count: usize,
        /// Time of receipt of the last.
        last: UtcMillis,
    },
    /// Entries that are in the record and not on this report: more of one phone than is read at once.
    LeftOut {
        /// The phone.
        device: Option<u16>,
        /// Number of versions of entries.
        entries: u64,
    },
    /// A phone began a new incarnation: its diary was restored from a backup, copied or rolled back.
    NewIncarnation {
        /// The phone.
        device: Option<u16>,
        /// Time of receipt of the first parcel of the last such incarnation.
        at: UtcMillis,
        /// Number of such incarnations.
        count: usize,
    },
    /// Two parcels in one place: a phone and a copy of it sent different entries. Both are kept.
    Forked {
        /// The phone.
        device: Option<u16>,
        /// Number of places.
        places: usize,
        /// Time of receipt of the last.
        last: UtcMillis,
    },
    /// The participant reported an event that would set an anchor; the site has not set it.
    AnchorProposed {
        /// The anchor.
        anchor: AnchorId,
        /// Its name.
        title: Text,
        /// The day reported.
        day: DiaryDay,
    },
    /// An amount taken that is a multiple or a fraction of the planned one.
    FarFromPlan {
        /// Day of the dose.
        day: DiaryDay,
        /// The medication.
        name: Text,
        /// Amount taken.
        taken: Quantity,
        /// Amount planned, or the usual one.
        planned: Quantity,
    },
    /// Doses with impossible amounts.
    ImpossibleDoses(OddDoses),
    /// An infusion with a dose in a unit other than the study drug's.
    InfusionUnit {
        /// Its place in the treatment.
        cycle_day: CycleDay,
        /// Its day.
        day: DiaryDay,
        /// Dose.
        dose: Quantity,
    },
    /// An infusion ran after the last infusion day of its cycle, from whose anchor the days of the study are counted.
    InfusionAfterPlan {
        /// Its place in the treatment.
        cycle_day: CycleDay,
        /// The name of the cycle.
        title: Text,
        /// Last day on which it ran.
        ran: DiaryDay,
        /// The last infusion day of the cycle.
        planned: DiaryDay,
    },
    /// No phone has ever had contact.
    NoPhone,
    /// Entries that no available version of the study explains, in [`super::Report::raw`].
    Raw {
        /// Number of entries.
        count: usize,
        /// Their days.
        days: Vec<DiaryDay>,
    },
    /// A phone's clock.
    Clock(ClockDoubt),
    /// A phone's zone.
    Zone(ZoneDoubt),
    /// Something that concerns whole days.
    Days {
        /// The finding.
        what: OnDays,
        /// The days.
        days: Vec<DiaryDay>,
    },
}

impl Finding {
    /// True if it tells a dose of a medication whose name `is` meant, or of the study drug's infusions.
    pub(super) fn tells_dose_of(&self, is: impl Fn(&Text) -> bool) -> bool {
        match self {
            Self::InfusionUnit { .. } | Self::InfusionAfterPlan { .. } => true,
            Self::TooSoon { name, .. } | Self::FarFromPlan { name, .. } | Self::ChangeOpen { name, .. } => {
                is(name)
            }
            Self::ChangeRemark { change, .. } => is(&change.name),
            Self::Units(odd) => is(&odd.name),
            Self::ImpossibleDoses(odd) => is(&odd.name),
            Self::Contradicts { subject, .. } | Self::Undecided { subject, .. } => is(subject),
            Self::Rule { .. }
            | Self::TotalChanged { .. }
            | Self::TotalIncomplete { .. }
            | Self::NoBaseline { .. }
            | Self::Odd(_)
            | Self::Outside { .. }
            | Self::Backfilled(_)
            | Self::NotMerged { .. }
            | Self::LeftOut { .. }
            | Self::NewIncarnation { .. }
            | Self::Forked { .. }
            | Self::AnchorProposed { .. }
            | Self::NoPhone
            | Self::Raw { .. }
            | Self::Clock(_)
            | Self::Zone(_)
            | Self::Days { .. } => false,
        }
    }
}

/// A finding about some days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnDays {
    /// Entries of a later version of the diary, which this one cannot read.
    Newer,
    /// Further entries with contradicting versions.
    Conflicts,
    /// Further places with several entries.
    Duplicates,
    /// A phone holds unsent entries of these days.
    StillOnPhone,
    /// The state of these days is unknown.
    Unknown,
    /// Something was missed.
    Missed,
    /// Entries made by others than the participant.
    EnteredByOthers,
    /// An entry claims a time that cannot be.
    ImpossibleTime,
    /// An entry of a phone claims to be of staff, or of the diary itself.
    ClaimedAuthor,
}
