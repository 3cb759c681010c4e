//! State that the tasks of a server share.

pub mod change_watcher;
pub mod studies;
pub mod waiters;
