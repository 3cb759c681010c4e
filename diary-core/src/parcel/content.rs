//! Contents of a parcel.

use std::fmt;

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use super::statement::Statement;
use super::{PARCEL_MAX_ITEMS, PARCEL_MAX_PLAIN_BYTES};
use crate::act::Act;
use crate::entry::EncodedRevision;
use crate::ids::{Hash, Incarnation, KeyId, StudyId, VaultId};
use crate::wire::{self, WireError};

/// Schema of this version.
pub const SCHEMA_1: u32 = 1;

/// [`ParcelContent`] with borrowed items, for sealing.
#[derive(Encode)]
#[cbor(map)]
pub(super) struct ContentRef<'a> {
    #[n(0)]
    pub(super) schema: u32,
    #[n(1)]
    pub(super) study: &'a StudyId,
    #[n(2)]
    pub(super) vault: VaultId,
    #[n(3)]
    pub(super) author: KeyId,
    #[n(4)]
    pub(super) incarnation: Incarnation,
    #[n(5)]
    pub(super) seq: u64,
    #[n(6)]
    pub(super) items: &'a [Item],
}

/// Contents of a parcel. The fields up to `seq` repeat the core and must equal it.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ParcelContent {
    /// [`SCHEMA_1`].
    #[n(0)]
    pub schema: u32,
    /// As in the core.
    #[n(1)]
    pub study: StudyId,
    /// As in the core.
    #[n(2)]
    pub vault: VaultId,
    /// As in the core.
    #[n(3)]
    pub author: KeyId,
    /// As in the core.
    #[n(4)]
    pub incarnation: Incarnation,
    /// As in the core.
    #[cbor(n(5), decode_with = "wire::seq")]
    pub seq: u64,
    /// Items in the author's order.
    #[cbor(n(6), decode_with = "wire::list::<PARCEL_MAX_ITEMS, _, _>")]
    pub items: Vec<Item>,
}

/// One item of a parcel.
#[derive(Clone, PartialEq, Eq)]
pub enum Item {
    /// Bytes of an [`EncodedRevision`], sent again as the same bytes.
    Revision(Vec<u8>),
    /// Bytes of an [`Act`]; only keepers author these.
    Act(Vec<u8>),
    /// The device's statement, in the last parcel of a push.
    Statement(Statement),
    /// Random bytes in a device's first parcel, which only a holder of the site's key can return.
    Challenge([u8; 32]),
    /// The same bytes, in the keeper's first parcel to that device.
    ChallengeReply([u8; 32]),
    /// Predecessor on the same device, in the first parcel of an incarnation.
    Succeeds {
        /// The incarnation before.
        incarnation: Incarnation,
        /// Last sequence number that it is known to have used.
        last_seq: u64,
    },
    /// Version of the study in force from now on.
    StudyVersion {
        /// Version.
        version: u32,
        /// SHA-256 of the study's file.
        hash: Hash,
    },
}

/// Reason for which a plaintext does not decode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// Not the bytes of a parcel's content.
    #[error("not readable: {0}")]
    Undecodable(#[from] WireError),
    /// A schema or an item of a later version.
    #[error("made by a later version of the diary")]
    NewerSchema,
    /// Too many items.
    #[error("more than {PARCEL_MAX_ITEMS} items or {PARCEL_MAX_PLAIN_BYTES} bytes")]
    Oversize,
}

impl ParcelContent {
    /// Decodes a plaintext, from [`OpenedParcel`](super::OpenedParcel) or as stored by a keeper. Revisions
    /// and acts stay bytes, so that one that does not decode does not hide the others.
    ///
    /// # Errors
    /// [`ContentError`] if this version cannot read it.
    pub fn decode(plain: &[u8]) -> Result<Self, ContentError> {
        if plain.len() > PARCEL_MAX_PLAIN_BYTES {
            return Err(ContentError::Oversize);
        }
        let content: Self =
            wire::decode("parcel content", plain, PARCEL_MAX_PLAIN_BYTES).map_err(|error| match error {
                // A later version may add fields or items that fail to decode here. Quarantined as "newer",
                // the parcel is tried again after an upgrade.
                _ if newer(plain) => ContentError::NewerSchema,
                WireError::TooMany { .. } => ContentError::Oversize,
                error => ContentError::Undecodable(error),
            })?;
        if content.schema > SCHEMA_1 {
            return Err(ContentError::NewerSchema);
        }
        Ok(content)
    }
}

