//! Receipts: a server's signed answer about one parcel. One signature may cover a group that was committed together:
//! the receipts are the leaves of a Merkle tree whose head is signed.

use super::code::QuarantineCode;
use crate::hash::{sha256, sha256_of};
use crate::ids::{Epoch, Hash, KeyId, VaultId};
use crate::keys::{Bundle, ServerRole, SigningKey};
use crate::signed::Kind;
use crate::time::UtcMillis;
use crate::wire::{self, WireError};

/// Most bytes of a receipt.
pub const RECEIPT_MAX_BYTES: usize = 2048;

/// Most receipts under one signature.
pub const GROUP_MAX: usize = 1 << 20;
/// Most hashes from one receipt of a group to its root.
const PATH_MAX: usize = 20;

/// State of a parcel at a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum ReceiptLevel {
    /// Its bytes are on disk.
    #[n(0)]
    Stored,
    /// Its content is in the trial record.
    #[n(1)]
    Merged,
    /// It is stored and could not be merged.
    #[n(2)]
    Quarantined(#[n(0)] QuarantineCode),
    /// It is in a backup.
    #[n(3)]
    BackedUp,
}

impl ReceiptLevel {
    /// True if a server of `role` may sign it.
    #[must_use]
    pub const fn may_be_signed_by(self, role: ServerRole) -> bool {
        match (role, self) {
            (ServerRole::Keeper, _) | (ServerRole::Relay, Self::Stored) => true,
            (ServerRole::Relay, Self::Merged | Self::Quarantined(_) | Self::BackedUp) => false,
        }
    }
}

/// Signed fields of a receipt.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ReceiptBody {
    /// State of the parcel.
    #[n(0)]
    pub level: ReceiptLevel,
    /// Core hash of the parcel.
    #[n(1)]
    pub core_hash: Hash,
    /// Body hash of the parcel.
    #[n(2)]
    pub body_hash: Hash,
    /// The vault.
    #[n(3)]
    pub vault: VaultId,
    /// Number of the parcel in the server's log of the vault.
    #[cbor(n(4), decode_with = "wire::record_number")]
    pub n: u64,
    /// Epoch of the server's log.
    #[n(5)]
    pub epoch: Epoch,
    /// Server's clock.
    #[n(6)]
    pub server_time: UtcMillis,
    /// Id of the server's key.
    #[n(7)]
    pub key: KeyId,
}

/// A receipt with its Merkle path and signature.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Receipt {
    #[cbor(n(0), with = "minicbor::bytes")]
    body: Vec<u8>,
    #[n(1)]
    index: u32,
    #[n(2)]
    size: u32,
    #[cbor(n(3), decode_with = "wire::list::<PATH_MAX, _, _>")]
    path: Vec<Hash>,
    #[cbor(n(4), with = "minicbor::bytes")]
    sig: [u8; 64],
}

/// Reason for which a receipt does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not the bytes of one.
    #[error("not a receipt: {0}")]
    Undecodable(#[from] WireError),
    /// Signed by a server that is not in the bundle.
    #[error("the receipt is of a server that the study does not name")]
    UnknownServer,
    /// A state that a server of that role may not sign.
    #[error("the receipt says what a relay may not say")]
    Role,
    /// Dated after its server's key was retired.
    #[error("the receipt is dated after its server's key was retired")]
    Retired,
    /// Path or signature do not fit.
    #[error("the receipt's signature does not fit")]
    Signature,
}

impl Receipt {
    /// Decodes the fields without verifying them.
    ///
    /// # Errors
    /// [`WireError`] if they do not decode.
    pub fn peek(&self) -> Result<ReceiptBody, WireError> {
        wire::decode("receipt", &self.body, RECEIPT_MAX_BYTES)
    }

