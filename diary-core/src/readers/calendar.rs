//! Dates, complete or of limited precision.

use chrono::{Datelike, Duration, Months, NaiveDate};

use super::ReadError;
use super::plain::{LONGEST, digits, plain, with_digits};
use crate::time::{DiaryDay, PartialDate};
use crate::words::{is_typed, place, typed};

/// Accepted years.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;
/// The same years in the Buddhist era.
const BUDDHIST_YEARS: std::ops::RangeInclusive<i32> = 2443..=2643;
/// Largest age, in days, of a date typed without its year.
const YEARLESS_DAYS: i64 = 183;

/// Parses a date, given `today`. A date without its year (3月1日, "1 Mar") is the latest such day if that is at
/// most half a year ago; otherwise the year is required.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn date(text: &str, today: NaiveDate) -> Result<NaiveDate, ReadError> {
    whole(read(text, Some(today))?)
}

/// Parses a date with its year, for files and commands without a present day.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn date_alone(text: &str) -> Result<NaiveDate, ReadError> {
    whole(read(text, None)?)
}

/// Parses a date of limited precision: `2026`, `2026-02`, `2026-02-28`.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn partial_date(text: &str, today: NaiveDate) -> Result<PartialDate, ReadError> {
    read(text, Some(today))
}

fn whole(date: PartialDate) -> Result<NaiveDate, ReadError> {
    date.day().map(|day| day.0).ok_or(ReadError::NoDay)
}

fn read(text: &str, today: Option<NaiveDate>) -> Result<PartialDate, ReadError> {
    let text = plain(text).to_lowercase();
    if text.chars().count() > LONGEST {
        return Err(ReadError::NotADate);
    }
    if let Some(found) = named(&text, today) {
        return found;
    }
    if text.contains(['年', '月']) {
        return chinese(&text, today);
    }
    if text.chars().any(|c| c.is_ascii_alphabetic()) {
        return english(&text, today);
    }
    numeric(&text)
}

/// Days, months and years named relative to today.
fn named(text: &str, today: Option<NaiveDate>) -> Option<Result<PartialDate, ReadError>> {
    let day = |days| move |today: NaiveDate| today.checked_add_signed(Duration::days(days)).map(day_of);
    let year = |years| move |today: NaiveDate| PartialDate::year(today.year() + years);
    let this_month = |today: NaiveDate| PartialDate::month(today.year(), today.month());
    let last_month = |today: NaiveDate| today.checked_sub_months(Months::new(1)).and_then(this_month);
    let is = |words| is_typed(text, words);
    let relative: Box<dyn Fn(NaiveDate) -> Option<PartialDate>> = match () {
        () if is(typed::today) => Box::new(day(0)),
        () if is(typed::yesterday) => Box::new(day(-1)),
        () if is(typed::two_days_ago) => Box::new(day(-2)),
        () if is(typed::three_days_ago) => Box::new(day(-3)),
        () if is(typed::tomorrow) => Box::new(day(1)),
        () if is(typed::in_two_days) => Box::new(day(2)),
        () if is(typed::this_month) => Box::new(this_month),
        () if is(typed::last_month) => Box::new(last_month),
        () if is(typed::this_year) => Box::new(year(0)),
        () if is(typed::last_year) => Box::new(year(-1)),
        () if is(typed::two_years_ago) => Box::new(year(-2)),
        () => return None,
    };
    let today = today.ok_or(ReadError::NotRelative);
    Some(today.and_then(|today| relative(today).ok_or(ReadError::NotADate)))
}

fn day_of(date: NaiveDate) -> PartialDate {
    PartialDate::Day(DiaryDay(date))
}

/// 2026年3月1日, 3月1号, 2026年3月, 去年3月, 二〇二六年三月一日.
fn chinese(text: &str, today: Option<NaiveDate>) -> Result<PartialDate, ReadError> {
    let text = with_digits(&text.replace(' ', ""));
    let relative = |years: i32| today.map(|today| today.year() + years).ok_or(ReadError::NotRelative);
    let (year, rest) = match text.split_once('年') {
        Some(("今", rest)) => (Some(relative(0)?), rest),
        Some(("去", rest)) => (Some(relative(-1)?), rest),
        Some(("前", rest)) => (Some(relative(-2)?), rest),
        Some(("明", rest)) => (Some(relative(1)?), rest),
        Some((written, rest)) => (Some(year(written)?), rest),
        None => (None, text.as_str()),
    };
    if rest.is_empty() {
        return year.and_then(PartialDate::year).ok_or(ReadError::NotADate);
    }
    let (month, rest) = rest.split_once('月').ok_or(ReadError::NotADate)?;
    let month = digits(month, 2).ok_or(ReadError::NotADate)?;
    let day = rest.strip_suffix(['日', '号', '號']).unwrap_or(rest);
    match (year, day) {
        (Some(year), "") if rest.is_empty() => of_month(year, month),
        (None, "") if rest.is_empty() => Err(ReadError::NoYear),
        (Some(year), day) => of_day(year, month, digits(day, 2).ok_or(ReadError::NotADate)?),
        (None, day) => yearless(month, digits(day, 2).ok_or(ReadError::NotADate)?, today),
    }
}

