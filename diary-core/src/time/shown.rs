//! Clock changes: civil times that a zone's clock shows once, twice or never on a day.

use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::{UtcMillis, Zone};

/// Number of times that a clock shows a civil time on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// Once, as on nearly every day.
    Once(UtcMillis),
    /// Twice, because the clock was put back.
    Twice {
        /// Instant of the first time.
        first: UtcMillis,
        /// Instant of the second time.
        second: UtcMillis,
    },
    /// Never, because the clock was put forward.
    Never {
        /// Instant of the change.
        at: UtcMillis,
        /// Skipped civil times.
        gap: Gap,
    },
}

/// Civil times skipped by a clock change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gap {
    /// First skipped time.
    pub from: NaiveDateTime,
    /// Time shown after the change.
    pub to: NaiveDateTime,
}

impl Gap {
    /// Existing times on both sides of a skipped one: `wanted` moved by the length of the gap either way.
    #[must_use]
    pub fn around(self, wanted: NaiveDateTime) -> (NaiveDateTime, NaiveDateTime) {
        let size = self.to - self.from;
        let moved = |by| wanted.checked_add_signed(by).unwrap_or(wanted);
        (moved(-size), moved(size))
    }
}

impl Zone {
    /// Instants at which this zone's clock shows `time` on `day`.
    #[must_use]
    pub fn shown(self, day: NaiveDate, time: NaiveTime) -> Shown {
        let wanted = day.and_time(time);
        let found = self.0.from_local_datetime(&wanted);
        let ms = |at: chrono::DateTime<_>| UtcMillis(at.timestamp_millis());
        match (found.earliest().map(ms), found.latest().map(ms)) {
            (Some(first), Some(second)) if first != second => Shown::Twice { first, second },
            (Some(only), _) | (None, Some(only)) => Shown::Once(only),
            (None, None) => self.left_out(wanted),
        }
    }

    /// Position of `at` among two showings of its civil time; `None` if the clock shows that time once.
    #[must_use]
    pub fn pass(self, at: UtcMillis) -> Option<Pass> {
        let local = self.local(at);
        match self.shown(local.date(), local.time()) {
            Shown::Twice { second, .. } => Some(if at.0 < second.0 { Pass::First } else { Pass::Second }),
            Shown::Once(_) | Shown::Never { .. } => None,
        }
    }

    /// Clock change that skipped `wanted`.
    fn left_out(self, wanted: NaiveDateTime) -> Shown {
        // In steps of a quarter of an hour, up to a whole day, which is the largest change that ever
        // occurred.
        let before = (1..=24 * 4)
            .find_map(|quarters| {
                let earlier = wanted.checked_sub_signed(Duration::minutes(15 * quarters))?;
                self.0.from_local_datetime(&earlier).latest()
            })
            .map_or(wanted.and_utc().timestamp_millis(), |found| found.timestamp_millis());
        // The offset before the change, applied to the wanted time, gives an instant after the change.
        // Between the two instants, the first with another offset is the change itself, found by bisection.
        let before = UtcMillis(before);
        let offset_ms = i64::from(self.offset_s(before)) * 1000;
        let naive_ms = wanted.and_utc().timestamp_millis() - offset_ms;
        let (mut low, mut high) = (before.0, naive_ms.max(before.0));
        while low < high {
            let middle = low + (high - low) / 2;
            if i64::from(self.offset_s(UtcMillis(middle))) * 1000 == offset_ms {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let at = UtcMillis(low);
        let gap = Gap { from: super::local_at(at, self.offset_s(before)), to: self.local(at) };
        Shown::Never { at, gap }
    }
}

/// One of the two showings of a civil time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pass {
    /// Before the clock was put back.
    First,
    /// After the clock was put back.
    Second,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::TimeOfDay;

    fn shown(zone: &str, day: &str, time: &str) -> Shown {
        let zone: Zone = zone.parse().unwrap();
        zone.shown(day.parse().unwrap(), time.parse::<TimeOfDay>().unwrap().to_chrono())
    }

    #[test]
    fn a_repeated_hour_is_shown_twice() {
        let Shown::Twice { first, second } = shown("America/New_York", "2026-11-01", "01:43") else {
            panic!("shown twice")
        };
        assert_eq!(
            (first.to_string().as_str(), second.to_string().as_str()),
            ("2026-11-01T05:43:00Z", "2026-11-01T06:43:00Z")
        );
        let zone: Zone = "America/New_York".parse().unwrap();
        assert_eq!((zone.pass(first), zone.pass(second)), (Some(Pass::First), Some(Pass::Second)));
        assert_eq!(zone.pass(second.plus_ms(3_600_000)), None);
    }

    /// Cases: zone, day, time, first skipped time, time after the change, existing times on both sides.
    #[test]
    fn a_skipped_time_lies_between_two_that_exist() {
        for (zone, day, time, from, to, before, after) in [
            (
                "America/New_York",
                "2026-03-08",
                "02:30",
                "2026-03-08 02:00:00",
                "2026-03-08 03:00:00",
                "2026-03-08 01:30:00",
                "2026-03-08 03:30:00",
            ),
            (
                "Australia/Lord_Howe",
                "2026-10-04",
                "02:15",
                "2026-10-04 02:00:00",
                "2026-10-04 02:30:00",
                "2026-10-04 01:45:00",
                "2026-10-04 02:45:00",
            ),
            // A whole day was left out.
            (
                "Pacific/Apia",
                "2011-12-30",
                "08:30",
                "2011-12-30 00:00:00",
                "2011-12-31 00:00:00",
                "2011-12-29 08:30:00",
                "2011-12-31 08:30:00",
            ),
        ] {
            let Shown::Never { gap, .. } = shown(zone, day, time) else { panic!("{zone} {day} {time}") };
            assert_eq!((gap.from.to_string(), gap.to.to_string()), (from.to_owned(), to.to_owned()));
            let wanted = format!("{day} {time}:00").parse::<NaiveDateTime>();
            let wanted = wanted.unwrap_or_else(|_| format!("{day}T{time}:00").parse().unwrap());
            let (earlier, later) = gap.around(wanted);
            assert_eq!((earlier.to_string(), later.to_string()), (before.to_owned(), after.to_owned()));
        }
    }

    #[test]
    fn a_zone_without_changes_shows_every_time_once() {
        assert!(matches!(shown("Asia/Shanghai", "2026-03-08", "02:30"), Shown::Once(_)));
    }
}
