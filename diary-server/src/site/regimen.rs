//! Comparison of a regimen file with the present regimen: the lines it touches, the changes in them, and the
//! questions to confirm before it is set. Pure. Lines that the file does not name stay as they are; planned changes
//! stay as well.

use chrono::Weekday;
use diary_core::act::{AsNeededRule, LineChange, LinePatch, RegimenChange, RegimenLine, Step, Timing};
use diary_core::entry::{MedicationRef, Route};
use diary_core::ids::LineId;
use diary_core::measure::Quantity;
use diary_core::readers::file;
use diary_core::study::Study;
use diary_core::study::regimen::{Line, Regimen, Stretch};
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, TimeOfDay};
use diary_report::staff_words::medication_remark;
use serde::Deserialize;

use super::plausible;

/// Most lines of one file.
const LINES_MAX: usize = 100;

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
    Refuse(Vec<String>),
    /// It is set only if staff confirm it.
    Ask(RegimenChange, Vec<String>),
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
    plan.asked.extend(plausible::date("from", input.from, today));
    if input.lines.len() > LINES_MAX {
        plan.refused.push(format!("lines: at most {LINES_MAX} in one file"));
    }
    if input.lines.is_empty() && input.end.is_empty() {
        plan.end_all();
    }
    for number in &input.end {
        match regimen.lines().iter().find(|line| line.number == *number) {
            Some(line) => plan.end(line),
            None => plan.refused.push(format!("end: there is no line {number}")),
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
    refused: Vec<String>,
    asked: Vec<String>,
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
        let dropped: Vec<String> = later(line, self.from).map(|of| planned(line, of)).collect();
        if !dropped.is_empty() {
            self.asked.push(format!("this drops what is planned: {}", dropped.join("; ")));
        }
        self.lines.push(LineChange::End { line: line.id, last: self.from.plus_days(-1) });
    }

    /// The line that each input means; none for a new one.
    fn meant(&self, inputs: &[LineInput]) -> Result<Vec<Option<&'a Line>>, Vec<String>> {
        let alive = self.alive();
        let mut meant: Vec<Option<&'a Line>> = vec![None; inputs.len()];
        let mut refused = Vec::new();
        for (n, input) in inputs.iter().enumerate() {
            if let Some(number) =
                input.line.filter(|number| self.begun.iter().all(|(begun, _)| begun != number))
            {
                meant[n] = alive.iter().copied().find(|line| line.number == number);
                if meant[n].is_none() {
                    refused.push(format!("line {}: there is no line {number} on {}", n + 1, self.from));
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
            let could: Vec<String> =
                free.filter(|line| same(&line)).map(|line| line.number.to_string()).collect();
            if meant[n].is_none() && !could.is_empty() {
                refused.push(format!(
                    "line {}, {}: could be line {} of the regimen. Say which with line = N, or new = true for a further one",
                    n + 1,
                    input.medication.name,
                    could.join(" or ")
                ));
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
        let head = format!("line {n}, {}", input.medication.name);
        for remark in self.study.remarks_on_line(&whole) {
            let said = format!("{head}: {}", medication_remark(&remark, Lang::EN));
            if remark.blocks_regimen() { &mut self.refused } else { &mut self.asked }.push(said);
        }
        let dates = [("first", input.first), ("last", input.last)];
        for (name, date) in dates.into_iter().chain(input.steps.iter().map(|step| ("step", Some(step.from))))
        {
            let said = date.and_then(|date| plausible::date(name, date, today));
            self.asked.extend(said.map(|said| format!("{head}: {said}")));
        }
        let factor = self.study.limits().unusual_factor;
        let mut before = line.and_then(|line| line.on(from)).map(|of| of.amount.clone());
        for amount in std::iter::once(&whole.amount).chain(whole.steps.iter().map(|step| &step.amount)) {
            if let Some(before) = &before
                && before.is_far_from(amount, factor)
            {
                self.asked.push(format!(
                    "{head}: {} after {} is {factor} times as much or as little, or more",
                    plausible::amount(amount),
                    plausible::amount(before)
                ));
            }
            before = Some(amount.clone());
        }
        match line {
            None => self.lines.push(LineChange::Begin(whole)),
            Some(line) => self.touch(&head, line, from, whole),
        }
    }

    /// Changes what differs in a line that is there.
    fn touch(&mut self, head: &str, line: &Line, from: DiaryDay, whole: RegimenLine) {
        let Some(of) = line.on(from) else {
            // The line begins later: for the time until then a line of its own is needed.
            self.refused.push(format!(
                "{head}: line {} begins on {}. Correct the act that begins it, or give new = true and last = its eve",
                line.number,
                line.stretches.first().map_or(from, |of| of.from)
            ));
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
            self.asked
                .push(format!("{head}: this drops a limit of doses as needed, until now{}", limits(before)));
        }
        let touches_amount = patch.amount.is_some();
        if patch != LinePatch::none(line.id, from) {
            self.lines.push(LineChange::Alter(patch));
        }
        let steps_before: Vec<String> = later(line, from).map(|of| planned(line, of)).collect();
        if (touches_amount || !whole.steps.is_empty()) && !steps_before.is_empty() {
            self.asked.push(format!(
                "{head}: planned already and staying: {}. What you set now holds until then",
                steps_before.join("; ")
            ));
        }
        for step in &whole.steps {
            let amount = Some(step.amount.clone());
            self.lines.push(LineChange::Alter(LinePatch { amount, ..LinePatch::none(line.id, step.from) }));
        }
        if let Some(last) = whole.last.filter(|last| line.last() != Some(*last)) {
            let dropped: Vec<String> = later(line, last.plus_days(1)).map(|of| planned(line, of)).collect();
            if !dropped.is_empty() {
                self.asked.push(format!("{head}: this drops what is planned: {}", dropped.join("; ")));
            }
            self.lines.push(LineChange::End { line: line.id, last });
        }
    }
}

/// `, at most 480 mg a day, at least 120 minutes apart`.
fn limits(rule: &AsNeededRule) -> String {
    let most = rule.most_per_day.as_ref().map(|most| format!(", at most {} a day", plausible::amount(most)));
    let apart = rule.least_interval_minutes.map(|minutes| format!(", at least {minutes} minutes apart"));
    most.into_iter().chain(apart).collect()
}

/// Stretches of a line that start after `day`.
fn later(line: &Line, day: DiaryDay) -> impl Iterator<Item = &Stretch> {
    line.stretches.iter().filter(move |of| of.from > day)
}

fn planned(line: &Line, of: &Stretch) -> String {
    let name = line.medication().map_or("", |medication| medication.name.as_str());
    format!("{name} {} from {}", plausible::amount(&of.amount), of.from)
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
        times
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

/// The regimen in lines, with the dates between which each holds, for a person at the command line.
#[must_use]
pub fn in_lines(regimen: &Regimen, today: DiaryDay) -> Vec<String> {
    let mut lines = Vec::new();
    for line in regimen.lines() {
        let name = line.medication().map_or("", |medication| medication.name.as_str());
        for of in &line.stretches {
            let state = match of.to {
                Some(to) if to < today => "over",
                _ if of.from > today => "planned",
                Some(_) | None => "now",
            };
            let to = of.to.map_or_else(|| "on".to_owned(), |to| format!("to {to}"));
            let mut what =
                format!("{} {} {}", plausible::amount(&of.amount), of.form, of.route.shown(Lang::EN));
            for time in &of.timing.times {
                what += &format!(" {time}");
            }
            if !of.timing.weekdays.is_empty() {
                let days: Vec<String> = of.timing.days_of_week().map(|day| day.to_string()).collect();
                what += &format!(" on {}", days.join(" "));
            } else if of.timing.every_days > 1 {
                what += &format!(" every {} days from {}", of.timing.every_days, of.counted_from);
            }
            if let Some(rule) = &of.as_needed {
                what += " as needed";
                what += &limits(rule);
            }
            lines.push(format!("line {}, {name}: from {} {to} ({state}): {what}", line.number, of.from));
        }
    }
    if regimen.on(today).next().is_none() {
        lines.push("no medication today".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests;
