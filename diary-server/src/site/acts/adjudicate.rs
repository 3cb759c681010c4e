//! Decides which of several entries at one place of the schedule counts. The site gives a reason, and all entries are
//! kept. The decision is sent to the participant's phones, which go on showing the entries as they were made.

use std::collections::BTreeSet;

use diary_core::act::ActContent;
use diary_core::hash::sha256_of;
use diary_core::ids::{ActId, EntryId, Hash};
use diary_core::record::history::by_slot;
use diary_core::record::{EntryHistory, EntryState, TrialRecord};
use diary_core::study::Course;
use diary_core::time::{TimeOfDay, UtcMillis};
use diary_report::report::{ComparedEntry, EntryDetail, EntryStanding, compared, details};
use diary_report::snapshot::ReportContext;

use super::{ActError, ParticipantActs};
use crate::audit::{self as trail, Code};
use crate::site::snapshot::gathered;
use crate::site::{StaffError, check_reason};

/// Fewest characters of an entry's id that name it.
const END_MIN: usize = 4;

/// A decision about a place of the schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlaceDecision {
    /// Its act.
    pub act: ActId,
    /// Account that made it.
    pub by: String,
    /// Its time.
    pub at: UtcMillis,
    /// Its reason.
    pub reason: Option<String>,
    /// The entry that counts by it.
    pub primary: EntryId,
    /// The entries that it was made about.
    pub among: Vec<EntryId>,
}

/// A place of the schedule with several entries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Its entries, the one that counts first.
    pub entries: Vec<ComparedEntry>,
    /// Decisions about them, oldest first.
    pub decisions: Vec<PlaceDecision>,
    /// Version of the place: of its entries and decisions.
    pub version: Hash,
}

impl Place {
    /// True if several entries of it could count, and the last decision was made without one of them.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let counts = |one: &&ComparedEntry| {
            matches!(one.detail.standing, EntryStanding::Holds | EntryStanding::Conflict)
        };
        let counting: Vec<EntryId> = self.entries.iter().filter(counts).map(|one| one.detail.entry).collect();
        let seen = self.decisions.last().map(|last| last.among.as_slice()).unwrap_or_default();
        counting.len() > 1 && counting.iter().any(|entry| !seen.contains(entry))
    }
}

/// Everything in a record that contradicts itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contradictions {
    /// Places of the schedule with several entries, those to decide first, the latest first.
    pub places: Vec<Place>,
    /// Entries with versions that contradict each other.
    pub conflicts: Vec<EntryDetail>,
}

/// Decision about the place of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DecidePlace<'a> {
    /// The entry that counts.
    pub entry: EntryId,
    /// Version of the place that the decision is made on.
    pub version: Hash,
    /// The reason.
    pub reason: &'a str,
}

impl ParticipantActs<'_> {
    /// Decides that the entry whose id ends so is the one that counts at its place. Gives the entry.
    ///
    /// # Errors
    /// [`StaffError::ReasonForm`], [`StaffError::NothingToDecide`].
    pub async fn adjudicate(self, end: &str, reason: &str) -> Result<EntryId, StaffError> {
        self.decided(reason, |record, cut| {
            plan(record, cut, end).ok_or_else(|| StaffError::NothingToDecide { named: end.to_owned() })
        })
        .await
    }

    /// Decides which entry of a place counts, if the place is still as it was seen.
    ///
    /// # Errors
    /// [`StaffError::ReasonForm`], [`StaffError::NothingToDecide`], [`ActError::Changed`].
    pub async fn decide_place(self, decide: DecidePlace<'_>) -> Result<EntryId, StaffError> {
        self.decided(decide.reason, |record, cut| {
            let place = doubled(record, cut).into_iter().find(|place| place.entries.contains(&decide.entry));
            let place =
                place.ok_or_else(|| StaffError::NothingToDecide { named: decide.entry.to_string() })?;
            match place.version == decide.version {
                true => Ok(place.decide(decide.entry)),
                false => Err(ActError::Changed.into()),
            }
        })
        .await
    }

    async fn decided(
        self,
        reason: &str,
        plan: impl Fn(&TrialRecord, TimeOfDay) -> Result<ActContent, StaffError>,
    ) -> Result<EntryId, StaffError> {
        check_reason(reason)?;
        let setting = self.setting().await?;
        let decide = |record: &TrialRecord| plan(record, setting.study.day_cut());
        match self.act(Some(reason), decide).await? {
            ActContent::Adjudicate { primary, .. } => Ok(primary),
            _ => Err(StaffError::Contended),
        }
    }

    /// What contradicts itself in the record of the participant. The row of the audit trail is written first.
    ///
    /// # Errors
    /// [`StaffError`] of the database, [`StaffError::Report`].
    pub async fn contradictions(self) -> Result<Contradictions, StaffError> {
        let (now, vault) = (self.now(), self.participant.vault);
        let target = format!("vault={vault} contradictions");
        self.look(trail::event(self.by, now, Code::ReportView, target, None)).await?;
        let setting = self.setting().await?;
        self.settle_vault(&setting.bundle, vault).await?;
        let gathered = gathered(self.reader(&setting.bundle), self.participant).await?;
        let (studies, zone) = (setting.studies(), setting.zone(&self.participant.site));
        let context = ReportContext { studies, now, days: 1, until: None, zone };
        let input = gathered.input(&context);

        let mut all = doubled(&gathered.record, setting.study.day_cut());
        // An entry that stands apart, of another participant say, never counts; the report leaves it out as well.
        let ids: BTreeSet<EntryId> = all.iter().flat_map(|place| place.entries.iter().copied()).collect();
        let counting: BTreeSet<EntryId> = details(&input, |entry, _| ids.contains(&entry))
            .map_err(StaffError::Report)?
            .into_iter()
            .filter(|one| one.standing.can_count())
            .map(|one| one.entry)
            .collect();
        for place in &mut all {
            place.entries.sort_by_key(|entry| !counting.contains(entry));
        }
        let contradicts = |place: &Doubled| {
            place.entries.iter().filter(|entry| counting.contains(*entry)).count() > 1
                || !place.decisions.is_empty()
        };
        all.retain(contradicts);
        let groups: Vec<Vec<EntryId>> = all.iter().map(|place| place.entries.clone()).collect();
        let entries = compared(&input, &groups).map_err(StaffError::Report)?;
        let place = |(place, entries): (Doubled, Vec<ComparedEntry>)| Place {
            entries,
            decisions: place.decisions,
            version: place.version,
        };
        let mut places: Vec<Place> = all.into_iter().zip(entries).map(place).collect();
        places.reverse();
        places.sort_by_key(|place| !place.is_open());

        let histories = gathered.record.histories();
        let torn = histories.iter().filter(|history| matches!(history.state, EntryState::Conflict(_)));
        let torn: BTreeSet<EntryId> = torn.map(|history| history.entry).collect();
        let conflicts = match torn.is_empty() {
            true => Vec::new(),
            false => details(&input, |entry, _| torn.contains(&entry)).map_err(StaffError::Report)?,
        };
        Ok(Contradictions { places, conflicts })
    }
}

