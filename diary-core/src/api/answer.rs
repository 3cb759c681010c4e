//! Answer files (`.receipts`): a server's reply to a parcel file, carried back by hand. It holds the contents
//! of a reply and of log pages, signed in the same way; a file is trusted no more than the network.

use minicbor::bytes::ByteVec;

use super::LogPage;
use crate::hash::sha256_of;
use crate::ids::{KeyId, Nonce, VaultId};
use crate::parcel::FILE_MAX_RECORDS;
use crate::signed::Signed;
use crate::wire::{self, WireError};

/// Media type of an answer file.
pub const ANSWER_TYPE: &str = "application/vnd.diary.receipts+cbor";
/// Extension of an answer file's name.
pub const ANSWER_EXTENSION: &str = "receipts";
/// Most bytes of an answer file.
pub const ANSWER_MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most pages of an answer file.
const ANSWER_MAX_PAGES: usize = 4096;

/// Contents of an answer file.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct AnswerFile {
    /// The vault.
    #[n(0)]
    pub vault: VaultId,
    /// Id of the signing key of the device that it is for.
    #[n(1)]
    pub device: KeyId,
    /// Newest signed [`Bundle`](crate::keys::Bundle).
    #[n(2)]
    pub bundle: Signed,
    /// A [`Receipt`](crate::parcel::Receipt) for each parcel of the file that is stored.
    #[cbor(n(3), decode_with = "wire::list::<FILE_MAX_RECORDS, _, _>")]
    pub receipts: Vec<ByteVec>,
    /// Pages of the log from the device's cursor on; none for a device that may not read it.
    #[cbor(n(4), decode_with = "wire::list::<ANSWER_MAX_PAGES, _, _>")]
    pub pages: Vec<LogPage>,
    /// Newest package of the study, if the device has another.
    #[n(5)]
    pub study: Option<ByteVec>,
}

impl AnswerFile {
    /// Nonce in the heads of an answer's pages. Nonces of requests are random, so that a head of one kind
    /// cannot pass for the other.
    #[must_use]
    pub fn nonce(vault: VaultId, device: KeyId) -> Nonce {
        let hash = sha256_of(&[b"diary/answer/v1", vault.as_bytes(), device.as_bytes()]);
        let mut nonce = [0u8; 16];
        nonce.copy_from_slice(&hash.as_bytes()[..16]);
        Nonce::from_bytes(nonce)
    }

    /// Encoded form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes a file. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if it is not an answer file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("answer file", bytes, ANSWER_MAX_BYTES)
    }
}
