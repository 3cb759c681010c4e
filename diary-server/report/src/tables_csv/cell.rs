//! Escaping of cells. A spreadsheet runs a text that begins with `=` as a formula, and participants write texts: such a
//! text gets an apostrophe in front, and so does one that begins with an apostrophe, so that removing one leading
//! apostrophe from every cell gives back exactly the original.

use std::borrow::Cow;

/// Prefix of a text that a spreadsheet would run as a formula.
pub const MARK: char = '\'';

/// With these a formula begins, in plain, full-width and small forms.
const FORMULA: [char; 13] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'];

/// Cell of a text.
#[must_use]
pub fn neutral(text: &str) -> Cow<'_, str> {
    // Some programs ignore leading white space, direction marks, and characters without width.
    let passed = |c: &char| c.is_whitespace() || c.is_control() || is_invisible(*c);
    let begins = text.chars().next();
    let danger = begins.is_some_and(|c| matches!(c, MARK | '\t' | '\r' | '\n'))
        || text.chars().find(|c| !passed(c)).is_some_and(|c| FORMULA.contains(&c));
    if danger { Cow::Owned(format!("{MARK}{text}")) } else { Cow::Borrowed(text) }
}

/// Cell of a value made by this program: a number as it is, with its sign, anything else as a text.
#[must_use]
pub fn made(text: &str) -> Cow<'_, str> {
    if is_number(text) { Cow::Borrowed(text) } else { neutral(text) }
}

/// True if a text is a number in the form that the tables have: digits, with an optional sign and point.
#[must_use]
pub fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    digits(whole.strip_prefix('-').unwrap_or(whole)) && digits(part)
}

/// Original text of a cell.
#[must_use]
pub fn written(cell: &str) -> &str {
    cell.strip_prefix(MARK).unwrap_or(cell)
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_marked() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "  =1",
            "\u{feff}=1",
            "\u{200b}@x",
            "'=1",
            "\tx",
        ] {
            let cell = neutral(text);
            assert_eq!(cell, format!("'{text}"), "{text:?}");
            assert_eq!(written(&cell), text);
        }
    }

    #[test]
    fn numbers_keep_their_sign_and_far_years_are_marked() {
        for text in ["-5", "-0.5", "0012", "37.0", "2026-03-29", "2026-03-29T01:30:00.000Z"] {
            assert_eq!(made(text), text);
        }
        for text in ["+10000-01-01T00:00:00.000Z", "-0001-01-01", "-5 mg", "-", "-1.", "+5"] {
            assert_eq!(made(text), format!("'{text}"));
        }
    }

    #[test]
    fn ordinary_words_stay_as_they_are() {
        for text in ["", "better today", "今天好一些", "3-4 times", "a=b", " a", "\"quoted\"", "1,5"] {
            assert_eq!(neutral(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back_as_it_was_written(text in "[=+@'\\-\t\r\n ＝a\u{feff}]{0,6}|.{0,20}") {
            let cell = neutral(&text).into_owned();
            prop_assert_eq!(written(&cell), &text);
            prop_assert!(!cell.trim().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']));
        }
    }
}
