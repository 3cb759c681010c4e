//! Entries: what a participant records. A [`Revision`] is one version of an entry; it is never edited, later
//! revisions name the ones they supersede. What happens to revisions of different devices is `merge`'s matter.

pub mod answer;
pub mod by_medication;
pub mod dose;
pub mod medication;

pub use answer::{Answer, Assessment, ContentPackRef, InstrumentRef, Value};
pub use by_medication::ByMedication;
pub use dose::{Dose, DoseStatus, SkipReason};
pub use medication::{Frequency, MedicationChange, MedicationChangeKind, MedicationRef, Route};

use serde::{Deserialize, Serialize};

use crate::counter::Counter;
use crate::ids::{EntryId, EventCode, Hash, InstrumentId, KeyId, LineId, RevisionId, RuleId, SlotId};
use crate::measure::{SHORT_TEXT_MAX_BYTES, TEXT_MAX_BYTES};
use crate::text::Lang;
use crate::time::{DiaryDay, OccurredAt, Reading, TimeOfDay, UtcMillis};

/// Largest encoded revision, in bytes. Checked when an entry is made, so that nothing saved is ever too large to send.
pub const ENTRY_MAX_BYTES: usize = 64 * 1024;

/// One version of an entry, as its author made it.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Revision {
    /// This version.
    #[n(0)]
    pub id: RevisionId,
    /// The entry it is a version of; equal to `id` in the first version.
    #[n(1)]
    pub entry: EntryId,
    /// Lamport counter of the author's vault: larger than every counter its device had seen.
    #[n(2)]
    pub counter: Counter,
    /// The versions it supersedes. Empty in the first version.
    #[cbor(n(3), decode_with = "crate::wire::list::<2048, _, _>")]
    pub parents: Vec<RevisionId>,
    /// Who entered it.
    #[n(4)]
    pub author: Author,
    /// What is recorded.
    #[n(5)]
    pub content: Content,
    /// Why it was corrected or withdrawn. Present exactly when `parents` is not empty.
    #[n(6)]
    pub reason: Option<String>,
    /// The diary day it belongs to, fixed at capture.
    #[n(7)]
    pub day: DiaryDay,
    /// The place in the schedule it answers.
    #[n(8)]
    pub slot: Option<Slot>,
    /// When it happened, as claimed, where that is not the time of recording.
    #[n(9)]
    pub occurred: Option<OccurredAt>,
    /// What the device's clock showed.
    #[n(10)]
    pub recorded: Reading,
    /// Set when it was recorded outside the window of its slot.
    #[n(11)]
    pub late: Option<Late>,
    /// Language the participant read.
    #[n(12)]
    pub lang: Lang,
    /// Program and version, for example `diary-cli 0.1.0`.
    #[n(13)]
    pub app: String,
    /// Version of the study it was recorded under.
    #[n(14)]
    pub study_version: u32,
}

/// Who entered something.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum Author {
    /// The participant.
    #[n(0)]
    Participant,
    /// Somebody who cares for the participant.
    #[n(1)]
    Caregiver {
        /// Their name or relation, as they gave it.
        #[n(0)]
        name: String,
        /// Why they entered it, for example weak hands.
        #[n(1)]
        reason: String,
    },
    /// Site staff, on the participant's request.
    #[n(2)]
    Staff {
        /// Account.
        #[n(0)]
        name: String,
        /// Why.
        #[n(1)]
        reason: String,
    },
    /// The diary itself, for example an instruction that was shown.
    #[n(3)]
    System,
}

