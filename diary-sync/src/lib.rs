//! The participant's side of the conversation, in reading order.
#![doc = include_str!("../README.md")]

pub mod engine;

pub mod lives;
pub mod pack;
pub mod refresh;
pub mod settle;

pub mod transport;
pub mod trouble;

pub mod contact;
pub mod hand_over;
pub mod join;
pub mod take;

pub use contact::{Mode, Outcome, SyncError, seal_due, sync, waits};
pub use trouble::Trouble;
