//! The first step of every request: its address, its allowance, its share of the memory.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, State};
use axum::http::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::http::error::{ApiRefusal, Format};
use crate::http::limits::motion::Stage;
use crate::http::limits::room::{Asker, Share};
use crate::http::limits::{Guard, body};
use crate::http::state::HttpState;

/// Bytes of a reply that are sent without a memory reservation: the request was already carried out.
const SMALL_REPLY_BYTES: usize = 64 * 1024;

/// Most bytes of a body that is read whole.
pub(super) const JSON_MAX_BYTES: usize = 64 * 1024;

/// Way in which the bodies of an audience are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Bodies {
    /// Before the handler, within the limits of length and speed.
    Whole,
    /// By the handler, where it wants one.
    ByHandler,
}

/// Memory of an audience's replies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Replies {
    /// Each has a reservation.
    Counted,
    /// They share their content, so they need no reservation.
    Shared,
}

/// Senders of requests that have the same limits and refusals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Audience {
    /// Format of refusals.
    pub(super) format: Format,
    /// Bodies of requests.
    pub(super) bodies: Bodies,
    /// Replies.
    pub(super) replies: Replies,
}

/// First step of every request: determines its source, checks the source's allowance and reads the body where the
/// audience's are read whole.
pub(super) async fn admit(
    State((app, audience)): State<(HttpState, Audience)>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    let Audience { format, bodies, replies } = audience;
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
        if bodies == Bodies::ByHandler {
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
    let response = match replies {
        Replies::Shared => response,
        Replies::Counted => counted(guard, &asker, response, format).await,
    };
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
        return ApiRefusal::busy().respond(format);
    };
    if !share.set(bytes.len()) && bytes.len() > SMALL_REPLY_BYTES {
        return ApiRefusal::busy().respond(format);
    }
    Response::from_parts(parts, Body::from(share.keep(bytes)))
}
