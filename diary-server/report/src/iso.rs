//! Formats days and instants for files: ISO 8601, instants in UTC with milliseconds, civil time without a zone. Years
//! beyond 9999 or before 0 have a sign, as the standard requires.

use chrono::NaiveDateTime;
use diary_core::entry::Value;
use diary_core::time::{DiaryDay, UtcMillis};

/// A day, for example `2026-03-29`.
pub(crate) fn day(day: DiaryDay) -> String {
    day.0.format("%Y-%m-%d").to_string()
}

/// An instant, for example `2026-03-29T01:30:00.000Z`.
pub(crate) fn instant(at: UtcMillis) -> String {
    format!("{}Z", local(at.to_chrono().naive_utc()))
}

/// Civil time of a wall clock, for example `2026-03-29T09:30:00.000`.
pub(crate) fn local(shown: NaiveDateTime) -> String {
    shown.format("%Y-%m-%dT%H:%M:%S%.3f").to_string()
}

/// The value of an answer that is a date or a time.
pub(crate) fn of_answer(value: &Value) -> Option<String> {
    match value {
        Value::Date(date) => Some(day(DiaryDay(*date))),
        Value::Time(time) => Some(time.to_string()),
        Value::DateTime { date, time, offset_s } => {
            Some(format!("{}T{time}{}", day(DiaryDay(*date)), offset(*offset_s)))
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
