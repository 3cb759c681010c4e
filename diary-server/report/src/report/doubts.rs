//! Doubtful times: clocks that ran ahead or were set, phones that are in another zone than their site, and days that
//! were filled in together. Nothing is refused or corrected because of it; it is reported.

use std::collections::{BTreeMap, BTreeSet};

use diary_core::counter::Counter;
use diary_core::ids::KeyId;
use diary_core::record::Source;
use diary_core::time::{DiaryDay, Reading, UtcMillis, Zone};
use serde::Serialize;

use super::entries::View;
use super::entry::{By, Entry, Stamp};

/// Offset up to which two clocks count as equal.
pub(super) const TOLERANCE_MS: i64 = 5 * 60_000;

/// Offset in minutes from which a clock puts entries under wrong days, and the site must be notified.
pub const CLOCK_DOUBT_MINUTES: i64 = 12 * 60;

/// A doubt about a phone's clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ClockDoubt {
    /// The phone.
    pub device: Option<u16>,
    /// Kind of problem.
    pub problem: ClockProblem,
    /// Greatest offset, in minutes.
    pub minutes: i64,
    /// Time of the last occurrence.
    pub at: Stamp,
    /// Number of entries that show it.
    pub entries: usize,
    /// Times and offsets of comparisons with the server's clock.
    pub bracket: Option<Bracket>,
}

impl ClockDoubt {
    /// True if the site must be notified: the clock was off by [`CLOCK_DOUBT_MINUTES`] or more, or went back before the
    /// last entry.
    #[must_use]
    pub const fn presses(&self) -> bool {
        match self.problem {
            ClockProblem::Backwards => true,
            ClockProblem::Ahead | ClockProblem::Set | ClockProblem::Off { .. } => {
                self.minutes >= CLOCK_DOUBT_MINUTES
            }
        }
    }
}

/// A phone that shows other hours than its site's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ZoneDoubt {
    /// The phone.
    pub device: Option<u16>,
    /// The zone it is set to.
    pub zone: Zone,
    /// The site's.
    pub site: Zone,
    /// First day of the current, unbroken stretch.
    pub since: DiaryDay,
}

/// Range of a clock's offsets from the server's over several comparisons.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Bracket {
    /// First time, by the server's clock.
    pub from: Stamp,
    /// Last time.
    pub to: Stamp,
    /// Least minutes.
    pub least: i64,
    /// Most minutes, rounded up.
    pub most: i64,
    /// Ahead of the server's, or behind it.
    pub ahead: bool,
}

/// Kind of clock problem.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockProblem {
    /// Entries were recorded later than they were received.
    Ahead,
    /// The clock was set while the program ran.
    Set,
    /// A later entry has an earlier time.
    Backwards,
    /// It was ahead of the server's, or behind it, when they met.
    Off {
        /// True if the clock is ahead, false if it is behind.
        ahead: bool,
    },
}

