//! A relay and the keeper behind it: setup of a relay, and the keeper's side of its feed and of the
//! handover (`pull`). A relay serves devices by the same code as a keeper; it
//! holds no key that opens a diary, and decides nothing about one.

pub mod client;
pub mod pull;
pub mod setup;
pub mod verify;

pub use pull::{PullError, Pulled, Puller};
