//! State that all pages share.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use diary_core::ids::{EnrolmentId, Hash};
use hashlink::LruCache;

use super::attempts::Attempts;
use crate::config::Config;
use crate::http::limits::Guard;
use crate::site::{Invitation, SiteServices};

/// Forms that were sent lately, so that a second click finds what the first one did.
const SENT_FORMS: usize = 10_000;
/// Links for phones that are shown again to the session that made them.
const SHOWN_LINKS: usize = 1_000;

/// State of the pages. Cheap to clone.
#[derive(Clone)]
pub struct PagesState {
    inner: Arc<Inner>,
}

struct Inner {
    site: SiteServices,
    guard: Guard,
    /// Over TLS, to the browser.
    secure: bool,
    /// Demonstration data: accounts need no second factor.
    demo: bool,
    sent: Mutex<LruCache<(Hash, String), String>>,
    attempts: Attempts,
    links: Mutex<LruCache<(Hash, EnrolmentId), Invitation>>,
    turn: tokio::sync::Mutex<()>,
    exporting: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for PagesState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PagesState").field("secure", &self.inner.secure).finish_non_exhaustive()
    }
}

impl PagesState {
    /// State of the pages of these services.
    #[must_use]
    pub fn new(site: SiteServices, config: &Config, demo: bool) -> Self {
        let secure = config.tls.is_some() || config.server.behind_proxy;
        let (guard, sent) = (Guard::of(config), Mutex::new(LruCache::new(SENT_FORMS)));
        let (links, turn) = (Mutex::new(LruCache::new(SHOWN_LINKS)), tokio::sync::Mutex::new(()));
        Self {
            inner: Arc::new(Inner {
                site,
                guard,
                secure,
                demo,
                sent,
                attempts: Attempts::default(),
                links,
                turn,
                exporting: tokio::sync::Mutex::default(),
            }),
        }
    }

    /// Services of the site.
    #[must_use]
    pub fn site(&self) -> &SiteServices {
        &self.inner.site
    }

    /// Limits of requests.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.inner.guard
    }

    /// True if the browser speaks TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.inner.secure
    }

    /// True for demonstration data.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.inner.demo
    }

    /// Wrong sign-ins by source.
    #[must_use]
    pub(super) fn attempts(&self) -> &Attempts {
        &self.inner.attempts
    }

    /// Name of the session's cookie. A browser takes the prefix over TLS alone, and then accepts the cookie from no
    /// other host.
    #[must_use]
    pub fn cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-diary-session" } else { "diary-session" }
    }

    /// Secret in the session's cookie.
    #[must_use]
    pub fn secret(&self, headers: &HeaderMap) -> Option<String> {
        let all = headers.get_all(axum::http::header::COOKIE).into_iter().filter_map(|one| one.to_str().ok());
        let mut pairs = all.flat_map(|one| one.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.cookie()).map(|(_, value)| value.to_owned())
    }

    /// Place to which the form `once` of a session led, if it was sent before.
    #[must_use]
    pub fn sent(&self, session: Hash, once: &str) -> Option<String> {
        let mut sent = self.inner.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.get(&(session, once.to_owned())).cloned()
    }

    /// Notes the place to which a form led.
    pub fn note_sent(&self, session: Hash, once: String, to: String) {
        let mut sent = self.inner.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.insert((session, once), to);
    }

    /// The turn of a form that does something: the next one waits until it is dropped.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.turn.lock().await
    }

    /// The turn of an export: one is made at a time.
    pub async fn export_turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.exporting.lock().await
    }

    /// Link for a phone that this session made. Its secret is kept in memory alone and shown to no other session.
    #[must_use]
    pub fn link(&self, session: Hash, id: EnrolmentId) -> Option<Invitation> {
        let mut links = self.inner.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.get(&(session, id)).cloned()
    }

    /// Keeps a link to show it again.
    pub fn keep_link(&self, session: Hash, made: Invitation) {
        let mut links = self.inner.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.insert((session, made.link.enrolment), made);
    }
}
