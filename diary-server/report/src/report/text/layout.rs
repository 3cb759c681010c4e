//! Lines and columns by the width that a terminal gives each character.

use diary_core::steps;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::report::words::plain_line;

/// Columns that `text` takes.
pub(super) fn width_of(text: &str) -> usize {
    steps::steps(u64::try_from(text.len()).unwrap_or(u64::MAX));
    text.width()
}

/// `text` filled up to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(width_of(text))))
}

/// `text` in lines of at most `width` columns, the second and later ones indented. Lines end at spaces or between
/// Chinese characters, never before closing punctuation. Control characters of people's words stand as signs:
/// they must not move the cursor of a terminal.
pub(super) fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let clean = plain_line(text);
    let (mut lines, mut line, mut columns) = (Vec::new(), String::new(), 0);
    for piece in pieces(&clean) {
        let room = if lines.is_empty() { width } else { width.saturating_sub(indent) };
        let shown = width_of(piece.trim_end());
        if !line.is_empty() && columns + shown > room {
            lines.push(std::mem::take(&mut line));
            columns = 0;
        }
        let piece = if line.is_empty() && !lines.is_empty() { piece.trim_start() } else { piece };
        line.push_str(piece);
        columns += width_of(piece);
        if shown > room {
            line = last_of_word(&line, room, &mut lines);
            columns = width_of(&line);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    let indented =
        |(n, line): (usize, String)| if n == 0 { line } else { format!("{}{line}", " ".repeat(indent)) };
    lines.into_iter().map(|line| line.trim_end().to_owned()).enumerate().map(indented).collect()
}

/// The places where a line may end lie between the pieces.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut rest, mut end) = (text, 0);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        end += c.len_utf8();
        let wide = c.width() == Some(2);
        let breaks = match chars.peek() {
            None => true,
            Some(next) => {
                c == ' ' && *next != ' ' || (wide || next.width() == Some(2)) && !closes(*next) && !opens(c)
            }
        };
        if breaks {
            if let Some((piece, after)) = rest.split_at_checked(end) {
                pieces.push(piece);
                rest = after;
            }
            end = 0;
        }
    }
    pieces
}

const fn closes(c: char) -> bool {
    matches!(c, '，' | '。' | '、' | '；' | '：' | '）' | '”' | '！' | '？' | ',' | ';' | ')' | '.' | ' ')
}

const fn opens(c: char) -> bool {
    matches!(c, '（' | '“' | '(')
}

/// A word longer than a line: all lines but the last of it are added to `lines`, and the last one is given. Each character
/// is looked at once.
fn last_of_word(word: &str, room: usize, lines: &mut Vec<String>) -> String {
    let (end, mut line, mut columns) = (word.trim_end().len(), String::new(), 0);
    for (at, c) in word.char_indices() {
        let wide = c.width().unwrap_or(0);
        if !line.is_empty() && columns + wide > room && at < end {
            lines.push(std::mem::take(&mut line));
            columns = 0;
        }
        steps::step();
        line.push(c);
        columns += wide;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_spaces_and_between_chinese_characters() {
        assert_eq!(wrap("one two three", 8, 2), ["one two", "  three"]);
        assert_eq!(wrap("漏填三天，未知两天", 10, 0), ["漏填三天，", "未知两天"]);
        assert_eq!(wrap("abcdefghij", 4, 0), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4, 0), [""]);
    }

    #[test]
    fn a_word_of_any_length_is_laid_out_by_looking_at_each_character_a_few_times() {
        for text in ["a", "好", "a ", "[?"] {
            let taken = |times: usize| {
                let before = steps::taken();
                assert!(wrap(&text.repeat(times), 80, 2).len() >= times / 80);
                steps::taken() - before
            };
            let (few, many) = (taken(1_000), taken(4_000));
            assert!(few > 0 && many <= 5 * few, "{text}: {few}, then {many}");
        }
        assert_eq!(wrap("abcd    efghijk  lm", 4, 0), ["abcd", "efgh", "ijk", "lm"]);
        assert_eq!(wrap("ab漢字c", 3, 1), ["ab", " 漢", " 字", " c"]);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(wrap("a\u{1b}[2Jb\nc", 20, 0), ["a<U+001B>[2Jb⏎c"]);
    }
}
