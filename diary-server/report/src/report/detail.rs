//! Entries with their whole history, for a page of one entry or of one day.

use std::collections::BTreeMap;

use diary_core::entry::{Content, EncodedRevision};
use diary_core::ids::{EntryId, RevisionId};
use diary_core::record::EntryState;
use diary_core::text::{Lang, Text};
use diary_core::time::DiaryDay;

use super::difference::Difference;
use super::entries::{Apart, View};
use super::entry::{Entry, Origin, Stamp};
use super::{ReportError, ReportInput, axis};

/// State of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryStanding {
    /// Its newest version holds.
    Holds,
    /// Versions of it contradict each other.
    Conflict,
    /// It was withdrawn.
    Withdrawn,
    /// Its day had not come when it was made: the phone's clock was ahead. It counts for no day.
    Ahead,
    /// Its day lies after the end of the participation.
    AfterEnd,
    /// Another participant's, by a decision of the site.
    OtherParticipant,
}

impl EntryStanding {
    /// True if the entry may count at its place of the schedule.
    #[must_use]
    pub const fn can_count(self) -> bool {
        match self {
            Self::Holds | Self::Conflict => true,
            Self::Withdrawn | Self::Ahead | Self::AfterEnd | Self::OtherParticipant => false,
        }
    }
}

/// An entry with its history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryDetail {
    /// The entry.
    pub entry: EntryId,
    /// Subject of the entry.
    pub subject: Text,
    /// Its diary day.
    pub day: DiaryDay,
    /// Its state.
    pub standing: EntryStanding,
    /// Other entries answer the same place of the schedule.
    pub doubled: bool,
    /// It is about the study drug.
    pub study_drug: bool,
    /// Its versions, oldest first.
    pub versions: Vec<VersionDetail>,
}

/// An entry beside others of its place of the schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ComparedEntry {
    /// The entry.
    pub detail: EntryDetail,
    /// Differences of its version in force from that of the first entry.
    pub differences: Vec<Difference>,
}

/// A version of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VersionDetail {
    /// The version.
    pub id: RevisionId,
    /// It holds; several do where versions contradict each other.
    pub holds: bool,
    /// It withdraws the entry.
    pub withdraws: bool,
    /// Its contents.
    pub says: Text,
    /// Changes against the version before.
    pub changes: Vec<Difference>,
    /// Reason given for a correction.
    pub reason: Option<String>,
    /// Author and phones.
    pub origin: Origin,
    /// Time of the event, where one was claimed.
    pub occurred: Option<Stamp>,
    /// Time by the phone's clock.
    pub recorded: Stamp,
    /// Zone of the phone.
    pub phone_zone: String,
    /// Time of receipt by the server's clock.
    pub received: Option<Stamp>,
    /// Recorded after its window, with the reason if one was given.
    pub late: Option<Option<String>>,
    /// Language of the texts shown.
    pub lang: Lang,
    /// Program and version.
    pub app: String,
    /// Version of the study.
    pub study_version: u32,
    /// Instrument with its version and its content pack.
    pub instrument: Option<(String, Option<String>)>,
    /// Parcels that contained it: number of the phone and of the parcel.
    pub parcels: Vec<(Option<u16>, u64)>,
}

/// The entries for which `wanted` holds, by day and time of recording.
///
/// # Errors
/// [`ReportError::NoStudy`] without any version of the study.
pub fn details(
    input: &ReportInput<'_>,
    wanted: impl Fn(EntryId, DiaryDay) -> bool,
) -> Result<Vec<EntryDetail>, ReportError> {
    let view = axis::of_report(input).ok_or(ReportError::NoStudy)?;
    let mut found: Vec<&Entry<'_>> =
        view.all().filter(|entry| wanted(entry.history.entry, entry.day())).collect();
    found.sort_by_key(|entry| (entry.day(), entry.about()));
    Ok(found.into_iter().map(|entry| view.detail(entry)).collect())
}

