//! Limits of a study for late and back-filled entries. They flag entries, and never refuse any.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::measure::Decimal;
use crate::time::{DiaryDay, UtcMillis};

/// Milliseconds of one minute.
pub(super) const MINUTE_MS: i64 = 60_000;
/// Milliseconds of one hour.
pub(super) const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Limits of a study.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Hours after its window in which a slot can be answered late, unless the slot has its own.
    pub late_hours: u32,
    /// Hours after which a dose, event or change outside every slot counts as recorded late.
    pub unscheduled_late_hours: u32,
    /// Number of diary days that, entered within `backfill_minutes`, count as back-filled.
    pub backfill_days: u16,
    /// Minutes; see `backfill_days`.
    pub backfill_minutes: u16,
    /// True if amounts above a medication's usual ones get a remark.
    #[serde(default)]
    pub soft_dose_checks: bool,
    /// Factor to the planned or usual amount, upwards or downwards, from which on an amount is asked about.
    #[serde(default = "three")]
    pub unusual_factor: Decimal,
    /// Fewest characters of a PIN, if the study asks for more than the usual six.
    pub pin_min_characters: Option<u8>,
}

/// Fewest characters of a PIN, unless the study sets them.
pub const PIN_USUAL_CHARACTERS: u8 = 6;
/// Largest number that a study may ask for.
pub const PIN_MOST_CHARACTERS: u8 = 64;

const fn three() -> Decimal {
    Decimal::new(3, 0)
}

impl Limits {
    /// True if an event at `occurred`, outside every slot, was recorded late.
    #[must_use]
    pub const fn is_late(&self, occurred: UtcMillis, recorded: UtcMillis) -> bool {
        recorded.since_ms(occurred) > self.unscheduled_late_hours as i64 * HOUR_MS
    }

    /// Diary days filled in together: entries of at least `backfill_days` different days recorded within
    /// `backfill_minutes`. `entered` holds day and time of recording of each entry, in any order.
    #[must_use]
    pub fn backfilled(&self, entered: &[(DiaryDay, UtcMillis)]) -> BTreeSet<DiaryDay> {
        let mut by_time = entered.to_vec();
        by_time.sort_by_key(|(day, at)| (*at, *day));
        let span_ms = i64::from(self.backfill_minutes) * MINUTE_MS;
        let needed = usize::from(self.backfill_days).max(2);
        let (mut flagged, mut start, mut met) = (BTreeSet::new(), 0, false);
        let mut within: BTreeMap<DiaryDay, usize> = BTreeMap::new();
        for (day, at) in &by_time {
            *within.entry(*day).or_default() += 1;
            while let Some((old, _)) = by_time.get(start).filter(|(_, t)| at.since_ms(*t) > span_ms) {
                start += 1;
                match within.get_mut(old) {
                    Some(count) if *count > 1 => *count -= 1,
                    _ => drop(within.remove(old)),
                }
            }
            // Days within reach of the entry before are flagged already.
            let met_before = std::mem::replace(&mut met, within.len() >= needed);
            if met && met_before {
                flagged.insert(*day);
            } else if met {
                flagged.extend(within.keys().copied());
            }
        }
        flagged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        late_hours: 48,
        unscheduled_late_hours: 24,
        backfill_days: 3,
        backfill_minutes: 10,
        soft_dose_checks: false,
        unusual_factor: three(),
        pin_min_characters: None,
    };

    fn flagged(entered: &[(u8, i64)]) -> Vec<String> {
        let entered: Vec<_> = entered
            .iter()
            .map(|(day, minute)| {
                (format!("2026-03-{day:02}").parse().unwrap(), UtcMillis(minute * MINUTE_MS))
            })
            .collect();
        LIMITS.backfilled(&entered).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn days_entered_within_minutes_are_flagged_together() {
        assert_eq!(flagged(&[(1, 0), (2, 4), (3, 10)]), ["2026-03-01", "2026-03-02", "2026-03-03"]);
        assert_eq!(flagged(&[(3, 10), (1, 0), (2, 4), (4, 500)]).len(), 3);
    }

    #[test]
    fn two_days_or_a_slow_catching_up_are_not_flagged() {
        assert!(flagged(&[(1, 0), (1, 1), (1, 2), (2, 3)]).is_empty());
        assert!(flagged(&[(1, 0), (2, 4), (3, 11)]).is_empty());
        assert!(flagged(&[]).is_empty());
    }

    #[test]
    fn what_is_recorded_a_day_later_is_late() {
        let recorded = UtcMillis(24 * HOUR_MS);
        assert!(!LIMITS.is_late(UtcMillis(0), recorded));
        assert!(LIMITS.is_late(UtcMillis(-1), recorded));
        assert!(!LIMITS.is_late(UtcMillis(i64::MAX), recorded));
    }
}
