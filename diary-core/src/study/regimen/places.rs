//! Assignment of answers to the planned doses of a day. An answer keeps the place at which it was given. If
//! the plan of the day has changed since, it is assigned to a dose of the present plan, so that no answered
//! dose is asked again and no taken dose counts as missed. Two lines of one drug at one time are two doses.

use std::collections::{BTreeMap, BTreeSet};

use super::PlannedDose;
use crate::entry::{ByMedication, MedicationRef};
use crate::ids::LineId;
use crate::time::{TimeOfDay, UtcMillis};

/// Place of one or several answers of a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlaceTold<'a> {
    /// Line that was answered.
    pub line: LineId,
    /// Planned time of day that was answered.
    pub time: TimeOfDay,
    /// Medication of the answer.
    pub medication: &'a MedicationRef,
    /// Instant of its first recording.
    pub recorded: UtcMillis,
}

/// Index in `planned` of the dose that each place of `told` answers; `None` if the plan no longer has one.
/// Each planned dose is answered by one place at most. `minute` orders times within the diary day; `known`
/// gives the instant from which on the phone could know the line of a planned dose.
///
/// Within one line, answers whose planned time has moved are assigned to the nearest planned dose, in order:
/// no answered dose lies between an answer and its dose. An answer of a line without doses on that day is
/// assigned to a line of the same medication only if the phone could not know that line when it was given.
#[must_use]
pub fn places(
    planned: &[PlannedDose<'_>],
    told: &[PlaceTold<'_>],
    minute: impl Fn(TimeOfDay) -> i64,
    known: impl Fn(&PlannedDose<'_>) -> UtcMillis,
) -> Vec<Option<usize>> {
    let mut own: BTreeMap<(LineId, TimeOfDay), usize> = BTreeMap::new();
    for (at, dose) in planned.iter().enumerate() {
        own.entry((dose.line.id, dose.time)).or_insert(at);
    }
    let mut pairing = Pairing { planned, told, of: vec![None; told.len()], ..Pairing::default() };
    // Exact places first, then within a line, then across lines of one drug: a certain assignment must not
    // lose its dose to a guess.
    for (at, answer) in told.iter().enumerate() {
        if let Some(place) = own.get(&(answer.line, answer.time)) {
            pairing.put(at, *place);
        }
    }
    let mut of_line: BTreeMap<LineId, Candidates> = BTreeMap::new();
    for at in pairing.free_told() {
        of_line.entry(told[at].line).or_default().told.push(at);
    }
    for at in pairing.free_planned() {
        of_line.entry(planned[at].line.id).or_default().planned.push(at);
    }
    for candidates in of_line.values() {
        pairing.pair(candidates, &minute, |_, _| true);
    }
    let mut of_drug: ByMedication<Vec<usize>> = ByMedication::default();
    for at in pairing.free_planned() {
        of_drug.add(&planned[at].of.medication, |places| places.push(at));
    }
    let mut pairs: BTreeMap<&MedicationRef, Candidates> = BTreeMap::new();
    for at in pairing.free_told() {
        pairs.entry(told[at].medication).or_default().told.push(at);
    }
    let mut all = Vec::new();
    for (medication, mut candidates) in pairs {
        candidates.planned = of_drug.of(medication).flatten().copied().collect();
        all.extend(pairing.distances(&candidates, &minute, |t, p| known(p) > t.recorded));
    }
    pairing.pair_nearest(all, &minute);
    pairing.of
}

/// Most answers, and most planned doses, of one line or drug and day that are paired by their times. Bounds
/// the quadratic pairing; no real diary has as many.
const PAIRED: usize = 64;

/// Answers and planned doses that may be paired.
#[derive(Default)]
struct Candidates {
    told: Vec<usize>,
    planned: Vec<usize>,
}

/// Planned dose assigned to each answer.
#[derive(Default)]
struct Pairing<'a, 't> {
    planned: &'a [PlannedDose<'a>],
    told: &'a [PlaceTold<'t>],
    of: Vec<Option<usize>>,
    taken: BTreeSet<usize>,
    /// Pairs by the line of the answer and by that of the dose.
    by_line: BTreeMap<LineId, Vec<(usize, usize)>>,
}

impl Pairing<'_, '_> {
    fn put(&mut self, t: usize, p: usize) {
        self.of[t] = Some(p);
        self.taken.insert(p);
        let lines = BTreeSet::from([self.told[t].line, self.planned[p].line.id]);
        for line in lines {
            self.by_line.entry(line).or_default().push((t, p));
        }
    }

    fn free_told(&self) -> Vec<usize> {
        (0..self.told.len()).filter(|t| self.of[*t].is_none()).collect()
    }

    fn free_planned(&self) -> Vec<usize> {
        (0..self.planned.len()).filter(|p| !self.taken.contains(p)).collect()
    }

    fn pair(
        &mut self,
        candidates: &Candidates,
        minute: &impl Fn(TimeOfDay) -> i64,
        fits: impl Fn(&PlaceTold<'_>, &PlannedDose<'_>) -> bool,
    ) {
        let pairs = self.distances(candidates, minute, fits);
        self.pair_nearest(pairs, minute);
    }

    /// Pairs that fit, each with the distance of its times in minutes.
    fn distances(
        &self,
        candidates: &Candidates,
        minute: &impl Fn(TimeOfDay) -> i64,
        fits: impl Fn(&PlaceTold<'_>, &PlannedDose<'_>) -> bool,
    ) -> Vec<(i64, usize, usize)> {
        let mut pairs = Vec::new();
        for t in candidates.told.iter().copied().take(PAIRED) {
            for p in candidates.planned.iter().copied().take(PAIRED) {
                let (answer, dose) = (&self.told[t], &self.planned[p]);
                if fits(answer, dose) {
                    pairs.push(((minute(answer.time) - minute(dose.time)).abs(), t, p));
                }
            }
        }
        pairs
    }

    /// Pairs the remaining ones, the nearest first, as long as the order of times is kept.
    fn pair_nearest(&mut self, mut pairs: Vec<(i64, usize, usize)>, minute: &impl Fn(TimeOfDay) -> i64) {
        pairs.sort_unstable();
        for (_, t, p) in pairs {
            if self.of[t].is_none() && !self.taken.contains(&p) && !self.crosses(t, p, minute) {
                self.put(t, p);
            }
        }
    }

    /// True if an answered dose lies between an answer and a dose of the same line.
    fn crosses(&self, t: usize, p: usize, minute: &impl Fn(TimeOfDay) -> i64) -> bool {
        let (told, planned) = (&self.told[t], &self.planned[p]);
        let of_lines = [Some(told.line), Some(planned.line.id).filter(|line| *line != told.line)];
        let beside = of_lines.into_iter().flatten().filter_map(|line| self.by_line.get(&line)).flatten();
        beside.into_iter().any(|(other, q)| {
            let (other, q) = (&self.told[*other], &self.planned[*q]);
            let same = other.line == told.line || q.line.id == planned.line.id;
            let before = minute(other.time) < minute(told.time);
            same && other.time != told.time && before != (minute(q.time) < minute(planned.time))
        })
    }
}
