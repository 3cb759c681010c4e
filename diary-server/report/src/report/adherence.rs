//! Outcome of each slot of the schedule: a row of cells per slot, and the number of each kind.

use diary_core::entry::Slot;
use diary_core::ids::{InstrumentId, SlotId};
use diary_core::record::EntryState;
use diary_core::study::schedule::{Occurrence, Prompt};
use diary_core::text::Text;
use serde::Serialize;

use super::entries::View;
use super::entry::{By, Entry};
use super::missed::Empty;

/// One slot of the schedule over the days of the report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SlotRow {
    /// The slot.
    pub slot: SlotId,
    /// Its name.
    pub title: Text,
    /// Instrument of the slot.
    pub instrument: InstrumentId,
    /// One cell per day; `None` if the slot was neither due nor answered.
    pub cells: Vec<Option<SlotCell>>,
    /// Number of cells of each kind.
    pub counts: Counts,
}

/// Outcome of one slot on one day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotCell {
    /// It was answered.
    Answered {
        /// After its window.
        late: bool,
        /// Corrected afterwards.
        corrected: bool,
        /// Versions of it contradict each other.
        conflict: bool,
        /// Further entries for the same place, without a decision of the site.
        others: usize,
        /// Author of the entry.
        by: By,
        /// Numbers of the phones.
        devices: Vec<u16>,
        /// The schedule, as it is now, did not ask.
        unplanned: bool,
    },
    /// It is empty.
    Empty(Empty),
}

/// Number of slots of each outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Number of slots due so far.
    pub due: usize,
    /// Answered in time.
    pub on_time: usize,
    /// Answered late.
    pub late: usize,
    /// Missed.
    pub missed: usize,
    /// Still on the phone.
    pub still_on_phone: usize,
    /// Unknown.
    pub unknown: usize,
    /// Still to be answered.
    pub open: usize,
    /// Not asked, and so not due.
    pub not_asked: usize,
}

impl Counts {
    /// Answered, in time or late.
    #[must_use]
    pub const fn answered(&self) -> usize {
        self.on_time + self.late
    }

    pub(super) fn add_empty(&mut self, empty: Empty) {
        match empty {
            Empty::Upcoming => return,
            // Not due.
            Empty::NotAsked => {
                self.not_asked += 1;
                return;
            }
            Empty::Open => self.open += 1,
            Empty::Missed => self.missed += 1,
            Empty::StillOnPhone { .. } => self.still_on_phone += 1,
            Empty::Unknown { .. } => self.unknown += 1,
        }
        self.due += 1;
    }

    fn add(&mut self, cell: &SlotCell) {
        match cell {
            SlotCell::Answered { late, .. } => {
                self.due += 1;
                *(if *late { &mut self.late } else { &mut self.on_time }) += 1;
            }
            SlotCell::Empty(empty) => self.add_empty(*empty),
        }
    }
}

impl View<'_> {
    /// The rows of all slots that were due or answered, in the order of the study.
    pub(super) fn slot_rows(&self) -> Vec<SlotRow> {
        let mut rows: Vec<SlotRow> = Vec::new();
        for study in self.input.studies.values().rev() {
            for rule in study.slots() {
                if rows.iter().all(|row| row.slot != rule.id) {
                    let title = rule.title.clone();
                    let (slot, instrument) = (rule.id.clone(), rule.instrument.clone());
                    rows.push(SlotRow {
                        slot,
                        title,
                        instrument,
                        cells: self.cells(),
                        counts: Counts::default(),
                    });
                }
            }
        }
        for row in &mut rows {
            self.fill_row(row);
        }
        rows.retain(|row| row.cells.iter().any(Option::is_some));
        rows
    }

    fn fill_row(&self, row: &mut SlotRow) {
        let slot = Slot::Scheduled(row.slot.clone());
        for (column, setting) in self.days.iter().enumerate() {
            let occurrence = self.asked_at(&(setting.day, slot.clone()));
            let others = self.undecided_others(setting.day, &slot);
            let cell = match (self.at_slot(setting.day, &slot).next(), occurrence) {
                (Some(primary), _) => Some(answered(primary, others, occurrence.is_none())),
                (None, Some(occurrence)) => Some(SlotCell::Empty(self.empty_of(occurrence))),
                (None, None) => None,
            };
            if let Some(cell) = &cell {
                row.counts.add(cell);
            }
            row.cells[column] = cell;
        }
    }

    /// Days with an empty place of this kind in the schedule, doses included.
    pub(super) fn days_with(&self, is: impl Fn(Empty) -> bool) -> Vec<diary_core::time::DiaryDay> {
        let empty =
            |occurrence: &&Occurrence| self.at_slot(occurrence.day, &occurrence.slot).next().is_none();
        let mut days: Vec<_> = self
            .asked()
            .filter(empty)
            .filter(|occurrence| is(self.empty_of(occurrence)))
            .map(|occurrence| occurrence.day)
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// True if an instrument is asked every day.
    pub(super) fn is_daily(&self, instrument: &InstrumentId) -> bool {
        let daily = |slot: &&diary_core::study::SlotRule| slot.enabled && slot.repeat.interval_days() == 1;
        self.input
            .studies
            .values()
            .any(|study| study.slots().iter().filter(daily).any(|slot| slot.instrument == *instrument))
    }
}

fn answered(entry: &Entry<'_>, others: usize, unplanned: bool) -> SlotCell {
    SlotCell::Answered {
        late: entry.first.late.is_some(),
        corrected: entry.history.corrected(),
        conflict: matches!(entry.history.state, EntryState::Conflict(_)),
        others,
        by: By::of(entry.first),
        devices: entry.devices.clone(),
        unplanned,
    }
}

/// Number and name of the dose that a slot stands for, if it is one.
pub(super) const fn is_dose(occurrence: &Occurrence) -> bool {
    matches!(occurrence.prompt, Prompt::Dose { .. })
}
