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

/// The [`foreign_words`] of a shown text without what its writers wrote themselves: texts of the study and of people,
/// names and ids. Of those, single words are left out as words, and longer ones as phrases, also where a line ends in
/// them.
pub fn foreign_words_beside<'o>(shown: &str, own: impl IntoIterator<Item = &'o str>) -> Vec<String> {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    // What stands in braces is filled in when the text is shown.
    let pieces = |text: &'o str| {
        text.split('{').enumerate().map(|(n, piece)| match n {
            0 => piece,
            _ => piece.split_once('}').map_or(piece, |(_, after)| after),
        })
    };
    let own = own.into_iter().flat_map(pieces).map(one_line);
    let mut own: Vec<String> = own.filter(|text| text.chars().count() > 1).collect();
    own.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let (words, phrases): (Vec<_>, Vec<_>) =
        own.into_iter().partition(|text| text.chars().all(char::is_alphabetic));
    let mut shown = one_line(shown);
    for phrase in &phrases {
        shown = shown.replace(phrase.as_str(), " ");
    }
    let foreign = foreign_words(&shown).filter(|word| words.iter().all(|known| known != word));
    foreign.map(str::to_owned).collect()
}

/// Texts that a study says itself, from its `files`.
pub fn own_texts<'f>(files: impl IntoIterator<Item = &'f [u8]>) -> Vec<String> {
    files.into_iter().flat_map(|file| quoted(&String::from_utf8_lossy(file))).collect()
}

/// Checks that every text of `shown` is of a catalogue or among `own`, and that no mark of isolation is left.
///
/// # Panics
/// For any other text, with all of `shown`.
#[track_caller]
pub fn assert_of_catalogues<'o>(shown: &str, own: impl IntoIterator<Item = &'o str>) {
    let foreign = foreign_words_beside(shown, own);
    assert!(foreign.is_empty(), "{foreign:?}\n{shown}");
    assert!(!shown.contains(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}']), "marks of isolation: {shown}");
}

/// The texts between quotation marks of a JSON or TOML file.
fn quoted(file: &str) -> Vec<String> {
    let (mut found, mut open, mut letters) = (Vec::new(), None::<String>, file.chars());
    while let Some(letter) = letters.next() {
        match (&mut open, letter) {
            (None, '"') => open = Some(String::new()),
            (None, _) => {}
            (Some(_), '"') => found.extend(open.take()),
            (Some(text), '\\') => {
                text.extend(letters.next().map(|next| if next == 'n' { '\n' } else { next }));
            }
            (Some(text), _) => text.push(letter),
        }
    }
    found
}

/// The visible texts of an HTML page: without styles, scripts and tags, but with the attributes that are read or
/// shown.
#[must_use]
pub fn visible(page: &str) -> String {
    const SHOWN: [&str; 4] = ["title=\"", "alt=\"", "aria-label=\"", "placeholder=\""];
    let (mut out, mut rest) = (String::new(), page);
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        for name in SHOWN {
            let value = tag.split_once(name).and_then(|(_, value)| value.split_once('"'));
            out.extend(value.map(|(value, _)| format!(" {value} ")));
        }
        out.push(' ');
        let closing = ["style", "script"].into_iter().find(|name| tag.starts_with(name));
        let end = closing.and_then(|name| after.split_once(&format!("</{name}>")));
        rest = end.map_or(after, |(_, after)| after);
    }
    out.push_str(rest);
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    marks.iter().fold(out, |text, (mark, sign)| text.replace(mark, sign))
}

#[cfg(test)]
mod tests {
    use super::{accented, foreign_words, foreign_words_beside, quoted, visible};

    #[test]
    fn a_text_becomes_two_fifths_longer_and_keeps_no_plain_letter() {
        let text = accented("The quick brown fox jumps over it, 12 mg");
        assert!(text.starts_with("Ţĥĥé ɋɋúíççķ ƀƀ"), "{text}");
        assert!(text.ends_with(", 12 ɱĝĝ"), "{text}");
        assert_eq!(text.chars().filter(|c| c.is_alphabetic()).count(), 29 + 12);
        assert_eq!(foreign_words(&text).count(), 0);
        assert_eq!(foreign_words("ţĥé word 5 a").collect::<Vec<_>>(), ["word"]);
    }

    #[test]
    fn texts_of_others_are_left_out_and_the_rest_of_a_page_is_looked_at() {
        let own = quoted("title = \"Evening {n} check\"\nid = \"eve\\\"ning\" # \"li\"");
        assert_eq!(own, ["Evening {n} check", "eve\"ning", "li"]);
        let own = own.iter().map(String::as_str);
        assert_eq!(foreign_words_beside("Évéñíñĝ\nEvening 12\n  check by li, likely", own), ["by", "likely"]);
        let page = "<style>p { color: red }</style><p class=\"x\" title=\"hint\">a &amp; b</p>";
        assert_eq!(foreign_words(&visible(page)).collect::<Vec<_>>(), ["hint"]);
    }
}
