//! Dates far away, which are rarely meant: people are asked, never refused.

use chrono::{Months, NaiveDate};

use crate::text::Lang;
use crate::words::read as say;

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
        if ahead {
            say::far_ahead(lang, years, date.to_string())
        } else {
            say::far_ago(lang, years, date.to_string())
        }
    }
}
