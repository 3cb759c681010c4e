//! Checks of values against items, and selection of the answers of an entry. The sentences are in `message`.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::Datelike;

use super::enable::Enablement;
use super::item::{Item, ItemKind};
use super::message::{AnswerError, AnswerRefusal};
use super::value::{as_kind, order};
use crate::entry::{Answer, Value};
use crate::measure::{Decimal, TEXT_MAX_BYTES};

/// Checks that `values` answer `item`.
pub(super) fn check(item: &Item, values: &[Value]) -> Result<(), AnswerError> {
    refusal(item, values).map_or(Ok(()), |reason| Err(AnswerError::new(item, reason)))
}

fn refusal(item: &Item, values: &[Value]) -> Option<AnswerRefusal> {
    if !item.asked {
        return Some(AnswerRefusal::NotAsked);
    }
    if values.is_empty() {
        return Some(AnswerRefusal::Missing);
    }
    if values.len() > 1 && !item.repeats {
        return Some(AnswerRefusal::SeveralAnswers);
    }
    let mut seen = Vec::new();
    for value in values {
        let Some(value) = as_kind(item, value) else { return Some(AnswerRefusal::WrongType) };
        if let Some(reason) = refusal_of_one(item, &value) {
            return Some(reason);
        }
        if seen.contains(&value) {
            return Some(AnswerRefusal::SameTwice);
        }
        seen.push(value);
    }
    let alone = seen.iter().any(|value| item.chosen(value).is_some_and(|option| option.exclusive));
    (alone && seen.len() > 1).then_some(AnswerRefusal::Exclusive)
}

fn refusal_of_one(item: &Item, value: &Value) -> Option<AnswerRefusal> {
    let out_of = |bound: &Option<Value>, wrong: Ordering| {
        bound.as_ref().is_some_and(|bound| order(value, bound) == Some(wrong))
    };
    match value {
        Value::Coding { .. } => item.chosen(value).is_none().then_some(AnswerRefusal::NotAnOption),
        _ if item.chosen(value).is_some() => None,
        Value::Quantity(quantity) if !item.units.contains(&quantity.unit) => Some(AnswerRefusal::Unit),
        Value::Text(text) => text_refusal(item, text),
        Value::Integer(whole) if i32::try_from(*whole).is_err() => Some(AnswerRefusal::OutOfRange),
        Value::Date(date) | Value::DateTime { date, .. } if !(1..=9999).contains(&date.year()) => {
            Some(AnswerRefusal::OutOfRange)
        }
        _ if out_of(&item.min, Ordering::Less) || out_of(&item.max, Ordering::Greater) => {
            Some(AnswerRefusal::OutOfRange)
        }
        Value::Decimal(decimal) => too_fine(item, *decimal),
        Value::Quantity(quantity) => too_fine(item, quantity.value),
        _ => None,
    }
}

fn too_fine(item: &Item, decimal: Decimal) -> Option<AnswerRefusal> {
    let places = item.max_decimal_places?;
    let step = Decimal::new(1, places).nanos();
    (decimal.nanos() % step != 0).then_some(AnswerRefusal::TooManyPlaces)
}

fn text_refusal(item: &Item, text: &str) -> Option<AnswerRefusal> {
    if text.trim().is_empty() {
        return Some(AnswerRefusal::Missing);
    }
    if text.len() > TEXT_MAX_BYTES || item.max_length.is_some_and(|max| text.chars().count() > max) {
        return Some(AnswerRefusal::TooLong);
    }
    // FHIR strings contain no other control characters; a NUL would break later readers of the text.
    text.chars().any(|c| c.is_control() && !"\t\r\n".contains(c)).then_some(AnswerRefusal::ControlCharacters)
}

/// Answers of an entry; see [`super::Instrument::finish`].
pub(super) fn finish(items: &[Item], answers: &[Answer]) -> Result<Vec<Answer>, Vec<AnswerError>> {
    let enablement = Enablement::new(items, answers);
    let mut errors = stray(items, answers);
    let mut finished: Vec<Answer> = Vec::new();
    for item in enablement.items().filter(|item| item.asked) {
        let given = answers.iter().find(|a| a.link_id == item.link_id && !a.values.is_empty());
        match given {
            Some(answer) => match check(item, &answer.values) {
                Ok(()) => {
                    let values = answer.values.iter().filter_map(|value| as_kind(item, value)).collect();
                    finished.push(Answer { link_id: item.link_id.clone(), values });
                }
                Err(error) => errors.push(error),
            },
            None if item.required => errors.push(AnswerError::new(item, AnswerRefusal::Missing)),
            None => {}
        }
    }
    for group in enablement.items().filter(|item| item.kind == ItemKind::Group && item.required) {
        let below = super::item::walk(&group.children);
        let askable: BTreeSet<&str> = below
            .filter(|item| item.asked && enablement.is_enabled(&item.link_id))
            .map(|item| item.link_id.as_str())
            .collect();
        let refused = errors.iter().any(|error| askable.contains(error.link_id.as_str()));
        let answered = finished.iter().any(|answer| askable.contains(answer.link_id.as_str()));
        if !askable.is_empty() && !refused && !answered {
            errors.push(AnswerError::new(group, AnswerRefusal::Missing));
        }
    }
    if errors.is_empty() { Ok(finished) } else { Err(errors) }
}

/// Answers to items that are not questions here, and duplicate answers.
fn stray(items: &[Item], answers: &[Answer]) -> Vec<AnswerError> {
    let mut seen = BTreeSet::new();
    let mut errors = Vec::new();
    for answer in answers {
        let link_id = answer.link_id.as_str();
        match super::item::walk(items).find(|item| item.link_id == link_id) {
            None => errors.push(AnswerError::unknown(link_id)),
            Some(item) if !item.asked => errors.push(AnswerError::new(item, AnswerRefusal::NotAsked)),
            Some(item) if !seen.insert(link_id) => {
                errors.push(AnswerError::new(item, AnswerRefusal::AnsweredTwice));
            }
            Some(_) => {}
        }
    }
    errors
}
