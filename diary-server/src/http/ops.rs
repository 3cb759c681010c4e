//! Requests of operators and their tools, without authentication: the proxy in front restricts access.

pub mod health;
pub mod metrics;

use axum::Router;
use axum::routing::get;

use super::admission::{Audience, Bodies, Replies};
use super::error::Format;
use super::state::HttpState;

/// Operators, and whatever asks for a path that is not served.
pub(super) const PUBLIC: Audience =
    Audience { format: Format::Json, bodies: Bodies::ByHandler, replies: Replies::Counted };

/// The routes of operators.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        // Where the site enables it.
        .route("/metrics", get(metrics::show))
}
