//! Instants, readings of a device's clock, time zones and the diary day. Clocks are arguments; nothing here
//! reads one.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Duration, NaiveDate, NaiveTime, Offset, SecondsFormat, TimeZone, Timelike, Utc,
};
pub use chrono_tz::Tz;

use crate::ids::{IdError, RunId};
use crate::wire;

mod partial;
mod shown;

pub use partial::{Month, PartialDate, Year};
pub use shown::{Gap, Pass, Shown};

/// Milliseconds of one day.
pub const DAY_MS: i64 = 86_400_000;

/// An instant: milliseconds since 1970-01-01T00:00:00Z, by some clock.
///
/// Decoded values are clamped to the years 1 to 9998. A clock may show anything, and what it showed is kept
/// and marked as implausible, but no difference of two instants overflows and no shown year has five digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, minicbor::Encode)]
#[cbor(transparent)]
pub struct UtcMillis(#[n(0)] pub i64);

impl<'b, C> minicbor::Decode<'b, C> for UtcMillis {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        // Clamped rather than refused: an entry made under an absurd clock must stay readable.
        Ok(Self(d.i64()?.clamp(Self::FIRST.0, Self::LAST.0)))
    }
}

impl UtcMillis {
    /// The beginning of the year 1.
    pub const FIRST: Self = Self(-62_135_596_800_000);
    /// The end of the year 9998.
    pub const LAST: Self = Self(253_370_764_799_999);

    /// True for the years 2000 to 2199, which a clock may have shown during a trial.
    #[must_use]
    pub const fn is_plausible(self) -> bool {
        self.0 >= 946_684_800_000 && self.0 < 7_258_118_400_000
    }

    /// This instant moved by `ms` milliseconds (saturating).
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant (negative if `earlier` is later).
    #[must_use]
    pub const fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Conversion to chrono; an instant outside the years 1 to 9998 becomes the nearest bound.
    #[must_use]
    pub fn to_chrono(self) -> DateTime<Utc> {
        let within = self.0.clamp(Self::FIRST.0, Self::LAST.0);
        DateTime::from_timestamp_millis(within).unwrap_or_default()
    }
}

impl fmt::Display for UtcMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_chrono().format("%Y-%m-%dT%H:%M:%SZ"))
    }
}

/// ISO 8601 in UTC, for people and scripts, with milliseconds if there are any. Binary formats have the
/// number.
impl serde::Serialize for UtcMillis {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.to_chrono().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

macro_rules! instant {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug,
            serde::Serialize, minicbor::Encode, minicbor::Decode,
        )]
        #[serde(transparent)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] pub UtcMillis);
    };
}

instant!(
    /// Claimed instant of an event, by its author.
    OccurredAt
);
instant!(
    /// Instant of receipt, by the server's clock.
    ReceivedAt
);

/// Source of the current time. The only implementations that read a real clock are in drivers, servers and
/// pages.
pub trait Clock: Send + Sync {
    /// The instant that this clock shows now.
    fn now(&self) -> UtcMillis;
}

/// Reading of a device's clock at a recording. Never corrected afterwards.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Reading {
    /// Wall clock.
    #[n(0)]
    pub utc: UtcMillis,
    /// Offset applied by the device, in seconds east of UTC.
    #[cbor(n(1), decode_with = "offset")]
    pub offset_s: i32,
    /// IANA zone set on the device.
    #[n(2)]
    pub zone: Zone,
    /// Run of the program, within which `monotonic_ms` can be compared.
    #[n(3)]
    pub run: RunId,
    /// Milliseconds since the start of that run by a clock that cannot be set, if the platform has one.
    #[cbor(n(4), decode_with = "wire::optional_count_at_most", nil = "wire::absent")]
    pub monotonic_ms: Option<u64>,
}

impl Reading {
    /// Reading of a device set to `zone` with its wall clock at `utc`.
    #[must_use]
    pub fn new(utc: UtcMillis, zone: Zone, run: RunId, monotonic_ms: Option<u64>) -> Self {
        Self { utc, offset_s: zone.offset_s(utc), zone, run, monotonic_ms }
    }

    /// Civil date and time shown by the device.
    #[must_use]
    pub fn local(&self) -> chrono::NaiveDateTime {
        local_at(self.utc, self.offset_s)
    }
}

/// Largest accepted offset from UTC, in seconds.
pub const OFFSET_MAX_S: i32 = 86_399;

/// Decodes seconds east of UTC, clamped to less than a day, since no zone has a larger offset.
pub(crate) fn offset<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> Result<i32, minicbor::decode::Error> {
    Ok(d.i32()?.clamp(-OFFSET_MAX_S, OFFSET_MAX_S))
}

/// Civil date and time at `instant` with an offset in seconds east of UTC; at the ends of the calendar, those
/// of UTC. Total, because devices may send any instant and offset.
fn local_at(instant: UtcMillis, offset_s: i32) -> chrono::NaiveDateTime {
    let utc = instant.to_chrono().naive_utc();
    let offset_s = offset_s.clamp(-OFFSET_MAX_S, OFFSET_MAX_S);
    utc.checked_add_signed(Duration::seconds(i64::from(offset_s))).unwrap_or(utc)
}

