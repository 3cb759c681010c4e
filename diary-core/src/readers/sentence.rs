//! Sentences of the parsers' refusals, from the catalogue.

use chrono::{Datelike, NaiveDateTime};

use super::ReadError;
use crate::text::Lang;
use crate::time::{Gap, PartialDate};
use crate::words::read as say;

/// Difference of the Buddhist era to the common one, in years.
const BUDDHIST: i32 = 543;

/// Sentence about the fault and the expected form.
pub(super) fn of(error: ReadError, lang: Lang) -> String {
    let fixed = match error {
        ReadError::NotANumber => say::not_a_number(lang),
        ReadError::Thousands => say::thousands(lang),
        ReadError::Fraction => say::fraction(lang),
        ReadError::LeadingZero => say::leading_zero(lang),
        ReadError::TooManyDigits => say::too_many_digits(lang),
        ReadError::TwoNumbers => say::two_numbers(lang),
        ReadError::NotAnAmount => say::not_an_amount(lang),
        ReadError::NoUnit => say::no_unit(lang),
        ReadError::UnknownUnit => say::unknown_unit(lang),
        ReadError::MicroSign => say::micro_sign(lang),
        ReadError::AmountRange => say::amount_range(lang),
        ReadError::NotADate => say::not_a_date(lang),
        ReadError::YearFirst => say::year_first(lang),
        ReadError::NoYear => say::no_year(lang),
        ReadError::NoDay => say::no_day(lang),
        ReadError::NotRelative => say::not_relative(lang),
        ReadError::NotATime => say::not_a_time(lang),
        ReadError::Midnight => say::midnight(lang),
        ReadError::TwelveOClock => say::twelve_o_clock(lang),
        ReadError::PartOfDay => say::part_of_day(lang),
        ReadError::NotAMoment => say::not_a_moment(lang),
        ReadError::NotADateAndTime => say::not_a_date_and_time(lang),
        ReadError::ShownOnce => say::shown_once(lang),
        ReadError::NoSuchDay { year, month, day } => return no_such_day(year, month, day, lang),
        ReadError::NoSuchMonth { month } => return say::no_such_month(lang, month),
        ReadError::YearRange { year } => return say::year_range(lang, year),
        ReadError::BuddhistYear { year } => return say::buddhist_year(lang, year, year - BUDDHIST),
        ReadError::WhichYear { past, next } => {
            return say::which_year(lang, past.to_string(), next.to_string());
        }
        ReadError::NoSuchTime { hour, minute } => {
            return say::no_such_time(lang, format!("{hour}:{minute:02}"));
        }
        ReadError::NoTime { date } => return say::no_time(lang, date.to_string()),
        ReadError::Skipped { wanted, gap } => return skipped(wanted, gap, lang),
        ReadError::ShownTwice { date, time } => {
            return say::shown_twice(lang, date.to_string(), time.to_string());
        }
    };
    fixed.to_owned()
}

fn no_such_day(year: i32, month: u32, day: u32, lang: Lang) -> String {
    let last = PartialDate::month(year, month).map_or(31, |month| month.latest().0.day());
    let example = format!("{year}-{month:02}-{last}");
    say::no_such_day(lang, day, say::month(lang, month), year, last, example)
}

fn skipped(wanted: NaiveDateTime, gap: Gap, lang: Lang) -> String {
    let (day, time) = (wanted.date(), wanted.format("%H:%M").to_string());
    // Within a day the time suffices; a skipped day needs dates.
    let said = |at: NaiveDateTime| {
        let format = if at.date() == day { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        at.format(format).to_string()
    };
    let (before, after) = gap.around(wanted);
    say::skipped(lang, day.to_string(), time, said(gap.from), said(gap.to), said(before), said(after))
}
