//! `GET /metrics`, where it is configured: figures of the traffic for operators, in the Prometheus text format.
//! Labels are routes as written in [`crate::http`] and status codes; nothing of a request appears in them.

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::{counter, gauge, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

use crate::app::App;

/// Format of the text.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Figures of one server.
pub struct Metrics(PrometheusRecorder);

impl Metrics {
    /// Nothing is counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self(PrometheusBuilder::new().build_recorder())
    }

    fn answered(&self, route: String, response: &Response) {
        let status = response.status().as_str().to_owned();
        with_local_recorder(&self.0, || {
            counter!("diary_requests_total", "route" => route, "status" => status).increment(1);
        });
    }

    fn text(&self, app: &App) -> String {
        let flag = |is: bool| if is { 1.0 } else { 0.0 };
        with_local_recorder(&self.0, || {
            gauge!("diary_database_full").set(flag(app.is_full()));
            gauge!("diary_clock_doubted").set(flag(app.is_clock_doubted()));
        });
        self.0.handle().render()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// Counts replies by route; requests without a route are counted together.
pub async fn count(State(app): State<App>, request: Request<Body>, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    if let Some(metrics) = app.metrics() {
        metrics.answered(route, &response);
    }
    response
}

/// Handles a request for the figures.
pub async fn show(State(app): State<App>) -> Response {
    match app.metrics() {
        Some(metrics) => ([(header::CONTENT_TYPE, TEXT)], metrics.text(&app)).into_response(),
        None => crate::error::nothing_here().await,
    }
}
