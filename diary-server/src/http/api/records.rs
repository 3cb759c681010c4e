//! `POST /v1/records`: a keeper hands over what this relay is to pass on: certificates, revocations, its receipts,
//! rewraps, grants and parcels, and newer bundles with the study's files. Each record is taken by its own signature.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, header};
use axum::response::{IntoResponse, Response};
use diary_core::api::{
    CBOR, FeedRecord, HANDOVER_MAX_BYTES, HandedFile, HandoverReply, HandoverRequest, LeftCode, LinkOffer,
    LinkOffers, ProblemCode,
};
use diary_core::ids::{Hash, KeyId};
use diary_core::keys::{Bundle, ServerRole};
use diary_core::signed::Signed;
use diary_core::time::UtcMillis;

use super::feed::{keeper, signed_head};
use crate::http::api::join::take_waiting;
use crate::http::error::{ApiRefusal, Format};
use crate::http::limits::body;
use crate::http::limits::room::Asker;
use crate::http::state::HttpState;
use crate::ingest::verify::counts;
use crate::relay::verify::{named_files, of_keeper};
use diary_store::{
    ImportOutcome, ImportReport, RecordToImport, RejectedRecord, StoreError, TrailEvent, blocking,
};

/// Longest time that a keeper may take to send a body.
const PATIENCE: Duration = Duration::from_secs(60);

/// Handles a keeper that hands over.
pub async fn handover(State(app): State<HttpState>, headers: HeaderMap, request: Request<Body>) -> Response {
    match answer(&app, &headers, request).await {
        Ok(reply) => ([(header::CONTENT_TYPE, CBOR)], reply).into_response(),
        Err(refusal) => {
            tracing::info!(code = refusal.code.name(), "a handover was not taken");
            refusal.respond(Format::Cbor)
        }
    }
}

async fn answer(app: &HttpState, headers: &HeaderMap, request: Request<Body>) -> Result<Vec<u8>, ApiRefusal> {
    let from = match keeper(app, headers) {
        Err(refusal) if app.server_keys().role != ServerRole::Relay => return Err(refusal),
        from => from,
    };
    let (parts, body) = request.into_parts();
    let asker = parts.extensions.get::<Asker>().cloned().unwrap_or_default();
    let requests = app.guard().requests();
    let (body, _share) = body::whole(requests, &asker, body, HANDOVER_MAX_BYTES, PATIENCE).await?;
    let handed = HandoverRequest::from_bytes(&body).map_err(|_| ApiRefusal::bad("not a handover"))?;
    let now = app.now();
    // A keeper whose key was replaced gets no token before the bundle that names the key is here. For that bundle and the
    // files that it names the root's signature is proof enough, and for nothing else.
    let bundle_only = handed.bundle.is_some() && handed.records.is_empty() && handed.links.is_none();
    let from = match from {
        Ok(from) => Some(from),
        Err(_) if bundle_only => None,
        Err(refusal) => return Err(refusal),
    };
    if let Some(bundle) = &handed.bundle {
        take_bundle(app, from, bundle, &handed.files, now).await?;
    }
    if let Some(LinkOffers { links }) = handed.links {
        take_links(app, links, now).await?;
    }
    let bundle = app.study().bundle.clone();
    let count = handed.records.len();
    let records = handed.records.into_iter().map(|one| FeedRecord {
        n: 0,
        vault: one.vault,
        kind: one.kind,
        record: one.record.into(),
        received: now,
    });
    let records = records.collect();
    let sorted = blocking::run(move || sort(&bundle, records)).await;
    let (places, records, refused) = sorted.map_err(|_| ApiRefusal::busy())?;
    let vaults: Vec<_> = records.iter().map(|one| one.record.vault).collect();
    let report = app.store().import_handover(records, now, app.signer()).await.map_err(|error| {
        tracing::error!(%error, "a handover was not stored");
        if error.is_fatal() {
            app.disk_failed();
        }
        ApiRefusal::from(&error)
    })?;
    vaults.into_iter().for_each(|vault| app.waiters().wake(vault));
    let reply = reply(app, &report, &places, refused, handed.nonce);
    tracing::info!(count, taken = reply.taken, refused = reply.refused.len(), "a keeper handed over");
    Ok(reply.to_bytes())
}

