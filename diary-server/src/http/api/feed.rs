//! `GET /v1/feed`: a page of all records that this relay has taken, for a keeper of the bundle; immediately, or as
//! soon as there is a new one.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use diary_core::api::{EVERY_VAULT, FeedHead, FeedPage, PAGE_MAX_RECORDS, ProblemCode, REPLY_MAX_BYTES};
use diary_core::ids::{Epoch, KeyId, Nonce};
use diary_core::keys::ServerRole;
use diary_core::signed::Signed;

use crate::http::api::log::{Extent, asked, page, reply};
use crate::http::api::token::{Reader, reader};
use crate::http::error::{ApiRefusal, Format};
use crate::http::limits::room::{Asker, Share};
use crate::http::state::HttpState;
use diary_store::{StoredFeed, VaultHead};

/// Bytes of a page apart from its records: head, and what the records' numbers and lengths take.
const AROUND_RECORDS_BYTES: usize = 128 * 1024;

/// Handles a keeper that reads.
pub async fn feed(
    State(app): State<HttpState>,
    asker: Option<Extension<Asker>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let asker = asker.map(|asker| asker.0).unwrap_or_default();
    match answer(&app, asker, &headers, query.as_deref()).await {
        Ok((page, share)) => reply(page, share),
        Err(refusal) => {
            tracing::info!(code = refusal.code.name(), "a reader of the feed was not answered");
            refusal.respond(Format::Cbor)
        }
    }
}

async fn answer(
    app: &HttpState,
    asker: Asker,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<(Vec<u8>, Arc<Share>), ApiRefusal> {
    let by = Reader { vault: EVERY_VAULT, device: keeper(app, headers)? };
    let asked = asked(query)?;
    let read = |max_bytes| {
        let limit = asked.limit.min(PAGE_MAX_RECORDS);
        app.store().feed_page(asked.cursor, limit, max_bytes)
    };
    let extent = |page: &StoredFeed| Extent {
        records: page.records.len(),
        last: page.records.last().map_or(page.after, |record| record.n),
        head: page.head.n,
    };
    let (page, share) =
        page(app, asker, by, &asked, REPLY_MAX_BYTES - AROUND_RECORDS_BYTES, read, extent).await?;
    let head = signed_head(app, page.epoch, page.head, asked.nonce);
    Ok((FeedPage { after: page.after, records: page.records, head }.to_bytes(), share))
}

/// The keeper that sends a request, by its token.
///
/// # Errors
/// [`ApiRefusal`] for any other sender.
pub(super) fn keeper(app: &HttpState, headers: &HeaderMap) -> Result<KeyId, ApiRefusal> {
    if app.server_keys().role != ServerRole::Relay {
        return Err(ApiRefusal::new(ProblemCode::NotFound, "this server is no relay"));
    }
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let reader = reader(app, authorization)?;
    let facts = app.study();
    let keeper = facts.bundle.keeper(reader.device).filter(|keeper| keeper.retired.is_none());
    match keeper {
        Some(_) if reader.vault == EVERY_VAULT => Ok(reader.device),
        Some(_) | None => {
            Err(ApiRefusal::new(ProblemCode::Forbidden, "this is for keepers of the study alone"))
        }
    }
}

/// A head of the feed that this server signs.
pub(super) fn signed_head(app: &HttpState, epoch: Epoch, head: VaultHead, nonce: Nonce) -> Signed {
    let signing = &app.server_keys().signing;
    let (server, server_time) = (signing.id(), app.now());
    FeedHead { server, epoch, n: head.n, chain: head.chain, server_time, nonce }.sign(signing)
}
