//! HKDF and HMAC with SHA-256, as content keys, six digits and join requests use them.

use ring::{hkdf, hmac};

use super::check_all;

/// A length of output.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF-SHA256; `None` where it gives no output so long.
pub(super) fn hkdf_sha256(salt: &[u8], ikm: &[u8], info: &[&[u8]], length: usize) -> Option<Vec<u8>> {
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(ikm);
    let mut out = vec![0; length];
    prk.expand(info, Length(length)).and_then(|okm| okm.fill(&mut out)).ok().map(|()| out)
}

#[test]
fn hkdf_gives_what_rfc_5869_and_wycheproof_say() {
    check_all(include_str!("../../vectors/hkdf_sha256.txt"), 80, 3, |case| {
        let length = case.fields[3].parse().unwrap();
        let out = hkdf_sha256(&case.bytes(1), &case.bytes(0), &[&case.bytes(2)], length);
        out.is_some_and(|out| out == case.bytes(4))
    });
}

#[test]
fn hmac_gives_and_takes_what_wycheproof_says() {
    check_all(include_str!("../../vectors/hmac_sha256.txt"), 33, 54, |case| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &case.bytes(0));
        let same = hmac::sign(&key, &case.bytes(1)).as_ref() == case.bytes(2);
        let taken = hmac::verify(&key, &case.bytes(1), &case.bytes(2)).is_ok();
        assert_eq!(same, taken, "case {}", case.name);
        taken
    });
}
