//! The participant's side of the conversation, in reading order.
#![doc = include_str!("../README.md")]

pub mod engine;

pub mod conversation;
pub mod error;
pub mod sync_issue;
pub mod transport;

pub mod incarnations;
pub mod pack;
pub mod refresh;
pub mod settle;
mod statement;

pub mod contact;
pub mod hand_over;
pub mod join;
pub mod take;

pub mod drive;

pub use contact::{Contact, ContactOutcome, Mode, seal_due, waits};
pub use conversation::{Conversation, Moment, Next};
pub use drive::{Host, join, sync};
pub use error::SyncError;
pub use sync_issue::SyncIssue;
