//! One cell of a question's row: its text, its rank and its shade.

use std::collections::BTreeSet;

use diary_core::entry::{Answer, Value};
use diary_core::measure::Decimal;
use diary_core::study::instrument::{Item, ItemKind};

use super::{Answered, ItemCell, QuestionOutcome, Scale};

/// A cell under construction, with a number that ranks the answers of one day.
pub(super) struct CellDraft {
    rank: Option<Decimal>,
    pub(super) cell: ItemCell,
    /// Further options shown beside the first, in order of arrival.
    beside: Vec<String>,
    keys: BTreeSet<String>,
}

impl CellDraft {
    /// Cell of one entry; `None` if its version of the instrument does not have the question.
    pub(super) fn of(found: &Answered<'_>, item: &Item, scale: &Scale) -> Option<Self> {
        let then = found.instrument.item(&item.link_id)?;
        let Some(answer) = found.answer(&item.link_id) else {
            let asked = found.instrument.enabled(found.answers).iter().any(|i| i.link_id == item.link_id);
            let state = if asked { QuestionOutcome::Skipped } else { QuestionOutcome::NotShown };
            return Some(Self::showing(None, ItemCell::without(state)));
        };
        let (rank, shown) = shown_value(then, answer)?;
        let odd = found.instrument.check(then, &answer.values).is_err();
        let shade = if odd { 0 } else { shade(rank, scale) };
        let cell = ItemCell { shown, shade, odd, ..ItemCell::without(QuestionOutcome::Answered) };
        Some(Self::showing(Some(rank), cell))
    }

    const fn showing(rank: Option<Decimal>, cell: ItemCell) -> Self {
        Self { rank, cell, beside: Vec::new(), keys: BTreeSet::new() }
    }

    /// Two answers of one day in one cell: the worse of them, or both options of a choice.
    pub(super) fn and(self, new: Self, scale: &Scale) -> Self {
        let odd = self.cell.odd || new.cell.odd;
        let others = self.cell.others;
        let mut held = match scale {
            Scale::Choice { .. } if self.rank.is_some() && new.rank.is_some() => self.beside(new.cell.shown),
            Scale::Grade { .. } | Scale::Number { .. } | Scale::YesNo | Scale::Choice { .. } => {
                // An impossible answer must not hide a possible one.
                let order = |held: &Self| (held.cell.state, !held.cell.odd, held.rank);
                if order(&new) > order(&self) { new } else { self }
            }
        };
        (held.cell.odd, held.cell.others) = (odd, others);
        held
    }

    fn beside(mut self, key: String) -> Self {
        if key != self.cell.shown && self.keys.insert(key.clone()) {
            self.beside.push(key);
        }
        self
    }

    /// The cell with all that it shows.
    pub(super) fn finish(self) -> ItemCell {
        let shown: Vec<String> = std::iter::once(self.cell.shown).chain(self.beside).collect();
        ItemCell { shown: shown.join("/"), ..self.cell }
    }
}

/// Text of a cell, and a number that ranks the answers of one day.
fn shown_value(item: &Item, answer: &Answer) -> Option<(Decimal, String)> {
    let mut found: Vec<(Decimal, String)> =
        answer.values.iter().map(|value| one_value(item, value)).collect();
    if item.repeats && found.len() > 1 {
        let shown: Vec<String> = found.iter().map(|(_, shown)| shown.clone()).collect();
        return Some((found.iter().map(|(rank, _)| *rank).max()?, shown.join("+")));
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.pop()
}

fn one_value(item: &Item, value: &Value) -> (Decimal, String) {
    let zero = Decimal::from(0);
    match value {
        Value::Coding { code, .. } => match item.chosen(value) {
            Some(option) => match option.ordinal {
                Some(ordinal) if is_graded(item) => (ordinal, ordinal.to_string()),
                _ => {
                    let key = item.keyed_options().find(|(_, o)| *o == option).map(|(key, _)| key);
                    (zero, key.unwrap_or_else(|| code.clone()))
                }
            },
            None => (zero, code.clone()),
        },
        Value::Integer(n) => (Decimal::from(*n), n.to_string()),
        Value::Decimal(n) => (*n, n.to_string()),
        Value::Quantity(q) => (q.value, q.value.to_string()),
        Value::Boolean(yes) => (Decimal::from(i64::from(*yes)), if *yes { "Y" } else { "-" }.to_owned()),
        Value::Text(text) => (zero, text.clone()),
        Value::Date(date) => (zero, date.to_string()),
        Value::Time(time) | Value::DateTime { time, .. } => (zero, time.to_string()),
    }
}

pub(super) fn is_graded(item: &Item) -> bool {
    !item.options.is_empty() && item.options.iter().all(|option| option.ordinal.is_some())
}

/// Scale of the cells of a question; `None` for texts, dates and times.
pub(super) fn scale(item: &Item) -> Option<Scale> {
    match item.kind {
        ItemKind::Choice if is_graded(item) => {
            let max = item.options.iter().filter_map(|option| option.ordinal).max()?;
            Some(Scale::Grade { max })
        }
        ItemKind::Choice => {
            let options = item.keyed_options().map(|(key, option)| (key, option.text.clone())).collect();
            Some(Scale::Choice { options })
        }
        ItemKind::Boolean => Some(Scale::YesNo),
        ItemKind::Integer | ItemKind::Decimal | ItemKind::Quantity => {
            Some(Scale::Number { unit: item.units.first().copied() })
        }
        ItemKind::Group
        | ItemKind::Display
        | ItemKind::Text { .. }
        | ItemKind::Date
        | ItemKind::Time
        | ItemKind::DateTime => None,
    }
}

/// 0 for none, 3 for the worst grade.
fn shade(rank: Decimal, scale: &Scale) -> u8 {
    let zero = Decimal::from(0);
    match scale {
        Scale::Grade { max } if rank > zero && *max > zero => {
            let thirds = (rank.nanos() * 3 + max.nanos() - 1) / max.nanos();
            u8::try_from(thirds.clamp(1, 3)).unwrap_or(3)
        }
        Scale::YesNo if rank > zero => 2,
        Scale::Grade { .. } | Scale::YesNo | Scale::Number { .. } | Scale::Choice { .. } => 0,
    }
}
