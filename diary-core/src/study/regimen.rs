//! Regimen of a participant, computed from the acts of staff: the lines in force, their planned doses on a
//! day, and the answers to these. Pure.

pub mod check;
pub mod places;

pub use places::{PlaceTold, places};

use std::collections::{BTreeMap, BTreeSet};

use crate::act::history::in_force;
use crate::act::{Act, ActContent, AsNeededRule, LineChange, LinePatch, RegimenLine, Timing};
use crate::entry::{ByMedication, MedicationRef, Route, Slot};
use crate::ids::{ActId, LineId};
use crate::measure::Quantity;
use crate::time::{DiaryDay, TimeOfDay, UtcMillis};

/// Regimen after all acts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Regimen {
    lines: Vec<Line>,
    nothing: Vec<Nothing>,
    /// Index of each line.
    places: BTreeMap<LineId, usize>,
    /// Indexes of the lines that ever contained a medication.
    of_medication: ByMedication<BTreeSet<usize>>,
}

/// One line with its history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Id of the line.
    pub id: LineId,
    /// Number among the participant's lines, from 1, in the order in which they were begun.
    pub number: u16,
    /// Act that began it.
    pub begun: ActId,
    /// Acts that change it, in order.
    pub acts: Vec<ActId>,
    /// Ranges of days with the same contents, oldest first, without gaps. Empty if it ended before it began.
    pub stretches: Vec<Stretch>,
}

/// A range of days on which a line has the same contents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretch {
    /// First civil day.
    pub from: DiaryDay,
    /// Last civil day; `None` if it has no end.
    pub to: Option<DiaryDay>,
    /// Medication.
    pub medication: MedicationRef,
    /// Form.
    pub form: String,
    /// Amount of one dose.
    pub amount: Quantity,
    /// Route of administration.
    pub route: Route,
    /// Times of day and days.
    pub timing: Timing,
    /// Day from which the recurrence is counted.
    pub counted_from: DiaryDay,
    /// Limits for taking it as needed; `None` if it is not taken as needed.
    pub as_needed: Option<AsNeededRule>,
    /// Act that set it.
    pub set: Set,
}

/// Act that set something, with account and time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Set {
    /// Account.
    pub by: String,
    /// Keeper's clock.
    pub at: UtcMillis,
    /// The act.
    pub act: ActId,
}

/// Statement of the site that no medication is taken from a day on, made without a line to end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nothing {
    /// First civil day.
    pub from: DiaryDay,
    /// Act that states it.
    pub set: Set,
}

/// One planned dose of a regimen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlannedDose<'a> {
    /// Line.
    pub line: &'a Line,
    /// Contents of the line on that day.
    pub of: &'a Stretch,
    /// Planned time of day.
    pub time: TimeOfDay,
}

impl PlannedDose<'_> {
    /// Place in the schedule that an answer to it fills.
    #[must_use]
    pub const fn slot(&self) -> Slot {
        Slot::PlannedDose { line: self.line.id, time: self.time }
    }
}

