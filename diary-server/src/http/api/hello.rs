//! `GET /v1/hello` and `GET /v1/study/{hash}`: public data with which a phone can start. Also the routes that say
//! whether the server is alive and ready.

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use diary_core::api::{CBOR, Hello, Limits, ProblemCode};
use diary_core::ids::Hash;

use crate::http::error::{Format, Refusal};
use crate::http::query;
use crate::http::state::App;
use diary_core::server_clock::ClockDoubt;

/// Oldest client version that this server accepts.
const MINIMUM_CLIENT: &str = "0.1.0";

/// Handles a greeting.
pub async fn hello(State(app): State<App>, RawQuery(asked): RawQuery) -> Response {
    let Some(nonce) = query::value(asked.as_deref(), "nonce").and_then(|text| text.parse().ok()) else {
        return Refusal::bad("hello needs ?nonce= with 32 hexadecimal digits").respond(Format::Cbor);
    };
    let facts = app.facts();
    let hello = Hello {
        server: app.keys().signing.id(),
        epoch: facts.epoch,
        server_time: app.now(),
        limits: Limits::V1,
        bundle: facts.signed_bundle.clone(),
        minimum_client: MINIMUM_CLIENT.to_owned(),
        nonce,
    };
    ([(header::CONTENT_TYPE, CBOR)], hello.sign(&app.keys().signing).to_bytes()).into_response()
}

/// Handles a request for a file of the study. Its name is its hash, so it can be cached for ever.
pub async fn study(State(app): State<App>, Path(hash): Path<String>) -> Response {
    let file = hash.parse::<Hash>().ok().and_then(|hash| app.facts().files.get(&hash).cloned());
    match file {
        Some(bytes) => {
            let headers = [
                (header::CONTENT_TYPE, CBOR),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, bytes).into_response()
        }
        None => {
            Refusal::new(ProblemCode::NotFound, "there is no such version of the study").respond(Format::Cbor)
        }
    }
}

/// The process is alive.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Readiness: the database answers, the last write found room, and the clock is trusted.
pub async fn readyz(State(app): State<App>) -> Response {
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
async fn still_doubted(app: &App) -> bool {
    match app.store().server_state().await {
        Ok(Some(state)) => {
            let doubted = state.clock.doubt(app.now()).is_some_and(ClockDoubt::stops);
            app.clock_holds(!doubted);
            doubted
        }
        // `readyz` reports a failing database itself.
        Ok(None) | Err(_) => false,
    }
}
