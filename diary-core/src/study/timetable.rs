//! Timetable of a study as data: anchors, periods around them, slots and visits. [`super::schedule`] computes
//! the prompts.

use std::collections::BTreeMap;

use chrono::Weekday;
use serde::Deserialize;

use crate::ids::{AnchorId, InstrumentId, PeriodId, SlotId, VisitCode};
use crate::text::Text;
use crate::time::{DiaryDay, TimeOfDay};

/// Anchors of one participant that are set.
pub type Anchors = BTreeMap<AnchorId, DiaryDay>;

/// A named day that the site sets for each participant and may move.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Its code.
    pub id: AnchorId,
    /// Its name.
    pub title: Text,
    /// Days on which the study drug is given, counted from the anchor (0 is the anchor itself).
    #[serde(default)]
    pub infusion_days: Vec<u16>,
    /// Expected day, proposed to staff and never assumed.
    pub expected: Option<Expected>,
}

impl Anchor {
    /// Days from the anchor to its last infusion day.
    #[must_use]
    pub fn last_infusion_day(&self) -> u16 {
        self.infusion_days.iter().copied().max().unwrap_or(0)
    }
}

/// A day counted from another anchor.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The other anchor.
    pub after: AnchorId,
    /// Days after it.
    pub days: u16,
}

/// A named set of days: the union of its stretches.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Its code.
    pub id: PeriodId,
    /// Its name.
    pub title: Text,
    /// Its stretches. They may overlap.
    pub stretches: Vec<Stretch>,
}

/// Days around an anchor, both ends included; negative ones lie before it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// The anchor.
    pub anchor: AnchorId,
    /// First day relative to the anchor. Without it the range begins with the diary, even while the anchor is
    /// not set.
    pub first: Option<i32>,
    /// Last day relative to the anchor. Without it the range has no end.
    pub last: Option<i32>,
}

impl Period {
    /// True if `day` belongs to the period.
    #[must_use]
    pub fn holds(&self, day: DiaryDay, anchors: &Anchors) -> bool {
        self.stretches.iter().any(|stretch| stretch.holds(day, anchors))
    }
}

impl Stretch {
    fn holds(&self, day: DiaryDay, anchors: &Anchors) -> bool {
        let Some(anchor) = anchors.get(&self.anchor) else {
            // Before the anchor is set, every day counts as before it.
            return self.first.is_none();
        };
        let n = day.since(*anchor);
        self.first.is_none_or(|first| n >= i64::from(first))
            && self.last.is_none_or(|last| n <= i64::from(last))
    }
}

/// A slot of the schedule: an instrument, its hours and its days.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotRule {
    /// Its code.
    pub id: SlotId,
    /// Instrument that is asked.
    pub instrument: InstrumentId,
    /// Title for participants.
    pub title: Text,
    /// Opening time. A time before the day cut is at the end of the diary day.
    pub opens: TimeOfDay,
    /// Due time, with a reminder; the opening time without it.
    pub due: Option<TimeOfDay>,
    /// Closing time. The day cut is the end of the diary day.
    pub closes: TimeOfDay,
    /// Number of days after its own on which it closes.
    #[serde(default)]
    pub closes_after_days: u16,
    /// Hours for late answers; those of the study's limits without it.
    pub late_hours: Option<u32>,
    /// Days on which it is asked.
    pub repeat: Repeat,
    /// Period to which it is limited.
    pub during: Option<PeriodId>,
    /// True if it is asked at all.
    #[serde(default = "asked")]
    pub enabled: bool,
}

const fn asked() -> bool {
    true
}

/// Days on which a slot is asked.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Repeat {
    /// Every day.
    Daily,
    /// Once a week, on this day.
    Weekly(Weekday),
    /// At an interval of days, from the anchor on, or from the participant's first day without one.
    Every {
        /// Interval; 1 is every day.
        days: u16,
        /// The anchor.
        from: Option<AnchorId>,
    },
}

impl Repeat {
    /// Shortest interval in days.
    #[must_use]
    pub const fn interval_days(&self) -> u16 {
        match self {
            Self::Daily => 1,
            Self::Weekly(_) => 7,
            Self::Every { days, .. } => *days,
        }
    }

