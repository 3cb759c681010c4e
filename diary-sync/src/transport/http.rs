//! The transport over HTTP(S) by reqwest, with rustls on ring.

use std::time::Duration;

use diary_core::api::REPLY_MAX_BYTES;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};

use super::{Method, Request, Response, Transport, TransportError};

/// Speaks HTTP(S). Follows no redirect: a captive portal's is not the diary's server.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// The usual client, trusting the certificates that the system trusts.
    ///
    /// # Errors
    /// [`TransportError::Setup`] where TLS cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        Self::trusting(&[])
    }

    /// As [`Self::new`], trusting these roots (PEM) as well, for a hospital with a certificate authority of its own.
    ///
    /// # Errors
    /// [`TransportError::Setup`] where a certificate is not readable or TLS cannot be set up.
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
        Ok(Self { client: builder.build().map_err(setup)? })
    }
}

impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let url = format!("{}{}", request.host, request.path);
        let mut builder = match request.method {
            Method::Get => self.client.get(url),
            Method::Post => {
                self.client.post(url).header(CONTENT_TYPE, request.content_type).body(request.body)
            }
        };
        if let Some(token) = &request.token {
            builder = builder.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        builder = builder.timeout(Duration::from_secs(u64::from(request.timeout_s)));
        let mut response = builder.send().await.map_err(|e| failure(&e))?;
        let header = |name| {
            let value: &reqwest::header::HeaderValue = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let (content_type, retry_after) = (header(CONTENT_TYPE), header(RETRY_AFTER));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| failure(&e))? {
            if body.len() + chunk.len() > REPLY_MAX_BYTES {
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
