//! Entries recorded by a participant. A [`Revision`] is one version of an entry and is never edited; later
//! revisions name those they supersede. [`crate::merge`] combines revisions of several devices.

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
use crate::newer::{self, Kinds, Newer};
use crate::text::Lang;
use crate::time::{DiaryDay, OccurredAt, Reading, TimeOfDay, UtcMillis};

/// Largest encoded revision, in bytes. Checked at its making, so that every saved revision can be sent.
pub const ENTRY_MAX_BYTES: usize = 64 * 1024;

/// One version of an entry, as made by its author.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Revision {
    /// Id of this revision.
    #[n(0)]
    pub id: RevisionId,
    /// Entry that it belongs to; equal to `id` in the first revision.
    #[n(1)]
    pub entry: EntryId,
    /// Lamport counter, larger than every counter that the author's device had seen.
    #[n(2)]
    pub counter: Counter,
    /// Revisions that it supersedes; none in the first revision.
    #[cbor(n(3), decode_with = "crate::wire::list::<2048, _, _>")]
    pub parents: Vec<RevisionId>,
    /// Person who entered it, or the diary itself.
    #[n(4)]
    pub author: Author,
    /// Contents.
    #[cbor(n(5), with = "newer")]
    pub content: Content,
    /// Reason of a correction or withdrawal. Present exactly if `parents` is not empty.
    #[n(6)]
    pub reason: Option<String>,
    /// Diary day, fixed at capture.
    #[n(7)]
    pub day: DiaryDay,
    /// Place in the schedule that it answers.
    #[n(8)]
    pub slot: Option<Slot>,
    /// Claimed time of the event, if it differs from the time of recording.
    #[n(9)]
    pub occurred: Option<OccurredAt>,
    /// Reading of the device's clock at the recording.
    #[n(10)]
    pub recorded: Reading,
    /// Present if it was recorded outside the window of its slot.
    #[n(11)]
    pub late: Option<Late>,
    /// Language of the texts shown.
    #[n(12)]
    pub lang: Lang,
    /// Program and version, for example `diary-cli 0.1.0`.
    #[n(13)]
    pub app: String,
    /// Version of the study in force at its recording.
    #[n(14)]
    pub study_version: u32,
}

/// Author of a revision.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum Author {
    /// The participant.
    #[n(0)]
    Participant,
    /// A person who cares for the participant.
    #[n(1)]
    Caregiver {
        /// Name or relation, as given.
        #[n(0)]
        name: String,
        /// Reason for entering it, for example weak hands.
        #[n(1)]
        reason: String,
    },
    /// Site staff, on the participant's request.
    #[n(2)]
    Staff {
        /// Account.
        #[n(0)]
        name: String,
        /// Reason for entering it.
        #[n(1)]
        reason: String,
    },
    /// The diary itself, for example an instruction that was shown.
    #[n(3)]
    System,
}

/// Contents of a revision.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// Answers to an instrument.
    #[n(0)]
    Assessment(#[n(0)] Assessment),
    /// A dose: taken, not taken, or not known.
    #[n(1)]
    Dose(#[n(0)] Dose),
    /// A medication started, changed or stopped.
    #[n(2)]
    MedicationChange(#[n(0)] MedicationChange),
    /// An event of the study's list.
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
    /// Contents of a kind of a later version. Made by no program of this one.
    #[n(4_294_967_295)]
    Newer(#[n(0)] Newer),
}

impl Kinds for Content {
    const LAST: u32 = 7;

    fn newer(newer: Newer) -> Self {
        Self::Newer(newer)
    }

    fn as_newer(&self) -> Option<&Newer> {
        if let Self::Newer(newer) = self { Some(newer) } else { None }
    }
}

impl Content {
    /// Name of the kind in commands, reports and exports.
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
            Self::Newer(_) => "newer",
        }
    }
}

/// Permission for a further phone to use this diary, given on one that already does. The six digits prove
/// that the person holds the further phone.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct PhoneApproval {
    /// Signing keys of the phones that asked; the one with these digits is meant.
    #[cbor(n(0), decode_with = "crate::wire::list::<1024, _, _>")]
    pub asking: Vec<KeyId>,
    /// Six digits shown by it, as a number.
    #[n(1)]
    pub digits: u32,
}

/// An event of the study's list.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Event {
    /// Code of the study's list.
    #[n(0)]
    pub code: EventCode,
    /// In the participant's own words.
    #[n(1)]
    pub text: Option<String>,
    /// Instant of its end, if it has ended.
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

