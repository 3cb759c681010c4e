//! ChaCha20-Poly1305 as used for bodies of parcels, locks and columns.

use super::check_all;
use crate::crypto::AeadKey;

pub(super) fn sealed(key: &AeadKey, nonce: [u8; 12], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut body = plain.to_vec();
    key.seal(nonce, aad, &mut body, 0).unwrap();
    body
}

/// The first case is the one of RFC 8439. Nonces of another length cannot be named here.
#[test]
fn bodies_are_sealed_and_opened_as_rfc_8439_and_wycheproof_say() {
    check_all(include_str!("../../vectors/chacha20_poly1305.txt"), 237, 69, |case| {
        let Ok(nonce) = <[u8; 12]>::try_from(case.bytes(1)) else { return false };
        let (key, aad, plain) = (AeadKey::new(&case.array(0)), case.bytes(2), case.bytes(3));
        let body = [case.bytes(4), case.bytes(5)].concat();
        let opens = key.open(nonce, &aad, &mut body.clone()).is_ok_and(|found| found == plain);
        assert_eq!(sealed(&key, nonce, &aad, &plain) == body, opens, "case {}", case.name);
        opens
    });
}

/// Bytes before the beginning of the sealed part stay, and are not sealed.
#[test]
fn what_stands_before_a_sealed_part_is_left_alone() {
    let key = AeadKey::new(&[3; 32]);
    let mut after = b"nonce7 of 10".to_vec();
    key.seal([1; 12], b"label", &mut after, 5).unwrap();
    let (before, body) = after.split_at(5);
    assert_eq!((before, body), (b"nonce".as_slice(), sealed(&key, [1; 12], b"label", b"7 of 10").as_slice()));
}
