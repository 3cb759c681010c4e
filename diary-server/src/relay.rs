//! A relay and the keeper behind it: how a relay is made, what it tells the keeper (`feed`), what the keeper hands over
//! (`handover`), and how the keeper reads and hands over (`pull`). A relay serves devices by the same code as a keeper;
//! it holds no key that opens a diary, and nothing in it decides about one.

pub mod client;
pub mod feed;
pub mod handover;
pub mod pull;
pub mod setup;
pub mod verify;

pub use pull::{PullError, Pulled, Puller};
