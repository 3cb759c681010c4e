//! Versions of one entry, put together from revisions: what counts now, what was before, what contradicts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use crate::entry::MedicationRef;
use crate::entry::{Content, EncodedRevision, Revision, Slot};
use crate::ids::{EntryId, RevisionId};
use crate::study::Course;
use crate::time::{DiaryDay, OccurredAt, TimeOfDay, UtcMillis};

/// All versions of one entry, in order (Lamport counter, id).
#[derive(Clone, Debug)]
pub struct EntryHistory<'a> {
    /// The entry.
    pub entry: EntryId,
    /// Its versions, oldest first.
    pub versions: Vec<&'a EncodedRevision>,
    /// What counts now.
    pub state: EntryState<'a>,
    /// Two contents came under one revision id. Both are in `versions`.
    pub same_id_other_content: bool,
    links: Links,
}

/// What counts of an entry now.
#[derive(Clone, Debug)]
pub enum EntryState<'a> {
    /// One version counts.
    Current(&'a Revision),
    /// Several versions that do not know of each other count; the first in order is shown until the site decides.
    Conflict(Vec<&'a Revision>),
    /// It was withdrawn.
    Withdrawn(&'a Revision),
}

impl<'a> EntryHistory<'a> {
    /// The version to show: the one that counts, the first of a conflict; none of a withdrawn entry.
    #[must_use]
    pub fn shown(&self) -> Option<&'a Revision> {
        match &self.state {
            EntryState::Current(revision) => Some(revision),
            EntryState::Conflict(leaves) => {
                leaves.iter().find(|leaf| !matches!(leaf.content, Content::Withdrawn)).copied()
            }
            EntryState::Withdrawn(_) => None,
        }
    }

    /// The first version that arrived, in order.
    #[must_use]
    pub fn first(&self) -> &'a Revision {
        self.versions[0].revision()
    }

    /// Whether a later version corrected an earlier one.
    #[must_use]
    pub const fn corrected(&self) -> bool {
        self.versions.len() > 1
    }

    /// When it happened, as `version` claims or, where that says nothing of it, as the versions claim that it took the
    /// place of: a claimed time stays the claimed time after any correction.
    #[must_use]
    pub fn claimed(&self, version: &Revision) -> Option<OccurredAt> {
        let at = self.place(version).and_then(|at| self.links.claims.get(at).copied().flatten());
        version.occurred.or_else(|| self.versions.get(at?)?.revision().occurred)
    }

    /// A version of the entry with its exact bytes.
    #[must_use]
    pub fn encoded(&self, version: &Revision) -> Option<&'a EncodedRevision> {
        self.versions.get(self.place(version)?).copied()
    }

    /// The place of `version` among [`Self::versions`].
    fn place(&self, version: &Revision) -> Option<usize> {
        match self.versions.as_slice() {
            [only] => std::ptr::eq(only.revision(), version).then_some(0),
            _ => self.links.places.get(&address(version)).copied(),
        }
    }

    /// The instant that `version` is about: the claimed time where it is possible, else when the entry was first recorded.
    /// The time at which a correction was made is never meant.
    #[must_use]
    pub fn about(&self, version: &Revision) -> UtcMillis {
        let claimed = self.claimed(version).filter(|at| at.0.is_plausible());
        claimed.map_or(self.first().recorded.utc, |at| at.0)
    }

    /// Civil date and time at `at` as the clock showed it that the entry was first recorded by.
    #[must_use]
    pub fn local(&self, at: UtcMillis) -> NaiveDateTime {
        let reading = &self.first().recorded;
        if at == reading.utc { reading.local() } else { reading.zone.local(at) }
    }

    /// The versions that `version` took the place of, as far as they are here; where none is, the first version.
    #[must_use]
    pub fn before(&self, version: &Revision) -> Vec<&'a Revision> {
        let known = |parent: &RevisionId| match self.versions.as_slice() {
            [only] => Some(*only).filter(|only| only.revision().id == *parent),
            _ => self.versions.get(*self.links.firsts.get(parent)?).copied(),
        };
        let mut found: Vec<&Revision> =
            version.parents.iter().filter_map(known).map(EncodedRevision::revision).collect();
        if found.is_empty() && !version.parents.is_empty() {
            found.extend(Some(self.first()).filter(|first| first.id != version.id));
        }
        found
    }

    /// The ids a correction made now must name as parents.
    #[must_use]
    pub fn leaves(&self) -> Vec<RevisionId> {
        match &self.state {
            EntryState::Current(leaf) | EntryState::Withdrawn(leaf) => vec![leaf.id],
            EntryState::Conflict(leaves) => leaves.iter().map(|leaf| leaf.id).collect(),
        }
    }
}

/// Groups revisions (in any order) into entries, ordered by each entry's first version.
pub fn histories<'a>(revisions: impl Iterator<Item = &'a EncodedRevision>) -> Vec<EntryHistory<'a>> {
    let mut by_entry: BTreeMap<EntryId, Vec<&'a EncodedRevision>> = BTreeMap::new();
    for encoded in revisions {
        by_entry.entry(encoded.revision().entry).or_default().push(encoded);
    }
    let mut out: Vec<_> = by_entry.into_iter().map(|(entry, versions)| history(entry, versions)).collect();
    out.sort_by_key(|history| (history.first().counter, history.first().id));
    out
}

