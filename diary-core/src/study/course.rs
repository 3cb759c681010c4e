//! The course of one participant: the schedule as changed by acts of staff and by the participant's own
//! reports, and the instants from which on a phone could know of it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::regimen::{PlaceTold, PlannedDose, Regimen, doses_of, places};
use super::timetable::Anchors;
use crate::act::history::{anchors, end_of_participation, first_day, in_force};
use crate::act::{Act, ActContent, EndOfParticipation};
use crate::entry::{ByMedication, Content, Frequency, MedicationChangeKind, MedicationRef, Revision, Slot};
use crate::ids::LineId;
use crate::measure::Quantity;
use crate::time::{DiaryDay, TimeOfDay, UtcMillis};

/// Most states of knowledge that are kept apart; the oldest ones beyond are merged.
const EPOCHS_MAX: usize = 64;

/// The course of one participant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Course {
    /// Anchors in force.
    pub anchors: Anchors,
    /// Regimen in force.
    pub regimen: Regimen,
    /// Kind and last day of the participation, if it has an end.
    pub end: Option<(EndOfParticipation, DiaryDay)>,
    /// First day of the diary, if the site has set it.
    pub first_day: Option<DiaryDay>,
    /// Changes of medication reported by the participant, unless a later regimen of the site covers them.
    reported: Vec<Reported>,
    /// Indexes in `reported` by medication.
    of_medication: ByMedication<Vec<usize>>,
    /// Earlier states of knowledge, oldest first, without the present one.
    earlier: Vec<Epoch>,
    /// Instant from which on the present state could be known; `None` for always.
    since: Option<UtcMillis>,
}

/// A state of knowledge of a phone.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Epoch {
    /// Instant from which on it could be known; `None` for always.
    since: Option<UtcMillis>,
    anchors: Anchors,
    regimen: Regimen,
}

/// A change of medication reported by the participant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reported {
    /// Medication.
    pub medication: MedicationRef,
    /// Started, changed or stopped.
    pub kind: MedicationChangeKind,
    /// First civil day.
    pub from: DiaryDay,
    /// Amount of one dose.
    pub dose: Option<Quantity>,
    /// Frequency.
    pub frequency: Option<Frequency>,
    /// Instant of its recording.
    pub recorded: UtcMillis,
}

impl Reported {
    /// Report in a revision, if it has one of a known day: a date of lower precision changes no planned dose.
    #[must_use]
    pub fn of(revision: &Revision) -> Option<Self> {
        let Content::MedicationChange(change) = &revision.content else { return None };
        Some(Self {
            medication: change.medication.clone(),
            kind: change.kind,
            from: change.from.day()?,
            dose: change.dose.clone(),
            frequency: change.frequency,
            recorded: revision.recorded.utc,
        })
    }
}

/// Effect of a reported change on a planned dose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overlay<'a> {
    /// Asked as planned by the site.
    AsPlanned,
    /// Asked with the amount that the participant reported.
    Amount(&'a Quantity),
    /// Not asked at its planned time.
    NotAsked,
}

impl Course {
    /// Course after `acts` (in order). `known` gives the instant from which on a phone could know an act,
    /// `None` for always; for an act that no phone could receive yet, that is the end of time.
    #[must_use]
    pub fn of(acts: &[&Act], reported: Vec<Reported>, known: impl Fn(&Act) -> Option<UtcMillis>) -> Self {
        let dated: Vec<(Option<UtcMillis>, &Act)> =
            acts.iter().filter(|act| act.content.changes_schedule()).map(|act| (known(act), *act)).collect();
        let times: BTreeSet<Option<UtcMillis>> = dated.iter().map(|(since, _)| *since).collect();
        let since = times.last().copied().flatten();
        let skip = times.len().saturating_sub(EPOCHS_MAX);
        // Before the first act the schedule was empty, which is a state of knowledge as well.
        let moments = times.iter().copied().skip(skip).take(times.len().saturating_sub(skip + 1));
        let before = times.first().is_some_and(Option::is_some).then_some(None);
        let earlier = before
            .into_iter()
            .chain(moments)
            .map(|moment| {
                let known = || dated.iter().filter(|(since, _)| *since <= moment).map(|(_, act)| *act);
                Epoch { since: moment, anchors: anchors(known()), regimen: Regimen::of(known()) }
            })
            .collect();
        let regimen = Regimen::of(acts.iter().copied());
        let reported = not_overtaken(acts, &regimen, reported);
        let mut of_medication: ByMedication<Vec<usize>> = ByMedication::default();
        for (at, one) in reported.iter().enumerate() {
            of_medication.add(&one.medication, |places| places.push(at));
        }
        Self {
            anchors: anchors(acts.iter().copied()),
            end: end_of_participation(acts.iter().copied()),
            first_day: first_day(acts.iter().copied()),
            regimen,
            reported,
            of_medication,
            earlier,
            since,
        }
    }

