//! HKDF and HMAC with SHA-256 as used for content keys, six digits, join requests and tokens.

use super::check_all;
use crate::crypto::{check_hmac_sha256, hkdf_sha256, hmac_sha256};

#[test]
fn hkdf_gives_what_rfc_5869_and_wycheproof_say() {
    check_all(include_str!("../../vectors/hkdf_sha256.txt"), 80, 3, |case| {
        let mut out = vec![0; case.fields[3].parse().unwrap()];
        let made = hkdf_sha256(&case.bytes(1), &case.bytes(0), &[&case.bytes(2)], &mut out);
        made.is_ok() && out == case.bytes(4)
    });
}

/// Content keys are derived for a label and a hash, given as two parts of one text.
#[test]
fn hkdf_takes_the_parts_of_an_info_as_one_text() {
    let [mut parts, mut whole] = [[0; 32]; 2];
    hkdf_sha256(&[], &[7; 32], &[b"diary/cek/v1", &[9; 32]], &mut parts).unwrap();
    hkdf_sha256(&[], &[7; 32], &[&[b"diary/cek/v1".as_slice(), &[9; 32]].concat()], &mut whole).unwrap();
    assert_eq!(parts, whole);
}

#[test]
fn hmac_gives_and_takes_what_wycheproof_says() {
    check_all(include_str!("../../vectors/hmac_sha256.txt"), 33, 54, |case| {
        let same = hmac_sha256(&case.bytes(0), &case.bytes(1)).as_slice() == case.bytes(2);
        let taken = check_hmac_sha256(&case.bytes(0), &case.bytes(1), &case.bytes(2)).is_ok();
        assert_eq!(same, taken, "case {}", case.name);
        taken
    });
}
