//! Codes of lists that are fixed: why a dose was left out, how a medication is taken, how often. Taken as code, as
//! the words on the screen in either language, or as the number before them.

use diary_core::entry::{Frequency, Route, SkipReason};
use diary_core::measure::plain_digits;
use diary_core::text::Lang;

use crate::failure::InputError;
use crate::words;

/// Finds the one of `options` that was typed: its number from 1, its code, or its words.
fn find<T: Copy>(
    text: &str,
    options: &[T],
    code: fn(T) -> &'static str,
    shown: fn(T, Lang) -> &'static str,
) -> Option<T> {
    let typed = plain_digits(text).to_lowercase();
    let by_number = typed.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).and_then(|n| options.get(n));
    let is = |option: &&T| {
        code(**option) == typed
            || diary_core::words::languages()
                .iter()
                .any(|lang| shown(**option, *lang).to_lowercase() == typed)
    };
    by_number.or_else(|| options.iter().find(is)).copied()
}

/// Parses the reason for leaving a dose out.
pub(crate) fn skip_reason(text: &str) -> Result<SkipReason, InputError> {
    find(text, &SkipReason::ALL, SkipReason::code, words::describe::skip_reason).ok_or(InputError::SkipReason)
}

/// Parses the route of a medication.
pub(crate) fn route(text: &str) -> Result<Route, InputError> {
    find(text, Route::ALL, Route::code, Route::shown).ok_or(InputError::Route)
}

/// Parses the frequency of a medication.
pub(crate) fn frequency(text: &str) -> Result<Frequency, InputError> {
    find(text, Frequency::ALL, Frequency::code, Frequency::shown).ok_or(InputError::Frequency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_words_and_numbers_are_taken() {
        for text in ["forgot", "1", "１", "忘记了", "Forgot"] {
            assert_eq!(skip_reason(text), Ok(SkipReason::Forgot), "{text}");
        }
        assert_eq!(route("口服"), Ok(Route::Oral));
        assert_eq!(frequency("tid"), Ok(Frequency::ThreeTimesDaily));
        assert_eq!(frequency("0"), Err(InputError::Frequency));
        assert_eq!(skip_reason("8"), Err(InputError::SkipReason));
    }
}
