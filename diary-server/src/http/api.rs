//! Requests of devices, and of keepers at their relay: one handler a file.

pub mod feed;
pub mod hello;
pub mod join;
pub mod log;
pub mod parcels;
pub mod records;
pub mod token;
