//! Days and times that are typed, in the zone the machine is set to. Days are diary days: after midnight, today still is
//! the day before until the study's cut; moments go by the calendar.

use diary_core::readers;
use diary_core::time::{DiaryDay, OccurredAt, PartialDate, TimeOfDay, UtcMillis, Zone};

use crate::failure::InputError;

/// Time, zone and diary day at which something is typed; relative days and times refer to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Here {
    pub(crate) now: UtcMillis,
    /// The zone.
    pub(crate) zone: Zone,
    /// The diary day it is.
    pub(crate) today: DiaryDay,
}

impl Here {
    const fn by_the_calendar(self) -> readers::Here {
        readers::Here { now: self.now, zone: self.zone }
    }
}

/// A diary day.
pub(crate) fn day(text: &str, here: Here) -> Result<DiaryDay, InputError> {
    Ok(DiaryDay(readers::date(text, here.today.0).map_err(InputError::Read)?))
}

/// A day as far as it is known.
pub(crate) fn partial_day(text: &str, here: Here) -> Result<PartialDate, InputError> {
    readers::partial_date(text, here.today.0).map_err(InputError::Read)
}

/// A time of day.
pub(crate) fn time(text: &str) -> Result<TimeOfDay, InputError> {
    readers::time(text).map_err(InputError::Read)
}

/// A moment: a day with a time, or a time alone, which is the last time the clock showed it.
pub(crate) fn moment(text: &str, here: Here) -> Result<OccurredAt, InputError> {
    readers::moment(text, here.by_the_calendar()).map(OccurredAt).map_err(InputError::Read)
}

/// As [`moment`], for what belongs to the diary day `about`: a time alone is meant on that day, the small hours before
/// `cut` at its end.
pub(crate) fn moment_on(
    text: &str,
    about: DiaryDay,
    cut: TimeOfDay,
    here: Here,
) -> Result<OccurredAt, InputError> {
    if about == here.today {
        return moment(text, here);
    }
    readers::moment_on(text, about, cut, here.by_the_calendar()).map(OccurredAt).map_err(InputError::Read)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 00:20 on the 30th: the diary day still is the 29th.
    fn here() -> Here {
        let now = UtcMillis(1_774_801_200_000);
        Here { now, zone: "Asia/Shanghai".parse().unwrap(), today: "2026-03-29".parse().unwrap() }
    }

    #[test]
    fn days_are_diary_days_and_moments_go_by_the_calendar() {
        assert_eq!(here().zone.local(here().now).to_string(), "2026-03-30 00:20:00");
        assert_eq!(day("today", here()), Ok("2026-03-29".parse().unwrap()));
        assert_eq!(day("昨天", here()), Ok("2026-03-28".parse().unwrap()));
        let shown = |text| here().zone.local(moment(text, here()).unwrap().0).to_string();
        assert_eq!(shown("昨天 23:30"), "2026-03-29 23:30:00");
        assert_eq!(shown("00:10"), "2026-03-30 00:10:00");
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
    }
}
