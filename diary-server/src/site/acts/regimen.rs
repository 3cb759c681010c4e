//! Comparison of a regimen file with the present regimen: the lines it touches, the changes in them, and the
//! questions to confirm before it is set. Pure. Lines that the file does not name stay as they are; planned changes
//! stay as well.

use chrono::Weekday;
use diary_core::act::{AsNeededRule, LineChange, LinePatch, RegimenChange, RegimenLine, Step, Timing};
use diary_core::entry::{MedicationRef, Route};
use diary_core::ids::LineId;
use diary_core::measure::{Decimal, Quantity};
use diary_core::readers::file;
use diary_core::study::regimen::{Line, Regimen, Stretch};
use diary_core::study::{Remark, Study};
use diary_core::time::{DiaryDay, TimeOfDay};
use serde::Deserialize;

use crate::site::acts::plausible;
use crate::site::acts::question::{Dated, FarDate, LineGone};

/// Most lines of one file.
pub const LINES_MAX: usize = 100;

/// A regimen as its file has it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegimenInput {
    /// First civil day of the change.
    #[serde(deserialize_with = "file::day")]
    pub from: DiaryDay,
    /// Lines that it touches. An empty list: nothing is to be taken from that day on.
    pub lines: Vec<LineInput>,
    /// Numbers of lines that end the day before.
    #[serde(default)]
    pub end: Vec<u16>,
}

/// One line of a file.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineInput {
    /// Number of the line that is meant, as shown by `participant show`; without it the line of the same medication.
    pub line: Option<u16>,
    /// A further line, although the medication has one.
    #[serde(default)]
    pub new: bool,
    /// Medication.
    pub medication: MedicationRef,
    /// Form, for example `tablet`.
    pub form: String,
    /// Amount of one dose; of what is taken as needed the usual one.
    #[serde(deserialize_with = "file::amount")]
    pub amount: Quantity,
    /// Route of administration.
    pub route: Route,
    /// Times of day.
    #[serde(default, deserialize_with = "file::times")]
    pub times: Vec<TimeOfDay>,
    /// May be taken as needed.
    #[serde(default)]
    pub as_needed: bool,
    /// Every so many days, counted from the first day.
    #[serde(default = "daily")]
    pub every_days: u16,
    /// Days of the week, for example `["mon", "thu"]`.
    #[serde(default)]
    pub weekdays: Vec<Weekday>,
    /// First civil day; without it the day of the change.
    #[serde(default, deserialize_with = "file::day_if_any")]
    pub first: Option<DiaryDay>,
    /// Last civil day.
    #[serde(default, deserialize_with = "file::day_if_any")]
    pub last: Option<DiaryDay>,
    /// Other amounts from later days on.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Most on one day, of what is taken as needed.
    #[serde(default, deserialize_with = "file::amount_if_any")]
    pub most_per_day: Option<Quantity>,
    /// Least time between two doses, in minutes, of what is taken as needed.
    pub least_interval_minutes: Option<u32>,
}

const fn daily() -> u16 {
    1
}

/// Result of planning a regimen from its input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RegimenPlan {
    /// It is set.
    Set(RegimenChange),
    /// It is not allowed.
    Refuse(Vec<RegimenNote>),
    /// It is set only if staff confirm it.
    Ask(RegimenChange, Vec<RegimenNote>),
}

/// Problem of a regimen's file, or question about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RegimenNote {
    /// The first day of the change is far from today.
    From(FarDate),
    /// More than [`LINES_MAX`] lines.
    TooManyLines,
    /// There is no line of that number to end.
    NoLineToEnd(u16),
    /// There is no line of that number on the day of the change.
    NoLineOn {
        /// Place of the line in the file, from 1.
        n: usize,
        /// Number as named.
        number: u16,
        /// Day of the change.
        from: DiaryDay,
    },
    /// Several lines of the regimen could be meant.
    Ambiguous {
        /// Place of the line in the file, from 1.
        n: usize,
        /// Its medication.
        name: String,
        /// Numbers of the lines that could be meant.
        could: Vec<u16>,
    },
    /// Planned changes of a line that ends are dropped.
    Drops(Vec<PlannedDose>),
    /// A note on one line of the file.
    Line {
        /// Place of the line in the file, from 1.
        n: usize,
        /// Its medication.
        name: String,
        /// The note.
        note: LineNote,
    },
    /// A line goes although later acts changed it.
    Gone(LineGone),
}

