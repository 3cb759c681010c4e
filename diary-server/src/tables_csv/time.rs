//! Days and instants as tables give them: ISO 8601, instants in UTC with milliseconds.

use diary_core::entry::Value;
use diary_core::time::{DiaryDay, Reading, UtcMillis};

/// A day, for example `2026-03-29`.
pub(super) fn day(day: DiaryDay) -> String {
    day.0.format("%Y-%m-%d").to_string()
}

/// An instant, for example `2026-03-29T01:30:00.000Z`.
pub(super) fn instant(at: UtcMillis) -> String {
    at.to_chrono().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// What a phone showed, with its offset, for example `2026-03-29T09:30:00.000+08:00`.
pub(super) fn shown(reading: &Reading) -> String {
    format!("{}{}", reading.local().format("%Y-%m-%dT%H:%M:%S%.3f"), offset(reading.offset_s))
}

/// The value of an answer that is a date or a time.
pub(super) fn of_answer(value: &Value) -> Option<String> {
    match value {
        Value::Date(date) => Some(date.format("%Y-%m-%d").to_string()),
        Value::Time(time) => Some(time.to_string()),
        Value::DateTime { date, time, offset_s } => {
            Some(format!("{}T{time}{}", date.format("%Y-%m-%d"), offset(*offset_s)))
        }
        Value::Coding { .. }
        | Value::Integer(_)
        | Value::Decimal(_)
        | Value::Quantity(_)
        | Value::Boolean(_)
        | Value::Text(_) => None,
    }
}

fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
