//! Joining, as JSON.

use serde::{Deserialize, Serialize};

use crate::ids::{Nonce, SiteId};
use crate::keys::SignedJoinRequest;
use crate::signed::Signed;
use crate::wire::WireError;

/// A device asks to be admitted. Asking again with the same keys gives the same answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinBody {
    /// Repeated in the reply.
    pub nonce: Nonce,
    /// The bytes of a [`SignedJoinRequest`], as base64url.
    #[serde(with = "crate::wire::base64url_serde")]
    request: Vec<u8>,
}

impl JoinBody {
    /// The body for a request.
    #[must_use]
    pub fn new(nonce: Nonce, request: &SignedJoinRequest) -> Self {
        Self { nonce, request: request.to_bytes() }
    }

    /// The request in it, its signature not yet looked at.
    ///
    /// # Errors
    /// [`WireError`] where there is none.
    pub fn request(&self) -> Result<SignedJoinRequest, WireError> {
        SignedJoinRequest::from_bytes(&self.request)
    }
}

/// How far a device's admission is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JoinState {
    /// Staff have not yet compared the six digits.
    Pending,
    /// The certificate is there.
    Confirmed,
}

/// The answer. What counts in it is signed by itself: bundle and certificate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JoinReply {
    /// The request's.
    pub nonce: Nonce,
    /// How far the admission is.
    pub state: JoinState,
    /// The participant's site: whose numbers are shown, whose key entries are sealed to.
    pub site: SiteId,
    #[serde(with = "crate::wire::base64url_serde")]
    bundle: Vec<u8>,
    #[serde(with = "crate::wire::base64url_serde")]
    certificate: Vec<u8>,
}

impl JoinReply {
    /// The answer with the signed bundle, and the certificate once there is one.
    #[must_use]
    pub fn new(nonce: Nonce, site: SiteId, bundle: &Signed, certificate: Option<&Signed>) -> Self {
        let state = if certificate.is_some() { JoinState::Confirmed } else { JoinState::Pending };
        let certificate = certificate.map(Signed::to_bytes).unwrap_or_default();
        Self { nonce, state, site, bundle: bundle.to_bytes(), certificate }
    }

    /// The bundle, to be verified against the link's fingerprint.
    ///
    /// # Errors
    /// [`WireError`] where there is none.
    pub fn bundle(&self) -> Result<Signed, WireError> {
        Signed::from_bytes(&self.bundle)
    }

    /// The certificate, to be verified against the bundle.
    ///
    /// # Errors
    /// [`WireError`] where what stands in its place is none.
    pub fn certificate(&self) -> Result<Option<Signed>, WireError> {
        (!self.certificate.is_empty()).then(|| Signed::from_bytes(&self.certificate)).transpose()
    }
}
