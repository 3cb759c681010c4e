//! `POST /v1/join`: a device asks to be admitted. The store decides about the request; staff compare the six digits
//! later.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use diary_core::api::{JoinBody, JoinReply, LinkOffer, ProblemCode};
use diary_core::keys::{JoinError, ServerRole};

use crate::http::error::{ApiRefusal, Format};
use crate::http::limits::join_throttle::{Failures, JoinTry};
use crate::http::limits::source::Source;
use crate::http::state::HttpState;
use diary_store::{JoinOutcome, JoinToTake, TrailEvent};

/// Seconds after which an address may ask again that has too many requests waiting.
const CROWDED_S: u32 = 3600;

/// Handles a join request.
pub async fn join(State(app): State<HttpState>, source: Option<Extension<Source>>, body: Bytes) -> Response {
    match guarded(&app, source.map(|source| source.0), &body).await {
        Ok(reply) => Json(reply).into_response(),
        Err(refusal) => {
            tracing::info!(code = refusal.code.name(), "a join request was not answered");
            refusal.respond(Format::Json)
        }
    }
}

/// Processes a request unless its source has exceeded the limit of failed ones, and writes a row of the audit trail
/// with the number of failures from time to time.
async fn guarded(app: &HttpState, source: Option<Source>, body: &[u8]) -> Result<JoinReply, ApiRefusal> {
    let now = app.now();
    app.guard().may_join(source, now)?;
    let answered = answer(app, source, body).await;
    let guessed = answered.as_ref().err().is_some_and(|refusal| {
        matches!(refusal.code, ProblemCode::BadRequest | ProblemCode::LinkUnknown | ProblemCode::TooMany)
    });
    let tried = if guessed { JoinTry::Guessed } else { JoinTry::WithLink };
    if let Some(failures) = app.guard().joined(source, tried, now) {
        tell(app, failures).await;
    }
    answered
}

/// Writes the failures since the last row of the audit trail, before the server ends.
pub async fn tell_untold(app: &HttpState) {
    if let Some(failures) = app.guard().untold() {
        tell(app, failures).await;
    }
}

async fn tell(app: &HttpState, Failures { count, sources }: Failures) {
    tracing::warn!(count, sources, "join requests were not made with any link");
    let event = TrailEvent {
        at: app.now(),
        who: app.server_keys().signing.id().to_string(),
        role: "server".to_owned(),
        what: "join.failed".to_owned(),
        target: format!("count={count} sources={sources}"),
        reason: None,
    };
    if let Err(error) = app.store().record_event(event).await {
        tracing::error!(%error, "the trail does not say that join requests failed");
    }
}

async fn answer(app: &HttpState, source: Option<Source>, body: &[u8]) -> Result<JoinReply, ApiRefusal> {
    let received = app.now();
    let body: JoinBody = serde_json::from_slice(body).map_err(|_| ApiRefusal::bad("not a join request"))?;
    let signed = body.request().map_err(|_| ApiRefusal::bad("not a join request"))?;
    let request = signed.verify().map_err(|error| match error {
        JoinError::Undecodable(_) => ApiRefusal::bad("not a join request"),
        JoinError::Signature => ApiRefusal::bad("the join request is not signed by its own key"),
        JoinError::SealingKey => ApiRefusal::bad("the join request's sealing key is not valid"),
        JoinError::Secret => ApiRefusal::bad("the join request was not made with the link"),
    })?;
    let (vault, device) = (request.vault, request.signing);
    let join = JoinToTake { signed, request, received, pushed: false };
    match take(app, join.clone()).await? {
        JoinOutcome::Joined { site, certificate } => {
            tracing::info!(%vault, device = %device.id(), "a device has joined");
            app.keep_device_key(vault, device);
            app.guard().heard(source);
            app.waiters().wake(vault);
            // A site that was added a moment ago by another process stands in the database before it is seen here, and the
            // phone needs its keys.
            if app.study().bundle.site_key(&site).is_none()
                && let Err(error) = app.refresh().await
            {
                tracing::error!(%error, "the newest bundle is not served");
            }
            let site = app.site_of_join(site);
            Ok(JoinReply::new(body.nonce, site, &app.study().signed_bundle, certificate.as_ref()))
        }
        JoinOutcome::Unknown => {
            let message = "the link is unknown, or the request was not made with it";
            Err(ApiRefusal::new(ProblemCode::LinkUnknown, message))
        }
        // It waits as it would at the keeper, until the keeper hands over the link.
        JoinOutcome::NotHeardOf => {
            if app.guard().join_room().wait(source, join, received) {
                Ok(JoinReply::new(
                    body.nonce,
                    app.site_of_join(app.server_keys().site.clone()),
                    &app.study().signed_bundle,
                    None,
                ))
            } else {
                let message = "too many phones of this address wait for the hospital; try again later";
                Err(ApiRefusal { code: ProblemCode::TooMany, message, retry_after_s: Some(CROWDED_S) })
            }
        }
        JoinOutcome::Used => Err(ApiRefusal::new(ProblemCode::LinkUsed, "another device has used the link")),
        JoinOutcome::Expired => {
            Err(ApiRefusal::new(ProblemCode::LinkExpired, "the link has expired; staff can make another one"))
        }
        JoinOutcome::Revoked => {
            Err(ApiRefusal::new(ProblemCode::JoinRefused, "staff have turned this device away"))
        }
    }
}

async fn take(app: &HttpState, join: JoinToTake) -> Result<JoinOutcome, ApiRefusal> {
    app.store().take_join(join).await.map_err(|error| {
        tracing::error!(%error, "a join request was not taken");
        ApiRefusal::from(&error)
    })
}

/// At a relay: a join request that came with the push of an unknown device is taken, or waits until its link is
/// known.
///
/// # Errors
/// [`ApiRefusal`] where the database does not answer.
pub async fn wait_at_relay(
    app: &HttpState,
    source: Option<Source>,
    join: JoinToTake,
) -> Result<(), ApiRefusal> {
    if app.server_keys().role == ServerRole::Relay
        && take(app, join.clone()).await? == JoinOutcome::NotHeardOf
    {
        app.guard().join_room().wait(source, join, app.now());
    }
    Ok(())
}

/// At a relay: takes the requests that have waited for these links.
///
/// # Errors
/// [`ApiRefusal`] where the database does not answer; those that were not taken come again with a push of their phone.
pub async fn take_waiting(app: &HttpState, links: &[LinkOffer]) -> Result<(), ApiRefusal> {
    let known = app.guard().join_room().known(links);
    for join in known {
        let (vault, outcome) = (join.request.vault, take(app, join).await?);
        tracing::info!(%vault, taken = matches!(outcome, JoinOutcome::Joined { .. }), "a phone has waited for its link");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
