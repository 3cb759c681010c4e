//! Paragraphs and commands in the lines of a terminal.

pub(crate) use diary_core::text::lines::columns;
use diary_core::text::lines::wrap as wrap_paragraph;

/// `text` in lines of at most `width` columns. Line breaks of the text stay; a word longer than a line is cut. A line
/// that is a command stays whole, so that it can be copied.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        if paragraph.trim_start().starts_with("diary ") {
            lines.push(paragraph.to_owned());
        } else {
            lines.extend(wrap_paragraph(paragraph, width, 0));
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