/// The entries of each group, in its order, with their differences from the first one.
///
/// # Errors
/// As [`details`].
pub fn compared(
    input: &ReportInput<'_>,
    groups: &[Vec<EntryId>],
) -> Result<Vec<Vec<ComparedEntry>>, ReportError> {
    let view = axis::of_report(input).ok_or(ReportError::NoStudy)?;
    let of: BTreeMap<EntryId, &Entry<'_>> = view.all().map(|entry| (entry.history.entry, entry)).collect();
    let group = |ids: &Vec<EntryId>| {
        let entries: Vec<&Entry<'_>> = ids.iter().filter_map(|id| of.get(id).copied()).collect();
        let first = entries.first().copied();
        let one = |entry: &&Entry<'_>| {
            let pair = first.and_then(|first| Some((first, first.shown?, entry.shown?)));
            let differences = pair.map(|(first, was, is)| {
                view.differences_between((&first.history, was), (&entry.history, is))
            });
            ComparedEntry { detail: view.detail(entry), differences: differences.unwrap_or_default() }
        };
        entries.iter().map(one).collect()
    };
    Ok(groups.iter().map(group).collect())
}

impl View<'_> {
    /// True if a version is about the study drug.
    fn is_of_study_drug(&self, version: &EncodedRevision) -> bool {
        let medication = match &version.content {
            Content::Dose(dose) => &dose.medication,
            Content::MedicationChange(change) => &change.medication,
            Content::Assessment(_)
            | Content::Event(_)
            | Content::Note(_)
            | Content::AlertShown(_)
            | Content::Withdrawn
            | Content::PhoneApproval(_)
            | Content::Newer(_) => return false,
        };
        self.study.study_drug().is_some_and(|drug| self.study.medication_of(medication) == Some(drug))
    }

    fn detail(&self, entry: &Entry<'_>) -> EntryDetail {
        let standing = match (self.apart.get(&entry.history.entry), &entry.history.state) {
            (Some(Apart::ClockAhead { .. }), _) => EntryStanding::Ahead,
            (Some(Apart::AfterEnd), _) => EntryStanding::AfterEnd,
            (Some(Apart::OtherParticipant), _) => EntryStanding::OtherParticipant,
            (None, EntryState::Current(_)) => EntryStanding::Holds,
            (None, EntryState::Conflict(_)) => EntryStanding::Conflict,
            (None, EntryState::Withdrawn(_)) => EntryStanding::Withdrawn,
        };
        EntryDetail {
            entry: entry.history.entry,
            subject: self.subject(entry.first),
            day: entry.day(),
            standing,
            doubled: self
                .place_of(entry)
                .is_some_and(|(day, slot)| self.at_slot(*day, slot).nth(1).is_some()),
            study_drug: entry.history.versions.iter().any(|version| self.is_of_study_drug(version)),
            versions: entry
                .history
                .versions
                .iter()
                .map(|version| self.version_detail(entry, version))
                .collect(),
        }
    }

    fn version_detail(&self, entry: &Entry<'_>, version: &EncodedRevision) -> VersionDetail {
        let history = &entry.history;
        let before = history.before(version).first().copied();
        let held = self.input.record.recorded(version);
        let sources = held.into_iter().flat_map(|held| &held.sources);
        let claimed = history.claimed(version).filter(|at| at.0.is_plausible());
        let instrument = match &version.content {
            Content::Assessment(assessment) => {
                let of = &assessment.instrument;
                let pack = of.pack.as_ref().map(|pack| format!("{} {}", pack.id, pack.version));
                Some((format!("{} {}", of.id, of.version), pack))
            }
            Content::Dose(_)
            | Content::MedicationChange(_)
            | Content::Event(_)
            | Content::Note(_)
            | Content::AlertShown(_)
            | Content::Withdrawn
            | Content::PhoneApproval(_)
            | Content::Newer(_) => None,
        };
        VersionDetail {
            id: version.id,
            holds: history.leaves().contains(&version.id),
            withdraws: version.content == Content::Withdrawn,
            says: self.summary((history, version)),
            changes: before
                .map(|before| self.differences_between((history, before), (history, version)))
                .unwrap_or_default(),
            reason: version.reason.clone(),
            origin: self.origin(version),
            occurred: claimed.map(|at| self.claimed(at.0, version.recorded.zone)),
            recorded: self.recorded(&version.recorded),
            phone_zone: version.recorded.zone.to_string(),
            received: held.map(|held| self.here(held.received.0)),
            late: version.late.as_ref().map(|late| late.reason.clone()),
            lang: version.lang,
            app: version.app.clone(),
            study_version: version.study_version,
            instrument,
            parcels: sources.map(|source| (self.device(&source.author), source.seq)).collect(),
        }
    }
}
