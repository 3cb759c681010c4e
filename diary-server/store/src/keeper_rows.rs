//! Rows of a keeper's own chain in a vault.

use diary_core::ids::{Hash, Incarnation};
use diary_core::parcel::{NO_PREVIOUS, SealedParcel};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

/// Head of a keeper's own chain in one vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeeperHead {
    /// The keeper's incarnation in this server epoch.
    pub incarnation: Incarnation,
    /// Number of its last parcel in the vault, 0 before the first.
    pub seq: u64,
    /// Hash of that parcel's core, [`NO_PREVIOUS`] before the first.
    pub prev: Hash,
    /// Grant of its last parcel.
    pub grant: Option<HeadGrant>,
}

/// Grant of a keeper's last parcel in a vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeadGrant {
    /// The grant.
    pub signed: Signed,
    /// Creation time.
    pub made: UtcMillis,
    /// Number of parcels sealed under it.
    pub parcels: u32,
}

impl KeeperHead {
    /// The head before the first parcel of an incarnation.
    #[must_use]
    pub const fn start(incarnation: Incarnation) -> Self {
        Self { incarnation, seq: 0, prev: NO_PREVIOUS, grant: None }
    }
}

/// Records to append to a vault's log, and the keeper's head after them.
#[derive(Clone, Debug)]
pub struct Authored {
    /// A new grant, if one was due; precedes the parcels.
    pub grant: Option<Signed>,
    /// The parcels.
    pub parcels: Vec<SealedParcel>,
    /// The head once they are appended.
    pub head: KeeperHead,
}
