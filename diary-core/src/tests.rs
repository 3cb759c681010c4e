//! Primitives, called through this crate and compared with published test vectors: RFC 5869, 8032, 8439 and
//! 9180, the X-Wing draft, and Wycheproof. `vectors/NOTICE` names the source of each file.

mod authentication;
mod derivation;
mod numbers;
mod sealing;
mod signatures;

use std::collections::BTreeMap;

/// One line of a file of test vectors.
struct Case<'a> {
    name: &'a str,
    valid: bool,
    fields: Vec<&'a str>,
}

impl Case<'_> {
    fn bytes(&self, field: usize) -> Vec<u8> {
        let text = if self.fields[field] == "-" { "" } else { self.fields[field] };
        let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16).unwrap()).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
    }

    fn array<const N: usize>(&self, field: usize) -> [u8; N] {
        self.bytes(field).try_into().unwrap()
    }
}

/// Checks each case of a file, which must contain `valid` valid and `invalid` invalid ones, so that no case
/// is skipped unnoticed.
#[track_caller]
fn check_all(file: &str, valid: usize, invalid: usize, mut accepts: impl FnMut(&Case<'_>) -> bool) {
    let mut seen = BTreeMap::from([(true, 0), (false, 0)]);
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let result = words.next().unwrap();
        let case = Case {
            name: words.next().unwrap(),
            valid: match result {
                "valid" => true,
                "invalid" => false,
                other => panic!("{other} is no result"),
            },
            fields: words.collect(),
        };
        *seen.get_mut(&case.valid).unwrap() += 1;
        assert_eq!(accepts(&case), case.valid, "case {}", case.name);
    }
    assert_eq!(seen, BTreeMap::from([(true, valid), (false, invalid)]));
}
