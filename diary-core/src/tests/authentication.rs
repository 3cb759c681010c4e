//! ChaCha20-Poly1305 as bodies of parcels are sealed and opened.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

use super::check_all;

pub(super) fn sealed(key: &[u8], nonce: [u8; 12], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).unwrap());
    let mut body = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut body).unwrap();
    body
}

fn opened(key: &[u8], nonce: [u8; 12], aad: &[u8], mut body: Vec<u8>) -> Option<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).unwrap());
    let plain = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut body);
    plain.ok().map(|plain| plain.to_vec())
}

/// The first case is the one of RFC 8439. Nonces of another length cannot be named here.
#[test]
fn bodies_are_sealed_and_opened_as_rfc_8439_and_wycheproof_say() {
    check_all(include_str!("../../vectors/chacha20_poly1305.txt"), 237, 69, |case| {
        let Ok(nonce) = <[u8; 12]>::try_from(case.bytes(1)) else { return false };
        let (key, aad, plain) = (case.bytes(0), case.bytes(2), case.bytes(3));
        let body = [case.bytes(4), case.bytes(5)].concat();
        let opens = opened(&key, nonce, &aad, body.clone()).is_some_and(|found| found == plain);
        assert_eq!(sealed(&key, nonce, &aad, &plain) == body, opens, "case {}", case.name);
        opens
    });
}
