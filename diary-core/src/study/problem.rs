//! Faults of a study's files as codes with their fields. Faces put them into sentences.

use std::fmt;

use super::instrument::Problem;
use super::limits::{PIN_MOST_CHARACTERS, PIN_USUAL_CHARACTERS};
use crate::ids::InstrumentId;
use crate::text::Lang;

/// One fault and, if known, the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StudyProblem {
    /// The file is not in the study.
    #[error("is missing")]
    Missing,
    /// The file is not text.
    #[error("{detail}")]
    NotText {
        /// Message of the reader.
        detail: String,
    },
    /// The file cannot be read, for a reason that is not known.
    #[error("cannot be read")]
    Unreadable,
    /// Not TOML, or not of the form of a study.
    #[error("{detail}")]
    Form {
        /// Message of the reader.
        detail: String,
    },
    /// A fault of a questionnaire.
    #[error("{0}")]
    Questionnaire(Problem),
    /// A file that is named and not in the study.
    #[error("no file {name:?} in the study")]
    NoFile {
        /// Its name.
        name: String,
    },
    /// A content pack that is none.
    #[error("{name}: not a content pack: {detail}")]
    Pack {
        /// Name of the file.
        name: String,
        /// Message of the reader.
        detail: String,
    },
    /// A reference to something that the study does not have.
    #[error("no {referent} {id:?} ({known})", known = listed(.known))]
    Unknown {
        /// Kind of what is referred to.
        referent: Referent,
        /// The reference.
        id: String,
        /// What the study has, sorted.
        known: Vec<String>,
    },
    /// An id that comes twice.
    #[error("{id:?} is already taken")]
    Taken {
        /// The id.
        id: String,
    },
    /// A text that lacks a language of the study.
    #[error("no text in {lang}")]
    NoText {
        /// The language.
        lang: Lang,
    },
    /// A text without characters.
    #[error("the text is empty")]
    EmptyText,
    /// A placeholder that the diary does not know.
    #[error("{name:?} cannot be filled in (there are: {{contact}}, {{emergency}})")]
    Placeholder {
        /// The placeholder.
        name: String,
    },
    /// A list without elements, or a count of none.
    #[error("at least one is needed")]
    NeedsOne,
    /// A number below 1.
    #[error("at least 1 is needed")]
    BelowOne,
    /// A factor that is not above 1.
    #[error("more than 1 is needed, for example \"3\"")]
    Factor,
    /// A number that is not above 0.
    #[error("must be above 0")]
    NotPositive,
    /// A length of PINs outside its limits.
    #[error("{PIN_USUAL_CHARACTERS} to {PIN_MOST_CHARACTERS} are allowed")]
    PinLength,
    /// More hours than are allowed.
    #[error("at most {max} hours are allowed")]
    Hours {
        /// Largest number allowed.
        max: u32,
    },
    /// An event's id that an alert rule has too.
    #[error("{id:?} is also the id of an alert rule")]
    AlsoAlert {
        /// The id.
        id: String,
    },
    /// A severity without instruction.
    #[error("needs an `instruction` that participants read")]
    NeedsInstruction,
    /// An instruction without severity.
    #[error("needs a `severity`: \"notice\", \"call\" or \"emergency\"")]
    NeedsSeverity,
    /// A weekly medication without a caution.
    #[error("needs a `caution` that participants read")]
    NeedsCaution,
    /// A planned visit in a study without visits.
    #[error("needs a section [visits]")]
    NeedsVisits,
    /// A dose in a unit that is no mass.
    #[error("must be in mg, ug or g")]
    NotAMass,
    /// A stretch of days that ends before it begins.
    #[error("{last} lies before first = {first}")]
    LastBeforeFirst {
        /// Its last day.
        last: i32,
        /// Its first day.
        first: i32,
    },
    /// A time before the slot opens.
    #[error("lies before opens = {opens:?}, seen from the day cut {cut}")]
    BeforeOpens {
        /// Opening of the slot.
        opens: String,
        /// Cut between days.
        cut: String,
    },
    /// A slot that closes too early.
    #[error("is not after the slot opens and is due, seen from the day cut {cut}")]
    ClosesEarly {
        /// Cut between days.
        cut: String,
    },
    /// An instrument asked more often than it may be.
    #[error("{instrument} may be asked every {days} days at most")]
    TooOften {
        /// The instrument.
        instrument: InstrumentId,
        /// Least interval in days.
        days: u16,
    },
    /// An item without text in a language of the study.
    #[error("{file}: item {item:?} has no text in {lang}")]
    NoItemText {
        /// The questionnaire's file.
        file: String,
        /// The item.
        item: String,
        /// The language.
        lang: Lang,
    },
    /// An option without text in a language of the study.
    #[error("{file}: item {item:?}, option {option:?} has no text in {lang}")]
    NoOptionText {
        /// The questionnaire's file.
        file: String,
        /// The item.
        item: String,
        /// The option.
        option: String,
        /// The language.
        lang: Lang,
    },
    /// An alert rule without tests.
    #[error("`all` or `any` needs at least one test")]
    NoTest,
    /// An alert rule on the total of an instrument that has none.
    #[error("{instrument} has no score rule, so it has no total")]
    NoTotal {
        /// The instrument.
        instrument: InstrumentId,
    },
    /// An alert rule on a change without anything to compare with.
    #[error("needs `previous = true` or `last_before`")]
    NoComparison,
    /// A test on an item that the instrument does not have.
    #[error("{instrument} has no item {item:?}")]
    NoItem {
        /// The instrument.
        instrument: InstrumentId,
        /// The item.
        item: String,
    },
    /// A test for an option that the item does not have.
    #[error("item {item:?}: no option {code:?} (there are: {known})", known = .known.join(", "))]
    NoOption {
        /// The item.
        item: String,
        /// The option.
        code: String,
        /// Options of the item.
        known: Vec<String>,
    },
    /// A test for a number on an item without numbers.
    #[error("item {item:?}: `at_least` needs a number or options with ordinals")]
    NotANumber {
        /// The item.
        item: String,
    },
    /// A test for yes or no on another item.
    #[error("item {item:?}: `is` needs a yes or no item")]
    NotYesOrNo {
        /// The item.
        item: String,
    },
}

/// Kind of part that a study refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Referent {
    /// An anchor.
    Anchor,
    /// An anchor above this one.
    EarlierAnchor,
    /// A period.
    Period,
    /// An instrument.
    Instrument,
    /// A slot.
    Slot,
    /// A medication.
    Medication,
    /// A form of medications.
    Form,
}

impl fmt::Display for Referent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anchor => "anchor",
            Self::EarlierAnchor => "earlier anchor",
            Self::Period => "period",
            Self::Instrument => "instrument",
            Self::Slot => "slot",
            Self::Medication => "medication",
            Self::Form => "form",
        })
    }
}

fn listed(known: &[String]) -> String {
    match known {
        [] => "there is none".to_owned(),
        names => format!("there are: {}", names.join(", ")),
    }
}
