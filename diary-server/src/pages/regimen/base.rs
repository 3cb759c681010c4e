//! The regimen that a form changes: the one in force, or for a correction the one without the corrected act.

use diary_core::act::{ActContent, LineChange, LinePatch, RegimenChange, RegimenLine};
use diary_core::study::regimen::{Line, Regimen, Stretch};
use diary_core::text::Lang;

use super::values::{Values, line_name, of_begun, values};
use crate::pages::form::Form;
use crate::pages::plan::state::PlanState;
use crate::site::acts::ActError;
use crate::site::acts::before::Before;
use crate::words::amount;

/// What a form changes.
pub(super) struct Base {
    /// The regimen before the change.
    pub(super) regimen: Regimen,
    /// Lines that the corrected act began, with their numbers.
    pub(super) begun: Vec<(u16, RegimenLine)>,
    /// The corrected change.
    pub(super) change: Option<RegimenChange>,
}

impl Base {
    /// The base of a form; one that corrects an act names it.
    pub(super) fn of(state: &PlanState, form: &Form) -> Result<Self, ActError> {
        let corrects = form.has("corrects").then(|| form.text("corrects"));
        let before = Before::of(&state.record, corrects)?;
        let change = match before.corrected.map(|act| &act.content) {
            Some(ActContent::Regimen(change)) => Some(change.clone()),
            _ => None,
        };
        Ok(Self { regimen: before.regimen(), begun: before.begun(), change })
    }

    /// A line of the regimen with the changes of the corrected act on its first day.
    pub(super) fn shown(&self, line: &Line, of: &Stretch) -> Stretch {
        let mut of = of.clone();
        for patch in self.patches(line) {
            if Some(patch.from) == self.change.as_ref().map(|change| change.from) {
                of.amount = patch.amount.clone().unwrap_or(of.amount);
                of.timing = patch.timing.clone().unwrap_or(of.timing);
                of.form = patch.form.clone().unwrap_or(of.form);
                of.route = patch.route.unwrap_or(of.route);
                of.medication = patch.medication.clone().unwrap_or(of.medication);
                of.as_needed = patch.as_needed.clone().or(of.as_needed);
            }
        }
        of
    }

    fn changes<'c>(&'c self, line: &'c Line) -> impl Iterator<Item = &'c LineChange> {
        let all = self.change.iter().flat_map(|change| &change.lines);
        all.filter(move |one| one.line() == line.id)
    }

    fn patches<'c>(&'c self, line: &'c Line) -> impl Iterator<Item = &'c LinePatch> {
        self.changes(line).filter_map(|one| match one {
            LineChange::Alter(patch) => Some(patch),
            LineChange::Begin(_) | LineChange::End { .. } => None,
        })
    }

    /// The form of the corrected act, filled with what the act says.
    pub(super) fn filled(&self, lang: Lang, corrects: &str) -> Option<Form> {
        let change = self.change.as_ref()?;
        let mut fields = vec![
            ("corrects".to_owned(), corrects.to_owned()),
            ("from".to_owned(), change.from.to_string()),
            ("on".to_owned(), change.from.to_string()),
        ];
        if change.lines.is_empty() {
            fields.push(("nothing".to_owned(), "yes".to_owned()));
        }
        for (line, of) in self.regimen.on(change.from) {
            let prefix = line_name(line.number);
            let mut of_line = values(lang, line, &self.shown(line, of));
            for one in self.changes(line) {
                if let LineChange::End { last, .. } = one {
                    if *last < change.from {
                        fields.push((format!("{prefix}-end"), "yes".to_owned()));
                    } else {
                        of_line.insert("last", last.to_string());
                    }
                }
            }
            put(&mut fields, &prefix, of_line);
            let later = self.patches(line).filter(|patch| patch.from > change.from);
            let steps = later.filter_map(|patch| Some((patch.from, patch.amount.as_ref()?)));
            put_steps(&mut fields, &prefix, steps.map(|(from, of)| (from.to_string(), amount(lang, of))));
        }
        for (number, line) in &self.begun {
            let prefix = line_name(*number);
            put(&mut fields, &prefix, of_begun(lang, line));
            if line.first != change.from {
                fields.push((format!("{prefix}-first"), line.first.to_string()));
            }
            let steps = line.steps.iter().map(|step| (step.from.to_string(), amount(lang, &step.amount)));
            put_steps(&mut fields, &prefix, steps);
        }
        Some(Form::of(fields))
    }
}

/// Fields of a line. The days of the week are one field each.
fn put(fields: &mut Vec<(String, String)>, prefix: &str, values: Values) {
    for (field, value) in values {
        if field == "days" {
            fields.extend(value.split_whitespace().map(|day| (format!("{prefix}-days"), day.to_owned())));
        } else {
            fields.push((format!("{prefix}-{field}"), value));
        }
    }
}

fn put_steps(
    fields: &mut Vec<(String, String)>,
    prefix: &str,
    steps: impl Iterator<Item = (String, String)>,
) {
    for (n, (from, amount)) in (1..).zip(steps) {
        fields.push((format!("{prefix}-step{n}-date"), from));
        fields.push((format!("{prefix}-step{n}-amount"), amount));
    }
}
