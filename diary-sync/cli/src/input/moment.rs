//! Days and times as people type them, in the zone the machine is set to.

use chrono::{NaiveDate, NaiveDateTime};
use diary_core::measure::plain_digits;
use diary_core::time::{DiaryDay, OccurredAt, TimeOfDay, UtcMillis, Zone};

use crate::failure::Refusal;

/// Clocks and watches differ: a time that far ahead still is now.
const AHEAD_MS: i64 = 5 * 60_000;

/// Where and when something is typed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Here {
    /// What the clock shows.
    pub(crate) now: UtcMillis,
    /// The zone.
    pub(crate) zone: Zone,
    /// The diary day it is.
    pub(crate) today: DiaryDay,
}

/// A diary day: `2026-03-29`, `today`, `yesterday`.
pub(crate) fn day(text: &str, here: Here) -> Result<DiaryDay, Refusal> {
    let text = plain_digits(text);
    match text.to_lowercase().as_str() {
        "today" | "今天" => Ok(here.today),
        "yesterday" | "昨天" => Ok(here.today.plus_days(-1)),
        "前天" => Ok(here.today.plus_days(-2)),
        _ => date(&text).map(DiaryDay).ok_or(Refusal::Day),
    }
}

/// A time of day: `08:30`, `8:30`, also full-width.
pub(crate) fn time(text: &str) -> Result<TimeOfDay, Refusal> {
    plain_digits(text).parse().map_err(|_| Refusal::Time)
}

/// A moment: a date with a time, or a time alone, which is the last time the clock showed it.
pub(crate) fn moment(text: &str, here: Here) -> Result<OccurredAt, Refusal> {
    let text = plain_digits(text);
    if let Ok(time) = text.parse::<TimeOfDay>() {
        return Ok(OccurredAt(last_shown(time, here)));
    }
    let (first, second) = text.split_once([' ', 'T', '　']).ok_or(Refusal::Moment)?;
    let time = second.trim().parse::<TimeOfDay>().map_err(|_| Refusal::Moment)?;
    let date = date(first).ok_or(Refusal::Moment)?;
    Ok(OccurredAt(here.zone.instant(date, time.to_chrono())))
}

/// As [`moment`], for what belongs to the diary day `about`: a time alone is meant on that day, the small hours before
/// `cut` at its end.
pub(crate) fn moment_on(
    text: &str,
    about: DiaryDay,
    cut: TimeOfDay,
    here: Here,
) -> Result<OccurredAt, Refusal> {
    match plain_digits(text).parse::<TimeOfDay>() {
        Ok(time) if about != here.today => {
            let date = about.plus_days(i64::from(time < cut));
            Ok(OccurredAt(here.zone.instant(date.0, time.to_chrono())))
        }
        _ => moment(text, here),
    }
}

/// The instant at which the clock last showed `time`.
fn last_shown(time: TimeOfDay, here: Here) -> UtcMillis {
    let local: NaiveDateTime = here.zone.local(here.now);
    let at = |date: NaiveDate| here.zone.instant(date, time.to_chrono());
    let today = at(local.date());
    if today <= here.now.plus_ms(AHEAD_MS) {
        today
    } else {
        at(local.date().pred_opt().unwrap_or(local.date()))
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    let text = text.replace(['/', '.', '年', '月'], "-").replace('日', "");
    NaiveDate::parse_from_str(&text, "%Y-%m-%d")
        .ok()
        .filter(|date| (1900..=9999).contains(&chrono::Datelike::year(date)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Here {
        let zone: Zone = "Asia/Shanghai".parse().unwrap();
        // 00:20 on the 30th: the diary day still is the 29th.
        let now = UtcMillis(
            zone.instant(date("2026-03-30").unwrap(), "00:20".parse::<TimeOfDay>().unwrap().to_chrono()).0,
        );
        Here { now, zone, today: "2026-03-29".parse().unwrap() }
    }

    #[test]
    fn days_have_names_and_dates() {
        for (text, expected) in [
            ("today", "2026-03-29"),
            ("昨天", "2026-03-28"),
            ("２０２６-０３-０１", "2026-03-01"),
            ("2026/3/1", "2026-03-01"),
            ("2026年3月1日", "2026-03-01"),
        ] {
            assert_eq!(day(text, here()), Ok(expected.parse().unwrap()), "{text}");
        }
        for bad in ["", "29", "2026-02-30", "monday"] {
            assert_eq!(day(bad, here()), Err(Refusal::Day), "{bad}");
        }
    }

    #[test]
    fn a_time_alone_is_the_last_time_the_clock_showed_it() {
        let shown = |text| here().zone.local(moment(text, here()).unwrap().0).to_string();
        assert_eq!(shown("23:30"), "2026-03-29 23:30:00");
        assert_eq!(shown("00:10"), "2026-03-30 00:10:00");
        assert_eq!(shown("2026-03-28 08:00"), "2026-03-28 08:00:00");
        assert_eq!(shown("２０２６-０３-２８　０８：００"), "2026-03-28 08:00:00");
    }

    #[test]
    fn a_time_alone_of_an_earlier_day_is_meant_on_that_day() {
        let cut = "03:00".parse().unwrap();
        let shown = |text, about: &str| {
            here().zone.local(moment_on(text, about.parse().unwrap(), cut, here()).unwrap().0).to_string()
        };
        assert_eq!(shown("08:30", "2026-03-27"), "2026-03-27 08:30:00");
        assert_eq!(shown("01:30", "2026-03-27"), "2026-03-28 01:30:00");
        assert_eq!(shown("23:30", "2026-03-29"), "2026-03-29 23:30:00");
        assert_eq!(shown("2026-03-20 08:00", "2026-03-27"), "2026-03-20 08:00:00");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in ["", "8", "24:00", "2026-03-28", "2026-03-28 25:00"] {
            assert_eq!(moment(bad, here()), Err(Refusal::Moment), "{bad}");
        }
        assert_eq!(time("25:00"), Err(Refusal::Time));
    }
}
