//! The formats as files: files of version 1 must stay readable, and broken files must stay refused for the same reason.
//!
//! `v1/` holds one file for each format, `v1/invalid/` broken ones with the error that each must give. Everything needed
//! to check them is in `v1/keys.txt`. A file is hexadecimal, or text where the format is one; lines that begin with
//! `#` describe it.
//!
//! The formats are frozen: `v1.lock` holds the hash of every file, none of which ever changes again.
//! `DIARY_BLESS=1 cargo test -p diary-tests --test compat` writes files that are new, and locks them; a format that must
//! change otherwise than by fields that earlier readers pass over gets a folder of its own. `stores/` holds a phone and
//! a keeper as version 1 left them, which every later version must open.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod additions;
mod broken;
mod by_hand;
mod cast;
mod files;
mod first;
mod golden;
mod lock;
mod stores;
