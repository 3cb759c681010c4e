//! Transcripts of the command line: what is typed, what is printed, with which code it ends. Ids, paths and secrets are
//! written as `<...>`.

mod acts;
pub(crate) mod bench;
mod clock;
mod corrections;
mod counters;
mod database;
mod export;
mod joining;
mod keys;
mod moving;
mod pseudo;
mod quarantine;
mod receive;
mod services;
mod setting_up;
mod sites;
mod studies;
mod subjects;
mod trail;
mod two_sites;
mod viewing;
mod worklist;