    /// Verifies that a server of `bundle` signed it and that its role allows the state; returns role and
    /// fields.
    ///
    /// # Errors
    /// [`ReceiptError`] if a check fails, for example for MERGED by a relay.
    pub fn verify(&self, bundle: &Bundle) -> Result<(ServerRole, ReceiptBody), ReceiptError> {
        let body = self.peek()?;
        let server = bundle.server(body.key).ok_or(ReceiptError::UnknownServer)?;
        if !body.level.may_be_signed_by(server.role) {
            return Err(ReceiptError::Role);
        }
        if server.retired.is_some_and(|retired| body.server_time > retired) {
            return Err(ReceiptError::Retired);
        }
        let root = root_of_path(&leaf(&self.body), self.index, self.size, &self.path)
            .ok_or(ReceiptError::Signature)?;
        if !server.key.verifies(&head_message(self.size, &root), &self.sig) {
            return Err(ReceiptError::Signature);
        }
        Ok((server.role, body))
    }

    /// Encoded form, sent and stored; the same bytes each time.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes a receipt. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if the bytes do not decode.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode_exact("receipt", bytes, RECEIPT_MAX_BYTES)
    }
}

/// Signs a group of receipts at once and returns them in the given order. Every body must name `server`'s
/// key.
#[must_use]
pub fn sign_group(bodies: &[ReceiptBody], server: &SigningKey) -> Vec<Receipt> {
    if bodies.is_empty() {
        return Vec::new();
    }
    let encoded: Vec<Vec<u8>> = bodies.iter().map(wire::encode).collect();
    let levels = tree(encoded.iter().map(|body| leaf(body)).collect());
    let size = u32::try_from(bodies.len()).expect("a commit group is far below four thousand million");
    let root = levels.last().and_then(|top| top.first()).expect("a tree of at least one leaf has a root");
    let sig = server.sign(&head_message(size, root));
    encoded
        .into_iter()
        .enumerate()
        .map(|(at, body)| Receipt {
            body,
            index: u32::try_from(at).expect("an index is below the size"),
            size,
            path: path(&levels, at),
            sig,
        })
        .collect()
}

fn head_message(size: u32, root: &Hash) -> Vec<u8> {
    // The size is signed with the root, because it fixes the length of each path.
    Kind::Receipt.message(&sha256_of(&[&size.to_be_bytes(), root.as_bytes()]))
}

fn leaf(body: &[u8]) -> Hash {
    sha256_of(&[&[0], sha256(body).as_bytes()])
}

fn node(left: &Hash, right: &Hash) -> Hash {
    sha256_of(&[&[1], left.as_bytes(), right.as_bytes()])
}

/// All levels from the leaves to the root. A last node without a neighbour moves up unchanged, which gives
/// the tree of RFC 6962, split at the largest power of two below its size.
fn tree(leaves: Vec<Hash>) -> Vec<Vec<Hash>> {
    let mut levels = vec![leaves];
    while let Some(below) = levels.last().filter(|below| below.len() > 1) {
        let above = below
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => node(left, right),
                alone => alone[0],
            })
            .collect();
        levels.push(above);
    }
    levels
}

fn path(levels: &[Vec<Hash>], index: usize) -> Vec<Hash> {
    levels
        .iter()
        .enumerate()
        .filter_map(|(height, level)| level.get((index >> height) ^ 1))
        .copied()
        .collect()
}

/// Root reached from a leaf by its path, if the path has the length that the tree's size asks for.
fn root_of_path(leaf: &Hash, index: u32, size: u32, path: &[Hash]) -> Option<Hash> {
    if index >= size || size as usize > GROUP_MAX {
        return None;
    }
    let (mut at, mut width, mut hash) = (index, size, *leaf);
    let mut path = path.iter();
    while width > 1 {
        if at ^ 1 < width {
            let neighbour = path.next()?;
            hash = if at & 1 == 0 { node(&hash, neighbour) } else { node(neighbour, &hash) };
        }
        at >>= 1;
        width = width.div_ceil(2);
    }
    path.next().is_none().then_some(hash)
}

#[cfg(test)]
mod tests;
