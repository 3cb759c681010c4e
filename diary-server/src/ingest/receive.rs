//! Reading the body of a push: no longer than the limit, no slower than is decent, and only while there is room in
//! memory for it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use diary_core::parcel::REQUEST_MAX_BYTES;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Refusal;

/// Bytes of bodies in memory at the same time, in KiB.
const ROOM_KIB: usize = 48 * 1024;

/// Room for bodies.
pub struct Intake {
    room: Arc<Semaphore>,
    patience: Duration,
}

impl Intake {
    /// All the room there is. A phone on a bad network may take `patience` to send a body.
    #[must_use]
    pub fn new(patience: Duration) -> Self {
        Self { room: Arc::new(Semaphore::new(ROOM_KIB)), patience }
    }

    /// The body, with its share of the room, which is given back when the permit is dropped.
    ///
    /// # Errors
    /// [`Refusal`]: too large, no room, or cut off.
    pub async fn body(&self, request: Request<Body>) -> Result<(Bytes, OwnedSemaphorePermit), Refusal> {
        let body = request.into_body();
        // What is not announced is given room for the largest request.
        let announced = body.size_hint().exact().and_then(|bytes| usize::try_from(bytes).ok());
        let bytes = announced.unwrap_or(REQUEST_MAX_BYTES);
        if bytes > REQUEST_MAX_BYTES {
            return Err(Refusal::too_large());
        }
        let share = u32::try_from(bytes.div_ceil(1024)).map_err(|_| Refusal::too_large())?;
        let room = Arc::clone(&self.room).try_acquire_many_owned(share).map_err(|_| Refusal::busy())?;
        let read = tokio::time::timeout(self.patience, axum::body::to_bytes(body, REQUEST_MAX_BYTES));
        match read.await {
            Ok(Ok(bytes)) => Ok((bytes, room)),
            Ok(Err(error)) if is_too_long(&error) => Err(Refusal::too_large()),
            Ok(Err(_)) => Err(Refusal::bad("the request was cut off")),
            Err(_) => Err(Refusal::bad("the request came too slowly")),
        }
    }
}

/// Whether reading stopped at the limit, as the source of axum's error tells.
fn is_too_long(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.to_string().contains("length limit"))
}
