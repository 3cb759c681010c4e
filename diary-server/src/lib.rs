//! Keeper of a trial's diaries: it receives what phones seal, opens and merges it, and shows it to the site.
//!
//! Modules in the order in which a server comes up and data pass through it.

pub mod config;
pub mod data_folder;
pub mod key_file;
pub mod telemetry;
pub mod toml_place;

pub mod audit;
pub mod clock;
pub mod keys;
pub mod ops;

pub mod context;
pub mod ingest;

pub mod downlink;
pub mod merge;

mod finding_words;
mod messages;
pub mod site;
mod words;

pub mod relay;

pub mod http;
pub mod pages;
pub mod serve;

pub mod cli;
pub mod program;

#[cfg(test)]
mod tests;
#[cfg(test)]
use tests as testing;
