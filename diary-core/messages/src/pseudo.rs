//! The pseudo-language: English with accents, 40 % longer. Text without accents on a screen is not from a catalogue.
//!
//! The feature `pseudo` makes every catalogue answer to the language [`TAG`], without files of its own. Crates name the
//! feature in their `dev-dependencies`, so that tests have it (and binaries that Cargo builds for them) and the product
//! does not. A test runs a face in that language, `diary --lang en-XA today` or `render(&report, lang)`, and looks for
//! [`foreign_words`] in what it shows; texts of the study and of people must be taken out before. The pseudo-language is
//! never among the languages that are offered.

use std::borrow::Cow;

/// Tag of the pseudo-language.
pub const TAG: &str = "en-XA";

/// True for the tag of the pseudo-language, where the feature `pseudo` has it.
#[must_use]
pub fn is_asked_for(tag: &str) -> bool {
    cfg!(feature = "pseudo") && tag == TAG
}

/// Accented forms of the letters a to z.
const LOWER: [char; 26] = [
    'á', 'ƀ', 'ç', 'đ', 'é', 'ƒ', 'ĝ', 'ĥ', 'í', 'ĵ', 'ķ', 'ļ', 'ɱ', 'ñ', 'ó', 'þ', 'ɋ', 'ŕ', 'š', 'ţ', 'ú',
    'ṽ', 'ŵ', 'ẋ', 'ý', 'ž',
];

/// Accented forms of the letters A to Z.
const UPPER: [char; 26] = [
    'Á', 'Ɓ', 'Ç', 'Đ', 'É', 'Ƒ', 'Ĝ', 'Ĥ', 'Í', 'Ĵ', 'Ķ', 'Ļ', 'Ḿ', 'Ñ', 'Ó', 'Þ', 'Ǫ', 'Ŕ', 'Š', 'Ţ', 'Ú',
    'Ṽ', 'Ŵ', 'Ẋ', 'Ý', 'Ž',
];

/// The accented form of a text: two of five letters are doubled, what is no ASCII letter stays.
pub(crate) fn accented(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len() * 3);
    let mut letters = 0_usize;
    for letter in text.chars() {
        let Some(accented) = accent(letter) else {
            out.push(letter);
            continue;
        };
        out.push(accented);
        if matches!(letters % 5, 1 | 3) {
            out.push(accented);
        }
        letters += 1;
    }
    Cow::Owned(out)
}

fn accent(letter: char) -> Option<char> {
    let (table, first) = if letter.is_ascii_uppercase() { (UPPER, 'A') } else { (LOWER, 'a') };
    let place = u32::from(letter).checked_sub(u32::from(first))?;
    table.get(usize::try_from(place).ok()?).copied()
}

/// Words of a shown text that are not of the pseudo-language: two and more ASCII letters in a row.
pub fn foreign_words(shown: &str) -> impl Iterator<Item = &str> {
    shown
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| word.chars().count() > 1 && word.chars().all(|letter| letter.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::{accented, foreign_words};

    #[test]
    fn a_text_becomes_two_fifths_longer_and_keeps_no_plain_letter() {
        let text = accented("The quick brown fox jumps over it, 12 mg");
        assert!(text.starts_with("Ţĥĥé ɋɋúíççķ ƀƀ"), "{text}");
        assert!(text.ends_with(", 12 ɱĝĝ"), "{text}");
        assert_eq!(text.chars().filter(|c| c.is_alphabetic()).count(), 29 + 12);
        assert_eq!(foreign_words(&text).count(), 0);
        assert_eq!(foreign_words("ţĥé word 5 a").collect::<Vec<_>>(), ["word"]);
    }
}
