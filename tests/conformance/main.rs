//! What every database behind the server must do alike: one suite, run on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod cluster;
mod moving;
