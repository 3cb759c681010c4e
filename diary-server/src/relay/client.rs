//! Keeper's side of the conversation with a relay, over HTTP(S): requests out, verified replies back. The content of
//! requests and the handling of replies are decided in `pull`.

use std::time::Duration;

use diary_core::api::{
    self, CBOR, Cursor, EVERY_VAULT, FeedHead, FeedPage, HandoverReply, HandoverRequest, Hello, JSON,
    PAGE_MAX_RECORDS, Problem, ProblemCode, REPLY_MAX_BYTES, ReplyError, TokenAsk, TokenChallenge,
    TokenProof, TokenReply,
};
use diary_core::ids::{Hash, Nonce};
use diary_core::keys::{ApiHost, Bundle, SigningKey};
use diary_core::signed::Signed;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder};

/// Error in the conversation of keeper and relay.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The network cannot be used at all.
    #[error("network: {0}")]
    Setup(String),
    /// No reply.
    #[error("relay {host} unreachable: {reason}")]
    Offline {
        /// Name or address of the relay.
        host: String,
        /// Error of the operating system.
        reason: String,
    },
    /// Something else than the relay answered.
    #[error("{host} is not the relay (status {status})")]
    NotTheRelay {
        /// Name or address of the relay.
        host: String,
        /// HTTP status.
        status: u16,
    },
    /// The relay refused.
    #[error("relay refused: {message}")]
    Problem {
        /// Problem code.
        code: ProblemCode,
        /// In its words.
        message: String,
    },
    /// A reply that the relay did not sign, or not to this request.
    #[error("reply of the relay: {0}")]
    Reply(#[from] ReplyError),
}

/// A connection to one relay.
#[derive(Debug, Clone)]
pub struct RelayClient {
    http: Client,
    host: ApiHost,
}

/// Verified greeting of a relay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Greeting {
    /// Its greeting, whose signature holds under the pinned root.
    pub hello: Hello,
    /// The bundle that it brings.
    pub bundle: Bundle,
}

