//! Values of answers: conversion to an item's type, order, and text for people.

use std::cmp::Ordering;

use super::item::{Item, ItemKind};
use crate::entry::Value;
use crate::measure::{Decimal, Quantity};
use crate::text::Lang;
use crate::time::DAY_MS;
use crate::words::answer as say;

/// `value` converted to the item's type, or `None` if it has another: integers are also decimals, codes take
/// the spelling of the option. An unknown code stays as it is.
pub(super) fn as_kind(item: &Item, value: &Value) -> Option<Value> {
    match (item.kind, value) {
        (ItemKind::Boolean, Value::Boolean(_))
        | (ItemKind::Integer, Value::Integer(_))
        | (ItemKind::Decimal, Value::Decimal(_))
        | (ItemKind::Quantity, Value::Quantity(_))
        | (ItemKind::Text { .. }, Value::Text(_))
        | (ItemKind::Date, Value::Date(_))
        | (ItemKind::Time, Value::Time(_))
        | (ItemKind::DateTime, Value::DateTime { .. }) => Some(value.clone()),
        (ItemKind::Decimal, Value::Integer(whole)) => Some(Value::Decimal(Decimal::from(*whole))),
        (ItemKind::Integer, Value::Decimal(decimal)) => whole(*decimal).map(Value::Integer),
        (ItemKind::Choice, Value::Coding { .. }) => {
            Some(item.chosen(value).map_or_else(|| value.clone(), super::item::ChoiceOption::value))
        }
        (ItemKind::Choice, plain) => {
            let fits = item.chosen(plain).is_some() || (item.open && matches!(plain, Value::Text(_)));
            fits.then(|| plain.clone())
        }
        _ => None,
    }
}

/// Integer equal to `decimal`, if there is one.
pub(super) fn whole(decimal: Decimal) -> Option<i64> {
    const NANOS: i128 = 1_000_000_000;
    let nanos = decimal.nanos();
    if nanos % NANOS == 0 { i64::try_from(nanos / NANOS).ok() } else { None }
}

/// Order of two values, if comparable: numbers, amounts of one unit or of mass, dates, times, and instants
/// independent of their offset.
pub(super) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return Some(a.cmp(&b));
    }
    match (a, b) {
        (Value::Quantity(a), Value::Quantity(b)) => order_quantities(a, b),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::DateTime { .. }, Value::DateTime { .. }) => Some(instant_ms(a).cmp(&instant_ms(b))),
        _ => None,
    }
}

/// Number of an integer or a decimal.
pub(super) fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(whole) => Some(Decimal::from(*whole)),
        Value::Decimal(decimal) => Some(*decimal),
        _ => None,
    }
}

fn order_quantities(a: &Quantity, b: &Quantity) -> Option<Ordering> {
    if a.unit == b.unit {
        return Some(a.value.cmp(&b.value));
    }
    let mg = |q: &Quantity| q.value.times(q.unit.in_mg()?);
    Some(mg(a)?.cmp(&mg(b)?))
}

fn instant_ms(value: &Value) -> Option<i64> {
    let Value::DateTime { date, time, offset_s } = value else { return None };
    let minutes = i64::from(time.minutes());
    Some(i64::from(date.to_epoch_days()) * DAY_MS + minutes * 60_000 - i64::from(*offset_s) * 1_000)
}

/// Text of `value` for people.
pub(super) fn show(item: &Item, value: &Value, lang: Lang) -> String {
    let with_unit = |number: String| match item.units.first() {
        Some(unit) => say::quantity(lang, number, unit.shown(lang)),
        None => number,
    };
    if let Some(option) = item.chosen(value) {
        return option.text.get(lang).to_owned();
    }
    match value {
        Value::Coding { code, .. } => code.clone(),
        // Distinguishes a chosen option from free text in its place.
        Value::Text(text) if item.open => say::own_words(lang, text),
        Value::Integer(whole) => with_unit(whole.to_string()),
        Value::Decimal(decimal) => with_unit(decimal.to_string()),
        Value::Quantity(quantity) => {
            say::quantity(lang, quantity.value.to_string(), quantity.unit.shown(lang))
        }
        Value::Boolean(true) => say::yes(lang).to_owned(),
        Value::Boolean(false) => say::no(lang).to_owned(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time.to_string(),
        Value::DateTime { date, time, .. } => format!("{date} {time}"),
    }
}
