//! A reader's place in a server's log, in bytes and as text.

use std::fmt;
use std::str::FromStr;

use super::log::CHAIN_START;
use crate::ids::{Epoch, Hash};
use crate::wire;

/// Position of a reader in a server's log, saved together with the records before it. As text
/// `<epoch>.<n>.<chain>`, in hexadecimal except for `n`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Cursor {
    /// Epoch of the server.
    #[n(0)]
    pub epoch: Epoch,
    /// Number of the last record read; 0 before the first.
    #[cbor(n(1), decode_with = "wire::count")]
    pub n: u64,
    /// Chain value at that record.
    #[n(2)]
    pub chain: Hash,
}

impl Cursor {
    /// Position before the first record.
    #[must_use]
    pub const fn start(epoch: Epoch) -> Self {
        Self { epoch, n: 0, chain: CHAIN_START }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.epoch, self.n, self.chain)
    }
}

/// Text that is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct CursorError;

impl FromStr for Cursor {
    type Err = CursorError;
    fn from_str(text: &str) -> Result<Self, CursorError> {
        let mut parts = text.split('.');
        let mut next = || parts.next().ok_or(CursorError);
        let (epoch, n, chain) = (next()?, next()?, next()?);
        if parts.next().is_some() {
            return Err(CursorError);
        }
        Ok(Self {
            epoch: epoch.parse().map_err(|_| CursorError)?,
            // A number beyond every log matches none, and reading starts over.
            n: n.parse().map(|n: u64| n.min(wire::COUNT_MAX)).map_err(|_| CursorError)?,
            chain: chain.parse().map_err(|_| CursorError)?,
        })
    }
}
