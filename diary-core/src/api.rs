//! Requests and replies between devices and servers: paths, bodies and codes. Bodies are CBOR; those of
//! joining and of tokens are JSON. The transport is left to drivers and servers.

pub mod answer;
pub mod feed;
pub mod hello;
pub mod join;
pub mod pull;
pub mod push;
pub mod token;

pub use crate::parcel::{Cursor, CursorError};
pub use answer::{ANSWER_EXTENSION, ANSWER_MAX_BYTES, ANSWER_TYPE, AnswerFile};
pub use feed::{
    EVERY_VAULT, FeedHead, FeedPage, FeedRecord, HANDOVER_MAX_BYTES, HANDOVER_MAX_FILES,
    HANDOVER_MAX_RECORDS, HandedFile, HandedRecord, HandoverReply, HandoverRequest, LINKS_MAX, LeftCode,
    LinkOffer, LinkOffers, feed_chain_next,
};
pub use hello::{Hello, Limits};
pub use join::{JoinBody, JoinReply, JoinState};
pub use pull::{LogPage, PageError};
pub use push::{
    Ask, EVIDENCE_MAX_BYTES, EVIDENCE_MAX_RECORDS, Evidence, Head, IncarnationHead, PUSH_MAX_GRANTS,
    PUSH_MAX_PARCELS, ParcelResult, PushFlags, PushReply, PushRequest, PushStatus, RefusalCode,
};
pub use token::{TokenAsk, TokenChallenge, TokenProof, TokenReply, TokenRequest};

use crate::wire::{self, WireError};

/// Media type of CBOR bodies.
pub const CBOR: &str = "application/cbor";
/// Media type of JSON bodies.
pub const JSON: &str = "application/json";

/// `GET`: a signed [`Hello`], with `?nonce=`.
pub const HELLO: &str = "/v1/hello";
/// `POST`: [`JoinBody`] to [`JoinReply`], JSON.
pub const JOIN: &str = "/v1/join";
/// `GET` with the study's package hash appended: the bytes of the package. Public.
pub const STUDY: &str = "/v1/study/";
/// `POST`: [`PushRequest`] to [`PushReply`].
pub const PARCELS: &str = "/v1/parcels";
/// `GET`: [`LogPage`], with a token as bearer and `?cursor=&limit=&wait=&nonce=`.
pub const VAULT_LOG: &str = "/v1/vault/log";
/// `POST`: [`TokenAsk`] to [`TokenChallenge`], JSON.
pub const TOKEN_CHALLENGE: &str = "/v1/token/challenge";
/// `POST`: [`TokenRequest`] to [`TokenReply`], JSON.
pub const TOKEN: &str = "/v1/token";
/// `GET`, a keeper at its relay: [`FeedPage`], with a token as bearer and `?cursor=&limit=&wait=&nonce=`.
pub const FEED: &str = "/v1/feed";
/// `POST`, a keeper to its relay: [`HandoverRequest`] to [`HandoverReply`], with a token as bearer.
pub const RECORDS: &str = "/v1/records";

/// Longest `wait`, in seconds.
pub const WAIT_MAX_S: u32 = 20;
/// Most records of a page.
pub const PAGE_MAX_RECORDS: u32 = 1000;
/// [`PAGE_MAX_RECORDS`] as the length of a list.
pub(crate) const PAGE_RECORDS: usize = PAGE_MAX_RECORDS as usize;
/// Most bytes of a reply.
pub const REPLY_MAX_BYTES: usize = 4 * 1024 * 1024;

crate::wire::codes!(
    /// Reason for which a whole request fails. A device never deletes stored data because of one.
    ProblemCode {
        /// The request does not decode.
        1 BadRequest "bad-request",
        /// No token, or an expired one.
        2 TokenNeeded "token-needed",
        /// The action is not allowed.
        3 Forbidden "forbidden",
        /// The resource does not exist.
        4 NotFound "not-found",
        /// Larger than the advertised limit.
        5 TooLarge "too-large",
        /// The client is older than the oldest version accepted.
        6 UpgradeNeeded "upgrade-needed",
        /// Too many requests.
        7 TooMany "too-many",
        /// The server cannot process the request at present.
        8 Unavailable "unavailable",
        /// Fault of the server.
        9 Internal "internal",
        /// The link is unknown, or the request was not made with it.
        10 LinkUnknown "link-unknown",
        /// The link was used by another device.
        11 LinkUsed "link-used",
        /// The link has expired.
        12 LinkExpired "link-expired",
        /// Staff have refused the device.
        13 JoinRefused "join-refused",
        /// The server does not know the device; its certificate or join request is needed.
        14 CertificateNeeded "certificate-needed",
        /// The device's quota is used up; staff can raise it.
        15 AllowanceUsed "allowance-used",
    }
);

impl ProblemCode {
    /// HTTP status of this code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::TokenNeeded => 401,
            Self::Forbidden | Self::JoinRefused | Self::CertificateNeeded => 403,
            Self::NotFound | Self::LinkUnknown => 404,
            Self::LinkUsed => 409,
            Self::LinkExpired => 410,
            Self::TooLarge => 413,
            Self::UpgradeNeeded => 426,
            Self::TooMany | Self::AllowanceUsed => 429,
            Self::Unavailable => 503,
            Self::Internal | Self::Other(_) => 500,
        }
    }
}

/// Body of every unsuccessful reply, as CBOR or JSON like the reply that it replaces.
#[derive(
    Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode,
)]
#[cbor(map)]
pub struct Problem {
    /// Reason.
    #[n(0)]
    pub code: ProblemCode,
    /// Explanation in English for technicians; contains nothing from the request.
    #[n(1)]
    pub message: String,
    /// Seconds until the next try.
    #[n(2)]
    pub retry_after_s: Option<u32>,
}

impl Problem {
    /// CBOR encoding.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes CBOR.
    ///
    /// # Errors
    /// [`WireError`] if the bytes do not decode, for example those of a captive portal's page.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("problem", bytes, 64 * 1024)
    }
}

/// Reason for which a signed reply is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// The reply does not decode.
    #[error("not the reply that was asked for: {0}")]
    Undecodable(#[from] WireError),
    /// The bundle in it is not trusted.
    #[error("the server's keys are not those of this study: {0}")]
    Bundle(#[from] crate::keys::BundleError),
    /// The signer is not in the bundle, or was retired.
    #[error("the reply is of a server that the study does not name")]
    UnknownServer,
    /// The signature does not fit.
    #[error("the reply's signature does not fit")]
    Signature,
    /// An old reply, or a reply to another request.
    #[error("the reply is not to this request")]
    NotThisRequest,
}

#[cfg(test)]
mod tests;
