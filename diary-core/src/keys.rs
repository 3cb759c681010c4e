//! Keys of a study and the signed records that bind them: bundle, certificates, enrolment, recovery. Keys are
//! made from seeds or from the randomness handed in; storing them is left to the caller.

pub mod bundle;
pub mod certificate;
pub mod enrolment;
pub mod recovery;
pub mod sealing;

pub use crate::signing::{KeyKind, SigningKey, VerifyingKey, key_id};
pub use bundle::{
    BUNDLE_MAX_BYTES, Bundle, BundleError, Offered, RecoveryKey, ServerKey, ServerRole, SiteKey,
    SiteKeyStatus, StudyVersionRef, root_fingerprint,
};
pub use certificate::{
    Certificate, CertificateError, HistoryScope, IncarnationEnd, Revocation, RevocationReason,
};
pub use enrolment::{
    ApiHost, EnrolmentLink, EnrolmentSecret, JoinError, JoinRequest, LinkCheck, LinkError, ShortAuthString,
    SignedJoinRequest, short_auth_string,
};
pub use recovery::{RecoverySecret, RecoveryTextError, SealedRecoverySecret};
pub use sealing::{SealingError, SealingKey, SealingPublic, Wrap, Wrapped, hpke_open, hpke_seal};

#[cfg(test)]
mod tests;
