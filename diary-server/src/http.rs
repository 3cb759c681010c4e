//! Every URL of the server.

mod admit;
mod metrics;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use diary_core::api;

use crate::app::App;
use crate::{error, ingest, join, log_page, relay, server_info, token};

/// Most bytes of a JSON body.
const JSON_MAX_BYTES: usize = 64 * 1024;

/// The router. A comment above each group of routes states how the caller is authenticated.
pub fn router(app: App) -> Router {
    let study = format!("{}{{hash}}", api::STUDY);
    Router::new()
        // Public.
        .route(api::HELLO, get(server_info::hello))
        .route(&study, get(server_info::study))
        .route("/healthz", get(server_info::healthz))
        .route("/readyz", get(server_info::readyz))
        // Public where the site enables it; the proxy in front restricts access.
        .route("/metrics", get(metrics::show))
        // Authenticated by the secret of an enrolment link.
        .route(api::JOIN, post(join::join))
        // A device, by the signatures in the request.
        .route(api::PARCELS, post(ingest::push))
        .route(api::TOKEN_CHALLENGE, post(token::challenge))
        .route(api::TOKEN, post(token::token))
        // A device, by its token.
        .route(api::VAULT_LOG, get(log_page::log))
        // A keeper of the bundle, at its relay, by its token.
        .route(api::FEED, get(relay::feed::feed))
        .route(api::RECORDS, post(relay::handover::handover))
        .fallback(error::nothing_here)
        .method_not_allowed_fallback(error::nothing_here)
        // Of bodies that are read at once; a push reads its own.
        .layer(DefaultBodyLimit::max(JSON_MAX_BYTES))
        .layer(middleware::from_fn_with_state(app.clone(), admit::admit))
        .layer(middleware::from_fn_with_state(app.clone(), metrics::count))
        .with_state(app)
}

#[cfg(test)]
mod tests;
