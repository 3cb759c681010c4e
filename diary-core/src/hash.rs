//! SHA-256, the only hash of the formats.

use crate::ids::Hash;

/// SHA-256 of `bytes`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    sha256_of(&[bytes])
}

/// SHA-256 of the parts, one after the other.
#[must_use]
pub fn sha256_of(parts: &[&[u8]]) -> Hash {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0u8; 32];
    out.copy_from_slice(context.finish().as_ref());
    Hash::from_bytes(out)
}
