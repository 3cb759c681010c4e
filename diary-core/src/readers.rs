//! Parsers of amounts, dates, times and moments as typed, in every language of the diary, shared by all commands,
//! questionnaires and hand-written files. Pure; clock and zone are arguments. Nothing is guessed: ambiguous
//! text is refused with the expected form.
//!
//! | parser | accepts |
//! |---|---|
//! | [`number`] | `0.5`, `.5`, `0,5`, `½`, `1 1/2`, `半`, `两` |
//! | [`amount`] | a number with its unit: `60 mg`, `６０ｍｇ`, `½ tablet`, `1片半` |
//! | [`date`], [`date_alone`] | `2026-03-01`, `2026年3月1号`, `1 Mar 2026`, `昨天` |
//! | [`partial_date`] | the same, and `2026-02`, `2026` |
//! | [`time`] | `08:30`, `8点半`, `9:15 pm`, `下午3点` |
//! | [`moment()`], [`date_and_time`] | `昨天 21:15`, `2026-03-01 08:30`, `01:43 second` |
//!
//! [`mod@file`] has them for files. [`far()`] recognizes dates more than a year away, which need a
//! confirmation.

mod amount;
mod calendar;
mod clock;
mod error;
mod far;
pub mod file;
mod moment;
mod number;
mod plain;
mod sentence;
mod unit;

pub use amount::{amount, number_and_unit};
pub use calendar::{date, date_alone, partial_date};
pub use clock::time;
pub use error::ReadError;
pub use far::{Far, far};
pub use moment::{
    AHEAD_MS, Here, cannot_belong, date_and_time, date_and_time_alone, instant, is_now, moment, moment_on,
};
pub use number::number;
pub use plain::plain;
pub use unit::unit;

#[cfg(test)]
mod tests;
