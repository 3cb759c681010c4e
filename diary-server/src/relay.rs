//! A relay and the keeper behind it: setup of a relay, its feed to the keeper (`feed`), the keeper's handover
//! (`handover`), and the keeper's side of both (`pull`). A relay serves devices by the same code as a keeper; it
//! holds no key that opens a diary, and decides nothing about one.

pub mod client;
pub mod feed;
pub mod handover;
pub mod pull;
pub mod setup;
pub mod verify;

pub use pull::{PullError, Pulled, Puller};
