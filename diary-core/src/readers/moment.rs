//! Instants: a time alone, or a day with a time, in the zone of the machine.

use chrono::{NaiveDate, NaiveDateTime};

use super::ReadError;
use super::calendar::{date, date_alone};
use super::clock::{time, with_marks};
use super::plain::{LONGEST, plain};
use crate::time::{DAY_MS, DiaryDay, Pass, Shown, TimeOfDay, UtcMillis, Zone};
use crate::words::{is_typed, spellings, typed};

/// Largest lead, in milliseconds, of a time that is taken as now, because clocks differ.
pub const AHEAD_MS: i64 = 5 * 60_000;

/// Zone and present time for parsing.
#[derive(Clone, Copy, Debug)]
pub struct Here {
    /// Time on the clock.
    pub now: UtcMillis,
    /// Zone.
    pub zone: Zone,
}

impl Here {
    /// Present civil day.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.zone.local(self.now).date()
    }
}

/// Parses an instant: a day with a time, or a time alone, which is the last one at which the clock showed it.
/// `today` and `yesterday` are calendar days.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn moment(text: &str, here: Here) -> Result<UtcMillis, ReadError> {
    let text = plain(text);
    if is_now(&text) {
        return Ok(here.now);
    }
    let (body, pass) = pass_of(&text);
    match time(body) {
        Ok(time) => last_shown(time, pass, here),
        Err(not_alone) => match split(body, &|text| date(text, here.date())) {
            Ok((date, time)) => instant(date, time, pass, here),
            Err(ReadError::NotADateAndTime) if not_alone.is_plain() => Err(ReadError::NotAMoment),
            Err(ReadError::NotADateAndTime) => Err(not_alone),
            Err(other) => Err(other),
        },
    }
}

/// Like [`moment`], for an event of the diary day `about` other than today: a time alone is on that day, and
/// a time before `cut` at its end.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn moment_on(text: &str, about: DiaryDay, cut: TimeOfDay, here: Here) -> Result<UtcMillis, ReadError> {
    let text = plain(text);
    let (body, pass) = pass_of(&text);
    match time(body) {
        Ok(time) => instant(about.plus_days(i64::from(time < cut)).0, time, pass, here),
        Err(_) => moment(&text, here),
    }
}

/// Parses a civil date with a time, or "now"; the future is accepted.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn date_and_time(text: &str, here: Here) -> Result<UtcMillis, ReadError> {
    let text = plain(text);
    if is_now(&text) {
        return Ok(here.now);
    }
    let (body, pass) = pass_of(&text);
    let (date, time) = split(body, &|text| date(text, here.date()))?;
    instant(date, time, pass, here)
}

/// Parses a civil date with a time, both in full, for commands without a present day.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn date_and_time_alone(text: &str) -> Result<(NaiveDate, TimeOfDay, Option<Pass>), ReadError> {
    let text = plain(text);
    let (body, pass) = pass_of(&text);
    let (date, time) = split(body, &date_alone)?;
    Ok((date, time, pass))
}

/// Instant at which a clock showed `time` on `day`. Of two showings the one that was named, otherwise the
/// only one that is not in the future.
///
/// # Errors
/// [`ReadError::Skipped`], [`ReadError::ShownTwice`], [`ReadError::ShownOnce`].
pub fn instant(
    day: NaiveDate,
    time: TimeOfDay,
    pass: Option<Pass>,
    here: Here,
) -> Result<UtcMillis, ReadError> {
    let clock = time.to_chrono();
    match (here.zone.shown(day, clock), pass) {
        (Shown::Never { gap, .. }, _) => Err(ReadError::Skipped { wanted: day.and_time(clock), gap }),
        (Shown::Once(at), None) => Ok(at),
        (Shown::Once(_), Some(_)) => Err(ReadError::ShownOnce),
        (Shown::Twice { first, .. }, Some(Pass::First)) => Ok(first),
        (Shown::Twice { second, .. }, Some(Pass::Second)) => Ok(second),
        (Shown::Twice { first, second }, None) if !is_past(second, here) && is_past(first, here) => Ok(first),
        (Shown::Twice { .. }, None) => Err(ReadError::ShownTwice { date: day, time }),
    }
}

