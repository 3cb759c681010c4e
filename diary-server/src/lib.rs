//! The keeper of a trial's diaries: it receives what phones seal, opens and merges it, and shows it to the site.
//!
//! Modules in the order in which a server comes up and data pass through it.

pub mod config;
pub mod data_folder;
pub mod key_file;
pub mod telemetry;

pub mod clock;
pub mod keeper;

pub mod join;
pub mod store;

pub mod merge_worker;

#[cfg(test)]
mod testing;