/// Problem of one line of a regimen's file, or question about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineNote {
    /// A remark of the study on the medication.
    Remark(Remark),
    /// A date is far from today.
    Far(FarDate),
    /// The amount differs much from the one before.
    AmountFar {
        /// The amount.
        amount: Quantity,
        /// The one before.
        before: Quantity,
        /// Factor from which on it is asked about.
        factor: Decimal,
    },
    /// Times that are given more than once; each is asked once.
    TimesTwice(Vec<TimeOfDay>),
    /// The line that is meant begins later.
    BeginsLater {
        /// Its number.
        number: u16,
        /// Its first day.
        from: DiaryDay,
    },
    /// Limits of doses as needed are dropped.
    DropsLimit(AsNeededRule),
    /// Planned changes stay.
    Stays(Vec<PlannedDose>),
    /// Planned changes are dropped.
    Drops(Vec<PlannedDose>),
}

/// A planned change of an amount.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedDose {
    /// The medication.
    pub name: String,
    /// The amount.
    pub amount: Quantity,
    /// Its first day.
    pub from: DiaryDay,
}

/// Plans the changes from `regimen` to `input`. For a correction, `begun` has the numbered lines that the corrected
/// act began: they keep their identity. `today` is the civil day at the site, `id` makes identities for new lines.
#[must_use]
pub fn plan_regimen(
    study: &Study,
    regimen: &Regimen,
    begun: &[(u16, RegimenLine)],
    input: &RegimenInput,
    today: DiaryDay,
    mut id: impl FnMut() -> LineId,
) -> RegimenPlan {
    let mut plan = Plan {
        study,
        regimen,
        begun: begun.iter().collect(),
        from: input.from,
        refused: Vec::new(),
        asked: Vec::new(),
        lines: Vec::new(),
    };
    plan.asked.extend(plausible::date(Dated::From, input.from, today).map(RegimenNote::From));
    if input.lines.len() > LINES_MAX {
        plan.refused.push(RegimenNote::TooManyLines);
    }
    if input.lines.is_empty() && input.end.is_empty() {
        plan.end_all();
    }
    for number in &input.end {
        match regimen.lines().iter().find(|line| line.number == *number) {
            Some(line) => plan.end(line),
            None => plan.refused.push(RegimenNote::NoLineToEnd(*number)),
        }
    }
    let meant = match plan.meant(&input.lines) {
        Ok(meant) => meant,
        Err(refused) => {
            plan.refused.extend(refused);
            return RegimenPlan::Refuse(plan.refused);
        }
    };
    for (n, (one, line)) in (1..).zip(input.lines.iter().zip(meant)) {
        let new = || plan.begun_before(one).unwrap_or_else(&mut id);
        let line_id = line.map_or_else(new, |line| line.id);
        plan.line(n, one, line, line_id, today);
    }
    let change = RegimenChange { from: input.from, lines: plan.lines };
    match (plan.refused.is_empty(), plan.asked.is_empty()) {
        (false, _) => RegimenPlan::Refuse(plan.refused),
        (true, false) => RegimenPlan::Ask(change, plan.asked),
        (true, true) => RegimenPlan::Set(change),
    }
}

struct Plan<'a> {
    study: &'a Study,
    regimen: &'a Regimen,
    /// Lines that the corrected act began and no line of the file has taken yet.
    begun: Vec<&'a (u16, RegimenLine)>,
    from: DiaryDay,
    refused: Vec<RegimenNote>,
    asked: Vec<RegimenNote>,
    lines: Vec<LineChange>,
}

