//! Parcel files (`.parcel`): everything that a device has to send, carried by hand instead of by network.
//! From a file that was cut or damaged, the records that are still whole are recovered; nothing is verified
//! here.

use minicbor::Decoder;
use minicbor::bytes::ByteVec;

use super::Cursor;
use super::{Grant, SealedParcel};
use crate::ids::Hash;
use crate::keys::{Certificate, SealedRecoverySecret, SignedJoinRequest};
use crate::signed::Signed;
use crate::wire::{self, WireError};

/// Media type of a parcel file.
pub const FILE_TYPE: &str = "application/vnd.diary.parcel+cbor";
/// Extension of a parcel file's name.
pub const FILE_EXTENSION: &str = "parcel";
/// Most bytes of a parcel file.
pub const FILE_MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most parcels of a parcel file, and most grants. No more than about fifty thousand of the smallest fit into
/// one.
pub const FILE_MAX_RECORDS: usize = 64 * 1024;

/// Credential by which a device may send to a vault.
#[derive(Clone, PartialEq, Eq, Hash, Debug, minicbor::Encode, minicbor::Decode)]
pub enum DeviceCredential {
    /// Its certificate.
    #[n(0)]
    Certificate(#[n(0)] Signed),
    /// Its join request, until it has a certificate.
    #[n(1)]
    Join(#[n(0)] SignedJoinRequest),
}

/// Contents of a parcel file. Grants and parcels are bytes each, so that a broken one does not affect the
/// others.
#[derive(Clone, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ParcelFile {
    /// Credential of the device.
    #[n(0)]
    pub credential: Option<DeviceCredential>,
    /// Signed grants.
    #[cbor(n(1), decode_with = "wire::list::<FILE_MAX_RECORDS, _, _>")]
    pub grants: Vec<ByteVec>,
    /// Sealed parcels.
    #[cbor(n(2), decode_with = "wire::list::<FILE_MAX_RECORDS, _, _>")]
    pub parcels: Vec<ByteVec>,
    /// A signed [`SealedRecoverySecret`].
    #[n(3)]
    pub recovery: Option<Signed>,
    /// Position up to which the device has read the server's log, where an answer continues.
    #[n(4)]
    pub cursor: Option<Cursor>,
    /// Package hash of the study on the device; an answer contains a newer one.
    #[n(5)]
    pub study: Option<Hash>,
}

impl ParcelFile {
    /// Encoded form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes a file. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if it is not a parcel file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("parcel file", bytes, FILE_MAX_BYTES)
    }

    /// Recovers whole records from a file that [`Self::from_bytes`] does not decode: parcels, grants and
    /// credentials, found by their framing at any offset. `None` if there are none. Takes time linear in the
    /// number of bytes.
    #[must_use]
    pub fn salvage(bytes: &[u8]) -> Option<Self> {
        let mut found = Self::default();
        let mut rest = bytes.get(..FILE_MAX_BYTES.min(bytes.len())).unwrap_or_default();
        // A recovered record is skipped as a whole, any other byte alone.
        while !rest.is_empty() && found.grants.len().max(found.parcels.len()) < FILE_MAX_RECORDS {
            let taken = found.take_first(rest).unwrap_or(1);
            rest = rest.get(taken..).unwrap_or_default();
        }
        (found != Self::default()).then_some(found)
    }

    /// Takes the record at the beginning of `bytes` and returns its length.
    fn take_first(&mut self, bytes: &[u8]) -> Option<usize> {
        if let Some(len) = frame(bytes, 3) {
            let parcel = bytes.get(..len)?;
            SealedParcel::from_bytes(parcel).ok()?;
            self.parcels.push(parcel.to_vec().into());
            return Some(len);
        }
        if let Some(len) = join_frame(bytes) {
            let join = SignedJoinRequest::from_bytes(bytes.get(..len)?).ok()?;
            self.credential.get_or_insert(DeviceCredential::Join(join));
            return Some(len);
        }
        let len = frame(bytes, 2)?;
        let one = bytes.get(..len)?;
        let signed = Signed::from_bytes(one).ok()?;
        if Grant::peek(&signed).is_ok() {
            self.grants.push(one.to_vec().into());
        } else if Certificate::peek(&signed).is_ok() {
            self.credential = Some(DeviceCredential::Certificate(signed));
        } else if SealedRecoverySecret::peek(&signed).is_ok() {
            self.recovery = Some(signed);
        }
        Some(len)
    }
}

/// Length of a CBOR map of byte strings under the keys 0, 1, ..., the form of parcels and signed bytes.
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

/// Length of a join request: a map of signed bytes, a MAC and, optionally, a proof.
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
