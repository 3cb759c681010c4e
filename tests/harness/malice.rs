//! A malicious relay: it has the relay's own key, sees all requests and replies, and changes them.

use std::net::TcpListener;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use diary_core::api::{FeedHead, FeedPage, FeedRecord, Head, LogPage};
use diary_core::keys::{ApiHost, SigningKey};
use diary_core::parcel::log::CHAIN_START;
use diary_core::parcel::{LogRecord, chain_next};

/// Changes the bytes of a request or reply of a path.
pub type Change = Box<dyn Fn(&str, Vec<u8>) -> Vec<u8> + Send + Sync>;

struct Inner {
    real: ApiHost,
    http: reqwest::Client,
    request: Change,
    reply: Change,
}

/// Stands where the relay stood.
pub struct Evil {
    /// Host and port that it listens on.
    pub host: ApiHost,
}

/// Leaves requests and replies unchanged.
#[must_use]
pub fn unchanged() -> Change {
    Box::new(|_, bytes| bytes)
}

impl Evil {
    /// A relay in the place of the one at `real` that changes requests and replies.
    #[must_use]
    pub fn before(real: &ApiHost, request: Change, reply: Change) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket can wait");
        let address = listener.local_addr().expect("it has an address");
        let listener = tokio::net::TcpListener::from_std(listener).expect("the runtime takes it");
        let inner = Arc::new(Inner { real: real.clone(), http: reqwest::Client::new(), request, reply });
        let routes = Router::new().fallback(pass).with_state(inner);
        tokio::spawn(async move { axum::serve(listener, routes).await.expect("it serves to the end") });
        Self { host: format!("http://{address}").parse().expect("a loopback address is a host") }
    }

    /// The same, changing replies alone.
    #[must_use]
    pub fn answering(real: &ApiHost, reply: Change) -> Self {
        Self::before(real, unchanged(), reply)
    }
}

async fn pass(State(inner): State<Arc<Inner>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let url = format!("{}{}", inner.real.url(), parts.uri);
    let mut out = match parts.method {
        Method::GET => inner.http.get(url),
        _ => inner.http.post(url).body((inner.request)(&path, body.to_vec())),
    };
    for name in ["content-type", "authorization"] {
        if let Some(value) = parts.headers.get(name).and_then(|value| value.to_str().ok()) {
            out = out.header(name, value);
        }
    }
    let Ok(response) = out.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let bytes = response.bytes().await.unwrap_or_else(|_| Bytes::new()).to_vec();
    let bytes = if status == 200 { (inner.reply)(&path, bytes) } else { bytes };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, [("content-type", kind)], bytes).into_response()
}

/// A page of the feed with other records, numbered, chained and signed by the relay's own key.
#[must_use]
pub fn forge_feed(bytes: &[u8], relay: &SigningKey, change: impl Fn(&mut Vec<FeedRecord>)) -> Vec<u8> {
    let mut page = FeedPage::from_bytes(bytes).expect("the relay's own page");
    let head: FeedHead = minicbor::decode(page.head.unverified()).expect("the relay's own head");
    if page.after > 0 {
        return bytes.to_vec();
    }
    change(&mut page.records);
    let mut chain = CHAIN_START;
    for (n, record) in (1..).zip(&mut page.records) {
        record.n = n;
        chain = record.chain_after(&chain);
    }
    let n = page.records.len() as u64;
    page.head = FeedHead { n, chain, ..head }.sign(relay);
    page.to_bytes()
}

/// A page of a vault's log with other records, numbered, chained and signed by the relay's own key.
#[must_use]
pub fn forge_log(bytes: &[u8], relay: &SigningKey, change: impl Fn(&mut Vec<LogRecord>)) -> Vec<u8> {
    let mut page = LogPage::from_bytes(bytes).expect("the relay's own page");
    let head: Head = minicbor::decode(page.head.unverified()).expect("the relay's own head");
    if page.after > 0 {
        return bytes.to_vec();
    }
    change(&mut page.records);
    let mut chain = CHAIN_START;
    for (n, record) in (1..).zip(&mut page.records) {
        record.n = n;
        chain = chain_next(&chain, n, record.kind, &record.record);
    }
    let n = page.records.len() as u64;
    page.head = Head { n, chain, ..head }.sign(relay);
    page.to_bytes()
}
