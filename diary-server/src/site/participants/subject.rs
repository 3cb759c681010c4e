//! Comparison of subject numbers as people read them: the same number written differently, numbers that are easily
//! confused, and the participant that is meant. Pure; every command compares here.

use diary_core::study::SubjectPattern;

use crate::audit::NAME_MAX_CHARS;
use crate::site::StaffError;

/// Similarity of two subject numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Likeness {
    /// The same number, written otherwise: in another case or width, with other separators.
    Same,
    /// Read as the same: O and 0, I, l and 1, further noughts in front.
    Alike,
    /// Two numbers.
    Other,
}

/// Compares two subject numbers.
#[must_use]
pub fn likeness(one: &str, other: &str) -> Likeness {
    let (one, other) = (key(one), key(other));
    if one == other {
        Likeness::Same
    } else if look(&one) == look(&other) {
        Likeness::Alike
    } else {
        Likeness::Other
    }
}

/// Comparison key of a subject number: without case, width, spaces and separators.
#[must_use]
pub fn key(subject: &str) -> String {
    subject.chars().map(narrow).filter(|c| !is_separator(*c)).flat_map(char::to_lowercase).collect()
}

/// Basic Latin character of the same look, where only the width differs.
fn narrow(c: char) -> char {
    match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Characters that separate, and those that cannot be seen.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '-' | '_' | '.' | '/' | '\u{AD}' | '\u{B7}' | '\u{200B}'..='\u{200F}' | '\u{2010}'..='\u{2015}' | '\u{2060}'
            | '\u{2212}' | '\u{3002}' | '\u{30FB}' | '\u{30FC}' | '\u{FE4D}'..='\u{FE4F}' | '\u{FE58}' | '\u{FE63}'
            | '\u{FEFF}' | '\u{FF61}')
}

/// Key by visual similarity: characters that look alike are one, leading zeros are left out.
fn look(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    for c in key.chars() {
        let c = match c {
            'o' => '0',
            'i' | 'l' | '|' => '1',
            other => other,
        };
        // A leading zero is dropped if a digit follows.
        let begins = |rest: &str| !rest.ends_with(|last: char| last.is_ascii_digit());
        if c.is_ascii_digit() && out.strip_suffix('0').is_some_and(begins) {
            out.pop();
        }
        out.push(c);
    }
    out
}

/// A new subject number against those that are there and the form that the study asks for.
///
/// # Errors
/// [`StaffError::SubjectForm`], [`StaffError::SubjectPattern`], [`StaffError::SubjectTaken`], and without `confirmed`
/// [`StaffError::SubjectAlike`].
pub fn check_new<'a>(
    subject: &str,
    pattern: Option<&SubjectPattern>,
    there: impl Iterator<Item = &'a str> + Clone,
    confirmed: bool,
) -> Result<(), StaffError> {
    let find = |likeness_: Likeness| there.clone().find(|other| likeness(subject, other) == likeness_);
    if let Some(taken) = find(Likeness::Same) {
        return Err(StaffError::SubjectTaken { subject: taken.to_owned() });
    }
    check_form(subject)?;
    if let Some(pattern) = pattern.filter(|pattern| !pattern.fits(subject)) {
        return Err(StaffError::SubjectPattern { subject: subject.to_owned(), pattern: pattern.clone() });
    }
    match find(Likeness::Alike) {
        Some(alike) if !confirmed => {
            Err(StaffError::SubjectAlike { subject: subject.to_owned(), alike: alike.to_owned() })
        }
        Some(_) | None => Ok(()),
    }
}

/// Checks the form of a subject number. It is plain ASCII, since it appears in file names, URLs and on paper.
///
/// # Errors
/// [`StaffError::SubjectForm`].
pub fn check_form(subject: &str) -> Result<(), StaffError> {
    let fits = (1..=NAME_MAX_CHARS).contains(&subject.len())
        && subject.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && subject.bytes().any(|b| b.is_ascii_alphanumeric());
    if fits { Ok(()) } else { Err(StaffError::SubjectForm { subject: subject.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_people_read_them() {
        for (one, other, expected) in [
            ("S-001", "s-001", Likeness::Same),
            ("S-001", "S_001", Likeness::Same),
            ("S-001", "S001", Likeness::Same),
            ("S-001", "S 001", Likeness::Same),
            ("S-001", "Ｓ－００１", Likeness::Same),
            ("S-001", "S\u{3000}001", Likeness::Same),
            ("S-001", "S\u{2011}001", Likeness::Same),
            ("S-001", "S\u{200B}-001", Likeness::Same),
            ("S-001", "S-OO1", Likeness::Alike),
            ("S-001", "S-00l", Likeness::Alike),
            ("S-001", "S-I", Likeness::Alike),
            ("S-001", "S-1", Likeness::Alike),
            ("S-001", "S-01", Likeness::Alike),
            ("S-010", "S-10", Likeness::Alike),
            ("S-001", "S-002", Likeness::Other),
            ("S-001", "S-0010", Likeness::Other),
            ("S-10", "S-1", Likeness::Other),
            ("S-100", "S-10", Likeness::Other),
            ("S-001", "P-001", Likeness::Other),
            ("0012", "12", Likeness::Alike),
            ("MG-001", "MG-0O1", Likeness::Alike),
        ] {
            assert_eq!(likeness(one, other), expected, "{one} {other}");
            assert_eq!(likeness(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn a_new_number_is_held_against_those_that_are_there() {
        use crate::cli::words::staff::staff;
        use diary_core::text::Lang;
        let mask: SubjectPattern = "S-###".parse().unwrap();
        let said = |subject: &str, pattern, confirmed| {
            let there = ["S-001", "P-7"].into_iter();
            check_new(subject, pattern, there, confirmed).map_err(|error| staff(Lang::EN, &error))
        };
        let taken = "subject S-001 is there already. Nothing was changed; `participant list` shows all";
        for subject in ["S-001", "s-001", "S_001", "Ｓ－００１"] {
            assert_eq!(said(subject, None, true), Err(taken.to_owned()), "{subject}");
        }
        assert_eq!(
            said("S-OO1", None, false).unwrap_err(),
            "subject S-OO1 is easily read as S-001, which is there. Nothing was changed. If it is another participant, \
             give --yes"
        );
        assert_eq!(said("S-OO1", None, true), Ok(()));
        assert_eq!(said("S-002", Some(&mask), false), Ok(()));
        assert_eq!(
            said("S-02", Some(&mask), true).unwrap_err(),
            "subject number S-02: this study writes them as S-###, where # is a digit and @ a letter, for example S-111. \
             Nothing was changed"
        );
        assert_eq!(
            said("Ｓ－００２", None, true).unwrap_err(),
            "subject number \"Ｓ－００２\": 1 to 64 letters, digits, '-', '_' or '.' are needed"
        );
        assert!(said("-", None, true).is_err());
    }
}
