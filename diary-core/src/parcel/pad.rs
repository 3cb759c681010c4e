//! Padding and compression of plaintexts: `length of the zstd frame (4 bytes, big-endian) || frame || zeros`,
//! padded to a Padmé length, so that the length of a body reveals little about its contents.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

use crate::keys::sealing::TAG_BYTES;

/// Smallest padded length.
pub const PAD_MIN_BYTES: usize = 1024;

const PREFIX: usize = 4;
const LEVEL: i32 = 3;

// Cached, because making a context costs more than using it for a few hundred bytes.
thread_local! {
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Reason for which padded bytes do not unpack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnpackError {
    /// Not an output of [`pack`].
    Malformed,
    /// The plaintext would be longer than allowed.
    Oversize,
}

/// Compresses for storage: a frame for [`decompress`], a few bytes longer than `plain` at most.
///
/// # Errors
/// Those of the compressor, which fails only for lack of memory.
pub fn compress(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut out = vec![0; zstd::zstd_safe::compress_bound(plain.len())];
    let frame = frame_into(plain, &mut out)?;
    out.truncate(frame);
    out.shrink_to_fit();
    Ok(out)
}

/// Reverses [`compress`], to at most `max` bytes; `None` if the frame is malformed or larger.
#[must_use]
pub fn decompress(frame: &[u8], max: usize) -> Option<Vec<u8>> {
    unframe(frame, max).ok()
}

fn frame_into(plain: &[u8], out: &mut [u8]) -> std::io::Result<usize> {
    COMPRESSOR.with_borrow_mut(|slot| {
        let compressor = match slot {
            Some(compressor) => compressor,
            None => slot.insert(Compressor::new(LEVEL)?),
        };
        compressor.compress_to_buffer(plain, out)
    })
}

/// Compresses and pads, with spare capacity for an authentication tag.
pub(super) fn pack(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let room = PREFIX + zstd::zstd_safe::compress_bound(plain.len());
    let mut out = vec![0u8; room];
    let frame = frame_into(plain, &mut out[PREFIX..])?;
    let prefix = u32::try_from(frame).map_err(std::io::Error::other)?;
    out[..PREFIX].copy_from_slice(&prefix.to_be_bytes());
    let padded = padme(PREFIX + frame);
    // The compressor may leave bytes behind the frame, which padding must not carry.
    out.truncate(PREFIX + frame);
    out.reserve_exact(padded + TAG_BYTES - out.len());
    out.resize(padded, 0);
    Ok(out)
}

/// Reverses [`pack`], to at most `max` bytes.
pub(super) fn unpack(padded: &[u8], max: usize) -> Result<Vec<u8>, UnpackError> {
    let (prefix, rest) = padded.split_first_chunk::<PREFIX>().ok_or(UnpackError::Malformed)?;
    let frame_len = u32::from_be_bytes(*prefix) as usize;
    let (frame, zeros) = rest.split_at_checked(frame_len).ok_or(UnpackError::Malformed)?;
    // Strict: a second way to pad the same plaintext would be a channel for hidden bytes.
    if padded.len() != padme(PREFIX + frame_len) || zeros.iter().any(|b| *b != 0) {
        return Err(UnpackError::Malformed);
    }
    unframe(frame, max)
}

fn unframe(frame: &[u8], max: usize) -> Result<Vec<u8>, UnpackError> {
    let size = get_frame_content_size(frame).ok().flatten().ok_or(UnpackError::Malformed)?;
    let size = usize::try_from(size).map_err(|_| UnpackError::Oversize)?;
    if size > max {
        return Err(UnpackError::Oversize);
    }
    DECOMPRESSOR
        .with_borrow_mut(|slot| {
            let decompressor = match slot {
                Some(decompressor) => decompressor,
                None => slot.insert(Decompressor::new()?),
            };
            decompressor.decompress(frame, size)
        })
        .map_err(|_| UnpackError::Malformed)
}

/// Padded length for `len` bytes: at most 12 % more, out of few possible lengths.
#[must_use]
pub const fn padme(len: usize) -> usize {
    if len <= PAD_MIN_BYTES {
        return PAD_MIN_BYTES;
    }
    let exponent = len.ilog2();
    let mantissa = exponent.ilog2() + 1;
    let mask = (1usize << (exponent - mantissa)) - 1;
    (len + mask) & !mask
}

/// Length of the body for a size bucket, if it is an output of [`padme`].
pub(super) fn body_len(size_bucket: u32) -> Option<usize> {
    let padded = size_bucket as usize;
    let is_size = (PAD_MIN_BYTES..=super::BODY_MAX_BYTES).contains(&padded) && padme(padded) == padded;
    is_size.then_some(padded + TAG_BYTES)
}

#[cfg(test)]
mod tests;
