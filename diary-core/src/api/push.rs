//! Sending parcels, and what the server answers.

use minicbor::bytes::ByteVec;

use super::{REPLY_MAX_BYTES, ReplyError};
use crate::ids::{Epoch, Hash, Incarnation, KeyId, Nonce, VaultId};
use crate::keys::{Bundle, ServerRole, SigningKey, VerifyingKey};
use crate::parcel::{LogRecord, REQUEST_MAX_BYTES, Standing, VerifyError};
use crate::signed::{Kind, Signed};
use crate::time::UtcMillis;
use crate::wire::{self, WireError};

/// Parcels and what they need to be taken. Grants and parcels are bytes each, so that one that is broken spoils no
/// other.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct PushRequest {
    /// Repeated in the signed reply.
    #[n(0)]
    pub nonce: Nonce,
    /// The vault.
    #[n(1)]
    pub vault: VaultId,
    /// The incarnation whose head the reply is to tell.
    #[n(2)]
    pub incarnation: Incarnation,
    /// Certificate or join request: when first needed, or asked for.
    #[n(3)]
    pub standing: Option<Standing>,
    /// Signed grants.
    #[cbor(n(4), decode_with = "wire::list::<PUSH_MAX_GRANTS, _, _>")]
    pub grants: Vec<ByteVec>,
    /// Sealed parcels.
    #[cbor(n(5), decode_with = "wire::list::<PUSH_MAX_PARCELS, _, _>")]
    pub parcels: Vec<ByteVec>,
    /// A signed [`SealedRecoverySecret`](crate::keys::SealedRecoverySecret).
    #[n(6)]
    pub recovery: Option<Signed>,
    /// What the device holds that a server which has fallen back, or speaks in a new epoch, may have lost.
    #[n(7)]
    pub evidence: Option<Evidence>,
    /// An [`Ask`], signed by the device: without a parcel, grant or recovery secret of its own nothing else shows that it
    /// is the device that asks.
    #[n(8)]
    pub asked: Option<Signed>,
}

/// What a device signs to learn how far a server is with its vault.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Ask {
    /// The request's.
    #[n(0)]
    pub nonce: Nonce,
    /// The vault.
    #[n(1)]
    pub vault: VaultId,
    /// Whose head is to be told.
    #[n(2)]
    pub incarnation: Incarnation,
}

impl Ask {
    /// Signs it by the device's key.
    #[must_use]
    pub fn sign(&self, device: &SigningKey) -> Signed {
        Signed::sign(Kind::Ask, wire::encode(self), device)
    }
}

/// What a device hands back to a server that may have lost it. Whoever takes it verifies each part on its own: it comes
/// from a device, and only the signatures speak for it.
#[derive(Clone, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Evidence {
    /// The last signed [`Head`] that the device saw before the server fell back: how far its log had come.
    #[n(0)]
    pub head: Option<Signed>,
    /// The newest signed bundle that the device knows.
    #[n(1)]
    pub bundle: Option<Signed>,
    /// Records of the server's log of this vault as they once stood there, oldest first: certificates, revocations,
    /// grants and parcels of keepers, and keepers' receipts for the device's own parcels (those with `n` 0, since a
    /// receipt that came with a reply does not tell its own place).
    #[cbor(n(2), decode_with = "wire::list::<EVIDENCE_LIST_MAX, _, _>")]
    pub records: Vec<LogRecord>,
}

/// Most grants of a push. No device fits more than about two hundred beside their parcels.
pub const PUSH_MAX_GRANTS: usize = 256;
/// Most parcels of a push. No more than about seven hundred of the smallest fit into a request.
pub const PUSH_MAX_PARCELS: usize = 1024;
/// Most records that are read of what a device hands back: beside [`EVIDENCE_MAX_RECORDS`] the receipts for parcels
/// that are offered again.
const EVIDENCE_LIST_MAX: usize = 4 * EVIDENCE_MAX_RECORDS;
/// Most records of one [`Evidence`]; the rest goes with the next push.
pub const EVIDENCE_MAX_RECORDS: usize = 512;
/// Most bytes of the records of one [`Evidence`].
pub const EVIDENCE_MAX_BYTES: usize = 256 * 1024;

