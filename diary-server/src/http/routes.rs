//! Every URL of the server, one router for each audience: its limits, the format of its refusals, and the way in which
//! its bodies are read belong to the router, so that a new path has those of its audience.

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Router, middleware};
use diary_core::api::{FEED, HELLO, JOIN, PARCELS, RECORDS, STUDY, TOKEN, TOKEN_CHALLENGE, VAULT_LOG};

use super::admission::{self, Audience, Bodies, JSON_MAX_BYTES, Replies};
use super::api::{feed, hello, join, log, parcels, records, token};
use super::error::{self, Format};
use super::ops::{health, metrics};
use super::state::HttpState;

/// Phones and keepers; their handlers read bodies of their own limits.
const DEVICES: Audience =
    Audience { format: Format::Cbor, bodies: Bodies::ByHandler, replies: Replies::Counted };
/// Phones that are not known yet, or have no token yet.
const NEWCOMERS: Audience =
    Audience { format: Format::Json, bodies: Bodies::Whole, replies: Replies::Counted };
/// Phones that fetch a file of the study, which all replies share in memory.
const READERS: Audience =
    Audience { format: Format::Cbor, bodies: Bodies::ByHandler, replies: Replies::Shared };
/// Operators and their tools, and requests for paths that are not served.
const PUBLIC: Audience =
    Audience { format: Format::Json, bodies: Bodies::ByHandler, replies: Replies::Counted };

/// Requests of devices, and of keepers at their relay.
fn devices() -> Router<HttpState> {
    Router::new()
        // Without authentication.
        .route(HELLO, get(hello::hello))
        // By the signatures in the request.
        .route(PARCELS, post(parcels::push))
        // By a device's token.
        .route(VAULT_LOG, get(log::log))
        // By the token of a keeper of the bundle.
        .route(FEED, get(feed::feed))
        .route(RECORDS, post(records::handover))
}

/// Requests that lead to a certificate or a token.
fn newcomers() -> Router<HttpState> {
    Router::new()
        // By the secret of an enrolment link.
        .route(JOIN, post(join::join))
        // By the signatures in the request.
        .route(TOKEN_CHALLENGE, post(token::challenge))
        .route(TOKEN, post(token::token))
        .layer(DefaultBodyLimit::max(JSON_MAX_BYTES))
}

/// The study's files, without authentication.
fn readers() -> Router<HttpState> {
    Router::new().route(&format!("{STUDY}{{hash}}"), get(hello::study))
}

/// Without authentication; the proxy in front restricts access.
fn public() -> Router<HttpState> {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        // Where the site enables it.
        .route("/metrics", get(metrics::show))
        .fallback(error::nothing_here)
}

/// The router of all audiences.
pub fn router(app: HttpState) -> Router {
    let of = |routes: Router<HttpState>, audience: Audience| {
        let admit = middleware::from_fn_with_state((app.clone(), audience), admission::admit);
        routes.method_not_allowed_fallback(error::nothing_here).layer(admit)
    };
    of(devices(), DEVICES)
        .merge(of(newcomers(), NEWCOMERS))
        .merge(of(readers(), READERS))
        .merge(of(public(), PUBLIC))
        .layer(middleware::from_fn_with_state(app.clone(), metrics::count))
        .with_state(app)
}
