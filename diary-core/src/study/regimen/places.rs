//! Which answer belongs to which planned dose of a day. An answer keeps the place it was given at; where the plan of the
//! day has changed since, it answers what stands in that place now, so that nothing told is asked again and nothing
//! taken becomes missed. Two lines of one drug at one time are two doses.

use super::PlannedDose;
use crate::entry::MedicationRef;
use crate::ids::LineId;
use crate::time::{TimeOfDay, UtcMillis};

/// The place of one or several answers of a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlaceTold<'a> {
    /// The line that was answered.
    pub line: LineId,
    /// The planned time of day that was answered.
    pub time: TimeOfDay,
    /// The medication of the answer.
    pub medication: &'a MedicationRef,
    /// When it was first recorded.
    pub recorded: UtcMillis,
}

/// The planned dose that each place of `told` answers, as an index of `planned`; none where the plan no longer has one.
/// Each planned dose is answered by one place at most. `minute` orders times within the diary day; `known` tells from
/// when on the phone could know the line of a planned dose.
///
/// Within one line, answers whose planned time has moved belong to the nearest planned dose, in order: an answered dose
/// never lies between an answer and its dose. An answer of a line that asks for nothing any more belongs to a line of
/// the same medication only where the phone could not know that line when it was given.
#[must_use]
pub fn places(
    planned: &[PlannedDose<'_>],
    told: &[PlaceTold<'_>],
    minute: impl Fn(TimeOfDay) -> i64,
    known: impl Fn(&PlannedDose<'_>) -> UtcMillis,
) -> Vec<Option<usize>> {
    let mut of: Vec<Option<usize>> = vec![None; told.len()];
    for (place, answer) in of.iter_mut().zip(told) {
        *place = planned.iter().position(|p| p.line.id == answer.line && p.time == answer.time);
    }
    let at = |p: &PlannedDose<'_>| minute(p.time);
    let of_line = |t: &PlaceTold<'_>, p: &PlannedDose<'_>| t.line == p.line.id;
    pair(planned, told, &mut of, &at, &minute, of_line);
    let of_drug = |t: &PlaceTold<'_>, p: &PlannedDose<'_>| {
        t.medication.is_same(&p.of.medication) && known(p) > t.recorded
    };
    pair(planned, told, &mut of, &at, &minute, of_drug);
    of
}

/// Pairs what is left over, the nearest first, as long as the order of the times stays.
fn pair(
    planned: &[PlannedDose<'_>],
    told: &[PlaceTold<'_>],
    of: &mut [Option<usize>],
    at: &impl Fn(&PlannedDose<'_>) -> i64,
    minute: &impl Fn(TimeOfDay) -> i64,
    fits: impl Fn(&PlaceTold<'_>, &PlannedDose<'_>) -> bool,
) {
    let mut pairs: Vec<(i64, usize, usize)> = Vec::new();
    for (t, answer) in told.iter().enumerate().filter(|(t, _)| of[*t].is_none()) {
        let free = planned.iter().enumerate().filter(|(p, _)| !of.contains(&Some(*p)));
        pairs.extend(
            free.filter(|(_, dose)| fits(answer, dose))
                .map(|(p, dose)| ((minute(answer.time) - at(dose)).abs(), t, p)),
        );
    }
    pairs.sort_unstable();
    for (_, t, p) in pairs {
        let crosses = |(other, place): (usize, &Option<usize>)| {
            let Some(q) = *place else { return false };
            let same = told[other].line == told[t].line || planned[q].line.id == planned[p].line.id;
            let before = minute(told[other].time) < minute(told[t].time);
            same && told[other].time != told[t].time && before != (at(&planned[q]) < at(&planned[p]))
        };
        let is_free = of[t].is_none() && !of.contains(&Some(p));
        if is_free && !of.iter().enumerate().any(crosses) {
            of[t] = Some(p);
        }
    }
}
