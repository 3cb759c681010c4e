//! Line breaks by the columns that characters take: Chinese characters take two and may be broken between, words of
//! letters are kept whole where they fit.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Closing marks never begin a line.
const NOT_FIRST: &str = "，。、；：？！）】》”’…%,.;:?!)]";
/// Opening marks never end a line.
const NOT_LAST: &str = "（【《“‘([";

/// Columns that `text` takes.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// `text` in lines of at most `width` columns. Line breaks of the text stay; a word longer than a line is cut. A line
/// that is a command stays whole, so that it can be copied.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        if paragraph.trim_start().starts_with("diary ") {
            lines.push(paragraph.to_owned());
        } else {
            wrap_paragraph(paragraph, width, &mut lines);
        }
    }
    lines
}

/// As [`wrap`], with `head` before the first line and as many blanks before the others.
pub(crate) fn wrap_hanging(head: &str, text: &str, width: usize) -> Vec<String> {
    let indent = columns(head);
    let blanks = " ".repeat(indent);
    wrap(text, width.saturating_sub(indent))
        .into_iter()
        .enumerate()
        .map(|(n, line)| format!("{}{line}", if n == 0 { head } else { &blanks }))
        .collect()
}

fn wrap_paragraph(paragraph: &str, width: usize, lines: &mut Vec<String>) {
    let mut line = String::new();
    let mut used = 0;
    // Where the line may be broken, in bytes.
    let mut may_break = None;
    let mut previous = None;
    let mut broken = false;
    for c in paragraph.chars() {
        let takes = c.width().unwrap_or(0);
        if previous.is_some_and(|previous| breaks_between(previous, c)) {
            may_break = Some(line.len());
        }
        previous = Some(c);
        if used + takes > width && !line.is_empty() {
            let at = if c == ' ' { None } else { may_break };
            let rest = line.split_off(at.unwrap_or(line.len()));
            lines.push(line.trim_end().to_owned());
            line = rest.trim_start().to_owned();
            used = columns(&line);
            may_break = None;
            broken = true;
        }
        // A blank at a break is the break.
        if !(c == ' ' && line.is_empty() && broken) {
            line.push(c);
            used += takes;
        }
    }
    lines.push(line.trim_end().to_owned());
}

fn breaks_between(before: char, after: char) -> bool {
    if after == ' ' || NOT_FIRST.contains(after) || NOT_LAST.contains(before) {
        return false;
    }
    before == ' ' || [before, after].iter().any(|c| c.width() == Some(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole_and_chinese_breaks_between_characters() {
        assert_eq!(wrap("call the study doctor", 10), ["call the", "study", "doctor"]);
        assert_eq!(wrap("请马上拨打电话", 8), ["请马上拨", "打电话"]);
        assert_eq!(wrap("请拨打120，然后联系", 10), ["请拨打", "120，然后", "联系"]);
    }

    #[test]
    fn a_closing_mark_never_begins_a_line() {
        assert_eq!(wrap("一二三四，五", 8), ["一二三", "四，五"]);
    }

    #[test]
    fn no_line_is_wider_than_asked_and_nothing_is_lost() {
        let text = "Being short of breath 坐着不动也气短，可能很快会加重。averyveryverylongwordindeed 120";
        for width in 8..40 {
            let lines = wrap(text, width);
            assert!(lines.iter().all(|line| columns(line) <= width), "{width}: {lines:?}");
            let bare = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            assert_eq!(bare(&lines.concat()), bare(text), "{width}");
        }
    }

    #[test]
    fn a_command_stays_whole() {
        assert_eq!(
            wrap("say when:\n  diary dose take x --now", 12),
            ["say when:", "  diary dose take x --now"]
        );
    }

    #[test]
    fn later_lines_hang_below_the_first() {
        assert_eq!(wrap_hanging("1  ", "one two three", 11), ["1  one two", "   three"]);
    }
}
