//! A second way to seal a parcel, written from the text of the protocol and sharing nothing with the crate but hashes
//! and the author's signature key. It makes the broken parcels that the crate itself would never make.

use diary_core::hash::{sha256, sha256_of};
use diary_core::ids::{Hash, Incarnation, KeyId, VaultId};
use minicbor::Encoder;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use ring::signature::Ed25519KeyPair;

use crate::cast::{INCARNATION, VAULT};

/// All fields of a parcel, each of which may be invalid.
#[derive(Clone)]
pub(crate) struct ByHand {
    pub(crate) suite: u8,
    pub(crate) author: KeyId,
    pub(crate) seq: u64,
    pub(crate) prev: Hash,
    pub(crate) grant: Hash,
    pub(crate) grant_secret: [u8; 32],
    pub(crate) author_seed: [u8; 32],
    pub(crate) plain: Vec<u8>,
    pub(crate) bucket_is_off_by: u32,
    pub(crate) commit_to: Option<Vec<u8>>,
}

const SALT: [u8; 32] = [0x5A; 32];

impl ByHand {
    /// The bytes of the parcel.
    pub(crate) fn seal(&self) -> Vec<u8> {
        let frame = zstd::bulk::compress(&[SALT.as_slice(), &self.plain].concat(), 19).unwrap();
        let mut body = u32::try_from(frame.len()).unwrap().to_be_bytes().to_vec();
        body.extend(frame);
        body.resize(padded(body.len()), 0);
        let core = self.core(u32::try_from(body.len()).unwrap() + self.bucket_is_off_by);
        let core_hash = sha256(&core);
        let key = hkdf(&self.grant_secret, &[b"diary/cek/v1", core_hash.as_bytes().as_slice()].concat());
        LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).unwrap())
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key([0; 12]),
                Aad::from(core_hash.as_bytes()),
                &mut body,
            )
            .unwrap();
        let message =
            [b"diary/parcel/v1", core_hash.as_bytes().as_slice(), sha256(&body).as_bytes()].concat();
        let sig = Ed25519KeyPair::from_seed_unchecked(&self.author_seed).unwrap().sign(&message);
        let mut e = Encoder::new(Vec::new());
        e.map(3).unwrap();
        e.u8(0).unwrap().bytes(&core).unwrap();
        e.u8(1).unwrap().bytes(&body).unwrap();
        e.u8(2).unwrap().bytes(sig.as_ref()).unwrap();
        e.into_writer()
    }

    fn core(&self, size_bucket: u32) -> Vec<u8> {
        let commit = sha256_of(&[&SALT, self.commit_to.as_ref().unwrap_or(&self.plain)]);
        let mut e = Encoder::new(Vec::new());
        e.map(10).unwrap();
        e.u8(0).unwrap().u8(self.suite).unwrap();
        e.u8(1).unwrap().str("NCT06836973").unwrap();
        e.u8(2).unwrap().bytes(VAULT.as_bytes()).unwrap();
        e.u8(3).unwrap().bytes(self.author.as_bytes()).unwrap();
        e.u8(4).unwrap().bytes(INCARNATION.as_bytes()).unwrap();
        e.u8(5).unwrap().u64(self.seq).unwrap();
        e.u8(6).unwrap().bytes(self.prev.as_bytes()).unwrap();
        e.u8(7).unwrap().bytes(self.grant.as_bytes()).unwrap();
        e.u8(8).unwrap().u32(size_bucket).unwrap();
        e.u8(9).unwrap().bytes(commit.as_bytes()).unwrap();
        e.into_writer()
    }
}

/// Plain content of a parcel, with one item given as CBOR.
pub(crate) fn plain(
    schema: u32,
    vault: VaultId,
    author: KeyId,
    incarnation: Incarnation,
    seq: u64,
    item: &[u8],
) -> Vec<u8> {
    let mut e = Encoder::new(Vec::new());
    e.map(7).unwrap();
    e.u8(0).unwrap().u32(schema).unwrap();
    e.u8(1).unwrap().str("NCT06836973").unwrap();
    e.u8(2).unwrap().bytes(vault.as_bytes()).unwrap();
    e.u8(3).unwrap().bytes(author.as_bytes()).unwrap();
    e.u8(4).unwrap().bytes(incarnation.as_bytes()).unwrap();
    e.u8(5).unwrap().u64(seq).unwrap();
    e.u8(6).unwrap().array(1).unwrap();
    let mut bytes = e.into_writer();
    bytes.extend(item);
    bytes
}

/// An item: its tag and 32 bytes.
pub(crate) fn item(tag: u8) -> Vec<u8> {
    [[0x82, tag, 0x58, 0x20].as_slice(), &[0xE1; 32]].concat()
}

/// Padmé, by counting: of the bits of a length only the leading ones may be set, one more than the bits of its
/// exponent.
fn padded(len: usize) -> usize {
    let fits = |candidate: &usize| {
        let exponent = usize::BITS - 1 - candidate.leading_zeros();
        let kept = u32::BITS - exponent.leading_zeros() + 1;
        exponent < kept || candidate.trailing_zeros() >= exponent + 1 - kept
    };
    (len.max(1024)..).find(fits).unwrap()
}

/// HKDF-SHA256 to 32 bytes without a salt, by its two HMACs.
fn hkdf(secret: &[u8], info: &[u8]) -> [u8; 32] {
    let hmac = |key: &[u8], message: &[u8]| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
        <[u8; 32]>::try_from(tag.as_ref()).unwrap()
    };
    let pseudo_random_key = hmac(&[0; 32], secret);
    hmac(&pseudo_random_key, &[info, &[1]].concat())
}
