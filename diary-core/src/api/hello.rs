//! A server's greeting.

use super::ReplyError;
use crate::entry::ENTRY_MAX_BYTES;
use crate::ids::{Epoch, Hash, KeyId, Nonce};
use crate::keys::{Bundle, SigningKey};
use crate::parcel::{PARCEL_MAX_ITEMS, PARCEL_MAX_PLAIN_BYTES, REQUEST_MAX_BYTES};
use crate::signed::{Kind, SIGNED_MAX_BYTES, Signed};
use crate::time::UtcMillis;
use crate::wire;

/// What a server says of itself.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Hello {
    /// The server's key.
    #[n(0)]
    pub server: KeyId,
    /// Its epoch.
    #[n(1)]
    pub epoch: Epoch,
    /// Its clock.
    #[n(2)]
    pub server_time: UtcMillis,
    /// What it takes.
    #[n(3)]
    pub limits: Limits,
    /// The newest bundle it knows.
    #[n(4)]
    pub bundle: Signed,
    /// The oldest client it speaks with, for example `0.1.0`.
    #[n(5)]
    pub minimum_client: String,
    /// The request's nonce.
    #[n(6)]
    pub nonce: Nonce,
}

/// What a server takes. Servers may only raise it.
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
    /// What every server takes.
    pub const V1: Self = Self {
        entry_bytes: ENTRY_MAX_BYTES as u64,
        parcel_items: PARCEL_MAX_ITEMS as u64,
        parcel_bytes: PARCEL_MAX_PLAIN_BYTES as u64,
        request_bytes: REQUEST_MAX_BYTES as u64,
    };
}

impl Hello {
    /// Signs it. `server` must be the key of [`Self::server`].
    #[must_use]
    pub fn sign(&self, server: &SigningKey) -> Signed {
        Signed::sign(Kind::Hello, wire::encode(self), server)
    }

    /// Reads the answer to the request of `nonce`, with the bundle that it brings, whose root must be the one of
    /// `fingerprint`. Whether that bundle is newer than the one at hand says [`Bundle::replaces`].
    ///
    /// # Errors
    /// [`ReplyError`] for anything else.
    pub fn verify(signed: &Signed, fingerprint: &Hash, nonce: Nonce) -> Result<(Self, Bundle), ReplyError> {
        let hello: Self = wire::decode("hello", signed.unverified(), SIGNED_MAX_BYTES)?;
        let bundle = Bundle::verify(&hello.bundle, fingerprint)?;
        let server = bundle.server(hello.server).ok_or(ReplyError::UnknownServer)?;
        if server.retired.is_some_and(|retired| hello.server_time > retired) {
            return Err(ReplyError::UnknownServer);
        }
        signed.verify(Kind::Hello, &server.key).map_err(|_| ReplyError::Signature)?;
        if hello.nonce == nonce { Ok((hello, bundle)) } else { Err(ReplyError::NotThisRequest) }
    }
}
