//! HPKE in base mode: the key schedule, written out from RFC 9180 and compared with its vector, then with the
//! output of `hpke_seal` for the shared secrets of the X-Wing draft. Each part of a wrap is so checked
//! independently.

use std::cell::Cell;

use super::authentication::sealed;
use super::check_all;
use crate::crypto::{AeadKey, hkdf_sha256, hmac_sha256};
use crate::entropy::Entropy;
use crate::hash::sha256;
use crate::keys::{SealingKey, hpke_open, hpke_seal};

/// X-Wing, HKDF-SHA256, ChaCha20-Poly1305.
const SUITE: [u8; 6] = [0x64, 0x7a, 0, 1, 0, 3];

/// Source of given bytes, each used once.
struct Given(Cell<Option<[u8; 64]>>);

impl Entropy for Given {
    fn fill(&self, out: &mut [u8]) {
        out.copy_from_slice(&self.0.take().expect("one encapsulation draws once"));
    }
}

/// Key schedule of a sender.
struct Schedule {
    secret: Vec<u8>,
    key: [u8; 32],
    nonce: [u8; 12],
}

/// `LabeledExtract`, with HMAC as RFC 5869 defines the extraction.
fn extract(suite: &[u8], salt: &[u8], label: &[u8], ikm: &[u8]) -> Vec<u8> {
    hmac_sha256(salt, &[b"HPKE-v1", b"HPKE".as_slice(), suite, label, ikm].concat()).to_vec()
}

/// `LabeledExpand`, of one block: the first round of RFC 5869's expansion.
fn expand(suite: &[u8], prk: &[u8], label: &[u8], info: &[u8], length: u8) -> Vec<u8> {
    let labeled = [&[0, length], b"HPKE-v1".as_slice(), b"HPKE", suite, label, info, &[1]].concat();
    hmac_sha256(prk, &labeled)[..usize::from(length)].to_vec()
}

fn schedule(suite: &[u8], shared: &[u8], info: &[u8]) -> Schedule {
    let context =
        [vec![0], extract(suite, b"", b"psk_id_hash", b""), extract(suite, b"", b"info_hash", info)].concat();
    let secret = extract(suite, shared, b"secret", b"");
    let key = expand(suite, &secret, b"key", &context, 32).try_into().unwrap();
    let nonce = expand(suite, &secret, b"base_nonce", &context, 12).try_into().unwrap();
    Schedule { secret, key, nonce }
}

#[test]
fn the_key_schedule_is_the_one_of_rfc_9180() {
    check_all(include_str!("../../vectors/rfc9180.txt"), 1, 0, |case| {
        let made = schedule(&case.bytes(0), &case.bytes(1), &case.bytes(2));
        assert_eq!(made.secret, case.bytes(5));
        assert_eq!((made.key, made.nonce), (case.array(6), case.array(7)));
        sealed(&AeadKey::new(&made.key), made.nonce, &case.bytes(3), &case.bytes(4)) == case.bytes(8)
    });
}

#[test]
fn one_block_of_labeled_expansion_is_what_hkdf_gives() {
    let mut long = [0; 32];
    hkdf_sha256(b"salt", b"ikm", &[b"info"], &mut long).unwrap();
    assert_eq!(hmac_sha256(&hmac_sha256(b"salt", b"ikm"), b"info\x01"), long);
}

#[test]
fn wraps_are_made_of_the_shared_secrets_of_the_x_wing_draft() {
    check_all(include_str!("../../vectors/x_wing.txt"), 3, 0, |case| {
        let key = SealingKey::from_bytes(&case.array(0));
        assert_eq!(sha256(key.public().as_bytes()).to_string(), case.fields[3]);
        let (info, aad, plain) = (b"diary/grant/v1", b"header", [7u8; 32]);
        let given = Given(Cell::new(Some(case.array(1))));
        let wrap = hpke_seal(key.public(), info, aad, &plain, &given).unwrap();
        assert_eq!(sha256(&wrap.enc).to_string(), case.fields[4]);
        let made = schedule(&SUITE, &case.bytes(2), info);
        assert_eq!(wrap.ct, sealed(&AeadKey::new(&made.key), made.nonce, aad, &plain));
        hpke_open(&key, info, aad, &wrap.enc, &wrap.ct).unwrap().as_slice() == plain
    });
}
