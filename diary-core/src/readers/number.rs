//! Numbers: decimals with a point or a comma, halves and quarters, Chinese numerals up to 99, English words up to ten.

use super::ReadError;
use super::plain::{LONGEST, chinese_number, is_chinese_numeral, plain};
use crate::measure::Decimal;
use crate::words::Words;
use crate::words::{is_typed, place, typed};

/// One half.
pub(super) const HALF: Decimal = Decimal::new(5, 1);

/// Parses a number and nothing else, with an optional sign.
///
/// # Errors
/// [`ReadError`] with the fault and the expected form.
pub fn number(text: &str) -> Result<Decimal, ReadError> {
    let text = plain(text);
    match leading(&text)? {
        (value, "") => Ok(value),
        (_, rest) if has_digit(rest) => Err(ReadError::TwoNumbers),
        _ => Err(ReadError::NotANumber),
    }
}

/// Number at the beginning of a plain text, and the rest without the space between.
pub(super) fn leading(text: &str) -> Result<(Decimal, &str), ReadError> {
    if text.chars().count() > LONGEST {
        return Err(ReadError::TooManyDigits);
    }
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    };
    let (value, rest) = match unsigned.chars().next() {
        Some(c) if c.is_ascii_digit() || ".,".contains(c) => in_digits(unsigned)?,
        Some(c) if c == '半' || is_chinese_numeral(c) => in_chinese(unsigned)?,
        Some(c) if c.is_ascii_alphabetic() => in_words(unsigned)?,
        _ => return Err(ReadError::NotANumber),
    };
    let value =
        if negative { value.times(Decimal::from(-1)).ok_or(ReadError::TooManyDigits)? } else { value };
    Ok((value, rest.trim_start()))
}

pub(super) fn has_digit(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
}

fn split_while(text: &str, of: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !of(c)).unwrap_or(text.len()))
}

fn in_digits(text: &str) -> Result<(Decimal, &str), ReadError> {
    let (run, rest) = split_while(text, |c| c.is_ascii_digit() || ".,'".contains(c));
    if let Some(divisor) = rest.strip_prefix('/') {
        let (divisor, rest) = split_while(divisor, |c| c.is_ascii_digit());
        // `60/min` is not a fraction: the number ends before the slash.
        if !divisor.is_empty() {
            return Ok((fraction(run, divisor)?, rest));
        }
    }
    let behind = rest.trim_start();
    if behind.starts_with(|c: char| c.is_ascii_digit()) {
        let (numerator, after) = split_while(behind, |c| c.is_ascii_digit());
        let Some(divisor) = after.strip_prefix('/') else { return Err(ReadError::Thousands) };
        let (divisor, rest) = split_while(divisor, |c| c.is_ascii_digit());
        let whole = decimal(run)?;
        if !run.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ReadError::Fraction);
        }
        let sum = whole.plus(fraction(numerator, divisor)?);
        return Ok((sum.ok_or(ReadError::TooManyDigits)?, rest));
    }
    Ok((decimal(run)?, rest))
}

/// Halves, quarters and eighths alone: other pairs of numbers are strengths of two substances, dates, or
/// without a short decimal.
fn fraction(numerator: &str, divisor: &str) -> Result<Decimal, ReadError> {
    match (numerator, divisor) {
        ("1", "2") => Ok(HALF),
        ("1" | "3", "4") | ("1" | "3" | "5" | "7", "8") => {
            let (n, d) = (numerator.parse::<i128>(), divisor.parse::<i128>());
            let nanos = n.ok().zip(d.ok()).map(|(n, d)| n * 1_000_000_000 / d);
            nanos.and_then(Decimal::from_nanos).ok_or(ReadError::Fraction)
        }
        _ => Err(ReadError::Fraction),
    }
}

/// Digits with at most one point or comma.
fn decimal(run: &str) -> Result<Decimal, ReadError> {
    let marks: Vec<char> = run.chars().filter(|c| !c.is_ascii_digit()).collect();
    let (whole, part) = match marks.as_slice() {
        [] => (run, None),
        ['.' | ','] => run.split_once(['.', ',']).map_or((run, None), |(whole, part)| (whole, Some(part))),
        several if several.iter().all(|c| *c == '.') => return Err(ReadError::NotANumber),
        _ => return Err(ReadError::Thousands),
    };
    // Three digits after a comma may be thousands, unless a 0 precedes it.
    let by_comma = marks == [','] && !matches!(whole, "" | "0");
    match part {
        Some("") => return Err(ReadError::NotANumber),
        Some(part) if by_comma && part.len() > 2 => return Err(ReadError::Thousands),
        _ => {}
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let written = part.map_or_else(|| whole.to_owned(), |part| format!("{whole}.{part}"));
    written.parse().map_err(|_| ReadError::TooManyDigits)
}

/// 半, or an integer; 一半 and 1半 are refused as ambiguous.
fn in_chinese(text: &str) -> Result<(Decimal, &str), ReadError> {
    if let Some(rest) = text.strip_prefix('半') {
        return Ok((HALF, rest));
    }
    let (numerals, rest) = split_while(text, is_chinese_numeral);
    let value = chinese_number(numerals).ok_or(ReadError::NotANumber)?;
    Ok((Decimal::from(i64::from(value)), rest))
}

fn in_words(text: &str) -> Result<(Decimal, &str), ReadError> {
    let (word, rest) = split_while(text, |c| c.is_ascii_alphabetic());
    let rest = rest.trim_start();
    let lower = word.to_ascii_lowercase();
    let shares: [(Words, Decimal); 2] = [(typed::half, HALF), (typed::quarter, Decimal::new(25, 2))];
    if let Some((_, share)) = shares.into_iter().find(|(words, _)| is_typed(&lower, *words)) {
        let rest = ["of a ", "of an ", "a ", "an "]
            .iter()
            .find_map(|article| rest.strip_prefix(article))
            .unwrap_or(rest);
        return Ok((share, rest));
    }
    let whole = place(typed::numbers, |known| known == lower).and_then(|n| i64::try_from(n).ok());
    let whole = Decimal::from(whole.ok_or(ReadError::NotANumber)?);
    match rest.strip_prefix("and a half") {
        Some(rest) => Ok((whole.plus(HALF).ok_or(ReadError::NotANumber)?, rest)),
        None => Ok((whole, rest)),
    }
}
