//! Plausibility questions asked before an act is accepted: dates far away, amounts far from earlier ones. Pure, the
//! same for every act.

use chrono::Datelike;
use diary_core::time::DiaryDay;

use super::question::{Dated, FarDate};

/// Days from today beyond which a date is asked about.
pub const FAR_DAYS: i64 = 366;

/// Days from today beyond which a date of another year is asked about.
pub const OTHER_YEAR_DAYS: i64 = 31;

/// Question about a date that is far from today, or in another year except around its turn.
#[must_use]
pub fn date(of: Dated, date: DiaryDay, today: DiaryDay) -> Option<FarDate> {
    let days = date.since(today);
    let other_year = date.0.year() != today.0.year() && days.abs() > OTHER_YEAR_DAYS;
    (days.abs() > FAR_DAYS || other_year).then_some(FarDate { of, date, days })
}

#[cfg(test)]
mod tests {
    use diary_core::text::Lang;

    use super::*;

    #[test]
    fn a_date_of_another_year_or_more_than_a_year_away_is_asked_about() {
        let day = |text: &str| text.parse::<DiaryDay>().unwrap();
        for (of, today, said) in [
            ("2026-12-01", "2026-03-04", None),
            ("1026-03-02", "2026-03-04", Some("from 1026-03-02 lies 1000 year(s) in the past")),
            ("2569-03-02", "2026-03-04", Some("from 2569-03-02 lies 543 year(s) in the future")),
            ("2025-03-04", "2026-03-04", Some("from 2025-03-04 is another year, 365 days in the past")),
            ("2027-03-01", "2026-03-04", Some("from 2027-03-01 is another year, 362 days in the future")),
            ("2025-12-30", "2026-01-02", None),
            ("2027-01-05", "2026-12-28", None),
        ] {
            let asked = date(Dated::From, day(of), day(today));
            let words = asked.map(|far| crate::words::question::far_date(Lang::EN, &far));
            assert_eq!(words.as_deref(), said, "{of}");
        }
    }
}
