//! How much is answered: so many requests of an address, of a device, so many join requests that were not made with a
//! link. Kept in memory and bounded; what it forgets at a restart is allowance, never a record, and what devices
//! have stored is counted anew from the database. Nothing is refused for
//! good: whoever is turned away is told when to come back, and a phone keeps what it has.

pub mod buckets;
pub mod crowd;
pub mod doors;
pub mod guesses;
pub mod join_room;
pub mod known;
pub mod motion;
pub mod quotas;
pub mod room;
pub mod source;
pub mod waits;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, State};
use axum::http::Request;
use axum::middleware::Next;
use axum::response::Response;
use diary_core::api::{self, ProblemCode};
use diary_core::ids::{KeyId, VaultId};
use diary_core::time::UtcMillis;

use crate::app::App;
use crate::clock::steady;
use crate::config::{Config, Limits};
use crate::error::{Format, Refusal};
use crate::ingest::receive;
use crate::routes::JSON_MAX_BYTES;
use buckets::{Buckets, Rate};
use doors::Connections;
use guesses::{Guesses, Tried};
use join_room::JoinRoom;
use known::Known;
use motion::Stage;
use quotas::Quotas;
use room::{Asker, Room, Share};
use source::Source;
use waits::Waits;

/// Addresses, devices and vaults that are remembered, of each.
const REMEMBERED: usize = 20_000;
/// Bytes of a reply that are sent however little room there is: what was asked for is done.
const SMALL_REPLY_BYTES: usize = 64 * 1024;
/// Requests off an address's allowance that a request costs in which nothing holds, beside what it cost to find out.
const WASTE: usize = 8;

/// What is left of everybody's allowance.
pub struct Guard {
    limits: Limits,
    /// The header in which the declared proxy names the address; none: no proxy is declared.
    proxy_header: Option<String>,
    sources: Mutex<Buckets<Source>>,
    devices: Mutex<Buckets<(VaultId, KeyId, Option<Source>)>>,
    guesses: Mutex<Guesses>,
    quotas: Mutex<Quotas>,
    known: Arc<Mutex<Known>>,
    connections: Arc<Connections>,
    requests: Arc<Room>,
    replies: Arc<Room>,
    waits: Arc<Waits>,
    join_room: Mutex<JoinRoom>,
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
        let known = Arc::new(Mutex::new(Known::new(REMEMBERED)));
        let room = |mib: usize| Room::of(mib.saturating_mul(1024 * 1024));
        Self {
            proxy_header,
            sources: Mutex::new(Buckets::new(source, REMEMBERED)),
            devices: Mutex::new(Buckets::new(device, REMEMBERED)),
            guesses: Mutex::new(Guesses::new(&limits, REMEMBERED)),
            quotas: Mutex::new(Quotas::new(REMEMBERED)),
            connections: Arc::new(Connections::new(config, Arc::clone(&known))),
            known,
            requests: room(limits.request_memory_mib),
            replies: room(limits.reply_memory_mib),
            waits: Arc::new(Waits::new(limits.waits_per_device, limits.waits_per_source)),
            join_room: Mutex::default(),
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

    /// Connections.
    #[must_use]
    pub const fn connections(&self) -> &Arc<Connections> {
        &self.connections
    }

    /// Memory for requests.
    #[must_use]
    pub const fn requests(&self) -> &Arc<Room> {
        &self.requests
    }

    /// Memory for replies.
    #[must_use]
    pub const fn replies(&self) -> &Arc<Room> {
        &self.replies
    }

    /// Readers that wait.
    #[must_use]
    pub const fn waits(&self) -> &Arc<Waits> {
        &self.waits
    }

    /// Notes that a valid signature of a device that is known here came from `source`.
    pub fn heard(&self, source: Option<Source>) {
        if let Some(source) = source {
            self.known.lock().unwrap_or_else(PoisonError::into_inner).heard(source, steady());
        }
    }

    /// Takes off the allowance of an address what was looked at for nothing: `bad` signatures and the like.
    pub fn wasted(&self, source: Option<Source>, bad: usize, now: UtcMillis) {
        let Some(source) = source else { return };
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        (0..WASTE + bad).for_each(|_| sources.spend(source, now));
    }

    fn asker(&self, source: Option<Source>, peer: Option<SocketAddr>) -> Asker {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = source.is_some_and(|source| known.has(source, steady()));
        Asker { source, known, motion: peer.and_then(|peer| self.connections.of(peer)) }
    }

    /// Join requests that wait for their link to become known.
    pub fn join_room(&self) -> MutexGuard<'_, JoinRoom> {
        self.join_room.lock().unwrap_or_else(PoisonError::into_inner)
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
    // The files of the study are in memory once, however many read them.
    let shared = path.starts_with(api::STUDY);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    let guard = app.guard();
    let source = Source::of(peer.map(|peer| peer.ip()), request.headers(), guard.proxy_header.as_deref());
    let asker = guard.asker(source, peer);
    let begins = |stage| asker.motion.iter().for_each(|motion| motion.begins(stage));
    begins(if request.body().is_end_stream() { Stage::Work } else { Stage::Body });
    let response = async {
        if let Some(source) = source {
            if let Err(refusal) = guard.source(source, app.now()) {
                return refusal.respond(format);
            }
            request.extensions_mut().insert(source);
        }
        request.extensions_mut().insert(asker.clone());
        if !json {
            return next.run(request).await;
        }
        let patience = guard.limits.body_patience();
        let (parts, body) = request.into_parts();
        match receive::whole(guard.requests(), &asker, body, JSON_MAX_BYTES, patience).await {
            Ok((body, _share)) => next.run(Request::from_parts(parts, Body::from(body))).await,
            Err(refusal) => refusal.respond(format),
        }
    }
    .await;
    let response = if shared { response } else { counted(guard, &asker, response, format).await };
    begins(Stage::Reply);
    response
}

/// A reply that has its share of the memory for replies until it is written.
async fn counted(guard: &Guard, asker: &Asker, mut response: Response, format: Format) -> Response {
    let share = response.extensions_mut().remove::<Arc<Share>>();
    let share = share.unwrap_or_else(|| Arc::new(guard.replies.begin(asker.clone())));
    let (parts, body) = response.into_parts();
    // Every reply is whole before it is sent.
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return Refusal::busy().respond(format);
    };
    if !share.set(bytes.len()) && bytes.len() > SMALL_REPLY_BYTES {
        return Refusal::busy().respond(format);
    }
    Response::from_parts(parts, Body::from(share.keep(bytes)))
}

#[cfg(test)]
mod tests;
