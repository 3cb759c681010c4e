//! Lines and columns by the width that a terminal gives each character.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::report::words::plain_line;

/// Columns that `text` takes.
pub(super) fn width_of(text: &str) -> usize {
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
    let (mut lines, mut line) = (Vec::new(), String::new());
    for piece in pieces(&clean) {
        let room = if lines.is_empty() { width } else { width.saturating_sub(indent) };
        if !line.is_empty() && width_of(&line) + width_of(piece.trim_end()) > room {
            lines.push(std::mem::take(&mut line));
            line.push_str(piece.trim_start());
        } else {
            line.push_str(piece);
        }
        while width_of(line.trim_end()) > room {
            let (head, tail) = split_at_width(&line, room);
            lines.push(head);
            line = tail;
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

/// For a word longer than a line.
fn split_at_width(text: &str, width: usize) -> (String, String) {
    let (mut head, mut tail) = (String::new(), String::new());
    for c in text.chars() {
        let fits = tail.is_empty() && (head.is_empty() || width_of(&head) + c.width().unwrap_or(0) <= width);
        if fits { head.push(c) } else { tail.push(c) }
    }
    (head, tail)
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
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(wrap("a\u{1b}[2Jb\nc", 20, 0), ["a<U+001B>[2Jb⏎c"]);
    }
}
