//! Sealing: items become a parcel, once; later sends repeat the same bytes.

use zeroize::Zeroizing;

use super::content::{ContentRef, Item, SCHEMA_1};
use super::grant::GrantKey;
use super::{
    NO_PREVIOUS, PARCEL_MAX_ITEMS, PARCEL_MAX_PLAIN_BYTES, ParcelCore, SUITE_1, SealedParcel, message, pad,
};
use crate::crypto::{AeadKey, NONCE_BYTES};
use crate::entropy::Entropy;
use crate::hash::{sha256, sha256_of};
use crate::ids::Hash;
use crate::keys::SigningKey;
use crate::wire;

/// Bytes of the salt before the plaintext.
pub const SALT_BYTES: usize = 32;

const CEK_INFO: &[u8] = b"diary/cek/v1";

/// Nonce of every body. A content key seals one body, so that a fixed nonce is safe.
pub(super) const NONCE: [u8; NONCE_BYTES] = [0; NONCE_BYTES];

/// Contents of a new parcel and its place in the author's chain. Study, vault and incarnation are the
/// grant's.
#[derive(Clone, Copy, Debug)]
pub struct SealInput<'a> {
    /// Sequence number in the incarnation, from 1.
    pub seq: u64,
    /// Hash of the previous core of the incarnation, [`NO_PREVIOUS`] if `seq` is 1.
    pub prev: Hash,
    /// Items of the parcel.
    pub items: &'a [Item],
}

/// Reason for which a parcel cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Too much for one parcel.
    #[error("{items} items of {bytes} bytes do not fit into one parcel")]
    Oversize {
        /// Number of items.
        items: usize,
        /// Number of their bytes.
        bytes: usize,
    },
    /// Sequence number and predecessor do not match.
    #[error("the first parcel of an incarnation has number 1 and no predecessor, every other has one")]
    Chain,
    /// The grant is by another author.
    #[error("the grant is not of the key that signs")]
    Grant,
    /// Compression failed, which happens only for lack of memory.
    #[error("the parcel could not be compressed")]
    Compress,
}

/// The plaintext of a parcel that was sealed, with the salt of its commitment.
pub struct SealedPlain {
    /// The salt.
    pub salt: [u8; SALT_BYTES],
    /// The exact plaintext.
    pub plain: Zeroizing<Vec<u8>>,
}

/// As [`seal`], for an author that keeps the plaintext too.
///
/// # Errors
/// As [`seal`].
pub fn seal_and_keep(
    input: &SealInput<'_>,
    grant: &GrantKey,
    author: &SigningKey,
    entropy: &dyn Entropy,
) -> Result<(SealedParcel, SealedPlain), SealError> {
    let kept = plaintext(input, grant, author, entropy)?;
    Ok((seal_bytes(&kept.salt, &kept.plain, input, grant, author)?, kept))
}

/// Seals `input` under `grant` and signs it by `author`.
///
/// # Errors
/// [`SealError`]; a failure uses up neither a number nor a nonce.
pub fn seal(
    input: &SealInput<'_>,
    grant: &GrantKey,
    author: &SigningKey,
    entropy: &dyn Entropy,
) -> Result<SealedParcel, SealError> {
    Ok(seal_and_keep(input, grant, author, entropy)?.0)
}

fn plaintext(
    input: &SealInput<'_>,
    grant: &GrantKey,
    author: &SigningKey,
    entropy: &dyn Entropy,
) -> Result<SealedPlain, SealError> {
    let of = grant.header();
    if of.author != author.id() {
        return Err(SealError::Grant);
    }
    if input.seq == 0 || (input.seq == 1) != (input.prev == NO_PREVIOUS) {
        return Err(SealError::Chain);
    }
    let content = ContentRef {
        schema: SCHEMA_1,
        study: &of.study,
        vault: of.vault,
        author: of.author,
        incarnation: of.incarnation,
        seq: input.seq,
        items: input.items,
    };
    // Without a salt, a relay could guess short contents from the commitment.
    let salt: [u8; SALT_BYTES] = entropy.array();
    let plain = Zeroizing::new(wire::encode(&content));
    if input.items.len() > PARCEL_MAX_ITEMS || plain.len() > PARCEL_MAX_PLAIN_BYTES {
        return Err(SealError::Oversize { items: input.items.len(), bytes: plain.len() });
    }
    Ok(SealedPlain { salt, plain })
}

/// Seals any plaintext, including one that this version would not make.
pub(super) fn seal_bytes(
    salt: &[u8; SALT_BYTES],
    plain: &[u8],
    input: &SealInput<'_>,
    grant: &GrantKey,
    author: &SigningKey,
) -> Result<SealedParcel, SealError> {
    let salted = Zeroizing::new([salt.as_slice(), plain].concat());
    let mut body = pad::pack(&salted).map_err(|_| SealError::Compress)?;
    let of = grant.header();
    let core = wire::encode(&ParcelCore {
        suite: SUITE_1,
        study: of.study.clone(),
        vault: of.vault,
        author: of.author,
        incarnation: of.incarnation,
        seq: input.seq,
        prev: input.prev,
        grant: grant.hash(),
        size_bucket: u32::try_from(body.len()).map_err(|_| SealError::Compress)?,
        commit: commit(salt, plain),
    });
    let core_hash = sha256(&core);
    // The core, commitment included, is input of the key and associated data: any change to it makes the body
    // unreadable.
    content_key(grant.secret(), &core_hash)
        .seal(NONCE, core_hash.as_bytes(), &mut body, 0)
        .map_err(|_| SealError::Compress)?;
    let sig = author.sign(&message(&core_hash, &sha256(&body)));
    Ok(SealedParcel { core, body, sig })
}

/// Commitment of a core: `SHA-256(salt || plaintext)`. With salt and plaintext, authorship can be verified
/// without a private key.
#[must_use]
pub fn commit(salt: &[u8; SALT_BYTES], plain: &[u8]) -> Hash {
    sha256_of(&[salt, plain])
}

/// `HKDF-SHA256(K, info = "diary/cek/v1" || H(core))`: one key for each core, hence the fixed nonce.
pub(super) fn content_key(grant_key: &[u8; 32], core_hash: &Hash) -> AeadKey {
    AeadKey::derived(grant_key, &[CEK_INFO, core_hash.as_bytes()])
}
