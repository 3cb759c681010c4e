//! Entries that differ from their first version or from the schedule: late, corrected, withdrawn, contradicting,
//! duplicated. Every earlier value stays readable.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;

use diary_core::entry::{Content, EncodedRevision, Revision, Slot};
use diary_core::ids::EntryId;
use diary_core::record::EntryState;
use diary_core::text::Text;
use diary_core::time::{DiaryDay, UtcMillis};
use serde::Serialize;

use super::difference::Difference;
use super::entries::View;
use super::entry::{Entry, Origin, Stamp};
use super::fields::Told;

/// Entries recorded outside their window: those of one subject and day that were recorded together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LateEntry {
    /// Subject of the entries.
    pub subject: Text,
    /// Their diary day.
    pub day: DiaryDay,
    /// Time of recording of the first of them.
    pub recorded: Stamp,
    /// End of its window; `None` if it had none.
    pub closed: Option<UtcMillis>,
    /// Reason given by the participant.
    pub reason: Option<String>,
    /// Author and phones.
    pub origin: Origin,
    /// Number of entries.
    pub count: usize,
}

/// One correction.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Correction {
    /// Subject of the entry.
    pub subject: Text,
    /// Its diary day.
    pub day: DiaryDay,
    /// Changed fields.
    pub differences: Vec<Difference>,
    /// Reason.
    pub reason: String,
    /// Time of the correction.
    pub at: Stamp,
    /// Author and phones of the correction.
    pub origin: Origin,
}

/// One withdrawn entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Withdrawal {
    /// Subject of the entry.
    pub subject: Text,
    /// Its diary day.
    pub day: DiaryDay,
    /// Its contents.
    pub said: Text,
    /// Reason for the withdrawal.
    pub reason: String,
    /// Time of the withdrawal.
    pub at: Stamp,
    /// Author and phones of the withdrawal.
    pub origin: Origin,
}

/// One version, or entry, of several.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Version {
    /// The entry.
    pub entry: EntryId,
    /// Its contents.
    pub says: Text,
    /// Time of recording.
    pub at: Stamp,
    /// Author and phones.
    pub origin: Origin,
}

/// An entry with concurrent versions. The first is the one shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Conflict {
    /// Subject of the entry.
    pub subject: Text,
    /// Its diary day.
    pub day: DiaryDay,
    /// The versions, in order.
    pub versions: Vec<Version>,
    /// Differences between the first two versions.
    pub differences: Vec<Difference>,
    /// Two contents with the same id: a defective or cloned phone.
    pub same_id: bool,
}

/// Several entries for one place of the schedule. The first counts until the site decides.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Duplicate {
    /// Subject of the entries.
    pub subject: Text,
    /// Their diary day.
    pub day: DiaryDay,
    /// The entries: the one that counts, then the others in order.
    pub entries: Vec<Version>,
    /// Differences between the first two entries.
    pub differences: Vec<Difference>,
    /// Decision of the site.
    pub decided: Option<Decided>,
}

/// Decision of the site about which of several entries counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Decided {
    /// Account.
    pub by: String,
    /// Reason.
    pub reason: String,
    /// More entries have arrived since the decision.
    pub more_since: bool,
}

