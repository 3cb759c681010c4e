//! What a person types, as a value: keys, codes and labels of options, full-width digits, 是 and 否, dates as they are
//! written. Nothing is guessed: what could mean two things is refused.

use chrono::{Duration, NaiveDate};

use super::answer_check::{AnswerError, Refusal, check};
use super::item::{Item, ItemKind};
use super::value::whole;
use crate::entry::Value;
use crate::measure::{Decimal, Quantity, Unit, plain_digits};
use crate::text::Lang;
use crate::time::{TimeOfDay, UtcMillis, Zone};

/// Where and when the person types.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here {
    pub(super) zone: Zone,
    pub(super) at: UtcMillis,
}

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
            let number: Decimal = plain.parse().map_err(|_| Refusal::NotANumber)?;
            whole(number).map(Value::Integer).ok_or(Refusal::NotWhole)
        }
        ItemKind::Decimal => plain.parse().map(Value::Decimal).map_err(|_| Refusal::NotANumber),
        ItemKind::Quantity => quantity(item, &plain),
        // What was written is kept as written, but for the space around it.
        ItemKind::Text { .. } => Ok(Value::Text(text.trim().to_owned())),
        ItemKind::Date => date(&plain, here).map(Value::Date).ok_or(Refusal::NotADate),
        ItemKind::Time => plain_digits(&plain).parse().map(Value::Time).map_err(|_| Refusal::NotATime),
        ItemKind::DateTime => date_time(&plain, here),
    }
}

/// Full-width letters, digits, signs and spaces as the plain ones; without the invisible marks that keyboards and
/// pasted pages leave behind; spaces at the ends and doubled ones gone.
fn plain(text: &str) -> String {
    let visible = text.chars().filter(|c| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}'));
    let narrow = visible.map(|c| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFF01 + 0x21).unwrap_or(c),
        '\u{3000}' | '\u{A0}' => ' ',
        other => other,
    });
    let text: String = narrow.collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

/// A number with a unit behind it, or without one where the item has only one.
fn quantity(item: &Item, plain: &str) -> Result<Value, Refusal> {
    let text = plain_digits(plain);
    let number_end = text.find(|c: char| !c.is_ascii_digit() && !"+-.".contains(c)).unwrap_or(text.len());
    let (number, unit) = text.split_at(number_end);
    let value: Decimal = number.parse().map_err(|_| Refusal::NotANumber)?;
    let unit = match (unit.trim(), item.units.as_slice()) {
        ("", [only]) => *only,
        ("", _) => return Err(Refusal::Unit),
        (unit, units) => units.iter().copied().find(|u| is_called(*u, unit)).ok_or(Refusal::Unit)?,
    };
    Ok(Value::Quantity(Quantity { value, unit }))
}

fn is_called(unit: Unit, name: &str) -> bool {
    let also: &[&str] = match unit.ucum() {
        "Cel" => &["℃", "度", "摄氏度", "C", "c"],
        _ => &[],
    };
    name.parse() == Ok(unit) || also.contains(&name)
}

/// 2026-03-29, 2026/3/29, 2026.3.29, 2026年3月29日, today, yesterday.
fn date(plain: &str, here: Here) -> Option<NaiveDate> {
    let today = here.zone.local(here.at).date();
    match folded(plain).as_str() {
        "today" | "今天" | "今日" => return Some(today),
        "yesterday" | "昨天" | "昨日" => return today.checked_sub_signed(Duration::days(1)),
        _ => {}
    }
    let text = plain_digits(plain).replace(['/', '.', '年', '月'], "-");
    let mut parts = text.strip_suffix('日').unwrap_or(&text).split('-');
    let mut part = |longest: usize| {
        let digits = parts.next().filter(|p| (1..=longest).contains(&p.len()))?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten()
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// A date, a space or T, and a time; or "now".
fn date_time(plain: &str, here: Here) -> Result<Value, Refusal> {
    if ["now", "现在"].contains(&folded(plain).as_str()) {
        let local = here.zone.local(here.at);
        let time = local.time().format("%H:%M").to_string().parse().map_err(|_| Refusal::NotADateTime)?;
        return Ok(Value::DateTime { date: local.date(), time, offset_s: here.zone.offset_s(here.at) });
    }
    let (day, time) = plain.rsplit_once([' ', 'T']).ok_or(Refusal::NotADateTime)?;
    let date = date(day.trim(), here).ok_or(Refusal::NotADateTime)?;
    let time: TimeOfDay = plain_digits(time).parse().map_err(|_| Refusal::NotADateTime)?;
    let instant = here.zone.instant(date, time.to_chrono());
    if here.zone.local(instant) != date.and_time(time.to_chrono()) {
        return Err(Refusal::SkippedByClock);
    }
    Ok(Value::DateTime { date, time, offset_s: here.zone.offset_s(instant) })
}