impl RelayClient {
    /// A connection to the relay at `host`.
    ///
    /// # Errors
    /// [`ClientError::Setup`] where TLS cannot be set up.
    pub fn new(host: ApiHost) -> Result<Self, ClientError> {
        // If another thread installs a provider at the same moment, this call fails and that provider is used.
        let installed = rustls::crypto::CryptoProvider::get_default().is_some()
            || rustls::crypto::ring::default_provider().install_default().is_ok()
            || rustls::crypto::CryptoProvider::get_default().is_some();
        if !installed {
            return Err(ClientError::Setup("no TLS provider".to_owned()));
        }
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(15))
            .user_agent(concat!("diary-server/", env!("CARGO_PKG_VERSION")));
        // Without TLS the authorities of this machine, a file of some hundred certificates, need not be read.
        let http = if host.is_plain() { http.tls_certs_only([]) } else { http };
        let http = http.build().map_err(|e| ClientError::Setup(e.without_url().to_string()))?;
        Ok(Self { http, host })
    }

    /// Host of the relay.
    #[must_use]
    pub const fn host(&self) -> &ApiHost {
        &self.host
    }

    /// The relay's greeting.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn hello(&self, root: &Hash, nonce: Nonce) -> Result<Greeting, ClientError> {
        let body = self.get(&format!("{}?nonce={nonce}", api::HELLO), None, 0).await?;
        let signed = Signed::from_bytes(&body).map_err(ReplyError::from)?;
        let (hello, bundle) = Hello::verify(&signed, root, nonce)?;
        Ok(Greeting { hello, bundle })
    }

    /// A file of the study. Its hash is not checked here.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn study(&self, hash: &Hash) -> Result<Vec<u8>, ClientError> {
        self.get(&format!("{}{hash}", api::STUDY), None, 0).await
    }

    /// A token, by the keeper's key.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn token(&self, keeper: &SigningKey) -> Result<String, ClientError> {
        let ask = TokenAsk { vault: EVERY_VAULT, device: keeper.id() };
        let challenge: TokenChallenge = self.json(api::TOKEN_CHALLENGE, &ask).await?;
        let proof = TokenProof::answer(&challenge, EVERY_VAULT, keeper);
        let reply: TokenReply = self.json(api::TOKEN, &proof).await?;
        Ok(reply.token)
    }

    /// A page of the feed with its verified head.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn feed(
        &self,
        token: &str,
        bundle: &Bundle,
        cursor: Option<&Cursor>,
        wait_s: u32,
        nonce: Nonce,
    ) -> Result<(FeedPage, FeedHead), ClientError> {
        let at = cursor.map_or_else(String::new, |cursor| format!("cursor={cursor}&"));
        let path = format!("{}?{at}limit={PAGE_MAX_RECORDS}&wait={wait_s}&nonce={nonce}", api::FEED);
        let body = self.get(&path, Some(token), wait_s).await?;
        let page = FeedPage::from_bytes(&body).map_err(ReplyError::from)?;
        let head = FeedHead::verify(&page.head, bundle, nonce)?;
        Ok((page, head))
    }

    /// Hands records over. Without a token the relay accepts nothing but a newer bundle.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn hand_over(
        &self,
        token: Option<&str>,
        bundle: &Bundle,
        handed: &HandoverRequest,
    ) -> Result<(HandoverReply, FeedHead), ClientError> {
        let request = self.http.post(self.url(api::RECORDS)).header(CONTENT_TYPE, CBOR);
        let body = self.send(request.body(handed.to_bytes()), token, 60, CBOR).await?;
        let reply = HandoverReply::from_bytes(&body).map_err(ReplyError::from)?;
        let head = FeedHead::verify(&reply.head, bundle, handed.nonce)?;
        Ok((reply, head))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.host.url())
    }

    async fn get(&self, path: &str, token: Option<&str>, wait_s: u32) -> Result<Vec<u8>, ClientError> {
        self.send(self.http.get(self.url(path)), token, wait_s + 30, CBOR).await
    }

    async fn json<R: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        body: &impl serde::Serialize,
    ) -> Result<R, ClientError> {
        let bytes = serde_json::to_vec(body).expect("requests for tokens have nothing that JSON lacks");
        let request = self.http.post(self.url(path)).header(CONTENT_TYPE, JSON).body(bytes);
        let body = self.send(request, None, 30, JSON).await?;
        serde_json::from_slice(&body).map_err(|_| self.not_the_relay(200))
    }

    async fn send(
        &self,
        request: RequestBuilder,
        token: Option<&str>,
        timeout_s: u32,
        media_type: &str,
    ) -> Result<Vec<u8>, ClientError> {
        let request = match token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        };
        let offline = |e: reqwest::Error| ClientError::Offline {
            host: self.host.to_string(),
            reason: innermost(&e.without_url()),
        };
        let timeout = Duration::from_secs(u64::from(timeout_s));
        let mut response = request.timeout(timeout).send().await.map_err(offline)?;
        let status = response.status().as_u16();
        let found = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let fits = found.is_some_and(|found| found.split(';').next() == Some(media_type));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(offline)? {
            if body.len() + chunk.len() > REPLY_MAX_BYTES {
                return Err(self.not_the_relay(status));
            }
            body.extend_from_slice(&chunk);
        }
        if status == 200 && fits {
            return Ok(body);
        }
        let problem = Problem::from_bytes(&body).ok().or_else(|| serde_json::from_slice(&body).ok());
        match problem.filter(|_| status != 200) {
            Some(Problem { code, message, .. }) => Err(ClientError::Problem { code, message }),
            None => Err(self.not_the_relay(status)),
        }
    }

    fn not_the_relay(&self, status: u16) -> ClientError {
        ClientError::NotTheRelay { host: self.host.to_string(), status }
    }
}

/// Innermost cause of a chain of errors, which is more specific than the outermost.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut at = error;
    while let Some(inner) = at.source() {
        at = inner;
    }
    at.to_string()
}
