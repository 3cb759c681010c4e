//! Shared parts of the tests: a site with a real keeper and real phones on this machine, a clock that is set by hand,
//! and a network with scripted losses.
#![allow(clippy::panic, reason = "a check stops at what it did not expect")]

pub mod answers;
pub mod browser;
pub mod canary;
pub mod cli;
pub mod client;
pub mod hostile;
pub mod incarnations;
pub mod kill;
pub mod link;
pub mod machine;
pub mod malice;
pub mod meter;
pub mod network;
pub mod outage;
pub mod postgres;
pub mod process;
pub mod relay;
pub mod sealer;
#[path = "../simulation/simulation.rs"]
pub mod simulation;
pub mod statements;
pub mod strace;
pub mod two_sites;
pub mod world;
pub mod yardstick;

pub use incarnations::Backup;
pub use network::{Fault, Network};
pub use relay::Relayed;
pub use world::World;