impl PushRequest {
    /// As it travels.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Whether the holder of `device` signed that it asks this.
    #[must_use]
    pub fn is_asked_by(&self, device: &VerifyingKey) -> bool {
        let this = Ask { nonce: self.nonce, vault: self.vault, incarnation: self.incarnation };
        let read = |signed: &Signed| -> Option<Ask> {
            let bytes = signed.verify(Kind::Ask, device).ok()?;
            wire::decode("ask", bytes, 256).ok()
        };
        self.asked.as_ref().and_then(read) == Some(this)
    }

    /// Reads a request. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] where it is none or too large.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("push request", bytes, REQUEST_MAX_BYTES)
    }
}

/// What became of one parcel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum PushStatus {
    /// Stored now; the receipt says so.
    #[n(0)]
    Stored,
    /// Was there already; the receipt is the same.
    #[n(1)]
    Duplicate,
    /// Not stored; to be sent again, with what the code asks for.
    #[n(2)]
    Retry,
    /// Not stored; sending it again will not help. The device keeps it and says so.
    #[n(3)]
    Refused,
}

crate::wire::codes!(
    /// Why a parcel was not stored.
    RefusalCode {
        /// The server does not know the device: certificate or join request, please.
        1 CertificateNeeded "certificate-needed",
        /// The server cannot take it now.
        2 Busy "busy",
        /// Not readable.
        3 Undecodable "undecodable",
        /// Too large.
        4 Oversize "oversize",
        /// Of a suite that the server does not know.
        5 Suite "suite",
        /// Contradicts itself.
        6 Core "core",
        /// The signature does not fit.
        7 Signature "signature",
        /// Of another vault than the request or the device's certificate.
        8 WrongVault "wrong-vault",
        /// Staff have turned the device away.
        9 JoinRefused "join-refused",
    }
);

impl From<&VerifyError> for RefusalCode {
    fn from(error: &VerifyError) -> Self {
        match error {
            VerifyError::Undecodable(_) => Self::Undecodable,
            VerifyError::Oversize { .. } => Self::Oversize,
            VerifyError::Suite { .. } => Self::Suite,
            VerifyError::Core => Self::Core,
            VerifyError::Author | VerifyError::Signature => Self::Signature,
        }
    }
}

/// What else there is to know of a parcel. Travels as bits; those of later versions are overlooked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PushFlags {
    /// An earlier parcel of the incarnation is missing.
    pub gap: bool,
    /// Another parcel stands in the same place; both are kept.
    pub fork: bool,
    /// The device is not yet confirmed; stored, not merged.
    pub pending: bool,
    /// The grant is missing; stored, not opened. Grants are sent with every push until a reply comes without this.
    pub grant_needed: bool,
    /// Stored, and in quarantine.
    pub quarantined: bool,
}

impl<C> minicbor::Encode<C> for PushFlags {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let Self { gap, fork, pending, grant_needed, quarantined } = *self;
        let bits = [gap, fork, pending, grant_needed, quarantined];
        e.u32(bits.iter().rev().fold(0, |all, bit| all << 1 | u32::from(*bit)))?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for PushFlags {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bits = d.u32()?;
        let bit = |n: u32| bits >> n & 1 == 1;
        Ok(Self { gap: bit(0), fork: bit(1), pending: bit(2), grant_needed: bit(3), quarantined: bit(4) })
    }
}

/// What became of one parcel of a request.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ParcelResult {
    /// What became of it.
    #[n(0)]
    pub status: PushStatus,
    /// Why, where it was not stored.
    #[n(1)]
    pub code: Option<RefusalCode>,
    /// What else there is to know.
    #[n(2)]
    pub flags: PushFlags,
    /// The bytes of a [`Receipt`](crate::parcel::Receipt), where it is stored.
    #[n(3)]
    pub receipt: Option<ByteVec>,
}

