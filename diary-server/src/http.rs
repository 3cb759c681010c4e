//! Every URL of the server.

mod admission;
pub mod api;
pub mod error;
pub mod limits;
pub mod metrics;
pub mod ops;
pub mod query;
pub mod state;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use diary_core::api as wire;

use api::{feed, hello, join, log, parcels, records, token};
use state::App;

/// Most bytes of a JSON body.
const JSON_MAX_BYTES: usize = 64 * 1024;

/// The router. A comment above each group of routes states how the caller is authenticated.
pub fn router(app: App) -> Router {
    let study = format!("{}{{hash}}", wire::STUDY);
    Router::new()
        // Public.
        .route(wire::HELLO, get(hello::hello))
        .route(&study, get(hello::study))
        .route("/healthz", get(hello::healthz))
        .route("/readyz", get(hello::readyz))
        // Public where the site enables it; the proxy in front restricts access.
        .route("/metrics", get(ops::metrics::show))
        // Authenticated by the secret of an enrolment link.
        .route(wire::JOIN, post(join::join))
        // A device, by the signatures in the request.
        .route(wire::PARCELS, post(parcels::push))
        .route(wire::TOKEN_CHALLENGE, post(token::challenge))
        .route(wire::TOKEN, post(token::token))
        // A device, by its token.
        .route(wire::VAULT_LOG, get(log::log))
        // A keeper of the bundle, at its relay, by its token.
        .route(wire::FEED, get(feed::feed))
        .route(wire::RECORDS, post(records::handover))
        .fallback(error::nothing_here)
        .method_not_allowed_fallback(error::nothing_here)
        // Of bodies that are read at once; a push reads its own.
        .layer(DefaultBodyLimit::max(JSON_MAX_BYTES))
        .layer(middleware::from_fn_with_state(app.clone(), admission::admit))
        .layer(middleware::from_fn_with_state(app.clone(), ops::metrics::count))
        .with_state(app)
}

#[cfg(test)]
mod tests;
