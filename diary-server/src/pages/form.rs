//! Fields of a form as they were sent.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use zeroize::Zeroizing;

/// Largest form, in bytes.
pub(super) const FORM_MAX_BYTES: usize = 128 * 1024;
/// Most fields of a form.
const FIELDS_MAX: usize = 512;

/// Fields of a form, in their order. A name may stand several times.
#[derive(Clone, Default)]
pub(super) struct Form {
    fields: Vec<(String, Zeroizing<String>)>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.fields.iter().map(|(name, _)| name)).finish()
    }
}

impl Form {
    /// Reads URL-encoded fields; those after the most that a form has are left out.
    #[must_use]
    pub(super) fn parse(body: &[u8]) -> Self {
        let fields = form_urlencoded::parse(body).take(FIELDS_MAX);
        Self {
            fields: fields
                .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())))
                .collect(),
        }
    }

    /// The value of a field without spaces around it; empty where the field is missing.
    #[must_use]
    pub(super) fn text(&self, name: &str) -> &str {
        self.exact(name).trim()
    }

    /// The value of a field as it was typed.
    #[must_use]
    pub(super) fn exact(&self, name: &str) -> &str {
        self.fields.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value.as_str())
    }

    /// The value of a secret field as it was typed.
    #[must_use]
    pub(super) fn secret(&self, name: &str) -> Zeroizing<String> {
        Zeroizing::new(self.exact(name).to_owned())
    }

    /// The values of all fields of a name, without spaces around them.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.trim())
    }

    /// True if a field of the name was sent with something in it.
    #[must_use]
    pub(super) fn has(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// Fields to fill a form with.
    #[must_use]
    pub(super) fn of(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { fields: fields.into_iter().map(|(name, value)| (name, Zeroizing::new(value))).collect() }
    }

    /// All fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Self, Response> {
        match to_bytes(request.into_body(), FORM_MAX_BYTES).await {
            Ok(body) => Ok(Self::parse(&body)),
            Err(_) => Err(StatusCode::PAYLOAD_TOO_LARGE.into_response()),
        }
    }
}
