//! Days and moments as people read them, in the zone the machine is set to.

use chrono::{Datelike, Weekday};
use diary_core::text::Lang;
use diary_core::time::{DiaryDay, UtcMillis, Zone};

/// A day with its weekday.
pub(crate) fn day(day: DiaryDay, lang: Lang) -> String {
    format!("{} {day}", weekday(day.0.weekday(), lang))
}

const fn weekday(weekday: Weekday, lang: Lang) -> &'static str {
    match weekday {
        Weekday::Mon => lang.pick("Mon", "周一"),
        Weekday::Tue => lang.pick("Tue", "周二"),
        Weekday::Wed => lang.pick("Wed", "周三"),
        Weekday::Thu => lang.pick("Thu", "周四"),
        Weekday::Fri => lang.pick("Fri", "周五"),
        Weekday::Sat => lang.pick("Sat", "周六"),
        Weekday::Sun => lang.pick("Sun", "周日"),
    }
}

/// A moment with its day.
pub(crate) fn moment(at: UtcMillis, zone: Zone, lang: Lang) -> String {
    let local = zone.local(at);
    format!("{} {}", day(DiaryDay(local.date()), lang), local.format("%H:%M"))
}

/// A moment, short, for a table.
pub(crate) fn short(at: UtcMillis, zone: Zone) -> String {
    zone.local(at).format("%m-%d %H:%M").to_string()
}

/// A moment on a day that is known: the time alone, with the date where it is another one.
pub(crate) fn on(day: DiaryDay, at: UtcMillis, zone: Zone) -> String {
    let local = zone.local(at);
    let format = if local.date() == day.0 { "%H:%M" } else { "%m-%d %H:%M" };
    local.format(format).to_string()
}
