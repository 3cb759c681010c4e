//! What a person is asked before it is taken: dates far away, amounts far from what was. Pure, the same for every act.

use diary_core::measure::{Decimal, Quantity};
use diary_core::text::Lang;
use diary_core::time::DiaryDay;

/// Days from today beyond which a date is asked about.
pub const FAR_DAYS: i64 = 366;

/// The question about a date that lies more than a year from today.
#[must_use]
pub fn date(name: &str, date: DiaryDay, today: DiaryDay) -> Option<String> {
    let days = date.since(today);
    let years = days.abs() / 365;
    (days.abs() > FAR_DAYS).then(|| {
        let side = if days < 0 { "in the past" } else { "in the future" };
        format!("{name} {date} lies {years} year(s) {side}")
    })
}

/// Whether one amount is `factor` times the other or more. Amounts in other units cannot be compared, but for masses.
#[must_use]
pub fn is_far(one: &Quantity, other: &Quantity, factor: Decimal) -> bool {
    one.is_far_from(other, factor)
}

/// An amount as staff read it.
#[must_use]
pub fn amount(of: &Quantity) -> String {
    format!("{} {}", of.value, of.unit.shown(Lang::En))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_far_from_a_factor_on_and_masses_are_compared_across_units() {
        let of = |text: &str| {
            let (value, unit) = text.split_once(' ').unwrap();
            Quantity { value: value.parse().unwrap(), unit: unit.parse().unwrap() }
        };
        for (one, other, far) in [
            ("40 mg", "30 mg", false),
            ("10 mg", "30 mg", true),
            ("30 mg", "10 mg", true),
            ("9 ug", "9 mg", true),
            ("1 g", "500 mg", false),
            ("1 {tbl}", "60 mg", false),
        ] {
            assert_eq!(is_far(&of(one), &of(other), Decimal::from(3)), far, "{one} {other}");
        }
    }

    #[test]
    fn a_date_more_than_a_year_away_is_asked_about() {
        let day = |text: &str| text.parse::<DiaryDay>().unwrap();
        assert_eq!(date("from", day("2026-12-01"), day("2026-03-04")), None);
        assert_eq!(
            date("from", day("1026-03-02"), day("2026-03-04")).as_deref(),
            Some("from 1026-03-02 lies 1000 year(s) in the past")
        );
    }
}
