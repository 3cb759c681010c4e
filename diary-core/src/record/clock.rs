//! When entries had been recorded at the latest, where the clock that stamped them ran ahead. Pure: from the order in
//! which a device made its entries, what it stamped later, and when a server received them.
//!
//! A later entry with an earlier time shows that the clock was ahead before, unless that later time itself lies before
//! what a server had received already: then the clock was behind afterwards.

use crate::counter::Counter;
use crate::time::{DiaryDay, TimeOfDay, UtcMillis, Zone};

/// Clocks that differ by no more agree.
pub const TOLERANCE_MS: i64 = 5 * 60_000;

/// A clock that runs ahead by no more does not carry an entry into another day.
const DAY_TOLERANCE_MS: i64 = 60 * 60_000;

/// Whether `day` had come when an entry was made, at `made` at the latest. An answer given under a wrong clock fills no
/// day that had not.
#[must_use]
pub fn day_had_come(made: UtcMillis, zone: Zone, cut: TimeOfDay, day: DiaryDay) -> bool {
    DiaryDay::at(made.plus_ms(DAY_TOLERANCE_MS), zone, cut.to_chrono()) >= day
}

/// One entry as far as clocks are concerned. All of one slice come from one device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recording {
    /// Its place in the order in which the device made its entries: the Lamport counter.
    pub counter: Counter,
    /// Time that the device's clock showed.
    pub recorded: UtcMillis,
    /// Number of the parcel that carries it, where it is in one.
    pub seq: Option<u64>,
    /// Time at which a server had received it, by that server's clock.
    pub received: Option<UtcMillis>,
}

/// For each recording (in order of the counters) the instant by which it had been made at the latest, where the device's
/// clock showed a later one.
#[must_use]
pub fn ran_ahead(recordings: &[Recording]) -> Vec<Option<UtcMillis>> {
    let floors = Floors::of(recordings);
    let mut bound: Option<UtcMillis> = None;
    let mut out = vec![None; recordings.len()];
    for (at, one) in recordings.iter().enumerate().rev() {
        let least = [Some(one.recorded), one.received, bound].into_iter().flatten().min();
        out[at] = least.filter(|least| one.recorded.since_ms(*least) > TOLERANCE_MS);
        let is_behind = floors.before(one).is_some_and(|floor| floor.since_ms(one.recorded) > TOLERANCE_MS);
        let says = (!is_behind).then_some(one.recorded);
        bound = [says, one.received, bound].into_iter().flatten().min();
    }
    out
}

/// What a server had received in parcels up to each number.
struct Floors(Vec<(u64, UtcMillis)>);

impl Floors {
    fn of(recordings: &[Recording]) -> Self {
        let mut of: Vec<(u64, UtcMillis)> =
            recordings.iter().filter_map(|one| Some((one.seq?, one.received?))).collect();
        of.sort_unstable();
        let mut latest = UtcMillis(i64::MIN);
        for (_, received) in &mut of {
            latest = latest.max(*received);
            *received = latest;
        }
        Self(of)
    }

    /// The last time at which something was received in parcels before that of `one`: a clock that shows an earlier
    /// time is behind.
    fn before(&self, one: &Recording) -> Option<UtcMillis> {
        let before = one.seq.map_or(self.0.len(), |seq| self.0.partition_point(|(other, _)| *other < seq));
        before.checked_sub(1).and_then(|last| self.0.get(last)).map(|(_, received)| *received)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn at(counter: u64, hour: i64, seq: Option<u64>, received: Option<i64>) -> Recording {
        let ms = |hour| UtcMillis(hour * HOUR);
        Recording { counter: counter.into(), recorded: ms(hour), seq, received: received.map(ms) }
    }

    fn hours(recordings: &[Recording]) -> Vec<Option<i64>> {
        ran_ahead(recordings).into_iter().map(|at| at.map(|at| at.0 / HOUR)).collect()
    }

    #[test]
    fn what_was_received_before_it_was_stamped_ran_ahead() {
        assert_eq!(hours(&[at(1, 10, Some(1), Some(11)), at(2, 60, Some(2), Some(12))]), [None, Some(12)]);
    }

    #[test]
    fn what_was_stamped_later_and_earlier_shows_that_the_clock_ran_ahead() {
        // Two entries two days ahead, then the clock was put right; nothing was sent.
        assert_eq!(
            hours(&[
                at(1, 10, None, None),
                at(2, 60, None, None),
                at(3, 60, None, None),
                at(4, 13, None, None)
            ]),
            [None, Some(13), Some(13), None]
        );
    }

    #[test]
    fn a_clock_that_fell_back_behind_the_last_contact_shows_nothing() {
        assert_eq!(
            hours(&[at(1, 100, Some(1), Some(101)), at(2, 110, None, None), at(3, 0, None, None)]),
            [None, None, None]
        );
    }
}
