//! Arguments of messages.

use std::borrow::Cow;

use fluent_bundle::FluentValue;

/// Value of a variable: a text, shown as it is, or a number, which also selects the plural form.
#[derive(Clone, Debug)]
pub struct Arg<'a>(FluentValue<'a>);

impl<'a> Arg<'a> {
    pub(crate) fn into_value(self) -> FluentValue<'a> {
        self.0
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self(FluentValue::String(Cow::Borrowed(text)))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self(FluentValue::String(Cow::Owned(text)))
    }
}

impl<'a> From<Cow<'a, str>> for Arg<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self(FluentValue::String(text))
    }
}

impl From<char> for Arg<'_> {
    fn from(letter: char) -> Self {
        Self::from(letter.to_string())
    }
}

/// Numbers of Fluent are floats. What no float of 32 integer bits holds is shown as digits and takes the plural form of
/// large numbers, so that no digit is lost.
macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Arg<'_> {
            fn from(number: $integer) -> Self {
                match i32::try_from(number) {
                    Ok(number) => Self(FluentValue::from(number)),
                    Err(_) => Self::from(number.to_string()),
                }
            }
        }
    )*};
}

from_integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
