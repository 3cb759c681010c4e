//! Opening: the only way from sealed bytes to their contents.

use std::fmt;

use zeroize::Zeroizing;

use super::content::{ContentError, ParcelContent};
use super::grant::GrantKey;
use super::pad::{self, UnpackError};
use super::seal::{NONCE, SALT_BYTES, commit, content_key};
use super::{PARCEL_MAX_PLAIN_BYTES, ParcelCore, QuarantineCode, VerifiedParcel};

/// Reason for which a verified parcel does not open. It is stored all the same; each reason has its
/// quarantine code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The key is of another grant than the parcel names, or the grant is of another author, vault or incarnation.
    #[error("the grant does not belong to the parcel")]
    Grant,
    /// The body does not open with the key.
    #[error("the body does not open")]
    Decrypt,
    /// The plaintext does not match the commitment in the core.
    #[error("the content is not the one that its author committed to")]
    Commit,
    /// Study, vault, author, incarnation or number inside differ from the core.
    #[error("inside and outside of the parcel differ")]
    InnerMismatch,
    /// The content does not decode.
    #[error("the content is not readable")]
    Undecodable,
    /// The content was made by a later version.
    #[error("the content is of a later version of the diary")]
    NewerSchema,
    /// Larger than allowed.
    #[error("the content is larger than allowed")]
    Oversize,
}

impl OpenError {
    /// Code under which the parcel goes to quarantine.
    #[must_use]
    pub const fn code(&self) -> QuarantineCode {
        match self {
            Self::Grant => QuarantineCode::Grant,
            Self::Decrypt => QuarantineCode::Decrypt,
            Self::Commit => QuarantineCode::Commit,
            Self::InnerMismatch => QuarantineCode::InnerMismatch,
            Self::Undecodable => QuarantineCode::Undecodable,
            Self::NewerSchema => QuarantineCode::NewerSchema,
            Self::Oversize => QuarantineCode::Oversize,
        }
    }
}

impl From<ContentError> for OpenError {
    fn from(error: ContentError) -> Self {
        match error {
            ContentError::Undecodable(_) => Self::Undecodable,
            ContentError::NewerSchema => Self::NewerSchema,
            ContentError::Oversize => Self::Oversize,
        }
    }
}

impl From<UnpackError> for OpenError {
    fn from(error: UnpackError) -> Self {
        match error {
            UnpackError::Malformed => Self::Undecodable,
            UnpackError::Oversize => Self::Oversize,
        }
    }
}

/// An opened parcel.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedParcel {
    /// Salt of the commitment, to be stored with the plaintext.
    pub salt: [u8; SALT_BYTES],
    /// The exact plaintext, which [`ParcelContent::decode`] reads again.
    pub plain: Zeroizing<Vec<u8>>,
    /// Decoded plaintext.
    pub content: ParcelContent,
}

impl fmt::Debug for OpenedParcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenedParcel({:?})", self.content)
    }
}

/// Opens a parcel with the key of its grant.
///
/// # Errors
/// [`OpenError`]; [`OpenError::code`] gives the quarantine code.
pub fn open(parcel: &VerifiedParcel, grant: &GrantKey) -> Result<OpenedParcel, OpenError> {
    let core = parcel.core();
    // First, because a matching key decrypts even if the grant belongs to another vault or author.
    if !grant_fits(core, grant) {
        return Err(OpenError::Grant);
    }
    let hash = parcel.core_hash();
    let mut body = Zeroizing::new(parcel.body().to_vec());
    let padded = content_key(grant.secret(), &hash)
        .open(NONCE, hash.as_bytes(), &mut body)
        .map_err(|_| OpenError::Decrypt)?;
    let mut plain = Zeroizing::new(pad::unpack(padded, SALT_BYTES + PARCEL_MAX_PLAIN_BYTES)?);
    let salt = *plain.first_chunk::<SALT_BYTES>().ok_or(OpenError::Undecodable)?;
    plain.drain(..SALT_BYTES);
    // ChaCha20-Poly1305 does not commit to its key: without this check one body could open to different
    // plaintexts for different recipients.
    if commit(&salt, &plain) != core.commit {
        return Err(OpenError::Commit);
    }
    let content = ParcelContent::decode(&plain)?;
    // The signed core alone was compared with the grant; the copies inside are what the merge reads.
    if !inside_fits(core, &content) {
        return Err(OpenError::InnerMismatch);
    }
    Ok(OpenedParcel { salt, plain, content })
}

fn grant_fits(core: &ParcelCore, grant: &GrantKey) -> bool {
    let of = grant.header();
    core.grant == grant.hash()
        && core.study == of.study
        && core.vault == of.vault
        && core.author == of.author
        && core.incarnation == of.incarnation
}

fn inside_fits(core: &ParcelCore, content: &ParcelContent) -> bool {
    core.study == content.study
        && core.vault == content.vault
        && core.author == content.author
        && core.incarnation == content.incarnation
        && core.seq == content.seq
}
