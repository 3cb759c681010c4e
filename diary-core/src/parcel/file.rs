//! A parcel file (`.parcel`): what a device has to send, carried by hand instead of by network. Of a file that was cut
//! or damaged on the way, whatever is still whole is found; nothing is verified here.

use minicbor::Decoder;
use minicbor::bytes::ByteVec;

use super::{Grant, SealedParcel};
use crate::api::Cursor;
use crate::ids::Hash;
use crate::keys::{Certificate, SealedRecoverySecret, SignedJoinRequest};
use crate::signed::Signed;
use crate::wire::{self, WireError};

/// Media type of a parcel file.
pub const FILE_TYPE: &str = "application/vnd.diary.parcel+cbor";
/// Ending of a parcel file's name.
pub const FILE_EXTENSION: &str = "parcel";
/// Most bytes of a parcel file.
pub const FILE_MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most parcels of a parcel file, and most grants. No more than about fifty thousand of the smallest fit into it.
pub const FILE_MAX_RECORDS: usize = 64 * 1024;

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
#[derive(Clone, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ParcelFile {
    /// By what the device may speak.
    #[n(0)]
    pub standing: Option<Standing>,
    /// Signed grants.
    #[cbor(n(1), decode_with = "wire::list::<FILE_MAX_RECORDS, _, _>")]
    pub grants: Vec<ByteVec>,
    /// Sealed parcels.
    #[cbor(n(2), decode_with = "wire::list::<FILE_MAX_RECORDS, _, _>")]
    pub parcels: Vec<ByteVec>,
    /// A signed [`SealedRecoverySecret`].
    #[n(3)]
    pub recovery: Option<Signed>,
    /// How far the device has read the server's log: where an answer goes on.
    #[n(4)]
    pub cursor: Option<Cursor>,
    /// The study that the device has: another one goes with an answer.
    #[n(5)]
    pub study: Option<Hash>,
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

    /// What is still whole in a file that [`Self::from_bytes`] does not read: parcels, grants and papers, found by
    /// their frames wherever they stand. `None` where there is nothing. Takes time in proportion to the bytes.
    #[must_use]
    pub fn salvage(bytes: &[u8]) -> Option<Self> {
        let mut found = Self::default();
        let mut rest = bytes.get(..FILE_MAX_BYTES.min(bytes.len())).unwrap_or_default();
        while !rest.is_empty() && found.grants.len().max(found.parcels.len()) < FILE_MAX_RECORDS {
            let taken = found.take_first(rest).unwrap_or(1);
            rest = rest.get(taken..).unwrap_or_default();
        }
        (found != Self::default()).then_some(found)
    }

    /// Takes what begins with the first of `bytes`, and says how long it is.
    fn take_first(&mut self, bytes: &[u8]) -> Option<usize> {
        if let Some(len) = frame(bytes, 3) {
            let parcel = bytes.get(..len)?;
            SealedParcel::from_bytes(parcel).ok()?;
            self.parcels.push(parcel.to_vec().into());
            return Some(len);
        }
        if let Some(len) = join_frame(bytes) {
            let join = SignedJoinRequest::from_bytes(bytes.get(..len)?).ok()?;
            self.standing.get_or_insert(Standing::Join(join));
            return Some(len);
        }
        let len = frame(bytes, 2)?;
        let one = bytes.get(..len)?;
        let signed = Signed::from_bytes(one).ok()?;
        if Grant::peek(&signed).is_ok() {
            self.grants.push(one.to_vec().into());
        } else if Certificate::peek(&signed).is_ok() {
            self.standing = Some(Standing::Certificate(signed));
        } else if SealedRecoverySecret::peek(&signed).is_ok() {
            self.recovery = Some(signed);
        }
        Some(len)
    }
}

/// Length of a map of byte strings under the keys 0, 1, ..., which is what parcels and signed bytes are.
fn frame(bytes: &[u8], fields: u64) -> Option<usize> {
    let mut d = Decoder::new(bytes);
    if d.map().ok()?? != fields {
        return None;
    }
    for key in 0..fields {
        if d.u64().ok()? != key {
            return None;
        }
        d.bytes().ok()?;
    }
    Some(d.position())
}

/// Length of a join request: a map of signed bytes, a code and a proof, or without the proof.
fn join_frame(bytes: &[u8]) -> Option<usize> {
    let (codes, rest) = match bytes {
        [0xa2, 0, rest @ ..] => (1, rest),
        [0xa3, 0, rest @ ..] => (2, rest),
        _ => return None,
    };
    let signed = frame(rest, 2)?;
    let mut d = Decoder::new(rest.get(signed..)?);
    for key in 1..=codes {
        if d.u64().ok()? != key {
            return None;
        }
        d.bytes().ok()?;
    }
    Some(2 + signed + d.position())
}

#[cfg(test)]
mod tests;