    /// True if it is asked on `day` in a diary that begins on `first_day`.
    #[must_use]
    pub fn holds(&self, day: DiaryDay, first_day: DiaryDay, anchors: &Anchors) -> bool {
        match self {
            Self::Daily => true,
            Self::Weekly(weekday) => chrono::Datelike::weekday(&day.0) == *weekday,
            Self::Every { days, from } => {
                let start = from.as_ref().map_or(Some(&first_day), |anchor| anchors.get(anchor));
                start.is_some_and(|start| day >= *start && day.since(*start) % i64::from((*days).max(1)) == 0)
            }
        }
    }
}

/// A kind of visit at the clinic.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitKind {
    /// Its code, for example `screening`.
    pub code: VisitCode,
    /// Its name.
    pub title: Text,
    /// True if it recurs at the interval of [`Visits`].
    #[serde(default)]
    pub planned: bool,
}

/// The visits at the clinic.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visits {
    /// Interval in days.
    pub every_days: u16,
    /// Anchor from which they are counted.
    pub from: AnchorId,
}

impl Visits {
    /// First planned visit on or after `day`; `None` while the anchor is not set.
    #[must_use]
    pub fn next(&self, day: DiaryDay, anchors: &Anchors) -> Option<DiaryDay> {
        let start = *anchors.get(&self.from)?;
        let every = i64::from(self.every_days.max(1));
        let gone = day.since(start).max(0);
        Some(start.plus_days((gone + every - 1) / every * every))
    }
}

/// The window in which a dose of the regimen is confirmed.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DoseWindow {
    /// Minutes before the dose at which it opens, though never before the dose's diary day.
    pub opens_minutes_before: u16,
    /// Minutes after the dose at which it closes.
    pub closes_minutes_after: u16,
    /// Hours for late confirmation; those of the study's limits without it.
    pub late_hours: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> DiaryDay {
        text.parse().unwrap()
    }

    fn anchors(list: &[(&str, &str)]) -> Anchors {
        list.iter().map(|(id, date)| (id.parse().unwrap(), day(date))).collect()
    }

    fn stretch(anchor: &str, first: Option<i32>, last: Option<i32>) -> Stretch {
        Stretch { anchor: anchor.parse().unwrap(), first, last }
    }

    fn period(stretches: Vec<Stretch>) -> Period {
        Period { id: "p".parse().unwrap(), title: Text::default(), stretches }
    }

    #[test]
    fn a_run_in_lasts_until_the_anchor_also_while_it_is_not_set() {
        let run_in = period(vec![stretch("cycle1", None, Some(-1))]);
        assert!(run_in.holds(day("2026-03-01"), &Anchors::new()));
        let set = anchors(&[("cycle1", "2026-03-10")]);
        assert!(run_in.holds(day("2026-03-09"), &set));
        assert!(!run_in.holds(day("2026-03-10"), &set));
    }

    #[test]
    fn a_period_is_the_union_of_its_stretches() {
        let safety = period(vec![stretch("cycle1", Some(0), Some(18)), stretch("cycle2", Some(0), Some(18))]);
        assert!(!safety.holds(day("2026-03-10"), &Anchors::new()));
        let set = anchors(&[("cycle1", "2026-03-10"), ("cycle2", "2026-03-22")]);
        for (date, holds) in
            [("2026-03-09", false), ("2026-03-10", true), ("2026-04-09", true), ("2026-04-10", false)]
        {
            assert_eq!(safety.holds(day(date), &set), holds, "{date}");
        }
    }

    #[test]
    fn visits_are_counted_from_their_anchor() {
        let visits = Visits { every_days: 28, from: "cycle1".parse().unwrap() };
        assert_eq!(visits.next(day("2026-03-10"), &Anchors::new()), None);
        let set = anchors(&[("cycle1", "2026-03-10")]);
        for (from, next) in [
            ("2026-03-01", "2026-03-10"),
            ("2026-03-10", "2026-03-10"),
            ("2026-03-11", "2026-04-07"),
            ("2026-04-07", "2026-04-07"),
        ] {
            assert_eq!(visits.next(day(from), &set), Some(day(next)), "{from}");
        }
    }
}
