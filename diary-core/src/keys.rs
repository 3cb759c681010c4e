//! Keys of a study and the signed records that bind them: bundle, certificates, enrolment, recovery. Keys are
//! made from seeds or from the randomness handed in; storing them is left to the caller.

pub mod bundle;
pub mod certificate;
pub mod enrolment;
pub mod recovery;
pub mod sealing;
mod signature_cache;
pub mod signing;

pub use bundle::{
    BUNDLE_MAX_BYTES, Bundle, BundleError, Offered, RecoveryKey, ServerKey, ServerRole, SiteKey,
    SiteKeyStatus, StudyVersionRef, root_fingerprint,
};
pub use certificate::{
    Certificate, CertificateError, HistoryScope, IncarnationEnd, Revocation, RevocationReason,
};
pub use enrolment::{
    ApiHost, EnrolmentLink, EnrolmentSecret, JoinError, JoinRequest, LinkCheck, LinkError, SignedJoinRequest,
    SixDigits, six_digits,
};
pub use recovery::{RecoverySecret, RecoveryTextError, SealedRecoverySecret};
pub use sealing::{SealingError, SealingKey, SealingPublic, Wrap, Wrapped, hpke_open, hpke_seal};
pub use signature_cache::SignatureCache;
pub use signing::{SigningKey, VerifyingKey};

use crate::hash::sha256_of;
use crate::ids::KeyId;

/// Algorithm of a key; part of its id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// Ed25519 signatures.
    Signing,
    /// X-Wing key encapsulation.
    Sealing,
}

impl KeyKind {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Signing => b"ed25519",
            Self::Sealing => b"x-wing",
        }
    }
}

/// Id of a public key: the first 16 bytes of `SHA-256("diary/key/v1" || kind || public key)`, with the kind
/// `ed25519` or `x-wing`.
#[must_use]
pub fn key_id(kind: KeyKind, public: &[u8]) -> KeyId {
    let hash = sha256_of(&[b"diary/key/v1", kind.label(), public]);
    let mut id = [0u8; 16];
    id.copy_from_slice(&hash.as_bytes()[..16]);
    KeyId::from_bytes(id)
}

#[cfg(test)]
mod tests;