fn history<'a>(entry: EntryId, mut versions: Vec<&'a EncodedRevision>) -> EntryHistory<'a> {
    if versions.len() > 1 {
        versions.sort_by_cached_key(|v| (v.revision().counter, v.revision().id, v.hash()));
    }
    let superseded: BTreeSet<RevisionId> =
        versions.iter().flat_map(|v| v.revision().parents.iter().copied()).collect();
    let ids: BTreeSet<RevisionId> = versions.iter().map(|v| v.revision().id).collect();
    let mut leaves: Vec<&'a Revision> =
        versions.iter().map(|v| v.revision()).filter(|r| !superseded.contains(&r.id)).collect();
    if leaves.is_empty() {
        // Only versions that name each other as parents: no device of ours makes these. Show the last.
        leaves.extend(versions.last().map(|v| v.revision()));
    }
    let state = match leaves.as_slice() {
        [only] if matches!(only.content, Content::Withdrawn) => EntryState::Withdrawn(only),
        [only] => EntryState::Current(only),
        all if all.iter().all(|leaf| matches!(leaf.content, Content::Withdrawn)) => {
            EntryState::Withdrawn(all[0])
        }
        _ => EntryState::Conflict(leaves.clone()),
    };
    let links = Links::of(&versions);
    EntryHistory { entry, same_id_other_content: ids.len() < versions.len(), versions, state, links }
}

/// The links between the versions of an entry, worked out once: a chain of corrections may be long.
#[derive(Clone, Debug, Default)]
struct Links {
    /// Place of each version by its address: two contents may have come under one id.
    places: BTreeMap<usize, usize>,
    /// Place of the first version of each id.
    firsts: BTreeMap<RevisionId, usize>,
    /// The version whose claim of when it happened counts for each.
    claims: Vec<Option<usize>>,
}

fn address(version: &Revision) -> usize {
    std::ptr::from_ref(version).addr()
}

impl Links {
    fn of(versions: &[&EncodedRevision]) -> Self {
        if versions.len() < 2 {
            return Self::default();
        }
        let mut links = Self { claims: claims(versions), ..Self::default() };
        for (at, version) in versions.iter().enumerate() {
            links.places.insert(address(version.revision()), at);
            links.firsts.entry(version.revision().id).or_insert(at);
        }
        links
    }
}

/// The version whose claim counts for each: itself, or else of those that it took the place of the nearest that claims
/// something; of several as near the last in order.
fn claims(versions: &[&EncodedRevision]) -> Vec<Option<usize>> {
    let mut corrections: BTreeMap<RevisionId, Vec<usize>> = BTreeMap::new();
    for (at, version) in versions.iter().enumerate() {
        for parent in &version.revision().parents {
            corrections.entry(*parent).or_default().push(at);
        }
    }
    let own = |(at, version): (usize, &&EncodedRevision)| version.revision().occurred.map(|_| at);
    let mut claims: Vec<Option<usize>> = versions.iter().enumerate().map(own).collect();
    let mut reached: Vec<usize> = (0..versions.len()).filter(|at| claims[*at].is_some()).collect();
    // One step further from the claims at a time. What corrects an id is looked at once.
    while !reached.is_empty() {
        let mut by_id: BTreeMap<RevisionId, usize> = BTreeMap::new();
        for at in reached {
            if let Some(claim) = claims[at] {
                let last = by_id.entry(versions[at].revision().id).or_insert(claim);
                *last = claim.max(*last);
            }
        }
        let mut next: BTreeMap<usize, usize> = BTreeMap::new();
        for (id, claim) in by_id {
            for at in corrections.remove(&id).into_iter().flatten().filter(|at| claims[*at].is_none()) {
                let last = next.entry(at).or_insert(claim);
                *last = claim.max(*last);
            }
        }
        for (at, claim) in &next {
            claims[*at] = Some(*claim);
        }
        reached = next.into_keys().collect();
    }
    claims
}

/// Entries that answer each place of the schedule, in order: the first is primary until the site decides otherwise. Doses
/// stand at the place that the plan has for them now. `fills` is false for entries that fill no place.
#[must_use]
pub fn by_slot<'h, 'a>(
    histories: &'h [EntryHistory<'a>],
    course: &Course,
    cut: TimeOfDay,
    fills: impl Fn(&EntryHistory<'a>) -> bool,
) -> BTreeMap<(DiaryDay, Slot), Vec<&'h EntryHistory<'a>>> {
    let mut out: BTreeMap<(DiaryDay, Slot), Vec<&'h EntryHistory<'a>>> = BTreeMap::new();
    for history in histories {
        let Some(shown) = history.shown() else { continue };
        if let Some(slot) = shown.slot.as_ref().filter(|_| fills(history)) {
            out.entry((shown.day, slot.clone())).or_default().push(history);
        }
    }
    course.settle(cut, out, |history: &&EntryHistory<'a>| told(history))
}

/// The medication of an answer to a planned dose, and when it was first recorded.
#[must_use]
pub fn told<'a>(history: &EntryHistory<'a>) -> Option<(&'a MedicationRef, UtcMillis)> {
    match &history.shown()?.content {
        Content::Dose(dose) => Some((&dose.medication, history.first().recorded.utc)),
        _ => None,
    }
}
