//! HPKE against the vectors of its draft, and what must not open.

use std::cell::Cell;

use super::*;
use crate::entropy::SeededEntropy;
use crate::hash::sha256;
use crate::ids::from_hex;

/// Source of given bytes, each used once.
struct Given(Cell<Option<[u8; 64]>>);

impl Entropy for Given {
    fn fill(&self, out: &mut [u8]) {
        out.copy_from_slice(&self.0.take().expect("one encapsulation draws once"));
    }
}

/// draft-ietf-hpke-pq-03: mode base, KEM 0x647a (X-Wing), KDF 1 (HKDF-SHA256), AEAD 3 (ChaCha20-Poly1305); long
/// values by their SHA-256.
mod vector {
    pub(super) const IKM_E: &str = "2a1c0a3745fe8a48fb62034d300f54dfe1974a5b2e169e580a8789cb1cf5fd190fc00f3fd899594e01a8b15334b9f3fa03d8de44da86e19f5776850fb689e6c8";
    pub(super) const SK_R: &str = "3ec47fa82dd5689d27c6190e724c74ec8f608df3331ce331929e37b829676630";
    pub(super) const PK_R_SHA256: &str = "ad8aaf3f00d8a39bfeec2947a7d5dde68be08bba19bd301a348a45dc5fcc8341";
    pub(super) const ENC_SHA256: &str = "95c0a5fca31ea59f29bbc66255ad6637b5a476b3212886af11afdc8930aeb772";
    pub(super) const INFO: &[u8] = b"4f6465206f6e2061204772656369616e2055726e";
    pub(super) const AAD: &[u8] = b"Count-0";
    pub(super) const PT: &[u8] = b"4265617574792069732074727574682c20747275746820626561757479";
    pub(super) const CT: &str = "c5c591f99092d5e38df0a52699af249c66f8275a863423c076de8147a53e65cc584041c963b77a7e59ea93841b1339b5efda8909b71f74bb0073ad62e899de310c1566dea2fd29eba377";
}

#[test]
fn sealing_agrees_with_the_vector_of_the_draft() {
    let key = SealingKey::from_bytes(&from_hex(vector::SK_R).unwrap());
    assert_eq!(sha256(key.public().as_bytes()).to_string(), vector::PK_R_SHA256);
    let randomness = Given(Cell::new(from_hex(vector::IKM_E)));
    let sealed = hpke_seal(key.public(), vector::INFO, vector::AAD, vector::PT, &randomness).unwrap();
    assert_eq!(sha256(&sealed.enc).to_string(), vector::ENC_SHA256);
    assert_eq!(crate::ids::to_hex(&sealed.ct), vector::CT);
    let opened = hpke_open(&key, vector::INFO, vector::AAD, &sealed.enc, &sealed.ct).unwrap();
    assert_eq!(opened.as_slice(), vector::PT);
}

#[test]
fn nothing_opens_with_another_key_info_or_aad_or_when_altered() {
    let entropy = SeededEntropy::new(1);
    let (key, other) = (SealingKey::generate(&entropy), SealingKey::generate(&entropy));
    let wrap = Wrap::seal(key.public(), b"info", b"aad", b"secret", &entropy).unwrap();
    assert_eq!(wrap.open(&key, b"info", b"aad").unwrap().as_slice(), b"secret");
    let refused = |wrap: &Wrap, key: &SealingKey, info: &[u8], aad: &[u8]| {
        assert_eq!(wrap.open(key, info, aad).err(), Some(SealingError::Open));
    };
    refused(&wrap, &other, b"info", b"aad");
    refused(&wrap, &key, b"inf0", b"aad");
    refused(&wrap, &key, b"info", b"aab");
    for at in (0..ENC_BYTES).step_by(97) {
        let mut altered = wrap.clone();
        altered.enc[at] ^= 1;
        refused(&altered, &key, b"info", b"aad");
    }
    for at in 0..wrap.ct.len() {
        let mut altered = wrap.clone();
        altered.ct[at] ^= 0x80;
        refused(&altered, &key, b"info", b"aad");
    }
    let mut renamed = wrap.clone();
    renamed.key = other.id();
    refused(&renamed, &other, b"info", b"aad");
    let mut short = wrap;
    short.enc.pop();
    refused(&short, &key, b"info", b"aad");
}

#[test]
fn bytes_that_are_no_key_are_refused() {
    assert_eq!(SealingPublic::from_bytes(&[0; 1215]), Err(SealingError::PublicKey));
    // Coefficients above the modulus of ML-KEM.
    let not_reduced = SealingPublic(Box::new([0xff; SEALING_PUBLIC_BYTES]));
    assert_eq!(not_reduced.check(), Err(SealingError::PublicKey));
    let sealed = hpke_seal(&not_reduced, b"", b"", b"", &SeededEntropy::new(1));
    assert_eq!(sealed, Err(SealingError::PublicKey));
}

#[test]
fn debug_output_shows_no_secret() {
    let key = SealingKey::from_bytes(&[0x5a; 32]);
    assert_eq!(format!("{key:?}"), format!("SealingKey({})", key.id()));
    let key = crate::keys::SigningKey::from_seed(&[0x5a; 32]);
    assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.id()));
}
