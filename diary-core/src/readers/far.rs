//! Dates far away, which are rarely meant: people are asked, never refused.

use chrono::{Months, NaiveDate};

use crate::text::{Lang, Side};

/// A date more than a year away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Far {
    date: NaiveDate,
    years: u32,
    ahead: bool,
}

crate::log_safe::redacted!(Far);

/// Distance of `date` from `today`, if it is more than a year. Scripts refuse such a date without `--yes`;
/// people are asked [`Far::question`].
#[must_use]
pub fn far(date: NaiveDate, today: NaiveDate) -> Option<Far> {
    let ahead = date > today;
    let (earlier, later) = if ahead { (today, date) } else { (date, today) };
    let year = earlier.checked_add_months(Months::new(12))?;
    (later > year).then(|| Far { date, years: later.years_since(earlier).unwrap_or_default(), ahead })
}

impl Far {
    /// Question for confirmation.
    #[must_use]
    pub fn question(self, lang: Lang) -> String {
        let Self { date, years, ahead } = self;
        match (lang.side(), ahead) {
            (Side::En, true) if years == 1 => format!("{date} is more than a year from now; is that meant?"),
            (Side::En, false) if years == 1 => format!("{date} is more than a year ago; is that meant?"),
            (Side::En, true) => format!("{date} is {years} years from now; is that meant?"),
            (Side::En, false) => format!("{date} is {years} years ago; is that meant?"),
            (Side::ZhCn, true) if years == 1 => format!("{date}是一年多以后，确定吗？"),
            (Side::ZhCn, false) if years == 1 => format!("{date}是一年多以前，确定吗？"),
            (Side::ZhCn, true) => format!("{date}是{years}年以后，确定吗？"),
            (Side::ZhCn, false) => format!("{date}是{years}年以前，确定吗？"),
        }
    }
}
