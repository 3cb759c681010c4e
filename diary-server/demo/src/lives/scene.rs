//! Scenes of a played trial.

/// Person that acts in a scene.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Person {
    /// First participant, who reads Chinese.
    First,
    /// Second participant, who reads English.
    Second,
    /// Staff of the site.
    Staff,
}

impl Person {
    /// Index among the participants; staff are none.
    #[must_use]
    pub const fn phone(self) -> Option<usize> {
        match self {
            Self::First => Some(0),
            Self::Second => Some(1),
            Self::Staff => None,
        }
    }
}

/// Action at a time of the script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scene {
    /// Day of the script, from 0.
    pub day: i64,
    /// Minute of that day, by the clock on the wall.
    pub minute: i64,
    /// Person that acts.
    pub person: Person,
    /// Action.
    pub deed: Deed,
}

/// Answer about a dose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DoseTold {
    /// Taken.
    Taken,
    /// Not taken: forgotten.
    Forgot,
    /// Not known.
    DontKnow,
}

/// Change of a line of the regimen by staff, one of each kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineDeed {
    /// Less prednisone from a later day on.
    Taper {
        /// Day of the script from which on.
        day: i64,
        /// Milligrams a day from then on.
        mg: i64,
    },
    /// A vitamin on two days of the week.
    Weekdays,
    /// Limits of a medication that is taken as needed.
    Limits,
    /// Another time for the third dose of pyridostigmine.
    Times,
    /// The vitamin ends.
    End,
}

/// Action of a scene.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Deed {
    /// An evening check of a day, by item and level.
    Evening {
        /// Items of the questionnaire with their levels.
        levels: Vec<(&'static str, u8)>,
        /// The day it is about.
        of_day: i64,
    },
    /// The weekly MG-ADL, on the day that the study asks for it.
    MgAdlIfAsked {
        /// Items of the questionnaire with their levels.
        levels: Vec<(&'static str, u8)>,
    },
    /// The safety check that is open now.
    Safety {
        /// Temperature in tenths of a degree Celsius.
        tenths: i64,
        /// Chills and headache as well.
        unwell: bool,
    },
    /// A dose of the regimen.
    Dose {
        /// Line of the regimen.
        line: u16,
        /// Dose of that line.
        dose: u16,
        /// Answer about it.
        told: DoseTold,
    },
    /// An extra dose of pyridostigmine.
    ExtraDose,
    /// The last dose is corrected: half of it.
    CorrectLastDose,
    /// A note by the wife, because of weak hands.
    CaregiverNote,
    /// A note in the morning.
    MorningNote,
    /// A note that is withdrawn at once.
    WithdrawnNote,
    /// An event: a fall.
    Fall,
    /// "My infusion starts today".
    InfusionStarted,
    /// Azathioprine was started elsewhere.
    StartedMedication,
    /// The phone syncs with the keeper.
    Sync,
    /// Staff record a visit.
    Visit {
        /// Participant concerned.
        of: Person,
        /// Kind of visit.
        kind: &'static str,
    },
    /// The site plans a visit for a day and withdraws it at once: it was meant for the other participant.
    VisitWithdrawn {
        /// Participant concerned.
        of: Person,
        /// Day of the visit, counted from the start.
        day: i64,
    },
    /// Staff enter a regimen.
    Regimen {
        /// Participant concerned.
        of: Person,
        /// Milligrams of prednisone a day.
        prednisone_mg: i64,
    },
    /// Staff change one line of the regimen.
    Line {
        /// Participant concerned.
        of: Person,
        /// Change of the line.
        change: LineDeed,
    },
    /// Staff enter an anchor.
    Anchor {
        /// Participant concerned.
        of: Person,
        /// Name of the anchor in the study.
        anchor: &'static str,
        /// Day of the script.
        day: i64,
    },
    /// Staff record an infusion of this day.
    Infusion {
        /// Participant concerned.
        of: Person,
        /// Cycle, by the name of its anchor.
        anchor: &'static str,
        /// Day of the cycle, from 0.
        n: i64,
    },
}
