//! Obstacles to a contact. None of them ever costs an entry: entries wait on the device.

use diary_core::api::{ProblemCode, RefusalCode};
use diary_core::store::Obstacle;

use crate::transport::{Response, TransportError};

/// Code of [`ProblemCode::AllowanceUsed`], as it is kept with the state of the conversation.
pub const ALLOWANCE_USED: &str = "allowance-used";

/// Obstacle to a contact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyncIssue {
    /// No response.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Something answered that is not the diary's server: a captive portal, a proxy.
    #[error("something else than the diary's server answered")]
    NotTheServer,
    /// A signature of the server does not verify under the pinned root.
    #[error("the server's signature does not verify")]
    Signature,
    /// The server answered with a problem.
    #[error("the server answered: {0:?}")]
    Problem(ProblemCode),
    /// The server did not store a parcel.
    #[error("the server did not store a parcel: {0:?}")]
    Refused(RefusalCode),
    /// A page of the log does not follow.
    #[error("the server's log does not follow")]
    Log,
    /// A fetched study is not the announced one, or does not load.
    #[error("the announced study cannot be used")]
    Study,
    /// The bundle has no key to seal to for this site.
    #[error("the site has no key to seal to")]
    NoSiteKey,
    /// The server brings another bundle under the version of the one that is here, or an older one: it has lost the one
    /// that is here, and the root must sign one with a higher version.
    #[error("the server brings other keys under the version of those that are here, or an earlier one")]
    BundleConflict,
    /// The diary's own files are in the way.
    #[error("the diary's files are in the way: {0:?}")]
    Store(Obstacle),
    /// Entries cannot be sealed.
    #[error("entries cannot be sealed")]
    Sealing,
}

impl SyncIssue {
    /// A short code, kept with the state of the conversation.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Transport(TransportError::Offline) => "offline",
            Self::Transport(TransportError::TimedOut) => "timed-out",
            Self::Transport(TransportError::NotSecure) => "not-secure",
            Self::Transport(TransportError::TooLarge) => "answer-too-large",
            Self::Transport(TransportError::Setup(_)) => "network-setup",
            Self::NotTheServer => "not-the-server",
            Self::Signature => "signature",
            Self::Problem(ProblemCode::AllowanceUsed) => ALLOWANCE_USED,
            Self::Problem(_) => "problem",
            Self::Refused(_) => "refused",
            Self::Log => "log",
            Self::Study => "study",
            Self::NoSiteKey => "no-site-key",
            Self::BundleConflict => "bundle-conflict",
            Self::Store(why) => why.code(),
            Self::Sealing => "sealing",
        }
    }

    /// The obstacle of a kept code that needs the study team, to be shown until it is resolved. Others end without an act of
    /// the participant.
    #[must_use]
    pub fn to_be_told(code: &str) -> Option<Self> {
        (code == ALLOWANCE_USED).then_some(Self::Problem(ProblemCode::AllowanceUsed))
    }
}

/// Reason why a response is not a success of this media type; `None` if it is.
#[must_use]
pub(crate) fn not_of(response: &Response, media_type: &str) -> Option<SyncIssue> {
    match response.status {
        200 if response.is_of(media_type) => None,
        200 => Some(SyncIssue::NotTheServer),
        _ => Some(problem(response)),
    }
}

/// Problem that an unsuccessful response stands for. A body in another format came from another server, such as a portal.
#[must_use]
pub fn problem(response: &Response) -> SyncIssue {
    let cbor = diary_core::api::Problem::from_bytes(&response.body).ok();
    let parsed = cbor.or_else(|| serde_json::from_slice(&response.body).ok());
    parsed.map_or(SyncIssue::NotTheServer, |problem| SyncIssue::Problem(problem.code))
}
