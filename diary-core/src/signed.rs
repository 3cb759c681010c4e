//! Bytes that somebody signed.
