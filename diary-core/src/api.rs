//! What phone and server say to each other: paths, bodies and codes. Bodies are CBOR; those of joining and of tokens
//! are JSON. How they are carried is the edges' matter.

pub mod answer;
pub mod feed;
pub mod hello;
pub mod join;
pub mod pull;
pub mod push;
pub mod token;

pub use answer::{ANSWER_EXTENSION, ANSWER_MAX_BYTES, ANSWER_TYPE, AnswerFile};
pub use feed::{
    EVERY_VAULT, FeedHead, FeedPage, FeedRecord, HANDOVER_MAX_BYTES, HANDOVER_MAX_FILES,
    HANDOVER_MAX_RECORDS, HandedFile, HandedRecord, HandoverReply, HandoverRequest, LINKS_MAX, LeftCode,
    LinkOffer, LinkOffers, feed_chain_next,
};
pub use hello::{Hello, Limits};
pub use join::{JoinBody, JoinReply, JoinState};
pub use pull::{Cursor, CursorError, LogPage, PageError};
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
/// `GET`, with the study's hash after it: the bytes of the study's file. Public.
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

/// Longest that a server holds a `wait`, in seconds.
pub const WAIT_MAX_S: u32 = 20;
/// Most records of a page.
pub const PAGE_MAX_RECORDS: u32 = 1000;
/// The same, as the length of a list.
pub(crate) const PAGE_RECORDS: usize = PAGE_MAX_RECORDS as usize;
/// Most bytes of a reply.
pub const REPLY_MAX_BYTES: usize = 4 * 1024 * 1024;

crate::wire::codes!(
    /// Why a whole request was not answered. What the device holds is never deleted for it.
    ProblemCode {
        /// Not readable.
        1 BadRequest "bad-request",
        /// No token, or none that is still good.
        2 TokenNeeded "token-needed",
        /// Not allowed.
        3 Forbidden "forbidden",
        /// No such thing.
        4 NotFound "not-found",
        /// Larger than the advertised limit.
        5 TooLarge "too-large",
        /// The client is older than the server takes.
        6 UpgradeNeeded "upgrade-needed",
        /// Too many requests.
        7 TooMany "too-many",
        /// The server cannot take it now.
        8 Unavailable "unavailable",
        /// The server is at fault.
        9 Internal "internal",
        /// The link is unknown, or was not made for this request.
        10 LinkUnknown "link-unknown",
        /// Another device has used the link.
        11 LinkUsed "link-used",
        /// The link has expired.
        12 LinkExpired "link-expired",
        /// Staff have turned the device away.
        13 JoinRefused "join-refused",
        /// The server does not know the device; its certificate or join request is needed.
        14 CertificateNeeded "certificate-needed",
        /// The device has stored as much as it may; staff can allow it more.
        15 AllowanceUsed "allowance-used",
    }
);

impl ProblemCode {
    /// The HTTP status it goes with.
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

/// The body of every reply that is not a success, as CBOR or JSON like the reply it stands for.
#[derive(
    Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode,
)]
#[cbor(map)]
pub struct Problem {
    /// Why.
    #[n(0)]
    pub code: ProblemCode,
    /// For a person who looks into it, in English; holds nothing of the request.
    #[n(1)]
    pub message: String,
    /// After how many seconds to try again.
    #[n(2)]
    pub retry_after_s: Option<u32>,
}

impl Problem {
    /// As CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Reads CBOR.
    ///
    /// # Errors
    /// [`WireError`] for anything else, for example the page of a captive portal.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("problem", bytes, 64 * 1024)
    }
}

/// Why a signed reply counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// Not readable.
    #[error("not the reply that was asked for: {0}")]
    Undecodable(#[from] WireError),
    /// Its bundle is not one to trust.
    #[error("the server's keys are not those of this study: {0}")]
    Bundle(#[from] crate::keys::BundleError),
    /// Signed by a server that is not in the bundle, or no longer in use.
    #[error("the reply is of a server that the study does not name")]
    UnknownServer,
    /// The signature does not fit.
    #[error("the reply's signature does not fit")]
    Signature,
    /// An old reply, or one to somebody else.
    #[error("the reply is not to this request")]
    NotThisRequest,
}

#[cfg(test)]
mod tests;
