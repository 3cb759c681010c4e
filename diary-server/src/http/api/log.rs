//! `GET /v1/vault/log`: a page of a vault's log; immediately, or as soon as there is a new record.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use diary_core::api::{CBOR, Cursor, LogPage, PAGE_MAX_RECORDS, REPLY_MAX_BYTES, WAIT_MAX_S};
use diary_core::ids::Nonce;
use diary_core::parcel::PARCEL_MAX_BYTES;

use crate::http::api::parcels::reply::signed_head;
use crate::http::api::token::{Reader, reader};
use crate::http::error::{ApiRefusal, Format};
use crate::http::limits::room::{Asker, Share};
use crate::http::query::value;
use crate::http::state::HttpState;
use diary_store::{LogQuery, LogReader, StoreError, StoredPage};

/// Bytes of a page apart from its records: head, and what the records' numbers and lengths take.
const AROUND_RECORDS_BYTES: usize = 64 * 1024;
/// Bytes of records that are read at first, before it is known if there are more.
const FIRST_BYTES: usize = 64 * 1024;
/// Memory for reading and encoding these; one record may exceed [`FIRST_BYTES`] by a parcel's largest size.
const FIRST_ROOM_BYTES: usize = 2 * (FIRST_BYTES + PARCEL_MAX_BYTES);

/// Parameters of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogRequest {
    /// Position of the reader.
    pub cursor: Option<Cursor>,
    /// Most records.
    pub limit: u32,
    /// Longest time to wait for new records.
    pub wait: Duration,
    /// Repeated in the reply.
    pub nonce: Nonce,
}

/// Handles a reader.
pub async fn log(
    State(app): State<HttpState>,
    asker: Option<Extension<Asker>>,
    headers: HeaderMap,
    RawQuery(asked): RawQuery,
) -> Response {
    let asker = asker.map(|asker| asker.0).unwrap_or_default();
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match answer(&app, asker, authorization, asked.as_deref()).await {
        Ok((page, share)) => reply(page, share),
        Err(refusal) => {
            tracing::info!(code = refusal.code.name(), "a reader of a log was not answered");
            refusal.respond(Format::Cbor)
        }
    }
}

/// A page that keeps its share of the memory for replies until it is written.
pub(crate) fn reply(page: Vec<u8>, share: Arc<Share>) -> Response {
    // Releases the spare capacity that encoding leaves, up to the same size again.
    let page = page.into_boxed_slice();
    ([(header::CONTENT_TYPE, CBOR)], Extension(share), Bytes::from(page)).into_response()
}

async fn answer(
    app: &HttpState,
    asker: Asker,
    authorization: Option<&str>,
    asked: Option<&str>,
) -> Result<(Vec<u8>, Arc<Share>), ApiRefusal> {
    let reader = reader(app, authorization)?;
    app.guard().device(reader.vault, reader.device, asker.source, app.now())?;
    let asked = self::asked(asked)?;
    let read = |max_bytes| {
        let (vault, reader) = (reader.vault, LogReader::Device(reader.device));
        app.store().log_page(LogQuery { vault, reader, cursor: asked.cursor, limit: asked.limit, max_bytes })
    };
    let extent = |page: &StoredPage| Extent {
        records: page.records.len(),
        last: page.records.last().map_or(page.after, |record| record.n),
        head: page.head.n,
    };
    let (page, share) =
        page(app, asker, reader, &asked, REPLY_MAX_BYTES - AROUND_RECORDS_BYTES, read, extent).await?;
    let head = signed_head(app, reader.vault, None, page.head, asked.nonce);
    Ok((LogPage { after: page.after, records: page.records, head }.to_bytes(), share))
}

/// Parses the parameters of the URL.
///
/// # Errors
/// [`ApiRefusal`] where one is not readable or the nonce is missing.
pub fn asked(query: Option<&str>) -> Result<LogRequest, ApiRefusal> {
    let number = |name, default: u32, max: u32| match value(query, name) {
        None => Ok(default),
        Some(text) => {
            text.parse::<u32>().map(|n| n.min(max)).map_err(|_| ApiRefusal::bad("limit and wait are numbers"))
        }
    };
    let cursor = match value(query, "cursor") {
        None | Some("") => None,
        Some(text) => Some(text.parse().map_err(|_| ApiRefusal::bad("not a cursor"))?),
    };
    let nonce = value(query, "nonce").and_then(|text| text.parse().ok());
    Ok(LogRequest {
        cursor,
        limit: number("limit", PAGE_MAX_RECORDS, PAGE_MAX_RECORDS)?.max(1),
        wait: Duration::from_secs(u64::from(number("wait", 0, WAIT_MAX_S)?)),
        nonce: nonce.ok_or(ApiRefusal::bad("the log needs &nonce= with 32 hexadecimal digits"))?,
    })
}

/// Extent of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Extent {
    /// Its records.
    pub(crate) records: usize,
    /// The last of them, or what it follows.
    pub(crate) last: u64,
    /// The last of the log.
    pub(crate) head: u64,
}

/// A page with records, or an empty one when the wait has ended. It comes with its share of the memory for replies,
/// which was reserved before anything was read.
pub(crate) async fn page<P, F>(
    app: &HttpState,
    asker: Asker,
    by: Reader,
    asked: &LogRequest,
    max_bytes: usize,
    read: impl Fn(usize) -> F,
    extent: impl Fn(&P) -> Extent,
) -> Result<(P, Arc<Share>), ApiRefusal>
where
    F: Future<Output = Result<P, StoreError>>,
{
    let waits = app.guard().waits();
    let wants_to_wait = !asked.wait.is_zero();
    let waiting = wants_to_wait.then(|| waits.enter((by.vault, by.device), asker.source)).flatten();
    let share = Arc::new(app.guard().replies().begin(asker));
    let until = tokio::time::sleep(asked.wait);
    tokio::pin!(until);
    loop {
        // The place is taken before reading, so that a record written in between wakes it.
        let place = app.waiters().place(by.vault);
        let woken = place.woken();
        if !share.wait_for(FIRST_ROOM_BYTES).await {
            return Err(ApiRefusal::busy());
        }
        let page = read(FIRST_BYTES.min(max_bytes)).await.map_err(|error| ApiRefusal::from(&error))?;
        let Extent { records, last, head } = extent(&page);
        let cut = records > 0 && records < asked.limit as usize && last < head;
        // Without memory for a long page the reader gets the short one, and asks for the rest.
        if cut && share.set(2 * max_bytes) {
            return Ok((read(max_bytes).await.map_err(|error| ApiRefusal::from(&error))?, share));
        }
        if records > 0 || waiting.is_none() {
            return Ok((page, share));
        }
        if !share.set(0) {
            return Err(ApiRefusal::busy());
        }
        tokio::select! {
            () = woken => {}
            () = &mut until => return Ok((page, share)),
            () = app.until_disk_failed() => return Err(ApiRefusal::busy()),
        }
    }
}

#[cfg(test)]
mod tests;
