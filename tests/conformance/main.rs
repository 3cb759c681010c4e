//! Behaviour common to all databases behind the server: one suite, run on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod cluster;

mod ground;
mod phone;
mod site;

mod accounts;
mod aside;
mod concurrency;
mod devices;
mod dump;
mod evidence;
mod founding;
mod joining;
mod keeper_chain;
mod kept;
mod log;
mod merging;
mod moving;
mod people;
mod pushing;
mod queries;
mod rebuilding;
mod relay_behind;
mod relay_itself;
mod roles;
mod schema;
mod telling;
mod trail;
