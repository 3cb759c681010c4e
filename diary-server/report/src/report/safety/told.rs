//! Instructions shown, by the record, and the entries for which each was shown.

use std::collections::BTreeMap;

use diary_core::entry::{AlertShown, Content, EncodedRevision, Slot};
use diary_core::ids::{EntryId, InstrumentId, RevisionId, SlotId};
use diary_core::time::{DiaryDay, UtcMillis};

use crate::report::entries::View;
use crate::report::entry::Entry;

/// Largest number of entries attributed to one instruction: a draft becomes one entry, or two on a copied phone.
const MOST: usize = 8;

/// Answers as an instruction names them that was shown before they were finished.
type Begun = (InstrumentId, Option<SlotId>, DiaryDay, UtcMillis);

/// An instruction that was shown, by the record.
pub(super) struct Told<'v> {
    pub(super) entry: &'v Entry<'v>,
    pub(super) revision: &'v EncodedRevision,
    pub(super) alert: &'v AlertShown,
    pub(super) explained: bool,
    /// Places of the entries it is of, in order.
    of: Vec<usize>,
}

impl<'v> Told<'v> {
    /// The entries of which a version set it off, or the answers that became one.
    pub(super) fn of(&self, view: &'v View<'v>) -> impl Iterator<Item = &'v Entry<'v>> {
        self.of.iter().filter_map(|at| view.entries.get(*at))
    }

    fn begun(&self) -> Option<Begun> {
        let of = self.alert.of.as_ref()?;
        Some((of.instrument.clone(), of.slot.clone(), self.revision.day, of.started))
    }
}

/// Every instruction in which alerts are looked for, in order, and which of them are of an entry.
pub(super) fn all<'v>(view: &'v View<'v>) -> (Vec<Told<'v>>, BTreeMap<EntryId, Vec<usize>>) {
    let instruction = |(entry, revision): (&'v Entry<'v>, &'v EncodedRevision)| {
        let Content::AlertShown(alert) = &revision.content else { return None };
        Some(Told { entry, revision, alert, explained: false, of: Vec::new() })
    };
    let mut told: Vec<Told<'v>> = view.alarming().filter_map(instruction).collect();
    let mut causes = Causes::default();
    for one in &told {
        causes.by_version.extend(one.alert.trigger.map(|id| (id, Vec::new())));
        causes.by_begun.extend(one.begun().map(|begun| (begun, Vec::new())));
    }
    if !told.is_empty() {
        view.all().enumerate().for_each(|(at, entry)| causes.note(at, entry));
    }
    let mut of_entry: BTreeMap<EntryId, Vec<usize>> = BTreeMap::new();
    for (number, one) in told.iter_mut().enumerate() {
        let by_version = one.alert.trigger.and_then(|id| causes.by_version.get(&id));
        let by_begun = one.begun().and_then(|begun| causes.by_begun.get(&begun));
        one.of = by_version.into_iter().chain(by_begun).flatten().copied().collect();
        one.of.sort_unstable();
        one.of.dedup();
        for entry in one.of.iter().filter_map(|at| view.entries.get(*at)) {
            of_entry.entry(entry.history.entry).or_default().push(number);
        }
    }
    (told, of_entry)
}

/// Places of entries by what instructions name them with: only what is named is noted.
#[derive(Default)]
struct Causes {
    by_version: BTreeMap<RevisionId, Vec<usize>>,
    by_begun: BTreeMap<Begun, Vec<usize>>,
}

impl Causes {
    fn note(&mut self, at: usize, entry: &Entry<'_>) {
        let add = |places: Option<&mut Vec<usize>>| {
            if let Some(places) = places.filter(|places| places.len() < MOST && places.last() != Some(&at)) {
                places.push(at);
            }
        };
        for version in entry.history.versions.iter().map(|encoded| encoded.revision()) {
            add(self.by_version.get_mut(&version.id));
            if let Content::Assessment(assessment) = &version.content
                && let Some(started) = assessment.started
                && !self.by_begun.is_empty()
            {
                let slot = match &version.slot {
                    Some(Slot::Scheduled(slot)) => Some(slot.clone()),
                    Some(Slot::PlannedDose { .. }) | None => None,
                };
                let begun = (assessment.instrument.id.clone(), slot, version.day, started);
                add(self.by_begun.get_mut(&begun));
            }
        }
    }
}
