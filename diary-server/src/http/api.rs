//! The API of devices, and of keepers at their relay: every URL of it, one handler a file.

pub mod feed;
pub mod hello;
pub mod join;
pub mod log;
pub mod parcels;
pub mod records;
pub mod token;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use diary_core::api::{FEED, HELLO, JOIN, PARCELS, RECORDS, STUDY, TOKEN, TOKEN_CHALLENGE, VAULT_LOG};

use super::admission::{Audience, Bodies, JSON_MAX_BYTES, Replies};
use super::error::Format;
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

/// The routers of the API, by audience. A comment above each group of routes states how the caller is authenticated.
pub(super) fn routers() -> [(Audience, Router<HttpState>); 3] {
    let devices = Router::new()
        // Not at all.
        .route(HELLO, get(hello::hello))
        // By the signatures in the request.
        .route(PARCELS, post(parcels::push))
        // By a device's token.
        .route(VAULT_LOG, get(log::log))
        // By the token of a keeper of the bundle.
        .route(FEED, get(feed::feed))
        .route(RECORDS, post(records::handover));
    let newcomers = Router::new()
        // By the secret of an enrolment link.
        .route(JOIN, post(join::join))
        // By the signatures in the request.
        .route(TOKEN_CHALLENGE, post(token::challenge))
        .route(TOKEN, post(token::token))
        .layer(DefaultBodyLimit::max(JSON_MAX_BYTES));
    // Not at all.
    let readers = Router::new().route(&format!("{STUDY}{{hash}}"), get(hello::study));
    [(DEVICES, devices), (NEWCOMERS, newcomers), (READERS, readers)]
}
