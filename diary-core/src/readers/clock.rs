//! Times of day, in 24 hours, with am and pm, and with names of parts of the day.

use super::ReadError;
use super::plain::{LONGEST, digits, plain, with_digits};
use crate::time::TimeOfDay;
use crate::words::Words;
use crate::words::{is_typed, spellings, typed};

/// Part of the day named with an hour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Am,
    Pm,
    Morning,
    Noon,
    Afternoon,
    Evening,
}

/// Words before an hour, in any language.
const BEFORE: [(Words, Part); 4] = [
    (typed::morning, Part::Morning),
    (typed::midday, Part::Noon),
    (typed::afternoon, Part::Afternoon),
    (typed::evening, Part::Evening),
];
/// Words behind an hour.
const BEHIND: [(Words, Part); 2] = [(typed::am, Part::Am), (typed::pm, Part::Pm)];

/// Parses a time of day: `08:30`, `8:30`, `0830`, `8点半`, `9:15 pm`, `下午3点`.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn time(text: &str) -> Result<TimeOfDay, ReadError> {
    let text = plain(text);
    // Four digits after a date are more likely its year; alone they are a time.
    if text.len() == 4 && digits(&text, 4).is_some() {
        let (hour, minute) = text.split_at(2);
        return of(digits(hour, 2).zip(digits(minute, 2)).ok_or(ReadError::NotATime)?, None);
    }
    with_marks(&text)
}

/// Like [`time`], but with a separator between hours and minutes.
pub(super) fn with_marks(plain: &str) -> Result<TimeOfDay, ReadError> {
    let lower = plain.to_lowercase();
    if lower.chars().count() > LONGEST {
        return Err(ReadError::NotATime);
    }
    if is_typed(&lower, typed::noon) {
        return TimeOfDay::new(12, 0).ok_or(ReadError::NotATime);
    }
    if is_typed(&lower, typed::midnight) {
        return Err(ReadError::Midnight);
    }
    let (part, body) = part_of_day(&lower);
    let body = with_digits(body.trim());
    let number = |text: &str| digits(text.trim(), 2).ok_or(ReadError::NotATime);
    let (hour, rest) = if let Some((hour, minute)) = body.split_once(':') {
        if minute.len() != 2 {
            return Err(ReadError::NotATime);
        }
        (number(hour)?, number(minute)?)
    } else if let Some((hour, rest)) = body.split_once(['点', '點', '时', '時']) {
        (number(hour)?, behind_hours(rest.trim())?)
    } else if part.is_some() {
        (number(&body)?, 0)
    } else {
        return Err(ReadError::NotATime);
    };
    of((hour, rest), part)
}

/// Minutes of the text after 点: 半, 一刻, 三刻, 整, 钟, a number, or nothing.
fn behind_hours(rest: &str) -> Result<u32, ReadError> {
    match rest {
        "" | "整" | "钟" | "鐘" => Ok(0),
        "半" => Ok(30),
        "1刻" => Ok(15),
        "3刻" => Ok(45),
        minutes => digits(minutes.strip_suffix('分').unwrap_or(minutes).trim(), 2).ok_or(ReadError::NotATime),
    }
}

fn part_of_day(text: &str) -> (Option<Part>, &str) {
    let before = BEFORE
        .iter()
        .find_map(|(words, part)| Some((*part, spellings(*words).find_map(|word| text.strip_prefix(word))?)));
    let behind = || {
        BEHIND.iter().find_map(|(words, part)| {
            Some((*part, spellings(*words).find_map(|word| text.strip_suffix(word))?))
        })
    };
    before.or_else(behind).map_or((None, text), |(part, rest)| (Some(part), rest))
}

fn of((hour, minute): (u32, u32), part: Option<Part>) -> Result<TimeOfDay, ReadError> {
    if (hour, minute) == (24, 0) {
        return Err(ReadError::Midnight);
    }
    if hour > 23 || minute > 59 {
        return Err(ReadError::NoSuchTime { hour, minute });
    }
    let hour = match (part, hour) {
        (None, hour) => hour,
        (Some(Part::Am | Part::Pm), 12) if minute == 0 => return Err(ReadError::TwelveOClock),
        (Some(Part::Morning | Part::Evening), 12) => return Err(ReadError::TwelveOClock),
        (Some(Part::Am), 12) => 0,
        (Some(Part::Am | Part::Morning), hour @ 0..=11) => hour,
        (Some(Part::Pm | Part::Afternoon), 12) => 12,
        (Some(Part::Noon), hour @ 11..=14) => hour,
        (Some(Part::Pm | Part::Afternoon), hour @ 1..=11) | (Some(Part::Noon), hour @ 1..=2) => hour + 12,
        (Some(Part::Evening), hour @ 5..=11) => hour + 12,
        (Some(Part::Pm | Part::Afternoon), hour @ 13..=23) | (Some(Part::Evening), hour @ 17..=23) => hour,
        (Some(_), _) => return Err(ReadError::PartOfDay),
    };
    let read = u16::try_from(hour).ok().zip(u16::try_from(minute).ok());
    read.and_then(|(hour, minute)| TimeOfDay::new(hour, minute)).ok_or(ReadError::NotATime)
}
