//! The first step of every request: its address, its allowance, its share of the memory.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, State};
use axum::http::Request;
use axum::middleware::Next;
use axum::response::Response;
use diary_core::api;

use super::JSON_MAX_BYTES;
use crate::http::error::{Format, Refusal};
use crate::http::limits::motion::Stage;
use crate::http::limits::room::{Asker, Share};
use crate::http::limits::{Guard, body};
use crate::http::state::App;

/// Bytes of a reply that are sent without a memory reservation: the request was already carried out.
const SMALL_REPLY_BYTES: usize = 64 * 1024;

/// First step of every request: determines its source, checks the source's allowance and, for a JSON body, reads it
/// within the limits of length and speed. Other bodies are read by their handlers.
pub(super) async fn admit(State(app): State<App>, mut request: Request<Body>, next: Next) -> Response {
    let path = request.uri().path();
    let json = path == api::JOIN || path == api::TOKEN || path == api::TOKEN_CHALLENGE;
    let format = if json { Format::Json } else { Format::Cbor };
    // The study's files are shared in memory between all replies, so they need no reservation.
    let shared = path.starts_with(api::STUDY);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    let guard = app.guard();
    let source = guard.source_of(peer, request.headers());
    let asker = guard.asker(source, peer);
    let begins = |stage| asker.motion.iter().for_each(|motion| motion.begins(stage));
    begins(if request.body().is_end_stream() { Stage::Work } else { Stage::Body });
    let response = async {
        if let Some(source) = source {
            if let Err(refusal) = guard.source(source, app.now()) {
                return refusal.respond(format);
            }
            request.extensions_mut().insert(source);
        }
        request.extensions_mut().insert(asker.clone());
        if !json {
            return next.run(request).await;
        }
        let patience = guard.limits().body_patience();
        let (parts, body) = request.into_parts();
        match body::whole(guard.requests(), &asker, body, JSON_MAX_BYTES, patience).await {
            Ok((body, _share)) => next.run(Request::from_parts(parts, Body::from(body))).await,
            Err(refusal) => refusal.respond(format),
        }
    }
    .await;
    let response = if shared { response } else { counted(guard, &asker, response, format).await };
    begins(Stage::Reply);
    response
}

/// A reply that has its share of the memory for replies until it is written.
async fn counted(guard: &Guard, asker: &Asker, mut response: Response, format: Format) -> Response {
    let share = response.extensions_mut().remove::<Arc<Share>>();
    let share = share.unwrap_or_else(|| Arc::new(guard.replies().begin(asker.clone())));
    let (parts, body) = response.into_parts();
    // Every reply is complete in memory before it is sent, so its size is known.
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return Refusal::busy().respond(format);
    };
    if !share.set(bytes.len()) && bytes.len() > SMALL_REPLY_BYTES {
        return Refusal::busy().respond(format);
    }
    Response::from_parts(parts, Body::from(share.keep(bytes)))
}
