//! Latest possible instants of entries that were made under a clock that ran ahead. Pure: from the order in
//! which a device made its entries, the times it stamped later, and the instants at which a server received
//! them.
//!
//! A later entry with an earlier time shows that the clock ran ahead before, unless that earlier time lies
//! before an instant of receipt that the device must have passed: then the clock ran behind afterwards.

use crate::counter::Counter;
use crate::time::{DiaryDay, TimeOfDay, UtcMillis, Zone};

/// Largest difference, in milliseconds, of clocks that are taken to agree.
pub const TOLERANCE_MS: i64 = 5 * 60_000;

/// Largest lead of a clock, in milliseconds, that is not taken to move an entry into another day.
const DAY_TOLERANCE_MS: i64 = 60 * 60_000;

/// True if `day` had begun when an entry was made, which was at `made` at the latest. An answer given under a
/// wrong clock does not fill a day that had not begun.
#[must_use]
pub fn day_had_come(made: UtcMillis, zone: Zone, cut: TimeOfDay, day: DiaryDay) -> bool {
    DiaryDay::at(made.plus_ms(DAY_TOLERANCE_MS), zone, cut.to_chrono()) >= day
}

/// Times of one entry. All recordings of a slice come from one device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recording {
    /// Lamport counter, by which the device's entries are ordered.
    pub counter: Counter,
    /// Time shown by the device's clock.
    pub recorded: UtcMillis,
    /// Sequence number of its parcel, if it is sealed.
    pub seq: Option<u64>,
    /// Instant of receipt, by a server's clock.
    pub received: Option<UtcMillis>,
}

/// For each recording (in order of the counters), the latest possible instant of its making, if the device's
/// clock showed a later one.
#[must_use]
pub fn ran_ahead(recordings: &[Recording]) -> Vec<Option<UtcMillis>> {
    let floors = Floors::of(recordings);
    let mut bound: Option<UtcMillis> = None;
    let mut out = vec![None; recordings.len()];
    // Backwards: every later recording bounds the earlier ones.
    for (at, one) in recordings.iter().enumerate().rev() {
        let least = [Some(one.recorded), one.received, bound].into_iter().flatten().min();
        out[at] = least.filter(|least| one.recorded.since_ms(*least) > TOLERANCE_MS);
        let is_behind = floors.before(one).is_some_and(|floor| floor.since_ms(one.recorded) > TOLERANCE_MS);
        // A clock that ran behind says nothing about the entries before it.
        let says = (!is_behind).then_some(one.recorded);
        bound = [says, one.received, bound].into_iter().flatten().min();
    }
    out
}

/// Latest instants of receipt, by sequence number.
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

    /// Latest receipt of a parcel before that of `one`: a clock that shows an earlier time runs behind.
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