impl<'a> Plan<'a> {
    /// Lines that hold on the day of the change or later.
    fn alive(&self) -> Vec<&'a Line> {
        let from = self.from;
        let incarnations =
            |line: &&Line| line.stretches.last().is_some_and(|of| of.to.is_none_or(|to| to >= from));
        self.regimen.lines().iter().filter(incarnations).collect()
    }

    fn end_all(&mut self) {
        for line in self.alive() {
            self.end(line);
        }
    }

    /// Ends a line the day before the change; its later planned changes are dropped only if staff confirm it.
    fn end(&mut self, line: &Line) {
        let dropped: Vec<PlannedDose> = later(line, self.from).map(|of| planned(line, of)).collect();
        if !dropped.is_empty() {
            self.asked.push(RegimenNote::Drops(dropped));
        }
        self.lines.push(LineChange::End { line: line.id, last: self.from.plus_days(-1) });
    }

    /// The line that each input means; none for a new one.
    fn meant(&self, inputs: &[LineInput]) -> Result<Vec<Option<&'a Line>>, Vec<RegimenNote>> {
        let alive = self.alive();
        let mut meant: Vec<Option<&'a Line>> = vec![None; inputs.len()];
        let mut refused = Vec::new();
        for (n, input) in inputs.iter().enumerate() {
            if let Some(number) =
                input.line.filter(|number| self.begun.iter().all(|(begun, _)| begun != number))
            {
                meant[n] = alive.iter().copied().find(|line| line.number == number);
                if meant[n].is_none() {
                    refused.push(RegimenNote::NoLineOn { n: n + 1, number, from: self.from });
                }
            }
        }
        // Matched from the closest likeness down to the medication alone, since two strengths of one drug are two
        // lines.
        let alike: [fn(&LineInput, &Stretch) -> bool; 5] = [
            |one, of| {
                one.name() == of.medication.name && one.times() == of.timing.times && one.amount == of.amount
            },
            |one, of| one.name() == of.medication.name && one.times() == of.timing.times,
            |one, of| one.times() == of.timing.times,
            |one, of| one.name() == of.medication.name,
            |_, _| true,
        ];
        for fits in alike {
            let open = |n: &usize| meant[*n].is_none() && !inputs[*n].new && inputs[*n].line.is_none();
            let open: Vec<usize> = (0..inputs.len()).filter(open).collect();
            let free: Vec<&'a Line> = alive
                .iter()
                .copied()
                .filter(|line| meant.iter().flatten().all(|taken| taken.id != line.id))
                .collect();
            let fits = |n: usize, line: &Line| {
                let of = line.on(self.from).or_else(|| line.stretches.first());
                of.is_some_and(|of| of.medication.is_same(&inputs[n].medication) && fits(&inputs[n], of))
            };
            for n in &open {
                let lines: Vec<&'a Line> = free.iter().copied().filter(|line| fits(*n, line)).collect();
                if let [one] = lines[..]
                    && open.iter().filter(|m| fits(**m, one)).count() == 1
                {
                    meant[*n] = Some(one);
                }
            }
        }
        // The rest could mean several lines and is refused instead of guessed.
        for (n, input) in inputs.iter().enumerate().filter(|(_, input)| !input.new && input.line.is_none()) {
            let free = alive.iter().filter(|line| meant.iter().flatten().all(|taken| taken.id != line.id));
            let same = |line: &&&&Line| line.medication().is_some_and(|m| m.is_same(&input.medication));
            let could: Vec<u16> = free.filter(|line| same(&line)).map(|line| line.number).collect();
            if meant[n].is_none() && !could.is_empty() {
                refused.push(RegimenNote::Ambiguous { n: n + 1, name: input.medication.name.clone(), could });
            }
        }
        if refused.is_empty() { Ok(meant) } else { Err(refused) }
    }

    /// Line that the corrected act began for `input`: the one of its number, else the most similar one of its
    /// medication.
    fn begun_before(&mut self, input: &LineInput) -> Option<LineId> {
        let same = |line: &RegimenLine| line.medication.is_same(&input.medication);
        let begun = || self.begun.iter();
        let at = begun()
            .position(|(number, _)| input.line == Some(*number))
            .or_else(|| begun().position(|(_, line)| same(line) && line.timing.times == input.times()))
            .or_else(|| begun().position(|(_, line)| same(line)))?;
        Some(self.begun.remove(at).1.id)
    }

    fn line(&mut self, n: usize, input: &LineInput, line: Option<&Line>, id: LineId, today: DiaryDay) {
        let from = input.first.unwrap_or(self.from);
        let whole = input.whole(id, from);
        let name = input.medication.name.clone();
        let head = |note| RegimenNote::Line { n, name: name.clone(), note };
        for remark in self.study.remarks_on_line(&whole) {
            let list = if remark.blocks_regimen() { &mut self.refused } else { &mut self.asked };
            list.push(head(LineNote::Remark(remark)));
        }
        let twice = input.times_twice();
        if !twice.is_empty() {
            self.asked.push(head(LineNote::TimesTwice(twice)));
        }
        let dates = [(Dated::First, input.first), (Dated::Last, input.last)];
        let steps = input.steps.iter().map(|step| (Dated::Step, Some(step.from)));
        for (of, date) in dates.into_iter().chain(steps) {
            let far = date.and_then(|date| plausible::date(of, date, today));
            self.asked.extend(far.map(|far| head(LineNote::Far(far))));
        }
        let factor = self.study.limits().unusual_factor;
        let mut before = line.and_then(|line| line.on(from)).map(|of| of.amount.clone());
        for amount in std::iter::once(&whole.amount).chain(whole.steps.iter().map(|step| &step.amount)) {
            if let Some(before) = &before
                && before.is_far_from(amount, factor)
            {
                let (amount, before) = (amount.clone(), before.clone());
                self.asked.push(head(LineNote::AmountFar { amount, before, factor }));
            }
            before = Some(amount.clone());
        }
        match line {
            None => self.lines.push(LineChange::Begin(whole)),
            Some(line) => self.touch(&head, line, from, whole),
        }
    }

    /// Changes what differs in a line that is there.
    fn touch(
        &mut self,
        head: &impl Fn(LineNote) -> RegimenNote,
        line: &Line,
        from: DiaryDay,
        whole: RegimenLine,
    ) {
        let Some(of) = line.on(from) else {
            // The line begins later: for the time until then a line of its own is needed.
            let from = line.stretches.first().map_or(from, |of| of.from);
            self.refused.push(head(LineNote::BeginsLater { number: line.number, from }));
            return;
        };
        let differs = |is: bool| is.then_some(());
        let patch = LinePatch {
            amount: differs(of.amount != whole.amount).map(|()| whole.amount.clone()),
            timing: differs(of.timing != whole.timing).map(|()| whole.timing.clone()),
            form: differs(of.form != whole.form).map(|()| whole.form.clone()),
            route: differs(of.route != whole.route).map(|()| whole.route),
            as_needed: whole.as_needed.clone().filter(|rule| of.as_needed.as_ref() != Some(rule)),
            medication: differs(of.medication != whole.medication).map(|()| whole.medication.clone()),
            ..LinePatch::none(line.id, from)
        };
        if let (Some(before), Some(after)) = (&of.as_needed, &whole.as_needed)
            && (before.most_per_day.is_some() && after.most_per_day.is_none()
                || before.least_interval_minutes.is_some() && after.least_interval_minutes.is_none())
        {
            self.asked.push(head(LineNote::DropsLimit(before.clone())));
        }
        let touches_amount = patch.amount.is_some();
        if patch != LinePatch::none(line.id, from) {
            self.lines.push(LineChange::Alter(patch));
        }
        let steps_before: Vec<PlannedDose> = later(line, from).map(|of| planned(line, of)).collect();
        if (touches_amount || !whole.steps.is_empty()) && !steps_before.is_empty() {
            self.asked.push(head(LineNote::Stays(steps_before)));
        }
        for step in &whole.steps {
            let amount = Some(step.amount.clone());
            self.lines.push(LineChange::Alter(LinePatch { amount, ..LinePatch::none(line.id, step.from) }));
        }
        if let Some(last) = whole.last.filter(|last| line.last() != Some(*last)) {
            let dropped: Vec<PlannedDose> =
                later(line, last.plus_days(1)).map(|of| planned(line, of)).collect();
            if !dropped.is_empty() {
                self.asked.push(head(LineNote::Drops(dropped)));
            }
            self.lines.push(LineChange::End { line: line.id, last });
        }
    }
}