/// Stores the links that the keeper hands over, and admits the phones that have waited for them.
async fn take_links(app: &HttpState, links: Vec<LinkOffer>, at: UtcMillis) -> Result<(), ApiRefusal> {
    app.store().put_links(links.clone(), at).await.map_err(|error| {
        tracing::error!(%error, "links were not stored");
        ApiRefusal::from(&error)
    })?;
    take_waiting(app, &links).await
}

/// Verified records with their places in the request, and the places of the others.
fn sort(bundle: &Bundle, records: Vec<FeedRecord>) -> (Vec<u32>, Vec<RecordToImport>, Vec<u32>) {
    let (mut places, mut good, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let mut codes = BTreeMap::<LeftCode, usize>::new();
    for (place, record) in (0..).zip(records) {
        match of_keeper(record, bundle) {
            Ok(record) => {
                places.push(place);
                good.push(record);
            }
            Err(RejectedRecord { code, .. }) => {
                *codes.entry(code).or_default() += 1;
                refused.push(place);
            }
        }
    }
    if !codes.is_empty() {
        tracing::warn!(codes = counts(&codes), "records handed over were refused");
    }
    (places, good, refused)
}

fn reply(
    app: &HttpState,
    report: &ImportReport,
    places: &[u32],
    mut refused: Vec<u32>,
    nonce: diary_core::ids::Nonce,
) -> HandoverReply {
    let (mut taken, mut known) = (0, 0);
    for (place, outcome) in places.iter().zip(&report.outcomes) {
        match outcome {
            ImportOutcome::Taken => taken += 1,
            ImportOutcome::Known => known += 1,
            ImportOutcome::Rejected(LeftCode::UnknownDevice) => {
                // A revocation of a device that never came here: there is nothing to pass on.
                known += 1;
            }
            ImportOutcome::Rejected(_) => refused.push(*place),
        }
    }
    HandoverReply { taken, known, refused, head: signed_head(app, report.epoch, report.head, nonce) }
}

/// Stores a bundle that is newer than the present one, and those of the files that it names. An older bundle is
/// ignored, regardless of the sender.
async fn take_bundle(
    app: &HttpState,
    from: Option<KeyId>,
    signed: &Signed,
    files: &[HandedFile],
    at: UtcMillis,
) -> Result<(), ApiRefusal> {
    let bundle = Bundle::verify(signed, &app.server_keys().root_fingerprint())
        .map_err(|_| ApiRefusal::bad("the bundle is not of this study's root"))?;
    if !bundle.replaces(&app.study().bundle) {
        return Ok(());
    }
    let own = app.server_keys().signing.id();
    if bundle.server(own).is_none_or(|server| server.role != app.server_keys().role) {
        return Err(ApiRefusal::new(ProblemCode::Forbidden, "the bundle does not name this server any more"));
    }
    // A keeper with a token says by a bundle without files that no more are to come.
    let is_last = files.is_empty() && from.is_some();
    let here = files_here(app).await?;
    let mut files = named_files(&bundle, files);
    files.retain(|file| !here.contains(&file.hash));
    let has = |hash| here.contains(&hash) || files.iter().any(|file| file.hash == hash);
    let counts = is_last || bundle.studies.iter().all(|study| has(study.hash));
    let (what, signed) = if counts {
        ("bundle.take", signed.clone())
    } else {
        // The files come one by one; the bundle is stored only once they are all here, since phones ask for what it names.
        ("bundle.files", app.study().signed_bundle.clone())
    };
    if !counts && files.is_empty() {
        return Ok(());
    }
    let event = TrailEvent {
        at,
        who: from.map_or_else(|| "a keeper without token".to_owned(), |from| from.to_string()),
        role: "keeper".to_owned(),
        what: what.to_owned(),
        target: format!("bundle={}", bundle.version),
        reason: None,
    };
    match app.put_bundle(signed, files, event).await {
        // Another process took it meanwhile.
        Ok(()) | Err(StoreError::Conflict { .. }) => {}
        Err(error) => return Err(ApiRefusal::from(&error)),
    }
    app.refresh().await.map_err(|error| {
        tracing::error!(%error, "the new bundle is not used");
        ApiRefusal::busy()
    })?;
    Ok(())
}

/// Hashes of the study's files that are here.
async fn files_here(app: &HttpState) -> Result<BTreeSet<Hash>, ApiRefusal> {
    let state = app.store().server_state().await.map_err(|error| ApiRefusal::from(&error))?;
    Ok(state.into_iter().flat_map(|state| state.files).map(|file| file.hash).collect())
}