/// What one entry records.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Answers to an instrument.
    #[n(0)]
    Assessment(#[n(0)] Assessment),
    /// A dose taken, not taken, or not known.
    #[n(1)]
    Dose(#[n(0)] Dose),
    /// A medication started, changed or stopped.
    #[n(2)]
    MedicationChange(#[n(0)] MedicationChange),
    /// Something that happened.
    #[n(3)]
    Event(#[n(0)] Event),
    /// A note in the participant's own words.
    #[n(4)]
    Note(#[n(0)] Note),
    /// An instruction that an alert rule showed on the device.
    #[n(5)]
    AlertShown(#[n(0)] AlertShown),
    /// The entry is withdrawn: it should not have been made. Earlier versions stay readable.
    #[n(6)]
    Withdrawn,
    /// The participant lets a further phone use this diary.
    #[n(7)]
    PhoneApproval(#[n(0)] PhoneApproval),
}

impl Content {
    /// The kind's name, as commands, reports and exports use it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Assessment(_) => "assessment",
            Self::Dose(_) => "dose",
            Self::MedicationChange(_) => "medication-change",
            Self::Event(_) => "event",
            Self::Note(_) => "note",
            Self::AlertShown(_) => "alert-shown",
            Self::Withdrawn => "withdrawn",
            Self::PhoneApproval(_) => "phone-approval",
        }
    }
}

/// That a further phone may use this diary, said on one that does. Who read the digits off that phone holds it.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct PhoneApproval {
    /// Signing keys of the phones that asked; the one that shows the digits is meant.
    #[cbor(n(0), decode_with = "crate::wire::list::<1024, _, _>")]
    pub asking: Vec<KeyId>,
    /// The six digits that it shows, as a number.
    #[n(1)]
    pub digits: u32,
}

/// Something that happened, of the study's list of events.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Event {
    /// What, as a code of the study's list.
    #[n(0)]
    pub code: EventCode,
    /// In the participant's own words.
    #[n(1)]
    pub text: Option<String>,
    /// When it ended, where it has.
    #[n(2)]
    pub ended: Option<OccurredAt>,
}

/// A note in the participant's own words.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Note {
    /// The words.
    #[n(0)]
    pub text: String,
}

/// An instruction that an alert rule, or a serious event, showed.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct AlertShown {
    /// The rule, or the code of the event.
    #[n(0)]
    pub rule: RuleId,
    /// The revision that met it, where one did. Missed days have none, nor do answers that were not finished yet.
    #[n(1)]
    pub trigger: Option<RevisionId>,
    /// The words that were shown, in the language they were shown in.
    #[n(2)]
    pub shown: String,
    /// When the participant confirmed having read it.
    #[n(3)]
    pub acknowledged: Option<UtcMillis>,
    /// The answers that met it, where they were not finished yet. Their day is the entry's own.
    #[n(4)]
    pub of: Option<AnswersBegun>,
}

/// Answers to an instrument that were begun and perhaps never finished. The assessment that they become bears the same
/// instrument, slot, day and start.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct AnswersBegun {
    /// The instrument.
    #[n(0)]
    pub instrument: InstrumentId,
    /// The slot; none where nothing had asked for them.
    #[n(1)]
    pub slot: Option<SlotId>,
    /// When the first answer was saved.
    #[n(2)]
    pub started: UtcMillis,
}

impl AnswersBegun {
    /// Whether `assessment`, of a revision of the same day with this slot, is what they became.
    #[must_use]
    pub fn became(&self, assessment: &Assessment, slot: Option<&Slot>) -> bool {
        let scheduled = match slot {
            Some(Slot::Scheduled(slot)) => Some(slot),
            Some(Slot::PlannedDose { .. }) | None => None,
        };
        assessment.instrument.id == self.instrument
            && assessment.started == Some(self.started)
            && scheduled == self.slot.as_ref()
    }
}

/// A place in the schedule that an entry answers. The entry's own `day` says which day.
#[derive(
    Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, minicbor::Encode, minicbor::Decode,
)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// A slot of the study's schedule.
    #[n(0)]
    Scheduled(#[n(0)] SlotId),
    /// A planned dose, as the regimen was known where it was answered. It keeps this identity whatever the site changes
    /// afterwards.
    #[n(1)]
    PlannedDose {
        /// The line of the regimen.
        #[n(0)]
        line: LineId,
        /// The planned time of day.
        #[n(1)]
        time: TimeOfDay,
    },
}

/// Recorded outside its window.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Late {
    /// When the window had closed.
    #[n(0)]
    pub closed: UtcMillis,
    /// Why it is late, as the participant said.
    #[n(1)]
    pub reason: Option<String>,
}

/// Why something cannot be an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A text is empty or longer than allowed.
    #[error("{field}: 1 to {max_bytes} bytes are allowed")]
    Text {
        /// Which text.
        field: &'static str,
        /// Its limit.
        max_bytes: usize,
    },
    /// A correction or withdrawal without a reason, or a reason without parents.
    #[error("a correction or withdrawal needs a reason, and only these have one")]
    Reason,
    /// A first version whose entry id is not its own id, or a later one whose is.
    #[error("the first version of an entry carries the entry's id, later ones their own")]
    Identity,
    /// The amount of a dose is out of range.
    #[error("dose: an amount above 0 and up to 100000 is needed")]
    Amount,
    /// What would be recorded is too large.
    #[error("the entry takes {bytes} bytes, at most {ENTRY_MAX_BYTES} are allowed")]
    TooLarge {
        /// Its encoded size.
        bytes: usize,
    },
    /// Not the bytes of an entry.
    #[error("not an entry of this version: {0}")]
    Undecodable(String),
}

