//! The person who looks at a page: account, roles, language and session.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, header};
use diary_core::ids::SiteId;
use diary_core::text::Lang;
use diary_store::{Roles, SessionRow};

use super::access::{self, Action};
use crate::audit::Account;

/// Time after which a session ends that is not used, in milliseconds.
pub(super) const IDLE_MS: i64 = 15 * 60 * 1000;

/// A person who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Viewer {
    /// Account, as the audit trail names it.
    pub(super) account: Account,
    /// Roles, by site.
    pub(super) roles: Roles,
    /// Language of the pages.
    pub(super) lang: Lang,
    /// The session.
    pub(super) session: SessionRow,
}

impl Viewer {
    /// Sites at which the person has the right to `action`.
    #[must_use]
    pub(super) fn sites(&self, action: Action) -> BTreeSet<SiteId> {
        access::sites(&self.roles, action)
    }

    /// True if the person has the right to `action` at any site.
    #[must_use]
    pub(super) fn may(&self, action: Action) -> bool {
        !self.sites(action).is_empty()
    }
}

/// Language that a browser asks for, of those that the diary has.
#[must_use]
pub(super) fn asked_language(headers: &HeaderMap) -> Lang {
    let wanted =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tags = wanted.split(',').take(16).map(|part| part.split(';').next().unwrap_or_default().trim());
    tags.filter_map(|tag| diary_core::words::choose(tag).ok()).next().unwrap_or(Lang::EN)
}

/// Language of an account's pages, or that of the browser.
pub(super) fn language(tag: &str, headers: &HeaderMap) -> Lang {
    diary_core::words::choose(tag).unwrap_or_else(|_| asked_language(headers))
}
