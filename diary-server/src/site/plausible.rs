//! Plausibility questions asked before an act is accepted: dates far away, amounts far from earlier ones. Pure, the
//! same for every act.

use chrono::Datelike;
use diary_core::measure::Quantity;
use diary_core::text::Lang;
use diary_core::time::DiaryDay;

/// Days from today beyond which a date is asked about.
pub const FAR_DAYS: i64 = 366;

/// Days from today beyond which a date of another year is asked about.
pub const OTHER_YEAR_DAYS: i64 = 31;

/// Question about a date that is far from today, or in another year except around its turn.
#[must_use]
pub fn date(name: &str, date: DiaryDay, today: DiaryDay) -> Option<String> {
    let days = date.since(today);
    let side = if days < 0 { "in the past" } else { "in the future" };
    if days.abs() > FAR_DAYS {
        return Some(format!("{name} {date} lies {} year(s) {side}", days.abs() / 365));
    }
    let other_year = date.0.year() != today.0.year() && days.abs() > OTHER_YEAR_DAYS;
    other_year.then(|| format!("{name} {date} is another year, {} days {side}", days.abs()))
}

/// An amount as staff read it.
#[must_use]
pub fn amount(of: &Quantity) -> String {
    format!("{} {}", of.value, of.unit.shown(Lang::EN))
}

#[cfg(test)]
mod tests {
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
            assert_eq!(date("from", day(of), day(today)).as_deref(), said, "{of}");
        }
    }
}
