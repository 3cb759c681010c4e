//! Refusals of the parsers, each with the fault and the expected form; the sentences are in
//! [`super::sentence`].

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};

use crate::text::Lang;
use crate::time::{Gap, TimeOfDay};

/// Reason for which a text does not parse as an amount, date or time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// Not a number.
    NotANumber,
    /// A comma or a space that may separate thousands or decimals: `1,500`.
    Thousands,
    /// A fraction without a short decimal, or one that may be a pair of strengths: `1/3`, `10/20`.
    Fraction,
    /// A leading 0, after which a point may be missing: `05`.
    LeadingZero,
    /// More digits than a value can have.
    TooManyDigits,
    /// Two numbers: `1-2 tablets`, `2 x 5 mg`.
    TwoNumbers,
    /// Not a number with a unit.
    NotAnAmount,
    /// A number without a unit.
    NoUnit,
    /// Not a unit of amounts.
    UnknownUnit,
    /// A micro sign, which is misread as milli.
    MicroSign,
    /// An amount of 0 or less, or above the largest.
    AmountRange,
    /// Not a date.
    NotADate,
    /// A day that the month does not have.
    NoSuchDay {
        /// The year.
        year: i32,
        /// The month.
        month: u32,
        /// Day as typed.
        day: u32,
    },
    /// A month above 12, or 0.
    NoSuchMonth {
        /// Month as typed.
        month: u32,
    },
    /// A year outside 1900 to 2100.
    YearRange {
        /// The year.
        year: i32,
    },
    /// A year of the Buddhist era.
    BuddhistYear {
        /// Year as typed.
        year: i32,
    },
    /// A year of two digits, or a date that does not begin with its year: `3/1/26`, `03/04/2026`.
    YearFirst,
    /// A date without its year, in a place where none is assumed.
    NoYear,
    /// A date without its year that may be in the past or in the future.
    WhichYear {
        /// Latest such day.
        past: NaiveDate,
        /// Next such day.
        next: NaiveDate,
    },
    /// A year or a month instead of a complete date.
    NoDay,
    /// `today` or `yesterday` instead of a date.
    NotRelative,
    /// Not a time of day.
    NotATime,
    /// Hours or minutes out of range.
    NoSuchTime {
        /// Hours.
        hour: u32,
        /// Minutes.
        minute: u32,
    },
    /// 24:00 or midnight, which belongs to two days.
    Midnight,
    /// 12 o'clock in the morning, at night or with am or pm, which is understood both ways.
    TwelveOClock,
    /// Hours that contradict the part of the day: `14:00 am`.
    PartOfDay,
    /// Not a time, nor a date with a time.
    NotAMoment,
    /// Not a date with a time.
    NotADateAndTime,
    /// A date without a time.
    NoTime {
        /// The date.
        date: NaiveDate,
    },
    /// A time that a clock change skipped on that day.
    Skipped {
        /// Time as entered.
        wanted: NaiveDateTime,
        /// Skipped times.
        gap: Gap,
    },
    /// A time that the clock showed twice on that day.
    ShownTwice {
        /// The day.
        date: NaiveDate,
        /// The time.
        time: TimeOfDay,
    },
    /// `first` or `second` for a time that the clock showed once.
    ShownOnce,
}

impl ReadError {
    /// Short code for scripts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotANumber => "number",
            Self::Thousands => "comma",
            Self::Fraction => "fraction",
            Self::LeadingZero => "leading-zero",
            Self::TooManyDigits => "digits",
            Self::TwoNumbers => "two-numbers",
            Self::NotAnAmount => "amount",
            Self::NoUnit => "no-unit",
            Self::UnknownUnit => "unit",
            Self::MicroSign => "micro-sign",
            Self::AmountRange => "amount-range",
            Self::NotADate => "date",
            Self::NoSuchDay { .. } => "no-such-day",
            Self::NoSuchMonth { .. } => "no-such-month",
            Self::YearRange { .. } => "year",
            Self::BuddhistYear { .. } => "buddhist-year",
            Self::YearFirst => "year-first",
            Self::NoYear => "no-year",
            Self::WhichYear { .. } => "which-year",
            Self::NoDay => "no-day",
            Self::NotRelative => "not-relative",
            Self::NotATime => "time",
            Self::NoSuchTime { .. } => "no-such-time",
            Self::Midnight => "midnight",
            Self::TwelveOClock => "twelve",
            Self::PartOfDay => "part-of-day",
            Self::NotAMoment => "moment",
            Self::NotADateAndTime => "date-and-time",
            Self::NoTime { .. } => "no-time",
            Self::Skipped { .. } => "skipped",
            Self::ShownTwice { .. } => "shown-twice",
            Self::ShownOnce => "shown-once",
        }
    }

    /// True if the text is just not of the expected kind.
    #[must_use]
    pub const fn is_plain(self) -> bool {
        matches!(
            self,
            Self::NotANumber
                | Self::NotAnAmount
                | Self::NotADate
                | Self::NotATime
                | Self::NotAMoment
                | Self::NotADateAndTime
        )
    }

    /// Sentence about the fault and the expected form.
    #[must_use]
    pub fn message(self, lang: Lang) -> String {
        super::sentence::of(self, lang)
    }
}

/// Prints the code alone: typed text may be an answer, which must not be logged.
impl fmt::Debug for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReadError({})", self.code())
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::EN))
    }
}

impl std::error::Error for ReadError {}
