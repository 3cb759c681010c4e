//! One entry with its current version, its author, and the times that are shown of it.

use chrono::NaiveDateTime;
use diary_core::entry::{Author, Content, EncodedRevision, Revision};
use diary_core::record::EntryHistory;
use diary_core::time::{DiaryDay, UtcMillis, Zone};
use serde::Serialize;

/// An instant with the civil time that a participant read off their phone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Stamp {
    /// The instant.
    pub utc: UtcMillis,
    /// Civil time at the place of recording.
    pub local: NaiveDateTime,
    /// Minutes east of UTC, if they differ from the report's zone, or if clocks showed this time twice.
    pub elsewhere: Option<i32>,
}

/// Author of an entry.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The participant.
    Participant,
    /// A caregiver of the participant.
    Caregiver {
        /// Name or relation, as entered.
        name: String,
        /// Reason.
        reason: String,
    },
    /// A phone claims that site staff made the entry. Staff have no phones in the diary: the entry is kept and shown as
    /// a claim.
    ClaimsStaff {
        /// The account that it names.
        name: String,
        /// Reason.
        reason: String,
    },
    /// The diary itself.
    System,
    /// The phone claims that the diary itself made the entry, for a kind that the diary never makes.
    ClaimsSystem,
}

/// Author and phones of an entry.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Origin {
    /// The author.
    pub by: By,
    /// Numbers of the phones that sent it.
    pub devices: Vec<u16>,
}

impl By {
    /// Author of a revision.
    pub(crate) fn of(revision: &Revision) -> Self {
        match &revision.author {
            Author::Participant => Self::Participant,
            Author::Caregiver { name, reason } => {
                Self::Caregiver { name: name.clone(), reason: reason.clone() }
            }
            Author::Staff { name, reason } => {
                Self::ClaimsStaff { name: name.clone(), reason: reason.clone() }
            }
            Author::System => match revision.content {
                Content::AlertShown(_) | Content::Newer(_) => Self::System,
                Content::Assessment(_)
                | Content::Dose(_)
                | Content::MedicationChange(_)
                | Content::Event(_)
                | Content::Note(_)
                | Content::Withdrawn
                | Content::PhoneApproval(_) => Self::ClaimsSystem,
            },
        }
    }
}

/// One entry.
pub(super) struct Entry<'a> {
    /// All its versions.
    pub(super) history: EntryHistory<'a>,
    /// The version that is shown; of a withdrawn entry there is none.
    pub(super) shown: Option<&'a EncodedRevision>,
    /// Its first version.
    pub(super) first: &'a EncodedRevision,
    /// Time of receipt of the first version.
    pub(super) received: UtcMillis,
    /// The phones that sent its first version.
    pub(super) devices: Vec<u16>,
}

impl<'a> Entry<'a> {
    /// The instant it is about. A correction does not move it.
    pub(super) fn about(&self) -> UtcMillis {
        self.history.about(self.shown.unwrap_or(self.first))
    }

    /// The day it belongs to.
    pub(super) fn day(&self) -> DiaryDay {
        self.shown.unwrap_or(self.first).day
    }

    /// Author and phones of the first version.
    pub(super) fn origin(&self) -> Origin {
        Origin { by: By::of(self.first), devices: self.devices.clone() }
    }

    /// Current contents.
    pub(super) fn content(&self) -> Option<&'a Content> {
        self.shown.map(|shown| &shown.content)
    }
}

/// An instant in a zone.
pub(super) fn here(at: UtcMillis, zone: Zone) -> Stamp {
    Stamp { utc: at, local: zone.local(at), elsewhere: zone.pass(at).map(|_| zone.offset_s(at) / 60) }
}
