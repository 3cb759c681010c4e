//! Dates and times by the clock of a site: as ISO 8601 has them where they are typed again, and as a language writes
//! them where they are read.

use chrono::NaiveDateTime;
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, UtcMillis, Zone};
use diary_report::report::full_date;

/// Form of the dates of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DateForm {
    /// `2026-03-02`.
    Iso,
    /// `2 Mar 2026`, `2026年3月2日`.
    Read,
}

impl DateForm {
    /// A day.
    pub(crate) fn day(self, lang: Lang, day: DiaryDay) -> String {
        match self {
            Self::Iso => day.to_string(),
            Self::Read => full_date(day, lang),
        }
    }

    /// Date and time, to the minute.
    pub(crate) fn moment(self, lang: Lang, zone: Zone, at: UtcMillis) -> String {
        self.civil(lang, zone.local(at))
    }

    /// A civil date and time, to the minute.
    pub(crate) fn civil(self, lang: Lang, local: NaiveDateTime) -> String {
        format!("{} {}", self.day(lang, DiaryDay(local.date())), local.format("%H:%M"))
    }
}

/// A day as the language writes it.
pub(crate) fn day(lang: Lang, day: DiaryDay) -> String {
    DateForm::Read.day(lang, day)
}

/// Date and time as the language writes them.
pub(crate) fn moment(lang: Lang, zone: Zone, at: UtcMillis) -> String {
    DateForm::Read.moment(lang, zone, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_its_language_writes_it_by_the_clock_of_the_site() {
        let (zone, at): (Zone, _) = ("Asia/Shanghai".parse().unwrap(), UtcMillis(1_772_424_000_000));
        let zh: Lang = "zh-CN".parse().unwrap();
        assert_eq!(moment(Lang::EN, zone, at), "2 Mar 2026 12:00");
        assert_eq!(moment(zh, zone, at), "2026年3月2日 12:00");
        assert_eq!(DateForm::Iso.moment(zh, zone, at), "2026-03-02 12:00");
    }
}
