//! Texts as the document can show them: characters without a glyph as their code, long words with places to break, and
//! bounds on what is laid out.

use std::collections::BTreeSet;
use std::fmt::Write;

use diary_core::text::{Lang, shown};

use crate::fonts;
use crate::messages::print as say;

/// Most characters of one text.
const TEXT_MAX_CHARS: usize = 12_000;
/// Most characters of one document, the codes included: about sixty sheets.
const DOCUMENT_MAX_CHARS: usize = 400_000;
/// Characters of a word after which it may be broken.
const WORD_CHARS: usize = 24;
/// Most codes that are listed.
const LISTED_MAX: usize = 40;
/// Place at which a line may be broken, without width.
const MAY_BREAK: char = '\u{200b}';

/// Texts of one document.
#[derive(Debug)]
pub(crate) struct Texts {
    lang: Lang,
    /// Characters that were replaced by their code.
    missing: BTreeSet<char>,
    /// Characters that the document still takes.
    room: usize,
}

impl Texts {
    /// Texts of a document in `lang`.
    pub(crate) fn new(lang: Lang) -> Self {
        Self { lang, missing: BTreeSet::new(), room: DOCUMENT_MAX_CHARS }
    }

    /// True if the document takes no more lines.
    pub(crate) fn is_full(&self) -> bool {
        self.room == 0
    }

    /// A text as the document shows it.
    pub(crate) fn fit(&mut self, text: &str) -> String {
        let text = shown(text);
        let (mut out, mut word) = (String::with_capacity(text.len()), 0);
        let mut chars = text.chars();
        for c in chars.by_ref().take(TEXT_MAX_CHARS) {
            let before = out.len();
            match fonts::has(c) {
                true => out.push(c),
                false => {
                    self.missing.insert(c);
                    write!(out, "<U+{:04X}>", u32::from(c)).expect("memory takes everything");
                }
            }
            // Between Chinese characters a line may be broken anyway.
            word =
                if c.is_ascii_whitespace() || u32::from(c) >= 0x3000 { 0 } else { word + out.len() - before };
            if word >= WORD_CHARS {
                out.push(MAY_BREAK);
                word = 0;
            }
        }
        let left = chars.count();
        if left > 0 {
            out += &say::text_goes_on(self.lang, left);
        }
        self.room = self.room.saturating_sub(out.chars().count());
        out
    }

    /// A value of a cell: it may be broken anywhere if it is wider than `width` digits.
    pub(crate) fn cell(&mut self, text: &str, width: usize) -> String {
        let text = self.fit(text);
        if text.chars().count() <= width {
            return text;
        }
        let mut out = String::with_capacity(text.len() * 2);
        for (n, c) in text.chars().enumerate() {
            if n > 0 && !c.is_ascii_digit() {
                out.push(MAY_BREAK);
            }
            out.push(c);
        }
        out
    }

    /// Sentence on the codes that stand for characters, if there are any.
    pub(crate) fn codes(&self) -> Option<String> {
        let listed = self.missing.iter().take(LISTED_MAX);
        let mut codes: Vec<String> = listed.map(|c| format!("U+{:04X}", u32::from(*c))).collect();
        if self.missing.len() > LISTED_MAX {
            codes.push(say::and_others(self.lang).to_owned());
        }
        (!codes.is_empty()).then(|| say::codes_for_characters(self.lang, codes.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(text: &str) -> (String, Option<String>) {
        let mut texts = Texts::new(Lang::EN);
        (texts.fit(text), texts.codes())
    }

    #[test]
    fn a_character_without_a_glyph_is_shown_as_its_code_and_listed_once() {
        let (text, codes) = fit("吉𠮷😀 שלום e\u{301} 𠮷");
        assert_eq!(
            text.replace(MAY_BREAK, ""),
            "吉<U+20BB7><U+1F600> <U+05E9><U+05DC><U+05D5><U+05DD> e<U+0301> <U+20BB7>"
        );
        let codes = codes.unwrap();
        assert!(codes.ends_with("U+0301 U+05D5 U+05DC U+05DD U+05E9 U+1F600 U+20BB7."), "{codes}");
    }

    #[test]
    fn control_and_direction_characters_are_shown_and_need_no_glyph() {
        assert_eq!(fit("a\u{202e}b\0c\nd"), ("a<U+202E>b<U+0000>c⏎d".to_owned(), None));
        assert_eq!(fit("\u{1b}[2J").0, "<U+001B>[2J");
    }

    #[test]
    fn names_and_ordinary_texts_stay_as_they_are() {
        for text in
            ["", "今天好一些，双眼复视。", "张喆、王堃、李䶮、𫍽", "naïve é ≥ 37.5 °C → ½", "Zoë Š ő μg α"]
        {
            assert_eq!(fit(text), (text.to_owned(), None));
        }
    }

    #[test]
    fn long_words_may_be_broken_and_long_texts_end_with_what_is_left_out() {
        let (text, _) = fit(&"x".repeat(TEXT_MAX_CHARS + 5));
        assert!(text.split(MAY_BREAK).all(|part| part.chars().count() <= WORD_CHARS + 60));
        assert!(text.ends_with("(5 more characters: see the report in the browser)"), "the end is said");
        assert!(!fit("今天好一些双眼复视今天好一些双眼复视今天").0.contains(MAY_BREAK));
    }

    #[test]
    fn the_list_of_codes_is_bounded() {
        let emoji: String = ('\u{1f600}'..='\u{1f64f}').collect();
        let codes = fit(&emoji).1.unwrap();
        assert_eq!(codes.matches("U+").count(), LISTED_MAX);
        assert!(codes.ends_with("and others."));
    }
}
