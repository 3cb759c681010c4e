//! Dates known to the year or to the month alone.

use std::fmt;

use chrono::{Datelike, Months, NaiveDate};

use super::DiaryDay;

/// A date of limited precision. Unknown parts are never filled in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PartialDate {
    /// The year alone.
    Year(Year),
    /// Year and month.
    Month(Month),
    /// The whole date.
    Day(DiaryDay),
}

/// A year of the calendar, 0 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Year(NaiveDate);

/// A month of a year.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Month(NaiveDate);

impl PartialDate {
    /// A year, 0 to 9999; `None` outside.
    #[must_use]
    pub fn year(year: i32) -> Option<Self> {
        first_of(year, 1).map(|first| Self::Year(Year(first)))
    }

    /// A month (1 to 12) of a year; `None` outside.
    #[must_use]
    pub fn month(year: i32, month: u32) -> Option<Self> {
        first_of(year, month).map(|first| Self::Month(Month(first)))
    }

    /// Day, if it is known.
    #[must_use]
    pub const fn day(self) -> Option<DiaryDay> {
        match self {
            Self::Day(day) => Some(day),
            Self::Year(_) | Self::Month(_) => None,
        }
    }

    /// Earliest day that it can be.
    #[must_use]
    pub const fn earliest(self) -> DiaryDay {
        match self {
            Self::Year(Year(first)) | Self::Month(Month(first)) => DiaryDay(first),
            Self::Day(day) => day,
        }
    }

    /// Latest day that it can be.
    #[must_use]
    pub fn latest(self) -> DiaryDay {
        let last = |first: NaiveDate, months| {
            let next = first.checked_add_months(Months::new(months));
            DiaryDay(next.and_then(|next| next.pred_opt()).unwrap_or(first))
        };
        match self {
            Self::Year(Year(first)) => last(first, 12),
            Self::Month(Month(first)) => last(first, 1),
            Self::Day(day) => day,
        }
    }
}

fn first_of(year: i32, month: u32) -> Option<NaiveDate> {
    if (0..=9999).contains(&year) { NaiveDate::from_ymd_opt(year, month, 1) } else { None }
}

impl From<DiaryDay> for PartialDate {
    fn from(day: DiaryDay) -> Self {
        Self::Day(day)
    }
}

/// ISO 8601, truncated to the known parts: `2026`, `2026-02`, `2026-02-28`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(Year(first)) => write!(f, "{:04}", first.year()),
            Self::Month(Month(first)) => write!(f, "{:04}-{:02}", first.year(), first.month()),
            Self::Day(day) => write!(f, "{day}"),
        }
    }
}

impl serde::Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// Encoded like a day if the day is known, otherwise as an array of year, or of year and month.
impl<C> minicbor::Encode<C> for PartialDate {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        match self {
            Self::Year(Year(first)) => e.array(1)?.i32(first.year())?.ok(),
            Self::Month(Month(first)) => e.array(2)?.i32(first.year())?.u32(first.month())?.ok(),
            Self::Day(day) => day.encode(e, ctx),
        }
    }
}

impl<'b, C> minicbor::Decode<'b, C> for PartialDate {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        if d.datatype()? != minicbor::data::Type::Array {
            return DiaryDay::decode(d, ctx).map(Self::Day);
        }
        let read = match d.array()? {
            Some(1) => Self::year(d.i32()?),
            Some(2) => Self::month(d.i32()?, d.u32()?),
            _ => None,
        };
        read.ok_or_else(|| minicbor::decode::Error::message("partial date out of range").at(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> DiaryDay {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_not_known_is_not_filled_in() {
        for (date, shown, earliest, latest, known) in [
            (PartialDate::year(2026), "2026", "2026-01-01", "2026-12-31", None),
            (PartialDate::month(2026, 2), "2026-02", "2026-02-01", "2026-02-28", None),
            (PartialDate::month(2024, 12), "2024-12", "2024-12-01", "2024-12-31", None),
            (
                Some(day("2026-02-28").into()),
                "2026-02-28",
                "2026-02-28",
                "2026-02-28",
                Some(day("2026-02-28")),
            ),
        ] {
            let date = date.unwrap();
            assert_eq!(date.to_string(), shown);
            assert_eq!(serde_json::to_string(&date).unwrap(), format!("\"{shown}\""));
            assert_eq!((date.earliest(), date.latest(), date.day()), (day(earliest), day(latest), known));
            let bytes = minicbor::to_vec(date).unwrap();
            assert_eq!(minicbor::decode::<PartialDate>(&bytes).unwrap(), date);
        }
        assert_eq!((PartialDate::year(10_000), PartialDate::month(2026, 13)), (None, None));
    }

    #[test]
    fn a_whole_day_travels_as_days_do() {
        let bytes = minicbor::to_vec(day("2026-02-28")).unwrap();
        assert_eq!(minicbor::decode::<PartialDate>(&bytes).unwrap(), day("2026-02-28").into());
        for bad in [&[0x80u8][..], &[0x81, 0x19, 0xff, 0xff], &[0x82, 0x19, 0x07, 0xea, 0x0d], &[0x9f, 0xff]]
        {
            assert!(minicbor::decode::<PartialDate>(bad).is_err());
        }
    }
}
