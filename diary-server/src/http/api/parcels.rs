//! `POST /v1/parcels`, from the socket to the reply: receive (bounded) -> verify (without the database) -> commit
//! (one writer, many pushes a transaction) -> answer. A reply states only what is on the disk.

mod allowance;
pub(crate) mod check;
pub mod reply;

use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, header};
use axum::response::{IntoResponse, Response};
use diary_core::api::{CBOR, PushRequest};
use diary_core::keys::{Bundle, ServerRole, root_fingerprint};
use diary_core::parcel::REQUEST_MAX_BYTES;
use diary_core::time::UtcMillis;

use crate::http::error::{ApiRefusal, Format};
use crate::http::limits::body;
use crate::http::limits::room::Asker;
use crate::http::limits::source::Source;
use crate::http::state::HttpState;
use crate::ingest::verify::Verified;
use crate::keys::rotation::lost_keepers;
use check::{pusher, verify};
use diary_store::{DeviceProof, LostKeepers, PushOutcome};
use reply::{PushHeader, reply};

/// Handles a push.
pub async fn push(State(app): State<HttpState>, request: Request<Body>) -> Response {
    match answer(&app, request).await {
        Ok(reply) => ([(header::CONTENT_TYPE, CBOR)], reply).into_response(),
        Err(refusal) => {
            tracing::info!(code = refusal.code.name(), "a push was not answered");
            refusal.respond(Format::Cbor)
        }
    }
}

async fn answer(app: &HttpState, request: Request<Body>) -> Result<Vec<u8>, ApiRefusal> {
    if app.ingest().is_full() {
        return Err(ApiRefusal::busy());
    }
    let (parts, body) = request.into_parts();
    let asker = parts.extensions.get::<Asker>().cloned().unwrap_or_default();
    let (guard, source) = (app.guard(), asker.source);
    let patience = guard.limits().body_patience();
    let (body, _share) = body::whole(guard.requests(), &asker, body, REQUEST_MAX_BYTES, patience).await?;
    let received = app.now();
    let Ok(push) = PushRequest::from_bytes(&body) else {
        guard.wasted(source, 0, received);
        return Err(ApiRefusal::bad("not a push request"));
    };
    drop(body);
    keep_lost_keepers(app, &push, source, received).await?;
    let asked = PushHeader { vault: push.vault, incarnation: push.incarnation, nonce: push.nonce };
    let Some(pusher) = pusher(app, &push, received).await? else {
        guard.wasted(source, 0, received);
        return reply(app, asked, vec![None; push.parcels.len()], PushOutcome::Unknown);
    };
    let device = pusher.key;
    let joining = match &pusher.proof {
        DeviceProof::Join(join) => Some(join.clone()),
        DeviceProof::Known | DeviceProof::Certificate(_) | DeviceProof::Retired(_) => None,
    };
    let Verified { to_commit, refused, bad, proven } = verify(app, push, pusher, received).await?;
    if !proven {
        guard.wasted(source, bad, received);
        return reply(app, asked, vec![None; refused.len()], PushOutcome::Unknown);
    }
    let had_evidence = to_commit.evidence.is_some();
    let signed = !(to_commit.parcels.is_empty() && to_commit.grants.is_empty());
    // Unsigned parts count against the source address alone: an attacker could otherwise use up a device's allowance.
    if bad > 0 {
        guard.wasted(source, bad, received);
    }
    if signed {
        guard.device(asked.vault, device.id(), source, received)?;
    }
    let outcome = allowance::commit(app, to_commit).await?;
    // The evidence may have made the server begin a new epoch or incarnation, which the reply must state.
    if had_evidence && let Err(error) = app.refresh().await {
        tracing::error!(%error, "what the server is now could not be read");
        return Err(ApiRefusal::busy());
    }
    if signed && matches!(outcome, PushOutcome::Stored { .. }) {
        guard.heard(source);
    }
    // A relay may not have received the link or the vault yet.
    if let (PushOutcome::Unknown, Some(join)) = (&outcome, joining) {
        super::join::wait_at_relay(app, source, *join).await?;
    }
    if matches!(outcome, PushOutcome::Stored { .. }) && app.device_key(asked.vault, device.id()).is_none() {
        app.keep_device_key(asked.vault, device);
    }
    reply(app, asked, refused, outcome)
}

/// Keeps the keys of keepers that the bundle handed over names and this server's does not. The root has signed it, so that it
/// does not matter who brings it: a device that only the lost keeper knew may.
async fn keep_lost_keepers(
    app: &HttpState,
    push: &PushRequest,
    source: Option<Source>,
    received: UtcMillis,
) -> Result<(), ApiRefusal> {
    let Some(signed) = push.evidence.as_ref().and_then(|evidence| evidence.bundle.as_ref()) else {
        return Ok(());
    };
    // A relay is given its bundles by the keeper, and may have an older one than a phone.
    if app.server_keys().role != ServerRole::Keeper {
        return Ok(());
    }
    let active = app.study();
    let Ok(bundle) = Bundle::verify(signed, &root_fingerprint(&active.bundle.root)) else {
        app.guard().wasted(source, 1, received);
        return Ok(());
    };
    let keys = lost_keepers(&active.bundle, &bundle);
    if keys.is_empty() {
        return Ok(());
    }
    let found = LostKeepers { keys, version: bundle.version, at: received };
    app.store().keep_lost_keepers(found).await.map_err(|error| {
        tracing::error!(%error, "the keys of a lost bundle could not be kept");
        ApiRefusal::from(&error)
    })
}

#[cfg(test)]
mod tests;
