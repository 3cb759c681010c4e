//! Meaning of an empty place of the schedule: missed, still on the phone, unknown, or not over yet.

use diary_core::record::Missing;
use diary_core::record::contact::missing;
use diary_core::study::schedule::{Occurrence, SlotState, state};
use diary_core::time::UtcMillis;
use serde::Serialize;

use super::entries::View;

/// Meaning of a place of the schedule without an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "empty")]
pub enum Empty {
    /// Its window is not open yet.
    Upcoming,
    /// It was not asked: its window had closed before a phone could know of it.
    NotAsked,
    /// It can still be answered.
    Open,
    /// Every phone that could hold an answer has stated since that it holds none.
    Missed,
    /// A phone has something of that day that has not arrived.
    StillOnPhone {
        /// Number of the phone.
        device: Option<u16>,
    },
    /// No contact of the phone since.
    Unknown {
        /// Time of the last contact of the phone.
        since: Option<UtcMillis>,
        /// Number of the phone.
        device: Option<u16>,
    },
}

impl View<'_> {
    /// Meaning of the absence of an entry for `occurrence`, at the time of the report.
    pub(super) fn empty_of(&self, occurrence: &Occurrence) -> Empty {
        match state(occurrence, false, self.input.now) {
            SlotState::Upcoming => Empty::Upcoming,
            SlotState::NotAsked => Empty::NotAsked,
            SlotState::Open => Empty::Open,
            // Late entries are possible; it stays open only while the phone is known to hold none.
            SlotState::Late => match self.empty_after_close(occurrence, occurrence.closes) {
                Empty::Missed => Empty::Open,
                other => other,
            },
            SlotState::Missed | SlotState::Answered => {
                self.empty_after_close(occurrence, occurrence.late_until)
            }
        }
    }

    /// Meaning of the absence of an entry for `occurrence` once its window is over, regardless of the clock.
    pub(super) fn empty_at_last(&self, occurrence: &Occurrence) -> Empty {
        if state(occurrence, false, UtcMillis(i64::MAX)) == SlotState::NotAsked {
            return Empty::NotAsked;
        }
        self.empty_after_close(occurrence, occurrence.late_until)
    }

    fn empty_after_close(&self, occurrence: &Occurrence, closed: UtcMillis) -> Empty {
        match missing(&self.contacts, occurrence.day, closed) {
            Missing::Missed => Empty::Missed,
            Missing::StillOnPhone { device } => Empty::StillOnPhone { device: self.device(&device) },
            Missing::Unknown { since, device } => {
                Empty::Unknown { since, device: device.and_then(|device| self.device(&device)) }
            }
        }
    }
}
