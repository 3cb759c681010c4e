//! `GET /v1/vault/log`: a page of a vault's log, at once or as soon as there is one.

use std::time::Duration;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use diary_core::api::{CBOR, Cursor, LogPage, PAGE_MAX_RECORDS, REPLY_MAX_BYTES, WAIT_MAX_S};
use diary_core::ids::Nonce;

use crate::app::App;
use crate::error::{Format, Refusal};
use crate::guard::source::Source;
use crate::ingest::reply::signed_head;
use crate::query::value;
use crate::store::{LogQuery, LogReader, StoredPage};
use crate::token::{Reader, reader};

/// Bytes of a page apart from its records: head, and what the records' numbers and lengths take.
const AROUND_RECORDS_BYTES: usize = 64 * 1024;

/// What a reader asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Where the reader stands.
    pub cursor: Option<Cursor>,
    /// Most records.
    pub limit: u32,
    /// How long it waits for something new.
    pub wait: Duration,
    /// Repeated in the reply.
    pub nonce: Nonce,
}

/// Handles a reader.
pub async fn log(
    State(app): State<App>,
    source: Option<Extension<Source>>,
    headers: HeaderMap,
    RawQuery(asked): RawQuery,
) -> Response {
    let source = source.map(|source| source.0);
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match answer(&app, source, authorization, asked.as_deref()).await {
        Ok(page) => ([(header::CONTENT_TYPE, CBOR)], page).into_response(),
        Err(refusal) => {
            tracing::info!(code = refusal.code.name(), "a reader of a log was not answered");
            refusal.respond(Format::Cbor)
        }
    }
}

async fn answer(
    app: &App,
    source: Option<Source>,
    authorization: Option<&str>,
    asked: Option<&str>,
) -> Result<Vec<u8>, Refusal> {
    let reader = reader(app, authorization)?;
    app.guard().device(reader.vault, reader.device, source, app.now())?;
    let asked = self::asked(asked)?;
    let page = page(app, reader, asked).await?;
    let head = signed_head(app, reader.vault, None, page.head, asked.nonce);
    Ok(LogPage { after: page.after, records: page.records, head }.to_bytes())
}

/// What a reader asks for, by the parameters of the URL.
///
/// # Errors
/// [`Refusal`] where one is not readable or the nonce is missing.
pub fn asked(query: Option<&str>) -> Result<Asked, Refusal> {
    let number = |name, default: u32, max: u32| match value(query, name) {
        None => Ok(default),
        Some(text) => {
            text.parse::<u32>().map(|n| n.min(max)).map_err(|_| Refusal::bad("limit and wait are numbers"))
        }
    };
    let cursor = match value(query, "cursor") {
        None | Some("") => None,
        Some(text) => Some(text.parse().map_err(|_| Refusal::bad("not a cursor"))?),
    };
    let nonce = value(query, "nonce").and_then(|text| text.parse().ok());
    Ok(Asked {
        cursor,
        limit: number("limit", PAGE_MAX_RECORDS, PAGE_MAX_RECORDS)?.max(1),
        wait: Duration::from_secs(u64::from(number("wait", 0, WAIT_MAX_S)?)),
        nonce: nonce.ok_or(Refusal::bad("the log needs &nonce= with 32 hexadecimal digits"))?,
    })
}

/// A page with something in it, or, when the reader does not wait any longer, an empty one.
async fn page(app: &App, reader: Reader, asked: Asked) -> Result<StoredPage, Refusal> {
    let query = LogQuery {
        vault: reader.vault,
        reader: LogReader::Device(reader.device),
        cursor: asked.cursor,
        limit: asked.limit,
        max_bytes: REPLY_MAX_BYTES - AROUND_RECORDS_BYTES,
    };
    let until = tokio::time::sleep(asked.wait);
    tokio::pin!(until);
    loop {
        // Taken before looking, so that what is written meanwhile wakes it.
        let place = app.waiters().place(reader.vault);
        let woken = place.woken();
        let page = app.store().log_page(query).await.map_err(|error| Refusal::from(&error))?;
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

#[cfg(test)]
mod tests;
