//! Whole trials from seeds: under any faults of phones, networks, disks and users, nothing is lost, doubled, changed or stuck.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod notices;
mod reproduction;
mod seeds;