/// The answer to a [`PushRequest`].
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct PushReply {
    /// One for each parcel, in the request's order.
    #[cbor(n(0), decode_with = "wire::list::<PUSH_MAX_PARCELS, _, _>")]
    pub results: Vec<ParcelResult>,
    /// A signed [`Head`].
    #[n(1)]
    pub head: Signed,
    /// The signed [`Revocation`](crate::keys::Revocation) of the device that pushed, where it was revoked.
    #[n(2)]
    pub revocation: Option<Signed>,
}

impl PushReply {
    /// As it travels.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Reads a reply. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] for anything else, for example the page of a captive portal.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("push reply", bytes, REPLY_MAX_BYTES)
    }
}

/// How far a server is with a vault, signed by it as [`Kind::Head`].
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Head {
    /// The server's key.
    #[n(0)]
    pub server: KeyId,
    /// Its epoch.
    #[n(1)]
    pub epoch: Epoch,
    /// The vault.
    #[n(2)]
    pub vault: VaultId,
    /// How far it is with the incarnation that was asked for.
    #[n(3)]
    pub incarnation: Option<IncarnationHead>,
    /// Last number of its log of the vault; 0 where there is none.
    #[cbor(n(4), decode_with = "wire::record_number")]
    pub n: u64,
    /// The chain at that number.
    #[n(5)]
    pub chain: Hash,
    /// Its clock.
    #[n(6)]
    pub server_time: UtcMillis,
    /// The request's nonce.
    #[n(7)]
    pub nonce: Nonce,
    /// Version of the newest bundle it knows, so that nobody has to ask for it to learn that there is none newer.
    #[cbor(n(8), decode_with = "wire::optional_count", nil = "wire::absent")]
    pub bundle: Option<u64>,
}

/// How far a server is with an incarnation: the last parcel up to which none is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct IncarnationHead {
    /// The incarnation.
    #[n(0)]
    pub incarnation: Incarnation,
    /// That parcel's number; 0 where there is none.
    #[cbor(n(1), decode_with = "wire::seq")]
    pub seq: u64,
    /// Hash of its core; [`NO_PREVIOUS`](crate::parcel::NO_PREVIOUS) where there is none.
    #[n(2)]
    pub hash: Hash,
}

impl Head {
    /// Whether the server speaks of a newer bundle than `held`: its greeting is to be asked for.
    #[must_use]
    pub fn knows_newer(&self, held: &Bundle) -> bool {
        self.bundle.is_some_and(|version| version > held.version)
    }

    /// Signs it. `server` must be the key of [`Self::server`].
    #[must_use]
    pub fn sign(&self, server: &SigningKey) -> Signed {
        Signed::sign(Kind::Head, wire::encode(self), server)
    }

    /// What a head says, where it was verified before. Verifies nothing.
    #[must_use]
    pub fn peek(signed: &Signed) -> Option<Self> {
        wire::decode("head", signed.unverified(), 1024).ok()
    }

    /// Reads the head of `vault` that a server of `bundle` signed in answer to the request of `nonce`, with that
    /// server's role.
    ///
    /// # Errors
    /// [`ReplyError`] for anything else.
    pub fn verify(
        signed: &Signed,
        bundle: &Bundle,
        vault: VaultId,
        nonce: Nonce,
    ) -> Result<(ServerRole, Self), ReplyError> {
        let head: Self = wire::decode("head", signed.unverified(), 1024)?;
        let server = bundle.server(head.server).ok_or(ReplyError::UnknownServer)?;
        if server.retired.is_some_and(|retired| head.server_time > retired) {
            return Err(ReplyError::UnknownServer);
        }
        signed.verify(Kind::Head, &server.key).map_err(|_| ReplyError::Signature)?;
        if head.nonce == nonce && head.vault == vault {
            Ok((server.role, head))
        } else {
            Err(ReplyError::NotThisRequest)
        }
    }
}
