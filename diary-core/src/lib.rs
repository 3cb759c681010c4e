//! Modules in the order in which an entry meets them.
#![doc = include_str!("../README.md")]

// The generated functions of the catalogues name this crate as those of the faces do.
extern crate self as diary_core;

pub mod counter;
pub mod crypto;
pub mod entropy;
#[cfg(not(target_family = "wasm"))]
pub mod files;
pub mod hash;
pub mod ids;
mod log_safe;
pub mod measure;
pub mod retry;
pub mod steps;
pub mod text;
pub mod time;
pub mod wire;
pub mod words;

pub mod server_clock;

pub mod readers;

pub mod study;

pub mod act;
pub mod entry;

pub mod signed;
pub mod signing;

pub mod keys;
pub mod parcel;

pub mod audit_trail;

pub mod api;
pub mod export;

pub mod unmerged;

pub mod merge;
pub mod newer;
pub mod record;

#[cfg(feature = "sqlcipher")]
pub mod sqlcipher;

#[cfg(feature = "store")]
pub mod store;

#[cfg(feature = "diary")]
pub mod diary;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
