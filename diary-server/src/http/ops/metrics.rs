//! `GET /metrics`, and the count of every answer.

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::error;
use crate::http::state::HttpState;

/// Format of the text.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Counts answers by their route; what has none is counted together.
pub(in crate::http) async fn count(
    State(app): State<HttpState>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    if let Some(metrics) = app.metrics() {
        metrics.answered(route, response.status().as_str().to_owned());
    }
    response
}

/// Handles a request for the figures.
pub(in crate::http) async fn show(State(app): State<HttpState>) -> Response {
    match app.metrics() {
        Some(metrics) => {
            ([(header::CONTENT_TYPE, TEXT)], metrics.text(app.is_full(), app.is_clock_doubted()))
                .into_response()
        }
        None => error::nothing_here().await,
    }
}
