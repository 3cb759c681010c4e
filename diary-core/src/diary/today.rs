//! What is to be done today, and what was: the schedule held against the entries.

use std::collections::BTreeSet;

use super::{Diary, DiaryError};
use crate::act::RegimenLine;
use crate::entry::Slot;
use crate::ids::{EntryId, InstrumentId};
use crate::record::history::{by_slot, histories};
use crate::store::DraftPlace;
use crate::study::instrument::Instrument;
use crate::study::regimen::regimen_on;
use crate::study::schedule::{self, Occurrence, Prompt, SlotState};
use crate::time::{DiaryDay, UtcMillis, Zone};

/// Today at a glance.
#[derive(Clone, Debug)]
pub struct Today {
    /// The diary day.
    pub day: DiaryDay,
    /// Prompts of today, and those of yesterday that still can be answered as late, by due time.
    pub items: Vec<TodayItem>,
    /// What may be taken as needed.
    pub as_needed: Vec<AsNeeded>,
    /// Drafts that wait to be finished, newest first.
    pub drafts: Vec<DraftPlace>,
    /// Instruments that can be answered at any time because no slot asks for them today.
    pub unscheduled: Vec<InstrumentId>,
}

/// One prompt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TodayItem {
    /// The place in the schedule.
    pub occurrence: Occurrence,
    /// How it stands.
    pub state: SlotState,
    /// The entry that answers it.
    pub entry: Option<EntryId>,
    /// A draft waits to be finished.
    pub draft: bool,
}

/// A line of the regimen that may be taken as needed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AsNeeded {
    /// Version of the regimen.
    pub version: u32,
    /// Number of the line.
    pub line: u16,
    /// The line.
    pub of: RegimenLine,
}

impl Diary {
    /// Prompts of the diary days `from` to `to` with how they stand at `now`.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn slots(
        &self,
        from: DiaryDay,
        to: DiaryDay,
        now: UtcMillis,
        zone: Zone,
    ) -> Result<Vec<TodayItem>, DiaryError> {
        let plan = self.plan(zone)?;
        let revisions = self.store.revisions(from, to)?;
        let histories = histories(revisions.iter());
        let answered = by_slot(&histories, &plan.regimens);
        let drafts: BTreeSet<_> = self.store.drafts()?.into_iter().map(|d| (d.day, d.slot)).collect();
        Ok(schedule::occurrences(&plan, from, to)
            .into_iter()
            .map(|occurrence| {
                let place = (occurrence.day, occurrence.slot.clone());
                let entry = answered.get(&place).and_then(|entries| entries.first()).map(|h| h.entry);
                let draft = match &occurrence.slot {
                    Slot::Scheduled(slot) => drafts.contains(&(occurrence.day, Some(slot.clone()))),
                    Slot::RegimenDose { .. } => false,
                };
                let state = schedule::state(&occurrence, entry.is_some(), now);
                TodayItem { occurrence, state, entry, draft }
            })
            .collect())
    }

    /// Today at a glance.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn today(&self, now: UtcMillis, zone: Zone) -> Result<Today, DiaryError> {
        let day = self.day(now, zone);
        let items: Vec<_> = self
            .slots(day.plus_days(-LATE_DAYS), day, now, zone)?
            .into_iter()
            .filter(|item| item.occurrence.day == day || item.state == SlotState::Late)
            .collect();
        let regimens = self.plan(zone)?.regimens;
        let as_needed = regimen_on(&regimens, day).map_or_else(Vec::new, |regimen| {
            let lines = regimen.lines.iter().zip(0u16..).filter(|(line, _)| line.as_needed);
            lines.map(|(of, line)| AsNeeded { version: regimen.version, line, of: of.clone() }).collect()
        });
        let asked: BTreeSet<&InstrumentId> = items
            .iter()
            .filter_map(|item| match &item.occurrence.prompt {
                Prompt::Instrument(id) => Some(id),
                Prompt::Dose { .. } => None,
            })
            .collect();
        let unscheduled =
            self.study.instruments().map(Instrument::id).filter(|id| !asked.contains(id)).cloned().collect();
        Ok(Today { day, as_needed, drafts: self.store.drafts()?, unscheduled, items })
    }
}

/// How many days back a late answer is still offered unasked. Older ones can be entered by naming their day.
const LATE_DAYS: i64 = 3;
