//! How much is answered: so many requests of an address, of a device, so many join requests that were not made with a
//! link. Kept in memory and bounded; what it forgets at a restart is allowance, never a record, and what devices
//! have stored is counted anew from the database. Nothing is refused for
//! good: whoever is turned away is told when to come back, and a phone keeps what it has.

pub mod buckets;
pub mod doors;
pub mod guesses;
pub mod quotas;
pub mod source;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::Request;
use axum::middleware::Next;
use axum::response::Response;
use diary_core::api::{self, ProblemCode};
use diary_core::ids::{KeyId, VaultId};
use diary_core::time::UtcMillis;

use crate::app::App;
use crate::config::{Config, Limits};
use crate::error::{Format, Refusal};
use crate::routes::JSON_MAX_BYTES;
use buckets::{Buckets, Rate};
use guesses::{Guesses, Tried};
use quotas::Quotas;
use source::Source;

/// Addresses and devices that are remembered, twice over.
const REMEMBERED: usize = 20_000;

/// What is left of everybody's allowance.
pub struct Guard {
    limits: Limits,
    /// The header in which the declared proxy names the address; none: no proxy is declared.
    proxy_header: Option<String>,
    sources: Mutex<Buckets<Source>>,
    devices: Mutex<Buckets<(VaultId, KeyId, Option<Source>)>>,
    guesses: Mutex<Guesses>,
    quotas: Mutex<Quotas>,
}

impl Guard {
    /// A guard with everybody's full allowance.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let limits = config.limits.clone();
        let source =
            Rate { burst: limits.source_burst, per_hour: limits.source_per_minute.saturating_mul(60) };
        let device =
            Rate { burst: limits.device_burst, per_hour: limits.device_per_minute.saturating_mul(60) };
        let proxy_header = config.server.behind_proxy.then(|| config.server.source_header.clone());
        Self {
            proxy_header,
            sources: Mutex::new(Buckets::new(source, REMEMBERED)),
            devices: Mutex::new(Buckets::new(device, REMEMBERED)),
            guesses: Mutex::new(Guesses::new(&limits, REMEMBERED)),
            quotas: Mutex::new(Quotas::new(REMEMBERED)),
            limits,
        }
    }

    /// What is configured.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Takes one request off a device's allowance, from where it comes now: whoever repeats what a device once signed
    /// uses up an allowance of their own.
    ///
    /// # Errors
    /// [`Refusal`] that says when to come back.
    pub fn device(
        &self,
        vault: VaultId,
        device: KeyId,
        source: Option<Source>,
        now: UtcMillis,
    ) -> Result<(), Refusal> {
        let mut devices = self.devices.lock().unwrap_or_else(PoisonError::into_inner);
        devices.take((vault, device, source), now).map_err(too_many)
    }

    /// Whether a join request from `source` is looked at.
    ///
    /// # Errors
    /// [`Refusal`] that says when to come back.
    pub fn may_join(&self, source: Option<Source>, now: UtcMillis) -> Result<(), Refusal> {
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        guesses.may_try(source, now).map_err(too_many)
    }

    /// Notes what became of a join request. Gives what the trail is to say of those that failed, now and then.
    pub fn joined(&self, source: Option<Source>, tried: Tried, now: UtcMillis) -> Option<guesses::Failures> {
        self.guesses.lock().unwrap_or_else(PoisonError::into_inner).tried(source, tried, now)
    }

    /// What the trail is to say of join requests that failed and were not told yet, at the end.
    pub fn untold(&self) -> Option<guesses::Failures> {
        self.guesses.lock().unwrap_or_else(PoisonError::into_inner).untold()
    }

    /// What devices have stored.
    pub fn quotas(&self) -> MutexGuard<'_, Quotas> {
        self.quotas.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn source(&self, source: Source, now: UtcMillis) -> Result<(), Refusal> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).take(source, now).map_err(too_many)
    }
}

fn too_many(retry_after_s: u32) -> Refusal {
    let message = "more was asked for than one may; try again later";
    Refusal { code: ProblemCode::TooMany, message, retry_after_s: Some(retry_after_s) }
}

/// Before anything else is done for a request: where it comes from, whether that address may ask now, and, where
/// the body is JSON, that it is neither long nor slow; other bodies are read by who takes them.
pub async fn admit(State(app): State<App>, mut request: Request<Body>, next: Next) -> Response {
    let path = request.uri().path();
    let json = path == api::JOIN || path == api::TOKEN || path == api::TOKEN_CHALLENGE;
    let format = if json { Format::Json } else { Format::Cbor };
    let peer = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>().map(|peer| peer.0.ip());
    if let Some(source) = Source::of(peer, request.headers(), app.guard().proxy_header.as_deref()) {
        if let Err(refusal) = app.guard().source(source, app.now()) {
            return refusal.respond(format);
        }
        request.extensions_mut().insert(source);
    }
    if !json {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let read = axum::body::to_bytes(body, JSON_MAX_BYTES);
    match tokio::time::timeout(app.guard().limits.body_patience(), read).await {
        Ok(Ok(body)) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Ok(Err(_)) => Refusal::too_large().respond(format),
        Err(_) => Refusal::bad("the request came too slowly").respond(format),
    }
}

#[cfg(test)]
mod tests;
