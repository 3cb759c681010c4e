//! `GET /v1/hello` and `GET /v1/study/{hash}`: public data with which a phone can start.

use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use diary_core::api::{CBOR, Hello, Limits, ProblemCode};
use diary_core::ids::Hash;

use crate::http::error::{ApiRefusal, Format};
use crate::http::query;
use crate::http::state::HttpState;

/// Oldest client version that this server accepts.
const MINIMUM_CLIENT: &str = "0.1.0";

/// Handles a greeting.
pub async fn hello(State(app): State<HttpState>, RawQuery(asked): RawQuery) -> Response {
    let Some(nonce) = query::value(asked.as_deref(), "nonce").and_then(|text| text.parse().ok()) else {
        return ApiRefusal::bad("hello needs ?nonce= with 32 hexadecimal digits").respond(Format::Cbor);
    };
    let facts = app.study();
    let hello = Hello {
        server: app.server_keys().signing.id(),
        epoch: facts.epoch,
        server_time: app.now(),
        limits: Limits::V1,
        bundle: facts.signed_bundle.clone(),
        minimum_client: MINIMUM_CLIENT.to_owned(),
        nonce,
    };
    ([(header::CONTENT_TYPE, CBOR)], hello.sign(&app.server_keys().signing).to_bytes()).into_response()
}

/// Handles a request for a file of the study. Its name is its hash, so it can be cached for ever.
pub async fn study(State(app): State<HttpState>, Path(hash): Path<String>) -> Response {
    let file = hash.parse::<Hash>().ok().and_then(|hash| app.study_file(hash));
    match file {
        Some(bytes) => {
            let headers = [
                (header::CONTENT_TYPE, CBOR),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, bytes).into_response()
        }
        None => ApiRefusal::new(ProblemCode::NotFound, "there is no such version of the study")
            .respond(Format::Cbor),
    }
}