/// A place of the schedule with several entries, by their ids.
struct Doubled {
    /// The one that counts first.
    entries: Vec<EntryId>,
    /// In the order of the record.
    by_id: Vec<EntryId>,
    decisions: Vec<PlaceDecision>,
    version: Hash,
}

impl Doubled {
    fn decide(&self, primary: EntryId) -> ActContent {
        ActContent::Adjudicate { primary, among: self.by_id.clone() }
    }
}

/// Places with several entries, by day.
fn doubled(record: &TrialRecord, cut: TimeOfDay) -> Vec<Doubled> {
    let histories = record.histories();
    let acts: Vec<_> = record.acts().map(|(act, _)| act).collect();
    let course = Course::of(&acts, Vec::new(), |_| None);
    let decided: Vec<PlaceDecision> = acts
        .iter()
        .filter_map(|act| match &act.content {
            ActContent::Adjudicate { primary, among } => Some(PlaceDecision {
                act: act.id,
                by: act.by.clone(),
                at: act.at,
                reason: act.reason.clone(),
                primary: *primary,
                among: among.clone(),
            }),
            _ => None,
        })
        .collect();
    let in_force = record.decisions();
    let places = by_slot(&histories, &course, cut, |_| true);
    let place = |mut entries: Vec<&EntryHistory<'_>>| {
        let by_id = entries.iter().map(|history| history.entry).collect();
        in_force.decide(&mut entries, |history| history.entry);
        let ids: Vec<EntryId> = entries.iter().map(|history| history.entry).collect();
        let about = |one: &&PlaceDecision| ids.iter().any(|entry| one.among.contains(entry));
        let decisions: Vec<PlaceDecision> = decided.iter().filter(about).cloned().collect();
        let mut parts: Vec<Vec<u8>> = entries
            .iter()
            .map(|history| {
                let leaves = history.leaves();
                let leaves = leaves.iter().flat_map(|leaf| leaf.to_string().into_bytes());
                history.entry.to_string().into_bytes().into_iter().chain(leaves).collect()
            })
            .collect();
        parts.sort_unstable();
        parts.extend(decisions.last().map(|last| last.act.to_string().into_bytes()));
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        Doubled { version: sha256_of(&parts), entries: ids, by_id, decisions }
    };
    places.into_values().filter(|entries| entries.len() > 1).map(place).collect()
}

/// The decision for the only entry whose id ends so, where others stand at its place.
fn plan(record: &TrialRecord, cut: TimeOfDay, end: &str) -> Option<ActContent> {
    let end = end.trim().to_lowercase();
    if end.len() < END_MIN {
        return None;
    }
    let ends = |entry: &&EntryId| entry.to_string().ends_with(&end);
    let places = doubled(record, cut);
    let mut named =
        places.iter().flat_map(|place| place.entries.iter().filter(ends).map(move |entry| (*entry, place)));
    let ((primary, place), None) = (named.next()?, named.next()) else { return None };
    Some(place.decide(primary))
}
