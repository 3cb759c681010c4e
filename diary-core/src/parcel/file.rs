//! A parcel file (`.parcel`): what a device has to send, carried by hand instead of by network.

use minicbor::bytes::ByteVec;

use crate::keys::SignedJoinRequest;
use crate::signed::Signed;
use crate::wire::{self, WireError};

/// Media type of a parcel file.
pub const FILE_TYPE: &str = "application/vnd.diary.parcel+cbor";
/// Ending of a parcel file's name.
pub const FILE_EXTENSION: &str = "parcel";
/// Most bytes of a parcel file.
pub const FILE_MAX_BYTES: usize = 64 * 1024 * 1024;

/// By what a device may speak for a vault.
#[derive(Clone, PartialEq, Eq, Hash, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Standing {
    /// Its certificate.
    #[n(0)]
    Certificate(#[n(0)] Signed),
    /// Its join request, until it has a certificate.
    #[n(1)]
    Join(#[n(0)] SignedJoinRequest),
}

/// What a parcel file holds. Grants and parcels are bytes each, so that one that is broken spoils no other.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ParcelFile {
    /// By what the device may speak.
    #[n(0)]
    pub standing: Option<Standing>,
    /// Signed grants.
    #[n(1)]
    pub grants: Vec<ByteVec>,
    /// Sealed parcels.
    #[n(2)]
    pub parcels: Vec<ByteVec>,
}

impl ParcelFile {
    /// The bytes of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Reads a file. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] where it is no parcel file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("parcel file", bytes, FILE_MAX_BYTES)
    }
}
