//! Whole trials from seeds: whatever phones, networks, disks and people do, nothing is lost, doubled, changed or stuck.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a check stops at what it did not expect")]

mod notices;
mod reproduction;
mod seeds;
