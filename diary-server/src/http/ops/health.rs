//! `GET /healthz` and `GET /readyz`: whether the server is alive, and whether it can receive.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diary_core::server_clock::ClockDoubt;

use crate::http::state::HttpState;

/// The process is alive.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Readiness: the database answers, the last write found room, and the clock is trusted.
pub async fn readyz(State(app): State<HttpState>) -> Response {
    if app.is_full() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the database has no room left\n").into_response();
    }
    if app.is_clock_doubted() && still_doubted(&app).await {
        let said = "the server's clock lies before what it has signed, or far ahead of it: `diary-server status` says what \
                    to do\n";
        return (StatusCode::SERVICE_UNAVAILABLE, said).into_response();
    }
    match app.store().outside_version().await {
        Ok(_) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

/// True if the clock is still doubted: it may have been corrected, or confirmed, without any push since.
async fn still_doubted(app: &HttpState) -> bool {
    match app.store().clock_mark().await {
        Ok(Some(mark)) => {
            let doubted = mark.doubt(app.now()).is_some_and(ClockDoubt::stops);
            app.clock_holds(!doubted);
            doubted
        }
        // `readyz` reports a failing database itself.
        Ok(None) | Err(_) => false,
    }
}
