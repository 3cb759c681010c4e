//! Sending of parcels, and the server's reply.

use minicbor::bytes::ByteVec;

use super::{REPLY_MAX_BYTES, ReplyError};
use crate::ids::{Epoch, Hash, Incarnation, KeyId, Nonce, VaultId};
use crate::keys::{Bundle, ServerRole, SigningKey, VerifyingKey};
use crate::parcel::{DeviceCredential, LogRecord, REQUEST_MAX_BYTES, VerifyError};
use crate::signed::{Kind, Signed};
use crate::time::UtcMillis;
use crate::wire::{self, WireError};

/// Parcels to store, with everything needed to verify them. Grants and parcels are bytes each, so that a
/// broken one does not affect the others.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct PushRequest {
    /// Nonce, repeated in the signed reply.
    #[n(0)]
    pub nonce: Nonce,
    /// The vault.
    #[n(1)]
    pub vault: VaultId,
    /// Incarnation whose state the reply must contain.
    #[n(2)]
    pub incarnation: Incarnation,
    /// Certificate or join request: with the first push, or if asked for.
    #[n(3)]
    pub credential: Option<DeviceCredential>,
    /// Signed grants.
    #[cbor(n(4), decode_with = "wire::list::<PUSH_MAX_GRANTS, _, _>")]
    pub grants: Vec<ByteVec>,
    /// Sealed parcels.
    #[cbor(n(5), decode_with = "wire::list::<PUSH_MAX_PARCELS, _, _>")]
    pub parcels: Vec<ByteVec>,
    /// Signed [`SealedRecoverySecret`](crate::keys::SealedRecoverySecret).
    #[n(6)]
    pub recovery: Option<Signed>,
    /// Records that a server may have lost that has fallen back or has a new epoch.
    #[n(7)]
    pub evidence: Option<Evidence>,
    /// Signed [`Ask`]. A push without a parcel, grant or recovery secret has no other proof that the device
    /// made it.
    #[n(8)]
    pub asked: Option<Signed>,
}

/// Signed request for the state of a server's log of a vault.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Ask {
    /// Nonce of the push.
    #[n(0)]
    pub nonce: Nonce,
    /// The vault.
    #[n(1)]
    pub vault: VaultId,
    /// Incarnation whose state is asked for.
    #[n(2)]
    pub incarnation: Incarnation,
}

impl Ask {
    /// Signs it with the device's key.
    #[must_use]
    pub fn sign(&self, device: &SigningKey) -> Signed {
        Signed::sign(Kind::Ask, wire::encode(self), device)
    }
}

/// Records that a device sends to a server that may have lost them. The server verifies each by its own
/// signature, since the device is not trusted with them.
#[derive(Clone, PartialEq, Eq, Debug, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Evidence {
    /// Last signed [`Head`] seen before the server fell back, which shows the length its log had.
    #[n(0)]
    pub head: Option<Signed>,
    /// Newest signed bundle that the device has.
    #[n(1)]
    pub bundle: Option<Signed>,
    /// Records of the server's earlier log of this vault, oldest first: certificates, revocations, grants and
    /// parcels of keepers, and keepers' receipts for the device's own parcels (with `n` 0, because a receipt
    /// in a reply does not contain its own number).
    #[cbor(n(2), decode_with = "wire::list::<EVIDENCE_LIST_MAX, _, _>")]
    pub records: Vec<LogRecord>,
}

/// Most grants of a push. No more than about two hundred fit into one with parcels.
pub const PUSH_MAX_GRANTS: usize = 256;
/// Most parcels of a push. No more than about seven hundred of the smallest fit into a request.
pub const PUSH_MAX_PARCELS: usize = 1024;
/// Most records decoded of a device's [`Evidence`]: besides [`EVIDENCE_MAX_RECORDS`] the receipts for parcels
/// that are offered again.
const EVIDENCE_LIST_MAX: usize = 4 * EVIDENCE_MAX_RECORDS;
/// Most records of one [`Evidence`]; the rest follows with the next push.
pub const EVIDENCE_MAX_RECORDS: usize = 512;
/// Most bytes of the records of one [`Evidence`].
pub const EVIDENCE_MAX_BYTES: usize = 256 * 1024;

impl PushRequest {
    /// Encoded form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// True if its [`Ask`] is for this request and signed by `device`.
    #[must_use]
    pub fn is_asked_by(&self, device: &VerifyingKey) -> bool {
        let this = Ask { nonce: self.nonce, vault: self.vault, incarnation: self.incarnation };
        let read = |signed: &Signed| -> Option<Ask> {
            let bytes = signed.verify(Kind::Ask, device).ok()?;
            wire::decode("ask", bytes, 256).ok()
        };
        self.asked.as_ref().and_then(read) == Some(this)
    }

    /// Decodes a request. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if it does not decode or is too large.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("push request", bytes, REQUEST_MAX_BYTES)
    }
}

/// Outcome for one parcel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum PushStatus {
    /// Stored now, with a receipt.
    #[n(0)]
    Stored,
    /// Stored before; the receipt is the same.
    #[n(1)]
    Duplicate,
    /// Not stored; to be sent again, with the item that the code names.
    #[n(2)]
    Retry,
    /// Not stored; sending it again does not help. The device keeps it and shows that.
    #[n(3)]
    Refused,
}

