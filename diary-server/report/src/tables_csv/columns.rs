//! The tables of an export, and the parts of their columns. The columns of each table stand beside its writer.

pub(super) mod column;

pub use column::{Column, Kind, Meaning};

use diary_core::text::Lang;

use crate::messages::columns as say;

/// One table, in a file of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TableName {
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
    /// Interruptions of infusions.
    Interruptions,
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

impl TableName {
    /// Every table, in the order of the documentation.
    pub const ALL: [Self; 16] = [
        Self::Participants,
        Self::Participation,
        Self::Anchors,
        Self::Entries,
        Self::Answers,
        Self::Doses,
        Self::MedicationChanges,
        Self::RegimenLines,
        Self::Acts,
        Self::Interruptions,
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
            Self::Interruptions => "interruptions",
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
    pub fn row(self, lang: Lang) -> &'static str {
        match self {
            Self::Participants => say::table_participants(lang),
            Self::Participation => say::table_participation(lang),
            Self::Anchors => say::table_anchors(lang),
            Self::Entries => say::table_entries(lang),
            Self::Answers => say::table_answers(lang),
            Self::Doses => say::table_doses(lang),
            Self::MedicationChanges => say::table_medication_changes(lang),
            Self::RegimenLines => say::table_regimen_lines(lang),
            Self::Acts => say::table_acts(lang),
            Self::Interruptions => say::table_interruptions(lang),
            Self::Corrections => say::table_corrections(lang),
            Self::Contacts => say::table_contacts(lang),
            Self::MissedSlots => say::table_missed_slots(lang),
            Self::Codebook => say::table_codebook(lang),
            Self::CodebookStudy => say::table_codebook_study(lang),
            Self::Problems => say::table_problems(lang),
        }
    }
}