impl View<'_> {
    /// The doubts about clocks in the days of the report, per phone and kind.
    pub(super) fn clock_doubts(&self) -> Vec<ClockDoubt> {
        let mut found: BTreeMap<(Option<u16>, ClockProblem), ClockDoubt> = BTreeMap::new();
        let mut add = |device: Option<u16>, problem: ClockProblem, by_ms: i64, at: Stamp| {
            let minutes = by_ms.abs() / 60_000;
            let held = found.entry((device, problem)).or_insert(ClockDoubt {
                device,
                problem,
                minutes,
                at,
                entries: 0,
                bracket: None,
            });
            held.minutes = held.minutes.max(minutes);
            held.at = at;
            held.entries += 1;
        };
        let mut before: BTreeMap<Option<u16>, &Entry<'_>> = BTreeMap::new();
        for entry in self.all() {
            let device = entry.devices.first().copied();
            let reading = &entry.first.recorded;
            let previous = before.insert(device, entry);
            if self.column(entry.first.day).is_none() && !self.is_received_here(entry.received) {
                continue;
            }
            let at = self.recorded(reading);
            let ahead = reading.utc.since_ms(entry.received);
            if ahead > TOLERANCE_MS {
                add(device, ClockProblem::Ahead, ahead, at);
            }
            let Some(previous) = previous.map(|entry| &entry.first.recorded) else { continue };
            let wall = reading.utc.since_ms(previous.utc);
            let monotonic = || Some((previous.monotonic_ms?, reading.monotonic_ms?));
            match monotonic().filter(|_| previous.run == reading.run) {
                Some((then, now)) => {
                    let set = wall - i64::try_from(now.saturating_sub(then)).unwrap_or(i64::MAX);
                    if set.abs() > TOLERANCE_MS {
                        add(device, ClockProblem::Set, set, at);
                    }
                }
                None if wall < -TOLERANCE_MS => add(device, ClockProblem::Backwards, wall, at),
                None => {}
            }
        }
        found.into_values().chain(self.compared_clocks()).collect()
    }

    /// All occurrences in the whole record of a clock wrong enough to notify the site: the phone, and the day of receipt.
    pub(super) fn wrong_clocks(&self) -> Vec<(Option<u16>, DiaryDay)> {
        let is_wrong = |by_ms: i64| by_ms >= CLOCK_DOUBT_MINUTES * 60_000;
        let mut found = Vec::new();
        let mut before: BTreeMap<Option<u16>, &Reading> = BTreeMap::new();
        for entry in self.all() {
            let device = entry.devices.first().copied();
            let reading = &entry.first.recorded;
            let back = before.insert(device, reading).map_or(0, |before| before.utc.since_ms(reading.utc));
            if is_wrong(reading.utc.since_ms(entry.received)) || back > TOLERANCE_MS {
                found.push((device, self.site_day(entry.received)));
            }
        }
        for ((incarnation, _, _), held) in self.input.record.statements() {
            let Some(clock) = &held.statement.clock else { continue };
            if is_wrong(clock.reading.utc.since_ms(clock.server_time).abs()) {
                let device =
                    self.input.record.chains().get(incarnation).and_then(|chain| self.device(&chain.author));
                found.push((device, self.site_day(clock.server_time)));
            }
        }
        found
    }

    /// Phones in use whose last known clock reading has another offset from UTC than the site's zone.
    pub(super) fn zone_doubts(&self) -> Vec<ZoneDoubt> {
        let record = self.input.record;
        let entered = record.revisions().flat_map(|held| {
            let revision = held.encoded.revision();
            let from =
                move |source: &Source| (source.author, held.received.0, revision.counter, &revision.recorded);
            held.sources.iter().map(from)
        });
        let said = record.statements().iter().filter_map(|((incarnation, _, _), held)| {
            let author = record.chains().get(incarnation)?.author;
            Some((author, held.received.0, Counter::CEILING, &held.statement.as_of))
        });
        let mut heard: BTreeMap<KeyId, Vec<(UtcMillis, Counter, &Reading)>> = BTreeMap::new();
        for (author, received, counter, reading) in entered.chain(said) {
            heard.entry(author).or_default().push((received, counter, reading));
        }
        let in_use = self.input.devices.iter().filter(|(_, device)| device.revoked.is_none());
        let mut found: Vec<ZoneDoubt> = in_use
            .filter_map(|(key, device)| {
                let mut heard = heard.remove(key)?;
                heard.sort_by_key(|(received, counter, reading)| (*received, *counter, reading.utc));
                self.elsewhere(Some(device.number), &heard)
            })
            .collect();
        found.sort_by_key(|doubt| doubt.device);
        found
    }

    /// Decides from the readings of one phone, in order, whether it is in another zone, and since when.
    fn elsewhere(&self, device: Option<u16>, heard: &[(UtcMillis, Counter, &Reading)]) -> Option<ZoneDoubt> {
        let site = self.input.zone;
        let away =
            heard.iter().rev().take_while(|(.., reading)| reading.offset_s != site.offset_s(reading.utc));
        let days = away.clone().map(|(received, _, reading)| {
            // A clock that runs ahead must not move the first day beyond the day of receipt.
            DiaryDay(reading.local().date().min(reading.zone.local(*received).date()))
        });
        let (_, _, newest) = away.clone().next()?;
        Some(ZoneDoubt { device, zone: newest.zone, site, since: days.min()? })
    }

    /// Offsets of the phones' clocks from the server's, as stated by the phones in the days of the report: for each phone
    /// the least and the greatest, and the first and last comparison; ahead and behind are kept apart.
    fn compared_clocks(&self) -> Vec<ClockDoubt> {
        let cut = self.study.day_cut().to_chrono();
        let mut seen: BTreeMap<(Option<u16>, bool), Seen> = BTreeMap::new();
        for ((incarnation, _, _), held) in self.input.record.statements() {
            let Some(clock) = &held.statement.clock else { continue };
            let off = clock.reading.utc.since_ms(clock.server_time);
            let day = DiaryDay::at(clock.server_time, self.input.zone, cut);
            if off.abs() > TOLERANCE_MS && self.column(day).is_some() {
                let author =
                    self.input.record.chains().get(incarnation).and_then(|chain| self.device(&chain.author));
                seen.entry((author, off > 0)).or_default().push((clock.server_time, off.abs()));
            }
        }
        let doubt = |(device, ahead): (Option<u16>, bool), mut seen: Seen| {
            seen.sort_unstable();
            let (from, to) = (seen.first()?.0, seen.last()?.0);
            let least = seen.iter().map(|(_, off)| *off).min()? / 60_000;
            let most = (seen.iter().map(|(_, off)| *off).max()? + 59_999) / 60_000;
            let (from, to) = (self.here(from), self.here(to));
            let bracket = Some(Bracket { from, to, least, most, ahead });
            let (problem, entries) = (ClockProblem::Off { ahead }, seen.len());
            Some(ClockDoubt { device, problem, minutes: most, at: to, entries, bracket })
        };
        seen.into_iter().filter_map(|(whose, seen)| doubt(whose, seen)).collect()
    }

    /// Days of the period that were probably filled in together with others, grouped by sitting.
    pub(super) fn backfilled(&self) -> Vec<Backfilled> {
        let mut entered: Vec<(DiaryDay, &Reading)> = self
            .current()
            .filter(|(entry, _)| entry.first.slot.is_some())
            .filter(|(entry, _)| By::of(entry.first) != By::System)
            .map(|(entry, _)| (entry.first.day, &entry.first.recorded))
            .collect();
        entered.sort_by_key(|(day, at)| (at.utc, *day));
        let limits = self.study.limits();
        let times: Vec<(DiaryDay, UtcMillis)> = entered.iter().map(|(day, at)| (*day, at.utc)).collect();
        let flagged = limits.backfilled(&times);
        let apart_ms = i64::from(limits.backfill_minutes) * 60_000;
        let sittings = entered.chunk_by(|(_, a), (_, b)| b.utc.since_ms(a.utc) <= apart_ms);
        let of = |sitting: &[(DiaryDay, &Reading)]| {
            let days: BTreeSet<DiaryDay> = sitting.iter().map(|(day, _)| *day).collect();
            // A flagged day that is alone in this sitting was flagged in another one.
            let days: Vec<DiaryDay> = days.into_iter().filter(|day| flagged.contains(day)).collect();
            let (first, last) = (sitting.first()?.1, sitting.last()?.1);
            (days.len() > 1).then(|| Backfilled { days, from: self.recorded(first), to: self.recorded(last) })
        };
        sittings.filter_map(of).collect()
    }
}

/// Times of comparisons of a clock, each with its offset in milliseconds.
type Seen = Vec<(UtcMillis, i64)>;

/// Days that were filled in together, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Backfilled {
    /// The days.
    pub days: Vec<DiaryDay>,
    /// Time of recording of the first of them.
    pub from: Stamp,
    /// Time of recording of the last.
    pub to: Stamp,
}