/// Stretches of a line that start after `day`.
fn later(line: &Line, day: DiaryDay) -> impl Iterator<Item = &Stretch> {
    line.stretches.iter().filter(move |of| of.from > day)
}

fn planned(line: &Line, of: &Stretch) -> PlannedDose {
    let name = line.medication().map_or_else(String::new, |medication| medication.name.clone());
    PlannedDose { name, amount: of.amount.clone(), from: of.from }
}

impl LineInput {
    /// A line of tablets by mouth, taken every day at `times`.
    #[must_use]
    pub fn tablets(medication: MedicationRef, amount: Quantity, times: Vec<TimeOfDay>) -> Self {
        Self {
            line: None,
            new: false,
            medication,
            form: "tablet".to_owned(),
            amount,
            route: Route::Oral,
            times,
            as_needed: false,
            every_days: daily(),
            weekdays: Vec::new(),
            first: None,
            last: None,
            steps: Vec::new(),
            most_per_day: None,
            least_interval_minutes: None,
        }
    }

    fn name(&self) -> &str {
        &self.medication.name
    }

    fn times(&self) -> Vec<TimeOfDay> {
        let mut times = self.times.clone();
        times.sort_unstable();
        times.dedup();
        times
    }

    /// Times that are given more than once, each once.
    fn times_twice(&self) -> Vec<TimeOfDay> {
        let given = |time: &TimeOfDay| self.times.iter().filter(|one| *one == time).count();
        self.times().into_iter().filter(|time| given(time) > 1).collect()
    }

    fn whole(&self, id: LineId, first: DiaryDay) -> RegimenLine {
        let weekday = |day: &Weekday| u8::try_from(day.number_from_monday()).unwrap_or_default();
        let mut weekdays: Vec<u8> = self.weekdays.iter().map(weekday).collect();
        weekdays.sort_unstable();
        weekdays.dedup();
        let limited = self.most_per_day.is_some() || self.least_interval_minutes.is_some();
        RegimenLine {
            id,
            medication: self.medication.clone(),
            form: self.form.clone(),
            amount: self.amount.clone(),
            route: self.route,
            first,
            last: self.last,
            timing: Timing { times: self.times(), every_days: self.every_days, weekdays },
            as_needed: (self.as_needed || limited).then(|| AsNeededRule {
                most_per_day: self.most_per_day.clone(),
                least_interval_minutes: self.least_interval_minutes,
            }),
            steps: self.steps.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