    /// Instant from which on a phone could know that a slot is asked, `None` for always. `holds` decides by
    /// the anchors.
    pub(super) fn slot_known(&self, holds: impl Fn(&Anchors) -> bool) -> Option<UtcMillis> {
        self.known(|epoch| holds(&epoch.anchors))
    }

    /// Instant from which on a phone could know of a planned dose of `line`; `None` for always.
    pub(super) fn dose_known(&self, line: LineId, day: DiaryDay, time: TimeOfDay) -> Option<UtcMillis> {
        self.known(|epoch| epoch.regimen.plans(line, day, time))
    }

    fn known(&self, held: impl Fn(&Epoch) -> bool) -> Option<UtcMillis> {
        // Back to the last state without it: a dose that was cancelled and planned again counts from its
        // second planning.
        let first = self.earlier.iter().rev().take_while(|epoch| held(epoch)).last();
        first.map_or(self.since, |epoch| epoch.since)
    }

    /// True up to the last day of the participation.
    #[must_use]
    pub fn is_open_on(&self, day: DiaryDay) -> bool {
        self.end.is_none_or(|(_, last)| day <= last)
    }

    /// Reported changes in force on `day` that no planned dose asks for: of medications that the site's
    /// regimen does not have, or has in another way.
    pub fn reported_apart(&self, day: DiaryDay) -> impl Iterator<Item = &Reported> {
        self.reported.iter().filter(move |one| {
            let started = one.kind != MedicationChangeKind::Stopped && one.from <= day;
            let lines = self.regimen.of_medication_on(&one.medication, day);
            let mut planned = lines.flat_map(|(line, of)| doses_of(line, of, day));
            started && !planned.any(|dose| matches!(self.overlay(&dose, day), Overlay::Amount(_)))
        })
    }

    /// True if the participant reported before or on `day` that `medication` is no longer taken.
    #[must_use]
    pub fn is_reported_stopped(&self, medication: &MedicationRef, day: DiaryDay) -> bool {
        self.reported_on(medication, day).is_some_and(|one| one.kind == MedicationChangeKind::Stopped)
    }

    fn reported_on(&self, medication: &MedicationRef, day: DiaryDay) -> Option<&Reported> {
        let begun = |at: &&usize| self.reported.get(**at).is_some_and(|one| one.from <= day);
        let first = self.of_medication.of(medication).filter_map(|places| places.iter().find(begun)).min()?;
        self.reported.get(*first)
    }