/// True if an instant is more than a day from the planned one, so that it cannot belong to it.
#[must_use]
pub const fn cannot_belong(at: UtcMillis, planned: UtcMillis) -> bool {
    at.since_ms(planned).unsigned_abs() > DAY_MS.unsigned_abs()
}

fn is_past(at: UtcMillis, here: Here) -> bool {
    at <= here.now.plus_ms(AHEAD_MS)
}

/// True for a word that means the present moment.
#[must_use]
pub fn is_now(plain: &str) -> bool {
    is_typed(&plain.to_lowercase(), typed::now)
}

/// Instant at which the clock last showed `time`, today or yesterday.
fn last_shown(time: TimeOfDay, pass: Option<Pass>, here: Here) -> Result<UtcMillis, ReadError> {
    let local: NaiveDateTime = here.zone.local(here.now);
    let today = local.date();
    let yesterday = today.pred_opt().unwrap_or(today);
    match (here.zone.shown(today, time.to_chrono()), pass) {
        (Shown::Never { at, .. }, _) if at <= here.now => instant(today, time, pass, here),
        (Shown::Never { .. }, _) => instant(yesterday, time, pass, here),
        (Shown::Once(at), None) if is_past(at, here) => Ok(at),
        (Shown::Once(_), None) => instant(yesterday, time, pass, here),
        (Shown::Once(_), Some(_)) => Err(ReadError::ShownOnce),
        // While a clock shows an hour again, the most recent showing is meant.
        (Shown::Twice { second, .. }, None)
            if is_past(second, here) && here.zone.pass(here.now) == Some(Pass::Second) =>
        {
            Ok(second)
        }
        (Shown::Twice { first, .. }, None) if !is_past(first, here) => instant(yesterday, time, pass, here),
        (Shown::Twice { .. }, _) => instant(today, time, pass, here),
    }
}

/// Text without "first" or "second" after it, and the showing that was named.
fn pass_of(text: &str) -> (&str, Option<Pass>) {
    let without = |words| spellings(words).find_map(|end| Some(text.strip_suffix(end)?.trim_end()));
    let first = || without(typed::first_time).map(|rest| (rest, Some(Pass::First)));
    let second = || without(typed::second_time).map(|rest| (rest, Some(Pass::Second)));
    first().or_else(second).unwrap_or((text, None))
}

/// Words for a day and a part of it.
const SHORT: &[(&str, &str)] =
    &[("昨晚", "昨天 晚上"), ("昨夜", "昨天 夜里"), ("今晚", "今天 晚上"), ("今早", "今天 早上")];

/// Splits a day and a time, in either order.
fn split(
    text: &str,
    date: &dyn Fn(&str) -> Result<NaiveDate, ReadError>,
) -> Result<(NaiveDate, TimeOfDay), ReadError> {
    if text.chars().count() > LONGEST {
        return Err(ReadError::NotADateAndTime);
    }
    let in_full =
        SHORT.iter().find_map(|(short, full)| Some((*full, text.strip_prefix(short)?.trim_start())));
    let text = in_full.map_or_else(|| text.to_owned(), |(full, rest)| format!("{full}{rest}"));
    if let Ok(date) = date(&text) {
        return Err(ReadError::NoTime { date });
    }
    let mut refusal = ReadError::NotADateAndTime;
    for (at, before) in text.char_indices() {
        let (left, right) = text.split_at(at + before.len_utf8());
        let (day, clock) = match before {
            ' ' | 'T' | 't' | ',' => {
                let day = left.strip_suffix(before).unwrap_or(left);
                (day.trim_end_matches([' ', ',']), right.trim_start())
            }
            '天' | '日' | '号' | '號' => (left, right),
            _ => continue,
        };
        let clock = clock.strip_prefix("at ").unwrap_or(clock).trim_start();
        match (date(day), with_marks(clock)) {
            (Ok(date), Ok(time)) => return Ok((date, time)),
            (Ok(_), Err(error)) | (Err(error), Ok(_)) if !error.is_plain() => refusal = error,
            _ => {}
        }
        let turned = day.strip_suffix(" on").unwrap_or(day);
        if let (Ok(time), Ok(date)) = (with_marks(turned), date(clock.strip_prefix("on ").unwrap_or(clock))) {
            return Ok((date, time));
        }
    }
    Err(refusal)
}