impl Regimen {
    /// Regimen after `acts` (in order).
    pub fn of<'a>(acts: impl Iterator<Item = &'a Act>) -> Self {
        let mut begun: Vec<Draft<'a>> = Vec::new();
        let mut place: BTreeMap<LineId, usize> = BTreeMap::new();
        let mut nothing = Vec::new();
        for act in in_force(acts) {
            let ActContent::Regimen(change) = &act.content else { continue };
            if change.lines.is_empty() {
                nothing.push(Nothing { from: change.from, set: Set::of(act) });
            }
            for one in &change.lines {
                match (one, place.get(&one.line()).copied()) {
                    (LineChange::Begin(line), None) => {
                        place.insert(line.id, begun.len());
                        begun.push(Draft::new(act, line));
                    }
                    // A line begins once; a second beginning changes it from its first day on.
                    (LineChange::Begin(line), Some(at)) => begun[at].begin_again(act, line),
                    (LineChange::Alter(patch), Some(at)) => begun[at].alter(act, patch.clone()),
                    (LineChange::End { last, .. }, Some(at)) => begun[at].end(act, *last),
                    // The act that began the line was withdrawn, so that changes of it have no effect.
                    (LineChange::Alter(_) | LineChange::End { .. }, None) => {}
                }
            }
        }
        let lines: Vec<Line> = (1..).zip(begun).map(|(number, draft)| draft.into_line(number)).collect();
        let mut of_medication: ByMedication<BTreeSet<usize>> = ByMedication::default();
        for (at, line) in lines.iter().enumerate() {
            for stretch in &line.stretches {
                of_medication.add(&stretch.medication, |lines| lines.extend([at]));
            }
        }
        Self { lines, nothing, places: place, of_medication }
    }

    /// Lines ever begun, ended ones included, in the order of their numbers.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The same regimen with the line numbers of `other`.
    #[must_use]
    pub fn numbered_as(mut self, other: &Self) -> Self {
        for line in &mut self.lines {
            line.number = other.line(line.id).map_or(line.number, |known| known.number);
        }
        self
    }

    /// One line.
    #[must_use]
    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.lines.get(*self.places.get(&id)?)
    }

    /// Statements of the site that no medication is taken from a day on.
    #[must_use]
    pub fn nothing(&self) -> &[Nothing] {
        &self.nothing
    }

    /// Lines in force on `day`, including those without a dose on it.
    pub fn on(&self, day: DiaryDay) -> impl Iterator<Item = (&Line, &Stretch)> {
        self.lines.iter().filter_map(move |line| Some((line, line.on(day)?)))
    }

    /// Lines in force on `day` that then contain a medication.
    pub fn of_medication_on<'r>(
        &'r self,
        medication: &'r MedicationRef,
        day: DiaryDay,
    ) -> impl Iterator<Item = (&'r Line, &'r Stretch)> {
        let lines = self.of_medication.of(medication).flatten().filter_map(|at| self.lines.get(*at));
        lines
            .filter_map(move |line| Some((line, line.on(day)?)))
            .filter(|(_, of)| of.medication.is_same(medication))
    }

    /// Planned doses of `day`, line by line, without lines taken only as needed.
    pub fn doses_on(&self, day: DiaryDay) -> impl Iterator<Item = PlannedDose<'_>> {
        self.on(day).flat_map(move |(line, of)| doses_of(line, of, day))
    }

    /// True if a dose of `line` was planned on `day` at `time`.
    #[must_use]
    pub fn plans(&self, line: LineId, day: DiaryDay, time: TimeOfDay) -> bool {
        self.line(line).and_then(|line| line.on(day)).is_some_and(|of| {
            of.timing.is_on(of.counted_from, day) && of.timing.times.binary_search(&time).is_ok()
        })
    }

    /// Lines that may be taken as needed on `day`.
    pub fn as_needed_on(&self, day: DiaryDay) -> impl Iterator<Item = (&Line, &Stretch)> {
        self.on(day).filter(|(_, of)| of.as_needed.is_some() || of.timing.times.is_empty())
    }
}

/// Planned doses of a line on `day`, with `of` as its contents.
pub(super) fn doses_of<'r>(
    line: &'r Line,
    of: &'r Stretch,
    day: DiaryDay,
) -> impl Iterator<Item = PlannedDose<'r>> {
    let times = if of.timing.is_on(of.counted_from, day) { of.timing.times.as_slice() } else { &[] };
    times.iter().map(move |time| PlannedDose { line, of, time: *time })
}

impl Line {
    /// Contents on `day`; `None` outside its range.
    #[must_use]
    pub fn on(&self, day: DiaryDay) -> Option<&Stretch> {
        let begun = self.stretches.partition_point(|one| one.from <= day);
        self.stretches.get(begun.checked_sub(1)?).filter(|one| one.to.is_none_or(|to| day <= to))
    }

    /// Last day, if it has one.
    #[must_use]
    pub fn last(&self) -> Option<DiaryDay> {
        self.stretches.last().and_then(|one| one.to)
    }

    /// Name of its medication in the latest contents.
    #[must_use]
    pub fn medication(&self) -> Option<&MedicationRef> {
        self.stretches.last().map(|one| &one.medication)
    }
}

impl Set {
    fn of(act: &Act) -> Self {
        Self { by: act.by.clone(), at: act.at, act: act.id }
    }
}

/// A line while its acts are read.
struct Draft<'a> {
    base: &'a RegimenLine,
    set: Set,
    patches: Vec<(LinePatch, Set)>,
    last: Option<DiaryDay>,
    acts: Vec<ActId>,
}

