//! Rate limits and quotas: requests of an address, requests of a device, join requests made without a link. Kept in
//! memory and bounded: a restart resets allowances and loses no record, and amounts that devices have stored are
//! counted again from the database. A refusal always says when to try again, and a phone keeps its data until then.

pub mod body;
pub mod buckets;
pub mod connection_limit;
pub mod crowd;
pub mod join_room;
pub mod join_throttle;
pub mod known;
pub mod motion;
pub mod room;
pub mod source;
pub mod waits;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use diary_core::api::ProblemCode;
use diary_core::ids::{KeyId, VaultId};
use diary_core::time::UtcMillis;

use crate::clock::steady;
use crate::config::{Config, Limits};
use crate::http::error::ApiRefusal;
use crate::ingest::quotas::Quotas;
use buckets::{Buckets, Rate};
use connection_limit::Connections;
use join_room::JoinRoom;
use join_throttle::{Guesses, JoinTry};
use known::Known;
use room::{Asker, Room};
use source::Source;
use waits::Waits;

/// Addresses, devices and vaults that are remembered, of each.
const REMEMBERED: usize = 20_000;
/// Requests taken off an address's allowance for a request of which nothing verifies, besides the work that was done
/// for it.
const WASTE: usize = 8;

/// Rate limits and quotas, with the amounts used up.
pub struct Guard {
    limits: Limits,
    /// Header in which the declared proxy names the address; `None` without a declared proxy.
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
    /// Guard with full allowances.
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

    /// Configured limits.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Takes one request off the allowance of a device at its present source. The source is part of the key, so that
    /// replaying a device's signed requests from elsewhere cannot use up the device's own allowance.
    ///
    /// # Errors
    /// [`ApiRefusal`] that says when to come back.
    pub fn device(
        &self,
        vault: VaultId,
        device: KeyId,
        source: Option<Source>,
        now: UtcMillis,
    ) -> Result<(), ApiRefusal> {
        let mut devices = self.devices.lock().unwrap_or_else(PoisonError::into_inner);
        devices.take((vault, device, source), now).map_err(too_many)
    }

    /// Checks that a join request from `source` may be processed.
    ///
    /// # Errors
    /// [`ApiRefusal`] that says when to come back.
    pub fn may_join(&self, source: Option<Source>, now: UtcMillis) -> Result<(), ApiRefusal> {
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        guesses.may_try(source, now).map_err(too_many)
    }

    /// Notes the result of a join request. From time to time returns the failed ones, for a row of the audit trail.
    pub fn joined(
        &self,
        source: Option<Source>,
        tried: JoinTry,
        now: UtcMillis,
    ) -> Option<join_throttle::Failures> {
        self.guesses.lock().unwrap_or_else(PoisonError::into_inner).tried(source, tried, now)
    }

    /// Failed join requests that are not in the audit trail yet, for the row written at shutdown.
    pub fn untold(&self) -> Option<join_throttle::Failures> {
        self.guesses.lock().unwrap_or_else(PoisonError::into_inner).untold()
    }

    /// Amounts that devices have stored.
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

    /// Takes wasted work off the allowance of an address: `bad` is the number of signatures and the like that did not
    /// verify.
    pub fn wasted(&self, source: Option<Source>, bad: usize, now: UtcMillis) {
        let Some(source) = source else { return };
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        (0..WASTE + bad).for_each(|_| sources.spend(source, now));
    }

    /// Source of a request: its connection's address, or the one that the declared proxy names.
    #[must_use]
    pub fn source_of(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> Option<Source> {
        Source::of(peer.map(|peer| peer.ip()), headers, self.proxy_header.as_deref())
    }

    /// Sender of a request, for its shares of request and reply memory.
    #[must_use]
    pub fn asker(&self, source: Option<Source>, peer: Option<SocketAddr>) -> Asker {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = source.is_some_and(|source| known.has(source, steady()));
        Asker { source, known, motion: peer.and_then(|peer| self.connections.of(peer)) }
    }

    /// Join requests that wait for their link to become known.
    pub fn join_room(&self) -> MutexGuard<'_, JoinRoom> {
        self.join_room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one request off the allowance of an address.
    ///
    /// # Errors
    /// [`ApiRefusal`] that says when to come back.
    pub fn source(&self, source: Source, now: UtcMillis) -> Result<(), ApiRefusal> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).take(source, now).map_err(too_many)
    }
}

fn too_many(retry_after_s: u32) -> ApiRefusal {
    let message = "more was asked for than one may; try again later";
    ApiRefusal { code: ProblemCode::TooMany, message, retry_after_s: Some(retry_after_s) }
}

#[cfg(test)]
mod tests;