/// An instruction shown by an alert rule or for a serious event.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct AlertShown {
    /// Rule, or code of the event.
    #[n(0)]
    pub rule: RuleId,
    /// Revision that triggered it; `None` for missed days and for answers that were not finished.
    #[n(1)]
    pub trigger: Option<RevisionId>,
    /// Text shown, in the language in which it was shown.
    #[n(2)]
    pub shown: String,
    /// Instant at which the participant confirmed having read it.
    #[n(3)]
    pub acknowledged: Option<UtcMillis>,
    /// Unfinished answers that triggered it; their day is the entry's own.
    #[n(4)]
    pub of: Option<AnswersBegun>,
}

/// Answers to an instrument that were begun and perhaps never finished. An assessment made of them has the
/// same instrument, slot, day and start.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct AnswersBegun {
    /// The instrument.
    #[n(0)]
    pub instrument: InstrumentId,
    /// Slot; `None` outside the schedule.
    #[n(1)]
    pub slot: Option<SlotId>,
    /// Instant at which the first answer was saved.
    #[n(2)]
    pub started: UtcMillis,
}

impl AnswersBegun {
    /// True if `assessment`, of a revision of the same day with this slot, was made of these answers.
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

/// Place in the schedule that an entry answers, within the entry's diary day.
#[derive(
    Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, minicbor::Encode, minicbor::Decode,
)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// A slot of the study's schedule.
    #[n(0)]
    Scheduled(#[n(0)] SlotId),
    /// A planned dose of the regimen known at its answering. It keeps this identity even if the site changes
    /// the regimen later.
    #[n(1)]
    PlannedDose {
        /// Line of the regimen.
        #[n(0)]
        line: LineId,
        /// Planned time of day.
        #[n(1)]
        time: TimeOfDay,
    },
}

/// Circumstances of a recording outside its window.
#[derive(Clone, PartialEq, Eq, Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Late {
    /// Instant at which the window closed.
    #[n(0)]
    pub closed: UtcMillis,
    /// Reason given by the participant.
    #[n(1)]
    pub reason: Option<String>,
}

/// Reason for which a revision is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A text is empty or longer than allowed.
    #[error("{field}: 1 to {max_bytes} bytes are allowed")]
    Text {
        /// Name of the field.
        field: &'static str,
        /// Largest length in bytes.
        max_bytes: usize,
    },
    /// A correction or withdrawal without a reason, or a reason without parents.
    #[error("a correction or withdrawal needs a reason, and only these have one")]
    Reason,
    /// A first revision with an entry id other than its own id, or a later one with its own.
    #[error("the first version of an entry carries the entry's id, later ones their own")]
    Identity,
    /// The amount of a dose is out of range.
    #[error("dose: an amount above 0 and up to 100000 is needed")]
    Amount,
    /// The encoded revision is too large.
    #[error("the entry takes {bytes} bytes, at most {ENTRY_MAX_BYTES} are allowed")]
    TooLarge {
        /// Encoded size in bytes.
        bytes: usize,
    },
    /// Not the bytes of an entry.
    #[error("not an entry of this version: {0}")]
    Undecodable(String),
}

/// A revision with the exact bytes that are sealed. Hashes are computed over these bytes, never over a second
/// encoding.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodedRevision {
    revision: Revision,
    bytes: Vec<u8>,
}

impl EncodedRevision {
    /// Checks a new revision and encodes it. The only way to make a revision on this device.
    ///
    /// # Errors
    /// [`EntryError`] for the first rule that it breaks.
    pub fn new(revision: Revision) -> Result<Self, EntryError> {
        revision.check()?;
        let bytes = minicbor::to_vec(&revision).map_err(|e| EntryError::Undecodable(e.to_string()))?;
        if bytes.len() > ENTRY_MAX_BYTES {
            return Err(EntryError::TooLarge { bytes: bytes.len() });
        }
        Ok(Self { revision, bytes })
    }

    /// Decodes received bytes. Legal ranges are not enforced again: a revision saved on another device is
    /// kept and shown even if this version would have refused it.
    ///
    /// # Errors
    /// [`EntryError::Undecodable`] if the bytes are not a revision of a known version.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        let mut decoder = minicbor::Decoder::new(bytes);
        let revision = decoder.decode::<Revision>().map_err(|e| EntryError::Undecodable(e.to_string()))?;
        // Trailing bytes would be covered by the hash and shown to no reader.
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

impl std::ops::Deref for EncodedRevision {
    type Target = Revision;

    fn deref(&self) -> &Revision {
        &self.revision
    }
}

impl Revision {
    /// True for the first revision of its entry.
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
            Content::Newer(_) => Err(EntryError::Undecodable("contents of a later version".to_owned())),
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