impl View<'_> {
    /// Late entries of the days of the report, by day.
    pub(super) fn late_entries(&self) -> Vec<LateEntry> {
        let (mut found, mut places): (Vec<LateEntry>, BTreeMap<_, usize>) = (Vec::new(), BTreeMap::new());
        for (entry, shown) in self.current() {
            if matches!(shown.content, Content::AlertShown(_)) || !self.is_late(entry) {
                continue;
            }
            let late = entry.first.late.as_ref();
            let new = LateEntry {
                subject: self.subject(shown),
                day: shown.day,
                recorded: self.recorded(&entry.first.recorded),
                closed: late.map(|late| late.closed),
                reason: late.and_then(|late| late.reason.clone()),
                origin: entry.origin(),
                count: 1,
            };
            let (subject, reason) = (new.subject.clone(), new.reason.clone());
            let together = (subject, new.day, reason, new.origin.clone(), new.recorded.local.date());
            match places.entry(together) {
                Place::Occupied(at) => found[*at.get()].count += 1,
                Place::Vacant(free) => {
                    free.insert(found.len());
                    found.push(new);
                }
            }
        }
        found.sort_by_key(|late| (late.day, late.recorded.utc));
        found
    }

    /// Recorded after its window, or, without a window, long after it happened.
    pub(super) fn is_late(&self, entry: &Entry<'_>) -> bool {
        let recorded = entry.first.recorded.utc;
        let occurred = entry.first.occurred.map_or(recorded, |at| at.0);
        let limits = self.study_of(entry.first).unwrap_or(self.study).limits();
        entry.first.late.is_some() || entry.first.slot.is_none() && limits.is_late(occurred, recorded)
    }

    /// True if an entry is of a day of the report, or was touched in them.
    fn concerns(&self, entry: &Entry<'_>) -> bool {
        let (first, last) = self.period();
        let cut = self.study.day_cut().to_chrono();
        let within = |day: DiaryDay| day >= first && day <= last;
        let recorded = |revision: &Revision| DiaryDay::of_local(revision.recorded.local(), cut);
        within(entry.day()) || entry.history.versions.iter().any(|v| within(recorded(v.revision())))
    }

    /// Corrections of entries of the period, and corrections made in it, in order of time.
    pub(super) fn corrections(&self) -> Vec<Correction> {
        let mut found = Vec::new();
        for entry in self.all().filter(|entry| entry.history.corrected() && self.concerns(entry)) {
            for after in entry.history.versions.iter().copied() {
                // Confirming an instruction as read creates a version too, and needs no explanation.
                let uninteresting = matches!(after.content, Content::Withdrawn | Content::AlertShown(_));
                let before = entry.history.before(after).first().copied().filter(|_| !uninteresting);
                let Some(before) = before else { continue };
                found.push(Correction {
                    subject: self.subject(after),
                    day: after.day,
                    differences: self.differences_between((&entry.history, before), (&entry.history, after)),
                    reason: after.reason.clone().unwrap_or_default(),
                    at: self.recorded(&after.recorded),
                    origin: self.origin(after),
                });
            }
        }
        found.sort_by_key(|correction| correction.at.utc);
        found
    }

    /// Withdrawn entries of these days, or withdrawn in these days.
    pub(super) fn withdrawals(&self) -> Vec<Withdrawal> {
        let mut found: Vec<Withdrawal> = self
            .entries
            .iter()
            .filter(|entry| self.concerns(entry))
            .filter_map(|entry| {
                let by = match &entry.history.state {
                    EntryState::Withdrawn(by) => *by,
                    EntryState::Current(_) | EntryState::Conflict(_) => return None,
                };
                let said = entry.history.before(by).first().copied().unwrap_or(entry.first);
                Some(Withdrawal {
                    subject: self.subject(said),
                    day: said.day,
                    said: self.summary((&entry.history, said)),
                    reason: by.reason.clone().unwrap_or_default(),
                    at: self.recorded(&by.recorded),
                    origin: self.origin(by),
                })
            })
            .collect();
        found.sort_by_key(|withdrawal| withdrawal.at.utc);
        found
    }

    /// Entries of these days with versions that contradict each other.
    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        let of = |entry: &Entry<'_>| {
            let versions: Vec<&EncodedRevision> = match &entry.history.state {
                EntryState::Conflict(leaves) => leaves.clone(),
                EntryState::Current(_) | EntryState::Withdrawn(_) if entry.history.same_id_other_content => {
                    entry.history.versions.clone()
                }
                EntryState::Current(_) | EntryState::Withdrawn(_) => return None,
            };
            Some(Conflict {
                subject: self.subject(entry.first),
                day: entry.day(),
                differences: self
                    .version_differences(versions.iter().map(|revision| (&entry.history, *revision))),
                versions: versions.into_iter().map(|revision| self.version(entry, revision)).collect(),
                same_id: entry.history.same_id_other_content,
            })
        };
        self.all().filter(|entry| self.concerns(entry)).filter_map(of).collect()
    }

    /// Number of entries of the whole record with contradicting versions, and number of places with several entries without
    /// a decision of the site about which counts.
    pub(super) fn undecided_conflicts(&self) -> (usize, usize) {
        let contradicts = |entry: &&Entry<'_>| {
            matches!(entry.history.state, EntryState::Conflict(_)) || entry.history.same_id_other_content
        };
        let open = |(day, slot): &&(DiaryDay, Slot)| self.undecided_others(*day, slot) > 0;
        (self.all().filter(contradicts).count(), self.by_slot.keys().filter(open).count())
    }

    /// Differences between the first of several versions and the second.
    fn version_differences<'t, 'r: 't>(
        &self,
        mut versions: impl Iterator<Item = Told<'t, 'r>>,
    ) -> Vec<Difference> {
        let pair = versions.next().zip(versions.next());
        pair.map(|(one, other)| self.differences_between(one, other)).unwrap_or_default()
    }

    fn version(&self, entry: &Entry<'_>, revision: &EncodedRevision) -> Version {
        Version {
            entry: entry.history.entry,
            says: self.summary((&entry.history, revision)),
            at: self.recorded(&revision.recorded),
            origin: self.origin(revision),
        }
    }

    /// Places of the schedule of these days with several entries.
    pub(super) fn duplicates(&self) -> Vec<Duplicate> {
        let (first, last) = self.period();
        let decisions = self.input.record.decisions();
        let mut found = Vec::new();
        for ((day, slot), entries) in &self.by_slot {
            if entries.len() < 2 || *day < first || *day > last {
                continue;
            }
            let mut entries: Vec<&Entry<'_>> = self.at_slot(*day, slot).collect();
            let decided =
                decisions.decide(&mut entries, |entry| entry.history.entry).map(|decision| Decided {
                    by: decision.act.by.clone(),
                    reason: decision.act.reason.clone().unwrap_or_default(),
                    more_since: self.undecided_others(*day, slot) > 0,
                });
            let Some(primary) = entries.first().and_then(|entry| entry.shown) else { continue };
            let subject = match slot {
                Slot::Scheduled(id) => self.study.slot(id).map(|slot| slot.title.clone()),
                Slot::PlannedDose { .. } => None,
            };
            found.push(Duplicate {
                subject: subject.unwrap_or_else(|| self.subject(primary)),
                day: *day,
                entries: entries
                    .iter()
                    .filter_map(|entry| entry.shown.map(|shown| self.version(entry, shown)))
                    .collect(),
                differences: self.version_differences(
                    entries.iter().filter_map(|entry| Some((&entry.history, entry.shown?))),
                ),
                decided,
            });
        }
        found
    }
}
