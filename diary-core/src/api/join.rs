//! Joining: bodies in JSON.

use serde::{Deserialize, Serialize};

use crate::ids::{Nonce, SiteId};
use crate::keys::SignedJoinRequest;
use crate::signed::Signed;
use crate::wire::WireError;

/// Request of a device to join. A repeated request with the same keys gets the same reply.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinBody {
    /// Nonce, repeated in the reply.
    pub nonce: Nonce,
    /// Bytes of a [`SignedJoinRequest`], as base64url.
    #[serde(with = "crate::wire::base64url_serde")]
    request: Vec<u8>,
}

impl JoinBody {
    /// Body for a request.
    #[must_use]
    pub fn new(nonce: Nonce, request: &SignedJoinRequest) -> Self {
        Self { nonce, request: request.to_bytes() }
    }

    /// Decodes the request. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if it does not decode.
    pub fn request(&self) -> Result<SignedJoinRequest, WireError> {
        SignedJoinRequest::from_bytes(&self.request)
    }
}

/// State of a device's admission.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JoinState {
    /// Staff have not compared the six digits yet.
    Pending,
    /// The certificate is issued.
    Confirmed,
}

/// Reply to a [`JoinBody`]. Bundle and certificate are signed by themselves; the rest is not to be trusted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JoinReply {
    /// Nonce of the request.
    pub nonce: Nonce,
    /// State of the admission.
    pub state: JoinState,
    /// Participant's site: source of the telephone numbers shown, and recipient of sealed entries. None of a relay in
    /// front of several sites, which cannot know it; the link tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    #[serde(with = "crate::wire::base64url_serde")]
    bundle: Vec<u8>,
    #[serde(with = "crate::wire::base64url_serde")]
    certificate: Vec<u8>,
}

impl JoinReply {
    /// Reply with the signed bundle, and with the certificate once it is issued.
    #[must_use]
    pub fn new(
        nonce: Nonce,
        site: impl Into<Option<SiteId>>,
        bundle: &Signed,
        certificate: Option<&Signed>,
    ) -> Self {
        let state = if certificate.is_some() { JoinState::Confirmed } else { JoinState::Pending };
        let certificate = certificate.map(Signed::to_bytes).unwrap_or_default();
        Self { nonce, state, site: site.into(), bundle: bundle.to_bytes(), certificate }
    }

    /// Signed bundle, to be verified against the link's fingerprint.
    ///
    /// # Errors
    /// [`WireError`] if it does not decode.
    pub fn bundle(&self) -> Result<Signed, WireError> {
        Signed::from_bytes(&self.bundle)
    }

    /// Signed certificate, to be verified against the bundle; `None` while pending.
    ///
    /// # Errors
    /// [`WireError`] if it does not decode.
    pub fn certificate(&self) -> Result<Option<Signed>, WireError> {
        (!self.certificate.is_empty()).then(|| Signed::from_bytes(&self.certificate)).transpose()
    }
}
