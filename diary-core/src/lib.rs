//! The trial's rules, the parcel format and the device's store. No network, no async, no clock of its own.
//!
//! Modules in the order in which an entry meets them.

pub mod entropy;
pub mod hash;
pub mod ids;
pub mod measure;
pub mod text;
pub mod time;
pub mod wire;

pub mod study;

pub mod act;
pub mod entry;

pub mod signed;

pub mod keys;
pub mod parcel;

pub mod api;

pub mod merge;
pub mod record;

#[cfg(feature = "store")]
pub mod store;

#[cfg(feature = "store")]
pub mod diary;
