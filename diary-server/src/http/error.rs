//! Refusals of requests: one table from errors to problem codes, as CBOR or JSON like the reply of the route. Nothing
//! of the request is repeated in them.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use diary_core::api::{CBOR, JSON, Problem, ProblemCode};

use crate::ingest::commits::CommitError;
use diary_store::StoreError;

/// Seconds to wait before a retry where the server is busy.
const RETRY_SOON_S: u32 = 2;
/// Seconds to wait before a retry where staff or the operator must act first.
const RETRY_LATER_S: u32 = 60;

/// A request that is not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiRefusal {
    /// Problem code.
    pub code: ProblemCode,
    /// Message for operators; repeats nothing of the request.
    pub message: &'static str,
    /// Seconds to wait before a retry.
    pub retry_after_s: Option<u32>,
}

impl ApiRefusal {
    /// A refusal that trying again does not change.
    #[must_use]
    pub const fn new(code: ProblemCode, message: &'static str) -> Self {
        Self { code, message, retry_after_s: None }
    }

    /// The request is not readable.
    #[must_use]
    pub const fn bad(message: &'static str) -> Self {
        Self::new(ProblemCode::BadRequest, message)
    }

    /// More waits than the server takes.
    #[must_use]
    pub const fn busy() -> Self {
        let message = "the server has more to do than it can take; try again soon";
        Self { code: ProblemCode::Unavailable, message, retry_after_s: Some(RETRY_SOON_S) }
    }

    /// Larger than the advertised limit.
    #[must_use]
    pub const fn too_large() -> Self {
        Self::new(ProblemCode::TooLarge, "the request is larger than the limit that hello tells")
    }

    /// The response, with a body of this media type.
    #[must_use]
    pub fn respond(&self, format: Format) -> Response {
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let problem =
            Problem { code: self.code, message: self.message.to_owned(), retry_after_s: self.retry_after_s };
        let mut response = (status, format.body(&problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Format of a route's bodies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// `application/cbor`
    Cbor,
    /// `application/json`
    Json,
}

impl Format {
    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Cbor => CBOR,
            Self::Json => JSON,
        }
    }

    fn body(self, problem: &Problem) -> Vec<u8> {
        match self {
            Self::Cbor => problem.to_bytes(),
            Self::Json => serde_json::to_vec(problem).expect("a problem has nothing that JSON lacks"),
        }
    }
}

/// Refusal for an error of the database. The reason is logged where the error happens.
impl From<&StoreError> for ApiRefusal {
    fn from(error: &StoreError) -> Self {
        let later =
            |message| Self { code: ProblemCode::Unavailable, message, retry_after_s: Some(RETRY_LATER_S) };
        match error {
            StoreError::NotFound { .. } => Self::new(ProblemCode::NotFound, "there is no such thing here"),
            StoreError::Busy | StoreError::Conflict { .. } => Self::busy(),
            StoreError::Away { .. } => Self {
                code: ProblemCode::Unavailable,
                message: "the server does not reach its database; try again soon",
                retry_after_s: Some(RETRY_SOON_S),
            },
            StoreError::Moving | StoreError::Moved => later("the server is being moved"),
            StoreError::Clock { .. } => later("the server's clock is wrong"),
            StoreError::Full => later("the server has no room left"),
            StoreError::Stopped | StoreError::Fatal { .. } => later("the server is stopping"),
            StoreError::KeyOrFile
            | StoreError::Empty
            | StoreError::NoAccess { .. }
            | StoreError::NoCipher
            | StoreError::NewerVersion { .. }
            | StoreError::OlderTables
            | StoreError::Corrupt { .. }
            | StoreError::Database { .. } => later("the server cannot use its database"),
        }
    }
}

/// Refusal for a push that was not committed.
impl From<CommitError> for ApiRefusal {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Busy => Self::busy(),
            CommitError::Store(error) => Self::from(&*error),
        }
    }
}

/// Answers a request for a path that is not served.
pub async fn nothing_here() -> Response {
    ApiRefusal::new(ProblemCode::NotFound, "there is nothing at this address").respond(Format::Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_its_code_in_status_and_body_and_when_to_come_back() {
        let response = ApiRefusal::busy().respond(Format::Json);
        assert_eq!(response.status(), 503);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
        assert_eq!(response.headers()[header::CONTENT_TYPE], JSON);
        assert_eq!(ApiRefusal::too_large().respond(Format::Cbor).status(), 413);
    }

    #[test]
    fn no_failure_of_the_database_is_the_clients_fault_or_an_internal_error() {
        for error in [StoreError::Full, StoreError::Busy, StoreError::Stopped, StoreError::KeyOrFile] {
            let refusal = ApiRefusal::from(&error);
            assert_eq!(refusal.code.status(), 503);
            assert!(refusal.retry_after_s.is_some());
        }
    }
}
