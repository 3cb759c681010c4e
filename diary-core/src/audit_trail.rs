//! The study's audit trail: acts of staff that concern no vault, in the form that is chained, signed at
//! intervals and exported. The kinds of events are defined by the server.

use crate::hash::sha256_of;
use crate::ids::{Epoch, Hash, KeyId};
use crate::keys::certificate::{CertificateError, by_keeper};
use crate::keys::{Bundle, SigningKey};
use crate::signed::{Kind, Signed};
use crate::time::UtcMillis;
use crate::wire;

/// Value of the chain before the first row.
pub const TRAIL_START: Hash = Hash::from_bytes([0; 32]);
/// Code of the event that contains a [`Checkpoint`].
pub const CHECKPOINT_EVENT: &str = "trail.checkpoint";

/// One event of the audit trail. Holds ids and codes, never answers or names of participants.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct TrailEvent {
    /// Server's clock.
    #[n(0)]
    pub at: UtcMillis,
    /// Account, device or server that acted.
    #[n(1)]
    pub who: String,
    /// Role in which it acted.
    #[n(2)]
    pub role: String,
    /// Code of the event, for example `participant.add`.
    #[n(3)]
    pub what: String,
    /// Ids of the objects concerned, each with its kind, for example `vault=... device=...`.
    #[n(4)]
    pub target: String,
    /// Reason, if one was asked for.
    #[n(5)]
    pub reason: Option<String>,
}

/// One row of the audit trail.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct AuditRow {
    /// Number, from 1, without gaps.
    #[cbor(n(0), decode_with = "wire::count")]
    pub n: u64,
    /// Chain value including this row.
    #[n(1)]
    pub chain: Hash,
    /// Event of the row.
    #[n(2)]
    pub event: TrailEvent,
}

/// State of an audit trail, signed by the keeper at intervals. It exposes any later change to the rows before
/// it, even by the keeper itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Checkpoint {
    /// Epoch of the database.
    #[n(0)]
    pub epoch: Epoch,
    /// Number of the last row.
    #[cbor(n(1), decode_with = "wire::count")]
    pub n: u64,
    /// Chain value at that row.
    #[n(2)]
    pub chain: Hash,
    /// Server's clock.
    #[n(3)]
    pub at: UtcMillis,
    /// Id of the keeper's key.
    #[n(4)]
    pub by: KeyId,
}

/// `H("diary/trail/v1" || prev || n || at || the texts, each after its length)`, numbers as 8 bytes,
/// big-endian. The length 2^64 - 1 marks a missing reason, as opposed to an empty one.
#[must_use]
pub fn trail_chain(prev: &Hash, n: u64, event: &TrailEvent) -> Hash {
    let TrailEvent { at, who, role, what, target, reason } = event;
    let mut bytes = Vec::with_capacity(128);
    for text in [Some(who), Some(role), Some(what), Some(target), reason.as_ref()] {
        let len = text.map_or(u64::MAX, |text| text.len() as u64);
        bytes.extend_from_slice(&len.to_be_bytes());
        bytes.extend_from_slice(text.map_or(&[], String::as_bytes));
    }
    sha256_of(&[b"diary/trail/v1", prev.as_bytes(), &n.to_be_bytes(), &at.0.to_be_bytes(), &bytes])
}

impl Checkpoint {
    /// Signs the checkpoint. `keeper` must be the key of [`Self::by`].
    #[must_use]
    pub fn sign(&self, keeper: &SigningKey) -> Signed {
        Signed::sign(Kind::Checkpoint, wire::encode(self), keeper)
    }

    /// Decodes a checkpoint signed by a keeper of `bundle`.
    ///
    /// # Errors
    /// [`CertificateError`] if decoding, key or signature fail.
    pub fn verify(signed: &Signed, bundle: &Bundle) -> Result<Self, CertificateError> {
        let read: Self = wire::decode("checkpoint", signed.unverified(), 1024)?;
        by_keeper(signed, Kind::Checkpoint, bundle, read.by, Some(read.at))?;
        Ok(read)
    }

    /// Contents of the audit event for this checkpoint.
    #[must_use]
    pub fn target(&self, signed: &Signed) -> String {
        format!("n={} signed={}", self.n, wire::to_base64url(&signed.to_bytes()))
    }

    /// Signed checkpoint of an event; `None` for other events.
    ///
    /// # Errors
    /// [`wire::WireError`] where it is not readable.
    pub fn carried(event: &TrailEvent) -> Result<Option<Signed>, wire::WireError> {
        if event.what != CHECKPOINT_EVENT {
            return Ok(None);
        }
        let text = event.target.split(' ').find_map(|part| part.strip_prefix("signed="));
        let bytes = text.and_then(wire::from_base64url);
        let bytes = bytes.ok_or(wire::WireError::Malformed { what: "checkpoint", at: 0 })?;
        Signed::from_bytes(&bytes).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> TrailEvent {
        TrailEvent {
            at: UtcMillis(5),
            who: "a".to_owned(),
            role: "b".to_owned(),
            what: "c".to_owned(),
            target: "d".to_owned(),
            reason: None,
        }
    }

    #[test]
    fn every_field_and_the_border_between_fields_changes_the_chain() {
        let start = Hash::from_bytes([0; 32]);
        let base = trail_chain(&start, 1, &event());
        let others = [
            TrailEvent { at: UtcMillis(6), ..event() },
            TrailEvent { who: "ab".to_owned(), role: String::new(), ..event() },
            TrailEvent { what: "x".to_owned(), ..event() },
            TrailEvent { target: "x".to_owned(), ..event() },
            TrailEvent { reason: Some(String::new()), ..event() },
        ];
        for other in others {
            assert_ne!(trail_chain(&start, 1, &other), base, "{other:?}");
        }
        assert_ne!(trail_chain(&start, 2, &event()), base);
        assert_ne!(trail_chain(&base, 1, &event()), base);
    }
}