/// An IANA time zone by name, for example `Asia/Shanghai`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Zone(pub Tz);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(Tz::UTC);

    /// Seconds east of UTC in this zone at `instant`.
    #[must_use]
    pub fn offset_s(self, instant: UtcMillis) -> i32 {
        self.0.offset_from_utc_datetime(&instant.to_chrono().naive_utc()).fix().local_minus_utc()
    }

    /// Civil date and time in this zone at `instant`.
    #[must_use]
    pub fn local(self, instant: UtcMillis) -> chrono::NaiveDateTime {
        local_at(instant, self.offset_s(instant))
    }

    /// Instant at which this zone shows `time` on `day`. If the clock shows it twice, the first; if a change
    /// of the clock skips it, the instant of that change.
    #[must_use]
    pub fn instant(self, day: NaiveDate, time: NaiveTime) -> UtcMillis {
        match self.shown(day, time) {
            Shown::Once(at) | Shown::Twice { first: at, .. } | Shown::Never { at, .. } => at,
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for Zone {
    type Err = IdError;
    fn from_str(name: &str) -> Result<Self, IdError> {
        Tz::from_str(name)
            .map(Self)
            .map_err(|_| IdError { kind: "time zone", expected: "an IANA name such as Asia/Shanghai" })
    }
}

impl serde::Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0.name())
    }
}

impl<'de> serde::Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<C> minicbor::Encode<C> for Zone {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(self.0.name())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Zone {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        d.str()?.parse().map_err(|_| minicbor::decode::Error::message("unknown time zone").at(at))
    }
}

/// The civil day that an entry belongs to, fixed on the device at capture and never recomputed.
#[derive(Clone, Copy, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct DiaryDay(pub NaiveDate);

crate::steps::compared!(DiaryDay, 0);
crate::steps::hashed!(DiaryDay, 0);

impl DiaryDay {
    /// Diary day at a civil date and time, with days that begin at `cut` (at 03:00, 02:30 still belongs to
    /// the day before).
    #[must_use]
    pub fn of_local(local: chrono::NaiveDateTime, cut: NaiveTime) -> Self {
        let date = local.date();
        Self(if local.time() < cut { date.pred_opt().unwrap_or(date) } else { date })
    }

    /// Diary day in `zone` at `instant`.
    #[must_use]
    pub fn at(instant: UtcMillis, zone: Zone, cut: NaiveTime) -> Self {
        Self::of_local(zone.local(instant), cut)
    }

    /// First day of the year 0.
    const FIRST: NaiveDate = NaiveDate::from_ymd_opt(0, 1, 1).expect("a date of the calendar");
    /// Last day of the year 9999.
    const LAST: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date of the calendar");

    /// This day moved by `days` (saturating at the ends of the years 0 to 9999).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let end = if days < 0 { Self::FIRST } else { Self::LAST };
        let moved = Duration::try_days(days).and_then(|by| self.0.checked_add_signed(by)).unwrap_or(end);
        Self(moved.clamp(Self::FIRST, Self::LAST))
    }

    /// Days from `earlier` to this day (negative if `earlier` is later).
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// Study day counted from `first`, which is day 1; the day before it is day -1, and there is no day 0 (as
    /// in CDISC SDTM).
    #[must_use]
    pub fn study_day(self, first: Self) -> i64 {
        let since = self.since(first);
        since + i64::from(since >= 0)
    }

    /// Days from this one to `last`, both included; none if `last` is earlier.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        (0..=last.since(self)).map(move |n| self.plus_days(n))
    }
}

impl fmt::Display for DiaryDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for DiaryDay {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Self)
            .map_err(|_| IdError { kind: "day", expected: "a date such as 2026-03-29" })
    }
}

/// Encoded as days since 1970-01-01.
impl<C> minicbor::Encode<C> for DiaryDay {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.i32(self.0.to_epoch_days())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for DiaryDay {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        NaiveDate::from_epoch_days(d.i32()?)
            .filter(|date| (0..=9999).contains(&date.year()))
            .map(Self)
            .ok_or_else(|| minicbor::decode::Error::message("day out of range").at(at))
    }
}

/// A time of day without date or zone, in minutes since midnight; midnight by default.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// `hour` (0 to 23) and `minute` (0 to 59), or `None` outside these.
    #[must_use]
    pub const fn new(hour: u16, minute: u16) -> Option<Self> {
        if hour < 24 && minute < 60 { Some(Self(hour * 60 + minute)) } else { None }
    }

    /// Minute that contains `time`.
    #[must_use]
    pub fn of(time: NaiveTime) -> Self {
        let minutes = time.num_seconds_from_midnight() / 60;
        Self(u16::try_from(minutes).unwrap_or_default())
    }

    /// Minutes since midnight, 0 to 1439.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// Minutes from `cut` of a diary day to this time, 0 to 1439.
    #[must_use]
    pub fn minutes_after(self, cut: Self) -> i64 {
        (i64::from(self.0) - i64::from(cut.0)).rem_euclid(24 * 60)
    }

    /// Conversion to chrono.
    #[must_use]
    pub fn to_chrono(self) -> NaiveTime {
        NaiveTime::MIN + Duration::minutes(i64::from(self.0))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let error = IdError { kind: "time of day", expected: "hours and minutes such as 07:30" };
        let (hour, minute) = text.split_once(':').ok_or_else(|| error.clone())?;
        let number = |t: &str| (1..=2).contains(&t.len()).then(|| t.parse().ok()).flatten();
        number(hour).zip(number(minute)).and_then(|(h, m)| Self::new(h, m)).ok_or(error)
    }
}

impl serde::Serialize for TimeOfDay {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for TimeOfDay {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<C> minicbor::Encode<C> for TimeOfDay {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u16(self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for TimeOfDay {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        let minutes = d.u16()?;
        Self::new(minutes / 60, minutes % 60)
            .ok_or_else(|| minicbor::decode::Error::message("time of day out of range").at(at))
    }
}

#[cfg(test)]
mod tests;
