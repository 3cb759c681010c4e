//! Parses what people type: days, times, amounts, codes, files of answers. Pure but for reading a named file; every
//! refusal says what is accepted.

pub(crate) mod amount;
pub(crate) mod answers;
pub(crate) mod choice;
pub(crate) mod moment;

/// The number of an entry: `12` or `#12`, also in full-width digits.
pub(crate) fn entry_number(text: &str) -> Option<u32> {
    diary_core::measure::plain_digits(text).trim_start_matches(['#', '＃']).parse().ok()
}

/// Most days back that can be asked for, ten years.
const DAYS_MAX: i64 = 3_660;

/// A number of days, 1 to ten years.
pub(crate) fn days(text: &str) -> Option<i64> {
    diary_core::measure::plain_digits(text).parse().ok().filter(|days| (1..=DAYS_MAX).contains(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_numbers_and_days_are_read_in_full_width_too() {
        assert_eq!(entry_number("#12"), Some(12));
        assert_eq!(entry_number("＃１２"), Some(12));
        assert_eq!(entry_number("12a"), None);
        assert_eq!(days("２８"), Some(28));
        for bad in ["0", "-1", "3661", "week"] {
            assert_eq!(days(bad), None);
        }
    }
}
