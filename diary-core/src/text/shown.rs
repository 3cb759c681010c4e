//! Display of texts from outside. They are stored as written; on display, characters that control a terminal,
//! change the reading direction or are invisible are replaced by signs such as `<U+202E>`.

use std::borrow::Cow;
use std::fmt::Write;

/// Replacement of a line break in a single line.
const LINE_BREAK: char = '⏎';
/// Joiner of the parts of one emoji.
const JOINER: char = '\u{200d}';

/// A text from outside in one line: line breaks become `⏎`, tabs become spaces, all other control and format
/// characters their code points.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    replaced(text, |c| match c {
        '\n' => Some(Sign::Char(LINE_BREAK)),
        '\t' => Some(Sign::Char(' ')),
        c => is_hidden(c).then_some(Sign::Number),
    })
}

/// A text of several lines by this program that contains texts from outside. Line breaks are kept; otherwise
/// as [`shown`].
#[must_use]
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    replaced(text, |c| match c {
        '\n' => None,
        '\t' => Some(Sign::Char(' ')),
        c => is_hidden(c).then_some(Sign::Number),
    })
}

/// A JSON document with control and format characters as JSON escapes, which decodes to exactly the same
/// values. Line breaks between values are kept.
#[must_use]
pub fn json_shown(json: &str) -> Cow<'_, str> {
    replaced(json, |c| (c != '\n' && is_hidden(c)).then_some(Sign::Json))
}

/// Replacement of a character.
enum Sign {
    Char(char),
    /// Code point: `<U+202E>`.
    Number,
    /// JSON escape.
    Json,
}

fn replaced(text: &str, sign: impl Fn(char) -> Option<Sign>) -> Cow<'_, str> {
    if text.chars().all(|c| sign(c).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let (mut before, mut chars) = (None, text.chars().peekable());
    while let Some(c) = chars.next() {
        let is_of_emoji = c == JOINER && before.is_some_and(is_pictographic);
        // The two characters of a Windows line break count as one.
        let is_of_break = c == '\r' && chars.peek() == Some(&'\n');
        match sign(c) {
            Some(Sign::Number) if is_of_break => {}
            None | Some(_) if is_of_emoji => out.push(c),
            None => out.push(c),
            Some(Sign::Char(other)) => out.push(other),
            Some(Sign::Number) => write!(out, "<U+{:04X}>", u32::from(c)).expect("memory takes everything"),
            Some(Sign::Json) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}").expect("memory takes everything");
                }
            }
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

/// Controls, line separators, and format characters: those that change the reading direction, and those
/// without width.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
            | '\u{115f}'..='\u{1160}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{fdd0}'..='\u{fdef}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}'
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// True for characters at which a joined emoji may end.
const fn is_pictographic(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_a_terminal_or_turns_the_order_of_reading_is_shown_by_its_number() {
        for (text, expected) in [
            ("a\u{1b}[2Jb", "a<U+001B>[2Jb"),
            ("a\u{9b}2Jb", "a<U+009B>2Jb"),
            ("\0\u{7f}\u{7}", "<U+0000><U+007F><U+0007>"),
            ("60 \u{202e}gm 06\u{202c}", "60 <U+202E>gm 06<U+202C>"),
            ("\u{2066}x\u{2069}\u{200e}\u{200f}\u{61c}", "<U+2066>x<U+2069><U+200E><U+200F><U+061C>"),
            ("a\rb", "a<U+000D>b"),
            ("one\r\ntwo\nthree\tfour", "one⏎two⏎three four"),
            ("a\u{2028}b\u{2029}c\u{85}d", "a<U+2028>b<U+2029>c<U+0085>d"),
            ("a\u{200b}b\u{feff}c\u{ad}d\u{e0041}", "a<U+200B>b<U+FEFF>c<U+00AD>d<U+E0041>"),
            ("a\u{200d}b", "a<U+200D>b"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn ordinary_texts_stay_as_they_are() {
        for text in
            ["", "better today", "今天好一些，双眼复视。", "🤷🏽\u{200d}♀\u{fe0f}", "naïve é עברית", "<U+202E>"]
        {
            assert!(
                matches!(shown(text), Cow::Borrowed(same) if same == text) || shown(text) == text,
                "{text}"
            );
        }
    }

    #[test]
    fn lines_of_the_program_stay_lines() {
        assert_eq!(shown_lines("a\n\u{1b}[1mb\n"), "a\n<U+001B>[1mb\n");
    }

    #[test]
    fn json_reads_back_as_the_same_values() {
        let value = serde_json::json!({ "note": "a\u{1b}[2J\u{9b}\u{202e}\u{2028}\u{e0041}\n\"" });
        let text = serde_json::to_string(&value).unwrap();
        let shown = json_shown(&text);
        assert_eq!(shown, r#"{"note":"a\u001b[2J\u009b\u202e\u2028\udb40\udc41\n\""}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
