//! Entries from their revisions: the one in force, the earlier ones, and conflicts.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;

use crate::entry::MedicationRef;
use crate::entry::{Content, EncodedRevision, Revision, Slot};
use crate::ids::{EntryId, RevisionId};
use crate::study::Course;
use crate::time::{DiaryDay, OccurredAt, TimeOfDay, UtcMillis};

/// All revisions of one entry, in order (Lamport counter, id).
#[derive(Clone, Debug)]
pub struct EntryHistory<'a> {
    /// Id of the entry.
    pub entry: EntryId,
    /// Revisions, oldest first.
    pub versions: Vec<&'a EncodedRevision>,
    /// State of the entry.
    pub state: EntryState<'a>,
    /// True if two contents came under one revision id. Both are in `versions`.
    pub same_id_other_content: bool,
    links: Links,
}

/// State of an entry.
#[derive(Clone, Debug)]
pub enum EntryState<'a> {
    /// One revision is in force.
    Current(&'a EncodedRevision),
    /// Several revisions made without knowledge of each other are in force; the first in order is shown until
    /// the site decides.
    Conflict(Vec<&'a EncodedRevision>),
    /// The entry was withdrawn.
    Withdrawn(&'a EncodedRevision),
}

impl<'a> EntryHistory<'a> {
    /// Revision to show: the one in force, or the first of a conflict that is not a withdrawal; `None` for a
    /// withdrawn entry.
    #[must_use]
    pub fn shown(&self) -> Option<&'a EncodedRevision> {
        match &self.state {
            EntryState::Current(revision) => Some(revision),
            EntryState::Conflict(leaves) => {
                leaves.iter().find(|leaf| !matches!(leaf.content, Content::Withdrawn)).copied()
            }
            EntryState::Withdrawn(_) => None,
        }
    }

    /// First revision in order.
    #[must_use]
    pub fn first(&self) -> &'a EncodedRevision {
        self.versions[0]
    }

    /// True if there is more than one revision.
    #[must_use]
    pub const fn corrected(&self) -> bool {
        self.versions.len() > 1
    }

    /// Claimed time of the event, by `version` or, if that claims none, by the revisions that it superseded:
    /// a claimed time survives corrections that do not mention it.
    #[must_use]
    pub fn claimed(&self, version: &EncodedRevision) -> Option<OccurredAt> {
        let at = self.place(version).and_then(|at| self.links.claims.get(at).copied().flatten());
        version.occurred.or_else(|| self.versions.get(at?)?.occurred)
    }

    /// Index of `version` in [`Self::versions`].
    fn place(&self, version: &EncodedRevision) -> Option<usize> {
        self.versions.binary_search_by(|other| in_order(other, version)).ok()
    }

    /// Instant that `version` is about: the claimed time if it is plausible, otherwise the first recording of
    /// the entry. Never the time of a correction.
    #[must_use]
    pub fn about(&self, version: &EncodedRevision) -> UtcMillis {
        let claimed = self.claimed(version).filter(|at| at.0.is_plausible());
        claimed.map_or(self.first().recorded.utc, |at| at.0)
    }

    /// Civil date and time at `at` by the clock under which the entry was first recorded.
    #[must_use]
    pub fn local(&self, at: UtcMillis) -> NaiveDateTime {
        let reading = &self.first().recorded;
        // The device's own offset at that moment, which a later version of the zone's rules may not give.
        if at == reading.utc { reading.local() } else { reading.zone.local(at) }
    }

    /// Known revisions that `version` superseded; if none is known, the first revision.
    #[must_use]
    pub fn before(&self, version: &Revision) -> Vec<&'a EncodedRevision> {
        let known = |parent: &RevisionId| match self.versions.as_slice() {
            [only] => Some(*only).filter(|only| only.id == *parent),
            _ => self.versions.get(*self.links.firsts.get(parent)?).copied(),
        };
        let mut found: Vec<&EncodedRevision> = version.parents.iter().filter_map(known).collect();
        if found.is_empty() && !version.parents.is_empty() {
            found.extend(Some(self.first()).filter(|first| first.id != version.id));
        }
        found
    }

    /// Ids that a correction made now must name as parents.
    #[must_use]
    pub fn leaves(&self) -> Vec<RevisionId> {
        match &self.state {
            EntryState::Current(leaf) | EntryState::Withdrawn(leaf) => vec![leaf.id],
            EntryState::Conflict(leaves) => leaves.iter().map(|leaf| leaf.id).collect(),
        }
    }
}

/// Groups revisions (in any order) into entries, ordered by first revision.
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
    versions.sort_by(|a, b| in_order(a, b));
    let superseded: BTreeSet<RevisionId> = versions.iter().flat_map(|v| v.parents.iter().copied()).collect();
    let ids: BTreeSet<RevisionId> = versions.iter().map(|v| v.id).collect();
    let mut leaves: Vec<&'a EncodedRevision> =
        versions.iter().copied().filter(|v| !superseded.contains(&v.id)).collect();
    if leaves.is_empty() {
        // Revisions that name each other as parents, which no client of this project makes. The last is
        // shown.
        leaves.extend(versions.last());
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

/// Links between the revisions of an entry, computed once, because a chain of corrections may be long.
#[derive(Clone, Debug, Default)]
struct Links {
    /// Index of the first revision of each id.
    firsts: BTreeMap<RevisionId, usize>,
    /// Index of the revision whose claimed time counts, for each revision.
    claims: Vec<Option<usize>>,
}

/// Order of the revisions of an entry. Two contents may have come under one id.
fn in_order(a: &EncodedRevision, b: &EncodedRevision) -> Ordering {
    (a.counter, a.id).cmp(&(b.counter, b.id)).then_with(|| a.hash().cmp(&b.hash()))
}

impl Links {
    fn of(versions: &[&EncodedRevision]) -> Self {
        if versions.len() < 2 {
            return Self::default();
        }
        let mut links = Self { claims: claims(versions), ..Self::default() };
        for (at, version) in versions.iter().enumerate() {
            links.firsts.entry(version.id).or_insert(at);
        }
        links
    }
}

/// Index of the revision whose claimed time counts, for each revision: its own, otherwise the nearest among
/// those that it superseded; of several at the same distance, the last in order.
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
    // Breadth first from the claims. Each id's corrections are visited once, which keeps the work linear.
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

/// Entries at each place of the schedule, in order: the first is primary until the site decides otherwise.
/// Doses are placed by the present plan. `fills` is false for entries that fill no place.
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

/// Medication of an answer to a planned dose, and the instant of its first recording.
#[must_use]
pub fn told<'a>(history: &EntryHistory<'a>) -> Option<(&'a MedicationRef, UtcMillis)> {
    match &history.shown()?.content {
        Content::Dose(dose) => Some((&dose.medication, history.first().recorded.utc)),
        _ => None,
    }
}
