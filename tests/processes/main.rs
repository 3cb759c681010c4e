//! Real processes: promises of a keeper that was killed, whose disk failed or was full, or whose database was
//! unavailable.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod besieged;
mod failing_disk;
mod first_open;
mod full_phone;
mod kill_9;
mod long_offline;
mod postgres_away;
mod site_block;
mod two_servers;
mod two_sites;
