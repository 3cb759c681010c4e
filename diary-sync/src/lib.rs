//! The participant's side of the conversation. The engine decides what comes next and knows no network; packing,
//! settling and refreshing work on the store; the driver gives them a transport and a clock. In reading order.

pub mod engine;

pub mod pack;
pub mod refresh;
pub mod settle;

pub mod transport;
pub mod trouble;

pub mod drive;
pub mod join;

pub use drive::{Mode, Outcome, sync};
pub use trouble::Trouble;
