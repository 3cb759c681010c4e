//! Requests and responses as data, and the trait by which the native driver carries them.

#[cfg(feature = "http")]
pub mod http;

use std::fmt;
use std::future::Future;

use diary_core::api::{self, REPLY_MAX_BYTES};

/// HTTP method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// Read.
    Get,
    /// Send a body.
    Post,
}

/// A request. Tokens and bodies are not printable.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Scheme and host, without a slash at the end.
    pub host: String,
    /// Path and query. Never holds an answer, a name or a secret.
    pub path: String,
    /// Media type of the body.
    pub content_type: &'static str,
    /// Body; empty for reading.
    pub body: Vec<u8>,
    /// Bearer token.
    pub token: Option<String>,
    /// Seconds to wait for the reply.
    pub timeout_s: u32,
}

impl Request {
    /// Largest reply that is taken.
    pub const REPLY_MAX_BYTES: usize = REPLY_MAX_BYTES;

    /// A request to read `path` of `host`.
    #[must_use]
    pub fn get(host: &str, path: String, timeout_s: u32) -> Self {
        Self {
            method: Method::Get,
            host: host.to_owned(),
            path,
            content_type: api::CBOR,
            body: Vec::new(),
            token: None,
            timeout_s,
        }
    }

    /// Scheme, host, path and query.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.host, self.path)
    }

    /// Headers to send, names in lower case.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let content_type = match self.method {
            Method::Get => None,
            Method::Post => Some(("content-type", self.content_type.to_owned())),
        };
        let token = self.token.as_ref().map(|token| ("authorization", format!("Bearer {token}")));
        content_type.into_iter().chain(token).collect()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        write!(f, "Request({:?} {path}, {} bytes)", self.method, self.body.len())
    }
}

/// A response.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Media type, as sent.
    pub content_type: Option<String>,
    /// Seconds of `Retry-After`.
    pub retry_after_s: Option<u32>,
    /// Body.
    pub body: Vec<u8>,
}

impl Response {
    /// True if the response's content type is `media_type`.
    #[must_use]
    pub fn is_of(&self, media_type: &str) -> bool {
        self.content_type.as_deref().is_some_and(|found| found.split(';').next() == Some(media_type))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

/// Reason why there is no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection.
    #[error("the server cannot be reached")]
    Offline,
    /// No answer in time.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The server's certificate is not trusted, or the connection is not what it claims.
    #[error("the connection to the server is not secure")]
    NotSecure,
    /// The response is larger than any the diary expects.
    #[error("the answer is too large")]
    TooLarge,
    /// The transport could not be set up.
    #[error("the network cannot be used: {0}")]
    Setup(String),
}

/// Sends requests for the native driver. Its futures need not be `Send`: a browser's are not.
pub trait Transport {
    /// Sends one request and returns its response.
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, TransportError>>;
}
