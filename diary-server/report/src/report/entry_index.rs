//! Entries behind the cells of the day grid, so that a page can lead from each value to its entries.

use std::collections::BTreeMap;

use diary_core::entry::{Content, Slot};
use diary_core::ids::{EntryId, InstrumentId, MedicationCode, SlotId};
use diary_core::time::DiaryDay;

use super::entries::View;

/// An entry with its slot.
type Placed = (Option<SlotId>, EntryId);

/// Entries of the days of a report, by day and by instrument or listed medication.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EntryIndex {
    by_day: BTreeMap<(InstrumentId, DiaryDay), Vec<Placed>>,
    doses: BTreeMap<(MedicationCode, DiaryDay), Vec<EntryId>>,
}

impl EntryIndex {
    /// The only entry of an instrument on a day, in `slot` where one is given; `None` if there are several or none.
    #[must_use]
    pub fn only(&self, instrument: &InstrumentId, slot: Option<&SlotId>, day: DiaryDay) -> Option<EntryId> {
        let of_day = self.by_day.get(&(instrument.clone(), day))?;
        let mut found = of_day.iter().filter(|(of, _)| slot.is_none() || of.as_ref() == slot);
        let (_, entry) = found.next()?;
        found.next().is_none().then_some(*entry)
    }

    /// The only dose of a medication on a day; `None` if there are several or none.
    #[must_use]
    pub fn only_dose(&self, medication: &MedicationCode, day: DiaryDay) -> Option<EntryId> {
        match self.doses.get(&(medication.clone(), day))?.as_slice() {
            [entry] => Some(*entry),
            _ => None,
        }
    }
}

impl View<'_> {
    /// The index of the entries that count.
    pub(super) fn entry_index(&self) -> EntryIndex {
        let mut index = EntryIndex::default();
        for (entry, shown) in self.current() {
            let assessment = match &shown.content {
                Content::Assessment(assessment) => assessment,
                Content::Dose(dose) => {
                    if let Some(listed) = self.medication(&dose.medication) {
                        let of_day = index.doses.entry((listed.code.clone(), shown.day)).or_default();
                        of_day.push(entry.history.entry);
                    }
                    continue;
                }
                Content::MedicationChange(_)
                | Content::Event(_)
                | Content::Note(_)
                | Content::AlertShown(_)
                | Content::Withdrawn
                | Content::PhoneApproval(_)
                | Content::Newer(_) => continue,
            };
            let slot = match &shown.slot {
                Some(Slot::Scheduled(slot)) => Some(slot.clone()),
                Some(Slot::PlannedDose { .. }) | None => None,
            };
            let of_day = index.by_day.entry((assessment.instrument.id.clone(), shown.day)).or_default();
            of_day.push((slot, entry.history.entry));
        }
        index
    }
}
