//! `GET /v1/feed`: a page of everything that this relay has taken, for a keeper of the bundle, at once or as soon as
//! there is one.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use diary_core::api::{
    CBOR, EVERY_VAULT, FeedHead, FeedPage, PAGE_MAX_RECORDS, ProblemCode, REPLY_MAX_BYTES,
};
use diary_core::ids::{Epoch, KeyId, Nonce};
use diary_core::keys::ServerRole;
use diary_core::signed::Signed;

use crate::app::App;
use crate::error::{Format, Refusal};
use crate::log_page::{Asked, asked};
use crate::store::{FeedQuery, StoredFeed, VaultHead};
use crate::token::reader;

/// Bytes of a page apart from its records: head, and what the records' numbers and lengths take.
const AROUND_RECORDS_BYTES: usize = 128 * 1024;

/// Handles a keeper that reads.
pub async fn feed(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    match answer(&app, &headers, query.as_deref()).await {
        Ok(page) => ([(header::CONTENT_TYPE, CBOR)], page).into_response(),
        Err(refusal) => {
            tracing::info!(code = refusal.code.name(), "a reader of the feed was not answered");
            refusal.respond(Format::Cbor)
        }
    }
}

async fn answer(app: &App, headers: &HeaderMap, query: Option<&str>) -> Result<Vec<u8>, Refusal> {
    keeper(app, headers)?;
    let asked = asked(query)?;
    let page = page(app, asked).await?;
    let head = signed_head(app, page.epoch, page.head, asked.nonce);
    Ok(FeedPage { after: page.after, records: page.records, head }.to_bytes())
}

/// The keeper that sends a request, by its token.
///
/// # Errors
/// [`Refusal`] for everybody else.
pub(super) fn keeper(app: &App, headers: &HeaderMap) -> Result<KeyId, Refusal> {
    if app.keys().role != ServerRole::Relay {
        return Err(Refusal::new(ProblemCode::NotFound, "this server is no relay"));
    }
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let reader = reader(app, authorization)?;
    let facts = app.facts();
    let keeper = facts.bundle.keeper(reader.device).filter(|keeper| keeper.retired.is_none());
    match keeper {
        Some(_) if reader.vault == EVERY_VAULT => Ok(reader.device),
        Some(_) | None => Err(Refusal::new(ProblemCode::Forbidden, "this is for keepers of the study alone")),
    }
}

/// A head of the feed that this server signs.
pub(super) fn signed_head(app: &App, epoch: Epoch, head: VaultHead, nonce: Nonce) -> Signed {
    let signing = &app.keys().signing;
    let (server, server_time) = (signing.id(), app.now());
    FeedHead { server, epoch, n: head.n, chain: head.chain, server_time, nonce }.sign(signing)
}

/// A page with something in it, or, when the reader does not wait any longer, an empty one.
async fn page(app: &App, asked: Asked) -> Result<StoredFeed, Refusal> {
    let query = FeedQuery::After {
        cursor: asked.cursor,
        limit: asked.limit.min(PAGE_MAX_RECORDS),
        max_bytes: REPLY_MAX_BYTES - AROUND_RECORDS_BYTES,
    };
    let until = tokio::time::sleep(asked.wait);
    tokio::pin!(until);
    loop {
        // Taken before looking, so that what is written meanwhile wakes it.
        let place = app.waiters().place(EVERY_VAULT);
        let woken = place.woken();
        let page = app.store().feed(query.clone()).await.map_err(|error| Refusal::from(&error))?;
        if !page.records.is_empty() || asked.wait.is_zero() {
            return Ok(page);
        }
        tokio::select! {
            () = woken => {}
            () = &mut until => return Ok(page),
            () = app.until_disk_failed() => return Err(Refusal::busy()),
        }
    }
}
