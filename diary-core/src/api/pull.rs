//! Reading of a vault's log, page by page.

use super::{Cursor, Head, PAGE_RECORDS, REPLY_MAX_BYTES};
use crate::parcel::{LogError, LogRecord, follow};
use crate::signed::Signed;
use crate::wire::{self, WireError};

/// A page of a vault's log, without gaps.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct LogPage {
    /// Number of the record before the page: the cursor's, or 0 if the cursor is of another epoch or chain.
    #[cbor(n(0), decode_with = "wire::record_number")]
    pub after: u64,
    /// The records.
    #[cbor(n(1), decode_with = "wire::list::<PAGE_RECORDS, _, _>")]
    pub records: Vec<LogRecord>,
    /// Signed [`Head`].
    #[n(2)]
    pub head: Signed,
}

/// Mismatch between a page and the reader's position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// It starts neither at the cursor nor at the beginning.
    #[error("the page starts after record {after}, which is neither the cursor's nor the beginning")]
    Start {
        /// Number of the record before the page.
        after: u64,
    },
    /// Its records have gaps, or do not reach the chain value of the head.
    #[error("{0}")]
    Log(#[from] LogError),
}

impl LogPage {
    /// Encoded form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// Decodes a page. Verifies nothing.
    ///
    /// # Errors
    /// [`WireError`] if the bytes do not decode, for example those of a captive portal's page.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        wire::decode("log page", bytes, REPLY_MAX_BYTES)
    }

    /// Position of a reader after this page; `head` must be its verified head. A page that starts over is
    /// followed from the beginning, although the reader has most of its records.
    ///
    /// # Errors
    /// [`PageError`]; the reader then keeps its cursor.
    pub fn follow(&self, cursor: Option<&Cursor>, head: &Head) -> Result<Cursor, PageError> {
        // A cursor of another epoch or chain is of a database that was restored since: the page then starts
        // over.
        let start = match cursor {
            Some(at) if at.n == self.after && at.epoch == head.epoch => *at,
            _ if self.after == 0 => Cursor::start(head.epoch),
            _ => return Err(PageError::Start { after: self.after }),
        };
        let chain = follow(start.n, &start.chain, &self.records)?;
        let n = self.records.last().map_or(start.n, |record| record.n);
        // A page may end before the head. Only at the head's own number can the chain values be compared.
        if n > head.n || (n == head.n && chain != head.chain) {
            return Err(LogError::Chain.into());
        }
        Ok(Cursor { epoch: head.epoch, n, chain })
    }
}
