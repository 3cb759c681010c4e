//! The record as of a decision about an act; for a correction, without the act that it corrects. Pure.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::act::{Act, ActContent, ActKind, Interruption, LineChange, RegimenLine};
use diary_core::ids::{ActId, EntryId, LineId};
use diary_core::record::{ActHistory, TrialRecord, act_histories, anchors, in_force};
use diary_core::study::Anchors;
use diary_core::study::regimen::Regimen;
use diary_core::time::{DiaryDay, UtcMillis, Zone};

use super::error::ActError;
use super::question::LineGone;

/// Fewest characters of an id that name an act or an entry.
const END_MIN: usize = 4;
/// Characters of an id by which people call an act or an entry.
const SHORT_CHARS: usize = 8;

/// The end of an id, by which people call an act or an entry.
#[must_use]
pub fn short(id: impl std::fmt::Display) -> String {
    let id = id.to_string();
    id.chars().skip(id.chars().count().saturating_sub(SHORT_CHARS)).collect()
}

/// The record before an act.
#[derive(Clone, Debug)]
pub struct Before<'a> {
    /// All of it.
    pub record: &'a TrialRecord,
    /// The act that is corrected.
    pub corrected: Option<&'a Act>,
    acts: Vec<&'a Act>,
}

impl<'a> Before<'a> {
    /// The record before an act. For a correction, `corrects` is the end of the id of the corrected act.
    ///
    /// # Errors
    /// [`ActError`] where it cannot be corrected.
    pub fn of(record: &'a TrialRecord, corrects: Option<&str>) -> Result<Self, ActError> {
        let histories = act_histories(record.acts().map(|(act, _)| act));
        let corrected = corrects.map(|named| replaceable(&histories, named)).transpose()?;
        let is_other = |history: &&ActHistory<'_>| corrected.is_none_or(|act| act.id != history.last().id);
        let mut acts: Vec<&Act> =
            histories.iter().filter(is_other).flat_map(|history| history.versions.iter().copied()).collect();
        acts.sort_by_key(|act| (act.counter, act.id));
        Ok(Self { record, corrected, acts })
    }

    /// The acts that hold.
    #[must_use]
    pub fn in_force(&self) -> Vec<&'a Act> {
        in_force(self.acts.iter().copied())
    }

    /// Anchors that are set.
    #[must_use]
    pub fn anchors(&self) -> Anchors {
        anchors(self.acts.iter().copied())
    }

    /// The regimen; its lines have the numbers that people know.
    #[must_use]
    pub fn regimen(&self) -> Regimen {
        Regimen::of(self.acts.iter().copied()).numbered_as(&self.record.regimen())
    }

    /// The lines that the corrected act began, each with its number.
    #[must_use]
    pub fn begun(&self) -> Vec<(u16, RegimenLine)> {
        let regimen = self.record.regimen();
        let number = |line: LineId| regimen.line(line).map(|line| line.number);
        let begun = self.corrected.into_iter().flat_map(begun);
        begun.filter_map(|line| Some((number(line.id)?, line.clone()))).collect()
    }

    /// Infusions that hold: of several acts on one day of a cycle the latest.
    #[must_use]
    pub fn infusions(&self) -> Vec<Infusion<'a>> {
        let mut found: Vec<Infusion<'a>> = Vec::new();
        for act in self.in_force() {
            if let ActContent::Infusion { start, stop, dose, cycle, day, interruptions } = &act.content {
                found.retain(|one| (one.cycle, one.day) != (cycle, *day));
                let (start, stop, day) = (*start, *stop, *day);
                found.push(Infusion { act, start, stop, dose, cycle, day, interruptions });
            }
        }
        found
    }
}

/// An infusion that was recorded.
#[derive(Clone, Copy, Debug)]
pub struct Infusion<'a> {
    /// The act.
    pub act: &'a Act,
    /// Start.
    pub start: UtcMillis,
    /// Stop, once known.
    pub stop: Option<UtcMillis>,
    /// Dose.
    pub dose: &'a diary_core::measure::Quantity,
    /// The anchor of its cycle.
    pub cycle: &'a diary_core::ids::AnchorId,
    /// Day of the cycle, from 1.
    pub day: u16,
    /// Its interruptions.
    pub interruptions: &'a [Interruption],
}

