//! Reasons why a contact cannot go on.

use diary_core::diary::DiaryError;
use diary_core::parcel::SealError;
use diary_core::store::{Obstacle, StoreError};

use crate::sync_issue::SyncIssue;

/// Reason why a contact could not go on. A failure of the network is no error: it is in [`crate::ContactOutcome::trouble`].
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The diary or its store refused.
    #[error(transparent)]
    Diary(#[from] DiaryError),
    /// A parcel could not be sealed.
    #[error("a parcel could not be sealed")]
    Seal(#[source] SealError),
    /// A grant that this device made cannot be read back.
    #[error("a key of this device cannot be read back")]
    OwnGrant,
    /// The site's set-up does not permit it to go on.
    #[error(transparent)]
    SyncIssue(#[from] SyncIssue),
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> Self {
        Self::Diary(error.into())
    }
}

impl SyncError {
    /// The same as an obstacle of a contact, for its outcome: the kind of a refusal of the store is kept.
    #[must_use]
    pub fn into_trouble(self) -> SyncIssue {
        match self {
            Self::SyncIssue(trouble) => trouble,
            Self::Seal(_) | Self::OwnGrant => SyncIssue::Sealing,
            Self::Diary(DiaryError::Store(error)) => {
                SyncIssue::Store(error.obstacle().unwrap_or(Obstacle::Other))
            }
            Self::Diary(_) => SyncIssue::Study,
        }
    }
}
