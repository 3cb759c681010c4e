//! The keeper of a trial's diaries: it receives what phones seal, opens and merges it, and shows it to the site.
//!
//! Modules in the order in which a server comes up and data pass through it.

pub mod config;
pub mod data_folder;
pub mod key_file;
pub mod telemetry;
pub mod toml_place;

pub mod audit;
pub mod clock;
pub mod keeper;
pub mod setup;

pub mod store;

pub mod backup;
pub mod moving;
pub mod restore;
pub mod rollback;

pub mod app;
pub mod error;
pub mod guard;
pub mod query;
pub mod routes;
pub mod serve;

pub mod hello;
pub mod ingest;
pub mod join;
pub mod log_page;
pub mod token;

pub mod downlink;
pub mod merge_worker;
pub mod outside;
pub mod rebuild;
pub mod relay;

pub mod gather;
mod iso;
pub mod refresh;
pub mod report;
pub mod snapshot;
pub mod studies;
pub mod tables_csv;
pub mod worklist;

pub mod staff;

pub mod verify;

pub mod admin;
pub mod program;

#[cfg(test)]
mod tests;
#[cfg(test)]
use tests as testing;
