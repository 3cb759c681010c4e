//! The tables of an export, and the parts of their columns. The columns of each table stand beside its writer.

pub(super) mod column;

pub use column::{Column, Kind};

/// One table, in a file of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Table {
    /// The participants.
    Participants,
    /// First and last day of the participation of each.
    Participation,
    /// Anchors of each participant.
    Anchors,
    /// Entries.
    Entries,
    /// Answers.
    Answers,
    /// Doses.
    Doses,
    /// Changes of medication that participants reported.
    MedicationChanges,
    /// Regimens that the site set.
    RegimenLines,
    /// Acts of staff.
    Acts,
    /// Corrections and withdrawals.
    Corrections,
    /// Contacts of phones.
    Contacts,
    /// Empty places of the schedule.
    MissedSlots,
    /// Questions and options of the instruments.
    Codebook,
    /// The other codes of the study.
    CodebookStudy,
    /// Data that could not be exported.
    Problems,
}

impl Table {
    /// Every table, in the order of the documentation.
    pub const ALL: [Self; 15] = [
        Self::Participants,
        Self::Participation,
        Self::Anchors,
        Self::Entries,
        Self::Answers,
        Self::Doses,
        Self::MedicationChanges,
        Self::RegimenLines,
        Self::Acts,
        Self::Corrections,
        Self::Contacts,
        Self::MissedSlots,
        Self::Codebook,
        Self::CodebookStudy,
        Self::Problems,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Participants => "participants",
            Self::Participation => "participation",
            Self::Anchors => "anchors",
            Self::Entries => "entries",
            Self::Answers => "answers",
            Self::Doses => "doses",
            Self::MedicationChanges => "medication_changes",
            Self::RegimenLines => "regimen_lines",
            Self::Acts => "acts",
            Self::Corrections => "corrections",
            Self::Contacts => "contacts",
            Self::MissedSlots => "missed_slots",
            Self::Codebook => "codebook",
            Self::CodebookStudy => "codebook_study",
            Self::Problems => "problems",
        }
    }

    /// Name of its file.
    #[must_use]
    pub fn file(self) -> String {
        format!("{}.csv", self.name())
    }

    /// Meaning of one row.
    #[must_use]
    pub const fn row(self) -> &'static str {
        match self {
            Self::Participants => "one participant",
            Self::Participation => "one participant, with the days on which taking part began and ended",
            Self::Anchors => "one act that set, moved or took away an anchor of a participant",
            Self::Entries => {
                "what counts of one entry now; of an entry with contradicting versions each of these"
            }
            Self::Answers => {
                "one value of one answered item, or one item that was skipped or not shown, of the rows of entries.csv"
            }
            Self::Doses => "one dose, of the rows of entries.csv",
            Self::MedicationChanges => "one reported change of medication, of the rows of entries.csv",
            Self::RegimenLines => "days on which the content of one line of the regimen is the same",
            Self::Acts => "one act of staff; changes of the regimen are also in regimen_lines.csv",
            Self::Corrections => {
                "one field that a later version of an entry changed, with what was there before"
            }
            Self::Contacts => "one statement of one phone about itself",
            Self::MissedSlots => {
                "one place of the schedule whose time has come and that has no entry; worked out"
            }
            Self::Codebook => {
                "one item of an instrument, or one option of an item, in one language and one version of the study"
            }
            Self::CodebookStudy => {
                "one other code of one version of the study in one language: anchor, slot, medication, event, alert and so on"
            }
            Self::Problems => "something that is in the database and not, or not wholly, in the other tables",
        }
    }
}
