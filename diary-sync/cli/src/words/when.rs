//! Days and moments as people read them, in the zone the machine is set to.

use chrono::{Datelike, NaiveDate, Weekday};
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, Pass, UtcMillis, Zone};

use crate::messages::when as say;

/// A day with its weekday.
pub(crate) fn day(day: DiaryDay, lang: Lang) -> String {
    format!("{} {day}", weekday(day.0.weekday(), lang))
}

fn weekday(weekday: Weekday, lang: Lang) -> &'static str {
    match weekday {
        Weekday::Mon => say::weekday_mon(lang),
        Weekday::Tue => say::weekday_tue(lang),
        Weekday::Wed => say::weekday_wed(lang),
        Weekday::Thu => say::weekday_thu(lang),
        Weekday::Fri => say::weekday_fri(lang),
        Weekday::Sat => say::weekday_sat(lang),
        Weekday::Sun => say::weekday_sun(lang),
    }
}

/// A moment with its day.
pub(crate) fn moment(at: UtcMillis, zone: Zone, lang: Lang) -> String {
    format!("{} {}", day(DiaryDay(zone.local(at).date()), lang), clock(at, zone, lang))
}

/// A moment, short, for a table.
pub(crate) fn short(at: UtcMillis, zone: Zone) -> String {
    zone.local(at).format("%Y-%m-%d %H:%M").to_string()
}

/// A time of day; where the clock showed it twice, with which of the two it is, as it can be typed.
pub(crate) fn clock(at: UtcMillis, zone: Zone, lang: Lang) -> String {
    let time = zone.local(at).format("%H:%M");
    match zone.pass(at) {
        None => time.to_string(),
        Some(Pass::First) => format!("{time} {}", say::clock_first(lang)),
        Some(Pass::Second) => format!("{time} {}", say::clock_second(lang)),
    }
}

/// A moment under the heading of a day: the time alone, with the date where it is another one, and with the year where
/// that is another.
pub(crate) fn on(day: DiaryDay, at: UtcMillis, zone: Zone, lang: Lang) -> String {
    let (date, time) = (zone.local(at).date(), clock(at, zone, lang));
    if date == day.0 {
        time
    } else if date.year() == day.0.year() {
        format!("{} {time}", date.format("%m-%d"))
    } else {
        format!("{date} {time}")
    }
}

/// A moment said on the civil day `today`: the time alone, yesterday or tomorrow with it, else the date with its year.
pub(crate) fn from(today: NaiveDate, at: UtcMillis, zone: Zone, lang: Lang) -> String {
    let (date, time) = (zone.local(at).date(), clock(at, zone, lang));
    match (date - today).num_days() {
        0 => time,
        -1 => format!("{} {time}", say::yesterday(lang)),
        1 => format!("{} {time}", say::tomorrow(lang)),
        _ => format!("{date} {time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> UtcMillis {
        UtcMillis(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis())
    }

    #[test]
    fn a_moment_of_another_day_is_said_with_its_day() {
        let zone: Zone = "Asia/Shanghai".parse().unwrap();
        let today = "2026-03-05".parse().unwrap();
        for (at, en, zh) in [
            ("2026-03-05T01:30:00Z", "09:30", "09:30"),
            ("2026-03-04T02:30:00Z", "yesterday 10:30", "昨天 10:30"),
            ("2026-03-05T16:30:00Z", "tomorrow 00:30", "明天 00:30"),
            ("2026-02-10T13:15:00Z", "2026-02-10 21:15", "2026-02-10 21:15"),
            ("2025-03-05T00:00:00Z", "2025-03-05 08:00", "2025-03-05 08:00"),
        ] {
            assert_eq!(from(today, instant(at), zone, Lang::EN), en);
            assert_eq!(from(today, instant(at), zone, Lang::ZH_CN), zh);
        }
        let under = |at| on(DiaryDay(today), instant(at), zone, Lang::EN);
        assert_eq!(under("2026-03-04T02:30:00Z"), "03-04 10:30");
        assert_eq!(under("2025-03-04T02:30:00Z"), "2025-03-04 10:30");
        assert_eq!(short(instant("2025-03-05T00:00:00Z"), zone), "2025-03-05 08:00");
    }

    #[test]
    fn the_two_passes_of_a_repeated_hour_are_told_apart() {
        let zone: Zone = "America/New_York".parse().unwrap();
        let day = DiaryDay("2026-11-01".parse().unwrap());
        let said = |at, lang| on(day, instant(at), zone, lang);
        assert_eq!(said("2026-11-01T05:43:00Z", Lang::EN), "01:43 first");
        assert_eq!(said("2026-11-01T06:43:00Z", Lang::EN), "01:43 second");
        assert_eq!(said("2026-11-01T06:43:00Z", Lang::ZH_CN), "01:43 第二次");
        assert_eq!(said("2026-11-01T07:43:00Z", Lang::EN), "02:43");
    }
}