crate::wire::codes!(
    /// Reason for which a parcel was not stored.
    RefusalCode {
        /// The server does not know the device and needs its certificate or join request.
        1 CertificateNeeded "certificate-needed",
        /// The server cannot store it at present.
        2 Busy "busy",
        /// The parcel does not decode.
        3 Undecodable "undecodable",
        /// Too large.
        4 Oversize "oversize",
        /// A suite that the server does not know.
        5 Suite "suite",
        /// The core contradicts itself or the body.
        6 Core "core",
        /// The signature does not fit.
        7 Signature "signature",
        /// Another vault than that of the request or the device's certificate.
        8 WrongVault "wrong-vault",
        /// Staff have refused the device.
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

/// Further state of a parcel. Encoded as bits; those of later versions are ignored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PushFlags {
    /// An earlier parcel of the incarnation is missing.
    pub gap: bool,
    /// Another parcel has the same place in the chain; both are kept.
    pub fork: bool,
    /// The device is not confirmed yet; the parcel is stored and not merged.
    pub pending: bool,
    /// The grant is missing; the parcel is stored and not opened. Grants are sent with every push until a
    /// reply comes without this flag.
    pub grant_needed: bool,
    /// Stored and in quarantine.
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

/// Outcome for one parcel of a request.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ParcelResult {
    /// Outcome.
    #[n(0)]
    pub status: PushStatus,
    /// Reason, if it was not stored.
    #[n(1)]
    pub code: Option<RefusalCode>,
    /// Further state.
    #[n(2)]
    pub flags: PushFlags,
    /// Bytes of a [`Receipt`](crate::parcel::Receipt), if it is stored.
    #[n(3)]
    pub receipt: Option<ByteVec>,
}

/// Reply to a [`PushRequest`].
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct PushReply {
    /// Results in the order of the request's parcels.
    #[cbor(n(0), decode_with = "wire::list::<PUSH_MAX_PARCELS, _, _>")]
    pub results: Vec<ParcelResult>,
    /// Signed [`Head`].
    #[n(1)]
    pub head: Signed,
    /// Signed [`Revocation`](crate::keys::Revocation) of the device that pushed, if it was revoked.
    #[n(2)]
    pub revocation: Option<Signed>,
}

impl PushReply {
    /// Encoded form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes a reply. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if the bytes do not decode, for example those of a captive portal's page.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("push reply", bytes, REPLY_MAX_BYTES)
    }
}

/// State of a server's log of a vault, signed by it as [`Kind::Head`].
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Head {
    /// Id of the server's key.
    #[n(0)]
    pub server: KeyId,
    /// Epoch of the server.
    #[n(1)]
    pub epoch: Epoch,
    /// The vault.
    #[n(2)]
    pub vault: VaultId,
    /// State of the incarnation that was asked for.
    #[n(3)]
    pub incarnation: Option<IncarnationHead>,
    /// Last number of the server's log of the vault; 0 if it is empty.
    #[cbor(n(4), decode_with = "wire::record_number")]
    pub n: u64,
    /// Chain value at that number.
    #[n(5)]
    pub chain: Hash,
    /// Server's clock.
    #[n(6)]
    pub server_time: UtcMillis,
    /// Nonce of the request.
    #[n(7)]
    pub nonce: Nonce,
    /// Version of the newest bundle that the server has, so that devices ask for newer ones alone.
    #[cbor(n(8), decode_with = "wire::optional_count", nil = "wire::absent")]
    pub bundle: Option<u64>,
    /// SHA-256 of that bundle as it is signed: a server that was restored may sign another one under the same version.
    #[n(9)]
    pub bundle_hash: Option<Hash>,
}

/// Last parcel of an incarnation before the first gap, at a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct IncarnationHead {
    /// The incarnation.
    #[n(0)]
    pub incarnation: Incarnation,
    /// Sequence number of that parcel; 0 if there is none.
    #[cbor(n(1), decode_with = "wire::seq")]
    pub seq: u64,
    /// Hash of its core; [`NO_PREVIOUS`](crate::parcel::NO_PREVIOUS) if there is none.
    #[n(2)]
    pub hash: Hash,
}

impl Head {
    /// True if the server has another bundle than `held`, whose signed bytes have the SHA-256 `hash`: the device then asks
    /// for it. It is a newer one, or the server has lost `held`.
    #[must_use]
    pub fn knows_other(&self, held: &Bundle, hash: &Hash) -> bool {
        self.bundle.is_some_and(|version| version > held.version)
            || self.bundle_hash.is_some_and(|other| other != *hash)
    }

    /// Signs the head. `server` must be the key of [`Self::server`].
    #[must_use]
    pub fn sign(&self, server: &SigningKey) -> Signed {
        Signed::sign(Kind::Head, wire::encode(self), server)
    }

    /// Decodes a head that was verified before. Verifies nothing.
    #[must_use]
    pub fn peek(signed: &Signed) -> Option<Self> {
        wire::decode("head", signed.unverified(), 1024).ok()
    }

    /// Decodes the head of `vault` that a server of `bundle` signed in reply to the request with `nonce`, and
    /// returns it with that server's role.
    ///
    /// # Errors
    /// [`ReplyError`] if a check fails.
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
