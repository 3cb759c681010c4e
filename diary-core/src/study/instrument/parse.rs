//! Parsing of typed answers: keys, codes and labels of options, full-width digits, 是 and 否, dates in local
//! notation. Nothing is guessed; ambiguous text is refused.

use super::answer_check::check;
use super::item::{Item, ItemKind, KeyedAnswer};
use super::keys;
use super::marks::{folded, same_key};
use super::message::{AnswerError, AnswerRefusal};
use super::value::whole;
use crate::entry::Value;
use crate::measure::{Decimal, Quantity, Unit};
use crate::readers::{self, Here, ReadError, plain};
use crate::text::Text;
use crate::time::TimeOfDay;

/// Visibility of the options with their keys. In view, a key means its option. Out of view, a key that is
/// also a code or a number of another option is ambiguous.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Keys {
    InView,
    OutOfSight,
}

/// Parses `text` as an answer to `item`, and checks it.
pub(super) fn parse_answer(item: &Item, text: &str, here: Here, keys: Keys) -> Result<Value, AnswerError> {
    let typed = Typed { item, text, here, keys };
    let value = typed.read().map_err(|reason| AnswerError::new(item, reason))?;
    check(item, std::slice::from_ref(&value))?;
    Ok(value)
}

/// A text that was typed as an answer to an item.
struct Typed<'a> {
    item: &'a Item,
    text: &'a str,
    here: Here,
    keys: Keys,
}

