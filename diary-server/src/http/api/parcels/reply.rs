//! Answer to a push, from what was committed and from what was refused before.

use diary_core::api::{
    Head, IncarnationHead, ParcelResult, ProblemCode, PushFlags, PushReply, PushStatus, RefusalCode,
};
use diary_core::ids::{Incarnation, Nonce, VaultId};
use diary_core::parcel::NO_PREVIOUS;
use diary_core::parcel::log::CHAIN_START;
use diary_core::signed::Signed;

use crate::http::error::ApiRefusal;
use crate::http::state::HttpState;
use crate::ingest::verify::not_stored;
use diary_store::{IncarnationAt, ParcelOutcome, PushOutcome, VaultHead};

// Head of the vault as shown to a device that is unknown or was turned away.
const NO_HEAD: VaultHead = VaultHead { n: 0, chain: CHAIN_START };
const NO_PARCEL: IncarnationAt = IncarnationAt { seq: 0, hash: NO_PREVIOUS };

/// Fields of the request that the reply needs.
#[derive(Clone, Copy)]
pub struct PushHeader {
    /// The vault.
    pub vault: VaultId,
    /// Incarnation whose head the reply states.
    pub incarnation: Incarnation,
    /// Repeated in the reply.
    pub nonce: Nonce,
}

/// Answer, in the order of the request's parcels; `refused` has the results of those that were not committed.
///
/// # Errors
/// [`ApiRefusal`] where the device is not known or was turned away and there is no parcel that could carry the answer.
pub fn reply(
    app: &HttpState,
    asked: PushHeader,
    refused: Vec<Option<ParcelResult>>,
    outcome: PushOutcome,
) -> Result<Vec<u8>, ApiRefusal> {
    let (results, at, head, revocation) = match outcome {
        PushOutcome::Stored { parcels, incarnation, head, revocation, added: _ } => {
            let mut stored = parcels.into_iter();
            let next =
                || stored.next().map_or_else(|| not_stored(PushStatus::Retry, RefusalCode::Busy), result);
            (fill(refused, next), incarnation, head, revocation)
        }
        PushOutcome::Unknown if refused.is_empty() => {
            let message = "the server does not know this device; its certificate or join request is needed";
            return Err(ApiRefusal::new(ProblemCode::CertificateNeeded, message));
        }
        PushOutcome::TurnedAway if refused.is_empty() => {
            return Err(ApiRefusal::new(ProblemCode::JoinRefused, "staff have turned this device away"));
        }
        PushOutcome::Unknown => {
            let again = || not_stored(PushStatus::Retry, RefusalCode::CertificateNeeded);
            (fill(refused, again), NO_PARCEL, NO_HEAD, None)
        }
        PushOutcome::TurnedAway => {
            let never = || not_stored(PushStatus::Refused, RefusalCode::JoinRefused);
            (fill(refused, never), NO_PARCEL, NO_HEAD, None)
        }
    };
    let incarnation = IncarnationHead { incarnation: asked.incarnation, seq: at.seq, hash: at.hash };
    let head = signed_head(app, asked.vault, Some(incarnation), head, asked.nonce);
    Ok(PushReply { results, head, revocation }.to_bytes())
}

/// A head that this server signs.
pub(crate) fn signed_head(
    app: &HttpState,
    vault: VaultId,
    incarnation: Option<IncarnationHead>,
    VaultHead { n, chain }: VaultHead,
    nonce: Nonce,
) -> Signed {
    let signing = &app.server_keys().signing;
    let facts = app.study();
    let (server, epoch, server_time) = (signing.id(), facts.epoch, app.now());
    let (bundle, bundle_hash) = (Some(facts.bundle.version), Some(facts.bundle_hash));
    Head { server, epoch, vault, incarnation, n, chain, server_time, nonce, bundle, bundle_hash }
        .sign(signing)
}

fn fill(refused: Vec<Option<ParcelResult>>, mut next: impl FnMut() -> ParcelResult) -> Vec<ParcelResult> {
    refused.into_iter().map(|refused| refused.unwrap_or_else(&mut next)).collect()
}

fn result(outcome: ParcelOutcome) -> ParcelResult {
    let ParcelOutcome { duplicate, gap, fork, pending, grant_needed, quarantined, receipt } = outcome;
    ParcelResult {
        status: if duplicate { PushStatus::Duplicate } else { PushStatus::Stored },
        code: None,
        flags: PushFlags { gap, fork, pending, grant_needed, quarantined },
        receipt: Some(receipt.into()),
    }
}