    /// Effect of the participant's reports on a planned dose of `day`.
    #[must_use]
    pub fn overlay(&self, dose: &PlannedDose<'_>, day: DiaryDay) -> Overlay<'_> {
        let Some(one) = self.reported_on(&dose.of.medication, day) else { return Overlay::AsPlanned };
        let alike = self.regimen.of_medication_on(&one.medication, day).take(2).count() == 1;
        let as_often = one.frequency.is_none_or(|often| {
            often.times_a_day().is_some_and(|n| n == dose.of.timing.times.len())
                && dose.of.timing.every_days == 1
                && dose.of.timing.weekdays.is_empty()
        });
        match (&one.dose, one.kind) {
            (_, MedicationChangeKind::Stopped) => Overlay::NotAsked,
            (Some(amount), _) if alike && as_often => Overlay::Amount(amount),
            // With several lines, or another frequency, the report cannot be assigned to one dose; it is
            // asked for separately.
            (Some(_), _) => Overlay::NotAsked,
            (None, _) => Overlay::AsPlanned,
        }
    }

    /// Moves answers to planned doses to the places that the present plan has for them. `cut` is the day cut;
    /// `told` returns the medication of an answer and the instant of its recording.
    #[must_use]
    pub fn settle<'m, T>(
        &self,
        cut: TimeOfDay,
        by_place: BTreeMap<(DiaryDay, Slot), Vec<T>>,
        told: impl Fn(&T) -> Option<(&'m MedicationRef, UtcMillis)>,
    ) -> BTreeMap<(DiaryDay, Slot), Vec<T>> {
        let mut moved: BTreeMap<(DiaryDay, Slot), (DiaryDay, Slot)> = BTreeMap::new();
        let mut days: BTreeMap<DiaryDay, Vec<(LineId, TimeOfDay, &'m MedicationRef, UtcMillis)>> =
            BTreeMap::new();
        for ((day, slot), of) in &by_place {
            let Slot::PlannedDose { line, time } = slot else { continue };
            if let Some((medication, recorded)) = of.first().and_then(&told) {
                days.entry(*day).or_default().push((*line, *time, medication, recorded));
            }
        }
        // Day by day: an answer never moves to a dose of another day.
        for (day, answers) in days {
            let planned: Vec<PlannedDose<'_>> = self.regimen.doses_on(day).collect();
            let answers: Vec<PlaceTold<'_>> = answers
                .into_iter()
                .map(|(line, time, medication, recorded)| PlaceTold { line, time, medication, recorded })
                .collect();
            let known =
                |p: &PlannedDose<'_>| self.dose_known(p.line.id, day, p.time).unwrap_or(UtcMillis(i64::MIN));
            let found = places(&planned, &answers, |time| time.minutes_after(cut), known);
            for (answer, place) in answers.iter().zip(found) {
                if let Some(dose) = place.and_then(|at| planned.get(at)) {
                    let own = Slot::PlannedDose { line: answer.line, time: answer.time };
                    moved.insert((day, own), (day, dose.slot()));
                }
            }
        }
        let mut out: BTreeMap<(DiaryDay, Slot), Vec<T>> = BTreeMap::new();
        for (place, of) in by_place {
            let place = moved.get(&place).cloned().unwrap_or(place);
            out.entry(place).or_default().extend(of);
        }
        out
    }
}

/// Newest report on each medication, unless staff have acted on that medication since.
fn not_overtaken(acts: &[&Act], regimen: &Regimen, mut reported: Vec<Reported>) -> Vec<Reported> {
    if reported.is_empty() {
        return reported;
    }
    reported.sort_by_key(|one| std::cmp::Reverse((one.recorded, one.from)));
    // Instants at which staff last set the regimen, by medication and for all.
    let (mut last, mut last_of_all): (ByMedication<Option<UtcMillis>>, Option<UtcMillis>) =
        Default::default();
    for act in in_force(acts.iter().copied()) {
        let ActContent::Regimen(change) = &act.content else { continue };
        if change.lines.is_empty() {
            last_of_all = last_of_all.max(Some(act.at));
        }
        let of_line = |line: LineId| regimen.line(line).and_then(|line| line.medication());
        for medication in change.lines.iter().filter_map(|one| of_line(one.line())) {
            last.add(medication, |last| *last = (*last).max(Some(act.at)));
        }
    }
    let mut newer: ByMedication<()> = ByMedication::default();
    reported.retain(|one| {
        let touched = last.of(&one.medication).copied().chain([last_of_all]).max().flatten();
        let kept = newer.of(&one.medication).next().is_none()
            && touched.is_none_or(|touched| touched <= one.recorded);
        if kept {
            newer.add(&one.medication, |()| {});
        }
        kept
    });
    reported
}

#[cfg(test)]
mod tests;
