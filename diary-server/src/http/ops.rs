//! Requests of operators and their tools.

pub mod health;
pub mod metrics;
