//! The formats as files: what version 1 wrote must be read for ever, and what is broken refused for the same reason.
//!
//! `v1/` holds one file for each format, `v1/invalid/` broken ones with what must become of them. Everything needed
//! to check them is in `v1/keys.txt`. A file is hexadecimal, or text where the format is one; lines that begin with
//! `#` say what it is.
//!
//! `DIARY_BLESS=1 cargo test -p diary-tests --test compat` writes them anew. That is right while the formats are being
//! made, and for a file that is new. Once they are frozen a changed format gets a folder of its own, and `v1` stays.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod broken;
mod by_hand;
mod cast;
mod files;
mod golden;
