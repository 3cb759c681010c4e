//! The transport over HTTP(S) by reqwest, with rustls on ring.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use tokio::time::{sleep, timeout};

use super::{Method, Request, Response, Transport, TransportError};

/// Time limits for a server, beside the time that a request names for its answer to begin and to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Without a single byte, once the answer has begun.
    pub silence: Duration,
    /// Bytes of an answer that buy another second, so that a long answer over a slow network comes to its end. The
    /// largest answer bounds what can be bought.
    pub bytes_per_s: u64,
}

impl Patience {
    /// The usual one.
    pub const USUAL: Self = Self { silence: Duration::from_secs(15), bytes_per_s: 8 * 1024 };

    /// Time from the request at which an answer of which so many bytes have come must be complete.
    fn total(&self, request: Duration, bytes: usize) -> Duration {
        request + Duration::from_millis((bytes as u64).saturating_mul(1000) / self.bytes_per_s.max(1))
    }
}

/// Speaks HTTP(S). Follows no redirect: a captive portal's is not the diary's server.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    patience: Patience,
}

impl HttpTransport {
    /// The usual client, trusting the certificates that the system trusts.
    ///
    /// # Errors
    /// [`TransportError::Setup`] if TLS cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        Self::trusting(&[])
    }

    /// As [`Self::new`], trusting these roots (PEM) as well, for a hospital with a certificate authority of its own.
    ///
    /// # Errors
    /// [`TransportError::Setup`] if a certificate is not readable or TLS cannot be set up.
    pub fn trusting(roots_pem: &[&[u8]]) -> Result<Self, TransportError> {
        // Where another thread installs one at the same moment, this fails and theirs is as good.
        let installed = rustls::crypto::CryptoProvider::get_default().is_some()
            || rustls::crypto::ring::default_provider().install_default().is_ok()
            || rustls::crypto::CryptoProvider::get_default().is_some();
        if !installed {
            return Err(TransportError::Setup("no TLS provider".to_owned()));
        }
        let setup = |e: reqwest::Error| TransportError::Setup(e.without_url().to_string());
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(15))
            .user_agent(concat!("diary/", env!("CARGO_PKG_VERSION")));
        for pem in roots_pem {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(setup)?;
            if certificates.is_empty() {
                return Err(TransportError::Setup("no certificate in it; a PEM file is needed".to_owned()));
            }
            builder = certificates.into_iter().fold(builder, reqwest::ClientBuilder::add_root_certificate);
        }
        Ok(Self { client: builder.build().map_err(setup)?, patience: Patience::USUAL })
    }

    /// The same with another patience.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }
}

impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (url, headers) = (request.url(), request.headers());
        let builder = match request.method {
            Method::Get => self.client.get(url),
            Method::Post => self.client.post(url).body(request.body),
        };
        let builder = headers.into_iter().fold(builder, |builder, (name, value)| builder.header(name, value));
        let most = Duration::from_secs(u64::from(request.timeout_s));
        let whole = sleep(most);
        tokio::pin!(whole);
        let begun = whole.deadline() - most;
        let mut response = tokio::select! {
            response = builder.send() => response.map_err(|e| failure(&e))?,
            () = &mut whole => return Err(TransportError::TimedOut),
        };
        let header = |name| {
            let value: &reqwest::header::HeaderValue = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let (content_type, retry_after) = (header(CONTENT_TYPE), header(RETRY_AFTER));
        // What is announced too large is not waited for.
        if response.content_length().is_some_and(|bytes| bytes > Request::REPLY_MAX_BYTES as u64) {
            return Err(TransportError::TooLarge);
        }
        let mut body = Vec::new();
        loop {
            whole.as_mut().reset(begun + self.patience.total(most, body.len()));
            let chunk = tokio::select! {
                chunk = timeout(self.patience.silence, response.chunk()) => chunk,
                () = &mut whole => return Err(TransportError::TimedOut),
            };
            let chunk = chunk.map_err(|_| TransportError::TimedOut)?.map_err(|e| failure(&e))?;
            let Some(chunk) = chunk else { break };
            if body.len() + chunk.len() > Request::REPLY_MAX_BYTES {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response {
            status: response.status().as_u16(),
            content_type,
            retry_after_s: retry_after.and_then(|text| text.parse().ok()),
            body,
        })
    }
}

fn failure(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() {
        return TransportError::TimedOut;
    }
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.downcast_ref::<rustls::Error>().is_some() {
            return TransportError::NotSecure;
        }
        source = inner.source();
    }
    TransportError::Offline
}

#[cfg(test)]
mod tests;
