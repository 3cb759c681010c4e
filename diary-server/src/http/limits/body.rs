//! Reads the body of a request, within a limit of length, a least speed, and the memory available. Memory is reserved
//! for bytes that have arrived, not for the announced length.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};

use super::motion::Stage;
use super::room::{Asker, Room, Share};
use crate::http::error::ApiRefusal;

/// Least bytes by which the memory of a body grows.
const STEP_BYTES: usize = 16 * 1024;

/// The body, with its share of the memory, which is returned when the share is dropped.
///
/// # Errors
/// [`ApiRefusal`]: too large, no memory, cut off, or too slow.
pub async fn whole(
    room: &Arc<Room>,
    asker: &Asker,
    mut body: Body,
    max: usize,
    patience: Duration,
) -> Result<(Bytes, Share), ApiRefusal> {
    if body.size_hint().lower() > max as u64 {
        return Err(ApiRefusal::too_large());
    }
    let share = room.begin(asker.clone());
    let mut bytes = Vec::new();
    let read = async {
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let frame = frame.map_err(|_| ApiRefusal::bad("the request was cut off"))?;
            let Ok(data) = frame.into_data() else { continue };
            let length = bytes.len() + data.len();
            if length > max {
                return Err(ApiRefusal::too_large());
            }
            if length > bytes.capacity() {
                let capacity = length.max(2 * bytes.capacity()).max(STEP_BYTES).min(max);
                if !share.set(capacity) {
                    return Err(ApiRefusal::busy());
                }
                bytes.reserve_exact(capacity - bytes.len());
            }
            bytes.extend_from_slice(&data);
        }
        Ok(())
    };
    let slow = |_| ApiRefusal::bad("the request came too slowly");
    tokio::time::timeout(patience, read).await.map_err(slow)??;
    asker.motion.iter().for_each(|motion| motion.begins(Stage::Work));
    Ok((bytes.into(), share))
}
