//! Form of subject numbers in a study: a mask such as `MG-###`.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use crate::ids::IdError;

/// Longest mask, in characters.
const MASK_MAX_CHARS: usize = 64;

/// A mask: `#` stands for a digit, `@` for a letter from A to Z, every other character for itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubjectPattern(String);

impl SubjectPattern {
    /// True if `subject` has this form.
    #[must_use]
    pub fn fits(&self, subject: &str) -> bool {
        let same = |(mask, c): (char, char)| match mask {
            '#' => c.is_ascii_digit(),
            '@' => c.is_ascii_uppercase(),
            itself => c == itself,
        };
        subject.chars().count() == self.0.chars().count() && self.0.chars().zip(subject.chars()).all(same)
    }

    /// An example of this form.
    #[must_use]
    pub fn example(&self) -> String {
        self.0.replace('#', "1").replace('@', "A")
    }
}

impl FromStr for SubjectPattern {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let fits = (1..=MASK_MAX_CHARS).contains(&text.len())
            && text.contains(['#', '@'])
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.#@".contains(&b));
        if fits {
            return Ok(Self(text.to_owned()));
        }
        Err(IdError {
            kind: "form of subject numbers",
            expected: "letters, digits, '-', '_', '.', with # for a digit and @ for a letter, for example MG-###",
        })
    }
}

impl fmt::Display for SubjectPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SubjectPattern {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_says_which_characters_are_free() {
        let mask: SubjectPattern = "@G-###".parse().unwrap();
        for (subject, fits) in [
            ("MG-001", true),
            ("MG-01", false),
            ("mG-001", false),
            ("MG-0001", false),
            ("MG_001", false),
            ("MG-OO1", false),
            ("ＭG-001", false),
        ] {
            assert_eq!(mask.fits(subject), fits, "{subject}");
        }
        assert_eq!(mask.example(), "AG-111");
        assert!(mask.fits(&mask.example()));
    }

    #[test]
    fn what_is_no_mask_is_refused() {
        for text in ["", "MG-001", "甲-##", "S ##", &"#".repeat(65)] {
            assert!(text.parse::<SubjectPattern>().is_err(), "{text}");
        }
    }
}