fn begun(act: &Act) -> impl Iterator<Item = &RegimenLine> {
    let lines = match &act.content {
        ActContent::Regimen(change) => change.lines.as_slice(),
        _ => &[],
    };
    lines.iter().filter_map(|line| match line {
        LineChange::Begin(line) => Some(line),
        LineChange::Alter(_) | LineChange::End { .. } => None,
    })
}

/// Changes made by later acts that a correction or withdrawal of `act` would undo: changes of lines that `act` began
/// and that `after` no longer begins.
#[must_use]
pub fn lost_changes(record: &TrialRecord, act: &Act, after: Option<&ActContent>) -> Vec<LineGone> {
    let kept: BTreeSet<LineId> = match after {
        Some(ActContent::Regimen(change)) => change.lines.iter().map(LineChange::line).collect(),
        Some(_) | None => BTreeSet::new(),
    };
    let regimen = record.regimen();
    let gone = begun(act).filter(|line| !kept.contains(&line.id)).filter_map(|line| regimen.line(line.id));
    gone.filter(|line| line.acts.iter().any(|other| *other != act.id))
        .map(|line| {
            let name = line.medication().map_or_else(String::new, |medication| medication.name.clone());
            let acts = line.acts.iter().filter(|other| **other != act.id).map(short).collect();
            LineGone { number: line.number, name, acts }
        })
        .collect()
}

/// Version in force of the act whose id ends so, if it may be corrected or withdrawn.
///
/// # Errors
/// [`ActError`] where it may not.
pub fn replaceable<'a>(histories: &[ActHistory<'a>], named: &str) -> Result<&'a Act, ActError> {
    let end = named.trim().to_lowercase();
    let fits = |id: &ActId| end.len() >= END_MIN && id.to_string().ends_with(&end);
    let mut found = histories.iter().filter(|history| history.versions.iter().any(|act| fits(&act.id)));
    let (Some(history), None) = (found.next(), found.next()) else {
        return Err(ActError::Unknown { named: named.to_owned() });
    };
    let first = history.first();
    if !first.content.is_replaceable() {
        return Err(ActError::Final { act: short(first.id), kind: ActKind::from(&first.content) });
    }
    history.holds().ok_or_else(|| ActError::Withdrawn { act: short(first.id) })
}

/// The only entry of the record whose id ends so.
///
/// # Errors
/// [`ActError::NoEntry`].
pub fn entry_named(record: &TrialRecord, named: &str) -> Result<EntryId, ActError> {
    let end = named.trim().to_lowercase();
    let entries: BTreeSet<EntryId> = record.revisions().map(|held| held.encoded.revision().entry).collect();
    let mut found = entries.into_iter().filter(|id| end.len() >= END_MIN && id.to_string().ends_with(&end));
    match (found.next(), found.next()) {
        (Some(entry), None) => Ok(entry),
        (_, _) => Err(ActError::NoEntry { named: named.to_owned() }),
    }
}

/// The civil day of an instant at the site.
#[must_use]
pub fn day_at(zone: Zone, at: UtcMillis) -> DiaryDay {
    DiaryDay(zone.local(at).date())
}

/// Checks that a mark may be withdrawn: an entry counts for one participant alone.
///
/// # Errors
/// [`ActError::CountsElsewhere`].
pub(super) fn may_count_again(act: &Act, elsewhere: &BTreeMap<EntryId, String>) -> Result<(), ActError> {
    let ActContent::OtherParticipant { entries } = &act.content else { return Ok(()) };
    match entries.iter().find_map(|entry| Some((entry, elsewhere.get(entry)?))) {
        Some((entry, subject)) => {
            Err(ActError::CountsElsewhere { entry: short(entry), subject: subject.clone() })
        }
        None => Ok(()),
    }
}
