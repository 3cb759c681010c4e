//! Requests of operators and their tools.

pub mod metrics;
