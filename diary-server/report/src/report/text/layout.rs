//! Lines and columns of the report, by the width of each character in a terminal.

use diary_core::text::lines;
pub(super) use diary_core::text::lines::{columns as width_of, pieces};

use crate::report::words::plain_line;

/// `text` filled up to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(width_of(text))))
}

/// `text` in lines of at most `width` columns, the second and later ones indented. Control characters of people's words
/// stand as signs: they must not move the cursor of a terminal.
pub(super) fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    lines::wrap(&plain_line(text), width, indent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(wrap("a\u{1b}[2Jb\nc", 20, 0), ["a<U+001B>[2Jb⏎c"]);
    }
}
