//! `GET /metrics`, where it is configured: figures of the traffic for operators, in the Prometheus text format.
//! Labels are routes as written in [`crate::http`] and status codes; nothing of a request appears in them.

use metrics::{counter, gauge, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

/// Figures of one server.
pub struct Metrics(PrometheusRecorder);

impl Metrics {
    /// Nothing is counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self(PrometheusBuilder::new().build_recorder())
    }

    /// Counts one answer with its status.
    pub fn answered(&self, route: String, status: String) {
        with_local_recorder(&self.0, || {
            counter!("diary_requests_total", "route" => route, "status" => status).increment(1);
        });
    }

    /// All figures as text, with the state of the database and of the clock.
    #[must_use]
    pub fn text(&self, full: bool, clock_doubted: bool) -> String {
        let flag = |is: bool| if is { 1.0 } else { 0.0 };
        with_local_recorder(&self.0, || {
            gauge!("diary_database_full").set(flag(full));
            gauge!("diary_clock_doubted").set(flag(clock_doubted));
        });
        self.0.handle().render()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
