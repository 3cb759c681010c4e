//! The form of a regimen as a command. A line of which nothing was changed is left as it is; of a line that was changed,
//! the fields that were not touched keep what is planned for the day of the change.

use chrono::Weekday;
use diary_core::act::Step;
use diary_core::entry::{MedicationRef, Route};
use diary_core::measure::Quantity;
use diary_core::readers::{self, ReadError};
use diary_core::study::regimen::Line;
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, TimeOfDay};

use super::base::Base;
use super::values::{Values, line_name, values};
use crate::messages::regimen_page as say;
use crate::pages::form::Form;
use crate::pages::plan::state::PlanState;
use crate::pages::plan::{Trouble, day};
use crate::site::{LineInput, RegimenInput};

/// Fields of a line.
pub(super) const FIELDS: [&str; 10] =
    ["amount", "form", "route", "times", "every", "days", "needed", "most", "apart", "last"];
/// Steps that a line is offered at once.
const STEPS: usize = 2;
/// Most steps of a line in a form.
const STEPS_MAX: usize = 12;
/// Lines that can be added at once.
pub(super) const NEW: [&str; 3] = ["n1", "n2", "n3"];

/// Values of a line as they were typed.
pub(super) fn typed(form: &Form, line: &str) -> Values {
    FIELDS
        .into_iter()
        .map(|field| {
            let name = format!("{line}-{field}");
            (field, form.all(&name).collect::<Vec<_>>().join(" "))
        })
        .collect()
}

/// Name of the fields of a line that is there.
pub(super) fn name(line: &Line) -> String {
    line_name(line.number)
}

/// Names of the fields of the steps of a line: those that were typed, and those that are offered.
pub(super) fn step_names(form: &Form, prefix: &str) -> Vec<[String; 2]> {
    let names = |n: usize| ["date", "amount"].map(|part| format!("{prefix}-step{n}-{part}"));
    let typed = (1..=STEPS_MAX).rev().find(|n| names(*n).iter().any(|name| form.has(name))).unwrap_or(0);
    (1..=STEPS.max(typed + 1).min(STEPS_MAX)).map(names).collect()
}

/// Day for which the lines of a form were shown.
pub(super) fn shown_on(state: &PlanState, form: &Form) -> DiaryDay {
    form.text("on").parse().unwrap_or(state.today)
}

/// Reads the form.
pub(super) fn read(state: &PlanState, lang: Lang, form: &Form) -> Result<RegimenInput, Trouble> {
    let from = day(lang, form, "from")?;
    let base = Base::of(state, form).map_err(|error| Trouble::Other(error.into()))?;
    let (mut lines, mut end) = (Vec::new(), Vec::new());
    for (line, of) in base.regimen.on(shown_on(state, form)).filter(|(_, of)| state.may_show_line(of)) {
        let prefix = name(line);
        if form.has(&format!("{prefix}-end")) {
            end.push(line.number);
            continue;
        }
        let (was, now) = (values(lang, line, of), typed(form, &prefix));
        let steps = steps(lang, form, &prefix)?;
        let untouched = was == now && steps.is_empty();
        if untouched || !form.has(&format!("{prefix}-amount")) {
            continue;
        }
        stays(lang, &was, &now)?;
        let planned = values(lang, line, line.on(from).unwrap_or(of));
        let merged: Values = now
            .into_iter()
            .map(|(field, value)| match was.get(field) == Some(&value) {
                true => (field, planned.get(field).cloned().unwrap_or_default()),
                false => (field, value),
            })
            .collect();
        let one = line_input(lang, base.shown(line, of).medication, &merged)?;
        lines.push(LineInput { line: Some(line.number), steps, ..one });
    }
    for (number, line) in base.begun.iter().filter(|(_, line)| state.may_show_medication(&line.medication)) {
        let prefix = line_name(*number);
        if form.has(&format!("{prefix}-end")) {
            continue;
        }
        let one = line_input(lang, line.medication.clone(), &typed(form, &prefix))?;
        let (first, steps) = (first_day(lang, form, &prefix)?, steps(lang, form, &prefix)?);
        lines.push(LineInput { line: Some(*number), first, steps, ..one });
    }
    for prefix in NEW {
        if let Some(medication) = medication(state, lang, form, prefix)? {
            let one = line_input(lang, medication, &typed(form, prefix))?;
            let first = first_day(lang, form, prefix)?;
            lines.push(LineInput { new: true, first, steps: steps(lang, form, prefix)?, ..one });
        }
    }
    if lines.is_empty() && end.is_empty() && !form.has("nothing") {
        return Err(Trouble::Field(say::unchanged(lang).to_owned()));
    }
    if form.has("nothing") && !(lines.is_empty() && end.is_empty()) {
        return Err(Trouble::Field(say::nothing_or_lines(lang).to_owned()));
    }
    Ok(RegimenInput { from, lines, end })
}

