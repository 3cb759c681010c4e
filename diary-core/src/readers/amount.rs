//! Amounts of doses: a number with its unit, which is always required.

use super::ReadError;
use super::number::{HALF, has_digit, leading};
use super::plain::plain;
use super::unit::{has_micro_sign, is_of_doses, unit};
use crate::measure::{DOSE_MAX, Decimal, Quantity};

/// Parses an amount above 0 with its unit.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn amount(text: &str) -> Result<Quantity, ReadError> {
    let (value, name) = number_and_unit(text).map_err(|error| match error {
        ReadError::NotANumber => ReadError::NotAnAmount,
        other => other,
    })?;
    if name.is_empty() {
        return Err(ReadError::NoUnit);
    }
    let missing = if has_digit(&name) { ReadError::TwoNumbers } else { ReadError::UnknownUnit };
    let unit = unit(&name).filter(|unit| is_of_doses(*unit)).ok_or(missing)?;
    if value <= Decimal::from(0) || value > DOSE_MAX {
        return Err(ReadError::AmountRange);
    }
    Ok(Quantity { value, unit })
}

/// Parses a number and the name of a unit after it, which may be empty.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn number_and_unit(text: &str) -> Result<(Decimal, String), ReadError> {
    let text = plain(text);
    if has_micro_sign(&text) {
        return Err(ReadError::MicroSign);
    }
    let (value, rest) = leading(&text)?;
    if text.starts_with('0') && text.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) {
        return Err(ReadError::LeadingZero);
    }
    let (name, and_half) = and_a_half(rest);
    let value = match and_half {
        // 半片半, 1.5片半: ambiguous, since two halves are named.
        true if value.nanos() % Decimal::from(1).nanos() != 0 => return Err(ReadError::NotANumber),
        true => value.plus(HALF).ok_or(ReadError::AmountRange)?,
        false => value,
    };
    Ok((value, name.to_owned()))
}

/// A half after the unit: 1片半, "1 tablet and a half".
fn and_a_half(rest: &str) -> (&str, bool) {
    let cut = rest.strip_suffix("and a half").or_else(|| rest.strip_suffix('半'));
    cut.map_or((rest, false), |name| (name.trim_end(), true))
}