/// 1 Mar 2026, March 1st, 2026, 1-Mar-2026, Mar 2026, 1 Mar.
fn english(text: &str, today: Option<NaiveDate>) -> Result<PartialDate, ReadError> {
    let parts = text.split([' ', ',', '-', '/', '.']).filter(|part| !matches!(*part, "" | "of"));
    let (mut month, mut day, mut found_year) = (None, None, None);
    for part in parts {
        let number = ["st", "nd", "rd", "th"].iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part);
        if let Some(named) = month_of(part) {
            set(&mut month, named)?;
        } else if let Some(number) = digits(number, 2) {
            set(&mut day, number)?;
        } else if part.len() == 4 {
            set(&mut found_year, year(part)?)?;
        } else {
            return Err(ReadError::NotADate);
        }
    }
    match (found_year, month.ok_or(ReadError::NotADate)?, day) {
        (Some(year), month, Some(day)) => of_day(year, month, day),
        (Some(year), month, None) => of_month(year, month),
        (None, month, Some(day)) => yearless(month, day, today),
        (None, _, None) => Err(ReadError::NoYear),
    }
}

fn set<T>(place: &mut Option<T>, value: T) -> Result<(), ReadError> {
    if place.replace(value).is_some() { Err(ReadError::NotADate) } else { Ok(()) }
}

/// Month by its name, or by at least three letters of it.
fn month_of(name: &str) -> Option<u32> {
    let is =
        |month: &str| name.len() >= 3 && month.starts_with(name) || name == "sept" && month == "september";
    let found = place(typed::months, is)?;
    u32::try_from(found + 1).ok()
}

/// 2026-03-01, 2026/3/1, 2026.3.1, 20260301, 2026-03, 2026.
fn numeric(text: &str) -> Result<PartialDate, ReadError> {
    let text = text.strip_suffix(['日', '号']).unwrap_or(text);
    let parts: Vec<&str> = text.split(['-', '/', '.']).map(str::trim).collect();
    if parts.iter().any(|part| part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit())) {
        return Err(ReadError::NotADate);
    }
    let number = |text| digits(text, 2).ok_or(ReadError::NotADate);
    match parts.as_slice() {
        [one] if one.len() == 8 => {
            let (y, rest) = one.split_at(4);
            let (m, d) = rest.split_at(2);
            of_day(year(y)?, number(m)?, number(d)?)
        }
        [y] if y.len() == 4 => PartialDate::year(year(y)?).ok_or(ReadError::NotADate),
        [y, m] if y.len() == 4 => of_month(year(y)?, number(m)?),
        [y, m, d] if y.len() == 4 => of_day(year(y)?, number(m)?, number(d)?),
        [_, _] | [_, _, _] => Err(ReadError::YearFirst),
        _ => Err(ReadError::NotADate),
    }
}

/// An accepted year of four digits.
fn year(text: &str) -> Result<i32, ReadError> {
    let year = digits(text, 4).and_then(|year| i32::try_from(year).ok()).ok_or(ReadError::NotADate)?;
    match text.len() {
        1 | 2 => Err(ReadError::YearFirst),
        _ if YEARS.contains(&year) => Ok(year),
        _ if BUDDHIST_YEARS.contains(&year) => Err(ReadError::BuddhistYear { year }),
        _ => Err(ReadError::YearRange { year }),
    }
}

fn of_month(year: i32, month: u32) -> Result<PartialDate, ReadError> {
    PartialDate::month(year, month).ok_or(ReadError::NoSuchMonth { month })
}

fn of_day(year: i32, month: u32, day: u32) -> Result<PartialDate, ReadError> {
    of_month(year, month)?;
    NaiveDate::from_ymd_opt(year, month, day).map(day_of).ok_or(ReadError::NoSuchDay { year, month, day })
}

/// Date without a year: the latest such day, if it is at most [`YEARLESS_DAYS`] ago; otherwise the year is required.
fn yearless(month: u32, day: u32, today: Option<NaiveDate>) -> Result<PartialDate, ReadError> {
    let today = today.ok_or(ReadError::NoYear)?;
    let past_year =
        if (month, day) <= (today.month(), today.day()) { today.year() } else { today.year() - 1 };
    let past = of_day(past_year, month, day)?;
    let past_day = past.earliest().0;
    if (today - past_day).num_days() <= YEARLESS_DAYS {
        return Ok(past);
    }
    let next = of_day(past_year + 1, month, day).map_err(|_| ReadError::NoYear)?;
    Err(ReadError::WhichYear { past: past_day, next: next.earliest().0 })
}