/// A revision with the exact bytes that were, or will be, sealed. Hashes are over these bytes, never over a
/// second encoding.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodedRevision {
    revision: Revision,
    bytes: Vec<u8>,
}

impl EncodedRevision {
    /// Checks a new revision and fixes its bytes. The only way in for what is entered here.
    ///
    /// # Errors
    /// Says which rule of [`EntryError`] it breaks.
    pub fn new(revision: Revision) -> Result<Self, EntryError> {
        revision.check()?;
        let bytes = minicbor::to_vec(&revision).map_err(|e| EntryError::Undecodable(e.to_string()))?;
        if bytes.len() > ENTRY_MAX_BYTES {
            return Err(EntryError::TooLarge { bytes: bytes.len() });
        }
        Ok(Self { revision, bytes })
    }

    /// Reads received bytes. The legal ranges are not enforced again: what somebody's device saved is kept and
    /// shown, also where this version would have refused it.
    ///
    /// # Errors
    /// [`EntryError::Undecodable`] for what is no entry of a known version.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        let mut decoder = minicbor::Decoder::new(bytes);
        let revision = decoder.decode::<Revision>().map_err(|e| EntryError::Undecodable(e.to_string()))?;
        if decoder.position() != bytes.len() {
            return Err(EntryError::Undecodable("bytes after the end".to_owned()));
        }
        Ok(Self { revision, bytes: bytes.to_vec() })
    }

    /// The revision.
    #[must_use]
    pub const fn revision(&self) -> &Revision {
        &self.revision
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of its bytes.
    #[must_use]
    pub fn hash(&self) -> Hash {
        crate::hash::sha256(&self.bytes)
    }
}

impl Revision {
    /// Whether this is the first version of its entry.
    #[must_use]
    pub fn is_first(&self) -> bool {
        EntryId::from(self.id) == self.entry
    }

    fn check(&self) -> Result<(), EntryError> {
        if self.parents.is_empty() != self.is_first() {
            return Err(EntryError::Identity);
        }
        if self.reason.is_some() == self.parents.is_empty() {
            return Err(EntryError::Reason);
        }
        short_text("reason", self.reason.as_deref())?;
        short_text("late reason", self.late.as_ref().and_then(|late| late.reason.as_deref()))?;
        match &self.author {
            Author::Participant | Author::System => {}
            Author::Caregiver { name, reason } | Author::Staff { name, reason } => {
                short_text("name", Some(name))?;
                short_text("reason", Some(reason))?;
            }
        }
        match &self.content {
            Content::Assessment(_)
            | Content::AlertShown(_)
            | Content::Withdrawn
            | Content::PhoneApproval(_) => Ok(()),
            Content::Dose(dose) => dose.check(),
            Content::MedicationChange(change) => change.check(),
            Content::Event(event) => long_text("event", event.text.as_deref()),
            Content::Note(note) => long_text("note", Some(&note.text)),
        }
    }
}

pub(crate) fn short_text(field: &'static str, text: Option<&str>) -> Result<(), EntryError> {
    sized_text(field, text, SHORT_TEXT_MAX_BYTES)
}

fn long_text(field: &'static str, text: Option<&str>) -> Result<(), EntryError> {
    sized_text(field, text, TEXT_MAX_BYTES)
}

fn sized_text(field: &'static str, text: Option<&str>, max_bytes: usize) -> Result<(), EntryError> {
    match text {
        Some(text) if text.trim().is_empty() || text.len() > max_bytes => {
            Err(EntryError::Text { field, max_bytes })
        }
        _ => Ok(()),
    }
}

crate::log_safe::redacted!(Author, Content, Event, Note, AlertShown, PhoneApproval, Late);

impl std::fmt::Debug for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Revision({} of {}, {}, {})", self.id, self.entry, self.content.kind(), self.counter)
    }
}

impl std::fmt::Debug for EncodedRevision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} in {} bytes", self.revision, self.bytes.len())
    }
}
