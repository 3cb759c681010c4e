//! State and limits of a server, the first reply that a client asks for.

use super::ReplyError;
use crate::entry::ENTRY_MAX_BYTES;
use crate::ids::{Epoch, Hash, KeyId, Nonce};
use crate::keys::{Bundle, SigningKey};
use crate::parcel::{PARCEL_MAX_ITEMS, PARCEL_MAX_PLAIN_BYTES, REQUEST_MAX_BYTES};
use crate::signed::{Kind, SIGNED_MAX_BYTES, Signed};
use crate::time::UtcMillis;
use crate::wire;

/// State and limits of a server.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Hello {
    /// Id of the server's key.
    #[n(0)]
    pub server: KeyId,
    /// Epoch of the server.
    #[n(1)]
    pub epoch: Epoch,
    /// Server's clock.
    #[n(2)]
    pub server_time: UtcMillis,
    /// Largest sizes that it accepts.
    #[n(3)]
    pub limits: Limits,
    /// Newest bundle that it has.
    #[n(4)]
    pub bundle: Signed,
    /// Oldest client version that it accepts, for example `0.1.0`.
    #[n(5)]
    pub minimum_client: String,
    /// Nonce of the request.
    #[n(6)]
    pub nonce: Nonce,
}

/// Largest sizes that a server accepts. Servers may only raise them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Limits {
    /// Bytes of an entry.
    #[cbor(n(0), decode_with = "wire::count")]
    pub entry_bytes: u64,
    /// Items of a parcel.
    #[cbor(n(1), decode_with = "wire::count")]
    pub parcel_items: u64,
    /// Bytes of a parcel's plaintext.
    #[cbor(n(2), decode_with = "wire::count")]
    pub parcel_bytes: u64,
    /// Bytes of a request.
    #[cbor(n(3), decode_with = "wire::count")]
    pub request_bytes: u64,
}

impl Limits {
    /// Sizes that every server accepts.
    pub const V1: Self = Self {
        entry_bytes: ENTRY_MAX_BYTES as u64,
        parcel_items: PARCEL_MAX_ITEMS as u64,
        parcel_bytes: PARCEL_MAX_PLAIN_BYTES as u64,
        request_bytes: REQUEST_MAX_BYTES as u64,
    };
}

impl Hello {
    /// Signs the reply. `server` must be the key of [`Self::server`].
    #[must_use]
    pub fn sign(&self, server: &SigningKey) -> Signed {
        Signed::sign(Kind::Hello, wire::encode(self), server)
    }

    /// Decodes the reply to the request with `nonce` and the bundle in it, whose root key must have
    /// `fingerprint`. Callers compare versions with [`Bundle::replaces`].
    ///
    /// # Errors
    /// [`ReplyError`] if a check fails.
    pub fn verify(signed: &Signed, fingerprint: &Hash, nonce: Nonce) -> Result<(Self, Bundle), ReplyError> {
        let hello: Self = wire::decode("hello", signed.unverified(), SIGNED_MAX_BYTES)?;
        let bundle = Bundle::verify(&hello.bundle, fingerprint)?;
        // The key is looked up in the bundle that the reply itself brings, which the root has signed: a
        // client may know none yet.
        let server = bundle.server(hello.server).ok_or(ReplyError::UnknownServer)?;
        if server.retired.is_some_and(|retired| hello.server_time > retired) {
            return Err(ReplyError::UnknownServer);
        }
        signed.verify(Kind::Hello, &server.key).map_err(|_| ReplyError::Signature)?;
        if hello.nonce == nonce { Ok((hello, bundle)) } else { Err(ReplyError::NotThisRequest) }
    }
}
