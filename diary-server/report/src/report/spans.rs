//! Lines of the report, taken apart: free text and texts in another language than the line apart from the rest.

use diary_core::text::Lang;

use super::words::{BACK, OTHER, OURS, SAYS, THEIRS, plain_line};

/// A part of a line. Control and invisible characters are shown as symbols.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// The text.
    pub text: String,
    /// Its language, if it is another one than the line's.
    pub lang: Option<Lang>,
    /// Written by a person: it must not change the direction of the rest.
    pub theirs: bool,
}

/// The parts of a line, none of them empty.
pub(super) fn spans(line: &str) -> Vec<Span> {
    let other = |part: &str| -> Option<(Lang, String, String)> {
        let (tag, rest) = part.split_once(SAYS)?;
        let (text, after) = rest.split_once(BACK)?;
        Some((tag.parse().ok()?, text.to_owned(), after.to_owned()))
    };
    let mut found = Vec::new();
    for (n, part) in line.split(OTHER).enumerate() {
        match other(part).filter(|_| n > 0) {
            Some((lang, text, after)) => {
                one_language(&mut found, &text, Some(lang));
                one_language(&mut found, &after, None);
            }
            None => one_language(&mut found, part, None),
        }
    }
    found.retain(|span| !span.text.is_empty());
    found
}

fn one_language(found: &mut Vec<Span>, line: &str, lang: Option<Lang>) {
    let span = |text: &str, theirs| Span { text: plain_line(text), lang, theirs };
    for (n, part) in line.split(THEIRS).enumerate() {
        match part.split_once(OURS).filter(|_| n > 0) {
            Some((theirs, ours)) => found.extend([span(theirs, true), span(ours, false)]),
            None => found.push(span(part, false)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::words::theirs;

    #[test]
    fn free_text_and_other_languages_stand_apart() {
        let line = format!("Note: {}, {OTHER}zh-CN{SAYS}晨间{BACK} done", theirs("a\u{202e}b"));
        let parts = spans(&line);
        let seen: Vec<_> = parts.iter().map(|s| (s.text.as_str(), s.theirs, s.lang)).collect();
        assert_eq!(
            seen,
            [
                ("Note: ", false, None),
                ("a<U+202E>b", true, None),
                (", ", false, None),
                ("晨间", false, Some(Lang::ZH_CN)),
                (" done", false, None),
            ]
        );
        assert!(spans("").is_empty());
    }
}
