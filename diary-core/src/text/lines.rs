//! Lines of text by the columns that terminals and fixed grids give to each character: Chinese characters take two and
//! may be parted, words of letters are kept whole where they fit.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::steps;

/// Closing marks never begin a line.
const NOT_FIRST: &str = "，。、；：？！）】》”’…%,.;:?!)]";
/// Opening marks never end a line.
const NOT_LAST: &str = "（【《“‘([";

/// Columns that `text` takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    steps::steps(u64::try_from(text.len()).unwrap_or(u64::MAX));
    text.width()
}

/// `text`, which is one paragraph, in lines of at most `width` columns, the second and later ones indented. A word longer
/// than a line is cut. Each character is looked at a few times, however long a word is.
#[must_use]
pub fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for piece in pieces(text) {
        let room = if lines.is_empty() { width } else { width.saturating_sub(indent) };
        let shown = columns(piece.trim_end());
        if !line.is_empty() && used + shown > room {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        let piece = if line.is_empty() && !lines.is_empty() { piece.trim_start() } else { piece };
        line.push_str(piece);
        used += columns(piece);
        if shown > room {
            line = last_of_word(&line, room, &mut lines);
            used = columns(&line);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    let indented =
        |(n, line): (usize, String)| if n == 0 { line } else { format!("{}{line}", " ".repeat(indent)) };
    lines.into_iter().map(|line| line.trim_end().to_owned()).enumerate().map(indented).collect()
}

/// The pieces of `text` between the places where a line may end.
#[must_use]
pub fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut rest, mut end) = (text, 0);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        end += c.len_utf8();
        if chars.peek().is_none_or(|next| breaks_between(c, *next)) {
            if let Some((piece, after)) = rest.split_at_checked(end) {
                pieces.push(piece);
                rest = after;
            }
            end = 0;
        }
    }
    pieces
}

fn breaks_between(before: char, after: char) -> bool {
    if after == ' ' || NOT_FIRST.contains(after) || NOT_LAST.contains(before) {
        return false;
    }
    before == ' ' || [before, after].iter().any(|c| c.width() == Some(2))
}

/// A word longer than a line: all lines but the last of it are added to `lines`, and the last one is given. Each character
/// is looked at once.
fn last_of_word(word: &str, room: usize, lines: &mut Vec<String>) -> String {
    let (end, mut line, mut used) = (word.trim_end().len(), String::new(), 0);
    for (at, c) in word.char_indices() {
        let wide = c.width().unwrap_or(0);
        if !line.is_empty() && used + wide > room && at < end {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        steps::step();
        line.push(c);
        used += wide;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole_and_chinese_breaks_between_characters() {
        assert_eq!(wrap("call the study doctor", 10, 0), ["call the", "study", "doctor"]);
        assert_eq!(wrap("请马上拨打电话", 8, 0), ["请马上拨", "打电话"]);
        assert_eq!(wrap("请拨打120，然后联系", 10, 0), ["请拨打", "120，然后", "联系"]);
    }

    #[test]
    fn lines_end_at_spaces_and_between_chinese_characters() {
        assert_eq!(wrap("one two three", 8, 2), ["one two", "  three"]);
        assert_eq!(wrap("漏填三天，未知两天", 10, 0), ["漏填三天，", "未知两天"]);
        assert_eq!(wrap("abcdefghij", 4, 0), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4, 0), [""]);
    }

    #[test]
    fn a_closing_mark_never_begins_a_line() {
        assert_eq!(wrap("一二三四，五", 8, 0), ["一二三", "四，五"]);
    }

    #[test]
    fn no_line_is_wider_than_asked_and_nothing_is_lost() {
        let text = "Being short of breath 坐着不动也气短，可能很快会加重。averyveryverylongwordindeed 120";
        for width in 8..40 {
            let lines = wrap(text, width, 0);
            assert!(lines.iter().all(|line| columns(line) <= width), "{width}: {lines:?}");
            let bare = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            assert_eq!(bare(&lines.concat()), bare(text), "{width}");
        }
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
}