impl Typed<'_> {
    fn read(&self) -> Result<Value, AnswerRefusal> {
        let (item, plain) = (self.item, plain(self.text));
        if !item.asked {
            return Err(AnswerRefusal::NotAsked);
        }
        if plain.is_empty() {
            return Err(AnswerRefusal::Missing);
        }
        match item.kind {
            ItemKind::Group | ItemKind::Display => Err(AnswerRefusal::NotAsked),
            ItemKind::Boolean => self.yes_or_no(&plain),
            ItemKind::Choice => self.choice(&plain),
            ItemKind::Integer => {
                let number = number(&plain)?;
                whole(number).map(Value::Integer).ok_or(AnswerRefusal::NotWhole)
            }
            ItemKind::Decimal => number(&plain).map(Value::Decimal),
            ItemKind::Quantity => self.quantity(&plain),
            // Text is kept as typed, without the space around it.
            ItemKind::Text { .. } => Ok(Value::Text(self.text.trim().to_owned())),
            ItemKind::Date => {
                let date = readers::date(&plain, self.here.date()).map(Value::Date);
                date.map_err(|error| refused(error, AnswerRefusal::NotADate))
            }
            ItemKind::Time => readers::time(&plain)
                .map(Value::Time)
                .map_err(|error| refused(error, AnswerRefusal::NotATime)),
            ItemKind::DateTime => self.date_time(&plain),
        }
    }

    /// A key, its words in any language, or another word for yes or no.
    fn yes_or_no(&self, plain: &str) -> Result<Value, AnswerRefusal> {
        let (item, typed) = (self.item, folded(plain));
        let keyed = item.keys.iter().find(|answer| same_key(&answer.key, &typed));
        let said = || item.keys.iter().find(|answer| says(&answer.label, &typed));
        keyed
            .or_else(said)
            .map(|answer| answer.value.clone())
            .or_else(|| keys::yes_or_no(&typed).map(Value::Boolean))
            .ok_or(AnswerRefusal::NotYesOrNo)
    }

    /// Option with this key; otherwise the one with this code, words, number or letter; otherwise a word for yes
    /// or no in a choice between these; otherwise, in an open choice, free text.
    fn choice(&self, plain: &str) -> Result<Value, AnswerRefusal> {
        let (item, text, typed) = (self.item, self.text, folded(plain));
        if let Some(own) = text.trim().strip_prefix(['\\', '＼']).filter(|_| item.open) {
            return Ok(Value::Text(own.trim().to_owned()));
        }
        if let Some(code) = typed.strip_prefix("code:").map(str::trim) {
            return only(item.keys.iter().filter(|answer| self.is_code(answer, code)).collect());
        }
        let by_key = item.keys.iter().find(|answer| same_key(&answer.key, &typed));
        if let (Some(answer), true) = (by_key, self.keys == Keys::InView) {
            return Ok(answer.value.clone());
        }
        let named = item.keys.iter().filter(|answer| self.is_named(answer, &typed));
        let mut meant: Vec<&KeyedAnswer> = named.collect();
        meant.extend(by_key.filter(|answer| !meant.contains(answer)));
        if !meant.is_empty() {
            let counts = item.keys.iter().filter(|answer| self.counts(answer, &typed));
            let counting: Vec<_> = counts.filter(|answer| !meant.contains(answer)).collect();
            meant.extend(counting);
            return only(meant);
        }
        if let (Some(yes), Some((at_yes, at_no))) = (keys::yes_or_no(&typed), keys::yes_and_no(&item.options))
        {
            let at = if yes { at_yes } else { at_no };
            return Ok(item.options[at].value());
        }
        // A single number or letter is a mistyped key, not free text.
        let is_words = typed.chars().count() > 1 && typed.parse::<Decimal>().is_err();
        if item.open && is_words {
            Ok(Value::Text(text.trim().to_owned()))
        } else {
            Err(AnswerRefusal::NotAnOption)
        }
    }

    fn is_code(&self, answer: &KeyedAnswer, typed: &str) -> bool {
        answer.option.is_some_and(|at| folded(&self.item.options[at].code) == typed)
    }

    /// True if `typed` is its code, its words in either language, or a number or letter within these.
    fn is_named(&self, answer: &KeyedAnswer, typed: &str) -> bool {
        let Some(option) = answer.option.map(|at| &self.item.options[at]) else { return false };
        self.is_code(answer, typed)
            || says(&option.text, typed)
            || says(&answer.label, typed)
            || answer.also.iter().any(|also| same_key(also, typed))
    }

    /// True if `typed` is its ordinal value.
    fn counts(&self, answer: &KeyedAnswer, typed: &str) -> bool {
        let ordinal = answer.option.and_then(|at| self.item.options[at].ordinal);
        ordinal.is_some_and(|ordinal| same_key(&ordinal.to_string(), typed))
    }

    /// A number with its unit, which may be missing if the item has only one.
    fn quantity(&self, plain: &str) -> Result<Value, AnswerRefusal> {
        let (value, name) =
            readers::number_and_unit(plain).map_err(|error| refused(error, AnswerRefusal::NotANumber))?;
        let unit = match (name.as_str(), self.item.units.as_slice()) {
            ("", [only]) => *only,
            ("", _) => return Err(AnswerRefusal::Unit),
            (name, units) => {
                let named = readers::unit(name);
                let called =
                    |unit: &Unit| named == Some(*unit) || unit.ucum() == name || unit.is_spelled(name);
                units.iter().copied().find(called).ok_or(AnswerRefusal::Unit)?
            }
        };
        Ok(Value::Quantity(Quantity { value, unit }))
    }

    /// A date with a time, or "now", with the offset from UTC at that time.
    fn date_time(&self, plain: &str) -> Result<Value, AnswerRefusal> {
        let here = self.here;
        let at = readers::date_and_time(plain, here)
            .map_err(|error| refused(error, AnswerRefusal::NotADateTime))?;
        let local = here.zone.local(at);
        let time = TimeOfDay::of(local.time());
        Ok(Value::DateTime { date: local.date(), time, offset_s: here.zone.offset_s(at) })
    }
}

fn only(meant: Vec<&KeyedAnswer>) -> Result<Value, AnswerRefusal> {
    match meant.as_slice() {
        [] => Err(AnswerRefusal::NotAnOption),
        [answer] => Ok(answer.value.clone()),
        _ => Err(AnswerRefusal::Ambiguous),
    }
}

fn number(plain: &str) -> Result<Decimal, AnswerRefusal> {
    readers::number(plain).map_err(|error| refused(error, AnswerRefusal::NotANumber))
}

fn says(text: &Text, typed: &str) -> bool {
    text.iter().any(|(_, words)| folded(words) == typed)
}

/// A reader's refusal without details is replaced by that of the question.
fn refused(error: ReadError, plain: AnswerRefusal) -> AnswerRefusal {
    if error.is_plain() { plain } else { AnswerRefusal::Read(error) }
}
