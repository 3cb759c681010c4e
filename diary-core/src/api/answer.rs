//! An answer file (`.receipts`): what a server says to a parcel file, carried back by hand. It holds what a reply and
//! the pages of the log would hold, signed as there; nothing in it is believed for coming in a file.

use minicbor::bytes::ByteVec;

use super::LogPage;
use crate::hash::sha256_of;
use crate::ids::{KeyId, Nonce, VaultId};
use crate::parcel::FILE_MAX_RECORDS;
use crate::signed::Signed;
use crate::wire::{self, WireError};

/// Media type of an answer file.
pub const ANSWER_TYPE: &str = "application/vnd.diary.receipts+cbor";
/// Ending of an answer file's name.
pub const ANSWER_EXTENSION: &str = "receipts";
/// Most bytes of an answer file.
pub const ANSWER_MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most pages of an answer file.
const ANSWER_MAX_PAGES: usize = 4096;

/// What an answer file holds.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct AnswerFile {
    /// The vault.
    #[n(0)]
    pub vault: VaultId,
    /// The device it is for: the id of its signing key.
    #[n(1)]
    pub device: KeyId,
    /// The newest signed [`Bundle`](crate::keys::Bundle).
    #[n(2)]
    pub bundle: Signed,
    /// A [`Receipt`](crate::parcel::Receipt) for each parcel of the file that is stored.
    #[cbor(n(3), decode_with = "wire::list::<FILE_MAX_RECORDS, _, _>")]
    pub receipts: Vec<ByteVec>,
    /// The log from the device's cursor on, in as many pages as it takes; none for a device that may not read it.
    #[cbor(n(4), decode_with = "wire::list::<ANSWER_MAX_PAGES, _, _>")]
    pub pages: Vec<LogPage>,
    /// The newest version of the study, where the device has another.
    #[n(5)]
    pub study: Option<ByteVec>,
}

impl AnswerFile {
    /// What the heads of an answer's pages repeat in place of a request's nonce. Requests have random ones, so that
    /// neither can stand for the other.
    #[must_use]
    pub fn nonce(vault: VaultId, device: KeyId) -> Nonce {
        let hash = sha256_of(&[b"diary/answer/v1", vault.as_bytes(), device.as_bytes()]);
        let mut nonce = [0u8; 16];
        nonce.copy_from_slice(&hash.as_bytes()[..16]);
        Nonce::from_bytes(nonce)
    }

    /// The bytes of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Reads a file. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] where it is no answer file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("answer file", bytes, ANSWER_MAX_BYTES)
    }
}