fn first_day(lang: Lang, form: &Form, prefix: &str) -> Result<Option<DiaryDay>, Trouble> {
    let first = format!("{prefix}-first");
    form.has(&first).then(|| day(lang, form, &first)).transpose()
}

/// Refuses to take away what a change cannot take away.
fn stays(lang: Lang, was: &Values, now: &Values) -> Result<(), Trouble> {
    let gone = |field: &str| {
        let value = |of: &Values| of.get(field).is_some_and(|value| !value.is_empty());
        value(was) && !value(now)
    };
    if gone("last") {
        return Err(Trouble::Field(say::last_stays(lang).to_owned()));
    }
    if gone("needed") {
        return Err(Trouble::Field(say::needed_stays(lang).to_owned()));
    }
    Ok(())
}

/// Medication of a new line; none where the line is left empty.
fn medication(
    state: &PlanState,
    lang: Lang,
    form: &Form,
    prefix: &str,
) -> Result<Option<MedicationRef>, Trouble> {
    let (code, amount) = (form.text(&format!("{prefix}-medication")), form.has(&format!("{prefix}-amount")));
    let known = state.setting.study.medications().iter().find(|one| one.code.as_str() == code);
    match (known, amount) {
        (Some(known), _) => {
            let name = known.name.get(lang).to_owned();
            Ok(Some(MedicationRef { code: Some(known.code.clone()), name }))
        }
        (None, true) => Err(Trouble::Field(say::medication_needed(lang).to_owned())),
        (None, false) => Ok(None),
    }
}

fn steps(lang: Lang, form: &Form, prefix: &str) -> Result<Vec<Step>, Trouble> {
    let mut steps = Vec::new();
    for [date, amount] in step_names(form, prefix) {
        if form.has(&date) || form.has(&amount) {
            let from = day(lang, form, &date)?;
            steps.push(Step { from, amount: quantity(lang, form.text(&amount))? });
        }
    }
    Ok(steps)
}

fn line_input(lang: Lang, medication: MedicationRef, values: &Values) -> Result<LineInput, Trouble> {
    let value = |field: &str| values.get(field).map_or("", String::as_str);
    let number = |text: String| Trouble::Field(say::number_needed(lang, text));
    let optional = |field: &str| Some(value(field)).filter(|text| !text.is_empty());
    let route: Route = value("route").parse().map_err(|_| number(value("route").to_owned()))?;
    let every = match optional("every") {
        Some(text) => text.parse().map_err(|_| number(text.to_owned()))?,
        None => 1,
    };
    let apart = optional("apart").map(|text| text.parse().map_err(|_| number(text.to_owned())));
    let last = optional("last").map(readers::date_alone).transpose().map_err(|error| said(lang, error))?;
    Ok(LineInput {
        form: value("form").to_owned(),
        route,
        as_needed: !value("needed").is_empty(),
        every_days: every,
        weekdays: weekdays(value("days")),
        last: last.map(DiaryDay),
        most_per_day: optional("most").map(|text| quantity(lang, text)).transpose()?,
        least_interval_minutes: apart.transpose()?,
        ..LineInput::tablets(medication, quantity(lang, value("amount"))?, times(lang, value("times"))?)
    })
}

fn said(lang: Lang, error: ReadError) -> Trouble {
    Trouble::Field(error.message(lang))
}

fn quantity(lang: Lang, text: &str) -> Result<Quantity, Trouble> {
    readers::amount(text).map_err(|error| said(lang, error))
}

/// Numbers of weekdays, from Monday.
fn weekdays(text: &str) -> Vec<Weekday> {
    let numbers = text.split_whitespace().filter_map(|one| one.parse::<u8>().ok()?.checked_sub(1));
    numbers.filter_map(|number| Weekday::try_from(number).ok()).collect()
}

/// Times of day, separated by commas or spaces.
fn times(lang: Lang, text: &str) -> Result<Vec<TimeOfDay>, Trouble> {
    let mut times = Vec::new();
    let parts = text.split([',', '，', '、', ';', '；']).map(str::trim).filter(|part| !part.is_empty());
    for part in parts {
        match readers::time(part) {
            Ok(time) => times.push(time),
            Err(error) => {
                let each: Result<Vec<TimeOfDay>, ReadError> =
                    part.split_whitespace().map(readers::time).collect();
                times.extend(each.map_err(|_| said(lang, error))?);
            }
        }
    }
    Ok(times)
}