impl<'a> Draft<'a> {
    fn new(act: &'a Act, base: &'a RegimenLine) -> Self {
        let mut draft =
            Self { base, set: Set::of(act), patches: Vec::new(), last: base.last, acts: vec![act.id] };
        draft.steps(act, base);
        draft
    }

    fn steps(&mut self, act: &Act, line: &RegimenLine) {
        for step in &line.steps {
            let patch =
                LinePatch { amount: Some(step.amount.clone()), ..LinePatch::none(line.id, step.from) };
            self.patches.push((patch, Set::of(act)));
        }
    }

    fn begin_again(&mut self, act: &Act, line: &RegimenLine) {
        let patch = LinePatch {
            line: line.id,
            from: line.first,
            amount: Some(line.amount.clone()),
            timing: Some(line.timing.clone()),
            form: Some(line.form.clone()),
            route: Some(line.route),
            as_needed: line.as_needed.clone(),
            medication: Some(line.medication.clone()),
        };
        self.alter(act, patch);
        self.steps(act, line);
        self.last = line.last;
    }

    fn alter(&mut self, act: &Act, patch: LinePatch) {
        self.acts.push(act.id);
        self.patches.push((patch, Set::of(act)));
    }

    fn end(&mut self, act: &Act, last: DiaryDay) {
        self.acts.push(act.id);
        self.last = Some(last);
    }

    fn into_line(self, number: u16) -> Line {
        let Self { base, set, mut patches, last, mut acts } = self;
        acts.dedup();
        // Planned changes do not replace one another: each takes effect on its own day, and of two on one day
        // the later act counts.
        patches.sort_by_key(|(patch, _)| patch.from);
        let mut now = Stretch {
            from: base.first,
            to: None,
            medication: base.medication.clone(),
            form: base.form.clone(),
            amount: base.amount.clone(),
            route: base.route,
            timing: base.timing.clone(),
            counted_from: base.first,
            as_needed: base.as_needed.clone(),
            set: set.clone(),
        };
        let mut stretches: Vec<Stretch> = Vec::new();
        for (patch, by) in patches {
            let before = now.clone();
            now.apply(&patch, base.first);
            if same_content(&before, &now) {
                continue;
            }
            now.set = by;
            if patch.from > before.from {
                stretches.push(Stretch { to: Some(patch.from.plus_days(-1)), ..before });
                now.from = patch.from;
            }
        }
        stretches.push(now);
        // Two equal times of day are one dose.
        for stretch in &mut stretches {
            stretch.timing.times.sort_unstable();
            stretch.timing.times.dedup();
        }
        if let Some(last) = last {
            stretches.retain(|one| one.from <= last);
            if let Some(end) = stretches.last_mut() {
                end.to = Some(end.to.map_or(last, |to| to.min(last)));
            }
        }
        Line { id: base.id, number, begun: set.act, acts, stretches }
    }
}

fn same_content(one: &Stretch, other: &Stretch) -> bool {
    one.medication == other.medication
        && one.form == other.form
        && one.amount == other.amount
        && one.route == other.route
        && one.timing == other.timing
        && one.counted_from == other.counted_from
        && one.as_needed == other.as_needed
}

impl Stretch {
    /// Applies `patch` to the contents of a line that began on `first`.
    fn apply(&mut self, patch: &LinePatch, first: DiaryDay) {
        if let Some(timing) = &patch.timing {
            // Other times of day keep the days; another recurrence is counted from its own first day.
            if (timing.every_days, &timing.weekdays) != (self.timing.every_days, &self.timing.weekdays) {
                self.counted_from = patch.from.max(first);
            }
            self.timing = timing.clone();
        }
        if let Some(amount) = &patch.amount {
            self.amount = amount.clone();
        }
        if let Some(form) = &patch.form {
            self.form.clone_from(form);
        }
        if let Some(route) = patch.route {
            self.route = route;
        }
        if let Some(rule) = &patch.as_needed {
            self.as_needed = Some(rule.clone());
        }
        if let Some(medication) = &patch.medication {
            self.medication = medication.clone();
        }
    }
}

impl LinePatch {
    /// A patch of `line` from a day on that changes nothing yet.
    #[must_use]
    pub const fn none(line: LineId, from: DiaryDay) -> Self {
        Self {
            line,
            from,
            amount: None,
            timing: None,
            form: None,
            route: None,
            as_needed: None,
            medication: None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
