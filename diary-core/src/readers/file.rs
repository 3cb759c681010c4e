//! Dates, times and amounts in hand-written files, for `#[serde(deserialize_with = "...")]`.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, Error};

use super::{date_alone, number, time, unit};
use crate::measure::{Quantity, UnitError};
use crate::time::{DiaryDay, TimeOfDay};

type Text<'de> = Cow<'de, str>;

/// Deserializes a date with its year.
///
/// # Errors
/// Those of the deserializer, with a sentence about the fault.
pub fn day<'de, D: Deserializer<'de>>(d: D) -> Result<DiaryDay, D::Error> {
    date_alone(&Text::deserialize(d)?).map(DiaryDay).map_err(Error::custom)
}

/// Like [`day`], for optional fields.
///
/// # Errors
/// Those of the deserializer, with a sentence about the fault.
pub fn day_if_any<'de, D: Deserializer<'de>>(d: D) -> Result<Option<DiaryDay>, D::Error> {
    day(d).map(Some)
}

/// Deserializes an optional amount.
///
/// # Errors
/// Those of the deserializer, with a sentence about the fault.
pub fn amount_if_any<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Quantity>, D::Error> {
    amount(d).map(Some)
}

/// Deserializes times of day.
///
/// # Errors
/// Those of the deserializer, with a sentence about the fault.
pub fn times<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<TimeOfDay>, D::Error> {
    let texts = Vec::<Text<'de>>::deserialize(d)?;
    texts.iter().map(|text| time(text).map_err(Error::custom)).collect()
}

/// Deserializes an amount from a table of `value` and `unit`.
///
/// # Errors
/// Those of the deserializer, with a sentence about the fault.
pub fn amount<'de, D: Deserializer<'de>>(d: D) -> Result<Quantity, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Written<'t> {
        #[serde(borrow)]
        value: Cow<'t, str>,
        #[serde(borrow)]
        unit: Cow<'t, str>,
    }
    let written = Written::deserialize(d)?;
    let value = number(&written.value).map_err(Error::custom)?;
    let unit = unit(&written.unit).ok_or_else(|| Error::custom(UnitError))?;
    Ok(Quantity { value, unit })
}
