//! What a person types, as a value: keys, codes and labels of options, full-width digits, 是 and 否, dates as they are
//! written. Nothing is guessed: what could mean two things is refused.

use super::answer_check::{AnswerError, Refusal, check};
use super::item::{Item, ItemKind};
use super::value::whole;
use crate::entry::Value;
use crate::measure::{Decimal, Quantity};
use crate::readers::{self, Here, ReadError, plain};
use crate::text::Lang;
use crate::time::TimeOfDay;

/// Reads `text` as an answer to `item`, and checks it.
pub(super) fn parse_answer(item: &Item, text: &str, here: Here) -> Result<Value, AnswerError> {
    let value = read(item, text, here).map_err(|reason| AnswerError::new(item, reason))?;
    check(item, std::slice::from_ref(&value))?;
    Ok(value)
}

fn read(item: &Item, text: &str, here: Here) -> Result<Value, Refusal> {
    let plain = plain(text);
    if !item.asked {
        return Err(Refusal::NotAsked);
    }
    if plain.is_empty() {
        return Err(Refusal::Missing);
    }
    match item.kind {
        ItemKind::Group | ItemKind::Display => Err(Refusal::NotAsked),
        ItemKind::Boolean => yes_or_no(&plain),
        ItemKind::Choice => choice(item, &plain),
        ItemKind::Integer => {
            let number = number(&plain)?;
            whole(number).map(Value::Integer).ok_or(Refusal::NotWhole)
        }
        ItemKind::Decimal => number(&plain).map(Value::Decimal),
        ItemKind::Quantity => quantity(item, &plain),
        // What was written is kept as written, but for the space around it.
        ItemKind::Text { .. } => Ok(Value::Text(text.trim().to_owned())),
        ItemKind::Date => {
            let date = readers::date(&plain, here.date()).map(Value::Date);
            date.map_err(|error| refused(error, Refusal::NotADate))
        }
        ItemKind::Time => {
            readers::time(&plain).map(Value::Time).map_err(|error| refused(error, Refusal::NotATime))
        }
        ItemKind::DateTime => date_time(&plain, here),
    }
}

fn folded(text: &str) -> String {
    plain(text).to_lowercase()
}

fn yes_or_no(plain: &str) -> Result<Value, Refusal> {
    match folded(plain).as_str() {
        "yes" | "y" | "true" | "是" | "是的" | "有" | "对" => Ok(Value::Boolean(true)),
        "no" | "n" | "false" | "否" | "不" | "不是" | "没有" | "无" => Ok(Value::Boolean(false)),
        _ => Err(Refusal::NotYesOrNo),
    }
}

/// The option whose key or exact code this is; else the one whose code or label it is but for case and width.
fn choice(item: &Item, plain: &str) -> Result<Value, Refusal> {
    let lower = folded(plain);
    let exact = item.keyed_options().filter(|(key, option)| key == plain || option.code == plain);
    let exact: Vec<_> = exact.map(|(_, option)| option).collect();
    let found = if exact.is_empty() {
        let like = |text: &str| folded(text) == lower;
        let labelled =
            |lang: Lang, option: &super::ChoiceOption| option.text.has(lang) && like(option.text.get(lang));
        item.options
            .iter()
            .filter(|o| like(&o.code) || Lang::ALL.iter().any(|lang| labelled(*lang, o)))
            .collect()
    } else {
        exact
    };
    match found.as_slice() {
        [] => Err(Refusal::NotAnOption),
        [option] => Ok(option.value()),
        _ => Err(Refusal::Ambiguous),
    }
}

fn number(plain: &str) -> Result<Decimal, Refusal> {
    readers::number(plain).map_err(|error| refused(error, Refusal::NotANumber))
}

/// A number with a unit behind it, or without one where the item has only one.
fn quantity(item: &Item, plain: &str) -> Result<Value, Refusal> {
    let (value, name) =
        readers::number_and_unit(plain).map_err(|error| refused(error, Refusal::NotANumber))?;
    let unit = match (name.as_str(), item.units.as_slice()) {
        ("", [only]) => *only,
        ("", _) => return Err(Refusal::Unit),
        (name, units) => {
            let named = readers::unit(name);
            units.iter().copied().find(|unit| named == Some(*unit)).ok_or(Refusal::Unit)?
        }
    };
    Ok(Value::Quantity(Quantity { value, unit }))
}

/// A refusal that says no more than that the text is of another kind is the question's own.
fn refused(error: ReadError, plain: Refusal) -> Refusal {
    if error.is_plain() { plain } else { Refusal::Read(error) }
}

/// A date with a time, or "now", with the distance from UTC that held then.
fn date_time(plain: &str, here: Here) -> Result<Value, Refusal> {
    let at = readers::date_and_time(plain, here).map_err(|error| refused(error, Refusal::NotADateTime))?;
    let local = here.zone.local(at);
    let time = TimeOfDay::of(local.time());
    Ok(Value::DateTime { date: local.date(), time, offset_s: here.zone.offset_s(at) })
}