/// Number of items that a plaintext declares, at most [`PARCEL_MAX_ITEMS`]; 0 if it does not decode up to
/// there.
#[must_use]
pub fn items_in(plain: &[u8]) -> u64 {
    let mut d = Decoder::new(plain);
    let mut look = || -> Result<u64, decode::Error> {
        for _ in 0..d.map()?.unwrap_or(0) {
            if d.u64()? == 6 {
                return Ok(d.array()?.unwrap_or(0));
            }
            d.skip()?;
        }
        Ok(0)
    };
    look().unwrap_or(0).min(PARCEL_MAX_ITEMS as u64)
}

/// True if a plaintext that does not decode names a schema or an item of a later version.
fn newer(plain: &[u8]) -> bool {
    let mut d = Decoder::new(plain);
    let mut look = || -> Result<bool, decode::Error> {
        let fields = d.map()?.unwrap_or(0);
        for _ in 0..fields {
            match d.u64()? {
                0 if d.u32()? > SCHEMA_1 => return Ok(true),
                0 => {}
                6 => {
                    for _ in 0..d.array()?.unwrap_or(0) {
                        d.array()?;
                        if d.u32()? > ITEM_LAST {
                            return Ok(true);
                        }
                        d.skip()?;
                    }
                }
                _ => d.skip()?,
            }
        }
        Ok(false)
    };
    look().unwrap_or(false)
}

impl fmt::Debug for ParcelContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParcelContent({}/{}, {} items)", self.incarnation, self.seq, self.items.len())
    }
}

impl Item {
    /// A revision as an item.
    #[must_use]
    pub fn revision(revision: &EncodedRevision) -> Self {
        Self::Revision(revision.bytes().to_vec())
    }

    /// An act as an item.
    #[must_use]
    pub fn act(act: &Act) -> Self {
        Self::Act(wire::encode(act))
    }

    /// Upper bound of its bytes in a plaintext.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        match self {
            // Tag and head of the byte string: at most 2 and 5 bytes.
            Self::Revision(bytes) | Self::Act(bytes) => bytes.len() + 7,
            other => wire::encode(other).len(),
        }
    }

    const fn tag(&self) -> u32 {
        match self {
            Self::Revision(_) => 0,
            Self::Act(_) => 1,
            Self::Statement(_) => 2,
            Self::Challenge(_) => 3,
            Self::ChallengeReply(_) => 4,
            Self::Succeeds { .. } => 5,
            Self::StudyVersion { .. } => 6,
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Revision(_) => "Revision",
            Self::Act(_) => "Act",
            Self::Statement(_) => "Statement",
            Self::Challenge(_) => "Challenge",
            Self::ChallengeReply(_) => "ChallengeReply",
            Self::Succeeds { .. } => "Succeeds",
            Self::StudyVersion { .. } => "StudyVersion",
        }
    }
}

const ITEM_LAST: u32 = 6;

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Item::{}(..)", self.name())
    }
}

/// `[tag, payload]`.
impl<C> Encode<C> for Item {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(2)?.u32(self.tag())?;
        match self {
            Self::Revision(bytes) | Self::Act(bytes) => e.bytes(bytes)?.ok(),
            Self::Statement(statement) => statement.encode(e, ctx),
            Self::Challenge(bytes) | Self::ChallengeReply(bytes) => e.bytes(bytes)?.ok(),
            Self::Succeeds { incarnation, last_seq } => {
                e.array(2)?.encode_with(incarnation, ctx)?.u64(*last_seq)?.ok()
            }
            Self::StudyVersion { version, hash } => e.array(2)?.u32(*version)?.encode_with(hash, ctx)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Item {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        pair(d)?;
        let at = d.position();
        Ok(match d.u32()? {
            0 => Self::Revision(d.bytes()?.to_vec()),
            1 => Self::Act(d.bytes()?.to_vec()),
            2 => Self::Statement(d.decode_with(ctx)?),
            3 => Self::Challenge(minicbor::bytes::decode(d, ctx)?),
            4 => Self::ChallengeReply(minicbor::bytes::decode(d, ctx)?),
            5 => {
                pair(d)?;
                Self::Succeeds { incarnation: d.decode_with(ctx)?, last_seq: wire::seq(d, ctx)? }
            }
            6 => {
                pair(d)?;
                Self::StudyVersion { version: d.u32()?, hash: d.decode_with(ctx)? }
            }
            _ => return Err(decode::Error::message("unknown item").at(at)),
        })
    }
}

fn pair(d: &mut Decoder<'_>) -> Result<(), decode::Error> {
    let at = d.position();
    match d.array()? {
        Some(2) => Ok(()),
        _ => Err(decode::Error::message("expected a pair").at(at)),
    }
}
