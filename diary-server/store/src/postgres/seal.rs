//! Encrypts single columns with answers of participants and other secrets, before they reach a database that is not
//! encrypted as a whole. The key is derived from the server's database key and never leaves the process.

use std::sync::Arc;

use diary_core::crypto::{AeadKey, NONCE_BYTES, TAG_BYTES};
use diary_core::entropy::Entropy;

use crate::sql::OpenSealed;

const LABEL: &[u8] = b"diary/data-key/v1";

/// Seals columns and opens them.
pub(super) struct Seal {
    key: AeadKey,
    entropy: Arc<dyn Entropy + Send + Sync>,
}

impl Seal {
    /// The seal of the server whose database key is `secret`.
    pub(super) fn new(secret: &[u8; 32], entropy: Arc<dyn Entropy + Send + Sync>) -> Self {
        Self { key: AeadKey::derived(secret, &[LABEL]), entropy }
    }

    /// Seals bytes for the column `label`, under a random nonce, so that equal answers have different ciphertexts.
    pub(super) fn seal(&self, label: &'static str, bytes: &[u8]) -> Vec<u8> {
        let entropy: &dyn Entropy = &*self.entropy;
        let nonce: [u8; NONCE_BYTES] = entropy.array();
        let mut sealed = Vec::with_capacity(NONCE_BYTES + bytes.len() + TAG_BYTES);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(bytes);
        self.key
            .seal(nonce, label.as_bytes(), &mut sealed, NONCE_BYTES)
            .expect("a column is shorter than what can be sealed");
        sealed
    }
}

impl OpenSealed for Seal {
    fn open(&self, label: &'static str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let mut body = body.to_vec();
        let length = self.key.open(*nonce, label.as_bytes(), &mut body).ok()?.len();
        body.truncate(length);
        Some(body)
    }
}

#[cfg(test)]
mod tests {
    use diary_core::entropy::SeededEntropy;

    use super::*;

    fn seal(secret: u8) -> Seal {
        Seal::new(&[secret; 32], Arc::new(SeededEntropy::new(1)))
    }

    #[test]
    fn what_was_sealed_opens_again() {
        for bytes in [&b""[..], b"7 of 10", &[0; 5000]] {
            let sealed = seal(1).seal("revision.bytes", bytes);
            assert_eq!(sealed.len(), bytes.len() + 28);
            assert_eq!(seal(1).open("revision.bytes", &sealed).as_deref(), Some(bytes));
        }
    }

    #[test]
    fn it_opens_in_no_other_column_under_no_other_key_and_not_when_changed() {
        let sealed = seal(1).seal("revision.bytes", b"7 of 10");
        assert_eq!(seal(1).open("act.bytes", &sealed), None);
        assert_eq!(seal(2).open("revision.bytes", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal(1).open("revision.bytes", &changed), None, "byte {at}");
        }
        assert_eq!(seal(1).open("revision.bytes", b"short"), None);
    }

    #[test]
    fn equal_answers_do_not_look_equal() {
        let seal = seal(1);
        assert_ne!(seal.seal("revision.bytes", b"7 of 10"), seal.seal("revision.bytes", b"7 of 10"));
    }

    #[test]
    fn the_key_stays_the_same_from_version_to_version() {
        let sealed = seal(1).seal("revision.bytes", b"7 of 10");
        // Computed independently: HKDF-SHA256 without salt over the secret, then ChaCha20-Poly1305.
        let expected = "b68f593141969cfeddf201166554ab3ff8654e8fe27ed200b9b7d69f707452cb2718d8";
        assert_eq!(diary_core::ids::to_hex(&sealed), expected);
    }
}
